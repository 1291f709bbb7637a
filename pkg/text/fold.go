package text

import (
	"unicode/utf8"
)

// Fold answers the canonical key of a whole string: every code point folded, signs
// that part words turned to spaces, other punctuation kept. Fold(Fold(s)) is
// Fold(s), and the tokens of both are the tokens of s. The result is valid UTF-8.
func Fold(s string) string {
	t := folding()
	out := make([]byte, 0, len(s)+len(s)/8)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		e := t.get(r)
		i += size
		if to, n := t.pairAt(e, r, s[i:]); n > 0 {
			out = append(out, to...)
			i += n
			continue
		}
		out = t.append(out, r, e)
	}
	return string(out)
}

// append appends what r, whose entry is e, folds to.
func (t *table) append(out []byte, r rune, e entry) []byte {
	switch e & op {
	case opKeep:
		return utf8.AppendRune(out, r)
	case opSwap:
		return utf8.AppendRune(out, rune(e&value))
	case opExpand:
		return append(out, t.expansions[e&value]...)
	}
	return out
}

// pairAt answers what r, whose entry is e, folds to together with the mark that begins
// rest, and the length of that mark in bytes; 0 where they are no pair.
func (t *table) pairAt(e entry, r rune, rest string) (string, int) {
	if e&leads == 0 || rest == "" || rest[0] < utf8.RuneSelf {
		return "", 0
	}
	mark, n := utf8.DecodeRuneInString(rest)
	if t.get(mark)&(op|trails) != opDrop|trails {
		return "", 0
	}
	to, ok := t.pairs[[2]rune{r, mark}]
	if !ok {
		return "", 0
	}
	return to, n
}
