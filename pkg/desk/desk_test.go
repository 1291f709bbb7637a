package desk

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"github.com/sarhad-desk/sarhad/pkg/alert"
	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/index/local"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/source"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

type contact struct{ address string }

func (c *contact) Contact() (string, bool) { return c.address, false }
func (c *contact) SetContact(_ context.Context, s string) error {
	if !strings.Contains(s, "@") {
		return errors.New("contact " + s + ", expected a mail address")
	}
	c.address = s
	return nil
}

func items() []news.Item {
	item := func(n, source, title, text string, day int) news.Item {
		at := noon.AddDate(0, 0, day)
		return news.Item{Schema: news.Schema, ID: strings.Repeat("0", 31) + n, Rev: 1, Edition: 1, Source: source, Owner: source, Title: title, Text: text, FirstSeen: at, Published: at,
			PublishedFrom: "feed", URL: "https://" + source + ".example/" + n, Carriers: []news.Carrier{{Source: source, Seen: at}}, Copy: &news.Copy{Cluster: n, Role: "original"}, Story: "s" + n}
	}
	return []news.Item{
		item("1", "lantern", `<script>alert("title")</script> Wakhan closed`, "Officials claimed that the Wakhan corridor had been seized. <img src=x onerror=alert(1)>", 0),
		item("2", "harbour", "واخان پر قبضے کی تردید", "وزارت دفاع نے واخان پر قبضے کے دعوے کی تردید کی۔", 1),
		item("3", "lantern", "Rain in the hills", "Two bridges were closed until noon after heavy rain.", 2),
	}
}

