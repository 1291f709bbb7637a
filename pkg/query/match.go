package query

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// maxSpans bounds what is highlighted in one item.
const maxSpans = 1000

// Match reports whether an item satisfies the query, and the stretches of its title,
// summary and text that satisfy it, in order and without overlap.
func (q *Query) Match(it *news.Item) ([]news.Span, bool) { return q.MatchDocument(NewDocument(it)) }

// MatchDocument is Match for an item that several queries look at.
func (q *Query) MatchDocument(d *Document) ([]news.Span, bool) {
	m := matcher{doc: d, spans: []news.Span{}}
	if !m.eval(q.Root) {
		return nil, false
	}
	return tidy(m.spans), true
}

// Holds reports whether an item satisfies the query, without looking for stretches.
func (q *Query) Holds(d *Document) bool {
	m := matcher{doc: d}
	return m.eval(q.Root)
}

// HoldsClaims reports whether some claim satisfies the condition of a Claim.
func (c Claim) HoldsClaims(claims []news.Claim) bool {
	m := matcher{doc: NewDocument(&news.Item{Claims: claims})}
	return m.eval(c)
}

// matcher evaluates a query on one document. Spans are collected where spans is not nil.
type matcher struct {
	doc   *Document
	claim *claimDocument // inside a Claim
	spans []news.Span
}

func (m *matcher) eval(n Node) bool {
	switch n := n.(type) {
	case All:
		return true
	case And:
		kept := len(m.spans)
		for _, of := range n.Of {
			if !m.eval(of) {
				m.drop(kept)
				return false
			}
		}
		return true
	case Or:
		found := false
		for _, of := range n.Of {
			if m.eval(of) {
				if found = true; m.spans == nil {
					return true
				}
			}
		}
		return found
	case Not:
		kept := m.spans
		m.spans = nil
		holds := m.eval(n.Of)
		m.spans = kept
		return !holds
	case Words:
		if m.spans == nil && m.claim == nil {
			return m.hold(n)
		}
		return m.each(n.In, func(field string, w *words) bool { return m.words(n, field, w) })
	case Near:
		return m.each(n.In, func(field string, w *words) bool { return m.near(n, field, w) })
	case Prefix:
		return m.each(n.In, func(field string, w *words) bool { return m.prefix(n, field, w) })
	case Keys:
		return m.keys(n)
	case Range:
		return m.within(n)
	case Claim:
		return m.claims(n)
	}
	return false
}

func (m *matcher) drop(kept int) {
	if m.spans != nil {
		m.spans = m.spans[:kept]
	}
}

// each tries the text fields that in stands for; without spans to collect, one is enough.
func (m *matcher) each(in string, try func(field string, w *words) bool) bool {
	if m.claim != nil {
		return try("", m.claim.text(in))
	}
	found := false
	for _, field := range TextFields(in) {
		if try(field, m.doc.text(field)) {
			if found = true; m.spans == nil {
				return true
			}
		}
	}
	return found
}

// hold is the way of most conditions of saved searches: words of an item, nothing to mark.
func (m *matcher) hold(n Words) bool {
	for _, field := range [3]string{"title", "summary", "text"} {
		if n.In != "" && n.In != field {
			continue
		}
		w := m.doc.text(field)
		if len(w.tokens) == 0 {
			continue
		}
		for _, phrase := range n.Any {
			if w.hold(phrase) {
				return true
			}
		}
	}
	return false
}

func (m *matcher) words(n Words, field string, w *words) bool {
	if m.spans == nil {
		return slices.ContainsFunc(n.Any, w.hold)
	}
	found := false
	for _, phrase := range n.Any {
		for _, p := range places(w, phrase) {
			found = true
			m.mark(field, w, p)
		}
	}
	return found
}

func (m *matcher) near(n Near, field string, w *words) bool {
	operands := make([][]Place, len(n.Of))
	for i, any := range n.Of {
		for _, phrase := range any {
			operands[i] = append(operands[i], places(w, phrase)...)
		}
		if operands[i] == nil {
			return false
		}
	}
	found := Within(n.Gap, operands, m.spans == nil)
	for _, p := range found {
		m.mark(field, w, p)
	}
	return len(found) > 0
}

