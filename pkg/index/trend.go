package index

import (
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/query"
)

// Trend asks how many items there were over time, by time of publication. Items whose
// date lay in the future when they were collected are left out.
type Trend struct {
	Query    *query.Query // nil is every item
	By       string       // a key field to make one series of each value of, or ""
	Only     []string     // the values wanted; empty for the Series most frequent
	Series   int          // at most this many series; 0 is 20
	Interval string       // hour, day, week (from Monday) or month
	Zone     *time.Location
	From, To time.Time // [From, To); the first bucket begins at or before From
}

// Buckets is the answer to a Trend. Every series has one count for each bucket.
type Buckets struct {
	Starts  []time.Time
	Series  map[string][]int
	Total   []int  // items, whatever their values
	Partial string // why the answer may lack items, "" where it is whole
}

// MaxBuckets bounds the length of a trend.
const MaxBuckets = 10_000

// MaxSeries bounds the number of series of a trend.
const MaxSeries = 100

// Bounds checks a trend and answers the starts of its buckets and, last, the end of
// the last one.
func (t Trend) Bounds() ([]time.Time, error) {
	if t.By != "" {
		if err := Fields(t.By); err != nil {
			return nil, err
		}
	}
	if t.Series < 0 || t.Series > MaxSeries || len(t.Only) > MaxSeries {
		return nil, fmt.Errorf("index: more than %d series", MaxSeries)
	}
	if !t.From.Before(t.To) {
		return nil, errors.New("index: the trend ends before it begins")
	}
	at, err := floor(t.From.In(t.zone()), t.Interval)
	if err != nil {
		return nil, err
	}
	var bounds []time.Time
	for ; at.Before(t.To); at = next(at, t.Interval) {
		if bounds = append(bounds, at); len(bounds) > MaxBuckets {
			return nil, fmt.Errorf("index: the trend has more than %d buckets", MaxBuckets)
		}
	}
	return append(bounds, at), nil
}

func (t Trend) zone() *time.Location {
	if t.Zone == nil {
		return time.UTC
	}
	return t.Zone
}

// floor answers the beginning of the hour, day, week or month that holds at. Hours are
// those of the clock in the zone of at, so that those of Kabul begin at half past.
func floor(at time.Time, interval string) (time.Time, error) {
	y, m, d := at.Date()
	switch interval {
	case "hour":
		into := time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second + time.Duration(at.Nanosecond())
		return at.Add(-into), nil
	case "day":
		return time.Date(y, m, d, 0, 0, 0, 0, at.Location()), nil
	case "week":
		return time.Date(y, m, d-(int(at.Weekday())+6)%7, 0, 0, 0, 0, at.Location()), nil
	case "month":
		return time.Date(y, m, 1, 0, 0, 0, 0, at.Location()), nil
	}
	return at, fmt.Errorf("index: interval %q, expected hour, day, week or month", interval)
}

func next(at time.Time, interval string) time.Time {
	y, m, d := at.Date()
	switch interval {
	case "hour":
		return at.Add(time.Hour)
	case "day":
		return time.Date(y, m, d+1, 0, 0, 0, 0, at.Location())
	case "week":
		return time.Date(y, m, d+7, 0, 0, 0, 0, at.Location())
	}
	return time.Date(y, m+1, 1, 0, 0, 0, 0, at.Location())
}

// Bucket answers the index of the bucket of bounds that holds a time in milliseconds,
// or -1.
func Bucket(bounds []int64, at int64) int {
	i := sort.Search(len(bounds), func(i int) bool { return bounds[i] > at }) - 1
	if i == len(bounds)-1 {
		return -1
	}
	return i
}

// Millis turns bounds into milliseconds since 1970.
func Millis(bounds []time.Time) []int64 {
	ms := make([]int64, len(bounds))
	for i, b := range bounds {
		ms[i] = b.UnixMilli()
	}
	return ms
}

// Counted is the query of the items a trend counts. Buckets at the ends count only
// what lies in [From, To).
func (t Trend) Counted() *query.Query {
	return Asked(t.Query).And(
		query.Range{In: "published", From: t.From.UnixMilli(), To: t.To.UnixMilli()},
		query.Not{Of: query.Keys{In: "is", Any: []string{"future"}}},
	)
}

// Behind is the query of the items behind one count: a search for it finds as many as
// the bucket counts. Value is "" for the total.
func (t Trend) Behind(start, end time.Time, value string) *query.Query {
	from, to := max(start.UnixMilli(), t.From.UnixMilli()), min(end.UnixMilli(), t.To.UnixMilli())
	q := t.Counted().And(query.Range{In: "published", From: from, To: to})
	if value != "" {
		q = q.And(query.Keys{In: t.By, Any: []string{value}})
	}
	return q
}

// Wanted answers how many series to answer.
func (t Trend) Wanted() int {
	if t.Series == 0 {
		return 20
	}
	return t.Series
}
