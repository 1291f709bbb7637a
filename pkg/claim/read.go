package claim

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

// gap is what stands between two words.
type gap uint16

const (
	comma   gap = 1 << iota
	colon       // or a dash between spaces
	ending      // a sentence end, or a semicolon
	newline     // the end of a line
	blank       // the end of a paragraph
	opening     // of a quotation
	closing     // of a quotation
	bracket

	pause = comma | colon | ending | newline | blank | opening | closing | bracket
)

// word is a token with its place in the text and what stands before it.
type word struct {
	id         int32 // in the lexicon, -1 for a word that it does not know
	class      class
	start, end int // code points
	from, to   int // bytes
	before     gap
	upper      bool // begins with a capital letter
}

// span is a run of words, to exclusive.
type span struct{ from, to int }

func (s span) len() int             { return max(0, s.to-s.from) }
func (s span) has(i int) bool       { return s.from <= i && i < s.to }
func (s span) within(o span) bool   { return o.from <= s.from && s.to <= o.to }
func (s span) overlaps(o span) bool { return s.from < o.to && o.from < s.to }

const (
	maxQuote    = 150 // words of one quotation
	maxSentence = 160 // words of one sentence
)

// reader holds one field of one text, and the memory for the next.
type reader struct {
	analyzer text.Analyzer
	*lexicon
	s      string
	words  []word
	end    gap    // what stands after the last word
	quotes []span // quotations, in order

	sentences    []span
	broken       bool // the text ends in the middle
	unpunctuated bool // the writer ends no sentence

	mentions []Mention // of the field, by their start
	here     []Mention // of the sentence under work
	drafts   []draft   // of the sentence under work
	last     draft     // the last of an earlier sentence that has a claimant
	lastID   string    // the entity of its claimant
}

// read cuts s into words, quotations and sentences.
func (r *reader) read(s string, l *lexicon) {
	r.lexicon, r.s = l, s
	r.words, r.quotes, r.sentences = r.words[:0], r.quotes[:0], r.sentences[:0]
	q := quotation{at: -1}
	at, cp := 0, 0
	for _, t := range r.analyzer.Tokens(s) {
		from := at
		for ; cp < t.Start; cp++ {
			_, n := utf8.DecodeRuneInString(s[at:])
			at += n
		}
		w := word{start: t.Start, end: t.End, from: at}
		w.before = r.gap(from, at, &q)
		first, _ := utf8.DecodeRuneInString(s[at:])
		w.upper = unicode.IsUpper(first)
		for ; cp < t.End; cp++ {
			_, n := utf8.DecodeRuneInString(s[at:])
			at += n
		}
		w.to = at
		r.add(w, t.Term)
	}
	r.end = r.gap(at, len(s), &q)
	tail := strings.TrimSpace(s[at:])
	r.broken = strings.HasPrefix(tail, "...") || strings.HasPrefix(tail, "…")
	r.cut()
}

// add appends a word, or the words that a writer has run together: a marker and a
// verb, or a verb and the word that opens its content.
func (r *reader) add(w word, term string) {
	id, ok := r.ids[term]
	if !ok {
		id = -1
		if n := r.joinedAt(term); n > 0 && w.end-w.start == utf8.RuneCountInString(term) {
			a, b := w, w
			for range utf8.RuneCountInString(term[:n]) {
				_, size := utf8.DecodeRuneInString(r.s[b.from:])
				b.start, b.from = b.start+1, b.from+size
			}
			a.end, a.to, b.before = b.start, b.from, 0
			r.add(a, term[:n])
			r.add(b, term[n:])
			return
		}
	}
	if w.id = id; ok {
		w.class = r.classes[id]
	}
	r.words = append(r.words, w)
}

// joinedAt is the byte at which known words meet in a term of Urdu, 0 if none do.
func (r *reader) joinedAt(term string) int {
	const ne, ke = "نے", "که"
	if r.code != "ur" || len(term) < 6 || len(term) > 24 {
		return 0
	}
	if rest, ok := strings.CutPrefix(term, ne); ok && (r.known(rest) || r.joinedAt(rest) > 0) {
		return len(ne)
	}
	if rest, ok := strings.CutSuffix(term, ke); ok && r.known(rest) {
		return len(rest)
	}
	return 0
}

func (r *reader) known(term string) bool { _, ok := r.ids[term]; return ok }

// quotation is an open quotation while a text is read.
type quotation struct {
	at     int // first word, -1 for none
	double bool
}

