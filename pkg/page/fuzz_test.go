package page

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// FuzzExtract looks for pages that panic, or whose article is not valid UTF-8, has
// empty paragraphs or an address that is not http.
func FuzzExtract(f *testing.F) {
	f.Add([]byte(newsPage), "https://news.example/2024/05/17/a")
	f.Add([]byte(listPage), "")
	for _, c := range regional {
		f.Add([]byte(c.page), "https://news.example/1")
	}
	f.Add([]byte(`<script type="application/ld+json">{"@graph":[[{"@type":["Article"],"author":[{"name":[1]}],"image":[[]]}]]}</script><p>x`), "::")
	f.Add([]byte("<table><tr><td>a<td>b<tr><td><p>c</table><a><b><p></a></b>"), "http://[::1]/")
	f.Add([]byte("\xff\xfe<\x00p\x00>\x00"), "http://example.org/%zz")
	f.Fuzz(func(t *testing.T, b []byte, address string) {
		a, err := Extract(b, Options{URL: address})
		if err != nil {
			if strings.Contains(err.Error(), ErrBroken.Error()) {
				t.Fatal(err)
			}
			return
		}
		if !utf8.ValidString(a.Text) || !utf8.ValidString(a.Title) {
			t.Errorf("text or title is no UTF-8: %q %q", a.Title, a.Text)
		}
		for _, p := range strings.Split(a.Text, "\n\n") {
			if a.Text != "" && strings.TrimSpace(p) == "" {
				t.Errorf("an empty paragraph in %q", a.Text)
			}
		}
		if a.CanonicalURL != "" && !strings.HasPrefix(a.CanonicalURL, "http") {
			t.Errorf("canonical address %q", a.CanonicalURL)
		}
	})
}

// FuzzDate looks for strings that panic the reader of dates or give a year out of range.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"2024-05-17T08:30:00+05:00", "۲۸ ثور ۱۴۰۳", "17. Mai 2024", "1/2/3", "1 ثور 1490", "د ۱۴۰۳ کال", "2024年5月", "May 17, 2024 8:30 PM GMT+5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, first := range []bool{true, false} {
			if d, ok := dateOf(s, first); ok && (d.Year() < 1969 || d.Year() > 2101) {
				t.Errorf("%q is %s", s, d.Time)
			}
		}
	})
}

// FuzzList looks for selectors and pages that panic.
func FuzzList(f *testing.F) {
	f.Add([]byte(listPage), "ul > li", "a", "time")
	f.Add([]byte(listPage), ":has(li:nth-child(2n+1))", "a:not(.x)", "*")
	f.Fuzz(func(t *testing.T, b []byte, item, link, date string) {
		entries, err := Entries(b, news.List{Item: item, Link: link, Date: date}, Options{URL: "https://example.org/"})
		if err != nil && strings.Contains(err.Error(), ErrBroken.Error()) {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.URL, "http") {
				t.Errorf("address %q", e.URL)
			}
		}
	})
}
