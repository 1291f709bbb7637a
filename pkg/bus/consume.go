package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Handler deals with a batch and answers with one Result a delivery, in the same
// order. Its context ends some time after the stop, so that it can finish.
type Handler func(ctx context.Context, batch []Delivery) []Result

// Consumer is one reader of a stream. Processes that use the same durable share its messages.
type Consumer struct {
	Stream, Durable string
	Filter          string        // subject, wildcards allowed; the whole stream where empty
	Batch           int           // messages handed over at once, 1 where zero
	Wait            time.Duration // how long a batch that is not full waits for more
	Workers         int           // batches under way at once, 1 where zero
	MaxAttempts     int           // deliveries before a message is a dead letter; never where zero
	AckWait         time.Duration // silence after which the server gives the message to another, 10 s where zero; work under way is not silent
	Grace           time.Duration // for work under way at the stop, 10 s where zero
	Ordered         bool          // strictly in stream order, one batch under way, by one process at a time
}

func (c Consumer) withDefaults() (Consumer, error) {
	if !plainName(c.Stream) || !plainName(c.Durable) {
		return c, fmt.Errorf("consumer %q of stream %q, %w", c.Durable, c.Stream, errBadName)
	}
	c.Batch, c.Workers = max(c.Batch, 1), max(c.Workers, 1)
	if c.AckWait <= 0 {
		c.AckWait = 10 * time.Second
	}
	if c.Grace <= 0 {
		c.Grace = 10 * time.Second
	}
	return c, nil
}

var errBadName = errors.New("expected names of letters, digits, - and _")

func plainName(s string) bool {
	for _, r := range s {
		if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return s != ""
}

// Consume hands messages to handle until ctx ends, and then returns nil after what
// was under way is acknowledged and the rest handed back. It waits where the server
// or the stream is away. An error is a consumer that can never work, or work that
// was still going on when the grace was over.
func (b *Bus) Consume(ctx context.Context, c Consumer, handle Handler) error {
	c, err := c.withDefaults()
	if err != nil {
		return err
	}
	w := &worker{bus: b, c: c, handle: handle, stop: ctx, log: b.log.With("stream", c.Stream, "consumer", c.Durable)}
	if c.Ordered {
		return w.runOrdered(ctx)
	}
	return w.run(ctx)
}

// declareConsumer makes the durable. The server never gives up on a message by
// itself: one that it gave up on would show in no figure.
func (b *Bus) declareConsumer(ctx context.Context, c Consumer) error {
	c, err := c.withDefaults()
	if err != nil || c.Ordered {
		return err
	}
	filters, err := b.filters(ctx, c)
	if err != nil {
		return fmt.Errorf("consumer %s of stream %s: %w", c.Durable, c.Stream, err)
	}
	want := jetstream.ConsumerConfig{
		Durable: c.Durable, AckPolicy: jetstream.AckExplicitPolicy, DeliverPolicy: jetstream.DeliverAllPolicy,
		AckWait: c.AckWait, MaxDeliver: -1, MaxAckPending: max(1000, 4*c.Batch*c.Workers), FilterSubjects: filters,
	}
	if have, err := b.js.Consumer(ctx, c.Stream, c.Durable); err == nil {
		old := have.CachedInfo().Config
		want.MaxAckPending = max(want.MaxAckPending, old.MaxAckPending) // another process may run it with more workers
		if old.AckWait == want.AckWait && old.MaxDeliver == want.MaxDeliver && old.MaxAckPending == want.MaxAckPending &&
			old.AckPolicy == want.AckPolicy && slices.Equal(old.FilterSubjects, filters) {
			return nil
		}
	}
	if _, err := b.js.CreateOrUpdateConsumer(ctx, c.Stream, want); err != nil {
		return fmt.Errorf("consumer %s of stream %s: %w", c.Durable, c.Stream, err)
	}
	return nil
}

// filters are the subjects a durable reads: its own part of the stream, and the
// dead letters sent back to it but to nobody else.
func (b *Bus) filters(ctx context.Context, c Consumer) ([]string, error) {
	stream, err := b.stream(ctx, c.Stream)
	if err != nil {
		return nil, err
	}
	back := retryPrefix + c.Stream + "." + c.Durable
	if c.Filter != "" {
		return []string{c.Filter, back}, nil
	}
	var filters []string
	for _, subject := range stream.CachedInfo().Config.Subjects {
		if subject != retryPrefix+c.Stream+".*" {
			filters = append(filters, subject)
		}
	}
	return append(filters, back), nil
}

// settingsError reports what waiting cannot mend: the server understood and refused.
func settingsError(err error) bool {
	if errors.Is(err, ErrIncompatible) || errors.Is(err, errBadName) {
		return true
	}
	var api *jetstream.APIError
	if !errors.As(err, &api) {
		return false
	}
	const noPeersYet, noRoom, needsCluster = 10005, 10047, 10074
	switch api.ErrorCode {
	case noPeersYet:
		return false
	case noRoom, needsCluster:
		return true
	}
	return api.Code == http.StatusBadRequest
}

// worker is one Consume.
type worker struct {
	bus     *Bus
	c       Consumer
	handle  Handler
	stop    context.Context
	log     *slog.Logger
	running sync.WaitGroup
	mu      sync.Mutex
	hands   map[*hand]bool
}

func (w *worker) stopping() bool { return w.stop.Err() != nil }

// ready waits until the consumer exists.
func (w *worker) ready(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		err := w.bus.declareConsumer(ctx, w.c)
		if err == nil || settingsError(err) {
			return err
		}
		if ctx.Err() == nil {
			w.log.Warn("waiting for the stream", "attempt", attempt, "err", err)
		}
		if !sleep(ctx, backOff(attempt, firstDelay, 10*time.Second)) {
			return nil
		}
	}
}

