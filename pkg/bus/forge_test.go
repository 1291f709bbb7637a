package bus_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/sarhad-desk/sarhad/pkg/bus"
)

// forge publishes as a stranger with a connection would, past every check.
func forge(t *testing.T, b *bus.Bus, subject string, header map[string]string, data []byte) {
	t.Helper()
	msg := &nats.Msg{Subject: subject, Header: nats.Header{}, Data: data}
	for k, v := range header {
		msg.Header[k] = []string{v}
	}
	if _, err := b.Raw().RequestMsg(msg, 10*time.Second); err != nil {
		t.Fatal(err)
	}
}
