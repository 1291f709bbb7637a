package notify

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/safehttp"
)

// answers is a poster that answers as it is told.
type answers struct {
	status int
	err    error
	header map[string]string
}

func (a *answers) Post(_ context.Context, _, _ string, _ []byte, header map[string]string) (*safehttp.Response, error) {
	a.header = header
	return &safehttp.Response{Status: a.status}, a.err
}

func TestSendSaysWhetherTryingAgainCanHelp(t *testing.T) {
	for _, c := range []struct {
		answer answers
		again  bool
		failed bool
	}{
		{answers{status: http.StatusNoContent}, false, false},
		{answers{status: http.StatusServiceUnavailable}, true, true},
		{answers{status: http.StatusTooManyRequests}, true, true},
		{answers{status: http.StatusNotFound}, false, true},
		{answers{err: &safehttp.Error{Class: safehttp.Connect, URL: "https://chat.example/hook/s3cret", Reason: "connection refused"}}, true, true},
	} {
		hook := Webhook{URL: "https://chat.example/hook/s3cret", Secret: "k", HTTP: &c.answer}
		again, err := hook.Send(context.Background(), "rule.item", []byte("{}"))
		if again != c.again || (err != nil) != c.failed {
			t.Errorf("%+v: again %t, %v", c.answer, again, err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the address, which is a secret, is in the error: %v", err)
		}
		if c.answer.header["Sarhad-Notice"] != "rule.item" || c.answer.header["Sarhad-Signature"] != "sha256="+Sign("k", []byte("{}")) {
			t.Errorf("headers %v", c.answer.header)
		}
	}
}

func TestUnsignedWithoutASecret(t *testing.T) {
	a := &answers{err: errors.New("https://chat.example/hook/s3cret: no route")}
	_, err := Webhook{URL: "https://chat.example/hook/s3cret", HTTP: a}.Send(context.Background(), "x", nil)
	if _, signed := a.header["Sarhad-Signature"]; signed || err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("headers %v, error %v", a.header, err)
	}
}
