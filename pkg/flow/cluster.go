package flow

import (
	"cmp"
	"context"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/story"
)

// Window is how long the clusterer remembers an item. The stream it reads is kept
// as long, so that its memory can always be rebuilt.
const Window = 14 * 24 * time.Hour

// Clusterer is the one place that sees every item in order: it joins the carriers
// of an item, drops what adds nothing, and says which items are copies of which.
// The same input in the same order gives the same output.
type Clusterer struct {
	copies *story.Clusterer
	known  map[string]*remembered
	order  []*remembered // by arrival, so that the oldest are forgotten first
	latest time.Time
	since  time.Time // when what is remembered begins
}

type remembered struct {
	id       string
	source   string // that the whole item came from
	rev      int
	edition  int // 0 while only sightings have come
	noPage   bool
	seen     time.Time
	first    time.Time
	carriers []news.Carrier
}

// NewClusterer makes a clusterer that remembers nothing.
func NewClusterer() *Clusterer {
	c := &Clusterer{}
	c.Reset()
	return c
}

// Reset forgets everything.
func (c *Clusterer) Reset() {
	*c = Clusterer{copies: story.New(story.Config{Window: Window}), known: map[string]*remembered{}}
}

// Step is the clusterer's step. It is not for use by several goroutines.
func (c *Clusterer) Step(_ context.Context, it news.Item) ([]news.Item, error) {
	r := c.known[it.ID]
	if c.since.IsZero() {
		c.since = it.Carriers[len(it.Carriers)-1].Seen
	}
	switch {
	case r == nil && it.Sighting && (c.latest.Sub(it.FirstSeen) > Window || it.FirstSeen.Before(c.since)):
		return []news.Item{it}, nil // of an item not remembered here: the index joins it
	case r == nil:
		r = c.remember(it)
	case it.Sighting || !r.adds(it):
		return c.carried(r, it), nil
	}
	if it.Sighting {
		return nil, nil // its item is on the way, and will bring the carrier along
	}
	r.join(it.Carriers)
	r.rev, r.noPage, r.source = it.Rev, it.PageError != "", cmp.Or(r.source, it.Source)
	r.edition++
	it.Edition, it.FirstSeen, it.Carriers = r.edition, r.first, r.ordered()
	return []news.Item{c.place(it)}, nil
}

// carried joins the carriers of an item that brings nothing else, and tells of those that are new.
func (c *Clusterer) carried(r *remembered, it news.Item) []news.Item {
	if !r.join(it.Carriers) || r.edition == 0 {
		return nil
	}
	return []news.Item{{Schema: news.Schema, ID: it.ID, Rev: r.rev, Edition: r.edition, Sighting: true, Source: r.source, FirstSeen: r.first, Carriers: r.ordered()}}
}

// remember takes in an id that is not known yet.
func (c *Clusterer) remember(it news.Item) *remembered {
	r := &remembered{id: it.ID, seen: it.Carriers[len(it.Carriers)-1].Seen, first: it.FirstSeen}
	r.join(it.Carriers)
	c.known[it.ID] = r
	c.order = append(c.order, r)
	c.forget(r.seen)
	return r
}

// adds reports whether an item is news: the first whole one, a newer revision, or
// the text of a page that could not be read before.
func (r *remembered) adds(it news.Item) bool {
	return r.edition == 0 || it.Rev > r.rev || it.Rev == r.rev && r.noPage && it.PageError == ""
}

func (c *Clusterer) place(it news.Item) news.Item {
	copied, id := c.copies.Add(&it)
	it.Copy, it.Story = &copied, id
	return it
}

// forget drops what was first seen longer than the window before the latest arrival.
func (c *Clusterer) forget(seen time.Time) {
	if seen.After(c.latest) {
		c.latest = seen
	}
	old := 0
	for old < len(c.order) && c.latest.Sub(c.order[old].seen) > Window {
		delete(c.known, c.order[old].id)
		c.order[old] = nil
		old++
	}
	c.order = c.order[old:]
}

// join adds carriers that are not known yet and reports whether there were any.
func (r *remembered) join(carriers []news.Carrier) bool {
	before := len(r.carriers)
	r.carriers = joined(r.carriers, carriers)
	return len(r.carriers) > before
}

// ordered are the carriers, the item's own source first.
func (r *remembered) ordered() []news.Carrier {
	out := make([]news.Carrier, 0, len(r.carriers))
	for _, one := range r.carriers {
		if one.Source == r.source {
			out = append(out, one)
		}
	}
	for _, one := range r.carriers {
		if one.Source != r.source {
			out = append(out, one)
		}
	}
	return out
}
