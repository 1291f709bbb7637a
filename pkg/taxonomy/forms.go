package taxonomy

import (
	"encoding/binary"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

const (
	shortLoose = 3 // a word of so few letters is never matched loosely: too much folds onto it
	shortAlone = 4 // nor is a name that is one word of so few letters
	shortLatin = 4 // a Latin word of so few letters has no transliteration key
	shortStem  = 3 // nor does a name of so few letters inflect: هند and هندو are two words
)

// vocabulary turns spellings into sequences of families. A family is the set of
// terms that stand for one word of a spelling: its inflected forms, and what has
// their loose key. A term may be of several families; those that share a term
// share a symbol, and the automaton runs over symbols, one a token. So inflection
// costs no states, and a match of symbols is checked against the families.
type vocabulary struct {
	langs    map[string]inflection
	families map[string]int32
	canon    map[string][]int32 // canonical term to the families that hold it; gone after close
	loose    map[string][]int32 // loose or Latin key to the families that hold it; gone after close
	classes  map[string]int32   // canonical term to class
	keys     map[string]int32   // loose or Latin key to class, for terms not in classes
	members  [][]int32          // class to its families, in order; class 0 has none
	symbols  []int32            // class to symbol
	symbolOf []int32            // family to symbol
	known    map[string]string  // loose keys computed so far; gone after finish
	count    int                // symbols
}

// newVocabulary expects about so many aliases.
func newVocabulary(langs map[string]inflection, aliases int) *vocabulary {
	return &vocabulary{
		langs: langs, families: make(map[string]int32, 3*aliases), canon: make(map[string][]int32, 4*aliases),
		loose: make(map[string][]int32, 3*aliases), known: make(map[string]string, 4*aliases),
	}
}

// key is looseKey, each term's computed once while the vocabulary is built.
func (v *vocabulary) key(term string) string {
	key, ok := v.known[term]
	if !ok {
		key = looseKey(term)
		v.known[term] = key
	}
	return key
}

// spelling is one way to write an alias: one family a token.
type spelling struct {
	families []int32
	terms    []string // the canonical terms, for query expansion
}

// looseKey is the key under which spelling variants of a name meet, "" where the
// term has none but itself.
func looseKey(term string) string {
	r, _ := utf8.DecodeRuneInString(term)
	if r < utf8.RuneSelf || unicode.Is(unicode.Latin, r) {
		if utf8.RuneCountInString(term) <= shortLatin {
			return ""
		}
		return text.Latin(term)
	}
	return text.Loose(term)
}

// terms are the canonical tokens of a string.
func terms(s string) []string {
	tokens := text.Tokens(s)
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.Term
	}
	return out
}

// spellings are the ways an alias may be written: as given, its tokens joined,
// zero-width joints opened, connecting letters changed or left out.
func (v *vocabulary) spellings(a aliasSpec, lang string, name bool) []spelling {
	seen := map[string]bool{}
	var out []spelling
	add := func(ts []string) {
		key := strings.Join(ts, " ")
		if len(ts) == 0 || seen[key] {
			return
		}
		seen[key] = true
		out = append(out, v.spelling(ts, a, lang, name))
	}
	given := terms(a.Form)
	add(given)
	if a.Exact {
		return out
	}
	if strings.ContainsRune(a.Form, '\u200c') {
		add(terms(strings.ReplaceAll(a.Form, "\u200c", " ")))
	}
	variants := [][]string{given}
	if name {
		variants = append(variants, v.connected(given, lang)...)
	}
	for _, ts := range variants {
		add(ts)
		if name || !isLatin(given) {
			for _, joined := range joins(ts) {
				add(joined)
			}
		}
	}
	return out
}

