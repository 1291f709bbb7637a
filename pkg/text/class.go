package text

import (
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// The classes of folded code points. They let the Analyzer cut plain runs of letters
// and digits itself; whatever is hard goes to the segmenter of UAX #29, so that a
// class may be hard without need but never otherwise than the segmenter has it.
const (
	hard   entry = iota << 26 // anything else
	letter                    // ALetter
	digit                     // Numeric
	extend                    // Extend and Format: joins what is before it
	parts                     // a boundary on both sides, whatever the neighbours
	midnum                    // a boundary unless between digits
)

// easy are the blocks whose classes are looked up; the rest is hard.
var easy = []span{{0, 0x0DFF}, {0x10A0, 0x10FF}, {0x1E00, 0x214F}, {0xFB50, 0xFEFF}, {0xFFFD, 0xFFFD}}

// addClasses notes with every code point of the easy blocks the class of what it folds to.
func (t *table) addClasses() {
	probe := newProbe()
	known := map[rune]entry{}
	of := func(r rune) entry {
		c, ok := known[r]
		if !ok {
			c = probe.class(r)
			known[r] = c
		}
		return c
	}
	for _, s := range easy {
		for r := s.lo; r <= s.hi; r++ {
			e := t.get(r)
			switch e & op {
			case opKeep:
				t.add(r, of(r))
			case opSwap:
				t.add(r, e|of(rune(e&value)))
			case opExpand:
				t.add(r, e|t.classOfAll(t.expansions[e&value], of))
			}
		}
	}
}

// classOfAll is letter for a string of letters, hard for any other.
func (t *table) classOfAll(s string, of func(rune) entry) entry {
	for _, r := range s {
		if of(r) != letter {
			return hard
		}
	}
	return letter
}

// probe asks the segmenter for the class of a code point by what it does to its
// neighbours, since the segmenter does not tell.
type probe struct{ it *words.Iterator[string] }

func newProbe() probe { return probe{words.FromString("")} }

// count answers the number of segments of s.
func (p probe) count(s string) int {
	p.it.SetText(s)
	n := 0
	for p.it.Next() {
		n++
	}
	return n
}

func (p probe) class(r rune) entry {
	if !utf8.ValidRune(r) {
		return hard
	}
	const katakana = "\u30A2"
	c := string(r)
	if complexContext(c) {
		return hard
	}
	before, after := p.count(c+"a"), p.count("a"+c)
	switch {
	case before == 1 && after == 1:
		return p.letterOrDigit(c)
	case before == 2 && after == 1 && p.count(katakana+c+katakana) == 1 && p.count("1"+c+"1") == 1 && p.count(c+katakana) == 2:
		return extend
	case before == 2 && after == 2 && !isWord(c) && p.count("a"+c+"a") == 3 && p.count(katakana+c) == 2:
		return p.sign(c)
	}
	return hard
}

// letterOrDigit tells what joins to a letter on both sides.
func (p probe) letterOrDigit(c string) entry {
	switch {
	case p.count("\u30A2"+c) == 1 || p.count(c+"'") == 1:
		return hard // ExtendNumLet, Hebrew
	case p.count("1,"+c) == 1:
		return digit
	}
	return letter
}

// sign tells what parts letters.
func (p probe) sign(c string) entry {
	const hebrew = "\u05D0"
	digits, hebrews := p.count("1"+c+"1") == 3, p.count(hebrew+c+hebrew) == 3
	switch {
	case digits && hebrews:
		return parts
	case hebrews:
		return midnum
	}
	return hard
}
