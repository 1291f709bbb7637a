// Package desk is what people see: pages that work without scripts, and the same
// answers as JSON under /api/v1. It shows hostile text, so that nothing it serves
// may run, load or frame anything: the content policy forbids it all, and every
// text goes through the template engine's escaping.
package desk

import (
	"context"
	"crypto/subtle"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/alert"
	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/source"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
)

//go:embed templates static messages
var files embed.FS

// Store is what the desk asks of the index.
type Store interface {
	Search(ctx context.Context, s index.Search) (*index.Results, error)
	Trend(ctx context.Context, t index.Trend) (*index.Buckets, error)
	Get(ctx context.Context, ids []string) (map[string]index.Stored, error)
}

// Contact is the address in the User-Agent.
type Contact interface {
	Contact() (contact string, fixed bool)
	SetContact(ctx context.Context, contact string) error
}

// Check is one line of the doctor's report. State is green, amber or red.
type Check struct {
	Name  string `json:"name"`
	State string `json:"state"`
	Found string `json:"found"`
	Fix   string `json:"fix,omitempty"`
}

// Config is what the desk stands on.
type Config struct {
	Store     Store
	Bus       *bus.Bus
	Rules     func() *taxonomy.Taxonomy
	Catalogue *source.Catalogue
	Alerts    *alert.Rules
	Contact   Contact
	Polls     func(ctx context.Context) (map[string]source.PollState, error) // by endpoint key
	Doctor    func(ctx context.Context) []Check
	Token     string // "" where only this machine reaches the desk
	Demo      bool   // every page says DEMONSTRATION
	Version   string
	Log       *slog.Logger
	Now       func() time.Time
}

// Desk serves the pages and the API. Use New.
type Desk struct {
	Config
	pages    map[string]*template.Template
	messages map[string]map[string]string // by language of the interface
}

// New prepares the pages.
func New(c Config) (http.Handler, error) {
	d := &Desk{Config: c}
	var err error
	if d.messages, err = loadMessages(); err != nil {
		return nil, err
	}
	if d.pages, err = d.parse(); err != nil {
		return nil, err
	}
	static, err := fs.Sub(files, "static")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.StripPrefix("/static/", cached(http.FileServerFS(static))))
	d.routePages(mux)
	d.routeAPI(mux)
	return d.guard(http.NewCrossOriginProtection().Handler(mux)), nil
}

// guard keeps strangers out and what is shown from doing anything.
func (d *Desk) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if d.Token == "" && (!thisMachine(r.Host) || !thisMachine(r.RemoteAddr)) {
			d.fail(w, r, http.StatusForbidden, "This desk answers only to the name of this machine", fmt.Sprintf("the request asks for host %q, expected localhost or a loopback address", r.Host))
			return
		}
		if d.Token != "" && !d.authorised(r) {
			h.Set("WWW-Authenticate", `Basic realm="Sarhad", charset="UTF-8"`)
			d.fail(w, r, http.StatusUnauthorized, "Sign in", "send the desk's token as a bearer token, or as the password with any name")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		next.ServeHTTP(w, r)
	})
}

// thisMachine reports whether a Host header names this machine, so that a foreign name
// that resolves here cannot read the desk through somebody's browser.
func thisMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (d *Desk) authorised(r *http.Request) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		_, given, _ = r.BasicAuth()
	}
	return subtle.ConstantTimeCompare([]byte(given), []byte(d.Token)) == 1
}

func cached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=3600")
		next.ServeHTTP(w, r)
	})
}
