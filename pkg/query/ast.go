package query

import (
	"math"
	"slices"
)

// Query is a parsed query. It is immutable and may be used by many goroutines.
type Query struct {
	Root       Node
	Expansions []Expansion // the known names in it, in the order of the text
}

// Expansion says that a word of the query is a known name, and what else is searched
// for because of it.
type Expansion struct {
	Pos       int      // of the word, in code points of the query
	Word      string   // as typed
	Concept   string   // the entity or place it names
	Spellings []string // folded, without the word itself
}

// Node is a part of a query: All, And, Or, Not, Words, Near, Prefix, Keys, Range or
// Claim. A back end translates all ten.
type Node interface{ node() }

// All matches every item.
type All struct{}

// And matches where all of its parts do.
type And struct{ Of []Node }

// Or matches where one of its parts does.
type Or struct{ Of []Node }

// Not matches where its part does not.
type Not struct{ Of Node }

// Phrase is a sequence of folded terms that stand side by side.
type Phrase []string

// Words matches where one of the phrases stands in one of the text fields of In.
type Words struct {
	In    string   // "" is the whole item; else a text field
	Any   []Phrase // the first is what was typed, the others spell the same name
	Exact bool     // typed with =
}

// Near matches where, in one text field, one phrase of each operand stands, no two of
// them on the same word, with at most Gap other words between the first and the last.
type Near struct {
	In  string
	Gap int
	Of  [][]Phrase
}

// Prefix matches where a term of a text field of In begins with Stem, which is folded.
type Prefix struct {
	In   string
	Stem string
}

// Keys matches where one of the item's values of a key field (see Values) is one of Any.
type Keys struct {
	In  string
	Any []string
}

// Range matches where a time of the item, "published" or "seen", is in [From, To), in
// milliseconds since 1970. Earliest and Latest leave a side open.
type Range struct {
	In       string
	From, To int64
}

// Earliest and Latest are the open ends of a Range.
const (
	Earliest int64 = math.MinInt64
	Latest   int64 = math.MaxInt64
)

// Claim matches where one claim of the item satisfies all of Of, whose leaves name
// fields of a claim only.
type Claim struct{ Of Node }

func (All) node()    {}
func (And) node()    {}
func (Or) node()     {}
func (Not) node()    {}
func (Words) node()  {}
func (Near) node()   {}
func (Prefix) node() {}
func (Keys) node()   {}
func (Range) node()  {}
func (Claim) node()  {}

// And narrows q by more conditions. The expansions of q are kept.
func (q *Query) And(more ...Node) *Query {
	return &Query{Root: and(append([]Node{q.Root}, more...)), Expansions: q.Expansions}
}

// and joins nodes, without nesting one And in another.
func and(nodes []Node) Node {
	var flat []Node
	for _, n := range nodes {
		switch n := n.(type) {
		case All:
		case And:
			flat = append(flat, n.Of...)
		default:
			flat = append(flat, n)
		}
	}
	switch len(flat) {
	case 0:
		return All{}
	case 1:
		return flat[0]
	}
	return And{Of: flat}
}

// or joins nodes, without nesting one Or in another.
func or(nodes []Node) Node {
	if len(nodes) == 1 {
		return nodes[0]
	}
	var flat []Node
	for _, n := range nodes {
		if o, ok := n.(Or); ok {
			flat = append(flat, o.Of...)
			continue
		}
		flat = append(flat, n)
	}
	return Or{Of: flat}
}

func not(n Node) Node {
	if inner, ok := n.(Not); ok {
		return inner.Of
	}
	return Not{Of: n}
}

// Holds reports whether q stands within p.
func (p Phrase) Holds(q Phrase) bool {
	for i := 0; i+len(q) <= len(p); i++ {
		if slices.Equal(p[i:i+len(q)], q) {
			return true
		}
	}
	return false
}

// Shortest answers the phrases of n without those that hold another one: where they
// stand, so does it.
func (n Words) Shortest() []Phrase {
	var kept []Phrase
	for i, p := range n.Any {
		if !slices.ContainsFunc(n.Any[:i], func(q Phrase) bool { return p.Holds(q) }) &&
			!slices.ContainsFunc(n.Any[i+1:], func(q Phrase) bool { return len(q) < len(p) && p.Holds(q) }) {
			kept = append(kept, p)
		}
	}
	return kept
}
