package source

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

var start = time.Date(2025, 1, 6, 9, 0, 0, 0, time.UTC)

func none() float64 { return 0 }
func most() float64 { return 0.999999 }

func endpoint(class string) Endpoint {
	return Endpoint{Source: news.Source{ID: "ridge-post", Poll: class}, URL: "https://ridge.example/rss", Format: FormatFeed}
}

func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i+1 < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

// ok is a 200 with known and fresh entries; its body hash tells readings apart.
func ok(fresh, known int, pairs ...string) Outcome {
	return Outcome{
		Status: 200, Header: headers(pairs...), BodyHash: fmt.Sprint(fresh, known, pairs),
		Ledger: Ledger{Received: fresh + known, New: fresh, Known: known},
	}
}

func status(code int, pairs ...string) Outcome { return Outcome{Status: code, Header: headers(pairs...)} }

func failing(g Grade) Outcome { return Outcome{Failure: &Failure{g, "broke"}} }

// timeline polls whenever the state says so.
type timeline struct {
	s      PollState
	now    time.Time
	jitter func() float64
}

func begin(class string) *timeline {
	return &timeline{s: PollState{}.For(endpoint(class)), now: start, jitter: none}
}

// poll answers the wait that the outcome led to.
func (l *timeline) poll(outcomes ...Outcome) time.Duration {
	for _, o := range outcomes {
		if l.s.Next.After(l.now) {
			l.now = l.s.Next
		}
		o.Asked = l.s.Ask(l.now)
		l.s = l.s.After(o, l.now, l.jitter)
	}
	return l.s.Next.Sub(l.now)
}

func repeat(o Outcome, n int) []Outcome {
	all := make([]Outcome, n)
	for i := range all {
		all[i] = o
	}
	return all
}

func TestIntervalFollowsOverlapWithinTheClass(t *testing.T) {
	for _, c := range []struct {
		name, class string
		polls       []Outcome
		want        time.Duration
	}{
		{"the first reading tells nothing", "hourly", []Outcome{ok(20, 0)}, time.Hour},
		{"little known halves", "hourly", []Outcome{ok(20, 0), ok(15, 5)}, 30 * time.Minute},
		{"but not below the class", "hourly", append([]Outcome{ok(20, 0)}, repeat(ok(20, 0), 5)...), 30 * time.Minute},
		{"breaking goes lower", "breaking", append([]Outcome{ok(20, 0)}, repeat(ok(20, 0), 5)...), 15 * time.Minute},
		{"one quiet poll changes nothing", "hourly", []Outcome{ok(20, 0), ok(0, 20)}, time.Hour},
		{"two grow by half", "hourly", []Outcome{ok(20, 0), ok(0, 20), ok(0, 20)}, 90 * time.Minute},
		{"304 counts as quiet", "hourly", []Outcome{ok(20, 0, "ETag", `"a"`), status(304), status(304)}, 90 * time.Minute},
		{"quiet stops at the class", "hourly", append([]Outcome{ok(20, 0)}, repeat(ok(0, 20), 20)...), 3 * time.Hour},
		{"weekly stops at a week", "weekly", append([]Outcome{ok(20, 0)}, repeat(ok(0, 20), 20)...), 7 * 24 * time.Hour},
		{"news brings the usual pace back", "hourly", append(append([]Outcome{ok(20, 0)}, repeat(ok(0, 20), 20)...), ok(2, 18), ok(2, 18)), time.Hour},
		{"enough overlap leaves a fast pace", "hourly", append([]Outcome{ok(20, 0), ok(20, 0)}, repeat(ok(1, 19), 9)...), time.Hour},
		{"half known keeps the pace", "hourly", append([]Outcome{ok(20, 0)}, repeat(ok(10, 10), 9)...), time.Hour},
		{"an empty feed keeps it", "daily", repeat(ok(0, 0), 4), 12 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := begin(c.class).poll(c.polls...); got != c.want {
				t.Errorf("next poll after %v, want %v", got, c.want)
			}
		})
	}
}

func TestALatePollDoesNotSpeedUp(t *testing.T) {
	l := begin("hourly")
	l.poll(ok(20, 0))
	l.now = l.now.Add(48 * time.Hour)
	if got := l.poll(ok(20, 0)); got != time.Hour {
		t.Errorf("next poll after %v, want 1h: two days of absence say nothing of the pace", got)
	}
	if l.s.Gaps != 1 || !l.s.Gap.From.Equal(start) || !l.s.Gap.To.Equal(l.now) {
		t.Errorf("gap %v of %d, want the two days noted", l.s.Gap, l.s.Gaps)
	}
}

