// Package story finds out which items are the same text and which tell the same
// event. Without it a wire report in forty papers is forty voices: counts, spikes
// and "independent sources" would all be wrong. What makes it hard is that the daily
// gold price and the daily weather share more words with yesterday's than a
// rewritten agency copy shares with its original; so the words of a template weigh
// little, headlines and numbers that disagree speak against a copy, and what every
// page of an outlet carries at its foot is left out before anything is compared.
//
// Items are taken in one at a time, in the order they arrive, and are never moved
// afterwards. The same items in the same order give the same answer.
package story

import (
	"time"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// The roles of an item in its cluster of copies.
const (
	Original = "original" // the first to arrive, or one that says it was published before the first
	Copied   = "copy"
	Excerpt  = "excerpt" // a part of an earlier, longer text
)

// Config bounds what a Clusterer remembers.
type Config struct {
	Window time.Duration // how long an item is remembered after its arrival, 14 days where it is 0
	Max    int           // how many items are remembered at most, 1,000,000 where it is 0
}

// Clusterer remembers the items of its window. It is for one goroutine.
type Clusterer struct {
	config   Config
	analyzer text.Analyzer
	docs     []*document // docs[i] has the number first+i; nil once forgotten
	first    uint32
	now      time.Time          // the latest arrival
	known    map[string]uint32  // number by item id
	exact    map[uint64]uint32  // number by hash of the whole text
	shingles postings           // sampled shingles to numbers
	rare     postings           // telling terms to numbers
	terms    map[uint32]int32   // in how many remembered documents a term stands
	feet     *boilerplate       // sentences that an outlet repeats
	scores   map[uint32]float64 // scratch of candidates
	hits     []hit              // scratch of candidates
}

// New makes a Clusterer that remembers nothing.
func New(c Config) *Clusterer {
	if c.Window <= 0 {
		c.Window = 14 * 24 * time.Hour
	}
	if c.Max <= 0 {
		c.Max = 1_000_000
	}
	return &Clusterer{
		config: c, known: map[string]uint32{}, exact: map[uint64]uint32{}, terms: map[uint32]int32{},
		shingles: newPostings(), rare: newPostings(), feet: newBoilerplate(), scores: map[uint32]float64{},
	}
}

// Len is the number of items remembered.
func (c *Clusterer) Len() int { return len(c.known) }

// Add takes in an item and answers what it is a copy of and which story it tells.
// Both ids are item ids: of the first item of the cluster, and of the first item of
// the story. An item that comes again keeps its place where it shares it with
// others; otherwise its new text is looked at afresh.
func (c *Clusterer) Add(it *news.Item) (news.Copy, string) {
	c.advance(it)
	before := c.lookup(it.ID)
	if before != nil && before.shares() {
		return before.copy(), before.thread.id
	}
	d := c.read(it)
	if before != nil {
		c.forget(c.known[it.ID])
	}
	c.place(d)
	c.remember(d)
	return d.copy(), d.thread.id
}

// advance moves the clock of arrivals, which never goes back, and forgets what has left the window.
func (c *Clusterer) advance(it *news.Item) {
	seen := it.FirstSeen
	if n := len(it.Carriers); n > 0 && it.Carriers[n-1].Seen.After(seen) {
		seen = it.Carriers[n-1].Seen
	}
	if seen.After(c.now) {
		c.now = seen
	}
	for len(c.docs) > 0 && (c.docs[0] == nil || len(c.known) >= c.config.Max || c.now.Sub(c.docs[0].arrived) > c.config.Window) {
		c.forget(c.first)
		c.docs[0] = nil
		c.docs = c.docs[1:]
		c.first++
	}
	c.shingles.trim(c.first)
	c.rare.trim(c.first)
}

// lookup is the remembered document of an item, nil where there is none.
func (c *Clusterer) lookup(id string) *document {
	number, ok := c.known[id]
	if !ok {
		return nil
	}
	return c.doc(number)
}

// doc is the document of a number, nil where it is forgotten.
func (c *Clusterer) doc(number uint32) *document {
	if number < c.first || number-c.first >= uint32(len(c.docs)) {
		return nil
	}
	return c.docs[number-c.first]
}

// place decides cluster and story of a new document.
func (c *Clusterer) place(d *document) {
	if number, ok := c.exact[d.whole]; ok {
		if o := c.doc(number); o != nil && d.long() {
			d.join(o, Copied)
			d.light = true
			return
		}
	}
	var original, sibling *document
	bestCopy, bestStory := 0.0, 0.0
	for _, h := range c.candidates(d) {
		o := c.doc(h.number)
		if o == nil || o.light {
			continue
		}
		e := c.compare(d, o)
		if e.copied > bestCopy {
			original, bestCopy = o, e.copied
		}
		if e.story > bestStory {
			sibling, bestStory = o, e.story
		}
	}
	if original != nil {
		d.join(original, role(d, original))
		return
	}
	d.alone(sibling)
}

// remember puts the document under the numbers and keys it will be found by.
func (c *Clusterer) remember(d *document) {
	number := c.first + uint32(len(c.docs))
	c.docs = append(c.docs, d)
	c.known[d.id] = number
	if d.light {
		d.sketch, d.title, d.terms, d.counts, d.concepts = sketch{}, nil, nil, nil, nil
		return
	}
	c.exact[d.whole] = number
	for _, key := range d.sketch.sample() {
		c.shingles.add(key, number)
	}
	for _, key := range c.telling(d, indexedTerms) {
		c.rare.add(key, number)
	}
	for _, t := range d.terms {
		c.terms[t]++
	}
	for _, k := range d.concepts {
		c.terms[k]++
	}
}

// forget drops a document; its postings end with the numbers that are trimmed.
func (c *Clusterer) forget(number uint32) {
	d := c.doc(number)
	if d == nil {
		return
	}
	c.docs[number-c.first] = nil
	if c.known[d.id] == number {
		delete(c.known, d.id)
	}
	if d.light {
		return
	}
	if c.exact[d.whole] == number {
		delete(c.exact, d.whole)
	}
	for _, t := range d.terms {
		c.uncount(t)
	}
	for _, k := range d.concepts {
		c.uncount(k)
	}
}

func (c *Clusterer) uncount(term uint32) {
	if c.terms[term]--; c.terms[term] <= 0 {
		delete(c.terms, term)
	}
}
