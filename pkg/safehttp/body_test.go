package safehttp

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// pack writes body in a content encoding.
func pack(t testing.TB, encoding string, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch encoding {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "br":
		w = brotli.NewWriterLevel(&out, 5)
	case "zstd":
		var err error
		if w, err = zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestEncodings(t *testing.T) {
	plain := []byte("<rss>" + strings.Repeat("طورخم کراسنگ reopens. ", 500) + "</rss>")
	bomb := make([]byte, 24<<20)
	twice := pack(t, "gzip", pack(t, "gzip", plain))
	for _, tt := range []struct {
		name, header string
		body         []byte
		class        Class
		want         []byte
	}{
		{"gzip", "gzip", pack(t, "gzip", plain), "", plain},
		{"x-gzip", "X-GZIP", pack(t, "gzip", plain), "", plain},
		{"br", "br", pack(t, "br", plain), "", plain},
		{"zstd", "zstd", pack(t, "zstd", plain), "", plain},
		{"identity named", "identity", plain, "", plain},
		{"gzip and identity", "identity, gzip", pack(t, "gzip", plain), "", plain},
		{"gzip of nothing at all", "gzip", nil, "", []byte{}},
		{"gzip in two members", "gzip", append(pack(t, "gzip", plain[:100]), pack(t, "gzip", plain[100:])...), "", plain},
		{"packed twice, named once", "gzip", twice, "", pack(t, "gzip", plain)},
		{"packed twice, named twice", "gzip, gzip", twice, Encoding, nil},
		{"two codings", "gzip, br", twice, Encoding, nil},
		{"unknown coding", "compress", plain, Encoding, nil},
		{"deflate was not offered", "deflate", plain, Encoding, nil},
		{"plain called gzip", "gzip", plain, Encoding, nil},
		{"plain called br", "br", plain, Encoding, nil},
		{"plain called zstd", "zstd", plain, Encoding, nil},
		{"cut gzip", "gzip", half(pack(t, "gzip", plain)), Encoding, nil},
		{"cut br", "br", half(pack(t, "br", plain)), Encoding, nil},
		{"cut zstd", "zstd", half(pack(t, "zstd", plain)), Encoding, nil},
		{"zstd that asks for a window of 1 GiB", "zstd", []byte("\x28\xb5\x2f\xfd\x00\xa0\x09\x00\x00x"), Encoding, nil},
		{"gzip bomb", "gzip", pack(t, "gzip", bomb), Bomb, nil},
		{"br bomb", "br", pack(t, "br", bomb), Bomb, nil},
		{"zstd bomb", "zstd", pack(t, "zstd", bomb), Bomb, nil},
		{"bomb in a bomb", "gzip", pack(t, "gzip", pack(t, "gzip", bomb)), "", pack(t, "gzip", bomb)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, base := serve(t, Config{}, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", tt.header)
				w.Write(tt.body)
			})
			res, err := c.Get(context.Background(), Request{URL: base})
			if ClassOf(err) != tt.class {
				t.Fatalf("error %v, want class %q", err, tt.class)
			}
			if err == nil && (!bytes.Equal(res.Body, tt.want) || res.Wire != int64(len(tt.body))) {
				t.Errorf("got %d bytes over %d on the wire, want %d over %d", len(res.Body), res.Wire, len(tt.want), len(tt.body))
			}
		})
	}
}

func half(b []byte) []byte { return b[:len(b)/2] }

func TestDecode(t *testing.T) {
	plain := []byte(strings.Repeat("<url/>", 1000))
	if got, err := Decode("gzip", pack(t, "gzip", plain), 1<<20); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("Decode = %d bytes, %v", len(got), err)
	}
	for class, packed := range map[Class][]byte{
		TooLarge: pack(t, "gzip", plain), Encoding: plain, Bomb: pack(t, "gzip", make([]byte, 8<<20)),
	} {
		limit := int64(16 << 20)
		if class == TooLarge {
			limit = int64(len(plain)) - 1
		}
		if _, err := Decode("gzip", packed, limit); ClassOf(err) != class {
			t.Errorf("Decode = %v, want class %s", err, class)
		}
	}
}

func TestSizeLimits(t *testing.T) {
	kib := bytes.Repeat([]byte("0123456789abcdef"), 64)
	c, base := serve(t, Config{MaxWire: 64 << 10, MaxBytes: 32 << 10, MaxHeader: 16 << 10}, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			for r.Context().Err() == nil {
				w.Write(kib)
			}
		case "/claims":
			w.Header().Set("Content-Length", "70000")
			w.Write(kib)
		case "/header":
			w.Header().Set("X-Long", strings.Repeat("x", 3<<20))
		case "/exact":
			w.Write(bytes.Repeat(kib, 32))
		default:
			w.Write(bytes.Repeat(kib, 33))
		}
	})
	for path, class := range map[string]Class{"/exact": "", "/over": TooLarge, "/endless": TooLarge, "/claims": TooLarge, "/header": TooLarge} {
		if _, err := c.Get(context.Background(), Request{URL: base + path}); ClassOf(err) != class {
			t.Errorf("Get(%s) = %v, want class %q", path, err, class)
		}
	}
	if _, err := c.Get(context.Background(), Request{URL: base + "/exact", MaxBytes: 1024}); ClassOf(err) != TooLarge {
		t.Errorf("the request's own limit: %v", err)
	}
	if res, err := c.Get(context.Background(), Request{URL: base + "/over", MaxBytes: 40 << 10}); err != nil || len(res.Body) != 33<<10 {
		t.Errorf("the request's own higher limit: %v", err)
	}
}