func TestHintsAreLowerBoundsCappedByTheClass(t *testing.T) {
	for _, c := range []struct {
		name  string
		class string
		o     Outcome
		want  time.Duration
	}{
		{"ttl", "hourly", Outcome{TTL: 2 * time.Hour}, 2 * time.Hour},
		{"shorter ttl", "hourly", Outcome{TTL: time.Minute}, time.Hour},
		{"ttl of a month", "hourly", Outcome{TTL: 30 * 24 * time.Hour}, 3 * time.Hour},
		{"ttl on breaking", "breaking", Outcome{TTL: 24 * time.Hour}, time.Hour},
		{"max-age", "hourly", Outcome{Header: headers("Cache-Control", "public, max-age=7200")}, 2 * time.Hour},
		{"max-age less age", "hourly", Outcome{Header: headers("Cache-Control", "max-age=7200", "Age", "1800")}, 90 * time.Minute},
		{"max-age beyond numbers", "hourly", Outcome{Header: headers("Cache-Control", "max-age=99999999999999999999")}, 3 * time.Hour},
		{"no-cache wins", "hourly", Outcome{Header: headers("Cache-Control", "no-cache, max-age=7200")}, time.Hour},
		{"expires", "hourly", Outcome{Header: headers("Expires", start.Add(100*time.Minute).Format(http.TimeFormat))}, 100 * time.Minute},
		{"expires by the server's clock", "hourly", Outcome{Header: headers("Expires", "Mon, 01 Jan 2001 02:00:00 GMT", "Date", "Mon, 01 Jan 2001 00:00:00 GMT")}, 2 * time.Hour},
		{"expired", "hourly", Outcome{Header: headers("Expires", "-1")}, time.Hour},
		{"the hour after is to be skipped", "hourly", Outcome{SkipHours: []int{10, 11}}, 3 * time.Hour},
		{"skipping beyond the cap is not heard", "hourly", Outcome{SkipHours: []int{10, 11, 12, 13, 14}}, time.Hour},
		{"nonsense hours", "hourly", Outcome{SkipHours: []int{-3, 24, 99}}, time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Status, c.o.Ledger = 200, Ledger{Received: 9, New: 9}
			l := begin(c.class)
			if got := l.poll(c.o); got != c.want {
				t.Errorf("next poll after %v, want %v", got, c.want)
			}
		})
	}
}

func TestHintsOfTheFeedHoldForThe304sThatFollow(t *testing.T) {
	l := begin("hourly")
	first := ok(5, 0, "ETag", `"a"`)
	first.TTL = 2 * time.Hour
	if got := l.poll(first, status(304)); got != 2*time.Hour {
		t.Errorf("next poll after %v, want the ttl of the last reading", got)
	}
}

