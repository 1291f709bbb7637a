package desk

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

// chart is the counts over time of a search: one row for all of it and one for each
// of its topics, on one time axis. Each bar leads to exactly the items it counts.
type chart struct {
	Interval string
	From, To string
	Width    int
	Rows     []row
	Table    []tableRow
	Names    []string // of the rows, for the table
}

type row struct {
	Name  string
	Link  string // narrows the search to the topic
	Total int
	Bars  []bar
}

type bar struct {
	X, Y, W, H float64
	N          int
	Start      string
	Link       string
}

type tableRow struct {
	Start string
	Cells []int
}

const (
	chartWidth = 720
	rowHeight  = 34
	maxRows    = 7
	maxBars    = 120
)

// chart asks for the counts of a query by topic, by day where that gives few enough bars.
func (d *Desk) chart(r *http.Request, q string) (*chart, error) {
	parsed, err := query.Parse(q, d.Rules(), d.Now())
	if err != nil {
		return nil, err
	}
	t := index.Trend{Query: parsed, By: "tag", Only: d.ids("topic"), Series: index.MaxSeries, Zone: time.UTC}
	if err := d.span(r.Context(), &t); err != nil || t.From.IsZero() {
		return nil, err
	}
	days := int(t.To.Sub(t.From).Hours() / 24)
	switch {
	case days <= maxBars:
		t.Interval = "day"
	case days <= 7*maxBars:
		t.Interval = "week"
	default:
		t.Interval = "month"
	}
	got, err := d.Store.Trend(r.Context(), t)
	if err != nil {
		return nil, err
	}
	return d.draw(q, t.Interval, trimmed(got)), nil
}

// ids are the ids of a kind in the taxonomy in force.
func (d *Desk) ids(kind string) []string {
	var ids []string
	for _, e := range d.Rules().Entries(kind) {
		ids = append(ids, e.ID)
	}
	return ids
}

// span sets the bounds of a trend that has none: the months that hold what it
// counts. They stay zero where there is nothing to count.
func (d *Desk) span(ctx context.Context, t *index.Trend) error {
	if !t.From.IsZero() && !t.To.IsZero() {
		return nil
	}
	wide := index.Trend{Query: t.Query, Interval: "month", Zone: t.Zone, From: t.From, To: t.To}
	if wide.From.IsZero() {
		wide.From = time.Date(1990, 1, 1, 0, 0, 0, 0, t.Zone)
	}
	if wide.To.IsZero() {
		wide.To = d.Now().Add(24 * time.Hour)
	}
	got, err := d.Store.Trend(ctx, wide)
	if err != nil {
		return err
	}
	for i, n := range got.Total {
		if n == 0 {
			continue
		}
		if t.From.IsZero() {
			t.From = got.Starts[i]
		}
		t.To = wide.To
		if i+1 < len(got.Starts) {
			t.To = got.Starts[i+1]
		}
	}
	return nil
}

// trimmed leaves out the empty buckets at both ends.
func trimmed(b *index.Buckets) *index.Buckets {
	from, to := 0, len(b.Total)
	for from < to && b.Total[from] == 0 {
		from++
	}
	for to > from && b.Total[to-1] == 0 {
		to--
	}
	out := &index.Buckets{Starts: b.Starts[from:to], Total: b.Total[from:to], Series: map[string][]int{}, Partial: b.Partial}
	for name, counts := range b.Series {
		if sum(counts) > 0 {
			out.Series[name] = counts[from:to]
		}
	}
	return out
}

func (d *Desk) draw(q, interval string, b *index.Buckets) *chart {
	if len(b.Starts) == 0 {
		return nil
	}
	last := len(b.Starts) - 1
	c := &chart{Interval: interval, Width: chartWidth, From: b.Starts[0].Format("2006-01-02"), To: b.Starts[last].Format("2006-01-02")}
	c.Rows = append(c.Rows, c.row("", q, interval, b.Starts, b.Total))
	topics := make([]string, 0, len(b.Series))
	for topic := range b.Series {
		topics = append(topics, topic)
	}
	slices.SortFunc(topics, func(x, y string) int {
		if n := sum(b.Series[y]) - sum(b.Series[x]); n != 0 {
			return n
		}
		return strings.Compare(x, y)
	})
	for _, topic := range topics[:min(len(topics), maxRows)] {
		narrow := narrowed(q, "tag:"+topic)
		one := c.row(d.Rules().Label(topic), narrow, interval, b.Starts, b.Series[topic])
		one.Link = link("/", "q", narrow)
		c.Rows = append(c.Rows, one)
	}
	for _, one := range c.Rows {
		c.Names = append(c.Names, one.Name)
	}
	for i, at := range b.Starts {
		t := tableRow{Start: at.Format("2006-01-02")}
		for k := range c.Rows {
			counts := b.Total
			if k > 0 {
				counts = b.Series[topics[k-1]]
			}
			t.Cells = append(t.Cells, counts[i])
		}
		c.Table = append(c.Table, t)
	}
	return c
}

// row draws one series, each bar with the search that lists what it counts.
func (c *chart) row(name, q, interval string, starts []time.Time, counts []int) row {
	one := row{Name: name, Total: sum(counts)}
	most := max(1, slices.Max(counts))
	step := float64(chartWidth) / float64(len(counts))
	for i, n := range counts {
		if n == 0 {
			continue
		}
		from := starts[i]
		until := map[string]time.Time{"day": from, "week": from.AddDate(0, 0, 6), "month": from.AddDate(0, 1, -1)}[interval]
		h := max(2, float64(n)/float64(most)*(rowHeight-4))
		span := fmt.Sprintf("published:%s..%s", from.Format("2006-01-02"), until.Format("2006-01-02"))
		one.Bars = append(one.Bars, bar{X: round(float64(i) * step), Y: round(rowHeight - h), W: round(max(1.5, step-1.5)), H: round(h), N: n,
			Start: from.Format("2006-01-02"), Link: link("/", "q", narrowed(q, span))})
	}
	return one
}

func sum(counts []int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

func round(x float64) float64 { return float64(int(x*10+0.5)) / 10 }
