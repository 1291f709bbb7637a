package source

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// randomOutcome is anything a server may do.
func randomOutcome(r *rand.Rand, a Ask, now time.Time) Outcome {
	hints := [][]string{nil, {"Cache-Control", "max-age=600"}, {"Cache-Control", "max-age=31536000"}, {"Expires", "0"}, {"ETag", `"fixed"`},
		{"ETag", fmt.Sprint(r.Int()), "Last-Modified", now.Format(time.RFC1123)}, {"Retry-After", "317100"}, {"Retry-After", "30"}}
	o := Outcome{Asked: a, Header: headers(hints[r.IntN(len(hints))]...), BodyHash: fmt.Sprint(r.IntN(50))}
	switch r.IntN(10) {
	case 0:
		o.Failure = &Failure{[]Grade{Temporary, Soft, Hard, Ours}[r.IntN(4)], "broke"}
		o.Status = []int{0, 200}[r.IntN(2)]
	case 1:
		o.Status = []int{301, 400, 403, 404, 408, 418, 429, 500, 502, 503, 599}[r.IntN(11)]
	case 2, 3, 4:
		o.Status = 304
	default:
		o.Status = 200
		o.TTL = time.Duration(r.IntN(100)) * time.Hour
		o.Ledger = Ledger{New: r.IntN(20), Known: r.IntN(20), Failed: r.IntN(40) / 39}
		o.Ledger.Received = o.Ledger.New + o.Ledger.Known + o.Ledger.Failed
		for range r.IntN(5) {
			o.SkipHours = append(o.SkipHours, r.IntN(26)-1)
		}
		for range o.Ledger.New {
			o.Sightings = append(o.Sightings, Sighting{ID: fmt.Sprint(r.IntN(3000)), Content: r.Uint64()})
		}
	}
	if r.IntN(4) == 0 {
		o.Permanent = fmt.Sprintf("https://moved%d.example/rss", r.IntN(2))
	}
	return o
}

// checkInvariants tests what must hold after every poll whatever the server did.
func checkInvariants(t *testing.T, s PollState, o Outcome, now time.Time) {
	t.Helper()
	p := paceOf(s.Class)
	wait := s.Next.Sub(now)
	h := s.Health()
	switch {
	case s.Interval < p.least || s.Interval > p.most:
		t.Fatalf("interval %v of class %s", s.Interval, s.Class)
	case wait < min(p.least, 15*time.Minute):
		t.Fatalf("asked again after %v", wait)
	case wait > LongestWait:
		t.Fatalf("lost for %v", wait)
	case s.Trouble == "" && s.Ours == "" && wait > p.most+p.most/4+time.Second:
		t.Fatalf("healthy but left alone for %v", wait)
	case h.State == "" || h.Next.IsZero() || h.Since.IsZero() && h.State != StateNew:
		t.Fatalf("health %+v tells too little", h)
	case h.State == StateFailing && h.Reason == "":
		t.Fatal("fails without a reason")
	case o.Status == 304 && o.Failure == nil && s.LastRead.IsZero() && h.State == StateHealthy:
		t.Fatal("healthy by a 304 alone")
	}
}

func TestARandomWalkKeepsItsPromises(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 11))
		e := endpoint(news.PollClasses()[seed%4])
		s := PollState{}.For(e)
		now := start
		var full time.Time
		for range 1500 {
			a := s.Ask(now)
			if a.Full && !s.Lying && (s.ETag != "" || s.LastModified != "") && now.Sub(full) < 24*time.Hour && full.Equal(s.LastFull) && !full.IsZero() {
				t.Fatalf("seed %d: unconditional requests %v apart", seed, now.Sub(full))
			}
			o := randomOutcome(r, a, now)
			was := s
			s = s.After(o, now, r.Float64)
			checkInvariants(t, s, o, now)
			if was.Trouble != "" && o.Status == 304 && s.Trouble == "" {
				t.Fatalf("seed %d: a 304 made it healthy", seed)
			}
			full = s.LastFull
			if r.IntN(50) == 0 { // a restart, sometimes long after
				text, err := json.Marshal(s)
				if err != nil {
					t.Fatal(err)
				}
				s = PollState{}
				if err := json.Unmarshal(text, &s); err != nil {
					t.Fatal(err)
				}
				s = s.For(e)
				now = now.Add(time.Duration(r.IntN(100)) * time.Hour)
			}
			now = slices.MaxFunc([]time.Time{now, s.Next}, time.Time.Compare).Add(time.Duration(r.IntN(5000)) * time.Millisecond)
		}
		if s.Polls != 1500 {
			t.Errorf("seed %d: %d polls counted", seed, s.Polls)
		}
	}
}

