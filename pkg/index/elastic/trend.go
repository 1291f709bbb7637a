package elastic

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/index"
)

// histogram is what a date_histogram answers.
type histogram struct {
	Buckets []struct {
		At int64 `json:"key"` // milliseconds since 1970
		N  int   `json:"doc_count"`
	} `json:"buckets"`
}

// fill adds the counts of a histogram to those of the buckets of a trend.
func (h histogram) fill(counts []int, edges []int64) {
	for _, b := range h.Buckets {
		if at := index.Bucket(edges, max(b.At, edges[0])); at >= 0 {
			counts[at] += b.N
		}
	}
}

// Trend counts the items of a query over time.
func (s *Store) Trend(ctx context.Context, ask index.Trend) (*index.Buckets, error) {
	bounds, err := ask.Bounds()
	if err != nil {
		return nil, err
	}
	edges := index.Millis(bounds)
	b := &index.Buckets{Starts: bounds[:len(bounds)-1], Series: map[string][]int{}, Total: make([]int, len(bounds)-1)}
	over := object{"date_histogram": object{"field": "published", "calendar_interval": ask.Interval, "time_zone": zone(ask), "min_doc_count": 1}}
	body := object{"query": searchable(ask.Counted(), false), "size": 0, "aggs": object{"over": over}}
	if ask.By != "" && len(ask.Only) == 0 {
		body["aggs"].(object)["names"] = terms(ask.By, ask.Wanted())
	}
	a, err := s.find(ctx, body)
	if err != nil {
		return nil, err
	}
	b.Partial = a.partial()
	var total histogram
	if err := a.read("over", &total); err != nil {
		return nil, err
	}
	total.fill(b.Total, edges)
	names := ask.Only
	if ask.By != "" && len(names) == 0 {
		var list bucketList
		if err := a.read("names", &list); err != nil {
			return nil, err
		}
		for _, v := range list.Buckets {
			names = append(names, v.Key)
		}
	}
	if len(names) == 0 {
		return b, nil
	}
	return b, s.series(ctx, ask, names, over, edges, b)
}

// series counts each of the values by itself, which is exact however many shards
// there are.
func (s *Store) series(ctx context.Context, ask index.Trend, names []string, over object, edges []int64, b *index.Buckets) error {
	a, err := s.find(ctx, object{
		"query": searchable(ask.Counted(), false), "size": 0,
		"aggs": object{"names": object{
			"terms": object{"field": "k." + ask.By, "include": names, "size": len(names)},
			"aggs":  object{"over": over},
		}},
	})
	if err != nil {
		return err
	}
	var list bucketList
	if err := a.read("names", &list); err != nil {
		return err
	}
	for _, v := range list.Buckets {
		counts := make([]int, len(b.Total))
		v.Over.fill(counts, edges)
		b.Series[v.Key] = counts
	}
	if reason := a.partial(); reason != "" {
		b.Partial = strings.TrimPrefix(b.Partial+"; "+reason, "; ")
	}
	return nil
}

// read decodes an aggregation; where there is no index yet, there is none.
func (a *answer) read(name string, out any) error {
	raw := a.Aggregations[name]
	if raw == nil {
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("elasticsearch: aggregation %s: %w", name, err)
	}
	return nil
}

// zone names the zone of a trend as the cluster understands it: by its name where that
// means the same there, else by its offset.
func zone(ask index.Trend) string {
	if ask.Zone == nil {
		return "UTC"
	}
	known, err := time.LoadLocation(ask.Zone.String())
	if err == nil && ask.Zone != time.Local && ask.From.In(known).Format("-07:00") == ask.From.In(ask.Zone).Format("-07:00") {
		return known.String()
	}
	return ask.From.In(ask.Zone).Format("-07:00")
}
