package story

import (
	"cmp"
	"math"
	"slices"
	"time"
)

const (
	indexedTerms  = 12 // telling terms a document is found by
	queriedTerms  = 24 // telling terms it looks for others with
	maxCandidates = 48 // documents compared with a new one
	minScore      = 2  // shared shingles, or about two telling terms, from which one is compared at all
)

// hit is a remembered document and what it shares with a new one.
type hit struct {
	number uint32
	score  float64
}

// candidates are the remembered documents that share most with d, best first.
func (c *Clusterer) candidates(d *document) []hit {
	clear(c.scores)
	for _, key := range d.sketch.hashes {
		c.shingles.each(key, func(number uint32) { c.scores[number]++ })
	}
	for _, key := range c.telling(d, queriedTerms) {
		w := c.weight(key) / 4
		c.rare.each(key, func(number uint32) { c.scores[number] += w })
	}
	c.hits = c.hits[:0]
	for number, score := range c.scores {
		if score >= minScore {
			c.hits = append(c.hits, hit{number, score})
		}
	}
	slices.SortFunc(c.hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.number, a.number))
	})
	return c.hits[:min(len(c.hits), maxCandidates)]
}

// weight is the inverse document frequency of a term, with 200 unseen documents
// added so that the first items of a window are not all rarities.
func (c *Clusterer) weight(term uint32) float64 {
	return math.Log(float64(len(c.known)+200) / (float64(c.terms[term]) + 0.5))
}

// telling are the terms and concepts that tell the document best from others.
func (c *Clusterer) telling(d *document, n int) []uint32 {
	type weighed struct {
		hash uint32
		w    float64
	}
	all := make([]weighed, len(d.terms))
	for i, t := range d.terms {
		all[i] = weighed{t, frequency[d.counts[i]] * c.weight(t)}
	}
	slices.SortFunc(all, func(a, b weighed) int { return cmp.Or(cmp.Compare(b.w, a.w), cmp.Compare(a.hash, b.hash)) })
	out := make([]uint32, 0, n+len(d.concepts))
	for _, t := range all[:min(n, len(all))] {
		out = append(out, t.hash)
	}
	return append(out, d.concepts...)
}

// evidence is how much speaks for two documents being copies, and telling one story; 0 where too little does.
type evidence struct{ copied, story float64 }

// compare weighs a new document against a remembered one.
func (c *Clusterer) compare(d, o *document) evidence {
	if min(d.tokens, o.tokens) < minTokens {
		return evidence{}
	}
	inOther, ofOther, resemblance := d.sketch.overlap(o.sketch)
	part := max(inOther, ofOther)
	titles := c.titles(d, o)
	bodies := c.cosine(d, o)
	conflict := disagree(d.numbers, o.numbers)
	own := d.owner == o.owner
	var e evidence
	switch {
	case sameHeadline(d, o, titles):
		e.copied = titles
	case conflict && part < 0.8, min(d.tokens, o.tokens) < minLong && titles < 0.9:
		// too little, or something that speaks against it
	case own && titles >= 0.52 && titles+part >= 1.35 && !conflict:
		e.copied = 1 + part
	case !own && (part >= 0.5 || resemblance >= 0.4):
		e.copied = part + titles
	}
	switch {
	case e.copied > 0:
		e.story = 1 + bodies
	case own && (part >= 0.2 || conflict || titles < 0.25):
		// What an outlet writes anew in its own words of before, under another
		// headline, is the report it writes every day.
	case bodies >= storyAt(d, o):
		e.story = bodies
	case c.related(d, o):
		e.story = storyAt(d, o)
	}
	return e
}

// sameHeadline reports whether two outlets carry one headline within three days, at
// least one of them without a text to compare.
func sameHeadline(d, o *document, titles float64) bool {
	return d.owner != o.owner && titles >= 0.95 && min(len(d.title), len(o.title)) >= 5 &&
		min(d.tokens, o.tokens) < minLong && apart(d, o) <= 72*time.Hour
}

// apart is the time between two documents: of publication where both say it, else of arrival.
func apart(d, o *document) time.Duration {
	if !d.published.IsZero() && !o.published.IsZero() {
		return d.published.Sub(o.published).Abs()
	}
	return d.arrived.Sub(o.arrived).Abs()
}

// storyAt is the resemblance from which two documents tell one story; it rises with the days between them.
func storyAt(d, o *document) float64 {
	return 0.44 + 0.03*min(apart(d, o).Hours()/24, 7)
}

// related compares across languages, where only what both are tagged with can be compared.
func (c *Clusterer) related(d, o *document) bool {
	if d.lang == o.lang || apart(d, o) > 48*time.Hour || len(d.concepts) < 3 || len(o.concepts) < 3 {
		return false
	}
	shared, a, b, both := 0, 0.0, 0.0, 0.0
	for _, k := range d.concepts {
		a += c.weight(k)
	}
	for _, k := range o.concepts {
		b += c.weight(k)
		if _, found := slices.BinarySearch(d.concepts, k); found {
			shared++
			both += c.weight(k)
		}
	}
	return shared >= 3 && both/math.Sqrt(a*b) >= 0.6
}

// role says whether d is a part of o or the whole of it.
func role(d, o *document) string {
	inOther, _, _ := d.sketch.overlap(o.sketch)
	if inOther >= 0.7 && float64(d.tokens) < 0.6*float64(o.tokens) {
		return Excerpt
	}
	return Copied
}

// disagree reports whether both headlines have numbers and neither has all those of the other.
func disagree(a, b []uint32) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	return !within(a, b) && !within(b, a)
}

func within(a, b []uint32) bool {
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}

// titles is the cosine of two headlines.
func (c *Clusterer) titles(d, o *document) float64 {
	var a, b, both float64
	for _, h := range d.title {
		w := c.weight(h)
		a += w * w
	}
	for _, h := range o.title {
		w := c.weight(h)
		b += w * w
		if _, found := slices.BinarySearch(d.title, h); found {
			both += w * w
		}
	}
	if a == 0 || b == 0 {
		return 0
	}
	return both / math.Sqrt(a*b)
}

// cosine is the cosine of headline and lead of two documents, weighted by tf-idf.
func (c *Clusterer) cosine(d, o *document) float64 {
	both := 0.0
	for i, j := 0, 0; i < len(d.terms) && j < len(o.terms); {
		switch a, b := d.terms[i], o.terms[j]; {
		case a < b:
			i++
		case a > b:
			j++
		default:
			w := c.weight(a)
			both += frequency[d.counts[i]] * frequency[o.counts[j]] * w * w
			i, j = i+1, j+1
		}
	}
	if both == 0 {
		return 0
	}
	return both / (c.norm(d) * c.norm(o))
}

// norm is the length of the vector of a document. The weights it rests on change as
// items come, so that it is computed again once the memory has grown by an eighth.
func (c *Clusterer) norm(d *document) float64 {
	if n := len(c.known); d.length == 0 || n > d.lengthAt+d.lengthAt/8 {
		sum := 0.0
		for i, t := range d.terms {
			w := frequency[d.counts[i]] * c.weight(t)
			sum += w * w
		}
		d.length, d.lengthAt = max(math.Sqrt(sum), 1e-9), n
	}
	return d.length
}

// frequency is how much a term weighs that stands so often in a document: 1 + ln n.
var frequency = func() (f [256]float64) {
	for n := 1; n < len(f); n++ {
		f[n] = 1 + math.Log(float64(n))
	}
	return f
}()
