// Package claim finds in a text who asserts, denies or questions what. It reads
// one sentence at a time: a cue ("denied that", "دعویٰ کیا کہ") names the act, and
// the frame of the cue says on which side of it the claimant and the content stand,
// which differs between languages whose verb comes early and those whose verb comes
// last. It finds what a text attributes, and never whether it is so.
//
// Of the attributions of a nest the innermost is the claim, except under a denial:
// who denies that another has said P denies, and the other says nothing.
package claim

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// Mention is a place where the text names a concept, an entity or a place.
type Mention struct {
	Concept    string
	Kind       string // entity, place or concept
	Field      string // title or text
	Start, End int    // code points
}

const (
	maxClaims  = 40  // of one field; a page with more is a list, not an article
	maxContent = 100 // words of one content
	minContent = 3
)

// readers are memory for reuse.
var readers = sync.Pool{New: func() any { return new(reader) }}

// Extract finds the claims of a title and a body, in the order of the text. Offsets
// are code points of the field that the claim names, the body where it names none.
//
// Mentions, where there are any to ask, say what a claim is about and whose it is;
// a claim that names too little is then left out. Without a taxonomy they
// are nil, and every claim is reported.
func Extract(title, body string, lang news.Lang, mentions []Mention) []news.Claim {
	l := tables()[lang.Code]
	if l == nil {
		return nil
	}
	r := readers.Get().(*reader)
	defer func() {
		if r.s, r.mentions = "", r.mentions[:0]; cap(r.words) < 1<<16 {
			readers.Put(r)
		}
	}()
	told := r.field(nil, body, "text", l, mentions)
	told = r.field(told, title, "title", l, mentions)
	if mentions != nil {
		told = distinct(told)
	}
	claims := make([]news.Claim, len(told))
	for i := range told {
		claims[i] = told[i].Claim
	}
	return claims
}

// draft is a claim under way: runs of words for its parts.
type draft struct {
	cue
	at      span // the cue
	who     span // empty for none
	what    span
	heir    bool // its claimant is that of the claim before
	pointed bool // the content only points to what is claimed
	left    bool // the content stands before the cue
}

// start is the first word of the attribution.
func (d *draft) start() int {
	if d.who.len() > 0 && d.who.from < d.at.from && !d.heir {
		return d.who.from
	}
	return d.at.from
}

func (r *reader) field(told []telling, s, name string, l *lexicon, mentions []Mention) []telling {
	if s == "" {
		return told
	}
	r.read(s, l)
	r.mentions = r.mentions[:0]
	for _, m := range mentions {
		if m.Field == name {
			r.mentions = append(r.mentions, m)
		}
	}
	if byStart := func(a, b Mention) int { return cmp.Compare(a.Start, b.Start) }; !slices.IsSortedFunc(r.mentions, byStart) {
		slices.SortStableFunc(r.mentions, byStart)
	}
	r.last, r.lastID = draft{}, ""
	limit := len(told) + maxClaims
	for i, sent := range r.sentences {
		if len(told) >= limit {
			break
		}
		r.enter(sent)
		r.frames(sent)
		r.nest(sent)
		if len(r.drafts) == 0 {
			r.quoted(i)
		}
		if len(r.drafts) == 0 {
			r.headline(i, name == "title")
		}
		for j := range r.drafts {
			d := &r.drafts[j]
			if c, ok := r.claim(d); ok && len(told) < limit {
				if name != "text" {
					c.Field = name
				}
				told = append(told, telling{Claim: c, plain: r.plain(&c, d), headline: name == "title" || i == 0 && r.gapAt(sent.to)&newline != 0})
			}
			if d.who.len() > 0 {
				r.lastID = r.entity(d)
				r.last = *d
			}
		}
	}
	return told
}

// claim makes the claim of a draft, unless there is too little in it.
func (r *reader) claim(d *draft) (news.Claim, bool) {
	if !d.pointed {
		d.what = r.trim(d.what)
		d.what = r.ownWords(d.what)
	}
	d.what.to = min(d.what.to, d.what.from+maxContent)
	if d.what.len() < minContent {
		return news.Claim{}, false
	}
	if !r.plausible(d) || r.pointsAt(d.who, negation) {
		return news.Claim{}, false
	}
	c := news.Claim{Act: d.act, Hedged: d.hedged, About: []string{}}
	if !r.judge(d, &c) {
		return news.Claim{}, false
	}
	c.Start, c.End, c.Text = r.place(d.what)
	if d.who.len() > 0 {
		start, end, who := r.place(d.who)
		c.Claimant, c.ClaimantStart, c.ClaimantEnd = &who, start, end
	}
	r.about(d, &c)
	return c, true
}

// place is where a run of words stands, in code points, and what it says.
func (r *reader) place(s span) (start, end int, what string) {
	a, b := &r.words[s.from], &r.words[s.to-1]
	what = r.s[a.from:b.to]
	if !utf8.ValidString(what) {
		what = string([]rune(what))
	}
	return a.start, b.end, strings.Clone(what)
}

// enter takes a sentence under work, with the mentions in it.
func (r *reader) enter(s span) {
	r.drafts = r.drafts[:0]
	at := func(cp int) int {
		i, _ := slices.BinarySearchFunc(r.mentions, cp, func(m Mention, cp int) int { return cmp.Compare(m.Start, cp) })
		return i
	}
	r.here = r.mentions[at(r.words[s.from].start):at(r.words[s.to-1].end)]
}

// about notes what the content names, what it is aimed at, and which entity the
// claimant is.
func (r *reader) about(d *draft, c *news.Claim) {
	c.ClaimantID = r.entity(d)
	target := Mention{}
	for _, m := range r.here {
		inClaimant := c.Claimant != nil && m.Start >= c.ClaimantStart && m.End <= c.ClaimantEnd
		if inClaimant || m.Start < c.Start || m.End > c.End {
			continue
		}
		if !slices.Contains(c.About, m.Concept) {
			c.About = append(c.About, m.Concept)
		}
		if target.Kind == "" && m.Kind != "concept" || target.Kind == "place" && m.Kind == "entity" {
			target = m
		}
	}
	if target.Kind != "" {
		named := string([]rune(c.Text)[target.Start-c.Start : target.End-c.Start])
		c.Target = &named
	}
}

// entity is the entity of the taxonomy that a claimant is: the longest that is named
// in it, or for a pronoun that of the claim before.
func (r *reader) entity(d *draft) string {
	if d.heir || d.who.len() == 1 && r.is(d.who.from, pronoun) {
		return r.lastID
	}
	if d.who.len() == 0 {
		return ""
	}
	start, end := r.words[d.who.from].start, r.words[d.who.to-1].end
	id, length := "", 0
	for _, m := range r.here {
		if m.Kind == "entity" && m.Start >= start && m.End <= end && m.End-m.Start > length {
			id, length = m.Concept, m.End-m.Start
		}
	}
	return id
}
