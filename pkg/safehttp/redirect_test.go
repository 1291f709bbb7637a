package safehttp

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func TestRedirects(t *testing.T) {
	var secret atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { secret.Add(1) }))
	defer inside.Close()
	c, base := serve(t, Config{Contact: "desk@sarhad.example"}, func(w http.ResponseWriter, r *http.Request) {
		if n, ok := strings.CutPrefix(r.URL.Path, "/steps/"); ok {
			left, _ := strconv.Atoi(n)
			if left > 0 {
				http.Redirect(w, r, "/steps/"+strconv.Itoa(left-1), http.StatusMovedPermanently)
			}
			return
		}
		status, _ := strconv.Atoi(r.URL.Query().Get("status"))
		if to := r.URL.Query().Get("to"); to != "" {
			w.Header().Set("Location", to)
		}
		if status > 0 {
			w.WriteHeader(status)
		}
	})
	hop := func(status int, to string) string {
		return fmt.Sprintf("%s/?status=%d&to=%s", base, status, escape(to))
	}
	for _, tt := range []struct {
		name, url        string
		class            Class
		final, permanent string
	}{
		{"permanent", hop(301, "/end"), "", base + "/end", base + "/end"},
		{"permanent by 308", hop(308, base+"/end"), "", base + "/end", base + "/end"},
		{"temporary", hop(302, "/end"), "", base + "/end", ""},
		{"one temporary among permanent", hop(301, hop(307, "/end")), "", base + "/end", ""},
		{"fragment dropped", hop(301, "/end#x"), "", base + "/end", base + "/end"},
		{"five", base + "/steps/5", "", base + "/steps/0", base + "/steps/0"},
		{"six", base + "/steps/6", Redirect, "", ""},
		{"relative twice", hop(302, "/again?status=302&to=end"), "", base + "/end", ""},
		{"no target", hop(302, ""), "", hop(302, ""), ""},
		{"metadata", hop(302, "http://169.254.169.254/latest/meta-data/"), Forbidden, "", ""},
		{"metadata by NAT64", hop(302, "http://[64:ff9b::a9fe:a9fe]/"), Forbidden, "", ""},
		{"loopback not named", hop(302, inside.URL), Forbidden, "", ""},
		{"scheme relative inside", hop(302, "//127.0.0.1:25/"), Forbidden, "", ""},
		{"file", hop(302, "file:///etc/passwd"), BadURL, "", ""},
		{"user name", hop(302, "http://a:b@outlet.example/"), BadURL, "", ""},
		{"port", hop(302, "http://8.8.8.8:25/"), Forbidden, "", ""},
		{"not an address", hop(302, "http://%zz/"), Redirect, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res, err := c.Get(context.Background(), Request{URL: tt.url})
			if ClassOf(err) != tt.class {
				t.Fatalf("error %v, want class %q", err, tt.class)
			}
			if err == nil && (res.URL != tt.final || res.Permanent != tt.permanent) {
				t.Errorf("URL %s permanent %q, want %s and %q", res.URL, res.Permanent, tt.final, tt.permanent)
			}
		})
	}
	if secret.Load() != 0 {
		t.Error("a server that no configuration names was asked")
	}
}

func escape(s string) string {
	return strings.NewReplacer("%", "%25", "&", "%26", "#", "%23", "?", "%3F", "=", "%3D").Replace(s)
}

