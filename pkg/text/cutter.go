package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// maxTerm is the length in UTF-16 units at which Lucene's StandardTokenizer cuts a
// word, and so do we. No UTF-16 unit takes more than three bytes of UTF-8.
const (
	maxTerm = 255
	window  = 3*maxTerm + 2*utf8.UTFMax
)

// cutter cuts a run of folded text with the segmenter of UAX #29, as Lucene's
// StandardTokenizer cuts it: that tokenizer sees no further than 255 UTF-16 units, and
// makes one word of a run of Thai, Lao, Khmer or Burmese.
type cutter struct {
	from, to []int32 // for each byte, the code point it came from, and that after it
	words    *words.Iterator[string]
}

// fold appends what raw folds to to out and notes for each byte where it came from;
// origin is the offset of raw in code points.
func (c *cutter) fold(t *table, out []byte, raw string, origin int) []byte {
	c.from, c.to = c.from[:0], c.to[:0]
	cp := int32(origin)
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRuneInString(raw[i:])
		i += size
		first, n, e := cp, len(out), t.get(r)
		cp++
		if to, size := t.pairAt(e, r, raw[i:]); size > 0 {
			out = append(out, to...)
			i, cp = i+size, cp+1
		} else {
			out = t.append(out, r, e)
		}
		if e&op == opDrop && e&trails != 0 && len(c.to) > 0 {
			c.extend(cp)
		}
		for ; n < len(out); n++ {
			c.from, c.to = append(c.from, first), append(c.to, cp)
		}
	}
	return out
}

// extend lets the last letter end at code point cp, with the marks that were dropped.
func (c *cutter) extend(cp int32) {
	last := len(c.to) - 1
	for from := c.from[last]; last >= 0 && c.from[last] == from; last-- {
		c.to[last] = cp
	}
}

// cut appends the tokens of run, the text fold was last given.
func (c *cutter) cut(run string, tokens []Token) []Token {
	for at := 0; at < len(run); {
		n := c.next(run[at:])
		if isWord(run[at : at+n]) {
			tokens = append(tokens, Token{
				Term: run[at : at+n], Start: int(c.from[at]), End: int(c.to[at+n-1]), Pos: len(tokens),
			})
		} else if i := strings.IndexFunc(run[at:at+n], isComplex); i > 0 {
			n = i // a Thai mark that joined a sign is a word to Lucene
		}
		at += n
	}
	return tokens
}

// next answers the length in bytes of the first segment of s.
func (c *cutter) next(s string) int {
	if len(s) > window {
		end := window
		for !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
	}
	n := c.first(s)
	if n <= maxTerm {
		return n
	}
	if most := limit(s); most < n {
		return c.first(s[:most])
	}
	return n
}

// first answers the length of the first segment of s, all of s being at hand.
func (c *cutter) first(s string) int {
	if c.words == nil {
		c.words = words.FromString("")
	}
	c.words.SetText(s)
	c.words.Next()
	n := c.words.End()
	if !complexContext(s) {
		return n
	}
	for n < len(s) && complexContext(s[n:]) && c.words.Next() {
		n = c.words.End()
	}
	return n
}

// complexContext reports whether s begins with a letter or mark of the scripts that
// are written without spaces, and whose words Lucene does not part.
func complexContext(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isComplex(r)
}

func isComplex(r rune) bool {
	return r >= 0x0E00 && unicode.IsOneOf(southEastAsian, r) && unicode.In(r, unicode.L, unicode.M)
}

var southEastAsian = []*unicode.RangeTable{
	unicode.Thai, unicode.Lao, unicode.Myanmar, unicode.Khmer, unicode.Tai_Le,
	unicode.New_Tai_Lue, unicode.Tai_Tham, unicode.Tai_Viet, unicode.Ahom,
}

// isWord reports whether the segment s is a word, and not a sign or a mark.
func isWord(s string) bool {
	for _, r := range s {
		if unicode.In(r, unicode.L, unicode.Nd, unicode.Nl, unicode.Han, unicode.Katakana) {
			return true
		}
	}
	return complexContext(s)
}

// limit answers how many bytes of s fit into one term.
func limit(s string) int {
	units := 0
	for i, r := range s {
		if units++; r > 0xFFFF {
			units++
		}
		if units > maxTerm {
			return i
		}
	}
	return len(s)
}
