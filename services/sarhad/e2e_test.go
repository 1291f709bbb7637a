package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/configs"
	"github.com/sarhad-desk/sarhad/pkg/app"
	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

const (
	e2eFeeds = 320
	e2ePages = 240
)

// cluster is the many-machines form on this one: each role a process of its own.
type cluster struct {
	t      testing.TB
	bin    string
	config string // the settings file of all roles
	desk   string // address of the desk
	roles  map[string]*process
	es     *elasticsearch
	keys   map[string]string // files of the API keys
}

// TestE2E runs the roles as separate processes against a nats-server process and the
// real, secured Elasticsearch, kills two of them on the way, and compares what can be
// searched in the end with what the filters read from the same feeds. Then the same
// feeds and pages go through the embedded form, and must give the same documents.
func TestE2E(t *testing.T) {
	bin := needed(t, "SARHAD_TEST_BIN", "the compiled programs")
	corpus := needed(t, "SARHAD_CORPUS", "the corpus of real feeds and pages")
	w := newWeb(t, corpus, e2eFeeds, e2ePages)
	want := w.expect(t, filepath.Join(bin, "sarhad"))
	var many, one map[string]news.Item
	t.Run("processes", func(t *testing.T) {
		c := newCluster(t, bin, w)
		for _, role := range app.Roles() {
			c.start(role)
		}
		c.waitFor(len(want.carriers)/4, 2*time.Minute)
		c.kill("clusterer")
		c.kill("scraper")
		c.waitFor(len(want.carriers), 6*time.Minute)
		many = c.compare(want)
	})
	t.Run("embedded", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		c := &cluster{t: t, desk: startEmbedded(t, ctx, w)}
		c.waitForDesk(len(want.carriers), 6*time.Minute)
		one = c.items(want)
		c.compareLedger(want)
	})
	for id, it := range many {
		if a, b := essence(it), essence(one[id]); a != b {
			t.Errorf("item %s\n  of the processes     %.300s\n  of the embedded form %.300s", id, a, b)
		}
	}
}

// essence is what must not depend on the form: everything but times, and what follows
// from the order in which sources happened to be polled.
func essence(it news.Item) string {
	var tags []string
	for _, tag := range it.Tags {
		tags = append(tags, fmt.Sprintf("%s %.3f %s %d", tag.ID, tag.Score, tag.RuleVersion, len(tag.Evidence)))
	}
	title := it.Title
	if len(it.Carriers) > 1 {
		title = "" // each source has its own, and the first to come gives it
	}
	return fmt.Sprintf("%s | %s | %v | %s | %d claims | %s | %s", title, it.Lang.Code, tags, it.TextFrom, len(it.Claims), it.PageError, it.Text)
}

