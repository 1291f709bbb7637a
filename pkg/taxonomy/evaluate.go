package taxonomy

import (
	"math"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

// found is what a clue contributes.
type found struct {
	clue     int
	count    int
	score    float64
	evidence []hit
}

// evaluate computes a rule's score over the scanned item, and why. The returned
// slices are the caller's. A rule that cannot fire for want of something it
// requires has the reason in missing.
func (s *scanner) evaluate(r *rule) (score float64, parts []found, missing string) {
	if !langMatches(r.spec.Langs, s.lang) {
		return 0, nil, "the rule is not for this language"
	}
	if !s.present.meets(r.used) {
		return 0, nil, "nothing that the rule names is in the text"
	}
	whole := scopeOf(r.spec.Scope)
	if s.any(r.none, whole) {
		missing = "something under none is in the text"
	}
	for i, g := range r.require {
		if !s.any(g, whole) {
			missing = "nothing of require list " + string(rune('1'+i)) + " is in the text"
		}
	}
	for i := range r.clues {
		c := &r.clues[i]
		if !langMatches(c.spec.Langs, s.lang) || s.any(c.none, whole) {
			continue
		}
		sc := c.scope
		if sc == inBoth {
			sc = whole
		}
		if f := s.find(c, sc); f.count > 0 {
			f.clue = i
			f.score = c.spec.Weight * float64(min(f.count, c.max))
			if f.score > 0 {
				f.score *= position(r, f.evidence)
			}
			score += f.score
			parts = append(parts, f)
		}
	}
	return round(score), parts, missing
}

// shortText is the length in tokens up to which a rule's threshold stands as it is.
const shortText = 60

// threshold is what a rule's score must reach: more in a long item, which holds
// more words of everything.
func (s *scanner) threshold(r *rule) float64 {
	tokens := len(s.title) + len(s.body)
	if r.spec.Grow == 0 || tokens <= shortText {
		return r.spec.Threshold
	}
	return round(r.spec.Threshold * (1 + r.spec.Grow*math.Log2(float64(tokens)/shortText)))
}

func round(score float64) float64 { return math.Round(score*100) / 100 }

// position is the factor for where evidence stands: all in the title, or all
// after the lead, where a page has its background and its teasers.
func position(r *rule, hits []hit) float64 {
	title, tail := true, true
	for i := range hits {
		title = title && hits[i].start < fieldGap
		tail = tail && !within(&hits[i], inLead)
	}
	switch {
	case title:
		return r.spec.TitleWeight
	case tail:
		return r.spec.TailWeight
	}
	return 1
}

// any reports whether a node of the set is in the scope.
func (s *scanner) any(g set, sc scope) bool {
	if !s.present.meets(g) {
		return false
	}
	for i := range s.hits {
		if h := &s.hits[i]; g.has(h.node) && h.live() && within(h, sc) {
			return true
		}
	}
	return false
}

func (h *hit) live() bool { return !h.dead && !h.hidden }

// find counts how often a clue is there. With one list that is the number of
// places where one of it stands; with several, the number of separate stretches
// that hold one of each, or the rarest list's number where nothing must be near.
func (s *scanner) find(c *clue, sc scope) found {
	s.groups = s.groups[:0]
	for _, g := range c.groups {
		if !s.present.meets(g) {
			return found{}
		}
	}
	near := len(c.groups) > 1 && (c.spec.Near > 0 || c.spec.Sentence)
	for i, g := range c.groups {
		s.gather(i, g, sc, near)
		if len(s.groups[i]) == 0 {
			return found{}
		}
	}
	if near {
		return s.stretches(c)
	}
	f := found{count: len(s.groups[0])}
	for _, hits := range s.groups {
		f.count = min(f.count, len(hits))
		f.evidence = append(f.evidence, hits[:min(len(hits), c.max+1)]...)
	}
	return f
}

// gather collects the live hits of a set in order: all of them, or of overlapping
// ones the first, where their number counts.
func (s *scanner) gather(i int, g set, sc scope, all bool) {
	if len(s.groups) <= i {
		if cap(s.groups) > i {
			s.groups = s.groups[:i+1]
			s.groups[i] = s.groups[i][:0]
		} else {
			s.groups = append(s.groups, nil)
		}
	}
	last := int32(-1)
	for j := range s.hits {
		h := &s.hits[j]
		if g.has(h.node) && h.live() && (all || h.start >= last) && within(h, sc) {
			s.groups[i] = append(s.groups[i], *h)
			last = h.end
		}
	}
}

// stretches finds separate stretches with one hit of each group, none sharing a
// token. From every possible leftmost hit it takes the nearest of each other group.
func (s *scanner) stretches(c *clue) found {
	var f found
	var next [8]int
	after := int32(-1)
	for {
		g, ok := s.leftmost(&next, after)
		if !ok {
			return f
		}
		first := s.groups[g][next[g]]
		if s.stretch(c, g, first, &next) {
			f.count++
			if f.count <= c.max {
				f.evidence = append(f.evidence, s.picked...)
			}
			for _, h := range s.picked {
				after = max(after, h.end)
			}
		} else {
			after = max(after, first.start+1)
		}
	}
}

// leftmost moves every group's pointer to its first hit at or after a position
// and answers the group whose hit comes first. It fails when a group is used up.
func (s *scanner) leftmost(next *[8]int, after int32) (group int, ok bool) {
	group = -1
	for i, hits := range s.groups {
		for next[i] < len(hits) && hits[next[i]].start < after {
			next[i]++
		}
		if next[i] == len(hits) {
			return 0, false
		}
		if group < 0 || hits[next[i]].start < s.groups[group][next[group]].start {
			group = i
		}
	}
	return group, group >= 0
}

// stretch tries to complete a stretch that starts with first, and leaves it in s.picked.
func (s *scanner) stretch(c *clue, of int, first hit, next *[8]int) bool {
	s.picked = append(s.picked[:0], first)
	tokens, end := first.end-first.start, first.end
	for i, hits := range s.groups {
		if i == of {
			continue
		}
		found := false
		for _, h := range hits[next[i]:] {
			if h.start-first.start > int32(c.spec.Near)+256 && !c.spec.Sentence || c.spec.Sentence && !s.oneSentence(first, h) {
				break
			}
			if !clashes(s.picked, h) {
				s.picked = append(s.picked, h)
				tokens, end, found = tokens+h.end-h.start, max(end, h.end), true
				break
			}
		}
		if !found {
			return false
		}
	}
	return c.spec.Sentence || end-first.start-tokens <= int32(c.spec.Near)
}

func clashes(picked []hit, h hit) bool {
	for _, p := range picked {
		if h.start < p.end && p.start < h.end {
			return true
		}
	}
	return false
}

func (s *scanner) oneSentence(a, b hit) bool {
	if !s.sentenced {
		s.sentences = appendSentences(s.sentences[:0], s.titleText, s.title)
		s.sentences = appendSentences(s.sentences, s.bodyText, s.body)
		s.sentenced = true
	}
	return a.start >= fieldGap == (b.start >= fieldGap) && s.sentence(a.start) == s.sentence(b.end-1)
}

func (s *scanner) sentence(position int32) int32 {
	if position >= fieldGap {
		return s.sentences[int(position-fieldGap)+len(s.title)]
	}
	return s.sentences[position]
}

// appendSentences numbers the sentence of each token: a new one after a full
// stop of any script that a space follows, or an end of line.
func appendSentences(out []int32, s string, tokens []text.Token) []int32 {
	number, cp, at, armed := int32(0), 0, 0, false
	for _, t := range tokens {
		for cp < t.Start && at < len(s) {
			r, size := utf8.DecodeRuneInString(s[at:])
			switch r {
			case '.', '!', '?':
				armed = true
			case '۔', '؟', '।', '。', '！', '？', '\n':
				number++
				armed = false
			case ' ', '\t', '\u00a0', '"', '”', '»', ')':
				if armed {
					number++
				}
				armed = false
			default:
				armed = false
			}
			at, cp = at+size, cp+1
		}
		for cp < t.End && at < len(s) {
			_, size := utf8.DecodeRuneInString(s[at:])
			at, cp = at+size, cp+1
		}
		armed = false
		out = append(out, number)
	}
	return out
}
