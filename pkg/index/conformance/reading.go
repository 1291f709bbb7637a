package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/query"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// pages checks the orders, and that pages neither lose nor repeat while items arrive.
func pages(t *testing.T, s Store) {
	all := items(230)
	for i := range all[:40] { // many of one moment
		all[i].Item.FirstSeen, all[i].Item.Published = begin, begin
	}
	fill(t, s, all[:200])
	for _, c := range []struct {
		order index.Order
		by    func(*news.Item) int64
	}{
		{index.Newest, func(it *news.Item) int64 { return -query.Published(it) }},
		{index.FirstSeen, func(it *news.Item) int64 { return query.Seen(it) }},
	} {
		var want []string
		ordered := slices.Clone(all[:200])
		slices.SortFunc(ordered, func(a, b index.Write) int {
			return cmp.Or(cmp.Compare(c.by(&a.Item), c.by(&b.Item)), cmp.Compare(a.Item.ID, b.Item.ID))
		})
		for _, w := range ordered {
			want = append(want, w.Item.ID)
		}
		for _, size := range []int{1000, 200, 50, 7} {
			if diff := gocmp.Diff(want, ids(t, s, index.Search{Order: c.order, Size: size})); diff != "" {
				t.Errorf("order %d, pages of %d: (-want +got)\n%s", c.order, size, diff)
			}
		}
	}
	relevance(t, s)

	ask := index.Search{Order: index.FirstSeen, Size: 90}
	first, err := s.Search(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	for i := range all[200:] {
		all[200+i].Item.FirstSeen = now.Add(time.Duration(i) * time.Second)
	}
	fill(t, s, all[200:])
	ask.Cursor = first.Next
	rest := ids2(t, s, ask)
	listed := map[string]int{}
	for _, h := range first.Hits {
		listed[h.Item.ID]++
	}
	for _, id := range rest {
		listed[id]++
	}
	for _, w := range all {
		if listed[w.Item.ID] != 1 {
			t.Errorf("item %s is listed %d times while items arrive", w.Item.ID, listed[w.Item.ID])
		}
	}
}

// ids2 is ids for a search that begins in the middle.
func ids2(t *testing.T, s Store, ask index.Search) []string {
	t.Helper()
	var all []string
	for {
		r, err := s.Search(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.Hits {
			all = append(all, h.Item.ID)
		}
		if r.Next == "" {
			return all
		}
		ask.Cursor = r.Next
	}
}

// relevance checks that a search by score lists each hit once, the better first.
func relevance(t *testing.T, s Store) {
	t.Helper()
	q, err := query.Parse("torkham OR TTP OR wakhan OR طورخم", names{}, now)
	if err != nil {
		t.Fatal(err)
	}
	ask := index.Search{Query: q, Order: index.Relevance, Size: 20}
	listed := map[string]bool{}
	last, total := 0.0, 0
	for page := 0; ; page++ {
		r, err := s.Search(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		for i, h := range r.Hits {
			if (page > 0 || i > 0) && h.Score > last {
				t.Errorf("score %g after %g", h.Score, last)
			}
			last = h.Score
			if listed[h.Item.ID] {
				t.Errorf("%s is listed twice", h.Item.ID)
			}
			listed[h.Item.ID] = true
		}
		total = r.Total
		if ask.Cursor = r.Next; ask.Cursor == "" {
			break
		}
	}
	if len(listed) != total || total == 0 || last <= 0 {
		t.Errorf("by relevance %d items of %d, the last with the score %g", len(listed), total, last)
	}
}

// facets checks counts of values against what one finds by clicking on them.
func facets(t *testing.T, s Store) {
	fill(t, s, items(150))
	fields := []string{"source", "country", "lang", "variant", "affiliation", "kind", "tag", "entity", "place", "topic", "narrative", "is", "has"}
	q, err := query.Parse("torkham OR TTP OR wakhan", names{}, now)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Search(t.Context(), index.Search{Query: q, Facets: fields})
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range fields {
		if len(r.Facets[field]) == 0 {
			t.Errorf("no values of %s", field)
		}
		for i, c := range r.Facets[field] {
			behind, err := s.Search(t.Context(), index.Search{Query: q.And(query.Keys{In: field, Any: []string{c.Value}})})
			if err != nil {
				t.Fatal(err)
			}
			if behind.Total != c.N {
				t.Errorf("%s:%s counts %d, a click finds %d", field, c.Value, c.N, behind.Total)
			}
			if i > 0 {
				if before := r.Facets[field][i-1]; before.N < c.N || before.N == c.N && before.Value >= c.Value {
					t.Errorf("%s: %v stands before %v", field, before, c)
				}
			}
		}
	}
}

// trends checks that every count equals what one finds by clicking on it, in zones
// with whole, half and changing hours.
func trends(t *testing.T, s Store) {
	fill(t, s, items(300))
	q, err := query.Parse("-is:copy", names{}, now)
	if err != nil {
		t.Fatal(err)
	}
	zones := []*time.Location{nil, time.UTC, time.FixedZone("PKT", 5*3600)}
	for _, name := range []string{"Asia/Kabul", "Asia/Kolkata", "Europe/London"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, zone)
	}
	for i, zone := range zones {
		for j, interval := range []string{"hour", "day", "week", "month"} {
			ask := index.Trend{Query: q, Interval: interval, Zone: zone, From: begin.Add(-49 * time.Hour).Add(17 * time.Minute), To: now, By: []string{"", "topic", "source", "lang", "narrative", "country"}[(i+j)%6]}
			if interval == "hour" {
				ask.To = ask.From.AddDate(0, 0, 9)
			}
			trend(t, s, ask)
		}
	}
	trend(t, s, index.Trend{By: "source", Only: []string{"outlet-1", "outlet-7"}, Interval: "day", From: begin, To: now})
	trend(t, s, index.Trend{By: "source", Series: 3, Interval: "week", From: begin, To: now})
}

func trend(t *testing.T, s Store, ask index.Trend) {
	t.Helper()
	name := fmt.Sprintf("%s by %q in %v", ask.Interval, ask.By, ask.Zone)
	b, err := s.Trend(t.Context(), ask)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	bounds, err := ask.Bounds()
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Starts) != len(bounds)-1 || len(b.Total) != len(b.Starts) {
		t.Fatalf("%s: %d starts, %d totals, want %d", name, len(b.Starts), len(b.Total), len(bounds)-1)
	}
	if want := map[bool]int{true: len(ask.Only), false: min(len(b.Series), ask.Wanted())}[len(ask.Only) > 0]; len(b.Series) != want || ask.By != "" && want == 0 {
		t.Errorf("%s: %d series, want %d", name, len(b.Series), want)
	}
	total := 0
	for i := range b.Total {
		total += b.Total[i]
		if !b.Starts[i].Equal(bounds[i]) {
			t.Errorf("%s: bucket %d begins at %v, want %v", name, i, b.Starts[i], bounds[i])
		}
		if ask.Interval != "hour" || i%20 == 0 {
			clicked(t, s, name, ask.Behind(bounds[i], bounds[i+1], ""), b.Total[i])
		}
	}
	clicked(t, s, name, ask.Counted(), total)
	for value, counts := range b.Series {
		sum := 0
		for _, n := range counts {
			sum += n
		}
		clicked(t, s, name+" "+value, ask.Behind(bounds[0], bounds[len(bounds)-1], value), sum)
		at := slices.Index(counts, slices.Max(counts))
		clicked(t, s, name+" "+value, ask.Behind(bounds[at], bounds[at+1], value), counts[at])
	}
}

func clicked(t *testing.T, s Store, name string, q *query.Query, want int) {
	t.Helper()
	r, err := s.Search(t.Context(), index.Search{Query: q})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if r.Total != want {
		t.Errorf("%s: the trend counts %d, a click finds %d", name, want, r.Total)
	}
}

// scan checks that every item of a query is handed on once, in the order first seen.
func scan(t *testing.T, s Store) {
	all := items(700)
	fill(t, s, all)
	q, err := query.Parse("torkham OR TTP OR country:PK", names{}, now)
	if err != nil {
		t.Fatal(err)
	}
	want := ids(t, s, index.Search{Query: q, Order: index.FirstSeen, Size: 1000})
	var got []string
	err = s.Scan(t.Context(), q, func(st index.Stored) error {
		if st.Version != 1 {
			t.Errorf("%s has the version %d", st.Item.ID, st.Version)
		}
		got = append(got, st.Item.ID)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, got); diff != "" || len(got) == 0 {
		t.Errorf("(-want +got)\n%s", diff)
	}
	enough := errors.New("enough")
	n := 0
	if err := s.Scan(t.Context(), nil, func(index.Stored) error { n++; return enough }); !errors.Is(err, enough) || n != 1 {
		t.Errorf("after the first item is refused: %v, %d items", err, n)
	}
}

// highlights checks that spans are stretches of the displayed text.
func highlights(t *testing.T, s Store) {
	w := items(1)[0]
	w.Item.Title, w.Item.Summary, w.Item.Text = "تحریکِ طالبان denies", "", "The TTP’s statement. واخان"
	fill(t, s, []index.Write{w})
	q, err := query.Parse("تحریک TTP wakhan", names{}, now)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Search(t.Context(), index.Search{Query: q, Size: 1, Highlight: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Hits) != 1 {
		t.Fatalf("%d hits", len(r.Hits))
	}
	var got []string
	for _, span := range r.Hits[0].Spans {
		got = append(got, text.Runes(map[string]string{"title": w.Item.Title, "text": w.Item.Text}[span.Field], span.Start, span.End))
	}
	if diff := gocmp.Diff([]string{"تحریکِ", "TTP", "واخان"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// faults checks that bad requests are refused with an error.
func faults(t *testing.T, s Store) {
	fill(t, s, items(20))
	torkham, err := query.Parse("torkham OR TTP OR wakhan OR lang:ur", names{}, now)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.Search(t.Context(), index.Search{Query: torkham, Size: 2})
	if err != nil || page.Next == "" {
		t.Fatalf("a page of two: %v, next %q", err, page.Next)
	}
	for name, ask := range map[string]index.Search{
		"a cursor of another query": {Size: 2, Cursor: page.Next},
		"a cursor of another order": {Query: torkham, Order: index.FirstSeen, Size: 2, Cursor: page.Next},
		"a forged cursor":           {Query: torkham, Size: 2, Cursor: "bm90IGEgY3Vyc29y"},
		"bytes for a cursor":        {Query: torkham, Size: 2, Cursor: "\x00\xff{"},
	} {
		if _, err := s.Search(t.Context(), ask); !errors.Is(err, index.ErrCursor) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for name, ask := range map[string]index.Search{
		"a huge page":      {Size: 100_000},
		"a negative page":  {Size: -1},
		"no such order":    {Order: 7},
		"no such facet":    {Facets: []string{"colour"}},
		"a facet of texts": {Facets: []string{"title"}},
		"a hostile facet":  {Facets: []string{`source","x":{"`}},
	} {
		if _, err := s.Search(t.Context(), ask); err == nil {
			t.Errorf("%s is answered", name)
		}
	}
	for name, ask := range map[string]index.Trend{
		"no interval":      {From: begin, To: now},
		"no such interval": {Interval: "decade", From: begin, To: now},
		"an end before":    {Interval: "day", From: now, To: begin},
		"too many buckets": {Interval: "hour", From: begin.AddDate(-50, 0, 0), To: now},
		"no such field":    {Interval: "day", From: begin, To: now, By: "colour"},
	} {
		if _, err := s.Trend(t.Context(), ask); err == nil {
			t.Errorf("%s is answered", name)
		}
	}
	for _, value := range []string{`"}},{"match_all":{}},{"term":{"x":"`, `{"query":{"match_all":{}}}`, "a\x00b", `\`, "\u2028</script>"} {
		r, err := s.Search(t.Context(), index.Search{Query: index.Everything().And(query.Keys{In: "source", Any: []string{value}}), Size: 5})
		if err != nil || r.Total != 0 {
			t.Errorf("source %q: %v, %d items", value, err, r.Total)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Search(ctx, index.Search{Size: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("a search that is called off: %v", err)
	}
}
