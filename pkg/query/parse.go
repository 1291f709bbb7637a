package query

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

// Limits of a query. They keep each back end's work bounded; Elasticsearch itself
// refuses trees deeper than 30.
const (
	MaxBytes  = 16_000 // of the query as typed
	MaxValues = 1_200  // words, phrases and values of lists
	MaxDepth  = 10     // parentheses inside parentheses
	MaxNear   = 8      // operands of near and words of a phrase with ~
	MaxGap    = 100    // other words within near
	MaxTerms  = 3_900  // conditions on fields once names are spelled out: Elasticsearch refuses 4,096 with a small heap
	minStem   = 2      // code points of a prefix
)

// Names knows the spellings of entities and places. Terms are folded.
type Names interface {
	// Spellings answers the entity or place that terms name, and its other spellings;
	// "" where terms are no known name.
	Spellings(terms []string) (concept string, spellings [][]string)
}

// Parse reads a query. Names may be nil: then no name is expanded. Times that are
// relative, and days without a zone, are taken at now and in its zone. An empty query
// matches everything. The error is a *SyntaxError.
func Parse(s string, names Names, now time.Time) (*Query, error) {
	if len(s) >= MaxBytes {
		return nil, &SyntaxError{Pos: 0, Found: fmt.Sprintf("a query of %d bytes", len(s)), Want: fmt.Sprintf("fewer than %d", MaxBytes)}
	}
	if !utf8.ValidString(s) {
		valid := 0
		for i, r := range s {
			if _, size := utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 {
				break
			}
			valid++
		}
		return nil, &SyntaxError{Pos: valid, Found: "a byte that is not UTF-8", Want: "text in UTF-8"}
	}
	p := &parser{scanner: scanner{in: []rune(s)}, names: names, now: now}
	root := Node(All{})
	if p.skip() {
		var err error
		if root, err = p.or(""); err != nil {
			return nil, err
		}
		if p.skip() {
			return nil, p.fail(p.pos, "an opening parenthesis before it, or nothing")
		}
	}
	return &Query{Root: claims(root), Expansions: p.expansions}, nil
}

type parser struct {
	scanner
	names      Names
	now        time.Time
	expansions []Expansion
	depth      int
	values     int
	terms      int
}

func (p *parser) fail(pos int, want string) error {
	return &SyntaxError{Pos: pos, Found: found(p.rest(pos)), Want: want}
}

// or reads alternatives of the text field in, up to a closing parenthesis or the end.
func (p *parser) or(in string) (Node, error) {
	var of []Node
	for {
		n, err := p.and(in)
		if err != nil {
			return nil, err
		}
		of = append(of, n)
		if !p.skip() || !p.keyword("OR") && !p.keyword("|") {
			return or(of), nil
		}
	}
}

func (p *parser) and(in string) (Node, error) {
	var of []Node
	for p.skip() && p.peek() != ')' {
		start := p.pos
		if p.keyword("OR") || p.keyword("|") {
			p.pos = start
			break
		}
		if p.keyword("AND") && (len(of) == 0 || !p.skip() || p.peek() == ')') {
			return nil, p.fail(start, "a condition on each side of AND")
		}
		n, err := p.unary(in)
		if err != nil {
			return nil, err
		}
		of = append(of, n)
	}
	if len(of) == 0 {
		return nil, p.fail(p.pos, "a word, a phrase in quotation marks or field:value")
	}
	return and(of), nil
}

func (p *parser) unary(in string) (Node, error) {
	negative := false
	for {
		switch {
		case p.keyword("NOT"):
			p.skip()
		case minus(p.peek()) && p.pos+1 < len(p.in) && !blank(p.in[p.pos+1]):
			p.pos++
		default:
			if p.pos >= len(p.in) {
				return nil, p.fail(p.pos, "something to exclude")
			}
			n, err := p.primary(in)
			if err == nil && negative {
				n = not(n)
			}
			return n, err
		}
		negative = !negative
	}
}

func (p *parser) primary(in string) (Node, error) {
	start := p.pos
	if p.peek() == '(' {
		return p.group(in)
	}
	if p.keyword("near") || p.keyword("NEAR") {
		if p.peek() == '(' {
			return p.near(in, start)
		}
		p.pos = start
	}
	if name := p.field(); name != "" {
		if in != "" {
			return nil, p.fail(start, fmt.Sprintf("words of %s, without another field", in))
		}
		return p.named(strings.ToLower(name), start)
	}
	return p.wordsOf(in)
}

// group reads a query in parentheses.
func (p *parser) group(in string) (Node, error) {
	start := p.pos
	if p.depth++; p.depth > MaxDepth {
		return nil, p.fail(start, fmt.Sprintf("at most %d parentheses inside one another", MaxDepth))
	}
	p.pos++
	n, err := p.or(in)
	if err != nil {
		return nil, err
	}
	if !p.skip() || !p.take(')') {
		return nil, p.fail(p.pos, fmt.Sprintf("a closing parenthesis for the one at character %d", start+1))
	}
	p.depth--
	return n, nil
}

// named reads what stands after field: .
func (p *parser) named(name string, start int) (Node, error) {
	kind, ok := fields[name]
	if !ok {
		return nil, p.fail(start, "one of the fields "+strings.Join(FieldNames(), ", ")+"; put other text with a colon in quotation marks")
	}
	if !p.skip() || p.peek() == ')' {
		return nil, p.fail(p.pos, "a value for "+name)
	}
	switch kind {
	case textField, claimText:
		if p.peek() == '(' {
			return p.group(name)
		}
		return p.primary(name)
	case dateField:
		return p.date(name)
	}
	return p.list(name)
}

