package elastic

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

// kept are the parts of a document that an item is put together from.
const kept = "title,summary,text,item"

// answer is what a search answers.
type answer struct {
	TimedOut bool `json:"timed_out"`
	Shards   struct {
		Total    int     `json:"total"`
		Failed   int     `json:"failed"`
		Failures []shard `json:"failures"`
	} `json:"_shards"`
	Hits struct {
		Total struct {
			Value int `json:"value"`
		} `json:"total"`
		Hits []struct {
			ID      string            `json:"_id"`
			Version int64             `json:"_version"`
			Score   float64           `json:"_score"`
			Source  document          `json:"_source"`
			Sort    []json.RawMessage `json:"sort"`
		} `json:"hits"`
	} `json:"hits"`
	Aggregations map[string]json.RawMessage `json:"aggregations"`
}

// partial says why an answer may lack items.
func (a *answer) partial() string {
	var reasons []string
	if a.TimedOut {
		reasons = append(reasons, "the time ran out")
	}
	if a.Shards.Failed > 0 {
		reason := fmt.Sprintf("%d of %d shards failed", a.Shards.Failed, a.Shards.Total)
		if len(a.Shards.Failures) > 0 && a.Shards.Failures[0].Reason != nil {
			reason += ": " + a.Shards.Failures[0].Reason.deepest()
		}
		reasons = append(reasons, reason)
	}
	return strings.Join(reasons, "; ")
}

// find sends one search. A cluster without any index yet has no items.
func (s *Store) find(ctx context.Context, body object) (*answer, error) {
	body["timeout"] = fmt.Sprintf("%dms", s.cfg.Timeout.Milliseconds()*2/3)
	body["track_total_hits"] = true
	var a answer
	err := s.ask(ctx, http.MethodPost, "/"+s.cfg.Index+"/_search?allow_partial_search_results=true", body, &a)
	if missing(err) {
		return &answer{}, nil
	}
	return &a, err
}

// Search answers one page of the items that satisfy a query.
func (s *Store) Search(ctx context.Context, ask index.Search) (*index.Results, error) {
	after, err := index.Start(ask)
	if err != nil {
		return nil, err
	}
	a, err := s.find(ctx, page(ask, after))
	if err != nil {
		return nil, err
	}
	r := &index.Results{Total: a.Hits.Total.Value, Hits: []index.Hit{}, Partial: a.partial()}
	if err := facets(ask, a, r); err != nil {
		return nil, err
	}
	hits := a.Hits.Hits[:min(len(a.Hits.Hits), ask.Size)]
	for i := range hits {
		hit := index.Hit{Item: hits[i].Source.item()}
		if ask.Order == index.Relevance {
			hit.Score = hits[i].Score
		}
		if ask.Highlight {
			hit.Spans, _ = index.Asked(ask.Query).Match(&hit.Item)
		}
		r.Hits = append(r.Hits, hit)
	}
	if len(a.Hits.Hits) > ask.Size && len(hits) > 0 {
		last, listed := &r.Hits[len(hits)-1].Item, len(hits)
		if after != nil {
			listed += after.Skip
		}
		at := query.Published(last)
		if ask.Order == index.FirstSeen {
			at = query.Seen(last)
		}
		r.Next = index.After(ask, at, last.ID, listed)
	}
	return r, nil
}

// page is the body of a search.
func page(ask index.Search, after *index.Cursor) object {
	body := object{
		"query": searchable(index.Asked(ask.Query), ask.Order == index.Relevance),
		"size":  0, "_source": strings.Split(kept, ","), "sort": order(ask.Order),
	}
	if ask.Size > 0 {
		body["size"] = ask.Size + 1 // one more tells whether there is a next page
	}
	if after != nil && ask.Order == index.Relevance {
		body["from"] = after.Skip
	} else if after != nil {
		body["search_after"] = []any{after.At, after.ID}
	}
	if len(ask.Facets) > 0 {
		aggs := object{}
		for _, field := range ask.Facets {
			aggs[field] = terms(field, index.FacetSize)
		}
		body["aggs"] = aggs
	}
	return body
}

func order(o index.Order) []object {
	id := object{"k.id": "asc"}
	switch o {
	case index.Relevance:
		return []object{{"_score": "desc"}, {"published": "desc"}, id}
	case index.FirstSeen:
		return []object{{"seen": "asc"}, id}
	}
	return []object{{"published": "desc"}, id}
}

// terms counts the values of a key field. Each shard lists far more than are asked for,
// so that their sums are exact for all but fields of thousands of values.
func terms(field string, size int) object {
	return object{"terms": object{"field": "k." + field, "size": size, "shard_size": 5000}}
}

// bucketList is what a terms aggregation answers.
type bucketList struct {
	Error   int `json:"doc_count_error_upper_bound"`
	Buckets []struct {
		Key  string    `json:"key"`
		N    int       `json:"doc_count"`
		Over histogram `json:"over"`
	} `json:"buckets"`
}

func facets(ask index.Search, a *answer, r *index.Results) error {
	if len(ask.Facets) == 0 {
		return nil
	}
	r.Facets = map[string][]index.Count{}
	for _, field := range ask.Facets {
		counts := []index.Count{}
		if raw := a.Aggregations[field]; raw != nil {
			var list bucketList
			if err := json.Unmarshal(raw, &list); err != nil {
				return fmt.Errorf("elasticsearch: facet %s: %w", field, err)
			}
			for _, b := range list.Buckets {
				counts = append(counts, index.Count{Value: b.Key, N: b.N})
			}
			if list.Error > 0 {
				r.Partial = strings.TrimPrefix(fmt.Sprintf("%s; counts by %s may be too low by up to %d", r.Partial, field, list.Error), "; ")
			}
		}
		slices.SortFunc(counts, func(a, b index.Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value)) })
		r.Facets[field] = counts
	}
	return nil
}

// scanPage is how many items Scan asks for at once.
const scanPage = 500

// Scan calls each for every item of a query, in the order in which they were first
// seen. That order does not change, so items that arrive meanwhile are met at the end
// or not at all, and none twice.
func (s *Store) Scan(ctx context.Context, q *query.Query, each func(index.Stored) error) error {
	body := object{
		"query": searchable(index.Asked(q), false), "size": scanPage, "version": true,
		"_source": strings.Split(kept, ","), "sort": order(index.FirstSeen),
	}
	for {
		a, err := s.find(ctx, body)
		if err != nil {
			return err
		}
		if reason := a.partial(); reason != "" {
			return fmt.Errorf("elasticsearch: scan: %s", reason)
		}
		for i := range a.Hits.Hits {
			h := &a.Hits.Hits[i]
			if err := each(index.Stored{Item: h.Source.item(), Version: h.Version}); err != nil {
				return err
			}
		}
		if len(a.Hits.Hits) < scanPage {
			return nil
		}
		body["search_after"] = a.Hits.Hits[scanPage-1].Sort
	}
}