func TestBackOffByGrade(t *testing.T) {
	for _, c := range []struct {
		name  string
		class string
		polls []Outcome
		want  time.Duration
	}{
		{"temporary", "breaking", repeat(failing(Temporary), 4), 40 * time.Minute},
		{"soft", "breaking", repeat(failing(Soft), 4), 80 * time.Minute},
		{"hard", "breaking", repeat(failing(Hard), 4), 320 * time.Minute},
		{"a day at most", "breaking", repeat(failing(Hard), 12), 24 * time.Hour},
		{"the long dead once a week", "breaking", repeat(failing(Hard), 31), 7 * 24 * time.Hour},
		{"for ever", "breaking", repeat(failing(Hard), 500), 7 * 24 * time.Hour},
		{"a weekly one is tried again sooner", "weekly", []Outcome{failing(Hard)}, 2 * time.Hour},
		{"ours does not add up", "breaking", repeat(failing(Ours), 50), 15 * time.Minute},
		{"ours in a bad time", "breaking", append(repeat(failing(Hard), 4), failing(Ours)), 320 * time.Minute},
		{"success forgets", "breaking", append(repeat(failing(Hard), 40), ok(3, 3)), 20 * time.Minute},
		{"404 is soft", "breaking", []Outcome{status(404), status(404)}, 40 * time.Minute},
		{"500 is soft", "breaking", []Outcome{status(500), status(500)}, 40 * time.Minute},
		{"503 is temporary", "breaking", repeat(status(503), 4), 40 * time.Minute},
		{"401 is hard", "breaking", []Outcome{status(401)}, 40 * time.Minute},
		{"no answer at all", "breaking", []Outcome{{}, {}}, 40 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := begin(c.class).poll(c.polls...)
			if diff := got - c.want; diff < -time.Second || diff > time.Second {
				t.Errorf("next poll after %v, want %v", got, c.want)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		value  string
		want   time.Duration
		said   bool
	}{
		{"seconds on 429", 429, "7200", 2 * time.Hour, true},
		{"seconds on 503", 503, "7200", 2 * time.Hour, true},
		{"date on 429", 429, start.Add(3 * time.Hour).Format(http.TimeFormat), 3 * time.Hour, true},
		{"date on 503", 503, start.Add(3 * time.Hour).Format(time.RFC850), 3 * time.Hour, true},
		{"88 hours are clamped", 503, "317100", 24 * time.Hour, true},
		{"a far date is clamped", 429, start.Add(1000 * time.Hour).Format(http.TimeFormat), 24 * time.Hour, true},
		{"a past date", 429, start.Add(-time.Hour).Format(http.TimeFormat), 0, true},
		{"beyond numbers", 429, "999999999999999999999999", 24 * time.Hour, true},
		{"negative", 429, "-5", 0, false},
		{"words", 429, "soon", 0, false},
		{"absent", 429, "", 0, false},
		{"not on 500", 500, "7200", 0, false},
		{"not on 200", 200, "7200", 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, said := RetryAfter(c.status, headers("Retry-After", c.value), start)
			if got != c.want || said != c.said {
				t.Errorf("got %v %v, want %v %v", got, said, c.want, c.said)
			}
		})
	}
}

func TestRetryAfterPostponesAndHoldsTheHost(t *testing.T) {
	l := begin("breaking")
	if got := l.poll(status(503, "Retry-After", "10800")); got != 3*time.Hour {
		t.Errorf("next poll after %v, want 3h", got)
	}
	if !l.s.Hold.Equal(start.Add(3 * time.Hour)) {
		t.Errorf("host held until %v, want three hours", l.s.Hold)
	}
	l = begin("breaking")
	if got := l.poll(status(429)); got < 20*time.Minute || l.s.Interval != 40*time.Minute || !l.s.Hold.Equal(start.Add(quietHost)) {
		t.Errorf("429: next after %v, interval %v, hold %v", got, l.s.Interval, l.s.Hold)
	}
	l = begin("breaking")
	l.jitter = most
	if got := l.poll(status(429, "Retry-After", "60")); got < 80*time.Minute || got > 95*time.Minute {
		t.Errorf("429: next after %v, want up to an hour more at random", got)
	}
	if l.poll(ok(2, 2)); !l.s.Hold.IsZero() {
		t.Error("the hold outlives a success")
	}
}

func TestValidatorsAreSentBackByteForByte(t *testing.T) {
	l := begin("hourly")
	if a := l.s.Ask(l.now); !a.Full || a.ETag != "" || a.LastModified != "" {
		t.Errorf("first request %+v, want an unconditional one", a)
	}
	const tag, modified = `W/"x-7f,gzip"`, "Mon, 6 Jan 2025 08:59:59 GMT"
	l.poll(ok(5, 0, "ETag", tag, "Last-Modified", modified))
	if a := l.s.Ask(l.now.Add(time.Hour)); a.Full || a.ETag != tag || a.LastModified != modified {
		t.Errorf("got %+v, want the validators as they came", a)
	}
	same := ok(0, 5, "ETag", `"new"`)
	same.BodyHash = l.s.BodyHash
	l.poll(same)
	if a := l.s.Ask(l.now.Add(time.Hour)); a.ETag != `"new"` || a.LastModified != "" {
		t.Errorf("got %+v, want the validators of the last 200 although its body was the same", a)
	}
	l.poll(status(304, "ETag", `"newer"`))
	if a := l.s.Ask(l.now.Add(time.Hour)); a.ETag != `"newer"` {
		t.Errorf("got %+v, want the validator of the 304", a)
	}
	l.poll(failing(Temporary))
	if a := l.s.Ask(l.now.Add(time.Minute)); a.ETag != `"newer"` {
		t.Errorf("got %+v, want the validator kept over a failure", a)
	}
	l.poll(ok(1, 4, "ETag", strings.Repeat("x", 5000)))
	if l.s.ETag != "" {
		t.Error("a validator of 5000 bytes was kept")
	}
}

func TestValidatorsWaitForTheEntries(t *testing.T) {
	l := begin("hourly")
	l.poll(ok(5, 0, "ETag", `"a"`))
	lost := ok(2, 3, "ETag", `"b"`)
	lost.Ledger.New, lost.Ledger.Failed = 0, 2
	l.poll(lost)
	if l.s.ETag != `"a"` {
		t.Errorf("validator %s saved although entries were not handed on", l.s.ETag)
	}
	if h := l.s.Health(); h.State != StateHealthy || !strings.Contains(h.Reason, "on this side") {
		t.Errorf("health %+v, want the source held harmless and the reason told", h)
	}
}

func TestAnUnconditionalRequestAtMostOnceADay(t *testing.T) {
	l := begin("hourly")
	var full []time.Time
	l.poll(ok(5, 0, "ETag", `"a"`))
	for l.now.Before(start.Add(10 * 24 * time.Hour)) {
		l.now = l.s.Next
		if a := l.s.Ask(l.now); a.Full {
			full = append(full, l.now)
			o := ok(0, 5, "ETag", `"a"`)
			o.BodyHash = l.s.BodyHash
			l.poll(o)
		} else {
			l.poll(status(304))
		}
	}
	if len(full) < 8 || len(full) > 10 {
		t.Errorf("%d unconditional requests in 10 days", len(full))
	}
	for i := 1; i < len(full); i++ {
		if full[i].Sub(full[i-1]) < 24*time.Hour {
			t.Errorf("unconditional requests at %v and %v", full[i-1], full[i])
		}
	}
	if l.s.Lying {
		t.Error("honest validators marked as lying")
	}
}

func TestLyingValidatorsAreFoundMarkedAndForgiven(t *testing.T) {
	l := begin("hourly")
	l.poll(ok(5, 0, "ETag", `"a"`))
	for !l.s.Ask(l.s.Next).Full {
		l.poll(status(304))
	}
	l.poll(ok(5, 0, "ETag", `"a"`, "X", "changed body"))
	h := l.s.Health()
	if !l.s.Lying || h.State != StateDegraded || !strings.Contains(h.Reason, "validators") {
		t.Fatalf("lying %v, health %+v", l.s.Lying, h)
	}
	if !l.s.Ask(l.s.Next).Full {
		t.Error("lying validators are still sent")
	}
	for i := range trueAgain {
		if !l.s.Lying {
			t.Fatalf("forgiven after %d", i)
		}
		if wait := l.poll(ok(3, 3, "ETag", fmt.Sprint(i))); wait < time.Hour {
			t.Errorf("asked without conditions again after %v", wait)
		}
	}
	if l.s.Lying || l.s.Ask(l.s.Next).Full {
		t.Error("not forgiven after showing every change")
	}
}

func TestAFailedUnconditionalReadingIsMadeAgain(t *testing.T) {
	l := begin("hourly")
	l.poll(ok(5, 0, "ETag", `"a"`))
	l.now = start.Add(25 * time.Hour)
	l.poll(failing(Ours))
	if !l.s.Ask(l.s.Next).Full {
		t.Error("a reading lost on this side must be made again in the same way")
	}
}

func TestA304DoesNotHeal(t *testing.T) {
	html := Outcome{Status: 200, Header: headers("ETag", `"captcha"`), Failure: &Failure{Hard, "answered HTML where a feed was expected"}}
	l := begin("hourly")
	l.poll(ok(5, 0, "ETag", `"a"`), html)
	since := l.now
	if h := l.s.Health(); h.State != StateFailing || h.Reason != html.Failure.Reason {
		t.Fatalf("health %+v", h)
	}
	l.poll(status(304), status(304))
	h := l.s.Health()
	if h.State != StateFailing || !strings.HasPrefix(h.Reason, html.Failure.Reason) || !h.Since.Equal(since) || h.Next.IsZero() {
		t.Errorf("health %+v, want it failing since %v", h, since)
	}
	l.poll(ok(1, 4))
	if h := l.s.Health(); h.State != StateHealthy || !h.Since.Equal(l.now) {
		t.Errorf("health %+v after a reading", h)
	}
	l = begin("hourly")
	l.poll(status(304))
	if h := l.s.Health(); h.State != StateFailing {
		t.Errorf("health %+v of an endpoint that answers 304 to anything", h)
	}
}

func TestGoneStopsWithANotice(t *testing.T) {
	l := begin("hourly")
	l.poll(ok(5, 0), status(410))
	h := l.s.Health()
	if h.State != StateGone || !strings.Contains(h.Reason, "410") || !strings.Contains(h.Reason, "resumes") || !h.Next.IsZero() || !l.s.Stopped {
		t.Errorf("health %+v", h)
	}
	l.now = l.now.Add(time.Hour)
	l.s = l.s.Resume(l.now)
	if h := l.s.Health(); h.State != StateFailing || !h.Next.Equal(l.now) || !l.s.Ask(l.now).Full {
		t.Errorf("resumed: %+v", h)
	}
	l.poll(ok(1, 4))
	if h := l.s.Health(); h.State != StateHealthy || h.Next.IsZero() {
		t.Errorf("returned: %+v", h)
	}
}

func TestAPermanentRedirectIsTakenOverAfterSeveral(t *testing.T) {
	moved := ok(1, 9)
	moved.Permanent = "https://new.example/rss"
	l := begin("hourly")
	l.poll(ok(5, 0), moved, moved)
	if l.s.Moved != "" || !strings.Contains(l.s.Health().Reason, "redirects permanently") {
		t.Fatalf("moved to %q after two, health %+v", l.s.Moved, l.s.Health())
	}
	l.poll(repeat(moved, 5)...)
	if l.s.Moved != "" {
		t.Fatal("moved within a day")
	}
	l.poll(repeat(moved, 25)...)
	if l.s.Moved != moved.Permanent || l.s.Ask(l.now).URL != moved.Permanent {
		t.Fatalf("moved to %q after a day", l.s.Moved)
	}
	l.poll(repeat(failing(Hard), 3)...)
	if l.s.Moved != "" || l.s.Ask(l.now).URL != "https://ridge.example/rss" {
		t.Errorf("the dead new address is kept: %q", l.s.Moved)
	}
	if h := l.s.Health(); h.State != StateFailing || !strings.Contains(h.Reason, "former address") {
		t.Errorf("health %+v", h)
	}
}

func TestRedirectsThatAreNotTakenOver(t *testing.T) {
	for name, target := range map[string]string{
		"down from https": "http://ridge.example/rss", "a script": "javascript:alert(1)", "with a password": "https://a:b@ridge.example/",
		"endless": "https://ridge.example/" + strings.Repeat("a", 3000), "itself": "https://ridge.example/rss",
	} {
		o := ok(1, 9)
		o.Permanent = target
		l := begin("daily")
		if l.poll(repeat(o, 10)...); l.s.Moved != "" {
			t.Errorf("%s: moved", name)
		}
	}
	here, there := ok(1, 9), ok(1, 9)
	here.Permanent, there.Permanent = "https://a.example/rss", "https://b.example/rss"
	l := begin("daily")
	for range 10 {
		if l.poll(here, there); l.s.Moved != "" {
			t.Fatal("moved although the target changes")
		}
	}
}

func TestHealthSaysWhatMayBeMissing(t *testing.T) {
	partial := ok(1, 9)
	partial.Fault = "line 40: cut off"
	unbalanced := ok(1, 9)
	unbalanced.Ledger.Received = 12
	for _, c := range []struct {
		name  string
		polls []Outcome
		state string
		want  string
	}{
		{"nothing yet", nil, StateNew, ""},
		{"read", []Outcome{ok(5, 0)}, StateHealthy, ""},
		{"in part", []Outcome{partial}, StateDegraded, "line 40: cut off"},
		{"never an entry", []Outcome{ok(0, 0)}, StateDegraded, "never listed"},
		{"once empty", []Outcome{ok(5, 0), ok(0, 0)}, StateHealthy, ""},
		{"twice empty", []Outcome{ok(5, 0), ok(0, 0), ok(0, 0)}, StateDegraded, "up to 5"},
		{"one burst", []Outcome{ok(5, 0), ok(5, 0)}, StateHealthy, ""},
		{"bursts", []Outcome{ok(5, 0), ok(5, 0), ok(4, 1)}, StateDegraded, "only 20 % were known"},
		{"ledger", []Outcome{unbalanced}, StateDegraded, "ledger"},
		{"limit in disguise", []Outcome{ok(5, 0), status(403)}, StateFailing, "limit on how often"},
		{"challenge", []Outcome{status(200, "Cf-Mitigated", "challenge")}, StateFailing, "challenge"},
		{"control characters", []Outcome{{Failure: &Failure{Hard, "bad\x00\r\n\u202Ething"}}}, StateFailing, "bad thing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := begin("hourly")
			l.poll(c.polls...)
			h := l.s.Health()
			if h.State != c.state || !strings.Contains(h.Reason, c.want) || c.want == "" && h.Reason != "" {
				t.Errorf("health %+v, want %s with %q", h, c.state, c.want)
			}
		})
	}
}

