package taxonomy

import (
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/config"
)

// rule is a compiled topic or narrative.
type rule struct {
	spec    ruleSpec
	kind    string
	require []set
	none    set
	clues   []clue
	used    set // everything the rule refers to
	version string
	file    string
	line    int
}

type clue struct {
	spec   clueSpec
	groups []set
	none   set
	scope  scope
	max    int
}

// scope is the part of an item that counts.
type scope uint8

const (
	inBoth scope = iota
	inTitle
	inText
	inLead
)

// leadTokens is how much of the text belongs to the lead: about the headline and
// the first paragraph of a wire story, where it says what it is about.
const leadTokens = 80

func scopeOf(name string) scope {
	switch name {
	case "title":
		return inTitle
	case "text":
		return inText
	case "lead":
		return inLead
	}
	return inBoth
}

type example struct {
	rule       int
	lang, text string
	want       bool
	file       string
	line       int
}

func (l *loader) rules() {
	l.t.ruleByID = map[string]int{}
	for si, s := range l.sources {
		for i, spec := range s.Topics {
			l.rule(si, "topic", "topics", i, spec)
		}
		for i, spec := range s.Narratives {
			l.rule(si, "narrative", "narratives", i, spec)
		}
	}
}

func (l *loader) rule(si int, kind, section string, i int, spec ruleSpec) {
	doc := l.sources[si].doc
	line := doc.Line(section, i, "id")
	bad := func(field, format string, args ...any) {
		l.problems.Add(doc.File, doc.Line(section, i, field), format, args...)
	}
	if first, twice := l.t.ruleByID[spec.ID]; twice {
		bad("id", "rule %q stands twice, first at %s:%d, expected once", spec.ID, l.t.rules[first].file, l.t.rules[first].line)
		return
	}
	if _, taken := l.t.byID[spec.ID]; taken || !validID(spec.ID) {
		bad("id", "rule id %q is malformed or names an entity, place or concept, expected an id of its own in small letters", spec.ID)
		return
	}
	if spec.Label["en"] == "" || spec.About == "" {
		bad("id", "rule %q lacks its English label or about, expected both", spec.ID)
	}
	if spec.Threshold <= 0 {
		bad("threshold", "rule %q has the threshold %g, expected more than 0", spec.ID, spec.Threshold)
	}
	if spec.TitleWeight < 0 || spec.TailWeight < 0 || spec.Grow < 0 {
		bad("title_weight", "rule %q has the title weight %g, the tail weight %g and grow %g, expected none below 0", spec.ID, spec.TitleWeight, spec.TailWeight, spec.Grow)
	}
	if spec.TitleWeight == 0 {
		spec.TitleWeight = 1
	}
	if spec.TailWeight == 0 {
		spec.TailWeight = 1
	}
	r := rule{spec: spec, kind: kind, file: doc.File, line: line}
	l.scopeAndLangs(spec.Scope, spec.Langs, doc.File, line)
	r.none = l.set(spec.None, doc.File, doc.Line(section, i, "none"))
	r.require = l.groups(spec.Require, doc.File, func(j int) int { return doc.Line(section, i, "require", j) })
	for j, c := range spec.Clues {
		r.clues = append(r.clues, l.clue(c, doc.File, doc.Line(section, i, "clues", j), func(k int) int { return doc.Line(section, i, "clues", j, "all", k) }))
	}
	l.reach(&r)
	l.seal(&r)
	l.t.ruleByID[spec.ID] = len(l.t.rules)
	l.t.rules = append(l.t.rules, r)
	l.examples(si, section, i, spec)
}

func (l *loader) scopeAndLangs(scope string, langs []string, file string, line int) {
	if scope != "" && !oneOf(scopes(), scope) {
		l.problems.Add(file, line, "unknown scope %q, expected one of %s", scope, strings.Join(scopes(), " "))
	}
	for _, code := range langs {
		if !oneOf(languageCodes(), code) {
			l.problems.Add(file, line, "unknown language %q under langs, expected one of %s", code, strings.Join(languageCodes(), " "))
		}
	}
}

func (l *loader) groups(lists [][]string, file string, line func(int) int) []set {
	var out []set
	for j, refs := range lists {
		if len(refs) == 0 {
			l.problems.Add(file, line(j), "an empty list, expected at least one reference")
		}
		out = append(out, l.set(refs, file, line(j)))
	}
	return out
}

