package page

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// sentence is a line of running text for pages made in tests.
const sentence = "The governor of the border district said on Monday that traders had waited nine days for the crossing to open, and that perishable goods were lost."

func wrap(body string) []byte {
	return []byte("<!DOCTYPE html><html lang=en><head><title>Traders wait at the crossing</title></head><body>" + body + "</body></html>")
}

// hostile are pages made to cost more than they should. Each must give its
// sentence, or else the named error.
func hostile() map[string]struct {
	page []byte
	want error
} {
	type c = struct {
		page []byte
		want error
	}
	long := "<article><h1>Traders wait at the crossing</h1><p>" + sentence + "</p><p>" + sentence + " Again.</p></article>"
	var attributes, formats strings.Builder
	for i := range 400_000 {
		fmt.Fprintf(&attributes, " a%d=x", i)
	}
	for i := range 500 {
		fmt.Fprintf(&formats, "<b id=%d>", i)
	}
	return map[string]c{
		"nothing":                       {nil, ErrEmpty},
		"white space":                   {[]byte(" \n\t\r\n "), ErrEmpty},
		"three million nested elements": {wrap(strings.Repeat("<i>", 3_000_000) + long), nil},
		"three million links":           {wrap(strings.Repeat("<a>", 3_000_000) + "</a>" + long), nil},
		"nested beyond the parser":      {wrap(strings.Repeat("<div>", 2000) + long + strings.Repeat("</div>", 2000)), nil},
		"eight megabytes of paragraphs": {wrap(long + strings.Repeat("<p>", 2_700_000)), nil},
		"eight megabytes of text":       {wrap(long + "<p>" + strings.Repeat("word, ", 1_400_000)), nil},
		"eight megabytes of brackets":   {wrap(long + strings.Repeat("<", 8_000_000)), nil},
		"one attribute of a megabyte":   {wrap(`<div class="` + strings.Repeat("related ", 130_000) + `">` + long + "</div>"), nil},
		"very many attributes":          {wrap("<div" + attributes.String() + ">" + long + "</div>"), nil},
		"repeated body tags":            {wrap(long + strings.Repeat("<body a=1 b=2><html c=3>", 200_000)), nil},
		"open formatting elements":      {wrap(long + formats.String() + strings.Repeat("<p>x", 200_000)), nil},
		"unclosed comment":              {wrap(long + "<!--" + strings.Repeat("-", 4_000_000)), nil},
		"deep JSON":                     {wrap(`<script type="application/ld+json">` + strings.Repeat("[", 500_000) + "</script>" + long), nil},
		"null characters":               {bytes.ReplaceAll(wrap(long), []byte("<p>"), []byte("\x00<p>\x00")), nil},
		"wrong charset label":           {bytes.Replace(wrap(long), []byte("<head>"), []byte(`<head><meta charset="x-no-such-charset">`), 1), nil},
		"a picture":                     {append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 5000)...), ErrBinary},
		"a PDF":                         {[]byte("%PDF-1.7\n%âãÏÓ\n1 0 obj"), ErrBinary},
		"control characters":            {bytes.Repeat([]byte{1, 2, 3, 'a'}, 3000), ErrBinary},
		"nulls only":                    {make([]byte, 10_000), ErrBinary},
		"too large":                     {make([]byte, MaxBytes+1), ErrTooLarge},
		"no content":                    {[]byte("<html><body><script>var a = 1</script></body></html>"), ErrNoText},
	}
}

func TestBadInput(t *testing.T) {
	for name, c := range hostile() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			a, err := Extract(c.page, Options{URL: "https://example.org/a"})
			runtime.ReadMemStats(&after)
			if !errors.Is(err, c.want) {
				t.Fatalf("error %v, want %v", err, c.want)
			}
			if spent := after.TotalAlloc - before.TotalAlloc; spent > 1<<30 {
				t.Errorf("%d MB were allocated in all", spent>>20)
			}
			if err == nil && !strings.Contains(a.Text, sentence) {
				t.Errorf("the sentence is missing from %.200q, flags %v", a.Text, a.Flags)
			}
		})
	}
}

func TestDeepPagesAreFlagged(t *testing.T) {
	a, err := Extract(hostile()["nested beyond the parser"].page, Options{})
	if err != nil || !slices.Contains(a.Flags, FlagDegraded) {
		t.Fatalf("flags %v, error %v", a.Flags, err)
	}
	if a.Title != "Traders wait at the crossing" {
		t.Errorf("title %q", a.Title)
	}
}

func TestUTF16(t *testing.T) {
	for _, mark := range []bool{true, false} {
		var b []byte
		if mark {
			b = append(b, 0xff, 0xfe)
		}
		for _, u := range utf16.Encode([]rune(string(wrap("<p>" + sentence + "</p>")))) {
			b = append(b, byte(u), byte(u>>8))
		}
		a, err := Extract(b, Options{})
		if err != nil || a.Text != sentence {
			t.Errorf("with a byte order mark %v: %v %+v", mark, err, a)
		}
	}
}

func TestHostileLists(t *testing.T) {
	l := news.List{Item: "div", Link: "a"}
	for name, c := range hostile() {
		if _, err := Entries(c.page, l, Options{URL: "https://example.org/"}); err == nil {
			t.Errorf("%s: entries and no error", name)
		}
	}
	var b strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&b, "<div><a href=/%d>Story %d</a></div>", i, i)
	}
	got, err := Entries(wrap(b.String()), l, Options{URL: "https://example.org/"})
	if err != nil || len(got) != maxEntries {
		t.Errorf("%d entries, error %v", len(got), err)
	}
}
