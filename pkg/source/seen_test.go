package source

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

const day = 24 * time.Hour

func entry(n int) Sighting {
	return Sighting{ID: news.ID("s", news.Entry{URL: fmt.Sprintf("https://ridge.example/%d", n)}), Content: uint64(n)}
}

func entries(from, to int) []Sighting {
	var all []Sighting
	for i := from; i < to; i++ {
		all = append(all, entry(i))
	}
	return all
}

func TestSeenTellsNewKnownAndChanged(t *testing.T) {
	var s Seen
	s = s.With(entries(0, 3), start)
	changed := entry(1)
	changed.Content = 99
	for i, want := range map[Sighting]Memory{entry(0): Same, changed: Changed, entry(7): Unseen, {ID: "not hex"}: Unseen} {
		if got := s.Look(i); got != want {
			t.Errorf("%v: got %v, want %v", i, got, want)
		}
	}
	s = s.With([]Sighting{changed}, start)
	if s.Look(changed) != Same || s.Look(entry(1)) != Changed || s.Len() != 3 {
		t.Error("the changed content was not remembered")
	}
}

func TestSiftAccountsForEveryEntry(t *testing.T) {
	s := Seen{}.With(entries(0, 3), start)
	changed := entry(2)
	changed.Content++
	fresh, revised, l := s.Sift([]Sighting{entry(0), {}, entry(5), changed, entry(5), entry(6), {Content: 4}})
	want := Ledger{Received: 7, New: 2, Known: 2, Revised: 1, Skipped: map[string]int{"empty": 2, "duplicate": 1}}
	if diff := cmp.Diff(want, l); diff != "" || !l.Balanced() {
		t.Error(diff)
	}
	if !cmp.Equal(fresh, []int{2, 5}) || !cmp.Equal(revised, []int{3}) {
		t.Errorf("fresh %v, revised %v", fresh, revised)
	}
}

func TestSeenForgetsAfterThirtyDaysUnlisted(t *testing.T) {
	s := Seen{}.With(entries(0, 2), start)
	s = s.With(entries(1, 3), start.Add(20*day))
	s = s.With(entries(2, 4), start.Add(31*day))
	if s.Look(entry(0)) != Unseen {
		t.Error("remembered after 31 days")
	}
	if s.Look(entry(1)) != Same {
		t.Error("forgotten although it was listed 11 days ago")
	}
}

func TestStaticFeedsAnnounceNothingAnew(t *testing.T) {
	listed := entries(0, 10)
	t.Run("read again and again", func(t *testing.T) {
		var s Seen
		for d := range 400 {
			if _, _, l := s.Sift(listed); d > 0 && l.New > 0 {
				t.Fatalf("day %d: %d announced anew", d, l.New)
			}
			s = s.With(listed, start.Add(time.Duration(d)*day))
		}
	})
	t.Run("unchanged by 304 for a year", func(t *testing.T) {
		s := Seen{}.With(entries(100, 110), start.Add(-5*day)).With(listed, start)
		for d := range 365 {
			s = s.Still(start.Add(time.Duration(d) * day))
		}
		s = s.With(entries(9, 12), start.Add(365*day))
		if _, _, l := s.Sift(listed); l.New > 0 {
			t.Errorf("%d announced anew", l.New)
		}
		if s.Look(entry(100)) != Unseen {
			t.Error("an entry not listed for a year is still remembered")
		}
	})
	t.Run("away for a year", func(t *testing.T) {
		s := Seen{}.With(listed, start)
		if _, _, l := s.Sift(listed); l.New > 0 {
			t.Errorf("%d announced anew", l.New)
		}
		s = s.With(listed, start.Add(365*day))
		if s.Len() != 10 {
			t.Errorf("%d remembered", s.Len())
		}
	})
}

func TestSeenOutlivesAClockThatRanAhead(t *testing.T) {
	s := NewSeen(10).With(entries(0, 5), start.Add(10*365*day))
	s = s.With(entries(5, 8), start)
	s = s.With(entries(8, 12), start.Add(day))
	if s.Look(entry(6)) != Same || s.Look(entry(11)) != Same || s.Evicted() != 2 {
		t.Errorf("%d evicted, want the entries of the false date to give way like others", s.Evicted())
	}
	if s = s.With(entries(12, 13), start.Add(40*day)); s.Len() != 1 {
		t.Errorf("%d remembered, want the entries of the false date forgotten too", s.Len())
	}
}

func TestSeenIsBoundedAndCountsWhatItDrops(t *testing.T) {
	s := NewSeen(100)
	for d := range 10 {
		s = s.With(entries(30*d, 30*d+30), start.Add(time.Duration(d)*day))
	}
	if s.Len() != 100 || s.Evicted() != 200 {
		t.Errorf("%d remembered, %d evicted", s.Len(), s.Evicted())
	}
	for n, want := range map[int]Memory{299: Same, 210: Same, 179: Unseen, 0: Unseen} {
		if s.Look(entry(n)) != want {
			t.Errorf("entry %d: the oldest must go first", n)
		}
	}
	s = s.With(entries(0, 150), start.Add(10*day))
	if s.Len() != 100 || s.Evicted() != 350 {
		t.Errorf("a reading beyond the bound: %d remembered, %d evicted", s.Len(), s.Evicted())
	}
}

func TestSeenSurvivesStorage(t *testing.T) {
	s := NewSeen(50).With(entries(0, 80), start)
	data, err := s.MarshalBinary()
	if err != nil || len(data) != seenHeader+50*16 {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
	text, err := json.Marshal(map[string]Seen{"seen": s})
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]Seen
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, back["seen"], cmp.AllowUnexported(Seen{})); diff != "" {
		t.Error(diff)
	}
	swapped := append([]byte(nil), data...)
	copy(swapped[seenHeader:], data[seenHeader+16:seenHeader+32])
	for name, bad := range map[string][]byte{"empty": {}, "cut": data[:len(data)-1], "version": append([]byte{9}, data[1:]...), "order": swapped} {
		if err := new(Seen).UnmarshalBinary(bad); err == nil {
			t.Errorf("%s: read without an error", name)
		}
	}
	if err := new(Seen).UnmarshalText([]byte("*")); err == nil {
		t.Error("no base64: read without an error")
	}
	if !(Seen{}).IsZero() || s.IsZero() {
		t.Error("IsZero")
	}
}

func TestContentIgnoresWhiteSpaceOnly(t *testing.T) {
	if Content("a  b\n", "c") != Content("a b", " c") {
		t.Error("white space counts")
	}
	for _, other := range [][]string{{"a b c"}, {"a", "b c"}, {"ab", "c"}, {"c", "a b"}} {
		if Content("a b", "c") == Content(other...) {
			t.Errorf("%q is taken for the same", other)
		}
	}
}

func FuzzSeen(f *testing.F) {
	data, _ := NewSeen(3).With(entries(0, 3), start).MarshalBinary()
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		var s Seen
		if s.UnmarshalBinary(data) != nil {
			return
		}
		s.Still(start).With(entries(0, 2), start)
		s.Look(entry(1))
	})
}

func BenchmarkSeenReading(b *testing.B) {
	s := Seen{}.With(entries(0, DefaultMemory), start)
	listed := entries(DefaultMemory-40, DefaultMemory+10)
	b.ReportAllocs()
	for b.Loop() {
		s.Sift(listed)
		s.With(listed, start)
	}
}
