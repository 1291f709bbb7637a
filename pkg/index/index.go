// Package index says what a store of items is: what is written, what is asked and
// what is answered.
//
// Two stores keep the promise: index/elastic for many machines, index/local for one.
// Both are held to the same suite (index/conformance), so that whoever writes a query
// need not know which store answers it. Neither decides what a query means; that is
// package query. This package holds the shapes and the little arithmetic that must
// not differ between the two: which month an item belongs to, where a bucket of a
// trend begins, what a cursor is.
package index

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

// Write is one item to be stored. A store keeps the item of the highest version it
// was ever given; of two writes of one version the later wins.
type Write struct {
	Item    news.Item
	Version int64 // from 1
}

// Outcome says what became of a Write.
type Outcome int

const (
	Done    Outcome = iota // stored durably, or a newer version already is
	Retry                  // not stored; the same write may succeed later
	Refused                // not stored, and never will be
)

func (o Outcome) String() string {
	switch o {
	case Done:
		return "done"
	case Retry:
		return "retry"
	case Refused:
		return "refused"
	}
	return fmt.Sprintf("outcome %d", int(o))
}

// Verdict is the answer to one Write.
type Verdict struct {
	Outcome Outcome
	Reason  string // why not Done
}

// Stored is an item as the store has it.
type Stored struct {
	Item    news.Item
	Version int64
}

// Order is the order of the hits. Equal ones are ordered by id.
type Order int

const (
	Newest    Order = iota // by time of publication, the latest first
	Relevance              // by score, at most MaxRelevant of them
	FirstSeen              // by time of collection, the earliest first: stable while items arrive
)

// MaxRelevant is how far one can page by relevance: scores change while items arrive.
const MaxRelevant = 1000

// MaxSize is the largest page.
const MaxSize = 1000

// Search asks for one page of the items that satisfy a query.
type Search struct {
	Query     *query.Query // nil is every item
	Order     Order
	Size      int      // hits wanted, at most MaxSize; 0 for counts only
	Cursor    string   // Results.Next of the page before, "" for the first
	Facets    []string // key fields to count the values of
	Highlight bool     // fill Hit.Spans
}

// Hit is one item found.
type Hit struct {
	Item  news.Item
	Score float64 // with Relevance only; comparable within one answer
	Spans []news.Span
}

// Count is one value of a facet, and how many items have it.
type Count struct {
	Value string
	N     int
}

// FacetSize is how many values a facet lists, the most frequent first.
const FacetSize = 20

// Results is one page.
type Results struct {
	Total   int // items that satisfy the query, exact
	Hits    []Hit
	Next    string // cursor of the next page, "" on the last
	Facets  map[string][]Count
	Partial string // why the answer may lack items, "" where it is whole
}

// Check answers why an item can be stored by no store, or "".
func Check(w Write) string {
	it := &w.Item
	switch {
	case it.ID == "" || len(it.ID) > 200 || !utf8.ValidString(it.ID):
		return "the id is empty, longer than 200 bytes or not UTF-8"
	case it.Schema != news.Schema:
		return fmt.Sprintf("the schema is %d, expected %d", it.Schema, news.Schema)
	case w.Version < 1:
		return fmt.Sprintf("the version is %d, expected 1 or more", w.Version)
	case it.FirstSeen.Year() < 1970 || it.FirstSeen.Year() > 2200:
		return fmt.Sprintf("first seen in the year %d", it.FirstSeen.Year())
	case !it.Published.IsZero() && (it.Published.Year() < 1 || it.Published.Year() > 9999):
		return fmt.Sprintf("published in the year %d", it.Published.Year())
	case len(it.Claims) > MaxClaims:
		return fmt.Sprintf("%d claims, at most %d", len(it.Claims), MaxClaims)
	case len(it.Text) > MaxText || len(it.Summary) > MaxText || len(it.Title) > MaxText:
		return fmt.Sprintf("a text of more than %d bytes", MaxText)
	}
	return ""
}

// Bounds of one item.
const (
	MaxClaims = 2000
	MaxText   = 8 << 20
)

// Month is the name of the month an item is kept under, as in "2026.11".
func Month(it *news.Item) string { return it.FirstSeen.UTC().Format("2006.01") }

// Everything is the query of every item.
func Everything() *query.Query { return &query.Query{Root: query.All{}} }

// Asked answers the query of a search or a trend, which may be nil.
func Asked(q *query.Query) *query.Query {
	if q == nil {
		return Everything()
	}
	return q
}

// Fields answers an error where a facet or a series is asked for by a field that is no
// key field.
func Fields(names ...string) error {
	for _, name := range names {
		known := false
		for _, k := range query.KeyFields() {
			known = known || k == name
		}
		if !known || name == "id" || name == "url" {
			return fmt.Errorf("index: items cannot be counted by %q", name)
		}
	}
	return nil
}

// Time turns the milliseconds of query.Published and query.Seen into a time.
func Time(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
