package flow

import (
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
}

type remembered struct {
	id       string
	rev      int
	edition  int
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
	before := c.known[it.ID]
	if before == nil {
		return c.first(it)
	}
	added := before.join(it.Carriers)
	switch {
	case it.Sighting, it.Rev < before.rev, it.Rev == before.rev && !(before.noPage && it.PageError == ""):
		if !added {
			return nil, nil
		}
		return []news.Item{{Schema: news.Schema, ID: it.ID, Rev: before.rev, Edition: before.edition, Sighting: true, Source: before.carriers[0].Source,
			FirstSeen: before.first, Carriers: before.copyOfCarriers()}}, nil
	}
	before.rev, before.noPage = it.Rev, it.PageError != ""
	before.edition++
	it.FirstSeen, it.Carriers, it.Edition = before.first, before.copyOfCarriers(), before.edition
	return []news.Item{c.place(it)}, nil
}

// first takes in an id that is not remembered. A mere sighting of one adds its
// carrier to whatever the index holds.
func (c *Clusterer) first(it news.Item) ([]news.Item, error) {
	if it.Sighting {
		return []news.Item{it}, nil
	}
	seen := it.Carriers[len(it.Carriers)-1].Seen
	it.Edition = 1
	r := &remembered{id: it.ID, rev: it.Rev, edition: 1, noPage: it.PageError != "", seen: seen, first: it.FirstSeen}
	r.join(it.Carriers)
	c.known[it.ID] = r
	c.order = append(c.order, r)
	c.forget(seen)
	return []news.Item{c.place(it)}, nil
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
	added := false
	for _, one := range carriers {
		if !r.carriedBy(one.Source) {
			r.carriers = append(r.carriers, one)
			added = true
		}
	}
	return added
}

func (r *remembered) carriedBy(source string) bool {
	for _, one := range r.carriers {
		if one.Source == source {
			return true
		}
	}
	return false
}

func (r *remembered) copyOfCarriers() []news.Carrier {
	return append([]news.Carrier(nil), r.carriers...)
}