// gap reads what stands between two words, and notes quotations in passing. Which way
// a mark faces is told by the spaces beside it, since writers mix them all.
func (r *reader) gap(from, to int, q *quotation) gap {
	var g gap
	s := r.s
	for i := from; i < to; {
		c, n := utf8.DecodeRuneInString(s[i:])
		switch c {
		case ',', '،', '、':
			g |= comma
		case ':', '–', '—', '|':
			g |= colon
		case '-':
			if i > 0 && s[i-1] == ' ' {
				g |= colon
			}
		case '(', ')', '[', ']':
			g |= bracket
		case '۔', '؟', '।', '!', '?', '…', '॥', ';', '؛':
			g |= ending
		case '.':
			if r.fullStop(i) {
				g |= ending
			}
		case '\n', '\u2028', '\u2029':
			if g&newline != 0 {
				g |= blank
				q.at = -1
			}
			g |= newline
		case '"', '“', '”', '„', '‟', '«', '»', '‘', '’', '‚', '\'', '‹', '›', '″', '`':
			g |= r.quote(i, n, c, q)
		}
		i += n
	}
	return g
}

// quote opens or closes a quotation at the mark c of n bytes at i.
func (r *reader) quote(i, n int, c rune, q *quotation) gap {
	before, _ := utf8.DecodeLastRuneInString(r.s[:i])
	next, _ := utf8.DecodeRuneInString(r.s[i+n:])
	free := i == 0 || unicode.IsSpace(before) || strings.ContainsRune("([:،,\"“«‘", before)
	double := !strings.ContainsRune("‘’‚'‹›`", c)
	atEnd := i+n == len(r.s) || !unicode.IsLetter(next) && !unicode.IsDigit(next)
	switch {
	case q.at >= 0 && q.double == double && (double && !(c == '“' && free && !atEnd) || atEnd):
		s := span{q.at, len(r.words)}
		q.at = -1
		if s.len() < minContent { // a name or a word in quotation marks is no speech
			if s.len() > 0 {
				r.words[s.from].before &^= opening
			}
			return 0
		}
		if s.len() <= maxQuote {
			r.quotes = append(r.quotes, s)
		}
		return closing
	case q.at < 0 || len(r.words)-q.at > maxQuote:
		if !unicode.IsSpace(next) && i+n < len(r.s) && (double || free) {
			q.at, q.double = len(r.words), double
			return opening
		}
	}
	return 0
}

// fullStop reports whether the point at i ends a sentence: white space or a closing
// mark follows, and neither an initial nor an abbreviation stands before.
func (r *reader) fullStop(i int) bool {
	next, _ := utf8.DecodeRuneInString(r.s[i+1:])
	if i+1 < len(r.s) && !unicode.IsSpace(next) && !strings.ContainsRune("\"”’»)'.", next) {
		return false
	}
	if len(r.words) == 0 {
		return false
	}
	w := r.words[len(r.words)-1]
	return w.to != i || w.class&abbreviation == 0 && (w.end-w.start > 1 || !w.upper)
}

// cut finds the sentences: up to a sentence end or a line end outside quotations.
func (r *reader) cut() {
	from, q, ends := 0, 0, 0
	for i := 1; i <= len(r.words); i++ {
		for q < len(r.quotes) && r.quotes[q].to < i {
			q++
		}
		inside := q < len(r.quotes) && r.quotes[q].from < i && i < r.quotes[q].to
		g := r.end
		if i < len(r.words) {
			g = r.words[i].before
		}
		if g&ending != 0 && i < len(r.words) {
			ends++
		}
		if i == len(r.words) || r.ends(i, g) && !inside || i-from >= maxSentence {
			r.sentences = append(r.sentences, span{from, i})
			from = i
		}
	}
	r.unpunctuated = len(r.words) > 60*(ends+1) || ends == 0 && len(r.words) > 20
}

// ends reports whether the gap before word i ends a sentence.
func (r *reader) ends(i int, g gap) bool {
	if i == len(r.words) || g&blank != 0 {
		return true
	}
	w := &r.words[i]
	latin := r.s[w.from] < utf8.RuneSelf
	switch {
	case g&ending != 0:
		return !(latin && !w.upper && g&closing != 0) // “…!” said the driver
	case g&newline != 0:
		return g&(comma|colon) == 0 && !(latin && !w.upper)
	}
	return false
}

// gapAt is what stands before word i, or after the last.
func (r *reader) gapAt(i int) gap {
	if i < len(r.words) {
		return r.words[i].before
	}
	return r.end
}

// quotesIn are the quotations that begin in a run of words.
func (r *reader) quotesIn(s span) []span {
	at := func(word int) int {
		i, _ := slices.BinarySearchFunc(r.quotes, word, func(q span, word int) int { return cmp.Compare(q.from, word) })
		return i
	}
	return r.quotes[at(s.from):at(s.to)]
}
