package flow

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

// shelf is a store that can be told to fail; what real stores do is the conformance suite's.
type shelf struct {
	items   map[string]index.Stored
	verdict map[string]index.Verdict
	away    error
}

func (s *shelf) Write(_ context.Context, batch []index.Write) ([]index.Verdict, error) {
	if s.away != nil {
		return nil, s.away
	}
	out := make([]index.Verdict, len(batch))
	for i, w := range batch {
		if out[i] = s.verdict[w.Item.ID]; out[i].Outcome == index.Done && w.Version >= s.items[w.Item.ID].Version {
			s.items[w.Item.ID] = index.Stored{Item: w.Item, Version: w.Version}
		}
	}
	return out, nil
}

func (s *shelf) Get(_ context.Context, ids []string) (map[string]index.Stored, error) {
	out := map[string]index.Stored{}
	for _, id := range ids {
		if stored, ok := s.items[id]; ok {
			out[id] = stored
		}
	}
	return out, s.away
}

func newShelf() *shelf {
	return &shelf{items: map[string]index.Stored{}, verdict: map[string]index.Verdict{}}
}

func full(id string, seq uint64, edition int) Arrival {
	it := article(id, "lantern", "T", "text", dawn)
	it.Edition = edition
	return Arrival{Item: it, Seq: seq}
}

func sighted(id, source string, seq uint64, edition int) Arrival {
	it := article(id, source, "", "", dawn)
	it.Sighting, it.Edition = true, edition
	return Arrival{Item: it, Seq: seq}
}

func TestIndexerJoinsSightings(t *testing.T) {
	s := newShelf()
	sink := Indexer(s, 1)
	for i, err := range sink(context.Background(), []Arrival{full("a", 1, 1), sighted("a", "harbour", 2, 1)}) {
		if err != nil {
			t.Errorf("arrival %d: %v", i, err)
		}
	}
	if got := s.items["a"]; len(got.Item.Carriers) != 2 || got.Version != 1<<40|2 || got.Item.Title == "" {
		t.Errorf("stored %+v", got)
	}
	sink(context.Background(), []Arrival{sighted("a", "ridge", 3, 1), sighted("a", "quay", 4, 1)})
	if got := s.items["a"]; len(got.Item.Carriers) != 4 || got.Version != 1<<40|4 {
		t.Errorf("stored %+v", got)
	}
}

func TestIndexerLetsASightingWaitForItsItem(t *testing.T) {
	s := newShelf()
	sink := Indexer(s, 1)
	if err := sink(context.Background(), []Arrival{sighted("a", "harbour", 2, 1)})[0]; err == nil || IsBad(err) {
		t.Errorf("a sighting before its item: %v", err)
	}
	sink(context.Background(), []Arrival{full("a", 1, 1)})
	if err := sink(context.Background(), []Arrival{sighted("a", "harbour", 9, 2)})[0]; err == nil {
		t.Error("a sighting of edition 2 was joined to edition 1: the newer text would be lost")
	}
}

func TestIndexerJudgesEachDocument(t *testing.T) {
	s := newShelf()
	s.verdict["bad"] = index.Verdict{Outcome: index.Refused, Reason: "mapping"}
	s.verdict["busy"] = index.Verdict{Outcome: index.Retry, Reason: "429"}
	errs := Indexer(s, 1)(context.Background(), []Arrival{full("good", 1, 1), full("bad", 2, 1), full("busy", 3, 1)})
	if errs[0] != nil || !IsBad(errs[1]) || !strings.Contains(errs[1].Error(), "mapping") || !IsAway(errs[2]) {
		t.Errorf("verdicts %v", errs)
	}
	s.away = errors.New("connection refused")
	for i, err := range Indexer(s, 1)(context.Background(), []Arrival{full("x", 4, 1), sighted("y", "harbour", 5, 1)}) {
		if !IsAway(err) {
			t.Errorf("arrival %d with the index away: %v", i, err)
		}
	}
}

func TestIndexerKeepsTheNewestOfABatch(t *testing.T) {
	s := newShelf()
	newer := full("a", 8, 2)
	newer.Item.Title = "newer"
	for _, err := range Indexer(s, 1)(context.Background(), []Arrival{newer, full("a", 7, 1)}) {
		if err != nil {
			t.Error(err)
		}
	}
	if s.items["a"].Item.Title != "newer" {
		t.Errorf("stored %q", s.items["a"].Item.Title)
	}
}

func TestDecodeRefusesWhatNoStageWrote(t *testing.T) {
	good := article("0123456789abcdef0123456789abcdef", "lantern", "T", "x", dawn)
	m, err := Encode(Stage{Name: "scraper", Out: "articles"}, good, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	if m.ID != good.ID+".1.scraper" || m.Subject != "sarhad.articles.lantern" {
		t.Errorf("message %s on %s", m.ID, m.Subject)
	}
	d := delivered(m.Header, m.Data)
	if got, err := Decode(d); err != nil || got.Title != "T" {
		t.Fatalf("own message: %v", err)
	}
	for name, change := range map[string]func(*news.Item){
		"id":      func(it *news.Item) { it.ID = "../../etc" },
		"rev":     func(it *news.Item) { it.Rev = 0 },
		"carrier": func(it *news.Item) { it.Carriers = nil },
	} {
		forged := good
		change(&forged)
		m, _ := Encode(Stage{Name: "scraper", Out: "articles"}, forged, "", 0)
		if _, err := Decode(delivered(m.Header, m.Data)); !IsBad(err) {
			t.Errorf("forged %s: %v", name, err)
		}
	}
	if _, err := Decode(delivered(map[string]string{headerSchema: "2"}, m.Data)); !IsBad(err) || !strings.Contains(err.Error(), `"2"`) {
		t.Errorf("another schema: %v", err)
	}
	if _, err := Decode(delivered(m.Header, m.Data[:20])); !IsBad(err) {
		t.Errorf("cut message: %v", err)
	}
}

func TestIndexerKeepsTheCarriersOfAnItemThatReturns(t *testing.T) {
	s := newShelf()
	sink := Indexer(s, 1)
	sink(context.Background(), []Arrival{full("a", 1, 3), sighted("a", "harbour", 2, 3)})
	back := full("a", 900, 1) // the clusterer has forgotten it, and counts from one again
	back.Item.Rev = 2
	if err := sink(context.Background(), []Arrival{back})[0]; err != nil {
		t.Fatal(err)
	}
	if got := s.items["a"].Item; len(got.Carriers) != 2 || got.Rev != 2 || got.Edition != 4 {
		t.Errorf("stored revision %d, edition %d, %d carriers; want 2, 4, 2", got.Rev, got.Edition, len(got.Carriers))
	}
}

func TestASightingOlderThanItsDocumentIsNotLost(t *testing.T) {
	s := newShelf()
	sink := Indexer(s, 1)
	sink(context.Background(), []Arrival{full("a", 50, 1)})
	if err := sink(context.Background(), []Arrival{sighted("a", "harbour", 10, 0)})[0]; err != nil {
		t.Fatal(err)
	}
	if got := s.items["a"]; len(got.Item.Carriers) != 2 || got.Version != 1<<40|50 {
		t.Errorf("stored %d carriers at version %d", len(got.Item.Carriers), got.Version)
	}
}
