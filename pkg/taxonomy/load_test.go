package taxonomy

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sarhad-desk/sarhad/pkg/config"
)

// small is a taxonomy that is right in everything; tests break it in one place.
const small = `
contexts:
  - {id: mountains, about: x, any: [ridge]}
concepts:
  - id: ridge
    about: Words of mountains.
    aliases: {en: [ridge, summit]}
entities:
  - id: north-company
    class: group
    label: {en: North Company}
    aliases:
      en: [North Company, {form: NC, context: mountains}]
      ur: [شمالی کمپنی]
places:
  - {id: upland, class: country, label: {en: Upland}, at: [10, 20], aliases: {en: [Upland]}}
  - {id: high-pass, class: pass, in: [upland], label: {en: High Pass}, aliases: {en: [High Pass]}}
topics:
  - id: patrols
    label: {en: Patrols}
    about: What the company does on the ridge.
    threshold: 3
    clues:
      - {all: [[north-company], [ridge]], near: 5, weight: 3}
    must_match: {en: [The North Company reached the summit.]}
    must_not_match: {en: [The summit is cold.]}
`

func load(t testing.TB, files ...string) (*Taxonomy, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	for i, f := range files {
		fsys["taxonomy/"+string(rune('a'+i))+".yaml"] = &fstest.MapFile{Data: []byte(f)}
	}
	return Load(fsys, "taxonomy")
}

func mustLoad(t testing.TB, files ...string) *Taxonomy {
	t.Helper()
	taxonomy, err := load(t, files...)
	if err != nil {
		t.Fatal(err)
	}
	return taxonomy
}

// mistakes are changes to small, each wrong in one place.
var mistakes = []struct {
	name, old, new string
	line           int
	want           string
}{
	{"an unknown field", "about: Words of mountains.", "colour: grey", 6, "colour"},
	{"a wrong type", "threshold: 3", "threshold: three", 22, "three"},
	{"an unknown class", "class: group", "class: gang", 10, "expected one of group"},
	{"a missing label", "label: {en: North Company}", "label: {ur: کمپنی}", 9, "no English label"},
	{"a malformed id", "id: north-company", "id: North Company", 9, "expected small letters"},
	{"an id that stands twice", "id: high-pass", "id: upland", 17, "stands twice, first at taxonomy/a.yaml:16"},
	{"an alias that stands twice", "[North Company, {form", "[North Company, North Company, {form", 13, "stands twice"},
	{"an alias that another name has", "en: [High Pass]", "en: [north-COMPANY]", 17, `is "north-company" of taxonomy/a.yaml:13 after folding`},
	{"an acronym without context", "{form: NC, context: mountains}", "NC", 13, "expected a context"},
	{"an unknown context", "context: mountains", "context: valleys", 13, "unknown context"},
	{"an unknown register", "{form: NC, context: mountains}", "{form: NC, sure: true, register: rude}", 13, "unknown register"},
	{"an alias without a word", "[North Company, {form", "['—', {form", 13, "holds no word"},
	{"an unknown language", "ur: [شمالی", "xx: [شمالی", 14, "unknown language"},
	{"an unknown parent", "in: [upland]", "in: [lowland]", 17, "no known place"},
	{"a place nowhere", "at: [10, 20]", "at: [100, 20]", 16, "latitude"},
	{"an unknown reference", "[north-company], [ridge]", "[north-company], [rigde]", 24, `"rigde" is no known concept`},
	{"an unknown reference in a context", "any: [ridge]", "any: [rigde]", 3, "no known concept"},
	{"a threshold of nothing", "threshold: 3", "threshold: 0", 22, "expected more than 0"},
	{"a negative title weight", "threshold: 3", "threshold: 3\n    title_weight: -1", 23, "expected none below 0"},
	{"an unreachable rule", "threshold: 3", "threshold: 4", 19, "unreachable"},
	{"a clue without weight", ", weight: 3}", "}", 24, "without weight"},
	{"a clue with nothing to find", "{all: [[north-company], [ridge]], near: 5, weight: 3}", "{weight: 3}", 24, "expected one of them"},
	{"near with one list", "{all: [[north-company], [ridge]], near: 5", "{any: [ridge], near: 5", 24, "two lists"},
	{"an empty list", "[north-company], [ridge]", "[north-company], []", 24, "empty list"},
	{"an unknown scope", "near: 5", "near: 5, scope: margin", 24, "unknown scope"},
	{"an unknown language of a clue", "near: 5", "near: 5, langs: [xx]", 24, "unknown language"},
	{"an example in an unknown language", "must_match: {en:", "must_match: {xx:", 25, "unknown language"},
	{"a rule named like a place", "id: patrols", "id: upland", 19, "an id of its own"},
	{"a rule that stands twice", "must_match:", "must_match: {}\n  - id: patrols\n    must_match:", 26, "stands twice"},
	{"a concept of nothing", "aliases: {en: [ridge, summit]}", "aliases: {}", 5, "neither aliases nor includes"},
	{"a tree that bites its tail", "class: country,", "class: country, in: [high-pass],", 16, "its own parent"},
	{"broken YAML", "concepts:", "concepts: [", 8, ""},
}

