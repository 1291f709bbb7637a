// Package notify carries a notice to where people read it. A channel says whether
// trying again can help, so that the caller can keep a notice until it has arrived.
package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/sarhad-desk/sarhad/pkg/safehttp"
)

// Poster sends a body to an address.
type Poster interface {
	Post(ctx context.Context, url, contentType string, body []byte, header map[string]string) (*safehttp.Response, error)
}

// Webhook posts JSON to one address.
type Webhook struct {
	URL    string
	Secret string // "" for unsigned posts
	HTTP   Poster
}

// Send posts the body. Sarhad-Notice carries the notice's id, so that a receiver can
// tell a repeated delivery; Sarhad-Signature is "sha256=" and the hex HMAC of the
// body under the secret. again reports whether a failed delivery may succeed later.
func (w Webhook) Send(ctx context.Context, id string, body []byte) (again bool, err error) {
	header := map[string]string{"Sarhad-Notice": id}
	if w.Secret != "" {
		header["Sarhad-Signature"] = "sha256=" + Sign(w.Secret, body)
	}
	response, err := w.HTTP.Post(ctx, w.URL, "application/json", body, header)
	if err != nil {
		return true, fmt.Errorf("webhook at %s: %w", w.host(), withoutAddress(err))
	}
	if response.Status >= 200 && response.Status < 300 {
		return false, nil
	}
	again = response.Status >= 500 || response.Status == http.StatusTooManyRequests || response.Status == http.StatusRequestTimeout
	return again, fmt.Errorf("webhook at %s answered %d, expected 2xx", w.host(), response.Status)
}

// host is what may be said of the address: its path is often the secret.
func (w Webhook) host() string {
	u, err := url.Parse(w.URL)
	if err != nil {
		return "an unreadable address"
	}
	return u.Host
}

// withoutAddress is an error that does not repeat the address.
func withoutAddress(err error) error {
	var failed *safehttp.Error
	if errors.As(err, &failed) {
		return fmt.Errorf("%s: %s", failed.Class, failed.Reason)
	}
	return errors.New("not sent")
}

// Sign is the hex HMAC-SHA-256 of a body.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
