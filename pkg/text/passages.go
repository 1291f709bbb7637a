package text

import (
	"strings"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// Passage is a stretch of paragraphs in one language.
type Passage struct {
	Start, End int // code points, End exclusive
	Lang       news.Lang
}

// Passages answers the stretches of s in one language each, in order and without gaps;
// a page that quotes another language at length has several. A paragraph too short to
// tell goes with the one before it, and what the whole page is in weighs as a hint for
// each. Paragraphs end at line breaks.
func Passages(s string, hints ...string) []Passage {
	var id Identifier
	whole := id.Identify(s, hints...)
	hints = append(hints[:len(hints):len(hints)], whole.Code)
	var out []Passage
	at := 0
	for paragraph := range strings.SplitAfterSeq(s, "\n") {
		n := utf8.RuneCountInString(paragraph)
		lang := id.Identify(paragraph, hints...)
		last := len(out) - 1
		switch {
		case last >= 0 && (lang.Code == out[last].Lang.Code || !tells(lang, n)):
			out[last].End += n
		case last < 0 && !tells(lang, n):
			out = append(out, Passage{at, at + n, whole})
		default:
			out = append(out, Passage{at, at + n, lang})
		}
		at += n
	}
	return out
}

// tells reports whether a paragraph of n code points is sure to be in lang.
func tells(lang news.Lang, n int) bool {
	return n >= 20 && lang.Code != "und" && lang.Score >= 0.8
}
