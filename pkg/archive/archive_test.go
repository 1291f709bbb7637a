package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv("SARHAD_ARCHIVE_CHILD"); dir != "" {
		os.Exit(child(dir, os.Getenv("SARHAD_ARCHIVE_WRITER")))
	}
	goleak.VerifyTestMain(m)
}

func open(t testing.TB, dir, writer string, opts Options) *Archive {
	t.Helper()
	a, err := OpenWith(dir, writer, opts, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func store(t testing.TB, a *Archive, rec Record) string {
	t.Helper()
	sum, err := a.Put(context.Background(), rec)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func load(t testing.TB, a *Archive, sum string) *Record {
	t.Helper()
	rec, err := a.Get(context.Background(), sum)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// sound fails the test where Verify finds damage.
func sound(t testing.TB, a *Archive) Report {
	t.Helper()
	r, err := a.Verify(context.Background())
	if err != nil || !r.OK() {
		t.Fatalf("Verify: %v %v", err, r.Damage)
	}
	return r
}

// page is a record of its own wording for every n.
func page(n int) Record {
	return Record{
		URL: fmt.Sprintf("https://outlet.example/story/%d", n), Fetched: time.Date(2025, 1, 5, 4, 30, 0, n, time.UTC), Status: 200,
		Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}, "Set-Cookie": {"a=1", "b=2"}},
		Body:   []byte(fmt.Sprintf("<html><p>Post %d on the ridge changed hands. %s</p></html>", n, strings.Repeat("گواخه ", n%7*50))),
	}
}

func TestPutAndGet(t *testing.T) {
	binary := make([]byte, 70000)
	for i := range binary {
		binary[i] = byte(i * 31 >> 3)
	}
	a := open(t, t.TempDir(), "scraper", Options{})
	at := time.Date(2025, 1, 5, 9, 0, 0, 123456789, time.FixedZone("AFT", 16200))
	for name, rec := range map[string]Record{
		"page":        page(1),
		"empty body":  {URL: "https://outlet.example/", Fetched: at, Status: 204, Header: http.Header{}, Body: []byte{}},
		"binary":      {URL: "https://outlet.example/a.jpg", Fetched: at, Status: 200, Header: http.Header{}, Body: binary},
		"like a WARC": {URL: "https://outlet.example/w", Fetched: at, Status: 200, Header: http.Header{}, Body: []byte("WARC/1.1\r\n\r\n\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")},
		"was packed": {URL: "https://outlet.example/z", Fetched: at, Status: 200, Body: []byte("plain now"), Header: http.Header{
			"Content-Encoding": {"gzip"}, "Content-Length": {"31"}, "Transfer-Encoding": {"chunked"}, "Etag": {`W/"x: y"`},
		}},
		"much header": {URL: "https://outlet.example/h", Fetched: at, Status: 200, Body: []byte("y"), Header: http.Header{
			"X-Long": slices.Repeat([]string{strings.Repeat("x", 40)}, 10_000),
		}},
		"odd status": {URL: "https://outlet.example/ؤ?q=ټ", Fetched: at, Status: 999, Header: http.Header{"X-Odd": {"", "سرحد", "a:b", "latin\xe9"}}, Body: []byte("x"), IP: "2606:4700::1111"},
	} {
		t.Run(name, func(t *testing.T) {
			got := load(t, a, store(t, a, rec))
			want := rec
			want.Fetched = rec.Fetched.UTC()
			if d := cmp.Diff(&want, got); d != "" {
				t.Errorf("(-put +got):\n%s", d)
			}
		})
	}
	if r := sound(t, a); r.Records != 7 || r.Segments != 1 {
		t.Errorf("report %+v", r)
	}
}

func TestHeadersCannotBreakOut(t *testing.T) {
	a := open(t, t.TempDir(), "scraper", Options{})
	got := load(t, a, store(t, a, Record{
		URL: "https://outlet.example/\r\nWARC-Type: metadata", Fetched: time.Now(), Status: 200, Body: []byte("x"),
		Header: http.Header{"X": {"1\r\nSet-Cookie: evil=1\r\n\r\nbody"}, "Bad Name": {"1"}, "A:B": {"1"}, "": {"1"}, "C\r\nD": {"1"}},
	}))
	want := http.Header{"X": {"1  Set-Cookie: evil=1    body"}}
	if d := cmp.Diff(want, got.Header); d != "" || got.URL != "https://outlet.example/  WARC-Type: metadata" || string(got.Body) != "x" {
		t.Errorf("URL %q body %q header (-want +got):\n%s", got.URL, got.Body, d)
	}
	sound(t, a)
}

func TestRefused(t *testing.T) {
	a := open(t, t.TempDir(), "scraper", Options{})
	for name, rec := range map[string]Record{
		"no address":    {Fetched: time.Now(), Status: 200},
		"no time":       {URL: "https://outlet.example/", Status: 200},
		"no status":     {URL: "https://outlet.example/", Fetched: time.Now()},
		"huge":          {URL: "https://outlet.example/", Fetched: time.Now(), Status: 200, Body: make([]byte, maxBody+1)},
		"huge header":   {URL: "https://outlet.example/", Fetched: time.Now(), Status: 200, Header: http.Header{"X": {strings.Repeat("x", maxHead)}}},
		"blank address": {URL: " \n", Fetched: time.Now(), Status: 200},
		"no IP":         {URL: "https://outlet.example/", Fetched: time.Now(), Status: 200, IP: "::1\r\nX: y"},
		"status of two": {URL: "https://outlet.example/", Fetched: time.Now(), Status: 20},
	} {
		if _, err := a.Put(context.Background(), rec); err == nil {
			t.Errorf("%s: stored", name)
		}
	}
	for _, sum := range []string{"", "abc", strings.Repeat("z", 64), strings.Repeat("a", 63), strings.Repeat("a", 66)} {
		if _, err := a.Get(context.Background(), sum); err == nil || errors.Is(err, ErrNotFound) {
			t.Errorf("Get(%q) = %v", sum, err)
		}
	}
	if _, err := a.Get(context.Background(), strings.Repeat("a", 64)); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get of nothing = %v", err)
	}
	for _, writer := range []string{"Scraper", "a b", "../x", "-x", strings.Repeat("x", 64)} {
		if _, err := Open(t.TempDir(), writer, nil); err == nil {
			t.Errorf("Open with writer %q", writer)
		}
	}
}

func TestSameBytesAreStoredOnce(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, "scraper", Options{SegmentBytes: 4 << 10})
	first := page(3)
	sum := store(t, a, first)
	for n := 10; n < 60; n++ { // so that the first one's segment is closed
		store(t, a, page(n))
	}
	for n := range 5 {
		again := first
		again.Fetched, again.URL = first.Fetched.Add(time.Hour), fmt.Sprintf("https://copy.example/%d", n)
		if got := store(t, a, again); got != sum {
			t.Errorf("hash %s, want %s", got, sum)
		}
	}
	if s := a.Stats(); s.Records != 51 || s.Revisits != 5 {
		t.Errorf("stats %+v", s)
	}
	if got := load(t, a, sum); got.URL != first.URL || !got.Fetched.Equal(first.Fetched) {
		t.Errorf("Get gives %s of %s, want the first one", got.URL, got.Fetched)
	}
	a.Close()
	a = open(t, dir, "scraper", Options{})
	store(t, a, first)
	if s := a.Stats(); s.Records != 0 || s.Revisits != 1 {
		t.Errorf("after opening anew: stats %+v", s)
	}
	if r := sound(t, a); r.Records != 51 || r.Revisits != 6 {
		t.Errorf("report %+v", r)
	}
}

func TestManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, "scraper", Options{SegmentBytes: 16 << 10})
	const workers, each = 16, 20
	sums := make([][]string, workers)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for n := range each {
				sum, err := a.Put(context.Background(), page(w%4*each+n)) // every page by four workers
				if err != nil {
					t.Error(err)
				}
				sums[w] = append(sums[w], sum)
				if _, err := a.Get(context.Background(), sum); err != nil {
					t.Errorf("not there after Put: %v", err)
				}
			}
		})
	}
	all.Wait()
	if s := a.Stats(); s.Records != 4*each || s.Revisits != (workers-4)*each {
		t.Errorf("stats %+v, want %d records", s, 4*each)
	}
	a.Close()
	r := sound(t, open(t, dir, "", Options{}))
	if r.Records != 4*each || r.Revisits != (workers-4)*each || r.Segments < 2 {
		t.Errorf("report %+v", r)
	}
}

func TestClosed(t *testing.T) {
	a := open(t, t.TempDir(), "scraper", Options{})
	sum := store(t, a, page(1))
	for range 2 {
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Put(context.Background(), page(2)); !errors.Is(err, ErrClosed) {
		t.Errorf("Put = %v", err)
	}
	b := open(t, a.dir, "", Options{})
	if _, err := b.Put(context.Background(), page(2)); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Put of a reader = %v", err)
	}
	if got := load(t, b, sum); !bytes.Equal(got.Body, page(1).Body) {
		t.Error("the reader reads something else")
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none"), "", nil); err == nil {
		t.Error("a reader opens a folder that is not there")
	}
}
