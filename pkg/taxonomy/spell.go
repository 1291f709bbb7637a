package taxonomy

import "strings"

// spelled is an entry of the spelling book.
type spelled struct {
	node     int32
	excluded string // the spelling itself
}

// maxSpellings bounds what one word of a query may grow into.
const maxSpellings = 64

// spellBook maps every spelling of an entity or place, canonical and loose, to its node.
func (t *Taxonomy) spellBook() map[string]spelled {
	book := make(map[string]spelled, 2*len(t.patterns))
	for _, a := range t.aliases {
		if t.nodes[a.node].Kind == "concept" {
			continue
		}
		for _, s := range a.patterns {
			key := strings.Join(s.terms, " ")
			for _, k := range []string{key, loosened(s.terms, t.vocabulary.key)} {
				if _, taken := book[k]; !taken {
					book[k] = spelled{node: a.node, excluded: key}
				}
			}
		}
	}
	return book
}

func loosened(terms []string, key func(string) string) string {
	out := make([]string, len(terms))
	for i, t := range terms {
		if out[i] = key(t); out[i] == "" {
			out[i] = t
		}
	}
	return strings.Join(out, " ")
}

// Spellings answers, for the folded tokens of a word or phrase of a query, the
// entity or place that it is an alias of, and its other spellings in all scripts
// as folded token lists, in the order of the files. Spellings that count only in
// a context or a language are left out: a query has neither. Without an alias the
// concept is "".
func (t *Taxonomy) Spellings(terms []string) (concept string, spellings [][]string) {
	key := strings.Join(terms, " ")
	entry, ok := t.spelled[key]
	if !ok {
		if entry, ok = t.spelled[loosened(terms, looseKey)]; !ok || len(key) < 4 {
			return "", nil
		}
	}
	seen := map[string]bool{key: true}
	for _, a := range t.aliases {
		if a.node != entry.node || a.context >= 0 || len(a.spec.Only) > 0 {
			continue
		}
		for _, s := range a.patterns {
			k := strings.Join(s.terms, " ")
			if !seen[k] && len(spellings) < maxSpellings {
				seen[k] = true
				spellings = append(spellings, append([]string(nil), s.terms...))
			}
		}
	}
	return t.nodes[entry.node].ID, spellings
}
