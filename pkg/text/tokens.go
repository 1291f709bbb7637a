package text

import (
	"unicode/utf8"
	"unsafe"
)

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
	return a.Tokens(s)
}

// Analyzer cuts one text after another in the same memory. The zero value is ready;
// it must not be used by two goroutines at once.
type Analyzer struct {
	t      *table
	folded []byte
	tokens []Token
	hard   cutter

	// The run under way: letters, digits and what may join them.
	run    int   // where it begins in folded
	bytes  int   // where its stretch of the text begins, in bytes
	origin int   // the same in code points
	start  int   // its first letter, in code points
	end    int   // after its last letter, in code points
	plain  bool  // nothing hard in it
	last   entry // class of its last code point that is not extend
}

// Tokens is the function Tokens without its allocations: the slice and every Term in
// it are valid until the next call. What is kept longer must be cloned.
func (a *Analyzer) Tokens(s string) []Token {
	if a.t == nil {
		a.t = folding()
	}
	a.folded, a.tokens = a.folded[:0], a.tokens[:0]
	a.begin(0, 0)
	cp := 0
	for i := 0; i < len(s); cp++ {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		e := a.t.get(r)
		if to, n := a.t.pairAt(e, r, s[i+size:]); n > 0 {
			a.putPair(to, cp)
			i, cp = i+size+n, cp+1
			continue
		}
		if e&op == opDrop {
			if e&trails != 0 && len(a.folded) > a.run {
				a.end = cp + 1
			}
			i += size
			continue
		}
		if a.boundary(e & class) {
			a.finish(s[a.bytes:i])
			i += size
			a.begin(i, cp+1)
			continue
		}
		i += size
		a.put(r, e, cp)
	}
	a.finish(s[a.bytes:])
	return a.tokens
}

func (a *Analyzer) begin(bytes, origin int) {
	a.run, a.bytes, a.origin = len(a.folded), bytes, origin
	a.plain, a.last = true, hard
}

// boundary reports whether a code point of class c ends the run for certain.
func (a *Analyzer) boundary(c entry) bool {
	switch c {
	case parts:
		return true
	case midnum:
		return a.plain && a.last != digit
	case extend:
		return len(a.folded) == a.run
	}
	return false
}

// put adds what r folds to to the run.
func (a *Analyzer) put(r rune, e entry, cp int) {
	if len(a.folded) == a.run {
		a.start = cp
	}
	a.end = cp + 1
	a.folded = a.t.append(a.folded, r, e)
	switch c := e & class; c {
	case letter, digit:
		a.last = c
	case extend:
	default:
		a.plain = false
	}
}

// putPair adds what a letter and its mark fold to: letters, in every pair there is.
func (a *Analyzer) putPair(to string, cp int) {
	if len(a.folded) == a.run {
		a.start = cp
	}
	a.folded = append(a.folded, to...)
	a.last, a.end = letter, cp+2
}

// finish cuts the run, which is what raw folds to, into tokens.
func (a *Analyzer) finish(raw string) {
	run := a.folded[a.run:]
	if len(run) == 0 {
		return
	}
	if a.plain && len(run) <= maxTerm {
		a.tokens = append(a.tokens, Token{Term: alias(run), Start: a.start, End: a.end, Pos: len(a.tokens)})
		return
	}
	a.folded = a.hard.fold(a.t, a.folded[:a.run], raw, a.origin)
	a.tokens = a.hard.cut(alias(a.folded[a.run:]), a.tokens)
}

// alias answers b as a string without copying it.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
