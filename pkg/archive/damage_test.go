package archive

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestTornTail(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, "scraper", Options{})
	store(t, a, page(1))
	store(t, a, page(2))
	name := segmentName("scraper", 1)
	before := len(read(t, filepath.Join(dir, name)))
	store(t, a, page(3))
	whole := read(t, filepath.Join(dir, name))
	a.Close()
	tails := [][]byte{whole, append(bytes.Clone(whole), make([]byte, 5000)...), append(bytes.Clone(whole), "no record"...), append(bytes.Clone(whole), 0x1f, 0x8b, 8)}
	for cut := before; cut < len(whole); cut += 13 {
		tails = append(tails, whole[:cut])
	}
	for cut := 0; cut < before; cut += 151 {
		tails = append(tails, whole[:cut])
	}
	for _, content := range tails {
		dir := t.TempDir()
		write(t, filepath.Join(dir, name), content)
		a := open(t, dir, "scraper", Options{})
		_, err := a.Get(context.Background(), sumOf(page(3)))
		if there := len(content) >= len(whole); there != (err == nil) || err != nil && !errors.Is(err, ErrNotFound) {
			t.Errorf("%d bytes: the last record: %v", len(content), err)
		}
		if len(content) >= before {
			load(t, a, sumOf(page(1)))
			load(t, a, sumOf(page(2)))
		}
		load(t, a, store(t, a, page(4)))
		sound(t, a)
		a.Close()
	}
}

// full makes an archive of several closed segments and answers its records' hashes.
func full(t *testing.T) (dir string, sums []string) {
	t.Helper()
	dir = t.TempDir()
	a := open(t, dir, "scraper", Options{SegmentBytes: 3 << 10})
	for n := range 40 {
		sums = append(sums, store(t, a, page(n)))
	}
	a.Close()
	return dir, sums
}

func TestVerifyFindsTampering(t *testing.T) {
	second, manifest := segmentName("scraper", 2), manifestName("scraper")
	for name, tt := range map[string]struct {
		change func(t *testing.T, dir string)
		want   string
	}{
		"nothing": {func(*testing.T, string) {}, ""},
		"a byte": {func(t *testing.T, dir string) {
			b := read(t, filepath.Join(dir, second))
			b[len(b)/2] ^= 1
			write(t, filepath.Join(dir, second), b)
		}, "do not have the hash"},
		"the operating system in a gzip header": {func(t *testing.T, dir string) { // which no CRC covers
			b := read(t, filepath.Join(dir, second))
			b[9] ^= 1
			write(t, filepath.Join(dir, second), b)
		}, "do not have the hash"},
		"a cut": {func(t *testing.T, dir string) {
			b := read(t, filepath.Join(dir, second))
			write(t, filepath.Join(dir, second), b[:len(b)-9])
		}, "the manifest says"},
		"more": {func(t *testing.T, dir string) {
			b := read(t, filepath.Join(dir, second))
			write(t, filepath.Join(dir, second), append(b, b...))
		}, "the manifest says"},
		"a segment gone": {func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, second)) }, "missing"},
		"segments swapped": {func(t *testing.T, dir string) {
			third := filepath.Join(dir, segmentName("scraper", 3))
			one, other := read(t, filepath.Join(dir, second)), read(t, third)
			write(t, filepath.Join(dir, second), other)
			write(t, third, one)
		}, "the manifest says"},
		"a segment slipped in": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, segmentName("scraper", 0)), read(t, filepath.Join(dir, second)))
		}, "not in the manifest"},
		"the manifest gone": {func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, manifest)) }, "not in the manifest"},
		"a line of the manifest": {func(t *testing.T, dir string) {
			b := read(t, filepath.Join(dir, manifest))
			write(t, filepath.Join(dir, manifest), bytes.Replace(b, []byte(`"bytes":`), []byte(`"bytes":1`), 1))
		}, "its hash does not fit"},
		"a line of the manifest, sealed anew": {func(t *testing.T, dir string) {
			lines := strings.SplitAfter(string(read(t, filepath.Join(dir, manifest))), "\n")
			lines[1] = lines[0]
			write(t, filepath.Join(dir, manifest), []byte(strings.Join(lines, "")))
		}, "does not follow"},
		"a line of the manifest gone": {func(t *testing.T, dir string) {
			lines := strings.SplitAfter(string(read(t, filepath.Join(dir, manifest))), "\n")
			write(t, filepath.Join(dir, manifest), []byte(lines[0]+strings.Join(lines[2:], "")))
		}, "does not follow"},
		"the manifest's end": {func(t *testing.T, dir string) {
			b := read(t, filepath.Join(dir, manifest))
			write(t, filepath.Join(dir, manifest), b[:len(b)-4])
		}, "no end"},
		"no JSON in the manifest": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, manifest), []byte("closed\n"))
		}, "invalid character"},
		"an index file": {func(t *testing.T, dir string) {
			b := read(t, filepath.Join(dir, indexName(second)))
			b[40] ^= 1
			write(t, filepath.Join(dir, indexName(second)), b)
		}, "index file"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := full(t)
			a := open(t, dir, "", Options{})
			tt.change(t, dir)
			r, err := a.Verify(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			found := strings.Builder{}
			for _, d := range r.Damage {
				found.WriteString(d.String() + "\n")
			}
			if (tt.want == "") != r.OK() || !strings.Contains(found.String(), tt.want) {
				t.Errorf("damage %q, want %q", found.String(), tt.want)
			}
		})
	}
}