// count notes one more word, phrase or value.
func (p *parser) count(pos int) error {
	if p.values++; p.values > MaxValues {
		return &SyntaxError{Pos: pos, Found: "one more value", Want: fmt.Sprintf("at most %d words and values", MaxValues)}
	}
	return nil
}

// wordsOf reads a word, a phrase, a prefix or a phrase with ~n.
func (p *parser) wordsOf(in string) (Node, error) {
	start := p.pos
	exact := p.take('=')
	if strings.ContainsRune(quotes, p.peek()) && p.pos < len(p.in) {
		return p.phrase(in, exact)
	}
	raw := p.word(false)
	if err := p.count(start); err != nil {
		return nil, err
	}
	if stem, ok := strings.CutSuffix(raw, "*"); ok && stem != "" && !exact {
		return p.prefix(in, stem, start)
	}
	terms, err := p.plain(raw, start)
	if err != nil {
		return nil, err
	}
	return p.spelled(in, raw, terms, start, exact)
}

// plain folds a word that is no prefix, and refuses what only looks like a word.
func (p *parser) plain(raw string, start int) (Phrase, error) {
	if at := strings.IndexByte(raw, '*'); at >= 0 {
		return nil, p.fail(start+utf8.RuneCountInString(raw[:at]), "* at the end of one word only, after at least two letters")
	}
	if regex(raw) {
		return nil, p.fail(start, "words: regular expressions are not part of the language")
	}
	if at := strings.IndexByte(raw, '~'); at >= 0 {
		return nil, p.fail(start+utf8.RuneCountInString(raw[:at]), "~ after a phrase in quotation marks only")
	}
	terms := fold(raw)
	if len(terms) == 0 {
		return nil, p.fail(start, "a word with a letter or a digit")
	}
	return terms, nil
}

// regex reports whether a word is written like /expression/flags.
func regex(raw string) bool {
	last := strings.LastIndexByte(raw, '/')
	return len(raw) > 2 && raw[0] == '/' && last > 1 && strings.Trim(raw[last+1:], "gimsuy") == ""
}

func fold(s string) Phrase {
	tokens := text.Tokens(s)
	terms := make(Phrase, len(tokens))
	for i, t := range tokens {
		terms[i] = strings.Clone(t.Term)
	}
	return terms
}

func (p *parser) prefix(in, stem string, start int) (Node, error) {
	terms, err := p.plain(stem, start)
	if err != nil {
		return nil, err
	}
	if len(terms) > 1 {
		return nil, p.fail(start, "* after one word only: this is read as "+strings.Join(terms, " "))
	}
	if utf8.RuneCountInString(terms[0]) < minStem {
		return nil, p.fail(start, fmt.Sprintf("at least %d letters before *", minStem))
	}
	return Prefix{In: in, Stem: terms[0]}, p.spend(len(TextFields(in)), start)
}

func (p *parser) phrase(in string, exact bool) (Node, error) {
	start := p.pos
	raw, ok := p.quoted()
	if !ok {
		return nil, p.fail(start, "a quotation mark that closes this one")
	}
	if err := p.count(start); err != nil {
		return nil, err
	}
	if at := strings.IndexByte(raw, '*'); at > 0 && raw[at-1] != ' ' {
		return nil, p.fail(start+1+utf8.RuneCountInString(raw[:at]), "no * inside quotation marks: a prefix stands alone")
	}
	terms := fold(raw)
	if len(terms) == 0 {
		return nil, p.fail(start, "a phrase with a letter or a digit")
	}
	if !p.take('~') {
		return p.spelled(in, raw, terms, start, exact)
	}
	at := p.pos
	gap := p.number()
	if gap < 0 || gap > MaxGap {
		return nil, p.fail(at, fmt.Sprintf("a number of words from 0 to %d", MaxGap))
	}
	if len(terms) == 1 {
		return Words{In: in, Any: []Phrase{terms}, Exact: true}, p.spend(len(TextFields(in)), start)
	}
	of := make([][]Phrase, len(terms))
	for i := range terms {
		of[i] = []Phrase{terms[i : i+1]}
	}
	return p.checkNear(Near{In: in, Gap: gap, Of: of}, start)
}

// spelled makes a Words of folded terms, with the other spellings where they are a known name.
func (p *parser) spelled(in, raw string, terms Phrase, start int, exact bool) (Node, error) {
	n := Words{In: in, Any: []Phrase{terms}, Exact: exact}
	if !exact {
		n.Any = append(n.Any, p.expand(raw, terms, start)...)
	}
	return n, p.spend(len(n.Any)*len(TextFields(in)), start)
}

// spend notes conditions on single fields.
func (p *parser) spend(conditions, pos int) error {
	if p.terms += conditions; p.terms > MaxTerms {
		return &SyntaxError{Pos: pos, Found: fmt.Sprintf("more than %d conditions once names are spelled out", MaxTerms), Want: "fewer names, or =word, which is not spelled out"}
	}
	return nil
}

// expand answers the other spellings of a known name and notes them for the reader.
func (p *parser) expand(raw string, terms Phrase, start int) []Phrase {
	if p.names == nil {
		return nil
	}
	concept, spellings := p.names.Spellings(terms)
	if concept == "" {
		return nil
	}
	e := Expansion{Pos: start, Word: raw, Concept: concept}
	var others []Phrase
	for _, s := range spellings {
		other := Phrase(s)
		if len(other) == 0 || slices.Equal(other, terms) || slices.ContainsFunc(others, func(o Phrase) bool { return slices.Equal(o, other) }) {
			continue
		}
		others = append(others, other)
		e.Spellings = append(e.Spellings, strings.Join(other, " "))
	}
	if len(others) > 0 {
		p.expansions = append(p.expansions, e)
	}
	return others
}
