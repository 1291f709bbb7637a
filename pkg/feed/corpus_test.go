package feed

import (
	"bufio"
	"bytes"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// corpus is the folder of labelled feeds. A plain clone has none; where CI is set it must be there.
func corpus(tb testing.TB) string {
	tb.Helper()
	root := os.Getenv("SARHAD_CORPUS")
	dir := filepath.Join(root, "feeds")
	if _, err := os.Stat(filepath.Join(dir, "manifest.tsv")); root != "" && err == nil {
		return dir
	}
	if os.Getenv("CI") != "" {
		tb.Fatalf("CI needs the labelled feeds, and SARHAD_CORPUS=%q has none", root)
	}
	tb.Skip("SARHAD_CORPUS does not name the labelled feeds")
	return ""
}

// manifest reads the rows of manifest.tsv by column name.
func manifest(tb testing.TB, dir string) []map[string]string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "manifest.tsv"))
	if err != nil {
		tb.Fatal(err)
	}
	s := bufio.NewScanner(bytes.NewReader(b))
	s.Buffer(nil, len(b)+1)
	var head []string
	var rows []map[string]string
	for s.Scan() {
		cells := strings.Split(s.Text(), "\t")
		if head == nil {
			head = cells
			continue
		}
		row := map[string]string{}
		for i, c := range cells {
			row[head[i]] = c
		}
		rows = append(rows, row)
	}
	return rows
}

var (
	anyTag   = regexp.MustCompile(`<[^>]*>`)
	anySpace = regexp.MustCompile(`\s+`)
)

// stated is a title as the labels mean it, whatever markup they carry.
func stated(s string) string {
	return strings.TrimSpace(anySpace.ReplaceAllString(html.UnescapeString(anyTag.ReplaceAllString(html.UnescapeString(s), "")), " "))
}

// TestCorpus is the figure of the labelled feeds: entries, titles and dates that are
// right, of all that are stated. A feed that is not labelled counts by what a second
// reader found in it, where it is well formed.
func TestCorpus(t *testing.T) {
	dir := corpus(t)
	right, of, dates := 0, 0, 0
	check := func(ok bool, format string, args ...any) {
		of++
		if ok {
			right++
			return
		}
		t.Logf(format, args...)
	}
	for _, r := range manifest(t, dir) {
		file := r["file"]
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		f, perr := Parse(b, Options{})
		if perr != nil && strings.Contains(perr.Error(), "the parser gave up") {
			t.Errorf("%s: %v", file, perr)
		}
		entries := f.Entries
		if want := r["expected_entries"]; want != "" {
			check(strconv.Itoa(len(entries)) == want, "%s: %d entries, stated %s: %v", file, len(entries), want, perr)
		} else if want := r["count_by_feedparser_lib"]; r["bozo"] == "0" && want != "" {
			check(strconv.Itoa(len(entries)) == want, "%s: %d entries, the other reader has %s: %v", file, len(entries), want, perr)
		}
		if want := r["expected_titles"]; want != "" {
			want = stated(strings.Split(want, "|")[0])
			check(len(entries) > 0 && stated(entries[0].Title) == want, "%s: titles %+v, stated %q", file, entries, want)
		}
		raw := strings.TrimSpace(strings.Split(r["expected_dates"], "|")[0])
		want, ok := expectedDate(raw)
		if !ok {
			continue
		}
		dates++
		got := firstDate(entries)
		check(got.Truncate(time.Second).Equal(want.Truncate(time.Second)), "%s: date %v, stated %s", file, got, raw)
	}
	share := float64(right) / float64(of)
	t.Logf("right %d of %d = %.4f (%d dates among them)", right, of, share, dates)
	if share < 0.998 {
		t.Errorf("right = %.4f, want at least 0.998", share)
	}
}

// firstDate is when the first entry was published, else updated.
func firstDate(entries []news.Entry) (t time.Time) {
	if len(entries) == 0 {
		return t
	}
	if p := entries[0].Published; p != nil {
		return *p
	}
	if u := entries[0].Updated; u != nil {
		return *u
	}
	return t
}

// expectedDate reads the dates of the labels, which are written in two ways.
func expectedDate(raw string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, time.RFC1123, time.RFC1123Z} {
		if t, err := time.Parse(layout, raw); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// TestGateLosesNothing compares with gofeed alone: what it reads of a feed is read behind the gate too.
func TestGateLosesNothing(t *testing.T) {
	dir := corpus(t)
	for _, r := range manifest(t, dir) {
		b, err := os.ReadFile(filepath.Join(dir, r["file"]))
		if err != nil {
			t.Fatal(err)
		}
		alone, err := gofeed.NewParser().Parse(bytes.NewReader(b))
		if err != nil {
			continue
		}
		f, perr := Parse(b, Options{})
		if len(f.Entries) < len(alone.Items) && f.Format != "" {
			t.Errorf("%s: %d entries, gofeed alone %d: %v", r["file"], len(f.Entries), len(alone.Items), perr)
			continue
		}
		for i, it := range alone.Items {
			if i >= len(f.Entries) {
				break
			}
			if got, want := stated(f.Entries[i].Title), stated(it.Title); got != want {
				t.Logf("%s: title %q, gofeed alone %q", r["file"], got, want)
			}
			if it.PublishedParsed != nil && f.Entries[i].Published == nil && f.Entries[i].Updated == nil {
				t.Logf("%s: no date, gofeed alone reads %q", r["file"], it.Published)
			}
		}
	}
}
