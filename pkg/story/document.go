package story

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/zeebo/xxh3"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

const (
	maxTokens = 4000 // of a text; the rest of a longer one is not looked at
	leadTerms = 120  // tokens of the text that stand for its story
	minLong   = 12   // tokens below which a text says too little to be a copy without its headline
	minTokens = 5    // tokens below which it says nothing at all
)

// document is what is kept of an item.
type document struct {
	id        string
	source    uint64 // of the outlet
	owner     uint64 // of its owner family
	lang      string
	published time.Time // as it says itself, zero where it does not
	arrived   time.Time
	whole     uint64   // hash of the whole folded text
	tokens    int      // of the text, without what the outlet repeats
	title     []uint32 // terms of the headline, ordered, distinct
	numbers   []uint32 // numbers in the headline
	terms     []uint32 // terms of headline and lead, ordered
	counts    []uint8  // how often each of them stands there, in the headline twice
	length    float64  // of the vector of terms, as norm computes it
	lengthAt  int      // items remembered when it was computed
	sketch    sketch
	concepts  []uint32 // entities and places it is tagged with, ordered
	cluster   *cluster
	role      string
	of        string
	thread    *thread
	light     bool // an exact copy: found through its original, so that nothing else is kept
}

// cluster is a set of copies.
type cluster struct {
	id        string
	original  string
	published time.Time // of the original
	members   int
}

// thread is the items of a story.
type thread struct {
	id      string
	members int
}

func (d *document) long() bool { return d.tokens >= minLong }

func (d *document) copy() news.Copy {
	return news.Copy{Cluster: d.cluster.id, Role: d.role, Of: d.of}
}

// alone makes the document the first of a cluster, in the story of o or in one of its own.
func (d *document) alone(o *document) {
	d.cluster = &cluster{id: d.id, original: d.id, published: d.published, members: 1}
	d.role, d.of, d.thread = Original, "", &thread{id: d.id}
	if o != nil {
		d.thread = o.thread
	}
	d.thread.members++
}

// join adds the document to the cluster of another. One that says it was published
// before the original takes the role of the original from then on.
func (d *document) join(o *document, role string) {
	c := o.cluster
	c.members++
	o.thread.members++
	d.cluster, d.role, d.of, d.thread = c, role, c.original, o.thread
	if role == Copied && !d.published.IsZero() && !c.published.IsZero() && c.published.Sub(d.published) > time.Minute {
		d.role, d.of = Original, ""
		c.original, c.published = d.id, d.published
	}
}

// shares reports whether other documents stand in the same cluster or story.
func (d *document) shares() bool { return d.cluster.members > 1 || d.thread.members > 1 }

// read makes a document of an item.
func (c *Clusterer) read(it *news.Item) *document {
	d := &document{
		id: it.ID, lang: it.Lang.Code, source: xxh3.HashString(it.Source), owner: xxh3.HashString(cmp.Or(it.Owner, it.Source)),
	}
	d.arrived = c.now
	if it.PublishedFrom != "first-seen" && (c.now.IsZero() || it.Published.Sub(c.now).Abs() <= c.config.Window) {
		d.published = it.Published
	}
	words := map[uint32]int{}
	for _, t := range c.analyzer.Tokens(headline(it.Title)) {
		h := hashTerm(t.Term)
		d.title = append(d.title, h)
		if words[h] < 2 {
			words[h] = 2
		}
		if numeric(t.Term) {
			d.numbers = append(d.numbers, h)
		}
	}
	body, whole := c.bodyOf(it.Text, d.source)
	if len(body) < minTokens {
		body = append(slices.Clone(d.title), body...)
	}
	d.whole = xxh3.Hash(append(whole, bytesOf(d.title[:titlePart(d.title, len(body))])...))
	d.tokens = len(body)
	d.sketch = sketchOf(body)
	for _, h := range body[:min(len(body), leadTerms)] {
		words[h]++
	}
	slices.Sort(d.title)
	d.title = slices.Compact(d.title)
	d.terms = slices.AppendSeq(make([]uint32, 0, len(words)), maps.Keys(words))
	slices.Sort(d.terms)
	d.counts = make([]uint8, len(d.terms))
	for i, h := range d.terms {
		d.counts[i] = uint8(min(words[h], 255))
	}
	for _, t := range it.Tags {
		if t.Kind == "entity" || t.Kind == "place" {
			d.concepts = append(d.concepts, hashTerm("#"+t.ID))
		}
	}
	slices.Sort(d.concepts)
	d.concepts = slices.Compact(d.concepts)
	return d
}

// titlePart is how much of the headline makes part of the hash of the whole text: all of it where the text is short.
func titlePart(title []uint32, body int) int {
	if body < 2*minLong {
		return len(title)
	}
	return 0
}

// bodyOf answers the terms of a text without the sentences its outlet repeats, and the bytes of all of them.
func (c *Clusterer) bodyOf(s string, source uint64) (body []uint32, whole []byte) {
	var all []uint32
	counts := map[uint64]bool{}
	for len(s) > 0 && len(all) < maxTokens {
		n := sentenceEnd(s)
		start := len(all)
		for _, t := range c.analyzer.Tokens(s[:n]) {
			all = append(all, hashTerm(t.Term))
		}
		s = s[n:]
		sentence := all[start:]
		if len(sentence) < minSentence {
			body = append(body, sentence...)
			continue
		}
		key := xxh3.Hash(bytesOf(sentence)) ^ source
		if !c.feet.repeated(key) {
			body = append(body, sentence...)
		}
		counts[key] = true
	}
	for key := range counts {
		c.feet.count(key)
	}
	if len(body) < minLong { // all of it has been seen before: then it is the text itself that comes again
		body = all
	}
	return body, bytesOf(all)
}

// sentenceEnd is the length of the sentence that s begins with.
func sentenceEnd(s string) int {
	for i, r := range s {
		switch r {
		case '.', '!', '?', '\n', '۔', '؟', '।':
			return i + len(string(r))
		}
	}
	return len(s)
}

// headline is a title without the agency or outlet that stands behind it: "… (Agency)", "… | Outlet", "… - Outlet".
func headline(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, ")") {
		if i := strings.LastIndexByte(s, '('); i > len(s)/3 && len(s)-i < 40 {
			s = strings.TrimSpace(s[:i])
		}
	}
	for _, mark := range []string{" | ", " - ", " – ", " — "} {
		if i := strings.LastIndex(s, mark); i > len(s)/2 && len(s)-i < 40 && strings.Count(s[i:], " ") <= 5 {
			s = s[:i]
		}
	}
	return s
}

func numeric(term string) bool {
	return strings.IndexFunc(term, unicode.IsDigit) >= 0
}

func hashTerm(s string) uint32 { return uint32(xxh3.HashString(s)) }

func bytesOf(terms []uint32) []byte {
	b := make([]byte, 0, 4*len(terms))
	for _, t := range terms {
		b = binary.LittleEndian.AppendUint32(b, t)
	}
	return b
}