// newDesk is a desk on a real embedded index and a real embedded bus.
func newDesk(t *testing.T, change func(*Config)) http.Handler {
	t.Helper()
	rules, err := taxonomy.Load(os.DirFS("../../configs"), "taxonomy")
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	store, err := local.Open(t.TempDir(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	var writes []index.Write
	for i, it := range items() {
		flow.Tag(rules, &it)
		writes = append(writes, index.Write{Item: it, Version: int64(i + 1)})
	}
	if _, err := store.Write(context.Background(), writes); err != nil {
		t.Fatal(err)
	}
	b := bustest.Embedded(t)
	topology := bus.Topology{Streams: []bus.Stream{{Name: alert.Stream, Subjects: []string{"sarhad.notices.>"}}, {Name: flow.PollStream, Subjects: []string{"sarhad.polls.>"}}}}
	if err := b.Declare(context.Background(), topology); err != nil {
		t.Fatal(err)
	}
	var fsys fs.FS = fstest.MapFS{"alerts.yaml": {Data: []byte("alerts:\n  - {id: wakhan, name: Wakhan, query: wakhan, must_match: [Wakhan is far]}\n")}}
	alerts, err := alert.Load(fsys, "alerts.yaml", rules, func(it *news.Item) { flow.Tag(rules, it) })
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := source.New([]news.Source{
		{ID: "lantern", Name: "The Lantern", Home: "https://lantern.example/", Country: "PK", Languages: []string{"en"}, Kind: "newspaper", Affiliation: news.Affiliation{Label: "independent", ReviewedBy: "A. Desk", ReviewedOn: "2026-01-05"}, Poll: "daily", Status: "unverified", Feeds: []string{"https://lantern.example/feed"}},
		{ID: "harbour", Name: "Harbour", Home: "https://harbour.example/", Country: "AF", Languages: []string{"ur"}, Kind: "agency", Affiliation: news.Affiliation{Label: "state", ReviewedBy: "unreviewed"}, Poll: "daily", Status: "unverified", Feeds: []string{"https://harbour.example/feed"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Store: store, Bus: b, Rules: func() *taxonomy.Taxonomy { return rules }, Catalogue: catalogue, Alerts: alerts, Contact: &contact{},
		Polls:  func(context.Context) (map[string]source.PollState, error) { return nil, nil },
		Doctor: func(context.Context) []Check { return []Check{{Name: "bus", State: "green", Found: "well"}} },
		Log:    quiet, Now: func() time.Time { return noon.AddDate(0, 0, 3) }, Version: "test"}
	if change != nil {
		change(&cfg)
	}
	h, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ask(t *testing.T, h http.Handler, method, target string, body string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:50000"
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestPagesEscapeWhatTheyShow(t *testing.T) {
	h := newDesk(t, nil)
	for _, path := range []string{"/?q=wakhan", "/items/" + items()[0].ID, "/sources", "/alerts", "/dlq", "/doctor", "/?q=" + url.QueryEscape(`"><script>alert(2)</script>`)} {
		w := ask(t, h, "GET", path, "")
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Errorf("%s answers %d", path, w.Code)
		}
		body := w.Body.String()
		if strings.Contains(body, "<script") || strings.Contains(body, "<img") {
			t.Errorf("%s lets markup through", path)
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s has the policy %q", path, csp)
		}
	}
}

func TestSearchPageShowsHitsMarksAndAChartThatLeadsToThem(t *testing.T) {
	h := newDesk(t, nil)
	body := ask(t, h, "GET", "/?q=wakhan", "").Body.String()
	for _, want := range []string{"<mark>Wakhan</mark>", "<mark>واخان</mark>", "also searched", "independent", "unreviewed", `<svg`, "published%3A2026-03-10..2026-03-10"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if strings.Contains(body, "Rain in the hills") {
		t.Error("an item that does not match is listed")
	}
}

func TestAClickOnABarListsWhatItCounts(t *testing.T) {
	h := newDesk(t, nil)
	var trend struct {
		Starts []time.Time
		Total  []int
	}
	if err := json.Unmarshal(ask(t, h, "GET", "/api/v1/trend?q=wakhan&interval=day&by=topic", "").Body.Bytes(), &trend); err != nil {
		t.Fatal(err)
	}
	counted := 0
	for i, at := range trend.Starts {
		day := at.Format("2006-01-02")
		var found struct{ Total int }
		if err := json.Unmarshal(ask(t, h, "GET", "/api/v1/search?q="+url.QueryEscape("wakhan published:"+day+".."+day), "").Body.Bytes(), &found); err != nil {
			t.Fatal(err)
		}
		if found.Total != trend.Total[i] {
			t.Errorf("%s: the bar counts %d, the click lists %d", day, trend.Total[i], found.Total)
		}
		counted += found.Total
	}
	if counted != 2 {
		t.Errorf("%d items counted, want 2", counted)
	}
}

func TestAMistakeInAQueryIsShownWhereItStands(t *testing.T) {
	h := newDesk(t, nil)
	w := ask(t, h, "GET", "/?q="+url.QueryEscape(`wakhan "ttp`), "")
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `class="wrong"`) {
		t.Errorf("page answers %d", w.Code)
	}
	w = ask(t, h, "GET", "/api/v1/search?q=%22open", "")
	if w.Code != http.StatusBadRequest || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("API answers %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	for _, bad := range []string{"size=0", "size=many", "order=best", "cursor=zzz"} {
		if w := ask(t, h, "GET", "/api/v1/search?"+bad, ""); w.Code != http.StatusBadRequest {
			t.Errorf("%s answers %d: %s", bad, w.Code, w.Body)
		}
	}
	for _, bad := range []string{"by=colour", "interval=year", "zone=Mars", "from=yesterday"} {
		if w := ask(t, h, "GET", "/api/v1/trend?"+bad, ""); w.Code != http.StatusBadRequest {
			t.Errorf("%s answers %d", bad, w.Code)
		}
	}
}

func TestItemPageSaysWhyEachTagWasGiven(t *testing.T) {
	h := newDesk(t, nil)
	body := ask(t, h, "GET", "/items/"+items()[0].ID, "").Body.String()
	for _, want := range []string{"why it was tagged", "<mark>Wakhan</mark>", "rule version", "claims in this text", "The Lantern"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if w := ask(t, h, "GET", "/items/nowhere", ""); w.Code != http.StatusNotFound {
		t.Errorf("an unknown item answers %d", w.Code)
	}
}

func TestStrangersAreKeptOut(t *testing.T) {
	h := newDesk(t, nil)
	if w := ask(t, h, "GET", "/", "", "Host", "evil.example"); w.Code != http.StatusForbidden {
		t.Errorf("another host name answers %d", w.Code)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Host = "localhost"
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusForbidden {
		t.Errorf("another machine that says localhost answers %d", w.Code)
	}
	if w := ask(t, h, "POST", "/contact", "contact=a@b.example", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("a post from another site answers %d", w.Code)
	}
	h = newDesk(t, func(c *Config) { c.Token = "secret" })
	if w := ask(t, h, "GET", "/", "", "Host", "desk.example"); w.Code != http.StatusUnauthorized {
		t.Errorf("without a token: %d", w.Code)
	}
	if w := ask(t, h, "GET", "/api/v1/doctor", "", "Host", "desk.example", "Authorization", "Bearer secret"); w.Code != http.StatusOK {
		t.Errorf("with the token: %d", w.Code)
	}
}

func TestContactIsAskedForAndTaken(t *testing.T) {
	h := newDesk(t, nil)
	if body := ask(t, h, "GET", "/", "").Body.String(); !strings.Contains(body, "set a contact address first") {
		t.Error("the desk does not ask for a contact address")
	}
	if w := ask(t, h, "PUT", "/api/v1/settings/contact", `{"contact":"nobody"}`); w.Code != http.StatusBadRequest {
		t.Errorf("a bad contact answers %d", w.Code)
	}
	if w := ask(t, h, "POST", "/contact", "contact=desk@news.example", "Content-Type", "application/x-www-form-urlencoded"); w.Code != http.StatusSeeOther {
		t.Errorf("the form answers %d", w.Code)
	}
	if body := ask(t, h, "GET", "/", "").Body.String(); strings.Contains(body, "set a contact address first") {
		t.Error("the desk still asks")
	}
}

func TestDeadLettersCanBeReadAndDropped(t *testing.T) {
	var b *bus.Bus
	h := newDesk(t, func(c *Config) { b = c.Bus })
	if _, err := b.Bury(context.Background(), bus.DeadLetter{Reason: "cut in the middle", Stage: "scraper", Data: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	var got struct{ Letters []struct{ Number uint64 } }
	if err := json.Unmarshal(ask(t, h, "GET", "/api/v1/dlq", "").Body.Bytes(), &got); err != nil || len(got.Letters) != 1 {
		t.Fatalf("%d letters, %v", len(got.Letters), err)
	}
	if body := ask(t, h, "GET", "/dlq", "").Body.String(); !strings.Contains(body, "cut in the middle") {
		t.Error("the page does not show the reason")
	}
	if w := ask(t, h, "DELETE", "/api/v1/dlq/1", ""); w.Code != http.StatusNoContent {
		t.Errorf("drop answers %d", w.Code)
	}
	if w := ask(t, h, "GET", "/api/v1/dlq/1", ""); w.Code != http.StatusNotFound {
		t.Errorf("a dropped letter answers %d", w.Code)
	}
}

func TestEveryPageSpeaksTheReadersLanguage(t *testing.T) {
	h := newDesk(t, nil)
	for code, word := range map[string]string{"ur": "تلاش", "ps": "لټون", "fa": "جستجو", "hi": "खोज"} {
		body := ask(t, h, "GET", "/?ui="+code, "").Body.String()
		if !strings.Contains(body, word) || !strings.Contains(body, `lang="`+code+`" dir="`+direction(code)+`"`) {
			t.Errorf("%s: no %q, or not in its direction", code, word)
		}
	}
}

func TestTranslationsAreComplete(t *testing.T) {
	all, err := loadMessages()
	if err != nil {
		t.Fatal(err)
	}
	for code, said := range all {
		for other, more := range all {
			for key := range more {
				if said[key] == "" {
					t.Errorf("%s lacks %q, which %s has", code, key, other)
				}
			}
		}
	}
}
