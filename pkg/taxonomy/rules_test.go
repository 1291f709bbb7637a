package taxonomy

import (
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

const ruled = `
concepts:
  - {id: red, about: x, aliases: {en: [red, crimson], ur: [سرخ]}}
  - {id: blue, about: x, aliases: {en: [blue]}}
  - {id: green, about: x, aliases: {en: [green]}}
  - {id: veto, about: x, aliases: {en: [grey]}}
  - {id: colour, about: x, includes: [red, blue]}
  - {id: ground, about: x, includes: [in:upland]}
places:
  - {id: upland, class: country, label: {en: Upland}, aliases: {en: [Upland]}}
  - {id: high-pass, class: pass, in: [upland], label: {en: High Pass}, aliases: {en: [High Pass]}}
topics:
  - id: plain
    label: {en: Plain}
    about: Weights add up, up to max.
    threshold: 3
    title_weight: 2
    tail_weight: 0.5
    none: [veto]
    clues:
      - {any: [red], weight: 1, max: 3}
      - {any: [blue], weight: 2}
      - {any: [green], weight: -2}
  - id: near
    label: {en: Near}
    about: Proximity in tokens.
    threshold: 1
    clues: [{all: [[red], [blue]], near: 2, weight: 1, max: 2}]
  - id: sentence
    label: {en: Sentence}
    about: Proximity in a sentence.
    threshold: 1
    clues: [{all: [[red], [blue]], sentence: true, weight: 1}]
  - id: required
    label: {en: Required}
    about: Something must be there.
    threshold: 1
    require: [[ground], [colour]]
    clues: [{any: [green], weight: 1}]
  - id: titled
    label: {en: Titled}
    about: The title alone counts.
    threshold: 1
    scope: title
    clues: [{any: [green], weight: 1}]
  - id: urdu
    label: {en: Urdu}
    about: One language alone.
    threshold: 1
    langs: [ur]
    clues: [{any: [red], weight: 1}]
  - id: twice
    label: {en: Twice}
    about: Two of one concept at separate places.
    threshold: 1
    clues: [{all: [[red], [red]], near: 3, weight: 1}]
  - id: growing
    label: {en: Growing}
    about: A long item needs more.
    threshold: 1
    grow: 1
    clues: [{any: [veto], weight: 1, max: 2}]
  - id: leading
    label: {en: Leading}
    about: The lead alone counts.
    threshold: 1
    clues: [{any: [green], weight: 1, scope: lead, none: [blue]}]
`

func fired(taxonomy *Taxonomy, title, body, lang string) string {
	var out []string
	for _, tag := range taxonomy.Tag(title, body, news.Lang{Code: lang}).Tags {
		if tag.Kind == "topic" {
			out = append(out, tag.ID)
		}
	}
	return strings.Join(out, " ")
}

func TestRules(t *testing.T) {
	taxonomy := mustLoad(t, ruled)
	far := strings.Repeat("word ", 100)
	for _, c := range []struct{ name, title, body, lang, want string }{
		{"below the threshold", "", "red", "en", ""},
		{"weights add up", "", "red and a long way from there blue", "en", "plain sentence"},
		{"max bounds a clue", "", "red one two three four red one two three four red one two three four red", "en", "plain"},
		{"a negative weight", "", "red x x x x blue. green", "en", "sentence"},
		{"a veto", "", "red x x x x blue grey", "en", "sentence growing"},
		{"the title weighs double", "blue", "x", "en", "plain"},
		{"the tail weighs half", "", far + "red x x x x blue", "en", "sentence"},
		{"near enough", "", "blue one two red", "en", "plain near sentence"},
		{"near in any order", "", "crimson one, two blue", "en", "plain near sentence"},
		{"too far", "", "blue one two three red", "en", "plain sentence"},
		{"not across the fields", "blue", "red", "en", "plain"},
		{"not across sentences", "", "The sky is blue. one two three Red is the earth.", "en", "plain"},
		{"a point inside a number ends no sentence", "", "blue 3.5 and some more red", "en", "plain sentence"},
		{"an Urdu full stop ends a sentence", "", "blue one two three۔ red", "en", "plain"},
		{"what is required is there", "", "green and blue on High Pass", "en", "required"},
		{"what is required is not", "", "green on High Pass", "en", "leading"},
		{"the title alone", "green", "x", "en", "titled leading"},
		{"a language limit", "", "red", "ur", "urdu"},
		{"an unknown language is any", "", "red", "und", "urdu"},
		{"two of one", "", "red and crimson", "en", "twice"},
		{"one is not two", "", "red x x x x x crimson", "en", ""},
		{"enough for a short item", "", "grey", "en", "growing"},
		{"not enough for a long item", "", "grey " + far, "en", ""},
		{"enough for a long item", "", "grey x grey " + far, "en", "growing"},
		{"green in the tail", "", far + "green", "en", ""},
	} {
		if got := fired(taxonomy, c.title, c.body, c.lang); got != c.want {
			t.Errorf("%s: %q fires %q, want %q", c.name, c.body, got, c.want)
		}
	}
}

func TestEvidenceNamesConceptAndVersion(t *testing.T) {
	taxonomy := mustLoad(t, ruled)
	for _, tag := range taxonomy.Tag("", "blue one two crimson", news.Lang{Code: "en"}).Tags {
		if tag.ID != "near" {
			continue
		}
		if tag.RuleVersion != taxonomy.rules[1].version || tag.Score != 1 || len(tag.Evidence) != 2 {
			t.Errorf("the tag is %+v", tag)
		}
		if e := tag.Evidence[1]; e.Concept != "red" || e.Term != "crimson" || e.Start != 13 || e.End != 20 {
			t.Errorf("the second evidence is %+v", e)
		}
		return
	}
	t.Error("near does not fire")
}

func TestRelevanceGrowsWithTheRules(t *testing.T) {
	taxonomy := mustLoad(t, ruled)
	relevance := func(s string) float64 { return taxonomy.Tag("", s, news.Lang{Code: "en"}).Relevance }
	none, place, one, more := relevance("words and words"), relevance("a walk in Upland"), relevance("green and other words"), relevance("red and blue in Upland, green too")
	if none != 0 || place <= none || place >= 0.3 || one < 0.5 || more <= one || more > 1 {
		t.Errorf("relevance is %v, %v, %v, %v; want 0, then under 0.3, then over 0.5, then more", none, place, one, more)
	}
	if got := relevance(""); got != 0 {
		t.Errorf("nothing has the relevance %v", got)
	}
}

func TestExplainAccountsForFiredAndMissed(t *testing.T) {
	taxonomy := mustLoad(t, ruled)
	e := taxonomy.Explain("green, and grey, and red, but no second colour here")
	verdicts := map[string]RuleVerdict{}
	for _, v := range e.Rules {
		verdicts[v.ID] = v
	}
	if v := verdicts["plain"]; v.Fired || v.Missing == "" || v.Score != -1 || len(v.Clues) != 2 {
		t.Errorf("plain: %+v", v)
	}
	if v := verdicts["required"]; v.Fired || !strings.Contains(v.Missing, "require list 1") {
		t.Errorf("required: %+v", v)
	}
	if len(e.Tokens) != 10 || len(e.Mentions) != 3 {
		t.Errorf("%d tokens and %d mentions", len(e.Tokens), len(e.Mentions))
	}
}

func TestTestNamesTheExampleThatFails(t *testing.T) {
	broken := strings.Replace(small, "The summit is cold.", "A summit of the North Company.", 1)
	failures := mustLoad(t, broken).Test()
	if len(failures) != 1 || failures[0].Want || failures[0].Line != 26 || failures[0].Rule != "patrols" || !failures[0].Why.Fired {
		t.Errorf("failures are %+v", failures)
	}
	if got := mustLoad(t, small).Test(); len(got) != 0 {
		t.Errorf("failures are %+v, want none", got)
	}
}

func TestEntriesAndLabels(t *testing.T) {
	taxonomy := mustLoad(t, small)
	if got := len(taxonomy.Entries("")); got != 5 {
		t.Errorf("%d entries, want 5", got)
	}
	places := taxonomy.Entries("place")
	if len(places) != 2 || places[0].At[0] != 10 || places[1].Parents[0] != "upland" || places[1].Line != 17 {
		t.Errorf("places are %+v", places)
	}
	for id, want := range map[string]string{"patrols": "Patrols", "upland": "Upland", "ridge": "ridge", "nobody": "nobody"} {
		if got := taxonomy.Label(id); got != want {
			t.Errorf("Label(%q) = %q, want %q", id, got, want)
		}
	}
}
