package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain text", "Kabul  and\n Peshawar", "Kabul and Peshawar"},
		{"tags inside a word", "<p>Tor<b>kham</b> closed</p>", "Torkham closed"},
		{"blocks part words", "<p>One</p><p>two</p>three<br>four", "One two three four"},
		{"table cells", "<tr><td>Chaman</td><td>closed</td></tr>", "Chaman closed"},
		{"entities", "Fish &amp; chips &lt;b&gt; &#1705;&#x0627;&#x628;&#x644; &nbsp;x", "Fish & chips <b> کابل x"},
		{"decoded once", "&amp;lt;b&amp;gt;", "&lt;b&gt;"},
		{"less than", "if 3 < 5 and 5 > 3", "if 3 < 5 and 5 > 3"},
		{"less than at the end", "a <", "a <"},
		{"script and style", "a<script>if (1<2) alert('</p>')</script>b<STYLE>p{}</STYLE >c", "a b c"},
		{"script without an end", "a<script>var b = 1", "a"},
		{"comment", "a<!-- <p>b</p> -->c", "a c"},
		{"comment without an end", "a<!-- b", "a"},
		{"cdata", "<![CDATA[Torkham <b>shut</b>]]>", "Torkham shut"},
		{"quoted greater than", `<a title="a > b" href='x'>link</a>`, "link"},
		{"quote without an end", `<a title="a>link</a>`, "link"},
		{"tag without an end", "text <a href=x", "text <a href=x"},
		{"processing instruction", `<?xml version="1.0"?>x<!DOCTYPE html>y`, "x y"},
		{"unknown entity", "AT&T &unknown; &", "AT&T &unknown; &"},
		{"numeric entity out of range", "&#x110000;&#0;&#xD800;", "\uFFFD\uFFFD\uFFFD"},
		{"soft hyphen and joiners stay", "می\u200cشود &zwnj;&shy;", "می\u200cشود \u200c\u00ad"},
		{"pashto in markup", `<div dir="rtl"><p>د <i>تورخم</i> لاره</p></div>`, "د تورخم لاره"},
		{"not UTF-8", "a\xFFb<p>\xC3</p>", "a\uFFFDb \uFFFD"},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Plain(c.in); got != c.want {
				t.Errorf("Plain(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

// TestPlainIsLinear reads markup that would take a quadratic reader minutes.
func TestPlainIsLinear(t *testing.T) {
	for _, unit := range []string{"<", "<a ", "<!--", "</", `<a b="`, "<script>", "&", "&#", "<![CDATA[", "<script></"} {
		if got := Plain(strings.Repeat(unit, 1<<20/len(unit))); !utf8.ValidString(got) {
			t.Errorf("a megabyte of %q is not UTF-8 any more", unit)
		}
	}
}

func TestClean(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"one\ntwo\tthree\r\n", "one two three  "},
		{"\x1b[31mred\x1b[0m\x00\x07", "[31mred[0m"},
		{"user\u202Efdp.exe\u202C \u2066a\u2069\u200F", "userfdp.exe a"},
		{"می\u200cشود क्\u200dष", "می\u200cشود क्\u200dष"},
		{"bad \xFF\xFE bytes \uFFFD", "bad  bytes "},
		{"\uFEFFmark\u0085next\u2028line", "mark next line"},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestRunes(t *testing.T) {
	const s = "aکb\xFF😀c"
	for _, c := range []struct {
		start, end int
		want       string
	}{
		{0, 6, s}, {0, 1, "a"}, {1, 2, "ک"}, {3, 4, "\xFF"}, {4, 5, "😀"}, {5, 6, "c"},
		{0, 99, s}, {-3, 2, "aک"}, {6, 9, ""}, {7, 9, ""}, {3, 3, ""}, {4, 2, ""}, {-2, -1, ""}, {-2, 0, ""},
	} {
		if got := Runes(s, c.start, c.end); got != c.want {
			t.Errorf("Runes(%d, %d) = %q, want %q", c.start, c.end, got, c.want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"<p>a</p>", "a<b", "<!--", `<a b="c>d`, "&amp;#60;", "<script></scrip</script>x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Plain(s)
		if !utf8.ValidString(got) {
			t.Errorf("Plain(%q) = %q, which is not UTF-8", s, got)
		}
		if strings.Join(strings.Fields(got), " ") != got {
			t.Errorf("Plain(%q) = %q, with white space left", s, got)
		}
	})
}
