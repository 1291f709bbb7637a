package alert

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/notify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func load(t *testing.T, text string) (*Rules, error) {
	t.Helper()
	return Load(fstest.MapFS{"alerts.yaml": {Data: []byte(text)}}, "alerts.yaml", nil, func(*news.Item) {})
}

func TestLoadListsEveryMistake(t *testing.T) {
	_, err := load(t, `alerts:
  - id: Bad Name
    name: x
    query: '"open'
    must_match: [a]
  - id: hook
    name: ""
    query: valley
    webhook: ftp://u:p@example.com
    cooldown: -1h
    must_match: [nothing here]
    must_not_match: [a valley]
  - id: none
    name: x
    query: valley
`)
	var problems config.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"alerts.yaml:2: ", "alerts.yaml:4: alert Bad Name: query", "alerts.yaml:7: alert hook: name", "alerts.yaml:9: alert hook: webhook", "alerts.yaml:10: alert hook: cooldown", "alerts.yaml:11: alert hook: must_match", "alerts.yaml:12: alert hook: must_not_match", "alert none: must_match: is empty"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in\n%v", want, err)
		}
	}
}

// receiver is a webhook that can be told to fail.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	fail     int // answers of 503 before the first good one
	got      []Notice
	attempts int
	badSign  bool
	secret   string
}

func newReceiver(t *testing.T, secret string, fail int) *receiver {
	r := &receiver{secret: secret, fail: fail}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.attempts++
	if request.Header.Get("Sarhad-Signature") != "sha256="+notify.Sign(r.secret, body) {
		r.badSign = true
	}
	if r.attempts <= r.fail {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var n Notice
	if json.Unmarshal(body, &n) == nil {
		r.got = append(r.got, n)
	}
}

func (r *receiver) notices() []Notice {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Notice(nil), r.got...)
}

func newWatcher(t *testing.T, rules *Rules) *Watcher {
	t.Helper()
	b := bustest.Embedded(t)
	topology := bus.Topology{Streams: []bus.Stream{{Name: Stream, Subjects: []string{subject + ">"}}}, Buckets: []bus.Bucket{{Name: Bucket}}}
	if err := b.Declare(context.Background(), topology); err != nil {
		t.Fatal(err)
	}
	return &Watcher{Bus: b, Rules: rules, Log: quiet(), Now: time.Now}
}

func item(id, text string) *news.Item {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return &news.Item{ID: id, Source: "lantern", Title: "From the \u202Ehills", Text: text, FirstSeen: at, Published: at, Copy: &news.Copy{Role: "original"}}
}

func TestANoticeArrivesOnceAndSaysWhy(t *testing.T) {
	r := newReceiver(t, "shared", 1)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("shared\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rules, err := load(t, "alerts:\n  - {id: valley, name: Valley, query: valley, webhook: '"+r.URL+"', secret_file: '"+secret+"', must_match: [a valley]}\n")
	if err != nil {
		t.Fatal(err)
	}
	w := newWatcher(t, rules)
	ctx, cancel := context.WithCancel(context.Background())
	for range 3 { // a message may be delivered more than once
		if err := w.Watch(ctx, item("a", "Snow closed the valley road on Sunday.")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Watch(ctx, item("b", "Nothing to see.")); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- w.Deliver(ctx) }()
	deadline := time.Now().Add(30 * time.Second)
	for len(r.notices()) == 0 && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	got := r.notices()
	if len(got) != 1 {
		t.Fatalf("%d notices arrived, want 1", len(got))
	}
	n := got[0]
	if n.ID != "valley.a" || n.Query != "valley" || len(n.Why) != 1 || n.Why[0].Match != "valley" || !strings.Contains(n.Why[0].Text, "Snow closed") {
		t.Errorf("notice %+v", n)
	}
	if strings.ContainsRune(n.Title, '\u202E') {
		t.Error("a bidi override reached the notice")
	}
	if r.badSign {
		t.Error("the signature is wrong")
	}
}

func TestCooldownCountsWhatItKeepsQuiet(t *testing.T) {
	rules, err := load(t, "alerts:\n  - {id: valley, name: Valley, query: valley, cooldown: 1h, must_match: [a valley]}\n")
	if err != nil {
		t.Fatal(err)
	}
	w := newWatcher(t, rules)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	w.Now = func() time.Time { return now }
	for i, id := range []string{"a", "b", "c", "d"} {
		if i == 3 {
			now = now.Add(2 * time.Hour)
		}
		if err := w.Watch(context.Background(), item(id, "the valley")); err != nil {
			t.Fatal(err)
		}
	}
	var got []Notice
	err = w.Bus.Replay(context.Background(), Stream, 1, func(d bus.Delivery) (bool, error) {
		var n Notice
		err := json.Unmarshal(d.Data, &n)
		got = append(got, n)
		return true, err
	})
	if err != nil || len(got) != 2 || got[0].Item != "a" || got[1].Item != "d" || got[1].Quieted != 2 {
		t.Errorf("notices %+v, %v", got, err)
	}
}

func TestCopiesAndSightingsRaiseNothing(t *testing.T) {
	rules, err := load(t, "alerts:\n  - {id: valley, name: Valley, query: valley, must_match: [a valley]}\n")
	if err != nil {
		t.Fatal(err)
	}
	w := newWatcher(t, rules)
	repeated, seen := item("a", "the valley"), item("b", "the valley")
	repeated.Copy.Role, seen.Sighting = "copy", true
	for _, it := range []*news.Item{repeated, seen} {
		if err := w.Watch(context.Background(), it); err != nil {
			t.Fatal(err)
		}
	}
	if last, err := w.Bus.Last(context.Background(), Stream, ""); err != nil || last != nil {
		t.Errorf("a notice was raised: %v %v", last, err)
	}
}

func TestARefusedNoticeIsADeadLetter(t *testing.T) {
	refuser := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	t.Cleanup(refuser.Close)
	rules, err := load(t, "alerts:\n  - {id: valley, name: Valley, query: valley, webhook: '"+refuser.URL+"', must_match: [a valley]}\n")
	if err != nil {
		t.Fatal(err)
	}
	w := newWatcher(t, rules)
	ctx, cancel := context.WithCancel(context.Background())
	if err := w.Watch(ctx, item("a", "the valley")); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- w.Deliver(ctx) }()
	deadline := time.Now().Add(20 * time.Second)
	n := 0
	for n == 0 && time.Now().Before(deadline) {
		n, _ = w.Bus.DeadCount(ctx)
		time.Sleep(20 * time.Millisecond)
	}
	cancel()
	if err := <-ended; err != nil || n != 1 {
		t.Errorf("%d dead letters, %v", n, err)
	}
}