func newCluster(t testing.TB, bin string, w *web) *cluster {
	t.Helper()
	c := &cluster{t: t, bin: bin, roles: map[string]*process{}, es: newElasticsearch(t), desk: freePort(t)}
	dir := t.TempDir()
	c.es.Bootstrap()
	c.keys = map[string]string{}
	for _, service := range []string{"indexer", "reader"} {
		c.keys[service] = filepath.Join(dir, service+".key")
		if err := os.WriteFile(c.keys[service], []byte(c.es.Key(service)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c.config = filepath.Join(dir, "sarhad.yaml")
	text := fmt.Sprintf("data: %s\nsources: %s\ndesk: {listen: %q}\nbus: {url: %q}\nindex: {url: %q, name: %s, refresh: 1s}\ncollect: {allow: [%q], pause: 1ms, spread: 1s}\n",
		filepath.Join(dir, "data"), w.catalogue(t), c.desk, natsServer(t), c.es.URL, c.es.Prefix, w.address())
	if err := os.WriteFile(c.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *cluster) start(role string) {
	service := "reader"
	if role == "indexer" {
		service = role
	}
	c.roles[role] = spawn(c.t, []string{"SARHAD_INDEX_API_KEY_FILE=" + c.keys[service]}, filepath.Join(c.bin, role), "--config", c.config)
}

// kill ends a role without warning and starts it again.
func (c *cluster) kill(role string) {
	c.t.Helper()
	c.roles[role].stop(syscall.SIGKILL)
	c.roles[role].start()
	c.t.Logf("%s killed and started again with %d items indexed", role, c.count())
}

func (c *cluster) count() int { return c.es.Count() }

func (c *cluster) waitFor(n int, within time.Duration) {
	c.t.Helper()
	until(c.t, within, func() (bool, string) {
		for role, p := range c.roles {
			if p.ended() {
				c.t.Fatalf("%s has ended by itself", role)
			}
		}
		got := c.count()
		return got >= n, fmt.Sprintf("%d of %d items indexed", got, n)
	})
}

func (w *web) address() string { return strings.TrimPrefix(w.server.URL, "http://") }

// compare holds the index and the ledger against what was offered.
func (c *cluster) compare(want expected) map[string]news.Item {
	t := c.t
	t.Helper()
	for id, n := range c.es.IDs() {
		if n != 1 {
			t.Errorf("item %s stands %d times in the index", id, n)
		}
		if want.carriers[id] == nil {
			t.Errorf("item %s was never offered", id)
		}
	}
	items := c.items(want)
	withText := 0
	for id, it := range items {
		if want.pages[id] && it.TextFrom == "page" {
			withText++
		}
	}
	if least := len(want.pages) * 9 / 10; withText < least {
		t.Errorf("%d of %d listed pages gave a text, want at least %d", withText, len(want.pages), least)
	}
	c.compareLedger(want)
	c.checkBad()
	return items
}

// checkBad looks for what each bad source must have cost: its own entries, a reason
// under its health, and a dead letter that can be tried again.
func (c *cluster) checkBad() {
	c.t.Helper()
	var got sourcesAnswer
	if err := request(context.Background(), http.MethodGet, "http://"+c.desk+"/api/v1/sources", "", "", nil, &got); err != nil {
		c.t.Fatal(err)
	}
	for _, s := range got.Sources {
		if !strings.HasPrefix(s.Source.ID, "bad-") {
			continue
		}
		for _, e := range s.Endpoints {
			if e.Health.State != "failing" && e.Health.State != "degraded" || e.Health.Reason == "" {
				c.t.Errorf("%s is %s: %q", s.Source.ID, e.Health.State, e.Health.Reason)
			}
		}
	}
	var dead struct {
		Letters []struct{ Stage, Subject, Reason string }
	}
	if err := request(context.Background(), http.MethodGet, "http://"+c.desk+"/api/v1/dlq", "", "", nil, &dead); err != nil {
		c.t.Fatal(err)
	}
	kept := map[string]bool{}
	for _, l := range dead.Letters {
		if l.Stage == "collector" {
			kept[strings.TrimPrefix(l.Subject, "sarhad.polls.")] = true
		}
	}
	for _, id := range []string{"bad-html", "bad-cut", "bad-nested", "bad-binary"} {
		if !kept[id] {
			c.t.Errorf("%s left no dead letter", id)
		}
	}
}

// items reads every item that was offered, and waits until each lists all its
// carriers: the last to arrive are sightings.
func (c *cluster) items(want expected) map[string]news.Item {
	c.t.Helper()
	got := map[string]news.Item{}
	until(c.t, 2*time.Minute, func() (bool, string) {
		for id, sources := range want.carriers {
			if _, complete := got[id]; complete {
				continue
			}
			it, err := c.item(id)
			if err != nil || !slices.Equal(carriers(it), sorted(sources)) {
				return false, fmt.Sprintf("item %s is carried by %v, want %v (%v)", id, carriers(it), sorted(sources), err)
			}
			got[id] = it
		}
		return true, ""
	})
	return got
}

func (c *cluster) item(id string) (news.Item, error) {
	var got struct {
		Item news.Item `json:"item"`
	}
	err := request(context.Background(), http.MethodGet, "http://"+c.desk+"/api/v1/items/"+url.PathEscape(id), "", "", nil, &got)
	return got.Item, err
}

type sourcesAnswer struct {
	Sources []struct {
		Source    struct{ ID string }
		Endpoints []struct {
			Polls  int
			Health struct{ State, Reason string }
			Total  struct {
				Received, New, Known, Failed int
				Skipped                      map[string]int
			}
		}
	}
}

// compareLedger holds each source's account against "sarhad feed parse".
func (c *cluster) compareLedger(want expected) {
	c.t.Helper()
	var got sourcesAnswer
	if err := request(context.Background(), http.MethodGet, "http://"+c.desk+"/api/v1/sources", "", "", nil, &got); err != nil {
		c.t.Fatal(err)
	}
	for _, s := range got.Sources {
		if strings.HasPrefix(s.Source.ID, "bad-") {
			continue
		}
		for _, e := range s.Endpoints {
			accounted := e.Total.New + e.Total.Known + e.Total.Failed
			for _, n := range e.Total.Skipped {
				accounted += n
			}
			if e.Total.Received != accounted || e.Total.Received != want.received[s.Source.ID]*e.Polls {
				c.t.Errorf("source %s: %d polls, ledger %+v, feed parse finds %d entries (%s: %s)", s.Source.ID, e.Polls, e.Total, want.received[s.Source.ID], e.Health.State, e.Health.Reason)
			}
		}
	}
}

func carriers(it news.Item) []string {
	set := map[string]bool{}
	for _, c := range it.Carriers {
		set[c.Source] = true
	}
	return sorted(set)
}

func sorted(set map[string]bool) []string {
	var out []string
	for s := range set {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// waitForDesk waits until the desk finds n items.
func (c *cluster) waitForDesk(n int, within time.Duration) {
	c.t.Helper()
	total := 0
	until(c.t, within, func() (bool, string) {
		total = searchable(c.desk)()
		return total >= n, fmt.Sprintf("%d of %d items indexed", total, n)
	})
	if total != n {
		c.t.Errorf("%d items, want %d", total, n)
	}
}

// startEmbedded starts all roles in this process and answers with the desk's address.
func startEmbedded(t testing.TB, ctx context.Context, w *web) string {
	t.Helper()
	cfg, err := config.Load(configs.Settings, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data, cfg.Sources, cfg.Desk.Listen = t.TempDir(), w.catalogue(t), "127.0.0.1:0"
	cfg.Collect.Allow, cfg.Collect.Pause, cfg.Collect.Spread = []string{w.address()}, time.Millisecond, time.Second
	a, err := app.Start(ctx, cfg, slog.New(slog.NewTextHandler(io.Discard, nil)), "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		a.Stop()
		if err := a.Wait(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	until(t, 30*time.Second, func() (bool, string) {
		ready, lines := a.Ready()
		return ready, strings.Join(lines, "; ")
	})
	return a.Addr().String()
}
