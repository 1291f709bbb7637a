package query

import (
	"fmt"
	"slices"
	"strings"
)

// maxChoices bounds the ways in which spellings of different lengths, and orders of
// operands that share a word, can be combined.
const maxChoices = 400

const nearShape = "near(n, word, word …)"

// near reads near(n, a, b …) from its opening parenthesis.
func (p *parser) near(in string, start int) (Node, error) {
	p.pos++
	p.skip()
	at := p.pos
	gap := p.number()
	if gap < 0 || gap > MaxGap {
		return nil, p.fail(at, fmt.Sprintf("a number of words from 0 to %d, as in %s", MaxGap, nearShape))
	}
	n := Near{In: in, Gap: gap}
	for {
		if !p.skip() {
			return nil, p.fail(p.pos, "a comma and one more word, or a closing parenthesis")
		}
		if p.take(')') {
			break
		}
		if !comma(p.peek()) {
			return nil, p.fail(p.pos, "a comma before the next word, as in "+nearShape)
		}
		p.pos++
		any, err := p.operand()
		if err != nil {
			return nil, err
		}
		n.Of = append(n.Of, any)
	}
	if len(n.Of) < 2 {
		return nil, p.fail(start, "at least two words, as in "+nearShape)
	}
	return p.checkNear(n, start)
}

// operand reads one operand of near: a word, a phrase, or a few of them with OR in parentheses.
func (p *parser) operand() ([]Phrase, error) {
	if !p.skip() {
		return nil, p.fail(p.pos, "a word or a phrase")
	}
	if !p.take('(') {
		return p.spelling()
	}
	var any []Phrase
	for {
		p.skip()
		one, err := p.spelling()
		if err != nil {
			return nil, err
		}
		for _, phrase := range one {
			if !slices.ContainsFunc(any, func(a Phrase) bool { return slices.Equal(a, phrase) }) {
				any = append(any, phrase)
			}
		}
		if !p.skip() {
			return nil, p.fail(p.pos, "a closing parenthesis")
		}
		if p.take(')') {
			return any, nil
		}
		if !p.keyword("OR") && !p.keyword("|") {
			return nil, p.fail(p.pos, "OR or a closing parenthesis: an operand of near is a word, a phrase or words with OR")
		}
	}
}

// spelling reads a word or a phrase with its other spellings.
func (p *parser) spelling() ([]Phrase, error) {
	start := p.pos
	exact := p.take('=')
	if err := p.count(start); err != nil {
		return nil, err
	}
	var raw string
	var terms Phrase
	if p.pos < len(p.in) && strings.ContainsRune(quotes, p.peek()) {
		var ok bool
		if raw, ok = p.quoted(); !ok {
			return nil, p.fail(start, "a quotation mark that closes this one")
		}
		terms = fold(raw)
	} else {
		raw = p.word(true)
		var err error
		if terms, err = p.plain(raw, start); err != nil {
			return nil, err
		}
	}
	if len(terms) == 0 {
		return nil, p.fail(start, "a word with a letter or a digit")
	}
	any := []Phrase{terms}
	if !exact {
		any = append(any, p.expand(raw, terms, start)...)
	}
	return any, nil
}

// checkNear refuses what could not be searched for in bounded time.
func (p *parser) checkNear(n Near, start int) (Node, error) {
	if len(n.Of) > MaxNear {
		return nil, p.fail(start, fmt.Sprintf("at most %d words near one another", MaxNear))
	}
	if n.Choices() > maxChoices {
		return nil, p.fail(start, "fewer words that repeat or have many spellings: =word is not spelled out")
	}
	cost := 0
	for i, groups := range n.ByLength() {
		cost += len(slices.Concat(n.Of[i]...)) * n.Choices() / len(groups)
	}
	return n, p.spend(cost*len(TextFields(n.In)), start)
}

// Shared reports whether two operands of n have a word in common, so that their
// places could overlap.
func (n Near) Shared() bool {
	owner := map[string]int{}
	for i, any := range n.Of {
		for _, phrase := range any {
			for _, term := range phrase {
				if before, ok := owner[term]; ok && before != i {
					return true
				}
				owner[term] = i
			}
		}
	}
	return false
}

// ByLength answers, for each operand, its phrases grouped by their number of words.
func (n Near) ByLength() [][][]Phrase {
	all := make([][][]Phrase, len(n.Of))
	for i, any := range n.Of {
		for _, phrase := range any {
			at := slices.IndexFunc(all[i], func(g []Phrase) bool { return len(g[0]) == len(phrase) })
			if at < 0 {
				all[i] = append(all[i], []Phrase{phrase})
				continue
			}
			all[i][at] = append(all[i][at], phrase)
		}
	}
	return all
}

// Choices counts the combinations of phrase lengths, times the orders of the operands
// where they share words: what a back end that knows only ordered intervals of fixed
// length has to ask for.
func (n Near) Choices() int {
	choices := 1
	for i, groups := range n.ByLength() {
		if choices *= len(groups); n.Shared() {
			choices *= i + 1
		}
		if choices > maxChoices {
			break
		}
	}
	return choices
}
