package claim

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

// The lexicon of a language is a table of lines "name: entries". A line whose name is
// a frame and an act ("after denies", with "?" for a hedge) lists cues, parted by
// ";": words, (this|that) for alternatives, [this] for what may be missing. The line
// "none" lists phrases that are no claims and hide the cues inside them, "lead"
// phrases that may open a clause. Every other name is a class, its entries words.
//
//go:embed lexicon
var lexicons embed.FS

// frame says where claimant and content stand around a cue.
type frame uint8

const (
	after   frame = iota + 1 // WHO says WHAT; or WHAT, says WHO
	also                     // …, saying WHAT: the claimant is that of the clause before
	marked                   // WHO marker … said WHAT, for languages that mark the agent
	object                   // WHO [marker] WHAT rejected
	blame                    // WHO held WHOM responsible for WHAT: the verb is part of the content
	called                   // WHO called WHAT false
	by                       // WHAT was denied by WHO
	source                   // according to WHO, WHAT
	per                      // WHO according-to, WHAT
	passive                  // in the report of WHO it was said that WHAT
	bare                     // reportedly WHAT
	whole                    // WHO claimed responsibility …: the content is the statement
	shows                    // WHO published pictures of WHAT
	verdict                  // this video is fake, in nobody's mouth
	exposed                  // a campaign exposed
	none                     // no claim
	lead                     // may open a clause
)

var frames = map[string]frame{
	"after": after, "also": also, "marked": marked, "object": object, "blame": blame, "called": called, "by": by, "source": source, "per": per, "passive": passive,
	"bare": bare, "whole": whole, "shows": shows, "verdict": verdict, "exposed": exposed, "none": none, "lead": lead,
}

// class is what a word can be in a sentence; a word may be several things.
type class uint64

const (
	marker       class = 1 << iota // ends the claimant: ne
	that                           // opens the content
	joint                          // joins clauses
	stop                           // is never part of a claimant
	relative                       // opens a relative clause
	tail                           // is left out at the edge of a content or claimant
	pronoun                        // stands for a claimant
	head                           // heads a claimant: spokesman, ministry
	origin                         // an adjective that opens the name of a speaker
	addressee                      // whom a claimant speaks to
	agency                         // stands in a dateline
	times                          // a time of day, a weekday
	abbreviation                   // its full stop ends no sentence
	claimword                      // points to a claim: report, allegation
	pointer                        // this, such
	carrier                        // shows a claim: picture, video
	adjective                      // alleged
	falsity                        // false, fake
	opener                         // opens the object of a verb-final clause
	infinitive                     // a light verb as a noun: giving
	duty                           // responsibility for an attack
	petition                       // what is rejected but not denied
	contested                      // what a denial is usually about
	negation                       // not, no
	future                         // will
	modal                          // should, must
	able                           // can
	wish                           // hope
	subjunctive                    // be done
	condition                      // if
	amount                         // at least
	be                             // makes a passive of a participle
	hedge                          // reportedly
	cont                           // continues a sentence after a finite verb
	final                          // a finite auxiliary, which ends a clause
	opens                          // a phrase of the table begins with it
)

var classes = map[string]class{
	"marker": marker, "that": that, "joint": joint, "stop": stop, "relative": relative, "tail": tail,
	"pronoun": pronoun, "head": head, "origin": origin, "addressee": addressee, "agency": agency, "time": times,
	"abbreviation": abbreviation, "claimword": claimword, "pointer": pointer, "carrier": carrier, "adjective": adjective,
	"false": falsity, "opener": opener, "infinitive": infinitive, "duty": duty, "petition": petition,
	"contested": contested, "negation": negation, "future": future, "modal": modal, "able": able, "wish": wish,
	"subjunctive": subjunctive, "condition": condition, "be": be, "amount": amount, "hedge": hedge, "cont": cont, "final": final,
}

var acts = []string{"asserts", "alleges", "denies", "confirms", "questions"}

type cue struct {
	frame  frame
	act    string
	hedged bool
}

// lexicon finds the classes and cues of one language. Cues are a trie over word ids,
// so that looking at a word costs one look-up however many cues there are.
type lexicon struct {
	code    string
	ids     map[string]int32
	classes []class // by id
	edges   map[edge]int32
	cues    []cue // by node, zero where no cue ends
}

type edge struct{ node, word int32 }

