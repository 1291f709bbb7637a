package text

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/rangetable"
)

// entry says what becomes of one code point: a value, an operation, flags, and the
// class of what it becomes.
type entry uint32

const (
	value    entry = 1<<21 - 1 // the code point it becomes, or the number of its expansion
	opKeep   entry = 0 << 21   // stays as it is
	opDrop   entry = 1 << 21   // vanishes
	opSwap   entry = 2 << 21   // becomes one other code point
	opExpand entry = 3 << 21   // becomes several
	op       entry = 3 << 21
	leads    entry = 1 << 23 // may begin a pair of swapAfter
	trails   entry = 1 << 24 // vanishes, but belongs to the letter before it
	later    entry = 1 << 25 // unknown to Lucene's version of Unicode, so that it parts words

	class entry = 7 << 26 // see class.go
)

// table is the folding table, two levels deep. It is never changed once built.
type table struct {
	index      [(unicode.MaxRune + 1) >> 8]uint16
	pages      [][256]entry
	expansions []string
	pairs      map[[2]rune]string
}

// folding answers the one table, built on first use.
var folding = sync.OnceValue(newTable)

func newTable() *table {
	t := &table{pages: make([][256]entry, 1), pairs: map[[2]rune]string{}}
	for _, s := range drops {
		for r := s.lo; r <= s.hi; r++ {
			t.set(r, "")
		}
	}
	for _, s := range append(spaces, pictures...) {
		for r := s.lo; r <= s.hi; r++ {
			t.set(r, " ")
		}
	}
	for _, zero := range digits {
		for d := range rune(10) {
			t.set(zero+d, string('0'+d))
		}
	}
	for r, to := range swaps {
		t.set(r, to)
	}
	t.addCompatible()
	t.addCase()
	t.addPairs()
	t.addLater()
	t.addClasses()
	return t
}

// get answers the entry of r, which must be a code point.
func (t *table) get(r rune) entry { return t.pages[t.index[r>>8]][r&0xFF] }

// set makes r fold to s unless a rule for r is there already.
func (t *table) set(r rune, s string) {
	if t.get(r) != opKeep || s == string(r) {
		return
	}
	var e entry
	switch rs := []rune(s); len(rs) {
	case 0:
		if e = opDrop; unicode.Is(unicode.M, r) || r == 'ـ' {
			e |= trails
		}
	case 1:
		e = opSwap | entry(rs[0])
	default:
		e = opExpand | entry(len(t.expansions))
		t.expansions = append(t.expansions, s)
	}
	t.add(r, e)
}

// add gives r the operation of e, or adds its flags where it has none.
func (t *table) add(r rune, e entry) {
	if t.index[r>>8] == 0 {
		t.index[r>>8] = uint16(len(t.pages))
		t.pages = append(t.pages, [256]entry{})
	}
	if e&op != opKeep {
		t.pages[t.index[r>>8]][r&0xFF] = e
		return
	}
	t.pages[t.index[r>>8]][r&0xFF] |= e
}

// addCompatible folds code points through NFKD where that leaves letters without
// their marks (Latin, Greek), through NFKC elsewhere.
func (t *table) addCompatible() {
	for _, s := range compatible {
		for r := s.lo; r <= s.hi; r++ {
			if t.get(r) != opKeep || !folds(r) {
				continue
			}
			form := norm.NFKC.String(string(r))
			if unicode.In(r, unicode.Latin, unicode.Greek) || s.lo == 0x1D400 {
				form = norm.NFKD.String(string(r))
			}
			if form == string(r) {
				continue
			}
			if inSpans(r, barePresentation) {
				form = strings.TrimLeft(form, " ")
			}
			t.set(r, t.close(form))
		}
	}
}

// folds tells letters, digits and marks, whose compatibility form is the same word,
// from signs and superscripts, whose compatibility form would be glued to a word.
func folds(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Nl) || 0x24B6 <= r && r <= 0x24E9
}

// close folds s with what the table holds so far, and again until nothing changes.
func (t *table) close(s string) string {
	for range 4 {
		var b strings.Builder
		for _, r := range s {
			switch e := t.get(r); e & op {
			case opKeep:
				b.WriteRune(unicode.ToLower(r))
			case opSwap:
				b.WriteRune(rune(e & value))
			case opExpand:
				b.WriteString(t.expansions[e&value])
			}
		}
		if b.String() == s {
			break
		}
		s = b.String()
	}
	return s
}

// addCase puts in lower case what no other rule names.
func (t *table) addCase() {
	for _, c := range unicode.CaseRanges {
		for r := rune(c.Lo); r <= rune(c.Hi); r++ {
			if low := unicode.ToLower(r); low != r {
				t.set(r, t.close(string(low)))
			}
		}
	}
}

// addPairs adds what Unicode composes of a Cyrillic or Arabic base and a mark that
// alone is dropped, where the composed letter is another one than the base.
func (t *table) addPairs() {
	for pair, to := range swapAfter {
		t.pairs[pair] = to
	}
	for r := rune(0x0400); r <= 0x06FF; r++ {
		parts := []rune(norm.NFD.String(string(r)))
		if len(parts) != 2 || t.get(parts[1])&op != opDrop {
			continue
		}
		pair := [2]rune{parts[0], parts[1]}
		if whole := t.close(string(r)); whole != t.close(string(parts[0])) && t.pairs[pair] == "" {
			t.pairs[pair] = whole
		}
	}
	for pair := range t.pairs {
		t.add(pair[0], leads)
	}
}

// addLater turns to spaces the code points that the standard tokenizer parts words
// at because it does not know them: its grammar is that of Unicode 12.1, without the
// ideographs of dead scripts. The char_filter needs no rule for them.
func (t *table) addLater() {
	known := make([]bool, unicode.MaxRune+1)
	rangetable.Visit(rangetable.Assigned("12.0.0"), func(r rune) { known[r] = true })
	for _, dead := range []*unicode.RangeTable{unicode.Tangut, unicode.Nushu} {
		rangetable.Visit(dead, func(r rune) { known[r] = known[r] && !unicode.Is(unicode.Lo, r) })
	}
	rangetable.Visit(rangetable.Assigned("17.0.0"), func(r rune) {
		if !known[r] && (t.get(r)&op == opKeep || t.caseOnly(r)) {
			t.add(r, opSwap|' '|later)
		}
	})
}

// caseOnly reports whether all that happens to r is lower case.
func (t *table) caseOnly(r rune) bool {
	e := t.get(r)
	return e&op == opSwap && rune(e&value) == unicode.ToLower(r)
}

func inSpans(r rune, in []span) bool {
	for _, s := range in {
		if s.lo <= r && r <= s.hi {
			return true
		}
	}
	return false
}
