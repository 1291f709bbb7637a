package conformance

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

// write stores one item and demands that it be done.
func write(t *testing.T, s Store, w ...index.Write) {
	t.Helper()
	got, err := s.Write(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		if v.Outcome != index.Done {
			t.Fatalf("write %d: %s: %s", i, v.Outcome, v.Reason)
		}
	}
}

func stored(t *testing.T, s Store, id string) index.Stored {
	t.Helper()
	got, err := s.Get(t.Context(), []string{id})
	if err != nil {
		t.Fatal(err)
	}
	return got[id]
}

// versions checks that the highest version wins, in any order of arrival.
func versions(t *testing.T, s Store) {
	w := items(1)[0]
	step := func(version int64, title string, want string) {
		t.Helper()
		w.Item.Title, w.Version = title, version
		write(t, s, w)
		if got := stored(t, s, w.Item.ID); got.Item.Title != want {
			t.Errorf("after version %d: the title is %q, want %q", version, got.Item.Title, want)
		}
	}
	epoch := int64(1) << 40
	step(5, "five", "five")
	step(4, "four", "five")
	step(5, "five again", "five again")
	step(epoch|1, "replayed", "replayed")
	step(9, "late", "replayed")

	older, newer := w, w
	older.Item.Title, older.Version = "older in the batch", epoch|2
	newer.Item.Title, newer.Version = "newer in the batch", epoch|3
	write(t, s, newer, older)
	if got := stored(t, s, w.Item.ID); got.Item.Title != "newer in the batch" || got.Version != epoch|3 {
		t.Errorf("after a batch of two versions: %q, version %d", got.Item.Title, got.Version)
	}
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{"newer": 1, "older": 0, "five": 0, "": 1} {
		if got := count(t, s, text); got != want {
			t.Errorf("%q finds %d items, want %d", text, got, want)
		}
	}
}

func count(t *testing.T, s Store, text string) int {
	t.Helper()
	q, err := query.Parse(text, names{}, now)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Search(t.Context(), index.Search{Query: q})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Hits) != 0 {
		t.Errorf("a search for counts lists %d hits", len(r.Hits))
	}
	return r.Total
}

// verdicts checks that one bad item costs itself and nothing else.
func verdicts(t *testing.T, s Store) {
	all := items(8)
	all[1].Item.ID = ""
	all[2].Item.FirstSeen = time.Time{}
	all[3].Version = 0
	all[4].Item.Schema = 99
	all[5].Item.Text = strings.Repeat("x ", index.MaxText/2+1)
	all[6].Item.URL = "https://example.com/" + strings.Repeat("long", 20_000)
	all[6].Item.Flags = []string{strings.Repeat("flag", 20_000)}
	all[7].Item.Text = strings.Repeat("ا", 100_000) + " " + strings.Repeat("z", 40_000) + " findable"
	got, err := s.Write(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []index.Outcome{index.Done, index.Refused, index.Refused, index.Refused, index.Refused, index.Refused, index.Done, index.Done} {
		if got[i].Outcome != want {
			t.Errorf("item %d: %s (%s), want %s", i, got[i].Outcome, got[i].Reason, want)
		}
		if want == index.Refused && got[i].Reason == "" {
			t.Errorf("item %d is refused without a reason", i)
		}
	}
	if err := s.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := count(t, s, ""); got != 3 {
		t.Errorf("%d items are found, want 3", got)
	}
	if got := count(t, s, "findable"); got != 1 {
		t.Errorf("a word at the end of a long text is found %d times", got)
	}
	if got, err := s.Write(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("an empty batch: %v, %v", got, err)
	}
}

// get checks that items come back whole, by id alone, whatever their month.
func get(t *testing.T, s Store) {
	all := items(60)
	all[0].Item.FirstSeen = time.Date(2025, 12, 31, 23, 59, 59, 999_000_000, time.UTC)
	all[1].Item.FirstSeen = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	all[2].Item.FirstSeen = time.Date(2026, 1, 1, 3, 0, 0, 0, time.FixedZone("", 5*3600))
	write(t, s, all...)
	ask := []string{"no such id", ""}
	for _, w := range all {
		ask = append(ask, w.Item.ID)
	}
	got, err := s.Get(t.Context(), ask) // without Refresh: what is written is known at once
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(all) {
		t.Errorf("%d items of %d", len(got), len(all))
	}
	for _, w := range all {
		want := w
		want.Item.FirstSeen = w.Item.FirstSeen.UTC()
		have := got[w.Item.ID]
		have.Item.FirstSeen = have.Item.FirstSeen.UTC()
		if diff := cmp.Diff(want.Item, have.Item); diff != "" || have.Version != w.Version {
			t.Errorf("%s version %d: (-want +got)\n%s", w.Item.ID, have.Version, diff)
		}
	}
	if got, err := s.Get(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("no ids: %v, %v", got, err)
	}
}