// tables are the lexicons by language, read at first use and never changed.
var tables = sync.OnceValue(func() map[string]*lexicon {
	made, err := load()
	if err != nil {
		panic(err) // a mistake in a file of the program itself
	}
	return made
})

func load() (map[string]*lexicon, error) {
	made := map[string]*lexicon{}
	for _, code := range []string{"en", "ur", "ur-Latn", "hi", "fa", "ps"} {
		b, err := lexicons.ReadFile("lexicon/" + code + ".txt")
		if err != nil {
			return nil, err
		}
		l := newLexicon(code)
		for n, line := range strings.Split(string(b), "\n") {
			if err := l.line(line); err != nil {
				return nil, fmt.Errorf("lexicon %s, line %d: %w", code, n+1, err)
			}
		}
		made[code] = l
	}
	return made, nil
}

func newLexicon(code string) *lexicon {
	return &lexicon{code: code, ids: map[string]int32{}, edges: map[edge]int32{}, cues: make([]cue, 1)}
}

func (l *lexicon) line(line string) error {
	if line == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	name, entries, ok := strings.Cut(line, ":")
	if !ok {
		return fmt.Errorf("no colon")
	}
	if c, ok := classes[name]; ok {
		return l.words(c, entries)
	}
	name, act, _ := strings.Cut(name, " ")
	act, hedged := strings.CutSuffix(act, "?")
	f := frames[name]
	if f == 0 || f < none && !slices.Contains(acts, act) {
		return fmt.Errorf("%q is no class, frame or act", name+" "+act)
	}
	for phrase := range strings.SplitSeq(entries, ";") {
		if err := l.add(cue{f, act, hedged}, strings.TrimSpace(phrase)); err != nil {
			return err
		}
	}
	return nil
}

func (l *lexicon) words(c class, entries string) error {
	for word := range strings.FieldsSeq(entries) {
		terms := text.Tokens(word)
		if len(terms) != 1 {
			return fmt.Errorf("%q is not one word", word)
		}
		l.classes[l.id(terms[0].Term)] |= c
	}
	return nil
}

// add puts every reading of a phrase into the trie.
func (l *lexicon) add(c cue, phrase string) error {
	if phrase == "" {
		return nil
	}
	readings, rest, err := sequence(phrase)
	if err != nil || rest != "" {
		return fmt.Errorf("%q: brackets do not match", phrase)
	}
	for _, reading := range readings {
		node := int32(0)
		for _, t := range text.Tokens(reading) {
			e := edge{node, l.id(t.Term)}
			if node == 0 {
				l.classes[e.word] |= opens
			}
			next, ok := l.edges[e]
			if !ok {
				next = int32(len(l.cues))
				l.edges[e] = next
				l.cues = append(l.cues, cue{})
			}
			node = next
		}
		if was := l.cues[node]; node == 0 || was.frame != 0 && was != c {
			return fmt.Errorf("%q: empty, or another cue already", reading)
		}
		l.cues[node] = c
	}
	return nil
}

func (l *lexicon) id(term string) int32 {
	id, ok := l.ids[term]
	if !ok {
		id = int32(len(l.ids))
		l.ids[strings.Clone(term)] = id
		l.classes = append(l.classes, 0)
	}
	return id
}

// sequence reads words and brackets up to a closing mark or "|", and answers every
// phrase that they stand for, and what is left.
func sequence(s string) ([]string, string, error) {
	out := []string{""}
	for s != "" {
		switch s[0] {
		case '(', '[':
			closing := map[byte]byte{'(': ')', '[': ']'}[s[0]]
			found := map[string]bool{}
			if closing == ']' {
				found[""] = true
			}
			for rest := s; ; {
				some, left, err := sequence(rest[1:])
				if err != nil || left == "" || left[0] != '|' && left[0] != closing {
					return nil, "", fmt.Errorf("no %c", closing)
				}
				for _, phrase := range some {
					found[phrase] = true
				}
				if rest = left; left[0] == closing {
					s = left[1:]
					break
				}
			}
			out = product(out, slices.Sorted(maps.Keys(found)))
		case ')', ']', '|':
			return out, s, nil
		default:
			n := strings.IndexAny(s, "()[]|")
			if n < 0 {
				n = len(s)
			}
			out, s = product(out, []string{s[:n]}), s[n:]
		}
	}
	return out, "", nil
}

func product(a, b []string) []string {
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+" "+y)
		}
	}
	return out
}
