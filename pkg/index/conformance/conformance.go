// Package conformance is the promise of package index as a test suite.
//
// A store passes if it answers as the matcher of package query does: for every query
// here, written and random, in every script, the sets of ids are equal, the counts are
// those one gets by clicking through, pages neither lose nor repeat an item, and an
// older version never replaces a newer one.
package conformance

import (
	"context"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

// Writer stores and finds items by id.
type Writer interface {
	Write(context.Context, []index.Write) ([]index.Verdict, error)
	Get(context.Context, []string) (map[string]index.Stored, error)
	Refresh(context.Context) error
}

// Reader answers queries.
type Reader interface {
	Search(context.Context, index.Search) (*index.Results, error)
	Trend(context.Context, index.Trend) (*index.Buckets, error)
	Scan(context.Context, *query.Query, func(index.Stored) error) error
}

// Store is a store under test.
type Store interface {
	Writer
	Reader
}

// Run holds a store to the suite. Open answers a new, empty store and closes it when
// the test ends.
func Run(t *testing.T, open func(t *testing.T) Store) {
	t.Run("queries", func(t *testing.T) { queries(t, open(t)) })
	t.Run("versions", func(t *testing.T) { versions(t, open(t)) })
	t.Run("verdicts", func(t *testing.T) { verdicts(t, open(t)) })
	t.Run("get", func(t *testing.T) { get(t, open(t)) })
	t.Run("pages", func(t *testing.T) { pages(t, open(t)) })
	t.Run("facets", func(t *testing.T) { facets(t, open(t)) })
	t.Run("trends", func(t *testing.T) { trends(t, open(t)) })
	t.Run("scan", func(t *testing.T) { scan(t, open(t)) })
	t.Run("highlights", func(t *testing.T) { highlights(t, open(t)) })
	t.Run("faults", func(t *testing.T) { faults(t, open(t)) })
}

// fill writes items with version 1 and makes them findable.
func fill(t *testing.T, s Store, writes []index.Write) {
	t.Helper()
	for len(writes) > 0 {
		n := min(len(writes), 100)
		got, err := s.Write(t.Context(), writes[:n])
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range got {
			if v.Outcome != index.Done {
				t.Fatalf("item %s: %s: %s", writes[i].Item.ID, v.Outcome, v.Reason)
			}
		}
		writes = writes[n:]
	}
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// ids pages through a search and answers what it lists, in order.
func ids(t *testing.T, s Store, ask index.Search) []string {
	t.Helper()
	var all []string
	for {
		r, err := s.Search(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if r.Partial != "" {
			t.Fatalf("partial: %s", r.Partial)
		}
		for _, h := range r.Hits {
			all = append(all, h.Item.ID)
		}
		if r.Next == "" {
			if ask.Order != index.Relevance && len(all) != r.Total {
				t.Errorf("listed %d items of %d", len(all), r.Total)
			}
			return all
		}
		if ask.Cursor = r.Next; len(r.Hits) == 0 {
			t.Fatal("an empty page is not the last")
		}
	}
}
