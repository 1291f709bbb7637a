// Package notify carries a notice to where people read it. A channel says whether
// trying again can help, so that the caller can keep a notice until it has arrived.
package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

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
		return true, fmt.Errorf("webhook %s: %w", w.URL, err)
	}
	if response.Status >= 200 && response.Status < 300 {
		return false, nil
	}
	again = response.Status >= 500 || response.Status == http.StatusTooManyRequests || response.Status == http.StatusRequestTimeout
	return again, fmt.Errorf("webhook %s answered %d, expected 2xx", w.URL, response.Status)
}

// Sign is the hex HMAC-SHA-256 of a body.
func Sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
