// Package claim finds in a text who asserts, denies or questions what. It reads
// one sentence at a time: a cue ("denied that", "دعویٰ کیا کہ") names the act, and
// the frame of the cue says on which side of it the claimant and the content stand,
// which differs between languages whose verb comes early and those whose verb comes
// last. It finds what a text attributes, and never whether it is so.
package claim

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// Mention is a place where the text names a concept, an entity or a place.
type Mention struct {
	Concept    string
	Kind       string // entity, place or concept
	Field      string // title or text
	Start, End int    // code points
}

const (
	maxClaims  = 40  // of one text; a page with more is a list, not an article
	maxContent = 600 // code points of one content
	minContent = 8
)

// Extract finds the claims of a title and a body, in the order of the text. Offsets
// are code points of the field that the claim names, the body where it names none.
func Extract(title, body string, lang news.Lang, mentions []Mention) []news.Claim {
	cues := tables()[lang.Code]
	if len(cues) == 0 {
		return nil
	}
	claims := field(body, "text", cues, mentions)
	for _, c := range field(title, "title", cues, mentions) {
		c.Field = "title"
		claims = append(claims, c)
	}
	return claims
}

func field(s, name string, cues []cue, mentions []Mention) []news.Claim {
	var claims []news.Claim
	runes := []rune(s)
	tokens := text.Tokens(s)
	var own []Mention
	for _, m := range mentions {
		if m.Field == name {
			own = append(own, m)
		}
	}
	for _, sent := range sentences(runes, tokens) {
		if len(claims) >= maxClaims {
			break
		}
		for _, found := range sent.find(cues) {
			if c, ok := sent.claim(found); ok {
				about(&c, own)
				claims = append(claims, c)
			}
		}
	}
	return claims
}

// sentence is a run of tokens between two sentence ends.
type sentence struct {
	runes      []rune
	start, end int // code points
	tokens     []text.Token
}

// sentences parts a text at sentence ends and blank lines. A full stop ends a
// sentence only before white space, and not after a single letter.
func sentences(runes []rune, tokens []text.Token) []sentence {
	var out []sentence
	start, next := 0, 0
	cut := func(end int) {
		s := sentence{runes: runes, start: start, end: end}
		from := next
		for next < len(tokens) && tokens[next].Start < end {
			next++
		}
		if s.tokens = tokens[from:next]; len(s.tokens) > 2 {
			out = append(out, s)
		}
		start = end
	}
	for i, r := range runes {
		switch {
		case strings.ContainsRune("۔؟।!?", r), r == '\n' && i+1 < len(runes) && runes[i+1] == '\n':
			cut(i + 1)
		case r == '.' && (i+1 == len(runes) || unicode.IsSpace(runes[i+1])) && !(i >= 2 && unicode.IsLetter(runes[i-1]) && !unicode.IsLetter(runes[i-2])):
			cut(i + 1)
		}
	}
	cut(len(runes))
	return out
}

// match is a cue at a place of a sentence.
type match struct {
	cue      cue
	from, to int // tokens, to exclusive
}

// find lists the cues of a sentence from left to right, the longest at each place;
// one that a negation stands beside is no claim.
func (s sentence) find(cues []cue) []match {
	var out []match
	for i := 0; i < len(s.tokens); i++ {
		best := match{}
		for _, c := range cues {
			if n := s.at(i, c.words); n > best.to-best.from {
				best = match{c, i, i + n}
			}
		}
		if best.to == 0 {
			continue
		}
		i = best.to - 1
		if best.cue.act != "" {
			out = append(out, best)
		}
	}
	return out
}

// at is how many tokens from i the words take, 0 where they do not stand there. "*"
// stands for up to three words between.
func (s sentence) at(i int, words []string) int {
	k := i
	for w, word := range words {
		if word == "*" {
			for skip := 0; skip <= 3 && k+skip < len(s.tokens); skip++ {
				if n := s.at(k+skip, words[w+1:]); n > 0 {
					return k + skip + n - i
				}
			}
			return 0
		}
		if k >= len(s.tokens) || s.tokens[k].Term != word {
			return 0
		}
		k++
	}
	return k - i
}

