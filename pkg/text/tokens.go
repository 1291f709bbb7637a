package text

import (
	"unicode"
	"unicode/utf8"
	"unsafe"

	"github.com/clipperhouse/uax29/v2/words"
)

// maxTerm is the length in UTF-16 units at which Lucene's StandardTokenizer cuts a
// word, and so do we.
const maxTerm = 255

// Token is one word of a text.
type Token struct {
	Term       string // its canonical key
	Start, End int    // code points of the text as given, End exclusive
	Pos        int    // 0, 1, 2 …
}

// Tokens answers the words of s in order. Their terms are the terms that
// Elasticsearch makes of s with CharFilter, the standard tokenizer and the lowercase
// filter.
func Tokens(s string) []Token {
	var a Analyzer
	tokens := a.Tokens(s)
	if len(tokens) == 0 {
		return nil
	}
	return tokens
}

// Analyzer cuts one text after another in the same memory. The zero value is ready;
// it must not be used by two goroutines at once.
type Analyzer struct {
	folded []byte
	from   []int32 // for each byte of folded, the code point of the text it came from
	tokens []Token
}

// Tokens is the function Tokens without its allocations: the slice and every Term in
// it are valid until the next call. What is to be kept longer must be cloned.
func (a *Analyzer) Tokens(s string) []Token {
	t := folding()
	a.folded, a.from, a.tokens = a.folded[:0], a.from[:0], a.tokens[:0]
	cp := int32(0)
	for i := 0; i < len(s); cp++ {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		e := t.get(r)
		if e&leads != 0 {
			if to, n := t.pair(r, s[i:]); n > 0 {
				a.folded = append(a.folded, to...)
				a.mark(cp)
				cp++
				i += n
				continue
			}
		}
		switch e & op {
		case opKeep:
			a.folded = utf8.AppendRune(a.folded, r)
		case opSwap:
			a.folded = utf8.AppendRune(a.folded, rune(e&value))
		case opExpand:
			a.folded = append(a.folded, t.expansions[e&value]...)
		}
		a.mark(cp)
	}
	a.cut()
	return a.tokens
}

// mark notes that the bytes folded since the last call came from code point cp.
func (a *Analyzer) mark(cp int32) {
	for len(a.from) < len(a.folded) {
		a.from = append(a.from, cp)
	}
}

func (a *Analyzer) cut() {
	text := unsafe.String(unsafe.SliceData(a.folded), len(a.folded))
	it := words.FromString(text)
	for it.Next() {
		if !isWord(it.Value()) {
			continue
		}
		for start, end := it.Start(), it.End(); start < end; {
			stop := start + limit(text[start:end])
			a.tokens = append(a.tokens, Token{
				Term: text[start:stop], Start: int(a.from[start]), End: int(a.from[stop-1]) + 1, Pos: len(a.tokens),
			})
			start = stop
		}
	}
}

func isWord(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return true
		}
	}
	return false
}

// limit answers how many bytes of word fit into one term.
func limit(word string) int {
	if len(word) <= maxTerm {
		return len(word)
	}
	units := 0
	for i, r := range word {
		if units++; r > 0xFFFF {
			units++
		}
		if units > maxTerm {
			return i
		}
	}
	return len(word)
}