func TestLedgersAddUp(t *testing.T) {
	a := Ledger{Received: 6, New: 2, Known: 1, Failed: 1, Skipped: map[string]int{"empty": 2}}
	b := Ledger{Received: 3, Known: 3, Revised: 1}
	sum := a.Plus(b)
	want := Ledger{Received: 9, New: 2, Known: 4, Revised: 1, Failed: 1, Skipped: map[string]int{"empty": 2}}
	if diff := cmp.Diff(want, sum); diff != "" || !sum.Balanced() {
		t.Error(diff)
	}
	if a.Received--; a.Balanced() {
		t.Error("an entry went missing unnoticed")
	}
	var many Ledger
	for i := range 100 {
		many.Received++
		many.Skip(fmt.Sprint("reason ", i))
	}
	if len(many.Skipped) > maxReasons+1 || !many.Balanced() {
		t.Errorf("%d reasons kept, balanced %v", len(many.Skipped), many.Balanced())
	}
	l := begin("hourly")
	l.poll(ok(5, 0), ok(1, 4), failing(Hard))
	if want := (Ledger{Received: 10, New: 6, Known: 4}); !cmp.Equal(l.s.Total, want) || !cmp.Equal(l.s.Last, Ledger{}) {
		t.Errorf("total %+v, last %+v", l.s.Total, l.s.Last)
	}
}

