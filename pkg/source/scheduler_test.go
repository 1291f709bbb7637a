package source

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"
)

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func newScheduler(seed uint64) (*Scheduler, *rand.Rand) {
	r := rand.New(rand.NewPCG(seed, 7))
	return NewScheduler(SchedulerConfig{Domain: hostOf, Jitter: r.Float64}), r
}

func due(host string, i int, at time.Time) (string, PollState) {
	address := fmt.Sprintf("https://%s/%d", host, i)
	return address, PollState{URL: address, Class: "hourly", Next: at}
}

func TestFirstPollsAreSpread(t *testing.T) {
	s, _ := newScheduler(1)
	states := map[string]PollState{}
	for i := range 240 {
		key, st := due(fmt.Sprintf("h%d.example", i), i, time.Time{})
		states[key] = st
	}
	s.Start(states, start)
	for i := range 6 {
		if n := len(s.Take(start.Add(time.Duration(i+1)*10*time.Second), 1000)); n < 39 || n > 41 {
			t.Errorf("%d first polls in ten seconds, want a sixth of 240", n)
		}
	}
}

func TestStartKeepsTheSchedule(t *testing.T) {
	s, _ := newScheduler(1)
	late, lateState := due("late.example", 0, start.Add(-time.Hour))
	later, laterState := due("later.example", 0, start.Add(time.Hour))
	wrong, wrongState := due("wrong.example", 0, start.Add(20*365*day))
	gone, goneState := due("gone.example", 0, time.Time{})
	goneState.Stopped = true
	s.Start(map[string]PollState{late: lateState, later: laterState, wrong: wrongState, gone: goneState}, start)
	if got := s.Take(start, 10); !slices.Equal(got, []string{late}) {
		t.Errorf("took %v, want only what was due before the restart", got)
	}
	if got := s.Take(start.Add(time.Minute), 10); !slices.Equal(got, []string{wrong}) {
		t.Errorf("took %v, want what a wrong clock had put off for years", got)
	}
	if at, ok := s.Wake(start.Add(time.Minute)); !ok || !at.Equal(start.Add(time.Hour)) {
		t.Errorf("wakes at %v %v", at, ok)
	}
	if got := s.Take(start.Add(time.Hour), 10); !slices.Equal(got, []string{later}) {
		t.Errorf("took %v", got)
	}
	if _, ok := s.Wake(start.Add(time.Hour)); ok {
		t.Error("something is planned beside what is stopped and under way")
	}
}

func TestOneRequestADomainAndAPause(t *testing.T) {
	s, _ := newScheduler(1)
	for i := range 3 {
		key, st := due("one.example", i, start)
		s.Put(key, st, start)
	}
	first := s.Take(start, 10)
	if len(first) != 1 || len(s.Take(start.Add(time.Minute), 10)) != 0 {
		t.Fatalf("took %v at once", first)
	}
	end := start.Add(time.Minute)
	_, st := due("one.example", 0, end.Add(time.Hour))
	s.Done(first[0], st, end)
	if got := s.Take(end.Add(1999*time.Millisecond), 10); len(got) != 0 {
		t.Errorf("took %v within the pause", got)
	}
	if at, ok := s.Wake(end); !ok || !at.Equal(end.Add(2*time.Second)) {
		t.Errorf("wakes at %v", at)
	}
	if got := s.Take(end.Add(2*time.Second), 10); len(got) != 1 {
		t.Errorf("took %v after the pause", got)
	}
}

func TestAHoldQuietensTheWholeDomain(t *testing.T) {
	s, _ := newScheduler(1)
	for i := range 3 {
		key, st := due("one.example", i, start)
		s.Put(key, st, start)
	}
	key := s.Take(start, 1)[0]
	_, st := due("one.example", 0, start.Add(3*time.Hour))
	st.Hold = start.Add(2 * time.Hour)
	s.Done(key, st, start)
	if got := s.Take(start.Add(119*time.Minute), 10); len(got) != 0 {
		t.Errorf("took %v although the host asked for quiet", got)
	}
	if got := s.Take(start.Add(2*time.Hour), 10); len(got) != 1 {
		t.Errorf("took %v after the quiet", got)
	}
	again, _ := newScheduler(1)
	other, otherState := due("one.example", 1, start)
	again.Start(map[string]PollState{key: st, other: otherState}, start.Add(time.Minute))
	if got := again.Take(start.Add(time.Hour), 10); len(got) != 0 {
		t.Errorf("took %v: the quiet does not survive a restart", got)
	}
}

