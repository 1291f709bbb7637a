package taxonomy

import "strings"

// document is one YAML file. Any file may hold any section, so that a desk can
// split its taxonomy as it likes.
type document struct {
	Languages  map[string]inflection `yaml:"languages"`
	Contexts   []contextSpec         `yaml:"contexts"`
	Concepts   []conceptSpec         `yaml:"concepts"`
	Entities   []entitySpec          `yaml:"entities"`
	Places     []placeSpec           `yaml:"places"`
	Topics     []ruleSpec            `yaml:"topics"`
	Narratives []ruleSpec            `yaml:"narratives"`
}

// inflection says how words of a language change their end. An item is a suffix
// ("s") or a replaced end ("ہ>ے").
type inflection struct {
	Names      []string `yaml:"names" json:",omitempty"`       // for entities and places
	Words      []string `yaml:"words" json:",omitempty"`       // for concepts
	EveryToken bool     `yaml:"every_token" json:",omitempty"` // all tokens of a phrase inflect, not only the last
	Connectors []string `yaml:"connectors" json:",omitempty"`  // "e", "i", "ul": change places and may be missing inside names
}

// contextSpec is what must stand in the same item before an ambiguous alias counts.
type contextSpec struct {
	ID     string   `yaml:"id"`
	About  string   `yaml:"about"`
	Any    []string `yaml:"any"`    // references, one is enough
	None   []string `yaml:"none"`   // references, one is too many
	Within int      `yaml:"within"` // tokens between alias and context, 0 for anywhere in the item
}

type conceptSpec struct {
	ID       string                 `yaml:"id"`
	About    string                 `yaml:"about" json:"-"`
	Mask     bool                   `yaml:"mask" json:",omitempty"` // hides every match inside it
	Includes []string               `yaml:"includes" json:",omitempty"`
	Aliases  map[string][]aliasSpec `yaml:"aliases"`
}

type entitySpec struct {
	ID      string                 `yaml:"id"`
	Class   string                 `yaml:"class"` // one of Classes("entity")
	Label   map[string]string      `yaml:"label"`
	About   string                 `yaml:"about" json:"-"`
	Parent  string                 `yaml:"parent" json:",omitempty"` // the entity it is part of or belongs to
	Aliases map[string][]aliasSpec `yaml:"aliases"`
}

type placeSpec struct {
	ID      string                 `yaml:"id"`
	Class   string                 `yaml:"class"` // one of Classes("place")
	Label   map[string]string      `yaml:"label"`
	About   string                 `yaml:"about" json:"-"`
	In      []string               `yaml:"in"` // admin parents; a border place has one on each side
	At      []float64              `yaml:"at"` // latitude, longitude in degrees
	Aliases map[string][]aliasSpec `yaml:"aliases"`
}

// aliasSpec is one spelling. In YAML it is a string or a map.
type aliasSpec struct {
	Form     string   `yaml:"form"`
	Register string   `yaml:"register" json:",omitempty"` // one of Registers
	Only     []string `yaml:"only" json:",omitempty"`     // counts in items of these languages only
	Context  string   `yaml:"context" json:",omitempty"`  // counts where this context holds
	Exact    bool     `yaml:"exact" json:",omitempty"`    // no inflection, no loose spelling
	Sure     bool     `yaml:"sure" json:",omitempty"`     // a short acronym that means nothing else
	Cased    bool     `yaml:"cased" json:",omitempty"`    // counts only in the case given: US is a country, us is not
}

// UnmarshalYAML reads a plain string as the form alone.
func (a *aliasSpec) UnmarshalYAML(unmarshal func(any) error) error {
	if err := unmarshal(&a.Form); err == nil {
		return nil
	}
	type plain aliasSpec
	return unmarshal((*plain)(a))
}

// ruleSpec is a topic or a narrative.
type ruleSpec struct {
	ID           string              `yaml:"id"`
	Label        map[string]string   `yaml:"label"`
	About        string              `yaml:"about" json:"-"`
	ToldBy       string              `yaml:"told_by" json:"-"`     // narratives: who tells it
	DisputedBy   string              `yaml:"disputed_by" json:"-"` // narratives: who disputes it
	Langs        []string            `yaml:"langs" json:",omitempty"`
	Scope        string              `yaml:"scope" json:",omitempty"` // title, text, lead or both
	Threshold    float64             `yaml:"threshold"`
	Grow         float64             `yaml:"grow" json:",omitempty"`         // share by which the threshold grows with each doubling of an item over 60 tokens
	TitleWeight  float64             `yaml:"title_weight" json:",omitempty"` // for what stands in the title alone; 1 where it is left out
	TailWeight   float64             `yaml:"tail_weight" json:",omitempty"`  // for what stands after the lead alone; 1 where it is left out
	Require      [][]string          `yaml:"require" json:",omitempty"`      // of each list at least one
	None         []string            `yaml:"none" json:",omitempty"`         // one is too many
	Clues        []clueSpec          `yaml:"clues"`
	MustMatch    map[string][]string `yaml:"must_match" json:"-"`
	MustNotMatch map[string][]string `yaml:"must_not_match" json:"-"`
}

// clueSpec adds its weight to a rule's score where it is found.
type clueSpec struct {
	Any      []string   `yaml:"any" json:",omitempty"` // one of these; short for all with one list
	All      [][]string `yaml:"all" json:",omitempty"` // of each list at least one
	None     []string   `yaml:"none" json:",omitempty"`
	Near     int        `yaml:"near" json:",omitempty"`     // at most so many other tokens inside the span of all
	Sentence bool       `yaml:"sentence" json:",omitempty"` // all in one sentence
	Weight   float64    `yaml:"weight"`
	Max      int        `yaml:"max" json:",omitempty"` // counts at most so often, 1 where it is left out
	Scope    string     `yaml:"scope" json:",omitempty"`
	Langs    []string   `yaml:"langs" json:",omitempty"`
}

// Classes are the classes an entity or a place may have.
func Classes(kind string) []string {
	switch kind {
	case "entity":
		return []string{"group", "person", "office", "military", "intelligence", "media", "party", "movement", "state", "organisation", "people", "operation", "document"}
	case "place":
		return []string{"country", "province", "district", "city", "village", "crossing", "post", "pass", "valley", "river", "road", "corridor", "camp", "airport", "region", "port", "line", "mountain"}
	}
	return nil
}

// Registers are the marks an alias may carry. A pejorative is kept because texts
// use it, and marked because Sarhad does not.
func Registers() []string { return []string{"pejorative", "official", "self", "historic", "informal"} }

func scopes() []string { return []string{"title", "text", "lead", "both"} }

// languageCodes are the languages an alias may be in: the six of the pipeline,
// Arabic, and those that tell the Wakhan stories.
func languageCodes() []string {
	return []string{"en", "ur", "ps", "fa", "hi", "ur-Latn", "ar", "ru", "tg", "zh"}
}

func oneOf(list []string, value string) bool {
	for _, v := range list {
		if v == value {
			return true
		}
	}
	return false
}

// langMatches reports whether an item's language is among langs. An item whose
// language is unknown is in all of them; Dari counts as Persian.
func langMatches(langs []string, code string) bool {
	if len(langs) == 0 || code == "" || code == "und" {
		return true
	}
	code, _, _ = strings.Cut(code, "_")
	return oneOf(langs, code) || code == "prs" && oneOf(langs, "fa")
}
