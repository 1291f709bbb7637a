package taxonomy

import (
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// Explanation says how a text was read and why each rule did or did not fire.
type Explanation struct {
	Lang     news.Lang     `json:"lang"`
	Tokens   []text.Token  `json:"tokens"`
	Mentions []Mention     `json:"mentions"`
	Dropped  []Mention     `json:"dropped"` // aliases that were found and do not count: masked, or their context is missing
	Rules    []RuleVerdict `json:"rules"`   // the rules that found anything, fired or not
}

// RuleVerdict is one rule's account of a text.
type RuleVerdict struct {
	ID        string      `json:"id"`
	Kind      string      `json:"kind"`
	Fired     bool        `json:"fired"`
	Score     float64     `json:"score"`
	Threshold float64     `json:"threshold"`
	Missing   string      `json:"missing,omitempty"` // why it cannot fire whatever its score
	Clues     []ClueCount `json:"clues"`
}

// ClueCount is what one clue of a rule added.
type ClueCount struct {
	Number   int             `json:"number"` // 1-based, in the order of the file
	Count    int             `json:"count"`
	Score    float64         `json:"score"`
	Evidence []news.Evidence `json:"evidence"`
}

// Explain identifies the language of a text and accounts for every rule. It is
// for people; Tag is for the pipeline.
func (t *Taxonomy) Explain(body string) Explanation {
	lang := text.Identify(body)
	s := newScanner(t)
	s.scan("", body, lang.Code)
	e := Explanation{Lang: lang, Tokens: append([]text.Token(nil), s.body...), Mentions: s.mentions(), Dropped: s.dropped()}
	for i := range t.rules {
		r := &t.rules[i]
		score, parts, missing := s.evaluate(r)
		if len(parts) == 0 {
			continue
		}
		v := RuleVerdict{
			ID: r.spec.ID, Kind: r.kind, Score: score, Threshold: s.threshold(r), Missing: missing,
			Fired: missing == "" && score >= s.threshold(r),
		}
		for _, p := range parts {
			count := ClueCount{Number: p.clue + 1, Count: p.count, Score: round(p.score)}
			p.score = 1
			count.Evidence = s.evidence([]found{p})
			v.Clues = append(v.Clues, count)
		}
		e.Rules = append(e.Rules, v)
	}
	return e
}

// dropped are the hits that do not count.
func (s *scanner) dropped() []Mention {
	var dead scanner
	dead = *s
	dead.hits = nil
	for _, h := range s.hits {
		if h.dead {
			h.dead = false
			dead.hits = append(dead.hits, h)
		}
	}
	return dead.mentions()
}

// Failure is an example that a rule does not judge as its author wants.
type Failure struct {
	Rule  string      `json:"rule"`
	Lang  string      `json:"lang"`
	Text  string      `json:"text"`
	Want  bool        `json:"want"` // must match
	File  string      `json:"file"`
	Line  int         `json:"line"`
	Fired []string    `json:"fired"` // the rules that did fire
	Why   RuleVerdict `json:"why"`   // the rule's own account
}

// Test runs every example of every rule and answers those that fail. The
// language of an example is the one it is listed under.
func (t *Taxonomy) Test() []Failure {
	var out []Failure
	for _, ex := range t.examples {
		id := t.rules[ex.rule].spec.ID
		var fired []string
		matched := false
		for _, tag := range t.Tag("", ex.text, news.Lang{Code: ex.lang, Score: 1}).Tags {
			if tag.Kind == "topic" || tag.Kind == "narrative" {
				fired = append(fired, tag.ID)
				matched = matched || tag.ID == id
			}
		}
		if matched == ex.want {
			continue
		}
		f := Failure{Rule: id, Lang: ex.lang, Text: ex.text, Want: ex.want, File: ex.file, Line: ex.line, Fired: fired}
		for _, v := range t.Explain(ex.text).Rules {
			if v.ID == id {
				f.Why = v
			}
		}
		out = append(out, f)
	}
	return out
}

// Examples is how many examples Test runs.
func (t *Taxonomy) Examples() int { return len(t.examples) }