func TestIndexIsRebuilt(t *testing.T) {
	for name, change := range map[string]func(b []byte) []byte{
		"gone":       nil,
		"empty":      func([]byte) []byte { return nil },
		"cut":        func(b []byte) []byte { return b[:len(b)-1] },
		"a bit":      func(b []byte) []byte { b[len(b)/2] ^= 4; return b },
		"too many":   func(b []byte) []byte { b[16] ^= 0x20; return b },
		"other mark": func(b []byte) []byte { b[0] = 'X'; return b },
	} {
		t.Run(name, func(t *testing.T) {
			dir, sums := full(t)
			files, _ := filepath.Glob(filepath.Join(dir, "*.idx"))
			if len(files) < 3 {
				t.Fatalf("%d index files", len(files))
			}
			for _, path := range files {
				b := read(t, path)
				os.Remove(path)
				if change != nil {
					write(t, path, change(b))
				}
			}
			reader := open(t, dir, "", Options{}) // cannot rebuild, and finds all the same
			a := open(t, dir, "scraper", Options{})
			for _, sum := range sums {
				load(t, a, sum)
				load(t, reader, sum)
			}
			sound(t, a)
		})
	}
}

func TestDamageInTheMiddleIsSteppedOver(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, "scraper", Options{})
	var ends []int
	path := filepath.Join(dir, segmentName("scraper", 1))
	for n := range 5 {
		store(t, a, page(n))
		ends = append(ends, len(read(t, path)))
	}
	a.Close()
	b := read(t, path)
	b[(ends[1]+ends[2])/2] ^= 0x10
	write(t, path, b)
	for _, index := range []bool{true, false} {
		if !index {
			os.Remove(filepath.Join(dir, indexName(filepath.Base(path))))
		}
		a = open(t, dir, "scraper", Options{})
		for n := range 5 {
			_, err := a.Get(context.Background(), sumOf(page(n)))
			if (n == 2) != (err != nil) {
				t.Errorf("Get %d = %v", n, err)
			}
		}
		if r, err := a.Verify(context.Background()); err != nil || len(r.Damage) != 1 || r.Damage[0].Offset != int64(ends[1]) || r.Records != 4 {
			t.Errorf("Verify: %+v, %v", r, err)
		}
		if index {
			a.Close()
		}
	}
	// The same bytes, fetched again, are stored in full and found again.
	load(t, a, store(t, a, page(2)))
	if s := a.Stats(); s.Records != 1 || s.Revisits != 0 {
		t.Errorf("stats %+v", s)
	}
	a.Close()
	load(t, open(t, dir, "scraper", Options{}), sumOf(page(2)))
}

// A page may hold, byte for byte, what would pass for a record of its own.
func TestForgedRecordIsNotTakenForOne(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, "scraper", Options{})
	store(t, a, page(1))
	path := filepath.Join(dir, segmentName("scraper", 1))
	before := len(read(t, path))
	forged, err := a.responseMember(page(666), hashOf(page(666).Body), origin{newID(), page(666).URL, "2025-01-05T04:30:00Z"})
	if err != nil {
		t.Fatal(err)
	}
	forged = appendMarked(nil, forged, bytes.Repeat([]byte{7}, markBytes))
	noise := make([]byte, 200_000)
	rand.NewChaCha8([32]byte{1}).Read(noise)
	rec := page(2)
	rec.Body = append(append(bytes.Clone(noise), forged...), noise...)
	store(t, a, rec)
	a.Close()
	b := read(t, path)
	at := bytes.Index(b, forged[:len(forged)-8])
	if at < 0 {
		t.Fatal("the body was not stored as it is: the test tests nothing")
	}
	os.Remove(filepath.Join(dir, indexName(filepath.Base(path))))
	write(t, path, b[:at+len(forged)+100]) // the record is torn behind the forged one
	a = open(t, dir, "scraper", Options{})
	if _, err := a.Get(context.Background(), sumOf(page(666))); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get of the forged record = %v", err)
	}
	if got := len(read(t, path)); got != before {
		t.Errorf("the segment has %d bytes after the repair, want %d", got, before)
	}
	sound(t, a)
}

func TestBeginningLost(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, "scraper", Options{})
	for n := range 3 {
		store(t, a, page(n))
	}
	a.Close()
	path := filepath.Join(dir, segmentName("scraper", 1))
	b := read(t, path)
	clear(b[:50])
	write(t, path, b)
	os.Remove(filepath.Join(dir, indexName(filepath.Base(path))))
	a = open(t, dir, "scraper", Options{}) // the key says what to look for
	for n := range 3 {
		load(t, a, sumOf(page(n)))
	}
	a.Close()
	os.Remove(filepath.Join(dir, indexName(filepath.Base(path))))
	os.Remove(filepath.Join(dir, keyName("scraper")))
	a = open(t, dir, "scraper", Options{}) // nothing says it: kept aside, not cut off
	if got := read(t, path+".damaged"); !bytes.Equal(got, b) {
		t.Error("what was set aside is not what there was")
	}
	store(t, a, page(9))
	sound(t, a)
}

func TestCrashBetweenTwoSegments(t *testing.T) {
	dir, sums := full(t)
	manifest := filepath.Join(dir, manifestName("scraper"))
	lines := strings.SplitAfter(string(read(t, manifest)), "\n")
	n := len(lines) - 2 // the last line, and half of the one before, never reached the disk
	write(t, manifest, []byte(strings.Join(lines[:n-1], "")+lines[n-1][:20]))
	a := open(t, dir, "scraper", Options{})
	for _, sum := range sums {
		load(t, a, sum)
	}
	if r := sound(t, a); len(r.Heads["scraper"]) != 64 {
		t.Errorf("heads %v", r.Heads)
	}
	store(t, a, page(100))
	sound(t, a)
}

func TestLeftoversAreRemoved(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{indexName(segmentName("scraper", 1)), keyName("scraper")} {
		write(t, filepath.Join(dir, "."+name+".12345"), []byte("half"))
	}
	open(t, dir, "scraper", Options{})
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}
