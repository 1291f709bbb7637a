package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/archive"
	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/run"
	"github.com/sarhad-desk/sarhad/pkg/safehttp"
	"github.com/sarhad-desk/sarhad/pkg/source"
	"github.com/sarhad-desk/sarhad/pkg/telemetry"
)

// Names on the bus.
const (
	EntryStream = "entries"
	PollStream  = "polls" // requests to poll an endpoint now
	PollBucket  = "polls" // poll states, by endpoint
	KnownBucket = "known" // what is known of an id across sources
	tick        = time.Second
	contactWait = 15 * time.Second // until an endpoint that may not be asked yet is looked at again
)

// PollRequest asks the collector to poll an endpoint now, unconditionally.
type PollRequest struct {
	Endpoint string        `json:"endpoint"` // source.Endpoint.Key
	Capture  *news.Capture `json:"capture,omitempty"`
}

// Known is what the collector asks of an index.
type Known interface {
	Get(ctx context.Context, ids []string) (map[string]index.Stored, error)
}

// Collector polls the endpoints of the catalogue when they are due.
type Collector struct {
	Bus       *bus.Bus
	HTTP      func() *safehttp.Client
	May       func(url string) bool // false where the address may not be asked yet, for want of a contact
	Pace      *safehttp.Pacer
	Archive   *archive.Archive
	Catalogue *source.Catalogue
	Index     Known // asked for ids that the bus has forgotten; nil for none
	Workers   int
	Pause     time.Duration // between two polls of one registrable domain
	Spread    time.Duration // over how long first polls are spread, 0 for as long as they need
	Metrics   *telemetry.Metrics
	Log       *slog.Logger
	Now       func() time.Time
	Jitter    func() float64

	known  *bus.KV
	states *bus.KV
}

// Run polls until ctx ends, as the only collector of the flow.
func (c *Collector) Run(ctx context.Context) error {
	var err error
	if c.known, err = c.Bus.KV(ctx, KnownBucket); err != nil {
		return err
	}
	if c.states, err = c.Bus.KV(ctx, PollBucket); err != nil {
		return err
	}
	return Leased(ctx, c.Bus, "collector", c.Log, c.schedule)
}

// schedule hands due endpoints to the workers, and waits while the bus is full.
func (c *Collector) schedule(ctx context.Context) error {
	var desk *pollDesk
	err := run.Retry(ctx, 10*time.Second, func(err error, wait time.Duration) {
		c.Log.Warn("poll states cannot be read", "next", wait, "err", err)
	}, func(ctx context.Context) (err error) { desk, err = c.load(ctx); return err })
	if err != nil {
		return err
	}
	var running sync.WaitGroup
	defer running.Wait()
	running.Add(1)
	go func() { defer running.Done(); c.hear(ctx, desk) }()
	full := false
	for {
		if now, why := c.Bus.Full(ctx); now != full {
			full = now
			c.Log.Warn("back-pressure", "collecting", !full, "why", why)
		}
		if !full {
			c.start(ctx, desk, &running)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(desk.wait(c.Now(), full)):
		case <-desk.freed:
		}
	}
}

// start begins as many due polls as there are free workers.
func (c *Collector) start(ctx context.Context, desk *pollDesk, running *sync.WaitGroup) {
	for _, key := range desk.take(c.Now()) {
		running.Add(1)
		go func() {
			defer running.Done()
			desk.done(key, c.pollAndSave(ctx, desk.endpoints[key], desk.state(key)), c.Now())
		}()
	}
}

// pollAndSave polls and stores the endpoint's state. A state that cannot be stored
// is kept in memory: after a restart the endpoint is asked as if this poll had not been.
func (c *Collector) pollAndSave(ctx context.Context, e source.Endpoint, before source.PollState) source.PollState {
	if !c.May(e.URL) {
		before.Next = c.Now().Add(contactWait)
		return before
	}
	state := c.poll(ctx, e, before)
	if ctx.Err() != nil && state.Ours != "" {
		return before // cut short by the stop, and nobody's fault
	}
	value, err := json.Marshal(state)
	if err == nil {
		_, err = c.states.Put(context.WithoutCancel(ctx), e.Key(), value)
	}
	if err != nil {
		c.Log.Error("poll state not stored", "source", e.Source.ID, "url", e.URL, "err", err)
	}
	return state
}

