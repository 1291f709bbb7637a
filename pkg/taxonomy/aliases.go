package taxonomy

import (
	"strings"
	"unicode/utf8"
)

// alias is one compiled spelling of a node.
type alias struct {
	node     int32
	lang     string
	spec     aliasSpec
	context  int32 // -1 for none
	word     bool  // a single word of a concept: belongs to its own language
	patterns []spelling
}

// claimed remembers who took a spelling first.
type claimed struct {
	node       int32
	form, file string
	line       int
}

func (l *loader) aliases() {
	v := newVocabulary(l.langs, l.count())
	l.t.vocabulary = v
	names, words := map[string]claimed{}, map[string]claimed{}
	for i := range l.t.nodes {
		n := &l.t.nodes[i]
		doc := l.sources[n.source].doc
		for _, lang := range sortedKeys(n.forms) {
			if !oneOf(languageCodes(), lang) {
				l.problems.Add(n.file, doc.Line(n.section, n.index, "aliases", lang), "unknown language %q, expected one of %s", lang, strings.Join(languageCodes(), " "))
				continue
			}
			for j, spec := range n.forms[lang] {
				line := doc.Line(n.section, n.index, "aliases", lang, j)
				a := alias{node: int32(i), lang: lang, spec: spec, context: -1}
				if !l.alias(n, &a, line) {
					continue
				}
				a.patterns = v.spellings(spec, lang, n.Kind != "concept")
				a.word = n.Kind == "concept" && len(a.patterns[0].families) == 1
				taken := words // names and concepts may share a spelling: rules see both
				if n.Kind != "concept" {
					taken = names
				}
				l.collide(taken, n, &a, line)
				l.t.aliases = append(l.t.aliases, a)
			}
		}
	}
}

// count is the number of aliases in all files.
func (l *loader) count() int {
	n := 0
	for _, node := range l.t.nodes {
		for _, forms := range node.forms {
			n += len(forms)
		}
	}
	return n
}

// alias checks one spelling on its own.
func (l *loader) alias(n *node, a *alias, line int) bool {
	spec := a.spec
	if len(terms(spec.Form)) == 0 || utf8.RuneCountInString(spec.Form) > 120 {
		l.problems.Add(n.file, line, "the alias %q of %q holds no word or is longer than 120 letters, expected words", spec.Form, n.ID)
		return false
	}
	if spec.Register != "" && !oneOf(Registers(), spec.Register) {
		l.problems.Add(n.file, line, "unknown register %q, expected one of %s", spec.Register, strings.Join(Registers(), " "))
	}
	for _, code := range spec.Only {
		if !oneOf(languageCodes(), code) {
			l.problems.Add(n.file, line, "unknown language %q under only, expected one of %s", code, strings.Join(languageCodes(), " "))
		}
	}
	if spec.Context != "" {
		c, ok := l.t.contextByID[spec.Context]
		if !ok {
			l.problems.Add(n.file, line, "unknown context %q, expected the id of one under contexts", spec.Context)
			return false
		}
		a.context = c
	}
	if ambiguous(spec) && n.Kind != "concept" {
		l.problems.Add(n.file, line, "the short acronym %q of %q may mean other things, expected a context, or sure: true", spec.Form, n.ID)
	}
	return true
}

// ambiguous reports whether a spelling is an acronym of at most four Latin
// letters: there are too few of those for the organisations of the world.
func ambiguous(spec aliasSpec) bool {
	if spec.Sure || spec.Context != "" || len(spec.Form) > 4 {
		return false
	}
	for _, r := range spec.Form {
		if r < 'A' || r > 'Z' {
			return false
		}
	}
	return true
}

// collide notes a spelling that two names or two concepts share after folding:
// nobody could say which of them a text means. Spellings of one name may fold
// together; they are kept, because they say how it is written. A single word of a
// concept is apart from the same letters in another language of the Arabic script.
func (l *loader) collide(taken map[string]claimed, n *node, a *alias, line int) {
	given := a.patterns[0].terms
	key := strings.Join(given, " ")
	loose := make([]string, len(given))
	for i, t := range given {
		if loose[i] = t; n.Kind != "concept" && !a.spec.Exact && !isAcronym(a.spec.Form) && loosens(t, a.lang, true, len(given) == 1) {
			loose[i] = looseKey(t)
		}
	}
	everywhere := strings.Join(loose, " ")
	if a.word && oneOf(arabicScript, a.lang) {
		everywhere = a.lang + "\x01" + everywhere
	}
	for _, k := range []string{a.lang + "\x00" + key, everywhere} {
		first, ok := taken[k]
		switch {
		case !ok:
			taken[k] = claimed{node: a.node, form: a.spec.Form, file: n.file, line: line}
		case first.node != a.node:
			l.problems.Add(n.file, line, "the alias %q of %q is %q of %s:%d after folding, expected a spelling of its own", a.spec.Form, n.ID, l.t.nodes[first.node].ID, first.file, first.line)
			return
		case strings.HasPrefix(k, a.lang+"\x00") && first.form == a.spec.Form:
			l.problems.Add(n.file, line, "the alias %q of %q stands twice, first in line %d, expected once", a.spec.Form, n.ID, first.line)
			return
		}
	}
}
