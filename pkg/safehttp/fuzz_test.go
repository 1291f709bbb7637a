package safehttp

import (
	"net/netip"
	"strings"
	"testing"
	"unicode"
)

// FuzzURL: what passes the check must be read the same way by whoever reads it
// next, and a host that is an address must be one that may be dialled.
func FuzzURL(f *testing.F) {
	for _, seed := range []string{
		"https://www.outlet.example:443/a?b=c#d", "http://[::ffff:127.0.0.1]/", "http://127.0.0.1\\@outlet.example/", "http://user@host/", "HTTP://１２７.0.0.1/",
		"http://خبریں.example./", "http://0x7f.1/", "http://a%00b/", "http://[fe80::1%25lo]/", "http:////x", "http://x:99999/", "http://xn--a/",
	} {
		f.Add(seed)
	}
	c, err := New(Config{Contact: "desk@sarhad.example"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		domain := Domain(raw)
		u, err := c.checkURL(raw)
		if err != nil {
			if ClassOf(err) == "" || strings.ContainsFunc(err.Error(), unicode.IsControl) {
				t.Errorf("error %q", err)
			}
			return
		}
		again, err := c.checkURL(u.String())
		if err != nil || again.String() != u.String() {
			t.Errorf("%q is read as %q and then as %v, %v", raw, u, again, err)
		}
		if addr, err := netip.ParseAddr(u.Hostname()); err == nil && forbidden(addr) != "" {
			t.Errorf("%q passes", raw)
		}
		if u.User != nil || u.Fragment != "" || domain == "" || !strings.HasSuffix(u.Host, domain) && !strings.HasSuffix(u.Hostname(), domain) {
			t.Errorf("%q: %q of domain %q", raw, u, domain)
		}
	})
}
