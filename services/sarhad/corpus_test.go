package main

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

// web is the world of the end-to-end tests on loopback: real feeds as they are, and
// real pages listed by feeds of our own.
type web struct {
	server *httptest.Server
	feeds  map[string]string // path → file
	pages  map[string]string // path → file
	lists  map[string][]string
	bad    map[string]string // path → body that is no feed
	ids    []string          // of the sources, in order
	paths  map[string]string // source → path of its feed
}

const feedType = "application/xml"

// newWeb takes n well-formed feeds and m pages from the corpus. Pages are listed 20 a
// source; every fourth source also lists the pages of the one before it, and every
// source lists one page that does not exist.
func newWeb(t testing.TB, corpus string, n, m int) *web {
	w := &web{feeds: map[string]string{}, pages: map[string]string{}, lists: map[string][]string{}, bad: map[string]string{}, paths: map[string]string{}}
	for i, file := range wellFormed(t, filepath.Join(corpus, "feeds"), n) {
		w.addFeed(fmt.Sprintf("feed-%03d", i), file)
	}
	w.addPages(t, filepath.Join(corpus, "extraction", "trafilatura", "eval"), m)
	w.addBad()
	slices.Sort(w.ids)
	w.server = httptest.NewServer(w)
	t.Cleanup(w.server.Close)
	return w
}

func (w *web) addFeed(id, file string) {
	path := "/feeds/" + id
	w.ids, w.paths[id], w.feeds[path] = append(w.ids, id), path, file
}

// addBad adds sources that are not what they say.
func (w *web) addBad() {
	for id, body := range map[string]string{
		"bad-html":   "<!doctype html><html><body><p>Please prove that you are not a robot.</p></body></html>",
		"bad-empty":  " ",
		"bad-cut":    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Cut</tit",
		"bad-nested": "<rss version=\"2.0\"><channel>" + strings.Repeat("<x:a>", 400_000),
		"bad-binary": "\x00\x01\x02\xff\xfe" + strings.Repeat("\x00\x13", 500),
	} {
		path := "/bad/" + id
		w.ids, w.paths[id], w.bad[path] = append(w.ids, id), path, body
	}
}

func (w *web) addPages(t testing.TB, folder string, m int) {
	files, err := filepath.Glob(filepath.Join(folder, "*.gz"))
	if err != nil || m > 0 && len(files) == 0 {
		t.Fatalf("no pages in %s: %v", folder, err)
	}
	var before []string
	for from := 0; from < min(m, len(files)); from += 20 {
		id := fmt.Sprintf("pages-%02d", from/20)
		var own []string
		for i, file := range files[from:min(from+20, m, len(files))] {
			path := fmt.Sprintf("/pages/%s/%d", id, i)
			w.pages[path] = file
			own = append(own, path)
		}
		path := "/lists/" + id
		w.ids, w.paths[id] = append(w.ids, id), path
		w.lists[path] = append(own, "/pages/"+id+"/gone")
		if from/20%4 == 3 {
			w.lists[path] = append(w.lists[path], before...)
		}
		before = own
	}
}

