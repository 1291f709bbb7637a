package archive

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// captures lists what Scan finds: the hash, and "again" for a revisit.
func captures(t *testing.T, a *Archive) map[string]int {
	t.Helper()
	found := map[string]int{}
	err := a.Scan(context.Background(), func(c Capture) error {
		if c.Revisit {
			found["again "+c.SHA256]++
		} else if digestOf(c.Record.Body) != digestPrefix+c.SHA256 {
			t.Errorf("%s at byte %d has another body", c.Segment, c.Offset)
		} else {
			found[c.SHA256]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestScan(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir, "scraper", Options{SegmentBytes: 2 << 10}), open(t, dir, "collector", Options{})
	want := map[string]int{}
	for n := range 30 {
		want[store(t, a, page(n))]++
		want["again "+store(t, a, page(n))]++
	}
	want[store(t, b, page(50))]++
	if d := cmp.Diff(want, captures(t, a)); d != "" {
		t.Errorf("(-stored +found):\n%s", d)
	}
	enough := errors.New("enough")
	calls := 0
	if err := a.Scan(context.Background(), func(Capture) error { calls++; return enough }); err != enough || calls != 1 {
		t.Errorf("Scan = %v after %d calls", err, calls)
	}
}

func TestRemove(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, "scraper", Options{SegmentBytes: 3 << 10})
	reader := open(t, dir, "", Options{})
	for n := range 40 {
		load(t, reader, store(t, a, page(n)))
	}
	store(t, a, page(7))
	for _, n := range []int{7, 39} { // of a closed segment, of the one in hand
		sum := sumOf(page(n))
		if err := a.Remove(context.Background(), sum, "court order 12/2025"); err != nil {
			t.Fatal(err)
		}
		if err := a.Remove(context.Background(), sum, "court order 12/2025"); err != nil {
			t.Errorf("the second time: %v", err)
		}
	}
	check := func(a *Archive) {
		t.Helper()
		for n := range 40 {
			rec, err := a.Get(context.Background(), sumOf(page(n)))
			if gone := n == 7 || n == 39; gone != errors.Is(err, ErrRemoved) || !gone && (err != nil || string(rec.Body) != string(page(n).Body)) {
				t.Errorf("Get %d = %v", n, err)
			}
		}
		r := sound(t, a)
		if r.Records != 38 || len(r.Removed) != 2 || r.Removed[0].SHA256 != sumOf(page(7)) || r.Removed[1].Reason != "court order 12/2025" {
			t.Errorf("report %+v", r)
		}
		if found := captures(t, a); found[sumOf(page(7))] != 0 || len(found) != 39 { // 38 and one revisit
			t.Errorf("%d captures", len(found))
		}
	}
	check(a)
	check(reader)
	other := open(t, dir, "collector", Options{})
	for _, w := range []*Archive{a, other} {
		if sum, err := w.Put(context.Background(), page(7)); !errors.Is(err, ErrRemoved) || sum != sumOf(page(7)) || !strings.Contains(err.Error(), "12/2025") {
			t.Errorf("Put of what was removed = %s, %v", sum, err)
		}
	}
	a.Close()
	a = open(t, dir, "scraper", Options{})
	check(a)
	if err := other.Remove(context.Background(), sumOf(page(1)), "order"); !errors.Is(err, ErrOtherWriter) {
		t.Errorf("Remove of another writer's record = %v", err)
	}
	for sum, reason := range map[string]string{"abc": "order", sumOf(page(1)): " ", sumOf(page(2)): "a\nb", sumOf(page(99)): "order"} {
		if err := a.Remove(context.Background(), sum, reason); err == nil {
			t.Errorf("Remove(%s, %q) passes", sum, reason)
		}
	}
	if err := reader.Remove(context.Background(), sumOf(page(1)), "order"); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Remove of a reader = %v", err)
	}
	check(a)
}

// A crash may come between any two steps of a removal.
func TestRemoveInterrupted(t *testing.T) {
	sum := sumOf(page(7))
	setUp := func(t *testing.T) (dir, segment string, old, manifest, index []byte) {
		dir = t.TempDir()
		a := open(t, dir, "scraper", Options{SegmentBytes: 3 << 10})
		for n := range 40 {
			store(t, a, page(n))
		}
		at, _, _ := a.lookup(hashOf(page(7).Body), true)
		segment = filepath.Join(dir, at.segment)
		old, index = read(t, segment), read(t, indexName(segment))
		manifest = read(t, filepath.Join(dir, manifestName("scraper")))
		if err := a.Remove(context.Background(), sum, "order"); err != nil {
			t.Fatal(err)
		}
		a.Close()
		return dir, segment, old, manifest, index
	}
	for name, tt := range map[string]struct {
		back func(t *testing.T, dir, segment string, old, manifest, index []byte)
		gone bool
	}{
		"the new file half written": {func(t *testing.T, dir, segment string, old, manifest, index []byte) {
			write(t, rewrittenName(segment), read(t, segment)[:100])
			write(t, segment, old)
			write(t, indexName(segment), index)
			write(t, filepath.Join(dir, manifestName("scraper")), manifest)
		}, false},
		"the new file written, no line": {func(t *testing.T, dir, segment string, old, manifest, index []byte) {
			write(t, rewrittenName(segment), read(t, segment))
			write(t, segment, old)
			write(t, indexName(segment), index)
			write(t, filepath.Join(dir, manifestName("scraper")), manifest)
		}, false},
		"the line written, not renamed": {func(t *testing.T, dir, segment string, old, manifest, index []byte) {
			write(t, rewrittenName(segment), read(t, segment))
			write(t, segment, old)
			write(t, indexName(segment), index)
		}, true},
		"the old index deleted, not renamed": {func(t *testing.T, dir, segment string, old, manifest, index []byte) {
			write(t, rewrittenName(segment), read(t, segment))
			write(t, segment, old)
			os.Remove(indexName(segment))
		}, true},
		"renamed, no index": {func(t *testing.T, dir, segment string, old, manifest, index []byte) {
			os.Remove(indexName(segment))
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir, segment, old, manifest, index := setUp(t)
			tt.back(t, dir, segment, old, manifest, index)
			a := open(t, dir, "scraper", Options{})
			for n := range 40 {
				_, err := a.Get(context.Background(), sumOf(page(n)))
				if gone := n == 7 && tt.gone; gone != errors.Is(err, ErrRemoved) || !gone && err != nil {
					t.Errorf("Get %d = %v", n, err)
				}
			}
			sound(t, a)
			if err := a.Remove(context.Background(), sum, "order"); err != nil {
				t.Error(err)
			}
			if r := sound(t, a); r.Records != 39 {
				t.Errorf("%d records", r.Records)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*.new")); len(left) != 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

func TestExpire(t *testing.T) {
	dir := t.TempDir()
	opts := Options{SegmentBytes: 2 << 10, Keep: time.Hour}
	a := open(t, dir, "scraper", opts)
	first := page(0)
	store(t, a, first)
	for n := range 20 {
		store(t, a, page(n+1))
	}
	within, later := first, first
	within.Fetched, later.Fetched = first.Fetched.Add(time.Hour), first.Fetched.Add(61*time.Minute)
	store(t, a, within)
	store(t, a, later)
	if s := a.Stats(); s.Records != 22 || s.Revisits != 1 {
		t.Errorf("stats %+v: bytes fetched after Keep must be stored again", s)
	}
	if n, err := a.Expire(context.Background()); n != 0 || err != nil {
		t.Errorf("Expire before time = %d, %v", n, err)
	}
	before := sound(t, a)
	a.Close()
	opts.Keep = time.Nanosecond
	a = open(t, dir, "scraper", opts)
	n, err := a.Expire(context.Background())
	if err != nil || n < 2 || n >= before.Segments {
		t.Fatalf("Expire = %d of %d segments, %v", n, before.Segments, err)
	}
	if again, err := a.Expire(context.Background()); again != 0 || err != nil {
		t.Errorf("Expire again = %d, %v", again, err)
	}
	if _, err := a.Get(context.Background(), sumOf(page(1))); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get of what has expired = %v", err)
	}
	if r := sound(t, a); r.Expired != n || r.Segments != before.Segments-n {
		t.Errorf("report %+v", r)
	}
	load(t, a, store(t, a, page(1)))
	a.Close()
	// A crash between the line in the manifest and the deletion.
	write(t, filepath.Join(dir, segmentName("scraper", 1)), []byte("old"))
	a = open(t, dir, "scraper", opts)
	sound(t, a)
	if got := store(t, a, page(500)); got == "" || a.tail.number <= n {
		t.Errorf("segment %d is used again", a.tail.number)
	}
	forever := open(t, t.TempDir(), "scraper", Options{})
	if n, err := forever.Expire(context.Background()); n != 0 || err != nil {
		t.Errorf("Expire without Keep = %d, %v", n, err)
	}
}
