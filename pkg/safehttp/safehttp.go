// Package safehttp is the only way out of the program to addresses that came from
// data: feeds, pages, redirects, robots files, imports, and webhooks a user typed.
//
// It exists because a reader of hostile lists is asked, sooner or later, to read
// its own machine. Every rule therefore stands where it cannot be walked round:
// the address is checked after the name was resolved and before the connection is
// made, redirects are followed one by one under the same rules, and each body is
// bounded on the wire, decoded, and in the ratio of the two. A limit that is
// reached is an error with a class; nothing is ever cut short in silence.
package safehttp

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
	"unicode"
)

// Config is what a Client may do. The zero value of every limit means its default.
type Config struct {
	Contact string // address or page of the operator, sent in the User-Agent; without it only Allow is reached
	Version string // of the program, sent in the User-Agent; "0" where empty

	Allow      []netip.AddrPort // exact loopback addresses that a test or the demonstration names
	AllowPorts []uint16         // ports beside 80 and 443

	// Pin turns the Client into one for a single endpoint of the operator's own
	// configuration, "host:port": it goes there, whatever the address behind the
	// name, and nowhere else, and follows no redirect.
	Pin string

	Timeout        time.Duration // one call as a whole, redirects and body included; 60 s
	ConnectTimeout time.Duration // one connection, TLS apart; 15 s
	HeaderTimeout  time.Duration // from the request sent to the answer's headers; 30 s
	SlowWindow     time.Duration // the body must bring SlowBytes in each such window; 20 s
	SlowBytes      int64         // 20 KiB: one KiB a second
	MaxBytes       int64         // decoded body, unless the request says less or more; 16 MiB
	MaxWire        int64         // body as sent; 8 MiB
	MaxHeader      int64         // header of one answer; 256 KiB
	MaxRedirects   int           // 5; negative for none

	Resolver *net.Resolver  // nil for the machine's own
	RootCAs  *x509.CertPool // nil for the machine's own
	Log      *slog.Logger   // nil for silence
}

// Request is one GET. ETag and LastModified are the stored validators, sent back
// byte for byte.
type Request struct {
	URL          string
	ETag         string
	LastModified string
	Accept       string            // "*/*" where empty
	MaxBytes     int64             // decoded body; the Client's limit where 0
	Header       map[string]string // taken as a secret of the first origin: another origin never sees it
}

// Response is an answer read to its end. Every status is an answer, not an error;
// of one that is 400 or above the body is kept only where it is small and sound.
type Response struct {
	Status      int
	Header      http.Header   // as received: Content-Encoding names what Body was decoded from
	Body        []byte        // decoded
	URL         string        // the last address asked
	Permanent   string        // URL, where every hop that led to it was permanent (301, 308) and none left TLS
	ContentType string        // header value, unparsed
	Wire        int64         // bytes of the body as sent
	IP          string        // address of the server that gave the last answer
	Elapsed     time.Duration // of the whole call
}

// Client fetches. It is safe for concurrent use and meant to be shared.
type Client struct {
	cfg       Config
	agent     string
	ports     map[uint16]bool
	allow     map[netip.AddrPort]bool
	transport *http.Transport
	log       *slog.Logger
}

// New checks cfg and makes a Client. Allow takes loopback addresses only.
func New(cfg Config) (*Client, error) {
	for _, text := range []string{cfg.Contact, cfg.Version} {
		if strings.ContainsFunc(text, unicode.IsControl) {
			return nil, errors.New("safehttp: the contact or version holds a control character")
		}
	}
	c := &Client{cfg: withDefaults(cfg), log: cfg.Log, agent: agent(cfg.Version, cfg.Contact)}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.ports = map[uint16]bool{80: true, 443: true}
	for _, p := range cfg.AllowPorts {
		c.ports[p] = true
	}
	c.allow = make(map[netip.AddrPort]bool, len(cfg.Allow))
	for _, a := range cfg.Allow {
		if !a.Addr().IsLoopback() || a.Port() == 0 {
			return nil, fmt.Errorf("safehttp: %s may not be allowed: expected a loopback address with a port", a)
		}
		c.allow[netip.AddrPortFrom(a.Addr().Unmap(), a.Port())] = true
	}
	if cfg.Pin != "" {
		if host, port, err := net.SplitHostPort(cfg.Pin); err != nil || host == "" || port == "" {
			return nil, fmt.Errorf("safehttp: pin %q: expected host:port", cfg.Pin)
		}
		c.cfg.Pin = strings.ToLower(cfg.Pin)
	}
	c.transport = c.newTransport()
	return c, nil
}

func withDefaults(cfg Config) Config {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&cfg.Timeout, time.Minute}, {&cfg.ConnectTimeout, 15 * time.Second},
		{&cfg.HeaderTimeout, 30 * time.Second}, {&cfg.SlowWindow, 20 * time.Second},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	for _, d := range []struct {
		field *int64
		value int64
	}{{&cfg.SlowBytes, 20 << 10}, {&cfg.MaxBytes, 16 << 20}, {&cfg.MaxWire, 8 << 20}, {&cfg.MaxHeader, 256 << 10}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if cfg.MaxRedirects == 0 {
		cfg.MaxRedirects = 5
	}
	return cfg
}

func agent(version, contact string) string {
	if version == "" {
		version = "0"
	}
	if contact == "" {
		return "Sarhad/" + version
	}
	return "Sarhad/" + version + " (+" + contact + ")"
}

// Close drops the idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Get fetches req.URL. The error is always an *Error.
func (c *Client) Get(ctx context.Context, req Request) (*Response, error) {
	start := time.Now()
	ctx, stop := context.WithTimeout(ctx, c.cfg.Timeout)
	defer stop()
	res, err := c.follow(ctx, req)
	if err != nil {
		c.log.DebugContext(ctx, "fetch failed", "error", err)
		return nil, err
	}
	res.Elapsed = time.Since(start)
	return res, nil
}

// Post sends body once to rawurl and reads the answer. A redirect is an error: a
// webhook that has moved is the operator's to correct. The error is always an *Error.
func (c *Client) Post(ctx context.Context, rawurl, contentType string, body []byte, header map[string]string) (*Response, error) {
	start := time.Now()
	ctx, stop := context.WithTimeout(ctx, c.cfg.Timeout)
	defer stop()
	u, err := c.checkURL(rawurl)
	if err != nil {
		return nil, err
	}
	h := c.header(header, "")
	h.Set("Content-Type", contentType)
	res, err := c.once(ctx, http.MethodPost, u, h, body, c.cfg.MaxBytes)
	if err != nil {
		return nil, err
	}
	if target := res.Header.Get("Location"); res.Status/100 == 3 && target != "" {
		return nil, fail(Redirect, u.String(), "a redirect in answer to a POST is not followed", nil)
	}
	res.Elapsed = time.Since(start)
	return res, nil
}

// header is what every request carries; the caller's own come first, so that
// ours stand where both name one.
func (c *Client) header(extra map[string]string, accept string) http.Header {
	h := make(http.Header, len(extra)+4)
	for name, value := range extra {
		h.Set(name, value)
	}
	if accept == "" {
		accept = "*/*"
	}
	h.Set("Accept", accept)
	h.Set("Accept-Encoding", "gzip, br, zstd")
	h.Set("User-Agent", c.agent)
	return h
}
