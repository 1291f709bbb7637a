package news

import (
	"testing"
	"time"
)

func TestCanonicalURL(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"HTTPS://WWW.Example.com:443/News/Story?utm_source=x&id=7#top", "https://www.example.com/News/Story?id=7"},
		{"http://example.com", "http://example.com/"},
		{"http://example.com:8080/a", "http://example.com:8080/a"},
		{"https://example.com/a/?b=2&a=1&fbclid=z", "https://example.com/a/?a=1&b=2"},
		{"https://example.com/a/../b/./c/", "https://example.com/b/c/"},
		{"https://example.com./x", "https://example.com/x"},
		{"https://example.com/خبر", "https://example.com/%D8%AE%D8%A8%D8%B1"},
		{"https://user:pw@example.com/", ""},
		{"ftp://example.com/x", ""},
		{"/relative", ""},
		{"", ""},
		{"https://[2001:db8::1]/x", "https://[2001:db8::1]/x"},
	} {
		if got := CanonicalURL(c.in); got != c.want {
			t.Errorf("CanonicalURL(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestCanonicalURLIsIdempotent(t *testing.T) {
	for _, u := range []string{"https://example.com/a?b=1&a=2&a=1", "http://EXAMPLE.com//x//y/", "https://example.com/%7Euser/?q=%20"} {
		once := CanonicalURL(u)
		if twice := CanonicalURL(once); once != twice {
			t.Errorf("CanonicalURL(%q): %q, then %q", u, once, twice)
		}
	}
}

func TestIDPrefersAddressThenGUIDThenText(t *testing.T) {
	when := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	a := Entry{URL: "https://example.com/a?utm_medium=rss", GUID: "1", Title: "T"}
	if ID("x", a) != ID("y", Entry{URL: "https://example.com/a"}) {
		t.Error("the same address at two sources is two items")
	}
	if ID("x", Entry{GUID: "1"}) == ID("y", Entry{GUID: "1"}) {
		t.Error("the same guid at two sources is one item")
	}
	if ID("x", Entry{Title: "T"}) == ID("x", Entry{Title: "T", Published: &when}) {
		t.Error("two dates of one title are one item")
	}
	if got := ID("x", Entry{Published: &when}); got != "" {
		t.Errorf("an empty entry has the id %q", got)
	}
	if got := len(ID("x", a)); got != 32 {
		t.Errorf("id has %d digits, want 32", got)
	}
}
