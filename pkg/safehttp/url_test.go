package safehttp

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func TestRefusedBeforeTheNetwork(t *testing.T) {
	c := newClient(t, Config{Contact: "desk@sarhad.example", Allow: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:9000")}})
	for _, tt := range []struct {
		url   string
		class Class
	}{
		{"", BadURL}, {"/path", BadURL}, {"//host/path", BadURL}, {"http://", BadURL}, {"http:host", BadURL}, {"http:///x", BadURL},
		{"ftp://host.example/x", BadURL}, {"file:///etc/passwd", BadURL}, {"gopher://host.example/", BadURL}, {"javascript:alert(1)", BadURL}, {"data:text/html,x", BadURL},
		{"http://user@host.example/", BadURL}, {"https://user:pass@host.example/", BadURL}, {"http://@host.example/", BadURL},
		{"http://host.example\\@127.0.0.1/", BadURL}, {"http://host example/", BadURL}, {"http://ho\x00st/", BadURL},
		{"http://host.example:0/", BadURL}, {"http://host.example:65536/", BadURL}, {"http://host.example:abc/", BadURL},
		{"http://2130706433/", BadURL}, {"http://0x7f000001/", BadURL}, {"http://0177.0.0.1/", BadURL}, {"http://127.1/", BadURL}, {"http://1.2.3.4.5/", BadURL},
		{"http://[fe80::1%25eth0]/", BadURL}, {"http://a..example/", BadURL}, {"http://" + strings.Repeat("a", 64) + ".example/", BadURL},
		{"http://host.example/" + strings.Repeat("a", 9<<10), BadURL},
		{"http://127.0.0.1/", Forbidden}, {"http://127.0.0.1:9001/", Forbidden}, {"http://127.0.0.2:9000/", Forbidden}, {"http://[::1]:9000/", Forbidden},
		{"http://[::ffff:127.0.0.1]:9000/", Forbidden}, {"http://169.254.169.254/latest/meta-data/", Forbidden}, {"http://[64:ff9b::a9fe:a9fe]/", Forbidden},
		{"http://１２７.0.0.1/", BadURL}, {"http://host.example:22/", Forbidden}, {"https://8.8.8.8:9000/", Forbidden},
	} {
		_, err := c.Get(context.Background(), Request{URL: tt.url})
		if ClassOf(err) != tt.class {
			t.Errorf("Get(%.60q) = %v, want class %s", tt.url, err, tt.class)
		}
		if _, err := c.Post(context.Background(), tt.url, "text/plain", nil, nil); ClassOf(err) != tt.class {
			t.Errorf("Post(%.60q) = %v, want class %s", tt.url, err, tt.class)
		}
	}
}

func TestNothingIsSentWithoutAContact(t *testing.T) {
	c := newClient(t, Config{Allow: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:9000")}})
	for _, u := range []string{"https://outlet.example/feed", "http://8.8.8.8/", "http://localhost:9000/"} {
		_, err := c.Get(context.Background(), Request{URL: u})
		if !errors.Is(err, ErrNoContact) || ClassOf(err) != Forbidden {
			t.Errorf("Get(%s) = %v, want ErrNoContact", u, err)
		}
	}
	if err := c.checkDial("tcp4", "8.8.8.8:443"); !errors.Is(err, ErrNoContact) {
		t.Errorf("checkDial = %v, want ErrNoContact", err)
	}
}

func TestNew(t *testing.T) {
	for name, cfg := range map[string]Config{
		"public allow":  {Allow: []netip.AddrPort{netip.MustParseAddrPort("8.8.8.8:80")}},
		"private allow": {Allow: []netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:80")}},
		"port zero":     {Allow: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")}},
		"contact":       {Contact: "a\r\nX-Evil: 1"},
		"pin":           {Pin: "chat.internal"},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: New accepts it", name)
		}
	}
}

func TestDomain(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.dawn.com/news/1": "dawn.com", "http://feeds.bbci.co.uk/news/rss.xml": "bbci.co.uk", "https://tolonews.com": "tolonews.com",
		"https://www.radio.gov.pk/": "radio.gov.pk", "https://a.b.desk.gov.pk/": "desk.gov.pk", "https://one.github.io/": "one.github.io", "https://github.io/": "github.io",
		"https://WWW.Example.COM./x": "example.com", "https://خبریں.example/": "xn--ngblk26czc.example", "http://127.0.0.1:8080/a": "127.0.0.1:8080",
		"http://[2606:4700::1111]/": "[2606:4700::1111]", "http://localhost/": "localhost", "https://my_outlet.example/": "my_outlet.example", "ftp://x.example/": "", "": "", "::": "", "https://u@x.example/": "",
	} {
		if got := Domain(in); got != want {
			t.Errorf("Domain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestErrorsAreFitForALog(t *testing.T) {
	c := newClient(t, Config{Contact: "desk@sarhad.example"})
	_, err := c.Get(context.Background(), Request{URL: "https://clerk:secret@outlet.example/\u202etxt." + strings.Repeat("x", 1000)})
	text := err.Error()
	if strings.Contains(text, "secret") || strings.Contains(text, "\u202e") || len(text) > 500 {
		t.Errorf("error text %q", text)
	}
}
