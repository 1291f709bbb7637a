package local

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/blevesearch/bleve/v2/search"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

// Trend counts the items of a query over time.
func (s *Store) Trend(ctx context.Context, ask index.Trend) (*index.Buckets, error) {
	bounds, err := ask.Bounds()
	if err != nil {
		return nil, err
	}
	reader, release, err := s.reader()
	if err != nil {
		return nil, err
	}
	defer release()
	fields := []string{"published"}
	if ask.By != "" {
		fields = append(fields, ask.By)
	}
	values, err := reader.DocValueReader(fields)
	if err != nil {
		return nil, fmt.Errorf("index in %s: trend: %w", s.dir, err)
	}
	b := &index.Buckets{Starts: bounds[:len(bounds)-1], Series: map[string][]int{}, Total: make([]int, len(bounds)-1)}
	edges := index.Millis(bounds)
	var names []string
	err = visit(ctx, reader, ask.Counted(), plain, func(d *search.DocumentMatch) error {
		at := -1
		names = names[:0]
		err := values.VisitDocValues(d.IndexInternalID, func(field string, term []byte) {
			if field == "published" {
				at = index.Bucket(edges, number(term))
			} else {
				names = append(names, string(term))
			}
		})
		if at < 0 {
			return err
		}
		b.Total[at]++
		for _, name := range names {
			if b.Series[name] == nil {
				b.Series[name] = make([]int, len(b.Total))
			}
			b.Series[name][at]++
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("index in %s: trend: %w", s.dir, err)
	}
	keep(b.Series, ask)
	return b, nil
}

// keep leaves the series that were asked for, or the largest.
func keep(series map[string][]int, ask index.Trend) {
	if len(ask.Only) > 0 {
		maps.DeleteFunc(series, func(name string, _ []int) bool { return !slices.Contains(ask.Only, name) })
		return
	}
	sum := func(name string) (n int) {
		for _, c := range series[name] {
			n += c
		}
		return n
	}
	names := slices.SortedFunc(maps.Keys(series), func(a, b string) int { return cmp.Or(cmp.Compare(sum(b), sum(a)), cmp.Compare(a, b)) })
	for _, name := range names[min(len(names), ask.Wanted()):] {
		delete(series, name)
	}
}

// Scan calls each for every item of a query, in the order in which they were first
// seen. What is written meanwhile is not seen.
func (s *Store) Scan(ctx context.Context, q *query.Query, each func(index.Stored) error) error {
	reader, release, err := s.reader()
	if err != nil {
		return err
	}
	defer release()
	values, err := reader.DocValueReader([]string{"seen", fieldID})
	if err != nil {
		return fmt.Errorf("index in %s: scan: %w", s.dir, err)
	}
	var all []candidate
	err = visit(ctx, reader, index.Asked(q), plain, func(d *search.DocumentMatch) error {
		var h candidate
		err := values.VisitDocValues(d.IndexInternalID, func(field string, term []byte) {
			if field == fieldID {
				h.id = string(term)
			} else {
				h.at = number(term)
			}
		})
		all = append(all, h)
		return err
	})
	if err != nil {
		return fmt.Errorf("index in %s: scan: %w", s.dir, err)
	}
	t := top{order: index.FirstSeen}
	slices.SortFunc(all, t.compare)
	for _, h := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		stored, err := load(reader, h.id, true)
		if err != nil {
			return fmt.Errorf("index in %s: item %s: %w", s.dir, h.id, err)
		}
		if err := each(stored); err != nil {
			return err
		}
	}
	return nil
}