// wellFormed lists the first n feeds that feedparser reads without complaint and finds entries in.
func wellFormed(t testing.TB, folder string, n int) []string {
	f, err := os.Open(filepath.Join(folder, "manifest.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	reader := csv.NewReader(f)
	reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord = '\t', true, -1
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var files []string
	for _, row := range rows[1:] {
		if len(row) <= column["bozo"] || row[column["bozo"]] != "0" {
			continue
		}
		if count := row[column["count_by_feedparser_lib"]]; count != "" && count != "0" {
			files = append(files, filepath.Join(folder, row[column["file"]]))
		}
	}
	if len(files) < n {
		t.Fatalf("%d well-formed feeds, want %d", len(files), n)
	}
	step := len(files) / max(n, 1) // spread over all suites
	var out []string
	for i := 0; len(out) < n; i += step {
		out = append(out, files[i])
	}
	return out
}

func (w *web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	switch {
	case w.feeds[path] != "":
		data, err := os.ReadFile(w.feeds[path])
		if err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		rw.Header().Set("Content-Type", feedType)
		_, _ = rw.Write(data)
	case w.lists[path] != nil:
		rw.Header().Set("Content-Type", feedType)
		_, _ = rw.Write(w.list(path))
	case w.pages[path] != "":
		w.servePage(rw, w.pages[path])
	case w.bad[path] != "":
		rw.Header().Set("Content-Type", feedType)
		_, _ = io.WriteString(rw, w.bad[path])
	default:
		http.NotFound(rw, r)
	}
}

func (w *web) servePage(rw http.ResponseWriter, file string) {
	f, err := os.Open(file)
	if err == nil {
		defer f.Close()
		var z *gzip.Reader
		if z, err = gzip.NewReader(f); err == nil {
			rw.Header().Set("Content-Type", "text/html")
			_, err = io.Copy(rw, z)
		}
	}
	if err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
	}
}

type listItem struct {
	Title string `xml:"title"`
	Link  string `xml:"link"`
	GUID  string `xml:"guid"`
}

// list is an RSS feed of the pages of one source.
func (w *web) list(path string) []byte {
	var feed struct {
		XMLName xml.Name   `xml:"rss"`
		Version string     `xml:"version,attr"`
		Items   []listItem `xml:"channel>item"`
	}
	feed.Version = "2.0"
	for _, page := range w.lists[path] {
		feed.Items = append(feed.Items, listItem{"Listed page " + page, w.server.URL + page, page})
	}
	data, _ := xml.Marshal(feed)
	return append([]byte(xml.Header), data...)
}

// catalogue writes the sources to a folder.
func (w *web) catalogue(t testing.TB) (folder string) {
	var read struct {
		Sources []news.Source `yaml:"sources"`
	}
	for _, id := range w.ids {
		read.Sources = append(read.Sources, news.Source{ID: id, Name: id, Home: w.server.URL + "/", Country: "PK", Languages: []string{"en"}, Kind: "newspaper",
			Affiliation: news.Affiliation{Label: "unknown", ReviewedBy: "unreviewed"}, Poll: "weekly", Status: "unverified", Feeds: []string{w.server.URL + w.paths[id]}})
	}
	data, err := config.Encode(read)
	if err != nil {
		t.Fatal(err)
	}
	folder = filepath.Join(t.TempDir(), "sources")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "all.yaml"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// expected is what the pipeline must have in the end, as the filter on the command
// line reads the same feeds: the carriers of every id, and the entries of every source.
type expected struct {
	carriers map[string]map[string]bool
	received map[string]int
	pages    map[string]bool // ids whose page exists
}

func (w *web) expect(t testing.TB, sarhad string) expected {
	e := expected{carriers: map[string]map[string]bool{}, received: map[string]int{}, pages: map[string]bool{}}
	for _, id := range w.ids {
		if w.bad[w.paths[id]] != "" {
			continue
		}
		entries := w.parse(t, sarhad, w.paths[id])
		e.received[id] = len(entries)
		for _, entry := range entries {
			itemID := news.ID(id, entry)
			if itemID == "" {
				continue
			}
			if e.carriers[itemID] == nil {
				e.carriers[itemID] = map[string]bool{}
			}
			e.carriers[itemID][id] = true
			if u, err := url.Parse(entry.URL); err == nil && w.pages[u.Path] != "" {
				e.pages[itemID] = true
			}
		}
	}
	return e
}

// parse runs "sarhad feed parse" on what a path serves.
func (w *web) parse(t testing.TB, sarhad, path string) []news.Entry {
	file := w.feeds[path]
	if file == "" {
		file = filepath.Join(t.TempDir(), strings.ReplaceAll(strings.Trim(path, "/"), "/", "-"))
		if err := os.WriteFile(file, w.list(path), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command(sarhad, "feed", "parse", "--url", w.server.URL+path, "--content-type", feedType, file)
	out, err := command.Output()
	var read struct {
		Entries []news.Entry `json:"entries"`
	}
	if jsonErr := json.Unmarshal(out, &read); jsonErr != nil {
		t.Fatalf("feed parse %s: %v, %v", path, err, jsonErr)
	}
	return read.Entries
}