func TestTheScheduleSurvivesARestart(t *testing.T) {
	l := begin("hourly")
	entries := []Sighting{{ID: "one", Content: 1}, {ID: "two", Content: 2}}
	o := ok(2, 0, "ETag", `"a"`)
	o.Sightings = entries
	l.poll(o, status(304), status(429, "Retry-After", "7200"))
	text, err := json.Marshal(l.s)
	if err != nil {
		t.Fatal(err)
	}
	var back PollState
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	back = back.For(endpoint("hourly"))
	again, _ := json.Marshal(back)
	if diff := cmp.Diff(string(text), string(again)); diff != "" {
		t.Error(diff)
	}
	if !back.Next.Equal(l.s.Next) || back.Seen.Look(entries[1]) != Same {
		t.Error("the schedule or the memory did not survive")
	}
}

func TestForFollowsTheCatalogue(t *testing.T) {
	l := begin("hourly")
	l.poll(ok(5, 0, "ETag", `"a"`))
	if s := l.s.For(endpoint("daily")); s.Interval != 12*time.Hour || s.ETag != `"a"` {
		t.Errorf("interval %v, validator %s", s.Interval, s.ETag)
	}
	other := endpoint("hourly")
	other.URL += "2"
	if s := l.s.For(other); s.ETag != "" || s.Polls != 0 {
		t.Error("another address inherits the state")
	}
}