func (m *matcher) prefix(n Prefix, field string, w *words) bool {
	found := false
	for i, t := range w.tokens {
		if strings.HasPrefix(t.Term, n.Stem) {
			if found = true; m.spans == nil {
				return true
			}
			m.mark(field, w, Place{i, i + 1})
		}
	}
	return found
}

// places finds a phrase among the words of a field.
func places(w *words, phrase Phrase) []Place {
	var found []Place
	for _, at := range w.at[phrase[0]] {
		if at+len(phrase) <= len(w.tokens) && stands(w.tokens[at:], phrase) {
			found = append(found, Place{at, at + len(phrase)})
		}
	}
	return found
}

// hold reports whether a phrase stands among the words of a field.
func (w *words) hold(phrase Phrase) bool {
	for _, at := range w.at[phrase[0]] {
		if at+len(phrase) <= len(w.tokens) && stands(w.tokens[at:], phrase) {
			return true
		}
	}
	return false
}

func stands(tokens []text.Token, phrase Phrase) bool {
	for i, term := range phrase {
		if tokens[i].Term != term {
			return false
		}
	}
	return true
}

func (m *matcher) mark(field string, w *words, p Place) {
	if field != "" && m.spans != nil && len(m.spans) < maxSpans {
		m.spans = append(m.spans, news.Span{Field: field, Start: w.tokens[p.Start].Start, End: w.tokens[p.End-1].End})
	}
}

func (m *matcher) keys(n Keys) bool {
	if m.claim != nil {
		return slices.ContainsFunc(ClaimValues(m.claim.claim, n.In), func(v string) bool { return slices.Contains(n.Any, v) })
	}
	found := false
	for _, v := range m.doc.keys(n.In) {
		if slices.Contains(n.Any, v) {
			if found = true; m.spans == nil {
				return true
			}
			m.evidence(n.In, v)
		}
	}
	return found
}

// evidence marks what a tag that was asked for rests on.
func (m *matcher) evidence(field, id string) {
	switch field {
	case "tag", "topic", "narrative", "entity", "place":
	default:
		return
	}
	for _, t := range m.doc.Item.Tags {
		if canonical(field, t.ID) != id {
			continue
		}
		for _, e := range t.Evidence {
			if len(m.spans) < maxSpans {
				m.spans = append(m.spans, news.Span{Field: e.Field, Start: e.Start, End: e.End})
			}
		}
	}
}

func (m *matcher) within(n Range) bool {
	at := Published(m.doc.Item)
	if n.In == "seen" {
		at = Seen(m.doc.Item)
	}
	return at >= n.From && at < n.To
}

// claims looks for a claim that satisfies all of n by itself, and marks it.
func (m *matcher) claims(n Claim) bool {
	found := false
	spans := m.spans
	for i := range m.doc.Item.Claims {
		m.claim, m.spans = m.doc.claim(i), nil
		holds := m.eval(n.Of)
		m.claim, m.spans = nil, spans
		if !holds {
			continue
		}
		if found = true; spans == nil {
			return true
		}
		if c := m.doc.Item.Claims[i]; c.End > c.Start && len(spans) < maxSpans {
			field := c.Field
			if field == "" {
				field = "text"
			}
			spans = append(spans, news.Span{Field: field, Start: c.Start, End: c.End})
			m.spans = spans
		}
	}
	return found
}

// tidy sorts spans and joins those that overlap.
func tidy(spans []news.Span) []news.Span {
	order := map[string]int{"title": 0, "summary": 1, "text": 2}
	slices.SortFunc(spans, func(a, b news.Span) int {
		return cmp.Or(cmp.Compare(order[a.Field], order[b.Field]), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	kept := spans[:0]
	for _, s := range spans {
		if last := len(kept) - 1; last >= 0 && kept[last].Field == s.Field && s.Start < kept[last].End {
			kept[last].End = max(kept[last].End, s.End)
			continue
		}
		kept = append(kept, s)
	}
	return kept
}