func TestLoadNamesEveryMistake(t *testing.T) {
	for _, c := range mistakes {
		t.Run(c.name, func(t *testing.T) {
			broken := strings.Replace(small, c.old, c.new, 1)
			if broken == small {
				t.Fatalf("the test does not break anything: %q is not there", c.old)
			}
			_, err := load(t, broken)
			var problems config.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error is %v, want problems", err)
			}
			for _, p := range problems {
				if p.File == "taxonomy/a.yaml" && (c.want == "" || p.Line == c.line && strings.Contains(p.What, c.want)) {
					return
				}
			}
			t.Errorf("problems are\n%v\nwant one in line %d with %q", problems, c.line, c.want)
		})
	}
}

func TestLoadNamesMistakesTogether(t *testing.T) {
	broken := strings.NewReplacer("class: group", "class: gang", "in: [upland]", "in: [lowland]", "threshold: 3", "threshold: -1").Replace(small)
	_, err := load(t, broken)
	var problems config.Problems
	if !errors.As(err, &problems) || len(problems) < 3 {
		t.Fatalf("got %v, want the three mistakes together", err)
	}
}

func TestLoadRefusesAnEmptyOrMissingFolder(t *testing.T) {
	if _, err := Load(fstest.MapFS{"taxonomy/note.txt": {}}, "taxonomy"); err == nil {
		t.Error("a folder without YAML is loaded")
	}
	if _, err := Load(fstest.MapFS{}, "nowhere"); err == nil {
		t.Error("a folder that is not there is loaded")
	}
	if _, err := load(t, ""); err == nil {
		t.Error("an empty file is loaded")
	}
}

func TestFilesMaySplitSectionsAsTheyLike(t *testing.T) {
	cut := strings.Index(small, "topics:")
	whole, split := mustLoad(t, small), mustLoad(t, small[cut:], small[:cut])
	if whole.Version() != split.Version() {
		t.Errorf("version %s in one file, %s in two", whole.Version(), split.Version())
	}
}

func TestVersionFollowsContentNotLayout(t *testing.T) {
	base := mustLoad(t, small)
	if got := mustLoad(t, "# a note\n"+small).Version(); got != base.Version() {
		t.Error("a comment changes the version")
	}
	for _, change := range [][2]string{{"summit]", "summit, crest]"}, {"near: 5", "near: 6"}, {"any: [ridge]", "any: [upland]"}, {"[High Pass]", "[High Pass, Upper Pass]"}} {
		changed := mustLoad(t, strings.Replace(small, change[0], change[1], 1))
		if changed.Version() == base.Version() {
			t.Errorf("%s does not change the version", change[1])
		}
	}
	grown := mustLoad(t, strings.Replace(small, "summit]", "summit, crest]", 1))
	if grown.rules[0].version == base.rules[0].version {
		t.Error("a new word of a concept leaves the version of the rule that uses it")
	}
}

func TestCheckWarnsOfWhatNoRuleUses(t *testing.T) {
	taxonomy := mustLoad(t, strings.Replace(small, "entities:", "  - {id: river, about: x, aliases: {en: [river]}}\nentities:", 1))
	for _, p := range taxonomy.Check() {
		if strings.Contains(p.What, `"river" is used by no rule`) && p.Line == 8 {
			return
		}
	}
	t.Errorf("warnings are %v, want one for river in line 8", taxonomy.Check())
}
