package taxonomy

import (
	"hash/maphash"
	"slices"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

const (
	maxHits    = 20000 // alias matches kept of one item; a text with more is noise
	cacheSlots = 1 << 13
	cacheTerm  = 40 // bytes of the longest term the cache holds
	fieldGap   = 1 << 20
)

// hit is one alias found. Positions are tokens: those of the title count from 0,
// those of the text from fieldGap, so that nothing is near across the fields.
type hit struct {
	node, alias int32
	start, end  int32 // end exclusive
	dead        bool  // masked, or its context is missing
	inside      bool  // inside a longer name: no tag
	hidden      bool  // a name inside a longer name: no rule sees it
}

// scanner is the memory of one scan, reused from item to item.
type scanner struct {
	t           *Taxonomy
	titles      text.Analyzer
	bodies      text.Analyzer
	title, body []text.Token
	titleText   string
	bodyText    string
	lang        string
	classes     []int32 // of the field's tokens
	hits        []hit
	present     set // nodes of live hits
	sentences   []int32
	sentenced   bool
	cache       []cached
	seed        maphash.Seed
	groups      [][]hit
	picked      []hit
}

// cached remembers the class of a term; the slot holds a copy, since the term is
// a view of memory that the next text overwrites.
type cached struct {
	length uint8
	class  int32
	term   [cacheTerm]byte
}

func newScanner(t *Taxonomy) *scanner {
	return &scanner{t: t, present: newSet(len(t.nodes)), cache: make([]cached, cacheSlots), seed: maphash.MakeSeed()}
}

// scan tokenises and matches. What it finds is valid until the next scan.
func (s *scanner) scan(title, body, lang string) {
	s.titleText, s.bodyText, s.lang = title, body, lang
	s.title = s.titles.Tokens(title)
	s.body = s.bodies.Tokens(body)
	s.match()
}

// match is the match stage: it allocates nothing once its memory has grown.
func (s *scanner) match() {
	s.hits, s.sentenced = s.hits[:0], false
	s.field(s.title, 0)
	first := len(s.hits)
	s.field(s.body, fieldGap)
	slices.SortFunc(s.hits[:first], order)
	slices.SortFunc(s.hits[first:], order)
	s.verify(s.titleText, s.title, s.hits[:first], 0)
	s.verify(s.bodyText, s.body, s.hits[first:], fieldGap)
	s.hits = slices.DeleteFunc(s.hits, func(h hit) bool { return h.dead })
	s.hits = slices.CompactFunc(s.hits, func(a, b hit) bool { return a.node == b.node && a.start == b.start && a.end == b.end })
	s.masks()
	s.settle()
	s.nest()
	s.present.clear()
	for _, h := range s.hits {
		if !h.dead && !h.hidden {
			s.present.add(h.node)
		}
	}
}

// order is by start, the longer first; of one node and span the alias that needs no context first.
func order(a, b hit) int {
	switch {
	case a.start != b.start:
		return int(a.start - b.start)
	case a.end != b.end:
		return int(b.end - a.end)
	case a.node != b.node:
		return int(a.node - b.node)
	}
	return int(a.alias - b.alias)
}

func (s *scanner) field(tokens []text.Token, offset int32) {
	a, v, state := s.t.automaton, s.t.vocabulary, int32(0)
	s.classes = s.classes[:0]
	for i := range tokens {
		class := s.class(tokens[i].Term)
		s.classes = append(s.classes, class)
		if class == 0 {
			state = 0
			continue
		}
		state = a.next(state, v.symbols[class])
		for at := state; at != 0; at = a.dict[at] {
			for _, p := range a.outs[a.first[at]:a.first[at+1]] {
				s.emit(p, int32(i)+1, offset)
			}
		}
	}
}

// emit keeps a match of symbols that is one of families too, and of the item's language.
func (s *scanner) emit(number, end, offset int32) {
	if len(s.hits) == maxHits {
		return
	}
	p := &s.t.patterns[number]
	start := end - int32(len(p.families))
	for i, f := range p.families {
		if !s.t.vocabulary.holds(s.classes[start+int32(i)], f) {
			return
		}
	}
	a := &s.t.aliases[p.alias]
	if len(a.spec.Only) > 0 && !langMatches(a.spec.Only, s.lang) || a.word && s.foreign(a.lang) {
		return
	}
	s.hits = append(s.hits, hit{node: a.node, alias: p.alias, start: start + offset, end: end + offset})
}

// foreign reports whether an item is in another language of the Arabic script
// than a word: these share words that mean different things.
func (s *scanner) foreign(lang string) bool {
	return lang != s.lang && oneOf(arabicScript, lang) && oneOf(arabicScript, s.lang)
}

var arabicScript = []string{"ur", "ps", "fa", "ar"}

// class looks a term up, through the cache: most words of a text are met again.
// A term has four places in the cache; one that finds them taken takes one of them.
func (s *scanner) class(term string) int32 {
	if len(term) > cacheTerm {
		return s.t.vocabulary.class(term)
	}
	h := maphash.String(s.seed, term)
	ways := s.cache[h%(cacheSlots/4)*4:][:4]
	free := h >> 62
	for i := range ways {
		if c := &ways[i]; int(c.length) == len(term) && string(c.term[:c.length]) == term {
			return c.class
		} else if c.length == 0 {
			free = uint64(i)
			break
		}
	}
	c := &ways[free]
	c.class = s.t.vocabulary.class(term)
	c.length = uint8(copy(c.term[:], term))
	return c.class
}

// masks kills what lies inside a masking concept: the company TTP Communications
// is no armed group.
func (s *scanner) masks() {
	for i := range s.hits {
		m := &s.hits[i]
		if !s.t.nodes[m.node].mask {
			continue
		}
		s.overlap(i, func(h *hit) {
			if h.start >= m.start && h.end <= m.end && !s.t.nodes[h.node].mask {
				h.dead = true
			}
		})
	}
}

// overlap calls f for the hits that start inside the i-th hit or at its start.
func (s *scanner) overlap(i int, f func(*hit)) {
	start, end := s.hits[i].start, s.hits[i].end
	for j := i - 1; j >= 0 && s.hits[j].start == start; j-- {
		f(&s.hits[j])
	}
	for j := i + 1; j < len(s.hits) && s.hits[j].start < end; j++ {
		f(&s.hits[j])
	}
}

// settle kills the hits whose context is missing. Only aliases that need no
// context themselves can be context.
func (s *scanner) settle() {
	s.present.clear()
	open := false
	for _, h := range s.hits {
		if s.t.aliases[h.alias].context >= 0 {
			open = true
		} else if !h.dead {
			s.present.add(h.node)
		}
	}
	if !open {
		return
	}
	for i := range s.hits {
		if h := &s.hits[i]; s.t.aliases[h.alias].context >= 0 && !h.dead {
			h.dead = !s.holds(&s.t.contexts[s.t.aliases[h.alias].context], h)
		}
	}
}

func (s *scanner) holds(c *context, of *hit) bool {
	if s.present.meets(c.none) || !s.present.meets(c.any) {
		return false
	}
	if c.within == 0 {
		return true
	}
	for i := range s.hits {
		h := &s.hits[i]
		if h.start-of.end > c.within {
			break
		}
		if of.start-h.end <= c.within && c.any.has(h.node) && !h.dead && s.t.aliases[h.alias].context < 0 {
			return true
		}
	}
	return false
}

// nest marks the names inside longer names: "Taliban" in "Pakistani Taliban" is
// not the Afghan Taliban, and "Balochistan" in a group's name is not where it happened.
func (s *scanner) nest() {
	for i := range s.hits {
		long := &s.hits[i]
		if long.dead || s.t.nodes[long.node].Kind == "concept" {
			continue
		}
		s.overlap(i, func(h *hit) {
			kind := s.t.nodes[h.node].Kind
			if h.end <= long.end && h.end-h.start < long.end-long.start && kind != "concept" && h.node != long.node {
				h.inside = true
				h.hidden = h.hidden || kind == "entity" || !oneOf(placed, s.t.nodes[long.node].Class)
			}
		})
	}
}

// placed are the classes of names in which a place still says where: the army
// of a country acts for the country, a movement named after one does not.
var placed = []string{"office", "military", "intelligence", "state", "organisation", "people"}

// token answers the token at a position and the field it is in.
func (s *scanner) token(position int32) (text.Token, string) {
	if position >= fieldGap {
		return s.body[position-fieldGap], "text"
	}
	return s.title[position], "title"
}

// within reports whether a hit lies in a scope.
func within(h *hit, sc scope) bool {
	switch sc {
	case inTitle:
		return h.start < fieldGap
	case inText:
		return h.start >= fieldGap
	case inLead:
		return h.start < fieldGap+leadTokens
	}
	return true
}
