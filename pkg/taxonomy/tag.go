package taxonomy

import (
	"math"
	"slices"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// maxEvidence is how many places of the text one tag cites.
const maxEvidence = 12

// Result is what the taxonomy says of one item.
type Result struct {
	Tags      []news.Tag // topics and narratives in the order of the files, then entities and places in the order of the text
	Relevance float64    // 0 to 1: how much the item is about what the taxonomy follows
	Mentions  []Mention  // every alias that counts, all overlapping ones, in order
}

// Mention is one place where a text names an entity, a place or a concept.
// Offsets are code points of the field, end exclusive.
type Mention struct {
	Concept    string // the id
	Kind       string // entity, place or concept
	Class      string // of the entity or place: group, person, office … country, crossing …
	Field      string // title or text
	Start, End int
	Term       string // as it stands in the text
	Register   string // the mark of the spelling: pejorative, official … or none
	Inside     bool   // part of a longer name, which is mentioned too
}

// Tag finds what an item names and is about. It is safe for concurrent use.
func (t *Taxonomy) Tag(title, body string, lang news.Lang) Result {
	s := t.scanners.Get().(*scanner)
	defer t.scanners.Put(s)
	s.scan(title, body, lang.Code)
	var r Result
	r.Mentions = s.mentions()
	strength := 0.0
	for i := range t.rules {
		rule := &t.rules[i]
		score, parts, missing := s.evaluate(rule)
		if missing != "" || score < s.threshold(rule) {
			continue
		}
		strength += score / rule.spec.Threshold
		r.Tags = append(r.Tags, news.Tag{
			ID: rule.spec.ID, Kind: rule.kind, Score: score, RuleVersion: rule.version, Evidence: s.evidence(parts),
		})
	}
	r.Tags = append(r.Tags, t.names(r.Mentions)...)
	r.Relevance = relevance(strength, s.core(), len(s.title)+len(s.body))
	return r
}

// core counts the names that make an item relevant before any rule fires: those
// the concept "core" includes, or all where there is no such concept.
func (s *scanner) core() int {
	n := 0
	for i := range s.hits {
		h := &s.hits[i]
		named := s.t.nodes[h.node].Kind != "concept"
		if s.t.core != nil {
			named = s.t.core.has(h.node)
		}
		if named && h.live() {
			n++
		}
	}
	return n
}

// relevance grows with how far the rules are over their thresholds. An item that
// fires no rule stays below 0.3, by how densely it speaks of the region.
func relevance(strength float64, mentions, tokens int) float64 {
	if tokens == 0 {
		return 0
	}
	value := 0.3 * (1 - math.Exp(-20*float64(mentions)/float64(tokens+20)))
	if strength > 0 {
		value = 0.5 + 0.5*(1-math.Exp(-strength/2))
	}
	return math.Round(value*1000) / 1000
}

// names are the entity and place tags: one a name, its score the number of mentions.
func (t *Taxonomy) names(mentions []Mention) []news.Tag {
	var tags []news.Tag
	at := map[string]int{}
	for _, m := range mentions {
		if m.Kind == "concept" || m.Inside {
			continue
		}
		i, ok := at[m.Concept]
		if !ok {
			i = len(tags)
			at[m.Concept] = i
			tags = append(tags, news.Tag{ID: m.Concept, Kind: m.Kind, RuleVersion: t.nodes[t.byID[m.Concept]].version})
		}
		tags[i].Score++
		if len(tags[i].Evidence) < maxEvidence {
			tags[i].Evidence = append(tags[i].Evidence, news.Evidence{Field: m.Field, Start: m.Start, End: m.End, Term: m.Term, Concept: m.Concept})
		}
	}
	return tags
}

// mentions translates the live hits into offsets and words.
func (s *scanner) mentions() []Mention {
	out := make([]Mention, 0, len(s.hits))
	for i := range s.hits {
		h := &s.hits[i]
		if h.dead {
			continue
		}
		n := &s.t.nodes[h.node]
		e := s.cite(h)
		out = append(out, Mention{
			Concept: n.ID, Kind: n.Kind, Class: n.Class, Field: e.Field, Start: e.Start, End: e.End,
			Register: s.t.aliases[h.alias].spec.Register, Inside: h.inside,
		})
	}
	quote(s.titleText, "title", out)
	quote(s.bodyText, "text", out)
	return out
}

func (s *scanner) cite(h *hit) news.Evidence {
	first, field := s.token(h.start)
	last, _ := s.token(h.end - 1)
	return news.Evidence{Field: field, Start: first.Start, End: last.End, Concept: s.t.nodes[h.node].ID}
}

// quote fills in the words of the mentions of one field in one pass: they are in
// order of their start.
func quote(s, field string, mentions []Mention) {
	at, cp := 0, 0
	for i := range mentions {
		m := &mentions[i]
		if m.Field != field {
			continue
		}
		at, cp = skip(s, at, cp, m.Start)
		end, _ := skip(s, at, cp, m.End)
		m.Term = s[at:end]
	}
}

// skip goes on from byte at, which is code point cp, to the code point to.
func skip(s string, at, cp, to int) (int, int) {
	for cp < to && at < len(s) {
		_, size := utf8.DecodeRuneInString(s[at:])
		at, cp = at+size, cp+1
	}
	return at, cp
}

// evidence cites what a rule rests on, in order, each place once.
func (s *scanner) evidence(parts []found) []news.Evidence {
	var hits []hit
	for _, p := range parts {
		if p.score > 0 {
			hits = append(hits, p.evidence...)
		}
	}
	slices.SortFunc(hits, order)
	hits = slices.CompactFunc(hits, func(a, b hit) bool { return a.node == b.node && a.start == b.start && a.end == b.end })
	hits = hits[:min(len(hits), maxEvidence)]
	out := make([]news.Evidence, len(hits))
	at, cp, field := 0, 0, "title"
	source := s.titleText
	for i := range hits {
		e := s.cite(&hits[i])
		if e.Field != field {
			at, cp, field, source = 0, 0, e.Field, s.bodyText
		}
		at, cp = skip(source, at, cp, e.Start)
		end, _ := skip(source, at, cp, e.End)
		e.Term = source[at:end]
		out[i] = e
	}
	return out
}