func TestAfterIsPure(t *testing.T) {
	l := begin("hourly")
	o := ok(2, 0, "ETag", `"a"`)
	o.Sightings = []Sighting{{ID: "one", Content: 1}}
	o.Ledger.Skip("empty")
	l.poll(o)
	before, _ := json.Marshal(l.s)
	for _, next := range []Outcome{o, status(304), failing(Hard), status(410), status(429)} {
		l.s.After(next, l.now.Add(48*time.Hour), most)
	}
	if after, _ := json.Marshal(l.s); string(after) != string(before) {
		t.Errorf("the state changed:\n%s\n%s", before, after)
	}
}

func TestTheLargestStateFitsItsValue(t *testing.T) {
	l := begin("hourly")
	worst := strings.Repeat("<&>\x01", 2000)
	o := ok(0, 0, "ETag", strings.Repeat("<", maxValidate), "Last-Modified", strings.Repeat("&", maxValidate))
	o.Fault = worst
	for i := range 4 * DefaultMemory {
		o.Sightings = append(o.Sightings, Sighting{ID: fmt.Sprint(i), Content: uint64(i)})
	}
	for i := range 100 {
		o.Ledger.Skip(fmt.Sprint(i) + worst)
	}
	o.Permanent = "https://ridge.example/?" + strings.Repeat("&", maxMove-30)
	l.poll(repeat(o, 60)...)
	o.Permanent += "&"
	l.poll(o, Outcome{Status: 200, Failure: &Failure{Soft, worst}, Header: o.Header, Ledger: o.Ledger})
	text, err := json.Marshal(l.s)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) >= 200<<10 || l.s.Moved == "" {
		t.Errorf("%d bytes, moved %v; want a full state under %d", len(text), l.s.Moved != "", 200<<10)
	}
}