func (w *worker) run(ctx context.Context) error {
	w.hands = map[*hand]bool{}
	if err := w.ready(ctx); err != nil {
		return err
	}
	work, cancel := lingering(ctx, w.c.Grace*4/5)
	defer cancel()
	slots := make(chan struct{}, w.c.Workers)
	for failures := 0; ctx.Err() == nil; {
		select {
		case <-ctx.Done():
			continue
		case slots <- struct{}{}:
		}
		batch, err := w.fetch(ctx)
		if failures = w.failed(ctx, failures, err); failures == 0 && err != nil && settingsError(err) {
			return err
		}
		if len(batch) == 0 {
			<-slots
			continue
		}
		h := w.take(batch)
		w.running.Add(1)
		go func() {
			defer w.running.Done()
			defer func() { <-slots }()
			defer w.put(h)
			w.process(work, h)
		}()
	}
	return w.finish()
}

// failed waits after a failed pull and answers with how many failed in a row.
func (w *worker) failed(ctx context.Context, before int, err error) int {
	if err == nil {
		return 0
	}
	if ctx.Err() != nil {
		return before
	}
	if before == 0 {
		w.log.Warn("cannot read the stream, trying on", "err", err)
	}
	if errors.Is(err, errNoConsumer) && before > 0 { // at first it is more likely to be between two leaders
		if err := w.bus.declareConsumer(ctx, w.c); err != nil && ctx.Err() == nil {
			w.log.Warn("consumer cannot be made again", "err", err)
		}
	}
	sleep(ctx, backOff(before+1, 50*time.Millisecond, 2*time.Second))
	return before + 1
}

// fetch takes a batch. One that is not full waits for more, as long as Wait says.
func (w *worker) fetch(ctx context.Context) ([]*nats.Msg, error) {
	began := time.Now()
	batch, err := w.bus.pull(w.c.Stream, w.c.Durable, w.c.Batch, idleWait, true)
	if err != nil || len(batch) == 0 {
		if time.Since(began) < idleWait/50 {
			sleep(ctx, idleWait/20) // the server turned the pull away at once
		}
		return batch, err
	}
	if missing := w.c.Batch - len(batch); missing > 0 && w.c.Wait > 0 && ctx.Err() == nil {
		more, err := w.bus.pull(w.c.Stream, w.c.Durable, missing, w.c.Wait, false)
		return append(batch, more...), err
	}
	return batch, nil
}

func (w *worker) take(batch []*nats.Msg) *hand {
	h := newHand(w, batch)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hands[h] = true
	return h
}

func (w *worker) put(h *hand) {
	h.close()
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.hands, h)
}

// finish waits for the batches under way, and hands back those of handlers that do not end.
func (w *worker) finish() error {
	done := make(chan struct{})
	go func() { w.running.Wait(); close(done) }()
	timer := time.NewTimer(w.c.Grace)
	defer timer.Stop()
	select {
	case <-done:
		return nil
	case <-timer.C:
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for h := range w.hands {
		h.giveBack(h.open())
	}
	return fmt.Errorf("consumer %s of stream %s: %d batches were still under way %s after the stop", w.c.Durable, w.c.Stream, len(w.hands), w.c.Grace)
}