func isLatin(ts []string) bool {
	for _, t := range ts {
		if r, _ := utf8.DecodeRuneInString(t); r >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// connected are the variants of a name with its connecting letters replaced by
// each other, glued to the word before, or left out.
func (v *vocabulary) connected(ts []string, lang string) [][]string {
	connectors := v.langs[lang].Connectors
	var at []int
	for i := 1; i+1 < len(ts); i++ {
		if oneOf(connectors, ts[i]) {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return nil
	}
	var out [][]string
	for _, c := range connectors {
		changed := append([]string(nil), ts...)
		for _, i := range at {
			changed[i] = c
		}
		out = append(out, changed)
	}
	var without, glued []string
	for i, t := range ts {
		if i > 0 && oneOf(connectors, t) && i+1 < len(ts) {
			glued[len(glued)-1] += t
			continue
		}
		without, glued = append(without, t), append(glued, t)
	}
	return append(out, without, glued)
}

// joins are the token lists with one neighbouring pair joined, and with all joined.
func joins(ts []string) [][]string {
	if len(ts) < 2 || len(ts) > 5 {
		return nil
	}
	out := [][]string{{strings.Join(ts, "")}}
	for i := 0; len(ts) > 2 && i+1 < len(ts); i++ {
		joined := append([]string(nil), ts[:i]...)
		joined = append(joined, ts[i]+ts[i+1])
		out = append(out, append(joined, ts[i+2:]...))
	}
	return out
}

func (v *vocabulary) spelling(ts []string, a aliasSpec, lang string, name bool) spelling {
	s := spelling{terms: ts}
	rules := v.langs[lang].Words
	if name {
		rules = v.langs[lang].Names
	}
	acronym := isAcronym(a.Form)
	for i, t := range ts {
		var suffixes []string
		last := i == len(ts)-1
		if runes := utf8.RuneCountInString(t); !a.Exact && !acronym && (runes > shortStem || runes == shortStem && !name) && (last || v.langs[lang].EveryToken) {
			suffixes = rules
		}
		loose := !a.Exact && !acronym && loosens(t, lang, name, len(ts) == 1)
		s.families = append(s.families, v.family(t, suffixes, loose))
	}
	return s
}

// loosens reports whether a word of a spelling is matched by its loose key: names
// are, in every script, and words in Roman Urdu, which has no spelling of its own.
func loosens(t, lang string, name, alone bool) bool {
	runes := utf8.RuneCountInString(t)
	if isLatin([]string{t}) {
		return runes > shortLatin && (name || lang == "ur-Latn")
	}
	return name && runes > shortLoose && (!alone || runes > shortAlone)
}

// family is the number of the set of tokens that stand for t.
func (v *vocabulary) family(t string, suffixes []string, loose bool) int32 {
	forms := inflect(t, suffixes)
	id := strconv.FormatBool(loose) + " " + strings.Join(forms, " ")
	if f, ok := v.families[id]; ok {
		return f
	}
	f := int32(len(v.families))
	v.families[id] = f
	for _, form := range forms {
		key := ""
		if loose {
			key = v.key(form)
		}
		if key != "" {
			v.loose[key] = append(v.loose[key], f)
		}
		v.canon[form] = append(v.canon[form], f)
	}
	return f
}

// inflect lists a term with its inflected forms.
func inflect(t string, suffixes []string) []string {
	forms := []string{t}
	for _, s := range suffixes {
		old, added, replaces := strings.Cut(s, ">")
		if !replaces {
			forms = append(forms, t+s)
		} else if stem, ok := strings.CutSuffix(t, old); ok && utf8.RuneCountInString(stem) >= 2 {
			forms = append(forms, stem+added)
		}
	}
	sort.Strings(forms[1:])
	return forms
}

func isAcronym(form string) bool {
	letters := 0
	for _, r := range form {
		if !unicode.IsUpper(r) && !unicode.IsDigit(r) && r != '.' && r != '-' {
			return false
		}
		letters++
	}
	return letters <= 6
}

// close numbers classes and symbols. No spelling may be added after it.
func (v *vocabulary) close() {
	v.classes, v.keys = make(map[string]int32, len(v.canon)), make(map[string]int32, len(v.loose))
	v.members = [][]int32{nil}
	byset := make(map[string]int32, len(v.families))
	for key, families := range v.loose {
		v.keys[key] = v.number(byset, families)
	}
	for term, families := range v.canon {
		other := int32(0)
		if key := v.key(term); key != "" {
			families = append(append([]int32(nil), families...), v.loose[key]...)
			other = v.keys[key]
		}
		if class := v.number(byset, families); class != other {
			v.classes[term] = class
		}
	}
	v.join()
	v.families, v.canon, v.loose = nil, nil, nil
}

// number is the class of a set of families.
func (v *vocabulary) number(byset map[string]int32, families []int32) int32 {
	set := append([]int32(nil), families...)
	slices.Sort(set)
	set = slices.Compact(set)
	var key []byte
	for _, f := range set {
		key = binary.AppendVarint(key, int64(f))
	}
	class, ok := byset[string(key)]
	if !ok {
		class = int32(len(v.members))
		byset[string(key)] = class
		v.members = append(v.members, set)
	}
	return class
}

// join gives the families of one class one symbol, by union and find.
func (v *vocabulary) join() {
	parent := make([]int32, len(v.families))
	for f := range parent {
		parent[f] = int32(f)
	}
	find := func(f int32) int32 {
		for parent[f] != f {
			parent[f] = parent[parent[f]]
			f = parent[f]
		}
		return f
	}
	for _, set := range v.members[1:] {
		for _, f := range set[1:] {
			parent[find(f)] = find(set[0])
		}
	}
	v.symbolOf = make([]int32, len(parent))
	numbers := map[int32]int32{}
	for f := range parent {
		root := find(int32(f))
		if numbers[root] == 0 {
			numbers[root] = int32(len(numbers) + 1)
		}
		v.symbolOf[f] = numbers[root]
	}
	v.count = len(numbers)
	v.symbols = make([]int32, len(v.members))
	for class, set := range v.members {
		if class > 0 {
			v.symbols[class] = v.symbolOf[set[0]]
		}
	}
}

// holds reports whether a class has a family.
func (v *vocabulary) holds(class, family int32) bool {
	for _, f := range v.members[class] {
		if f >= family {
			return f == family
		}
	}
	return false
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// class is the class of a token's term, 0 where no alias knows it.
func (v *vocabulary) class(term string) int32 {
	if c, ok := v.classes[term]; ok {
		return c
	}
	if key := looseKey(term); key != "" {
		return v.keys[key]
	}
	return 0
}
