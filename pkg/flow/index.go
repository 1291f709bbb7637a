package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

// Store is what the indexer needs of an index.
type Store interface {
	Write(ctx context.Context, batch []index.Write) ([]index.Verdict, error)
	Get(ctx context.Context, ids []string) (map[string]index.Stored, error)
}

// Indexer is the sink that stores items. The version of a document is the epoch of
// the flow and the sequence of the clusterer's stream, so that what was written
// later wins in whatever order it arrives, and a replay of a higher epoch wins over all.
func Indexer(store Store, epoch int64) Sink {
	return func(ctx context.Context, batch []Arrival) []error {
		verdicts := make([]error, len(batch))
		pending, err := documents(ctx, store, epoch, batch, verdicts)
		if err != nil {
			for i := range verdicts {
				verdicts[i] = err
			}
			return verdicts
		}
		if len(pending) == 0 {
			return verdicts
		}
		writes := make([]index.Write, len(pending))
		for k, p := range pending {
			writes[k] = index.Write{Item: p.item, Version: p.version}
		}
		answers, err := store.Write(ctx, writes)
		for k, p := range pending {
			failure := err
			if err != nil {
				failure = Away(fmt.Errorf("index: %w", err))
			} else {
				failure = judge(writes[k].Item.ID, answers[k])
			}
			for _, i := range p.arrivals {
				verdicts[i] = failure
			}
		}
		return verdicts
	}
}

func judge(id string, v index.Verdict) error {
	switch v.Outcome {
	case index.Retry:
		return Away(fmt.Errorf("index cannot take item %s now: %s", id, v.Reason))
	case index.Refused:
		return Bad(fmt.Errorf("index refuses item %s: %s", id, v.Reason))
	}
	return nil
}

// document is one write and the arrivals it answers.
type document struct {
	item     news.Item
	version  int64
	arrivals []int
}

// documents joins the arrivals of a batch by id: the newest full item, with the
// carriers of the sightings. An id of which only a sighting arrives is read from the
// store, and so is one that the clusterer may have forgotten; where the store does
// not hold the edition that a sighting belongs to, its verdict is to wait.
func documents(ctx context.Context, store Store, epoch int64, batch []Arrival, verdicts []error) ([]*document, error) {
	var pending []*document
	byID := map[string]*document{}
	for i, a := range batch {
		d := byID[a.Item.ID]
		if d == nil {
			d = &document{}
			byID[a.Item.ID] = d
			pending = append(pending, d)
		}
		d.arrivals = append(d.arrivals, i)
		if version := epoch<<40 | int64(a.Seq); !a.Item.Sighting && version > d.version {
			d.item, d.version = a.Item, version
		}
	}
	var asked []string
	for id, d := range byID {
		if d.item.ID == "" || returning(d.item) {
			asked = append(asked, id)
		}
	}
	var stored map[string]index.Stored
	if len(asked) > 0 {
		var err error
		if stored, err = store.Get(ctx, asked); err != nil {
			return nil, Away(fmt.Errorf("read what is stored: %w", err))
		}
	}
	ready := pending[:0]
	for _, d := range pending {
		if d.join(epoch, batch, stored) {
			ready = append(ready, d)
			continue
		}
		for _, i := range d.arrivals {
			verdicts[i] = errors.New("item " + batch[i].Item.ID + " is not stored yet, its sighting waits")
		}
	}
	return ready, nil
}

// returning reports whether a first edition is one of an item that was seen long
// before, which the clusterer has forgotten and the store may hold.
func returning(it news.Item) bool {
	return it.Edition <= 1 && (it.Rev > 1 || it.Carriers[0].Seen.Sub(it.FirstSeen) > Window)
}

// join completes the document from the store where need be and adds the carriers of
// its sightings. It reports whether the document can be written.
func (d *document) join(epoch int64, batch []Arrival, stored map[string]index.Stored) bool {
	if before, ok := stored[batch[d.arrivals[0]].Item.ID]; ok {
		if d.item.ID == "" {
			d.item = before.Item
		} else {
			d.item.Carriers = joined(before.Item.Carriers, d.item.Carriers)
			d.item.Edition = max(d.item.Edition, before.Item.Edition+1)
		}
		d.version = max(d.version, before.Version)
	}
	for _, i := range d.arrivals {
		a := batch[i]
		if !a.Item.Sighting {
			continue
		}
		if d.item.ID == "" || d.item.Edition < a.Item.Edition {
			return false
		}
		d.item.Carriers = joined(d.item.Carriers, a.Item.Carriers)
		d.version = max(d.version, epoch<<40|int64(a.Seq))
	}
	return true
}

// joined is the union of two lists of carriers, in the order of the first.
func joined(a, b []news.Carrier) []news.Carrier {
	out := slices.Clone(a)
	for _, one := range b {
		if !slices.ContainsFunc(out, func(has news.Carrier) bool { return has.Source == one.Source }) {
			out = append(out, one)
		}
	}
	return out
}
