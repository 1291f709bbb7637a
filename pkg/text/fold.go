package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold answers the canonical key of a whole string: every code point folded, signs
// that part words turned to spaces, other punctuation kept. Fold(Fold(s)) is
// Fold(s), and the tokens of both are the tokens of s. The result is valid UTF-8.
func Fold(s string) string {
	t := folding()
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		e := t.get(r)
		if e&leads != 0 {
			if to, n := t.pair(r, s[i+size:]); n > 0 {
				b.WriteString(to)
				i += size + n
				continue
			}
		}
		switch e & op {
		case opKeep:
			b.WriteRune(r)
		case opSwap:
			b.WriteRune(rune(e & value))
		case opExpand:
			b.WriteString(t.expansions[e&value])
		}
		i += size
	}
	return b.String()
}

// pair answers what r folds to together with the code point that begins rest, and
// that code point's length in bytes; 0 where they are no pair.
func (t *table) pair(r rune, rest string) (string, int) {
	next, n := utf8.DecodeRuneInString(rest)
	if n == 0 || !unicode.Is(unicode.Mn, next) {
		return "", 0
	}
	if to, ok := t.pairs[[2]rune{r, next}]; ok {
		return to, n
	}
	return "", 0
}
