package local

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2/search"
	bleve "github.com/blevesearch/bleve_index_api"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

// Search answers one page of the items that satisfy a query.
func (s *Store) Search(ctx context.Context, ask index.Search) (*index.Results, error) {
	after, err := index.Start(ask)
	if err != nil {
		return nil, err
	}
	reader, release, err := s.reader()
	if err != nil {
		return nil, err
	}
	defer release()
	t := newTop(ask, after)
	found, err := s.collect(ctx, reader, ask, t)
	if err != nil {
		return nil, fmt.Errorf("index in %s: search: %w", s.dir, err)
	}
	hits := t.sorted()
	if after != nil && ask.Order == index.Relevance {
		hits = hits[min(after.Skip, len(hits)):]
	}
	more := len(hits) > ask.Size
	hits = hits[:min(len(hits), ask.Size)]
	for _, h := range hits {
		stored, err := load(reader, h.id, true)
		if err != nil {
			return nil, fmt.Errorf("index in %s: item %s: %w", s.dir, h.id, err)
		}
		hit := index.Hit{Item: stored.Item, Score: h.score}
		if ask.Highlight {
			hit.Spans, _ = index.Asked(ask.Query).Match(&hit.Item)
		}
		found.Hits = append(found.Hits, hit)
	}
	if more && len(hits) > 0 {
		last := hits[len(hits)-1]
		listed := len(hits)
		if after != nil {
			listed += after.Skip
		}
		found.Next = index.After(ask, last.at, last.id, listed)
	}
	return found, nil
}

// collect counts all hits and hands each to t.
func (s *Store) collect(ctx context.Context, reader bleve.IndexReader, ask index.Search, t *top) (*index.Results, error) {
	found := &index.Results{Hits: []index.Hit{}}
	var facets *tally
	if len(ask.Facets) > 0 {
		values, err := reader.DocValueReader(ask.Facets)
		if err != nil {
			return nil, err
		}
		facets = newTally(values)
		found.Facets = map[string][]index.Count{}
	}
	times, err := reader.DocValueReader([]string{t.time})
	if err != nil {
		return nil, err
	}
	ids, err := reader.DocValueReader([]string{fieldID})
	if err != nil {
		return nil, err
	}
	o := plain
	if ask.Order == index.Relevance {
		o = scored
	}
	err = visit(ctx, reader, index.Asked(ask.Query), o, func(d *search.DocumentMatch) error {
		found.Total++
		if facets != nil {
			if err := facets.add(d.IndexInternalID); err != nil {
				return err
			}
		}
		if t.size == 0 {
			return nil
		}
		return t.offer(d, times, ids)
	})
	for _, name := range ask.Facets {
		found.Facets[name] = facets.counts(name)
	}
	return found, err
}

// visit calls each for every document that satisfies q.
func visit(ctx context.Context, reader bleve.IndexReader, q *query.Query, o search.SearcherOptions, each func(*search.DocumentMatch) error) error {
	ctx = context.WithValue(ctx, search.GetScoringModelCallbackKey, search.GetScoringModelCallbackFn(func() string { return bleve.BM25Scoring }))
	c := compiler{ctx: ctx, reader: reader}
	s, err := c.node(q.Root, o)
	if err != nil {
		return err
	}
	defer s.Close()
	pool := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(s.DocumentMatchPoolSize()+1, 0), IndexReader: reader}
	for n := 0; ; n++ {
		if n%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		d, err := s.Next(pool)
		if err != nil || d == nil {
			return err
		}
		if err := each(d); err != nil {
			return err
		}
		pool.DocumentMatchPool.Put(d)
	}
}

// candidate is a hit before its item is read.
type candidate struct {
	id    string
	at    int64 // the time the order goes by
	score float64
}

// top keeps the first hits of an order; as a heap, its root is the last of them.
type top struct {
	order index.Order
	time  string // the field of candidate.at
	after *index.Cursor
	size  int
	kept  []candidate
}

func newTop(ask index.Search, after *index.Cursor) *top {
	t := &top{order: ask.Order, time: "published", after: after}
	if ask.Order == index.FirstSeen {
		t.time = "seen"
	}
	if ask.Size > 0 {
		t.size = ask.Size + 1 // one more tells whether there is a next page
		if ask.Order == index.Relevance && after != nil {
			t.size += after.Skip
		}
	}
	return t
}

// compare orders two hits; ids are compared where both are known.
func (t *top) compare(a, b candidate) int {
	c := 0
	switch t.order {
	case index.Newest:
		c = cmp.Compare(b.at, a.at)
	case index.FirstSeen:
		c = cmp.Compare(a.at, b.at)
	case index.Relevance:
		c = cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.at, a.at))
	}
	return cmp.Or(c, cmp.Compare(a.id, b.id))
}

// offer takes a hit in if it belongs to the first ones after the cursor.
func (t *top) offer(d *search.DocumentMatch, times, ids bleve.DocValueReader) error {
	h := candidate{score: d.Score}
	if err := times.VisitDocValues(d.IndexInternalID, func(_ string, term []byte) { h.at = number(term) }); err != nil {
		return err
	}
	// The id is read only where the time or the score leaves a chance.
	if len(t.kept) == t.size && t.compare(h, t.kept[0]) > 0 {
		return nil
	}
	if err := ids.VisitDocValues(d.IndexInternalID, func(_ string, term []byte) { h.id = string(term) }); err != nil {
		return err
	}
	if t.after != nil && t.order != index.Relevance && t.compare(h, candidate{id: t.after.ID, at: t.after.At}) <= 0 {
		return nil
	}
	if len(t.kept) < t.size {
		heap.Push(t, h)
	} else if t.compare(h, t.kept[0]) < 0 {
		t.kept[0] = h
		heap.Fix(t, 0)
	}
	return nil
}

func (t *top) sorted() []candidate {
	slices.SortFunc(t.kept, t.compare)
	return t.kept
}

func (t *top) Len() int           { return len(t.kept) }
func (t *top) Less(i, j int) bool { return t.compare(t.kept[i], t.kept[j]) > 0 }
func (t *top) Swap(i, j int)      { t.kept[i], t.kept[j] = t.kept[j], t.kept[i] }
func (t *top) Push(x any)         { t.kept = append(t.kept, x.(candidate)) }
func (t *top) Pop() any {
	last := t.kept[len(t.kept)-1]
	t.kept = t.kept[:len(t.kept)-1]
	return last
}

// tally counts the values of fields.
type tally struct {
	values bleve.DocValueReader
	n      map[string]map[string]*int
}

func newTally(values bleve.DocValueReader) *tally {
	return &tally{values: values, n: map[string]map[string]*int{}}
}

func (t *tally) add(id bleve.IndexInternalID) error {
	return t.values.VisitDocValues(id, func(field string, term []byte) {
		if n := t.n[field][string(term)]; n != nil {
			*n++
			return
		}
		if t.n[field] == nil {
			t.n[field] = map[string]*int{}
		}
		one := 1
		t.n[field][string(term)] = &one
	})
}

// counts lists the most frequent values of a field, equal ones by name.
func (t *tally) counts(field string) []index.Count {
	all := []index.Count{}
	for v, n := range t.n[field] {
		all = append(all, index.Count{Value: v, N: *n})
	}
	slices.SortFunc(all, func(a, b index.Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value)) })
	return all[:min(len(all), index.FacetSize)]
}
