package flow

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
)

var dawn = time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)

func article(id, source, title, text string, seen time.Time) news.Item {
	return news.Item{Schema: news.Schema, ID: id, Rev: 1, Source: source, Title: title, Text: text, FirstSeen: seen, Published: seen, Carriers: []news.Carrier{{Source: source, Seen: seen}}}
}

func step(t *testing.T, c *Clusterer, it news.Item) []news.Item {
	t.Helper()
	out, err := c.Step(context.Background(), it)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const longText = "Traders at the crossing said on Monday that lorries loaded with fruit had waited for three days while officials on both sides argued over papers. A driver said that half of his load had spoiled."

func TestClustererJoinsCarriersAndDropsWhatAddsNothing(t *testing.T) {
	c := NewClusterer()
	a := article("a1", "lantern", "Lorries wait", longText, dawn)
	if out := step(t, c, a); len(out) != 1 || out[0].Edition != 1 || out[0].Copy == nil || out[0].Story == "" {
		t.Fatalf("first sight gives %+v", out)
	}
	if out := step(t, c, a); len(out) != 0 {
		t.Errorf("the same item again gives %+v", out)
	}
	b := a
	b.Source, b.Carriers = "harbour", []news.Carrier{{Source: "harbour", Seen: dawn.Add(time.Minute)}}
	out := step(t, c, b)
	if len(out) != 1 || !out[0].Sighting || len(out[0].Carriers) != 2 || out[0].Source != "lantern" || out[0].Edition != 1 {
		t.Fatalf("a second source gives %+v", out)
	}
	if out := step(t, c, b); len(out) != 0 {
		t.Errorf("the second source again gives %+v", out)
	}
}

func TestASightingThatComesBeforeItsItemIsNotLost(t *testing.T) {
	c := NewClusterer()
	early := article("a1", "harbour", "", "", dawn)
	early.Sighting, early.Source = true, "lantern"
	if out := step(t, c, early); len(out) != 0 {
		t.Fatalf("a sighting before its item gives %+v", out)
	}
	out := step(t, c, article("a1", "lantern", "Lorries wait", longText, dawn))
	if len(out) != 1 || out[0].Sighting || out[0].Edition != 1 || len(out[0].Carriers) != 2 || out[0].Carriers[0].Source != "lantern" {
		t.Errorf("its item then gives %+v", out)
	}
}

func TestClustererPassesRevisionsAndLateText(t *testing.T) {
	c := NewClusterer()
	a := article("a1", "lantern", "Lorries wait", "", dawn)
	a.PageError = "answered 503"
	step(t, c, a)
	withText := a
	withText.PageError, withText.Text = "", longText
	if out := step(t, c, withText); len(out) != 1 || out[0].Edition != 2 || out[0].Text == "" {
		t.Fatalf("the page read at last gives %+v", out)
	}
	if out := step(t, c, a); len(out) != 0 {
		t.Errorf("the failed page after the good one gives %+v", out)
	}
	edited := withText
	edited.Rev, edited.FirstSeen = 2, dawn.Add(time.Hour)
	out := step(t, c, edited)
	if len(out) != 1 || out[0].Edition != 3 || !out[0].FirstSeen.Equal(dawn) {
		t.Fatalf("an edit gives %+v", out)
	}
	if out := step(t, c, withText); len(out) != 0 {
		t.Errorf("the old revision after the new one gives %+v", out)
	}
}

func TestClustererIsDeterministicAndForgets(t *testing.T) {
	items := []news.Item{
		article("a1", "lantern", "Lorries wait at the crossing", longText, dawn),
		article("b2", "harbour", "Lorries wait at the crossing", longText, dawn.Add(time.Hour)),
		article("c3", "harbour", "Rain in the hills", "Heavy rain fell on the northern hills overnight, and two bridges were closed until noon.", dawn.Add(2*time.Hour)),
	}
	run := func() (out []news.Item) {
		c := NewClusterer()
		for _, it := range items {
			out = append(out, step(t, c, it)...)
		}
		return out
	}
	one, two := run(), run()
	for i := range one {
		if *one[i].Copy != *two[i].Copy || one[i].Story != two[i].Story {
			t.Errorf("item %s: %+v %s, then %+v %s", one[i].ID, one[i].Copy, one[i].Story, two[i].Copy, two[i].Story)
		}
	}
	if one[1].Copy.Role == "original" || one[1].Copy.Of != "a1" {
		t.Errorf("the same text at another outlet is %+v", one[1].Copy)
	}
	if one[2].Copy.Cluster == one[0].Copy.Cluster {
		t.Error("rain is a copy of lorries")
	}
	c := NewClusterer()
	step(t, c, items[0])
	step(t, c, article("d4", "lantern", "Much later", "Something else entirely happened in another place.", dawn.Add(Window+time.Hour)))
	if len(c.known) != 1 {
		t.Errorf("%d items remembered, want 1", len(c.known))
	}
	again := items[0]
	again.Sighting = true
	if out := step(t, c, again); len(out) != 1 || !out[0].Sighting {
		t.Errorf("the sighting of a forgotten item gives %+v", out)
	}
}

func TestSlimMakesAnItemFitAMessage(t *testing.T) {
	it := article(id(1), "lantern", "Long", strings.Repeat("Wakhan corridor Torkham Chaman. ", 5000), dawn)
	for n := range 200 {
		tag := news.Tag{ID: fmt.Sprint("tag-", n), Kind: "place"}
		for range 20 {
			tag.Evidence = append(tag.Evidence, news.Evidence{Field: "text", Term: "Torkham", Concept: "torkham-crossing"})
		}
		it.Tags = append(it.Tags, tag)
	}
	rules, err := taxonomy.Load(os.DirFS("../../configs"), "taxonomy")
	if err != nil {
		t.Fatal(err)
	}
	slim(rules, &it)
	if n := size(&it); n > carried {
		t.Errorf("%d bytes, want at most %d", n, carried)
	}
}