func (l *loader) clue(spec clueSpec, file string, line int, groupLine func(int) int) clue {
	l.scopeAndLangs(spec.Scope, spec.Langs, file, line)
	lists := spec.All
	if len(spec.Any) > 0 {
		lists = append([][]string{spec.Any}, lists...)
	}
	switch {
	case len(lists) == 0:
		l.problems.Add(file, line, "a clue without any and all, expected one of them")
	case len(lists) > 6:
		l.problems.Add(file, line, "a clue with %d lists, expected at most 6", len(lists))
	case spec.Weight == 0:
		l.problems.Add(file, line, "a clue without weight, expected a weight, negative to speak against")
	case spec.Near < 0 || spec.Max < 0:
		l.problems.Add(file, line, "near %d, max %d, expected neither below 0", spec.Near, spec.Max)
	case (spec.Near > 0 || spec.Sentence) && len(lists) < 2:
		l.problems.Add(file, line, "near or sentence with one list, expected two lists or more")
	}
	c := clue{spec: spec, scope: scopeOf(spec.Scope), max: max(spec.Max, 1), none: l.set(spec.None, file, line)}
	offset := len(lists) - len(spec.All)
	c.groups = l.groups(lists, file, func(k int) int { return groupLine(max(k-offset, 0)) })
	return c
}

// reach notes a rule that can never fire.
func (l *loader) reach(r *rule) {
	best, alive := 0.0, 0
	for _, c := range r.clues {
		if c.spec.Weight > 0 && l.speakable(c.groups) && shareLang(r.spec.Langs, c.spec.Langs) {
			best += c.spec.Weight * float64(c.max) * max(r.spec.TitleWeight, 1)
			alive++
		}
	}
	if alive == 0 || best < r.spec.Threshold {
		l.problems.Add(r.file, r.line, "rule %q is unreachable: its clues add up to %g, its threshold is %g, expected a sum that reaches it", r.spec.ID, best, r.spec.Threshold)
	}
	if !l.speakable(r.require) {
		l.problems.Add(r.file, r.line, "rule %q is unreachable: what it requires has no alias, expected concepts with aliases", r.spec.ID)
	}
}

// speakable reports whether each set has a node with an alias.
func (l *loader) speakable(groups []set) bool {
	for _, g := range groups {
		found := false
		g.members(len(l.t.nodes), func(i int32) { found = found || len(l.t.nodes[i].forms) > 0 })
		if !found {
			return false
		}
	}
	return true
}

func shareLang(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	for _, code := range a {
		if oneOf(b, code) {
			return true
		}
	}
	return false
}

// seal computes the rule's version: over its own text and over everything that
// it refers to, so that a new alias of a concept is a new version of the rule.
func (l *loader) seal(r *rule) {
	r.used = newSet(len(l.t.nodes))
	gather := func(s set) {
		for i, w := range s {
			r.used[i] |= w
		}
	}
	gather(r.none)
	for _, s := range r.require {
		gather(s)
	}
	for _, c := range r.clues {
		gather(c.none)
		for _, s := range c.groups {
			gather(s)
		}
	}
	versions := []any{r.spec}
	r.used.members(len(l.t.nodes), func(i int32) { versions = append(versions, l.t.nodes[i].version) })
	r.version = digest(versions...)
}

func (l *loader) examples(si int, section string, i int, spec ruleSpec) {
	doc := l.sources[si].doc
	for _, part := range []struct {
		field string
		texts map[string][]string
		want  bool
	}{{"must_match", spec.MustMatch, true}, {"must_not_match", spec.MustNotMatch, false}} {
		for _, lang := range sortedKeys(part.texts) {
			if !oneOf(languageCodes(), lang) {
				l.problems.Add(doc.File, doc.Line(section, i, part.field, lang), "unknown language %q of an example, expected one of %s", lang, strings.Join(languageCodes(), " "))
			}
			for j, text := range part.texts[lang] {
				l.t.examples = append(l.t.examples, example{
					rule: len(l.t.rules) - 1, lang: lang, text: text, want: part.want,
					file: doc.File, line: doc.Line(section, i, part.field, lang, j),
				})
			}
		}
	}
}

// warn lists what deserves a look.
func (l *loader) warn() config.Problems {
	var out config.Problems
	used := newSet(len(l.t.nodes))
	for _, r := range l.t.rules {
		for i, w := range r.used {
			used[i] |= w
		}
		if len(r.spec.MustMatch) == 0 || len(r.spec.MustNotMatch) == 0 {
			out.Add(r.file, r.line, "rule %q has no must_match or no must_not_match examples", r.spec.ID)
		}
		if r.kind == "narrative" && (r.spec.ToldBy == "" || r.spec.DisputedBy == "") {
			out.Add(r.file, r.line, "narrative %q does not say who tells it and who disputes it", r.spec.ID)
		}
	}
	for _, c := range l.t.contexts {
		for i := range used {
			used[i] |= c.any[i] | c.none[i]
		}
	}
	for i, n := range l.t.nodes {
		if n.Kind == "concept" && !n.mask && n.ID != "core" && !used.has(int32(i)) {
			out.Add(n.file, n.line, "concept %q is used by no rule and no context", n.ID)
		}
	}
	return out
}
