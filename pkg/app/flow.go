package app

import (
	"context"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/alert"
	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
)

// steps are what the stages do; a role that is not run has none.
type steps struct {
	scraper *flow.Scraper
	rules   func() *taxonomy.Taxonomy
	cluster *flow.Clusterer
	store   flow.Store
	epoch   int64
	watcher *alert.Watcher
}

// Flow is the way of an item, from left to right. It runs over the bus, it runs as
// plain calls, and it draws the picture in the README.
func (s steps) Flow() flow.Flow {
	return flow.Flow{
		{Name: "collector", Out: flow.EntryStream, Does: "polls feeds, list pages and news sitemaps"},
		{Name: "scraper", In: flow.EntryStream, Out: "articles", Does: "reads the article's page, keeps its bytes", Step: s.scraper.Step, Batch: s.scraper.Batch(), Wait: 50 * time.Millisecond, Workers: 24},
		{Name: "tagger", In: "articles", Out: "tagged", Does: "language, tags with evidence, claims", Step: flow.Tagger(s.rules), Batch: 16, Wait: 50 * time.Millisecond, Workers: 2},
		{Name: "clusterer", In: "tagged", Out: "items", Does: "joins carriers, finds copies and stories", Step: s.cluster.Step, Reset: s.cluster.Reset, Single: true, Batch: 64, Wait: 50 * time.Millisecond},
		{Name: "indexer", In: "items", Does: "stores each item once, searchable", Sink: flow.Indexer(s.store, s.epoch), Batch: 500, Wait: 500 * time.Millisecond, Workers: 1},
		{Name: "alerter", In: "items", Does: "tells who asked to be told, and why", Sink: s.watch, Batch: 64, Wait: 200 * time.Millisecond, Workers: 1},
	}
}

// watch is the alerter's sink.
func (s steps) watch(ctx context.Context, batch []flow.Arrival) []error {
	verdicts := make([]error, len(batch))
	for i := range batch {
		if err := s.watcher.Watch(ctx, &batch[i].Item); err != nil {
			verdicts[i] = flow.Away(err)
		}
	}
	return verdicts
}
