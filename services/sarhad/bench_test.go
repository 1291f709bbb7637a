package main

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/config"
)

// The figures of the README. They are measured, never asserted, and only when
// scripts/bench asks for them: SARHAD_BENCH is set.

func benching(t *testing.T) string {
	t.Helper()
	if os.Getenv("SARHAD_BENCH") == "" {
		t.Skip("SARHAD_BENCH is not set: figures are measured by 'make bench' alone")
	}
	return needed(t, "SARHAD_TEST_BIN", "the compiled programs")
}

func figure(name, format string, args ...any) {
	fmt.Printf("FIGURE\t%s\t%s\n", name, fmt.Sprintf(format, args...))
}

// mill is a loopback host of feeds made of the demonstration's texts, each item with
// a number of its own: three kilobytes in six languages.
type mill struct {
	*web
	texts []demoText
	each  int
}

type demoText struct {
	Title string `yaml:"title"`
	Text  string `yaml:"text"`
}

func newMill(t testing.TB, feeds, each int) *mill {
	t.Helper()
	m := &mill{web: &web{paths: map[string]string{}}, each: each}
	files, err := filepath.Glob("../../configs/demo/items-*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no demonstration texts: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var read struct {
			Items []map[string]any `yaml:"items"`
		}
		if _, err := config.Decode(file, data, &read); err != nil {
			t.Fatal(err)
		}
		for _, it := range read.Items {
			m.texts = append(m.texts, demoText{fmt.Sprint(it["title"]), fmt.Sprint(it["text"])})
		}
	}
	for i := range feeds {
		id := fmt.Sprintf("mill-%04d", i)
		m.ids, m.paths[id] = append(m.ids, id), "/feed/"+strconv.Itoa(i)
	}
	m.server = httptest.NewServer(m)
	t.Cleanup(m.server.Close)
	return m
}

type millItem struct {
	Title string `xml:"title"`
	Link  string `xml:"link"`
	Date  string `xml:"pubDate"`
	Text  string `xml:"description"`
}

func (m *mill) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/feed/"))
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	var feed struct {
		XMLName xml.Name   `xml:"rss"`
		Version string     `xml:"version,attr"`
		Items   []millItem `xml:"channel>item"`
	}
	feed.Version = "2.0"
	for i := range m.each {
		at := n*m.each + i
		one := m.texts[at%len(m.texts)]
		text := fmt.Sprintf("Report %d. ", at)
		for k := 0; len(text) < 3000; k++ {
			text += m.texts[(at*7+k*13)%len(m.texts)].Text + fmt.Sprintf(" %d. ", at*31+k)
		}
		feed.Items = append(feed.Items, millItem{fmt.Sprintf("%s %d", one.Title, at), fmt.Sprintf("%s/item/%d", m.server.URL, at), time.Now().Add(-time.Duration(at) * time.Minute).Format(time.RFC1123Z), text})
	}
	rw.Header().Set("Content-Type", feedType)
	fmt.Fprint(rw, xml.Header)
	_ = xml.NewEncoder(rw).Encode(feed)
}

// program starts "sarhad" with a settings file of these lines.
func program(t testing.TB, bin, address, settings string, args ...string) *process {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sarhad.yaml")
	text := fmt.Sprintf("data: %s\ndesk: {listen: %q}\nlog: {level: warn}\n%s", t.TempDir(), address, settings)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return spawn(t, nil, append([]string{filepath.Join(bin, "sarhad"), "--config", file}, args...)...)
}

// timed waits until n items can be searched and answers with how many that were a second.
func timed(t testing.TB, n int, count func() int) float64 {
	t.Helper()
	began := time.Now()
	until(t, 10*time.Minute, func() (bool, string) {
		got := count()
		return got >= n, fmt.Sprintf("%d of %d", got, n)
	})
	return float64(n) / time.Since(began).Seconds()
}

func searchable(address string) func() int {
	return func() int {
		var got struct{ Total int }
		_ = request(context.Background(), http.MethodGet, "http://"+address+"/api/v1/search?size=1", "", "", nil, &got)
		return got.Total
	}
}

func TestBenchEmbeddedFeedOnly(t *testing.T) {
	bin := benching(t)
	m, address := newMill(t, 150, 40), freePort(t)
	program(t, bin, address, fmt.Sprintf("sources: %s\ncollect: {allow: [%q], pause: 1ms, spread: 1s, pages: false}\n", m.catalogue(t), m.address()), "up")
	figure("embedded, feed-only, items/s", "%.0f", timed(t, 150*40, searchable(address)))
}

// elasticForm starts all roles with the settings as they ship, refresh included,
// in one process against nats-server and Elasticsearch.
func elasticForm(t testing.TB, bin, sources, allow string, pages bool) *elasticsearch {
	t.Helper()
	es := newElasticsearch(t)
	es.Bootstrap()
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(es.Key("indexer")), 0o600); err != nil {
		t.Fatal(err)
	}
	program(t, bin, freePort(t), fmt.Sprintf("sources: %s\nbus: {url: %q}\nindex: {url: %q, name: %s, api_key_file: %s}\ncollect: {allow: [%q], pause: 1ms, spread: 1s, pages: %t}\n",
		sources, natsServer(t), es.URL, es.Prefix, key, allow, pages), "up")
	return es
}

func TestBenchElasticFeedOnly(t *testing.T) {
	bin := benching(t)
	m := newMill(t, 300, 40)
	es := elasticForm(t, bin, m.catalogue(t), m.address(), false)
	figure("Elasticsearch, feed-only, items/s", "%.0f", timed(t, 300*40, es.Searchable))
}

func TestBenchElasticPages(t *testing.T) {
	bin := benching(t)
	const pages = 880
	w := newWeb(t, needed(t, "SARHAD_CORPUS", "the corpus of real pages"), 1, pages)
	es := elasticForm(t, bin, w.catalogue(t), w.address(), true)
	figure("Elasticsearch, with page extraction, items/s", "%.0f", timed(t, pages, es.Searchable))
}

func TestBenchIdle(t *testing.T) {
	bin := benching(t)
	m, address := newMill(t, 1000, 2), freePort(t)
	began := time.Now()
	p := program(t, bin, address, fmt.Sprintf("sources: %s\ncollect: {allow: [%q], pause: 1ms, spread: 1s, pages: false}\n", m.catalogue(t), m.address()), "up")
	until(t, time.Minute, func() (bool, string) {
		err := request(context.Background(), http.MethodGet, "http://"+address+"/readyz", "", "", nil, nil)
		return err == nil || !strings.Contains(err.Error(), "refused") && !strings.Contains(err.Error(), "503"), fmt.Sprint(err)
	})
	figure("up to ready, s", "%.2f", time.Since(began).Seconds())
	timed(t, 2000, searchable(address))
	time.Sleep(75 * time.Second)
	figure("idle with 1,000 sources, resident MB", "%.0f", resident(t, p.cmd.Process.Pid))
	info, err := os.Stat(filepath.Join(bin, "sarhad"))
	if err != nil {
		t.Fatal(err)
	}
	figure("binary, MB", "%.1f", float64(info.Size())/1e6)
}

// resident reads a process's resident size in MB.
func resident(t testing.TB, pid int) float64 {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(data), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb / 1000
		}
	}
	t.Fatal("no VmRSS")
	return 0
}