// load reads the poll states of the catalogue's endpoints.
func (c *Collector) load(ctx context.Context) (*pollDesk, error) {
	desk := newPollDesk(c.Workers, source.SchedulerConfig{Domain: safehttp.Domain, Gap: c.Pause, Spread: c.Spread, Jitter: c.Jitter})
	for _, e := range c.Catalogue.Endpoints() {
		var state source.PollState
		value, _, err := c.states.Get(ctx, e.Key())
		if err == nil {
			err = json.Unmarshal(value, &state)
		}
		if err != nil && !errors.Is(err, bus.ErrNoKey) {
			return nil, fmt.Errorf("poll state of %s: %w", e.Source.ID, err)
		}
		desk.endpoints[e.Key()], desk.states[e.Key()] = e, state.For(e)
	}
	desk.scheduler.Start(desk.states, c.Now())
	return desk, nil
}

// hear listens for requests to poll now, until ctx ends.
func (c *Collector) hear(ctx context.Context, desk *pollDesk) {
	consumer := bus.Consumer{Stream: PollStream, Durable: "collector", Batch: 16, Workers: 1, Wait: time.Second, MaxAttempts: 5}
	err := c.Bus.Consume(ctx, consumer, func(_ context.Context, batch []bus.Delivery) []bus.Result {
		results := make([]bus.Result, len(batch))
		for i, d := range batch {
			var r PollRequest
			results[i] = bus.Result{Verdict: bus.Done}
			if err := json.Unmarshal(d.Data, &r); err != nil || !desk.hurry(r.Endpoint, c.Now()) {
				results[i] = bus.Result{Verdict: bus.Bad, Err: fmt.Errorf("poll request %.200q names no endpoint of the catalogue", d.Data)}
			}
		}
		return results
	})
	if err != nil && ctx.Err() == nil {
		c.Log.Error("poll requests are not heard", "err", err)
	}
}

// count notes what a poll came to in the metrics.
func (c *Collector) count(o source.Outcome) {
	outcome := "ok"
	switch {
	case o.Failure != nil:
		outcome = string(o.Failure.Grade)
	case o.Status != 200:
		outcome = fmt.Sprint(o.Status)
	}
	c.Metrics.Poll(outcome)
	c.Metrics.Entries("new", o.Ledger.New)
	c.Metrics.Entries("known", o.Ledger.Known)
	for reason, n := range o.Ledger.Skipped {
		c.Metrics.Entries("skipped: "+reason, n)
	}
	c.Metrics.Entries("failed", o.Ledger.Failed)
}

// pollDesk is who is polled and when, under one lock with the states.
type pollDesk struct {
	workers   int
	scheduler *source.Scheduler
	endpoints map[string]source.Endpoint
	freed     chan struct{} // a worker has become free

	mu     sync.Mutex
	flying map[string]bool
	states map[string]source.PollState
	asked  map[string]bool // to be polled again right after the poll under way
}

func newPollDesk(workers int, config source.SchedulerConfig) *pollDesk {
	return &pollDesk{workers: workers, scheduler: source.NewScheduler(config), endpoints: map[string]source.Endpoint{},
		freed: make(chan struct{}, 1), flying: map[string]bool{}, states: map[string]source.PollState{}, asked: map[string]bool{}}
}

func (d *pollDesk) take(now time.Time) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	keys := d.scheduler.Take(now, d.workers-len(d.flying))
	for _, key := range keys {
		d.flying[key] = true
	}
	return keys
}

// wait is how long until another poll may be due, at most a tick; a tick where none
// can start.
func (d *pollDesk) wait(now time.Time, full bool) time.Duration {
	d.mu.Lock()
	busy := len(d.flying) >= d.workers
	d.mu.Unlock()
	at, ok := d.scheduler.Wake(now)
	if !ok || busy || full {
		return tick
	}
	return min(max(at.Sub(now), time.Millisecond), tick)
}

func (d *pollDesk) state(key string) source.PollState {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.states[key]
}

func (d *pollDesk) done(key string, state source.PollState, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked[key] {
		delete(d.asked, key)
		state = state.Resume(now)
	}
	d.states[key] = state
	delete(d.flying, key)
	d.scheduler.Done(key, state, now)
	select {
	case d.freed <- struct{}{}:
	default:
	}
}

// hurry makes an endpoint due now; it reports whether there is such an endpoint.
func (d *pollDesk) hurry(key string, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	state, ok := d.states[key]
	if !ok {
		return false
	}
	if d.flying[key] {
		d.asked[key] = true
		return true
	}
	d.states[key] = state.Resume(now)
	d.scheduler.Put(key, d.states[key], now)
	return true
}
