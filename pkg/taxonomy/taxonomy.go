// Package taxonomy says what a text is about, and why. Analysts write what they
// follow as YAML: names with their spellings in many scripts, places, concepts,
// and topics and narratives as weighted rules with examples. A rule must be
// arguable: every tag carries the version of its rule, its score, and the words
// it rests on, and a command answers why a rule did or did not fire. A tag marks
// the subject of a text; it never says whether the text is right.
//
// A Taxonomy is immutable and safe for concurrent use. A service that reloads
// builds a new one and swaps the pointer; a mistake in a file leaves it the old.
//
// Matching is Aho-Corasick over folded tokens. Category rules with weights,
// negative weights, combinations and proximity follow the Europe Media Monitor
// (Steinberger, Pouliquen, van der Goot, "An introduction to the Europe Media
// Monitor family of applications", 2009).
package taxonomy

import (
	"encoding/binary"
	"slices"
	"sync"

	"github.com/sarhad-desk/sarhad/pkg/config"
)

// Taxonomy is a loaded set of entities, places, concepts and rules.
type Taxonomy struct {
	nodes       []node
	byID        map[string]int32
	contexts    []context
	contextByID map[string]int32
	aliases     []alias
	patterns    []pattern
	vocabulary  *vocabulary
	automaton   *automaton
	rules       []rule
	ruleByID    map[string]int
	examples    []example
	spelled     map[string]spelled
	warnings    config.Problems
	version     string
	core        set // what the concept "core" includes, nil without one
	scanners    sync.Pool
}

// node is an entity, a place or a concept.
type node struct {
	ID, Kind, Class, About string
	Labels                 map[string]string
	At                     []float64
	parents, children      []int32
	mask                   bool
	version                string
	spec                   any
	forms                  map[string][]aliasSpec
	file, section          string
	line, index, source    int
}

// context is a compiled contextSpec.
type context struct {
	ID        string
	any, none set
	within    int32
	version   string
}

// pattern is one spelling in the automaton.
type pattern struct {
	alias    int32
	families []int32 // one a token
}

// queried is how many ways of writing one alias a query is expanded to: as given,
// and with its zero-width joints opened or its tokens joined.
const queried = 2

// finish builds what matching needs, once everything is checked.
func (t *Taxonomy) finish() {
	v := t.vocabulary
	v.close()
	trie := newTrie()
	known := make(map[string]bool, 4*len(t.aliases))
	var symbols []int32
	var key []byte
	for i := range t.aliases {
		a := &t.aliases[i]
		for _, s := range a.patterns {
			if key = a.identity(key[:0], s.families); known[string(key)] {
				continue
			}
			known[string(key)] = true
			symbols = symbols[:0]
			for _, f := range s.families {
				symbols = append(symbols, v.symbolOf[f])
			}
			trie.insert(symbols, int32(len(t.patterns)))
			t.patterns = append(t.patterns, pattern{alias: int32(i), families: s.families})
		}
	}
	t.automaton = trie.build(v.count)
	t.spelled = t.spellBook()
	v.known = nil
	for i := range t.aliases {
		a := &t.aliases[i]
		a.patterns = slices.Clone(a.patterns[:min(len(a.patterns), queried)])
		for j := range a.patterns {
			a.patterns[j].families = nil
		}
	}
	t.version = t.digest()
	t.scanners.New = func() any { return newScanner(t) }
}

// identity tells the patterns apart that would find different things.
func (a *alias) identity(key []byte, families []int32) []byte {
	key = binary.AppendVarint(binary.AppendVarint(key, int64(a.node)), int64(a.context))
	if a.word || a.spec.Cased || len(a.spec.Only) > 0 {
		key = append(append(key, a.lang...), a.spec.Form...)
		for _, code := range a.spec.Only {
			key = append(key, code...)
		}
	}
	for _, f := range families {
		key = binary.AppendVarint(key, int64(f))
	}
	return key
}

// digest is the content hash over everything that can change a tag.
func (t *Taxonomy) digest() string {
	parts := []any{t.vocabulary.langs}
	for _, id := range sortedKeys(t.byID) {
		parts = append(parts, t.nodes[t.byID[id]].version)
	}
	for _, id := range sortedKeys(t.contextByID) {
		parts = append(parts, t.contexts[t.contextByID[id]].version)
	}
	for _, id := range sortedKeys(t.ruleByID) {
		parts = append(parts, t.rules[t.ruleByID[id]].version)
	}
	return digest(parts...)
}

// Version is the content hash of the whole taxonomy: 12 hex digits that change
// with any entity, concept or rule, not with comments or layout.
func (t *Taxonomy) Version() string { return t.version }

// Check lists what is no mistake but deserves a look: concepts that no rule
// uses, rules without examples, narratives that do not say who tells them.
func (t *Taxonomy) Check() []config.Problem { return t.warnings }

// Label is the English name of a topic, narrative, entity, place or concept, or
// the id itself where it is unknown or a concept.
func (t *Taxonomy) Label(id string) string {
	if i, ok := t.ruleByID[id]; ok {
		return t.rules[i].spec.Label["en"]
	}
	if i, ok := t.byID[id]; ok && t.nodes[i].Labels["en"] != "" {
		return t.nodes[i].Labels["en"]
	}
	return id
}