func TestRedirectCircle(t *testing.T) {
	c, base := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
		next := map[string]string{"/a": "/b", "/b": "/c", "/c": "/b", "/self": "/self"}
		http.Redirect(w, r, next[r.URL.Path], http.StatusFound)
	})
	for _, path := range []string{"/a", "/self"} {
		_, err := c.Get(context.Background(), Request{URL: base + path})
		if ClassOf(err) != Redirect || !strings.Contains(err.Error(), "circle") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestSecretsStayWithTheirOrigin(t *testing.T) {
	seen := make(chan string, 1)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header.Get("Authorization") + "|" + r.Header.Get("If-None-Match")
	}))
	defer other.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusMovedPermanently)
	}))
	defer secure.Close()
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	c, base := serve(t, Config{RootCAs: roots, Allow: []netip.AddrPort{addrPort(t, other.URL), addrPort(t, secure.URL)}},
		func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) })
	key := map[string]string{"Authorization": "Bearer k"}

	if _, err := c.Get(context.Background(), Request{URL: base, Header: key, ETag: `"e"`}); err != nil {
		t.Fatal(err)
	}
	if got := <-seen; got != `|"e"` {
		t.Errorf("the other origin saw %q", got)
	}
	if _, err := c.Get(context.Background(), Request{URL: secure.URL, Header: key}); ClassOf(err) != Redirect {
		t.Errorf("credentials from TLS to plain: %v", err)
	}
	res, err := c.Get(context.Background(), Request{URL: secure.URL})
	if err != nil || res.Permanent != "" {
		t.Errorf("without credentials: %+v, %v", res, err)
	}
	<-seen
}

// answering is a resolver, over a real socket, whose n-th look-up of an A record
// gives the n-th set of addresses (comma separated), and then the last one for ever.
func answering(t *testing.T, sets ...string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() {
		buf, asked := make([]byte, 1500), 0
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var q dnsmessage.Message
			if q.Unpack(buf[:n]) != nil || len(q.Questions) != 1 {
				continue
			}
			reply := dnsmessage.Message{Header: dnsmessage.Header{ID: q.ID, Response: true}, Questions: q.Questions}
			if q.Questions[0].Type == dnsmessage.TypeA {
				for _, a := range strings.Split(sets[min(asked, len(sets)-1)], ",") {
					reply.Answers = append(reply.Answers, dnsmessage.Resource{
						Header: dnsmessage.ResourceHeader{Name: q.Questions[0].Name, Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET},
						Body:   &dnsmessage.AResource{A: netip.MustParseAddr(a).As4()},
					})
				}
				asked++
			}
			if packed, err := reply.Pack(); err == nil {
				conn.WriteTo(packed, from)
			}
		}
	})
	t.Cleanup(func() { conn.Close(); done.Wait() })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// on starts a server at an exact address and counts what reaches it.
func on(t *testing.T, address string) (netip.AddrPort, *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	var hits atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		w.Header().Set("Connection", "close")
	}))
	s.Listener.Close()
	s.Listener = l
	s.Start()
	t.Cleanup(s.Close)
	return netip.MustParseAddrPort(l.Addr().String()), &hits
}

func TestRebinding(t *testing.T) {
	good, asked := on(t, "127.0.0.2:0")
	_, secret := on(t, netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), good.Port()).String())
	target := fmt.Sprintf("http://flip.example:%d/", good.Port())
	c := newClient(t, Config{
		Contact: "desk@sarhad.example", Allow: []netip.AddrPort{good},
		Resolver: answering(t, "127.0.0.2", "127.0.0.1", "127.0.0.1,127.0.0.2", "169.254.169.254,10.0.0.1"),
	})
	for i, class := range []Class{"", Forbidden, "", Forbidden} {
		if _, err := c.Get(context.Background(), Request{URL: target}); ClassOf(err) != class {
			t.Errorf("look-up %d: %v, want class %q", i+1, err, class)
		}
	}
	if asked.Load() != 2 || secret.Load() != 0 {
		t.Errorf("the named server was asked %d times and the other %d, want 2 and 0", asked.Load(), secret.Load())
	}
}

func TestNoSuchName(t *testing.T) {
	c := newClient(t, Config{Contact: "desk@sarhad.example", Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: fmt.Errorf("no resolver")}
	}}})
	if _, err := c.Get(context.Background(), Request{URL: "http://outlet.example/"}); ClassOf(err) != DNS {
		t.Errorf("Get = %v", err)
	}
}
