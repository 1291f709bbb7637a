package index

import (
	"errors"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestBuckets(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for name, c := range map[string]struct {
		trend       Trend
		first, last string // beginning of the first bucket, end of the last
		buckets     int
	}{
		"days in UTC":              {Trend{Interval: "day", From: at("2026-11-03T04:00:00Z"), To: at("2026-11-05T00:00:00Z")}, "2026-11-03T00:00:00Z", "2026-11-05T00:00:00Z", 2},
		"days in Kabul":            {Trend{Interval: "day", Zone: zone(t, "Asia/Kabul"), From: at("2026-11-03T20:00:00Z"), To: at("2026-11-05T00:00:00Z")}, "2026-11-03T19:30:00Z", "2026-11-05T19:30:00Z", 2},
		"hours in Kabul":           {Trend{Interval: "hour", Zone: zone(t, "Asia/Kabul"), From: at("2026-11-03T20:00:00Z"), To: at("2026-11-03T22:00:00Z")}, "2026-11-03T19:30:00Z", "2026-11-03T22:30:00Z", 3},
		"weeks begin on Monday":    {Trend{Interval: "week", From: at("2026-11-01T00:00:00Z"), To: at("2026-11-09T00:00:01Z")}, "2026-10-26T00:00:00Z", "2026-11-16T00:00:00Z", 3},
		"months over the new year": {Trend{Interval: "month", From: at("2026-11-15T00:00:00Z"), To: at("2027-02-01T00:00:00Z")}, "2026-11-01T00:00:00Z", "2027-02-01T00:00:00Z", 3},
		"a day of 25 hours":        {Trend{Interval: "day", Zone: zone(t, "Europe/London"), From: at("2026-10-25T10:00:00Z"), To: at("2026-10-26T00:00:00Z")}, "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z", 1},
		"its hours":                {Trend{Interval: "hour", Zone: zone(t, "Europe/London"), From: at("2026-10-24T23:00:00Z"), To: at("2026-10-26T00:00:00Z")}, "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z", 25},
	} {
		bounds, err := c.trend.Bounds()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(bounds)-1 != c.buckets || !bounds[0].Equal(at(c.first)) || !bounds[len(bounds)-1].Equal(at(c.last)) {
			t.Errorf("%s: %d buckets from %v to %v", name, len(bounds)-1, bounds[0].UTC(), bounds[len(bounds)-1].UTC())
		}
		edges := Millis(bounds)
		for i, b := range bounds[:len(bounds)-1] {
			if Bucket(edges, b.UnixMilli()) != i || Bucket(edges, b.UnixMilli()-1) != i-1 {
				t.Errorf("%s: bucket %d does not begin where it begins", name, i)
			}
		}
		if got := Bucket(edges, edges[len(edges)-1]); got != -1 {
			t.Errorf("%s: the end is in bucket %d", name, got)
		}
	}
}

func TestCursorsComeBack(t *testing.T) {
	now := time.Date(2026, 11, 15, 10, 0, 0, 0, time.UTC)
	parse := func(text string, now time.Time) *query.Query {
		q, err := query.Parse(text, nil, now)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	s := Search{Query: parse("torkham published:<2h", now), Size: 10}
	s.Cursor = After(s, 1234, "abc", 10)
	if c, err := Start(s); err != nil || c.At != 1234 || c.ID != "abc" {
		t.Errorf("%v, %v", c, err)
	}
	s.Query = parse("torkham published:<2h", now.Add(time.Minute))
	if _, err := Start(s); err != nil {
		t.Errorf("the same question a minute later: %v", err)
	}
	s.Query = parse("chaman published:<2h", now)
	if _, err := Start(s); !errors.Is(err, ErrCursor) {
		t.Errorf("another question: %v", err)
	}
	if got := After(Search{Order: Relevance}, 0, "", MaxRelevant); got != "" {
		t.Errorf("by relevance one pages on after %d hits", MaxRelevant)
	}
}

func TestMonthIsTheOneFirstSeen(t *testing.T) {
	it := &news.Item{FirstSeen: time.Date(2026, 12, 1, 3, 0, 0, 0, time.FixedZone("", 5*3600)), Published: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
	if got := Month(it); got != "2026.11" {
		t.Errorf("month %s", got)
	}
}