func TestHeaderLimitOverHTTP2(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kib, _ := strconv.Atoi(r.URL.Query().Get("kib"))
		for i := range kib / 4 {
			w.Header().Set(fmt.Sprintf("X-Long-%d", i), strings.Repeat("x", 4<<10))
		}
	}))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = quiet()
	s.StartTLS()
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	c := newClient(t, Config{Allow: []netip.AddrPort{addrPort(t, s.URL)}, RootCAs: roots})
	// Over the limit, net/http ends the connection as a breach of the protocol.
	for kib, class := range map[int]Class{100: "", 280: Protocol, 3 << 10: Protocol} {
		if _, err := c.Get(context.Background(), Request{URL: fmt.Sprintf("%s/?kib=%d", s.URL, kib)}); ClassOf(err) != class {
			t.Errorf("%d KiB of header: %v, want class %q", kib, err, class)
		}
	}
}

func TestSlowBody(t *testing.T) {
	trickle := func(w http.ResponseWriter, r *http.Request) {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if r.Context().Err() != nil {
				return
			}
			w.Write([]byte("x"))
			w.(http.Flusher).Flush()
		}
	}
	c, base := serve(t, Config{SlowWindow: 100 * time.Millisecond, SlowBytes: 10 << 10}, trickle)
	if _, err := c.Get(context.Background(), Request{URL: base}); ClassOf(err) != TooSlow {
		t.Errorf("a byte at a time: %v", err)
	}
	c, base = serve(t, Config{Timeout: 300 * time.Millisecond}, trickle)
	if _, err := c.Get(context.Background(), Request{URL: base}); ClassOf(err) != Timeout {
		t.Errorf("without end: %v", err)
	}
}

func TestMinimumSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, Config{})
		for _, tt := range []struct {
			perSecond, seconds int64
			slow               bool
		}{{1 << 10, 300, false}, {1 << 9, 19, false}, {1 << 9, 21, true}, {0, 21, true}, {1 << 30, 19, false}} {
			ctx, cancel := context.WithCancelCause(t.Context())
			wire := &wireReader{}
			stop := c.watch(wire, cancel)
			time.Sleep(time.Second / 2) // so that no byte comes in the very moment of a check
			for range tt.seconds {
				wire.n.Add(tt.perSecond)
				time.Sleep(time.Second)
			}
			stop()
			time.Sleep(time.Minute)
			if slow := ClassOf(context.Cause(ctx)) == TooSlow; slow != tt.slow {
				t.Errorf("%d bytes a second for %d s: too slow %v", tt.perSecond, tt.seconds, slow)
			}
			cancel(nil)
		}
	})
}

// speak answers every connection with fixed bytes, HTTP or not.
func speak(t *testing.T, answer string) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			http.ReadRequest(bufio.NewReader(conn))
			io.WriteString(conn, answer)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return netip.MustParseAddrPort(l.Addr().String())
}

func TestBrokenAnswers(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		class        Class
		body         string
	}{
		{"longer than said", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfive and more", "", "five "},
		{"shorter than said", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nfive", Protocol, ""},
		{"shorter than said, packed", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 500\r\n\r\n" + string(half(pack(t, "gzip", []byte("body")))), Protocol, ""},
		{"no length", "HTTP/1.0 200 OK\r\n\r\nto the end", "", "to the end"},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nfive 6", Protocol, ""},
		{"negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", Protocol, ""},
		{"cut chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc", Protocol, ""},
		{"chunk of no size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", Protocol, ""},
		{"not HTTP", "SSH-2.0-server\r\n", Protocol, ""},
		{"nothing", "", Protocol, ""},
		{"cut header", "HTTP/1.1 200 OK\r\nContent-", Protocol, ""},
		{"status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", Protocol, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at := speak(t, tt.answer)
			c := newClient(t, Config{Allow: []netip.AddrPort{at}})
			res, err := c.Get(context.Background(), Request{URL: "http://" + at.String()})
			if ClassOf(err) != tt.class {
				t.Fatalf("error %v, want class %q", err, tt.class)
			}
			if err == nil && string(res.Body) != tt.body {
				t.Errorf("body %q, want %q", res.Body, tt.body)
			}
		})
	}
}