// claim makes the claim that a cue and its frame give.
func (s sentence) claim(m match) (news.Claim, bool) {
	var who, what [2]int // token ranges
	left, right := [2]int{0, m.from}, [2]int{m.to, len(s.tokens)}
	switch m.cue.frame {
	case whoCueWhat:
		who, what = left, right
	case cueWhoWhat: // according to WHO, WHAT
		split := s.pause(m.to, min(m.to+9, len(s.tokens)))
		if split < 0 {
			split = min(m.to+3, len(s.tokens))
		}
		who, what = [2]int{m.to, split}, [2]int{split, len(s.tokens)}
		if split >= len(s.tokens)-2 { // WHAT, according to WHO
			who, what = right, left
		}
	case whatCueWho:
		who, what = right, left
	case whoWhatCue: // the verb stands last: WHO WHAT CUE
		split := s.mark(0, m.from, m.cue.marks)
		if split < 0 {
			return news.Claim{}, false
		}
		who, what = [2]int{0, split}, [2]int{split + 1, m.from}
		if right[1]-right[0] > 5 {
			what = right
		}
	}
	start, end := s.span(what)
	if end-start < minContent {
		return news.Claim{}, false
	}
	end = min(end, start+maxContent)
	c := news.Claim{Act: m.cue.act, Text: string(s.runes[start:end]), Start: start, End: end, Hedged: m.cue.hedged, About: []string{}}
	if a, b := s.claimant(who); b > a {
		name := string(s.runes[a:b])
		c.Claimant, c.ClaimantStart, c.ClaimantEnd = &name, a, b
	}
	return c, true
}

// span is the code points of a token range, with the quotation marks or brackets at its edge left out.
func (s sentence) span(r [2]int) (start, end int) {
	r[0], r[1] = s.trim(r)
	if r[0] >= r[1] {
		return 0, 0
	}
	return s.tokens[r[0]].Start, s.tokens[r[1]-1].End
}

// trim drops joining words from the edges of a range.
func (s sentence) trim(r [2]int) (int, int) {
	for r[0] < r[1] && slices.Contains(joints(), s.tokens[r[0]].Term) {
		r[0]++
	}
	for r[1] > r[0] && slices.Contains(tails(), s.tokens[r[1]-1].Term) {
		r[1]--
	}
	return r[0], r[1]
}

// claimant is the name in a range of the sentence: the clause next to the cue, at
// most ten words, without the particles that mark it.
func (s sentence) claimant(r [2]int) (start, end int) {
	from, to := s.trim(r)
	if cut := s.lastPause(from, to); cut > from {
		from = cut
	}
	if to-from > 10 {
		from = to - 10
	}
	from, to = s.trim([2]int{from, to})
	if from >= to {
		return 0, 0
	}
	return s.tokens[from].Start, s.tokens[to-1].End
}

// pause is the first token in [from, to) that a comma or colon stands before, -1 where none does.
func (s sentence) pause(from, to int) int {
	for i := from + 1; i < to; i++ {
		if s.comma(i) {
			return i
		}
	}
	return -1
}

func (s sentence) lastPause(from, to int) int {
	for i := to - 1; i > from; i-- {
		if s.comma(i) {
			return i
		}
	}
	return -1
}

// comma reports whether a comma, colon or dash stands before token i.
func (s sentence) comma(i int) bool {
	for _, r := range s.runes[s.tokens[i-1].End:s.tokens[i].Start] {
		if strings.ContainsRune(",،:;؛–—", r) {
			return true
		}
	}
	return false
}

// mark finds the particle that ends the claimant in a verb-last sentence.
func (s sentence) mark(from, to int, marks []string) int {
	for i := from + 1; i < min(to, from+14); i++ {
		if slices.Contains(marks, s.tokens[i].Term) {
			return i
		}
	}
	return -1
}

// about notes what the content names, and which entity the claimant is.
func about(c *news.Claim, mentions []Mention) {
	for _, m := range mentions {
		if m.Start >= c.Start && m.End <= c.End && !slices.Contains(c.About, m.Concept) {
			c.About = append(c.About, m.Concept)
		}
		if c.Claimant != nil && m.Kind == "entity" && m.Start >= c.ClaimantStart && m.End <= c.ClaimantEnd {
			c.ClaimantID = m.Concept
		}
	}
}
