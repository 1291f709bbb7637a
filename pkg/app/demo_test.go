package app

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/archive"
	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/safehttp"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
)

var update = flag.Bool("update", false, "rewrite testdata/demo.golden")

// plain passes the demonstration corpus through the whole flow as plain calls, in the
// order of publication, and answers with the items and the demonstration's own texts by id.
func plain(t *testing.T) ([]news.Item, map[string]demoItem) {
	t.Helper()
	cfg := settings(t)
	d, err := ServeDemo(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	rules, err := LoadTaxonomy(cfg)
	if err != nil {
		t.Fatal(err)
	}
	allowed, err := cfg.Allowed()
	if err != nil {
		t.Fatal(err)
	}
	out, err := newOutbound("test", allowed, quiet())
	if err != nil {
		t.Fatal(err)
	}
	kept, err := archive.Open(t.TempDir(), "test", quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kept.Close() })
	s := steps{rules: func() *taxonomy.Taxonomy { return rules }, cluster: flow.NewClusterer(),
		scraper: &flow.Scraper{HTTP: out.client, May: out.may, Pace: safehttp.NewPacer(0), Archive: kept, Pages: true}}
	var items []news.Item
	texts := map[string]demoItem{}
	for _, one := range d.byPath {
		at, _ := one.time()
		if at.IsZero() {
			at = time.Date(2025, 1, 15, 0, 0, 0, 0, time.UTC)
		}
		address := d.address(one.path())
		id := news.ID(one.Outlet, news.Entry{URL: address})
		texts[id] = one
		items = append(items, news.Item{Schema: news.Schema, ID: id, Rev: 1, Source: one.Outlet, Owner: cmp.Or(d.outlets[one.Outlet].Owner, one.Outlet), URL: address,
			Title: one.Title, Summary: one.Summary, Text: one.Summary, TextFrom: "summary", FirstSeen: at, Published: at, PublishedFrom: "feed", Carriers: []news.Carrier{{Source: one.Outlet, Seen: at}}})
	}
	slices.SortFunc(items, func(a, b news.Item) int {
		if n := a.FirstSeen.Compare(b.FirstSeen); n != 0 {
			return n
		}
		return strings.Compare(texts[a.ID].path(), texts[b.ID].path())
	})
	done, err := s.Flow().Plain(context.Background(), items)
	if err != nil {
		t.Fatal(err)
	}
	return done, texts
}

// topics are the topics an item was tagged with, in order.
func topics(it news.Item) []string {
	var out []string
	for _, tag := range it.Tags {
		if tag.Kind == "topic" {
			out = append(out, tag.ID)
		}
	}
	slices.Sort(out)
	return out
}

// TestDemonstrationGolden is the whole pipeline on the demonstration corpus, a line an
// item. A change in it is a change in what a desk sees: read it before -update.
func TestDemonstrationGolden(t *testing.T) {
	items, texts := plain(t)
	var b strings.Builder
	for _, it := range items {
		role := it.Copy.Role
		if it.Copy.Of != "" {
			role += " of " + texts[it.Copy.Of].path()
		}
		acts := map[string]int{}
		for _, c := range it.Claims {
			acts[c.Act]++
		}
		fmt.Fprintf(&b, "%s | %s | %s | %s | %v | %s\n", texts[it.ID].path(), it.Lang.Code, it.TextFrom, strings.Join(topics(it), " "), acts, role)
	}
	const file = "testdata/demo.golden"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, lines := strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(got), len(lines)) {
		if got[i] != lines[i] {
			t.Errorf("line %d\n  is   %s\n  was  %s", i+1, got[i], lines[i])
		}
	}
	if len(got) != len(lines) {
		t.Errorf("%d items, were %d", len(got)-1, len(lines)-1)
	}
}

// TestDemonstrationAgainstItsEditors holds the tags against the editors' labels. The
// floors are where the taxonomy stands, rounded down; they only go up.
func TestDemonstrationAgainstItsEditors(t *testing.T) {
	items, texts := plain(t)
	right, wrong, missed, languages := map[string]int{}, map[string]int{}, map[string]int{}, 0
	for _, it := range items {
		want := texts[it.ID].Expect.Topics
		have := topics(it)
		for _, topic := range have {
			if slices.Contains(want, topic) {
				right[topic]++
			} else {
				wrong[topic]++
			}
		}
		for _, topic := range want {
			if !slices.Contains(have, topic) {
				missed[topic]++
			}
		}
		if it.Lang.Code == texts[it.ID].Lang {
			languages++
		}
	}
	all := [3]int{}
	for _, topic := range []string{"ttp", "afpak-border", "wakhan", "psywar", "baloch-insurgency", "iskp", "nrf-resistance", "refugees", "trade-transit", "airstrikes", "diplomacy"} {
		t.Logf("%-18s right %3d wrong %3d missed %3d", topic, right[topic], wrong[topic], missed[topic])
		all[0], all[1], all[2] = all[0]+right[topic], all[1]+wrong[topic], all[2]+missed[topic]
	}
	precision, recall := float64(all[0])/float64(all[0]+all[1]), float64(all[0])/float64(all[0]+all[2])
	t.Logf("precision %.3f recall %.3f, language %d of %d", precision, recall, languages, len(items))
	if precision < 0.65 || recall < 0.75 || languages < len(items)*98/100 {
		t.Errorf("precision %.3f (floor 0.65), recall %.3f (floor 0.75), language %d of %d", precision, recall, languages, len(items))
	}
}
