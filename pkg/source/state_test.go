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

func status(code int, pairs ...string) Outcome {
	return Outcome{Status: code, Header: headers(pairs...)}
}

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

func TestHealthSaysWhyASourceIsQuiet(t *testing.T) {
	l := begin("hourly")
	l.poll(ok(5, 0, "ETag", `"a"`))
	for l.now.Before(start.Add(8 * day)) {
		l.now = l.s.Next
		if l.s.Ask(l.now).Full {
			l.poll(ok(0, 5, "ETag", `"a"`))
		} else {
			l.poll(status(304))
		}
	}
	if h := l.s.Health(); h.State != StateHealthy || !strings.Contains(h.Reason, "nothing new since 2025-01-06") || !h.Since.Equal(start) {
		t.Errorf("health %+v", h)
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