// TestAWalkOfManySources runs scheduler and states together over virtual days.
func TestAWalkOfManySources(t *testing.T) {
	sched, r := newScheduler(3)
	states := map[string]PollState{}
	for i := range 250 {
		e := endpoint(news.PollClasses()[i%4])
		e.URL = fmt.Sprintf("https://busy.example/%d", i)
		if i >= 200 {
			e.URL = fmt.Sprintf("https://h%d.example/", i)
		}
		states[e.URL] = PollState{}.For(e)
	}
	sched.Start(states, start)
	ends := map[string]time.Time{}
	lastAt := map[string]time.Time{}
	polls := map[string]int{}
	worst := time.Duration(0)
	for now := start; now.Before(start.Add(10 * day)); {
		for key, end := range ends {
			if !end.After(now) {
				delete(ends, key)
				o := randomOutcome(r, states[key].Ask(end), end)
				states[key] = states[key].After(o, end, r.Float64)
				states[key] = withoutMove(states[key])
				sched.Done(key, states[key], end)
				lastAt[hostOf(key)] = end
			}
		}
		for _, key := range sched.Take(now, 16-len(ends)) {
			if since := now.Sub(lastAt[hostOf(key)]); since < 2*time.Second {
				t.Fatalf("%s asked %v after the last request to its host", key, since)
			}
			if next := states[key].Next; !next.IsZero() {
				if next.After(now) {
					t.Fatalf("%s asked before its time", key)
				}
				if hostOf(key) != "busy.example" && states[key].Hold.IsZero() {
					worst = max(worst, now.Sub(next))
				}
			}
			polls[key]++
			ends[key] = now.Add(time.Duration(1+r.IntN(10)) * time.Second)
		}
		now = now.Add(time.Second)
		if at, ok := sched.Wake(now); len(ends) == 0 && ok && at.After(now) {
			now = at
		}
	}
	if worst > 30*time.Second {
		t.Errorf("a feed beside the busy host started %v late", worst)
	}
	for key, st := range states {
		if polls[key] == 0 || st.Polls == 0 {
			t.Errorf("%s was never polled", key)
		}
	}
}

// withoutMove keeps the fixture on the hosts that the test watches.
func withoutMove(s PollState) PollState {
	s.Moved, s.MoveTo, s.MoveCount = "", "", 0
	return s
}

func TestJitterSpreadsWhatStartedTogether(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	const feeds, bins = 1200, 12
	states := make([]PollState, feeds)
	for i := range states {
		states[i] = PollState{}.For(endpoint("hourly"))
		states[i] = states[i].After(status(429, "Retry-After", "600"), start, r.Float64)
		states[i].Interval = time.Hour
	}
	end := start.Add(48 * time.Hour)
	var count [bins]int
	for _, s := range states {
		for s.Next.Before(end) {
			o := ok(5, 5)
			s = s.After(o, s.Next, r.Float64)
		}
		count[int(s.Next.Sub(end)*bins/(75*time.Minute))]++
	}
	// The waits end within 75 minutes of any moment; 12 bins would hold 100 each if the ends were evenly spread over them.
	for i, n := range count[:9] {
		if n < 80 || n > 180 {
			t.Errorf("%d of %d polls in five-minute-odd bin %d: %v", n, feeds, i, count)
			break
		}
	}
}