func TestNobodyStarvesBesideABusyHost(t *testing.T) {
	for _, workers := range []int{1, 4, 20} {
		s, _ := newScheduler(1)
		for i := range 200 {
			key, st := due("busy.example", i, start.Add(-time.Duration(i)*time.Hour))
			s.Put(key, st, start)
		}
		for i := range 50 {
			key, st := due(fmt.Sprintf("h%d.example", i), i, start)
			s.Put(key, st, start)
		}
		const request = 3 * time.Second
		var flying []string
		took := map[string]time.Time{}
		lastBusy := time.Time{}
		now := start
		for ; len(took) < 250; now = now.Add(time.Second) {
			if now.Sub(start) > 24*time.Hour {
				t.Fatal("not all polled within a day")
			}
			flying = slices.DeleteFunc(flying, func(key string) bool {
				if now.Sub(took[key]) < request {
					return false
				}
				s.Done(key, PollState{URL: key, Next: now.Add(72 * time.Hour)}, now)
				return true
			})
			for _, key := range s.Take(now, workers-len(flying)) {
				if _, twice := took[key]; twice {
					t.Fatalf("%s taken twice", key)
				}
				if hostOf(key) == "busy.example" {
					if !lastBusy.IsZero() && now.Sub(lastBusy) < request+2*time.Second {
						t.Fatalf("busy host asked again after %v", now.Sub(lastBusy))
					}
					lastBusy = now
				}
				took[key] = now
				flying = append(flying, key)
			}
		}
		worst := time.Duration(0)
		for key, at := range took {
			if hostOf(key) != "busy.example" {
				worst = max(worst, at.Sub(start))
			}
		}
		// With w workers and 3 s a request the 50 need 150/w s; the busy host may take every second turn of one worker.
		if limit := time.Duration(2*50*3/workers+10) * time.Second; worst > limit {
			t.Errorf("%d workers: a feed elsewhere waited %v, want at most %v", workers, worst, limit)
		}
	}
}

func TestAClockSetBackDoesNotStopThePolling(t *testing.T) {
	s, _ := newScheduler(1)
	for i := range 6 {
		key, st := due(fmt.Sprintf("h%d.example", i%3), i, start)
		s.Put(key, st, start)
	}
	wrong := start.Add(10 * 365 * day)
	for range 6 {
		for _, key := range s.Take(wrong, 10) {
			st := PollState{URL: key, Next: wrong.Add(time.Hour), Hold: wrong.Add(time.Minute)}
			s.Done(key, st, wrong)
		}
		wrong = wrong.Add(2 * time.Minute)
	}
	if at, ok := s.Wake(start); !ok || at.Sub(start) > 10*time.Minute {
		t.Errorf("wakes after %v", at.Sub(start))
	}
	took := map[string]bool{}
	for now := start; now.Before(start.Add(15 * time.Minute)); now = now.Add(time.Second) {
		for _, key := range s.Take(now, 10) {
			took[key] = true
			s.Done(key, PollState{URL: key, Next: now.Add(time.Hour)}, now)
		}
	}
	if len(took) != 6 {
		t.Errorf("%d of 6 polled after the clock was set back", len(took))
	}
}

func TestPutMovesAndRemoveForgets(t *testing.T) {
	s, _ := newScheduler(1)
	a, st := due("one.example", 1, start)
	s.Put(a, st, start)
	b, other := due("one.example", 2, start)
	s.Put(b, other, start)
	st.Moved = "https://two.example/1"
	s.Put(a, st, start)
	if got := s.Take(start, 10); len(got) != 2 {
		t.Errorf("took %v, want both since one has moved to another domain", got)
	}
	if load := s.Backlog(start); load.Flying != 2 || load.Planned != 2 || load.Overdue != 0 {
		t.Errorf("backlog %+v", load)
	}
	s.Put(a, st, start) // under way: must not be handed out a second time
	if got := s.Take(start.Add(time.Hour), 10); len(got) != 0 {
		t.Errorf("took %v twice", got)
	}
	s.Remove(a)
	s.Remove(a)
	s.Done(a, st, start)
	other.Stopped, other.Next = true, time.Time{}
	s.Done(b, other, start)
	if load := s.Backlog(start); load.Flying != 0 || load.Planned != 1 {
		t.Errorf("backlog %+v", load)
	}
	if got := s.Take(start.Add(time.Hour), 10); len(got) != 0 {
		t.Errorf("took %v, want the removed and the stopped left alone", got)
	}
	s.Put(b, other.Resume(start), start)
	if got := s.Take(start.Add(time.Hour), 10); !slices.Equal(got, []string{b}) {
		t.Errorf("took %v, want what was resumed", got)
	}
}

func TestTheSchedulerIsSafeForConcurrentUse(t *testing.T) {
	s := NewScheduler(SchedulerConfig{Domain: hostOf, Gap: time.Nanosecond})
	for i := range 100 {
		key, st := due(fmt.Sprintf("h%d.example", i%10), i, start)
		s.Put(key, st, start)
	}
	var workers sync.WaitGroup
	for w := range 4 {
		workers.Go(func() {
			for i := range 500 {
				now := start.Add(time.Duration(w+i) * time.Minute)
				for _, key := range s.Take(now, 3) {
					s.Done(key, PollState{URL: key, Next: now.Add(time.Minute)}, now)
				}
				s.Wake(now)
				s.Backlog(now)
			}
		})
	}
	workers.Wait()
	if load := s.Backlog(start); load.Flying != 0 || load.Planned != 100 {
		t.Errorf("backlog %+v", load)
	}
}

func BenchmarkScheduler(b *testing.B) {
	s := NewScheduler(SchedulerConfig{Domain: hostOf})
	for i := range 5000 {
		key, st := due(fmt.Sprintf("h%d.example", i%1000), i, start)
		s.Put(key, st, start)
	}
	now := start
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Second)
		for _, key := range s.Take(now, 8) {
			s.Done(key, PollState{URL: key, Next: now.Add(10 * time.Minute)}, now)
		}
	}
}
