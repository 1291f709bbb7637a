package local

import (
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"

	"github.com/sarhad-desk/sarhad/pkg/query"
)

// times finds the documents of a range: by whole days, by the hours at its edges, and,
// where an edge is within an hour, by looking at the exact time.
func (c *compiler) times(n query.Range) (search.Searcher, error) {
	firstHour, endHour := n.From, n.To
	if n.From != query.Earliest {
		firstHour = floorDiv(n.From, hour)
	}
	if n.To != query.Latest {
		endHour = -floorDiv(-n.To, hour) // the hour after the last that has a part in the range
	}
	var all []search.Searcher
	for _, part := range split(firstHour, endHour) {
		field := hourField(n.In)
		if part.days {
			field = dayField(n.In)
		}
		s, err := c.stretch(field, part.from, part.to)
		if err != nil {
			return nil, closeAll(all, err)
		}
		all = append(all, s)
	}
	s, err := c.disjunction(all, plain)
	if err != nil || whole(n.From) && whole(n.To) {
		return s, err
	}
	values, err := c.reader.DocValueReader([]string{n.In})
	if err != nil {
		return nil, closeAll([]search.Searcher{s}, err)
	}
	return searcher.NewFilteringSearcher(c.ctx, s, func(_ *search.SearchContext, d *search.DocumentMatch) bool {
		holds := false
		_ = values.VisitDocValues(d.IndexInternalID, func(_ string, term []byte) { // a document without the value is no hit
			at := number(term)
			holds = at >= n.From && at < n.To
		})
		return holds
	}), nil
}

func whole(ms int64) bool { return ms == query.Earliest || ms == query.Latest || ms%hour == 0 }

// stretch is a part of a range, from inclusive, to exclusive, in hours or days.
type part struct {
	days     bool
	from, to int64
}

// split cuts hours [first, end) into hours, days and hours.
func split(first, end int64) []part {
	firstDay, endDay := first, end
	if first != query.Earliest {
		firstDay = -floorDiv(-first, 24)
	}
	if end != query.Latest {
		endDay = floorDiv(end, 24)
	}
	if firstDay >= endDay {
		return []part{{false, first, end}}
	}
	parts := []part{{true, firstDay, endDay}}
	if first != query.Earliest && first < firstDay*24 {
		parts = append(parts, part{false, first, firstDay * 24})
	}
	if end != query.Latest && endDay*24 < end {
		parts = append(parts, part{false, endDay * 24, end})
	}
	return parts
}

// stretch finds the documents whose hour or day is in [from, to).
func (c *compiler) stretch(field string, from, to int64) (search.Searcher, error) {
	low, high := "0", "g" // before and after every sortable number
	if from != query.Earliest {
		low = sortable(from)
	}
	if to != query.Latest {
		high = sortable(to - 1)
	}
	terms, err := c.terms(c.reader.FieldDictRange(field, []byte(low), []byte(high)))
	if err != nil {
		return nil, err
	}
	return c.keys(field, terms, plain)
}
