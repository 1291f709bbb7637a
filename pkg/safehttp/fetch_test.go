package safehttp

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newClient(t *testing.T, cfg Config) *Client {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// serve starts a server and a Client that may go to it and nowhere else.
func serve(t *testing.T, cfg Config, h http.HandlerFunc) (*Client, string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	cfg.Allow = append(cfg.Allow, addrPort(t, s.URL))
	return newClient(t, cfg), s.URL
}

func addrPort(t *testing.T, rawurl string) netip.AddrPort {
	t.Helper()
	u, err := url.Parse(rawurl)
	if err != nil {
		t.Fatal(err)
	}
	a, err := netip.ParseAddrPort(u.Host)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestGet(t *testing.T) {
	var got http.Header
	c, base := serve(t, Config{Contact: "desk@sarhad.example", Version: "1.2"}, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		w.Header().Set("ETag", `W/"a b"`)
		fmt.Fprint(w, "<rss/>")
	})
	res, err := c.Get(context.Background(), Request{
		URL: " " + base + "/feed#part ", ETag: `W/"x, y"`, LastModified: "yesterday, about noon", Accept: "application/rss+xml",
		Header: map[string]string{"User-Agent": "Other", "accept-encoding": "identity", "X-Key": "k"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if res.Status != 200 || string(res.Body) != "<rss/>" || res.URL != base+"/feed" || res.Permanent != "" ||
		res.ContentType != "text/xml; charset=utf-8" || res.Header.Get("ETag") != `W/"a b"` || res.Wire != 6 || res.IP != "127.0.0.1" || res.Elapsed <= 0 {
		t.Errorf("response %+v", res)
	}
	want := http.Header{
		"User-Agent": {"Sarhad/1.2 (+desk@sarhad.example)"}, "Accept": {"application/rss+xml"}, "Accept-Encoding": {"gzip, br, zstd"},
		"If-None-Match": {`W/"x, y"`}, "If-Modified-Since": {"yesterday, about noon"}, "X-Key": {"k"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("request header (-want +got):\n%s", d)
	}
}

func TestNotModified(t *testing.T) {
	c, base := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"new"`)
		w.Header().Set("Content-Encoding", "br")
		w.WriteHeader(http.StatusNotModified)
	})
	res, err := c.Get(context.Background(), Request{URL: base, ETag: `"old"`})
	if err != nil || res.Status != 304 || len(res.Body) != 0 || res.Header.Get("ETag") != `"new"` {
		t.Errorf("Get = %+v, %v", res, err)
	}
}

func TestStatusIsAnAnswer(t *testing.T) {
	c, base := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "120")
		if r.URL.Path == "/broken" {
			w.Header().Set("Content-Encoding", "gzip")
		}
		w.WriteHeader(http.StatusTooManyRequests)
		body := "slow down"
		if r.URL.Path == "/long" {
			body = strings.Repeat("x", 100<<10)
		}
		fmt.Fprint(w, body)
	})
	for path, want := range map[string]string{"/": "slow down", "/broken": "", "/long": ""} {
		res, err := c.Get(context.Background(), Request{URL: base + path})
		if err != nil || res.Status != 429 || res.Header.Get("Retry-After") != "120" || string(res.Body) != want {
			t.Errorf("Get(%s) = %+v, %v", path, res, err)
		}
	}
}

func TestPost(t *testing.T) {
	c, base := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/", http.StatusTemporaryRedirect)
			return
		}
		var body bytes.Buffer
		body.ReadFrom(r.Body)
		fmt.Fprintf(w, "%s %s %s %s", r.Method, r.Header.Get("Content-Type"), r.Header.Get("X-Signature"), body.String())
	})
	res, err := c.Post(context.Background(), base+"/hook", "application/json", []byte(`{"n":1}`), map[string]string{"X-Signature": "s"})
	if err != nil || string(res.Body) != `POST application/json s {"n":1}` {
		t.Errorf("Post = %+v, %v", res, err)
	}
	if _, err := c.Post(context.Background(), base+"/moved", "text/plain", nil, nil); ClassOf(err) != Redirect {
		t.Errorf("Post to a redirect = %v", err)
	}
}

func TestEnvironmentProxyIsIgnored(t *testing.T) {
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer proxy.Close()
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	t.Setenv("ALL_PROXY", proxy.URL)
	c := newClient(t, Config{Contact: "desk@sarhad.example", ConnectTimeout: 10 * time.Millisecond, Resolver: answering(t, "127.0.0.1")})
	if _, err := c.Get(context.Background(), Request{URL: "http://outlet.example/"}); ClassOf(err) != Forbidden {
		t.Errorf("Get = %v", err)
	}
	if asked.Load() != 0 {
		t.Error("the proxy of the environment was asked")
	}
}

func TestPin(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/", http.StatusFound)
		}
	}))
	defer s.Close()
	c := newClient(t, Config{Pin: addrPort(t, s.URL).String()})
	if res, err := c.Get(context.Background(), Request{URL: s.URL + "/"}); err != nil || res.Status != 200 {
		t.Errorf("Get of the pinned endpoint = %+v, %v", res, err)
	}
	if _, err := c.Get(context.Background(), Request{URL: s.URL + "/away"}); ClassOf(err) != Redirect {
		t.Errorf("Get of a redirect = %v", err)
	}
	for _, u := range []string{"http://127.0.0.1:1/", "https://outlet.example/"} {
		if _, err := c.Get(context.Background(), Request{URL: u}); ClassOf(err) != Forbidden {
			t.Errorf("Get(%s) = %v, want forbidden", u, err)
		}
	}
}

func TestConnectErrors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := netip.MustParseAddrPort(l.Addr().String())
	l.Close()
	c := newClient(t, Config{Allow: []netip.AddrPort{gone}})
	if _, err := c.Get(context.Background(), Request{URL: "http://" + gone.String()}); ClassOf(err) != Connect {
		t.Errorf("closed port: %v", err)
	}
	held := make(chan struct{})
	c, base := serve(t, Config{HeaderTimeout: 30 * time.Millisecond}, func(http.ResponseWriter, *http.Request) { <-held })
	defer close(held)
	if _, err := c.Get(context.Background(), Request{URL: base}); ClassOf(err) != Timeout {
		t.Errorf("silent server: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Get(ctx, Request{URL: base}); ClassOf(err) != Canceled {
		t.Errorf("cancelled: %v", err)
	}
	ctx, cancel = context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := c.Get(ctx, Request{URL: base}); ClassOf(err) != Timeout {
		t.Errorf("caller's deadline: %v", err)
	}
}

// expired is a server with a certificate that was good for one day long ago.
func expired(t *testing.T) (*httptest.Server, *x509.CertPool) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2015, 1, 2, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(nil, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: private}}}
	s.Config.ErrorLog = quiet()
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	if parsed, err := x509.ParseCertificate(der); err == nil {
		roots.AddCert(parsed)
	}
	return s, roots
}

func TestExpiredCertificate(t *testing.T) {
	s, roots := expired(t)
	c := newClient(t, Config{Allow: []netip.AddrPort{addrPort(t, s.URL)}, RootCAs: roots})
	if _, err := c.Get(context.Background(), Request{URL: s.URL}); ClassOf(err) != TLS || !strings.Contains(err.Error(), "expired") {
		t.Errorf("Get = %v", err)
	}
}

func TestTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Proto) }))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = quiet()
	s.StartTLS()
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	target := addrPort(t, s.URL)

	c := newClient(t, Config{Allow: []netip.AddrPort{target}, RootCAs: roots})
	if res, err := c.Get(context.Background(), Request{URL: s.URL}); err != nil || string(res.Body) != "HTTP/2.0" {
		t.Errorf("trusted: %+v, %v", res, err)
	}
	c = newClient(t, Config{Allow: []netip.AddrPort{target}})
	if _, err := c.Get(context.Background(), Request{URL: s.URL}); ClassOf(err) != TLS {
		t.Errorf("unknown authority: %v", err)
	}
	c = newClient(t, Config{Contact: "desk@sarhad.example", Allow: []netip.AddrPort{target}, RootCAs: roots, Resolver: answering(t, "127.0.0.1")})
	if _, err := c.Get(context.Background(), Request{URL: fmt.Sprintf("https://other.test:%d/", target.Port())}); ClassOf(err) != TLS {
		t.Errorf("another name's certificate: %v", err)
	}
	c, base := serve(t, Config{}, func(http.ResponseWriter, *http.Request) {})
	if _, err := c.Get(context.Background(), Request{URL: strings.Replace(base, "http:", "https:", 1)}); ClassOf(err) != TLS {
		t.Errorf("plain server asked for TLS: %v", err)
	}
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11}
	old.Config.ErrorLog = quiet()
	old.StartTLS()
	defer old.Close()
	c = newClient(t, Config{Allow: []netip.AddrPort{addrPort(t, old.URL)}, RootCAs: roots})
	if _, err := c.Get(context.Background(), Request{URL: old.URL}); ClassOf(err) != TLS {
		t.Errorf("TLS 1.1: %v", err)
	}
}
