// Package run starts the parts of a process, keeps them together and stops them
// in order. The first part that fails stops the others; what was opened is closed
// in the opposite order, within one deadline, so that work under way is
// acknowledged or handed back before the connections it needs are gone.
package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sort"
	"sync"
	"time"
)

// Group is a set of running parts. Use New.
type Group struct {
	log     *slog.Logger
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
	mu      sync.Mutex
	failed  []error
	closers []closer
}

type closer struct {
	name  string
	close func(context.Context) error
}

// New makes a group whose parts stop when ctx ends.
func New(ctx context.Context, log *slog.Logger) *Group {
	ctx, cancel := context.WithCancel(ctx)
	return &Group{log: log, ctx: ctx, cancel: cancel}
}

// Context ends when the group stops.
func (g *Group) Context() context.Context { return g.ctx }

// Go runs a part. A part that returns before the group stops must have an error
// or be done for good; an error stops the group.
func (g *Group) Go(name string, part func(context.Context) error) {
	g.running.Add(1)
	go func() {
		defer g.running.Done()
		if err := part(g.ctx); err != nil && !(g.ctx.Err() != nil && errors.Is(err, context.Canceled)) {
			g.mu.Lock()
			g.failed = append(g.failed, fmt.Errorf("%s: %w", name, err))
			g.mu.Unlock()
			g.cancel()
		}
	}()
}

// OnStop registers what is to be closed after all parts have returned, last registered first.
func (g *Group) OnStop(name string, close func(context.Context) error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closers = append(g.closers, closer{name, close})
}

// Wait blocks until the group's context ends, gives the parts and the closers
// until the deadline, and answers with what failed.
func (g *Group) Wait(deadline time.Duration) error {
	<-g.ctx.Done()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(g.ctx), deadline)
	defer cancel()
	done := make(chan struct{})
	go func() { g.running.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		g.fail(fmt.Errorf("parts still running %s after the stop", deadline))
	}
	g.mu.Lock()
	closers := g.closers
	g.closers = nil
	g.mu.Unlock()
	for i := len(closers) - 1; i >= 0; i-- {
		if err := closers[i].close(ctx); err != nil {
			g.fail(fmt.Errorf("close %s: %w", closers[i].name, err))
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return errors.Join(g.failed...)
}

// Stop ends the group's context.
func (g *Group) Stop() { g.cancel() }

func (g *Group) fail(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.failed = append(g.failed, err)
}

// Readiness gathers what each part says of itself.
type Readiness struct {
	mu    sync.Mutex
	parts map[string]string
}

// NewReadiness makes an empty register; a process without parts is ready.
func NewReadiness() *Readiness { return &Readiness{parts: map[string]string{}} }

// Waiting notes that a part is not ready, and why.
func (r *Readiness) Waiting(part, why string) { r.set(part, why) }

// Ready notes that a part is ready.
func (r *Readiness) Ready(part string) { r.set(part, "") }

func (r *Readiness) set(part, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parts[part] = why
}

// State reports whether all parts are ready, and a line on each in name order.
func (r *Readiness) State() (ready bool, lines []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ready = true
	for part, why := range r.parts {
		if why == "" {
			lines = append(lines, part+": ready")
			continue
		}
		ready = false
		lines = append(lines, part+": "+why)
	}
	sort.Strings(lines)
	return ready, lines
}

// Retry calls attempt until it succeeds or ctx ends, waiting twice as long each
// time up to max. Before each wait it tells failed what went wrong.
func Retry(ctx context.Context, max time.Duration, failed func(error, time.Duration), attempt func(context.Context) error) error {
	wait := 250 * time.Millisecond
	for {
		err := attempt(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		failed(err, wait)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		wait = min(2*wait, max)
	}
}
