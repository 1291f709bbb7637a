package source

import (
	"container/heap"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// SchedulerConfig says how a Scheduler spaces requests.
type SchedulerConfig struct {
	Domain func(address string) string // the registrable domain of an address
	Gap    time.Duration               // least pause between two requests to one domain, 2 s where zero
	Spread time.Duration               // over how long first polls are spread, as long as they need where zero
	Jitter func() float64              // numbers in [0, 1), math/rand where nil
}

// Scheduler hands out the endpoints that are due, one at a time per registrable
// domain, with a pause in between. Domains take turns: a domain with hundreds of due
// feeds waits for its next turn like one with a single feed, so that nobody starves.
// How many requests run at once is up to the caller. It is safe for concurrent use.
type Scheduler struct {
	config SchedulerConfig

	mu      sync.Mutex
	turn    uint64
	flying  int
	latest  time.Time // latest time ever told
	known   map[string]*planned
	domains map[string]*domain
	waiting byReady // domains whose next request is not allowed yet
	ready   byTurn  // domains whose next request was allowed when last looked at
}

// planned is an endpoint in the scheduler.
type planned struct {
	key    string
	next   time.Time
	domain *domain
	at     int // position in domain.queue, -1 where it is not in it
}

// domain is a registrable domain with the endpoints that are not under way.
type domain struct {
	name  string
	queue byNext
	free  time.Time // when its gap or hold ends
	turn  uint64    // when it was last served
	busy  string    // key of the endpoint under way
	where list
	at    int
}

type list int

const (
	nowhere list = iota
	inWaiting
	inReady
)

// NewScheduler makes an empty scheduler.
func NewScheduler(c SchedulerConfig) *Scheduler {
	if c.Gap == 0 {
		c.Gap = 2 * time.Second
	}
	if c.Jitter == nil {
		c.Jitter = rand.Float64
	}
	return &Scheduler{config: c, known: map[string]*planned{}, domains: map[string]*domain{}}
}

// Start takes over the stored states of all endpoints by key. What has never been
// polled, or carries a time that only a wrong clock can have written, is spread
// evenly over the first minutes; the rest keeps its time across the restart.
func (s *Scheduler) Start(states map[string]PollState, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var first []string
	for key, st := range states {
		if !st.Stopped && (st.Next.IsZero() || st.Next.Sub(now) > LongestWait) {
			first = append(first, key)
		}
	}
	slices.Sort(first)
	for i := len(first) - 1; i > 0; i-- { // so that one source's endpoints do not stand together
		j := int(s.config.Jitter() * float64(i+1))
		first[i], first[j] = first[j], first[i]
	}
	window := s.config.Spread
	if window == 0 {
		window = min(10*time.Minute, time.Duration(len(first))*250*time.Millisecond)
	}
	times := make(map[string]time.Time, len(first))
	for i, key := range first {
		share := (float64(i) + s.config.Jitter()) / float64(len(first))
		times[key] = now.Add(time.Duration(share * float64(window)))
	}
	for key, st := range states {
		if at, ok := times[key]; ok {
			st.Next = at
		}
		s.put(key, st, now)
	}
}

// Put adds an endpoint, or gives it another state while it is not under way. A zero
// Next means now.
func (s *Scheduler) Put(key string, st PollState, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !st.Stopped && st.Next.IsZero() {
		st.Next = now
	}
	s.put(key, st, now)
}

// Remove forgets an endpoint, also one under way.
func (s *Scheduler) Remove(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.known[key]
	if p == nil {
		return
	}
	delete(s.known, key)
	d := p.domain
	if d.busy == key {
		d.busy = ""
		s.flying--
	}
	s.leave(p)
	s.place(d)
}

// Take answers the keys of at most n endpoints to poll now. Each must be given back
// with Done.
func (s *Scheduler) Take(now time.Time, n int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mindClock(now)
	s.wake(now)
	var keys []string
	for len(keys) < n && len(s.ready) > 0 {
		d := s.ready[0]
		p := d.queue[0]
		if p.next.After(now) || d.free.After(now) {
			s.place(d) // its times have changed since it was looked at
			continue
		}
		heap.Pop(&d.queue)
		s.turn++
		s.flying++
		d.turn, d.busy = s.turn, p.key
		s.place(d)
		keys = append(keys, p.key)
	}
	return keys
}

// Done gives back an endpoint with its new state after a request that ended now, and
// sets its domain free after the gap, or after the quiet that its host asked for.
func (s *Scheduler) Done(key string, st PollState, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.known[key]
	if p == nil || p.domain.busy != key {
		return
	}
	p.domain.busy = ""
	s.flying--
	if free := now.Add(s.config.Gap); free.After(p.domain.free) {
		p.domain.free = free
	}
	if !st.Stopped && st.Next.IsZero() {
		st.Next = now
	}
	s.put(key, st, now)
}

// Wake is when Take may have something again; ok is false where nothing is planned
// that is not under way.
func (s *Scheduler) Wake(now time.Time) (at time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mindClock(now)
	s.wake(now)
	if len(s.ready) > 0 {
		return now, true
	}
	if len(s.waiting) == 0 {
		return time.Time{}, false
	}
	return s.waiting[0].opens(), true
}

// Backlog is what a scheduler has to do.
type Backlog struct {
	Planned  int           // endpoints known
	Flying   int           // under way
	Overdue  int           // due by now and not under way
	Lateness time.Duration // of the most overdue
}

// Backlog counts what there is to do; it looks at every endpoint.
func (s *Scheduler) Backlog(now time.Time) Backlog {
	s.mu.Lock()
	defer s.mu.Unlock()
	load := Backlog{Planned: len(s.known), Flying: s.flying}
	for _, p := range s.known {
		if p.at >= 0 && !p.next.After(now) {
			load.Overdue++
			load.Lateness = max(load.Lateness, now.Sub(p.next))
		}
	}
	return load
}

// mindClock plans anew what was put off by a clock that ran far ahead, once the
// clock has been set back.
func (s *Scheduler) mindClock(now time.Time) {
	if now.After(s.latest) {
		s.latest = now
	}
	if s.latest.Sub(now) < time.Hour {
		return
	}
	s.latest = now
	for _, d := range s.domains {
		if d.free.Sub(now) > maxRetryAfter {
			d.free = now
		}
		for _, p := range d.queue {
			if p.next.Sub(now) > LongestWait {
				p.next = now.Add(time.Duration(s.config.Jitter() * float64(10*time.Minute)))
			}
		}
		heap.Init(&d.queue)
	}
	heap.Init(&s.waiting)
	for len(s.ready) > 0 {
		s.place(s.ready[0])
	}
}

// put files an endpoint under the domain it is asked at.
func (s *Scheduler) put(key string, st PollState, now time.Time) {
	address := st.Ask(now).URL
	name := s.config.Domain(address)
	p := s.known[key]
	if p == nil {
		p = &planned{key: key, at: -1}
		s.known[key] = p
	} else if p.domain.busy == key {
		return
	} else {
		s.leave(p)
		s.place(p.domain)
	}
	d := s.domains[name]
	if d == nil {
		d = &domain{name: name}
		s.domains[name] = d
	}
	p.next, p.domain = st.Next, d
	if st.Hold.After(d.free) && st.Hold.Sub(now) <= maxRetryAfter {
		d.free = st.Hold
	}
	if !st.Stopped {
		heap.Push(&d.queue, p)
	}
	s.place(d)
}

func (s *Scheduler) leave(p *planned) {
	if p.at >= 0 {
		heap.Remove(&p.domain.queue, p.at)
	}
}

// place puts a domain on the list it belongs to after a change.
func (s *Scheduler) place(d *domain) {
	switch d.where {
	case inWaiting:
		heap.Remove(&s.waiting, d.at)
	case inReady:
		heap.Remove(&s.ready, d.at)
	}
	d.where = nowhere
	if d.busy == "" && len(d.queue) > 0 {
		d.where = inWaiting
		heap.Push(&s.waiting, d)
	}
}

// wake moves the domains whose time has come to the ready ones.
func (s *Scheduler) wake(now time.Time) {
	for len(s.waiting) > 0 && !s.waiting[0].opens().After(now) {
		d := heap.Pop(&s.waiting).(*domain)
		d.where = inReady
		heap.Push(&s.ready, d)
	}
}

// opens is when a domain with a queue may be asked next.
func (d *domain) opens() time.Time {
	if next := d.queue[0].next; next.After(d.free) {
		return next
	}
	return d.free
}
