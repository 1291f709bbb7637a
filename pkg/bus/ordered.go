package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// An ordered consumer does not use the server's redelivery, which hands out new
// messages before those that a killed reader had in hand. It reads the stream in
// order and keeps its place in KV, so that after a kill it goes on at once and
// exactly there.

// position is how far a durable has read.
type position struct {
	Seq   uint64    `json:"seq"`   // everything up to here is dealt with
	Tries int       `json:"tries"` // starts that began on the next message and neither got past it nor were stopped
	Made  time.Time `json:"made"`  // when the stream was made that Seq counts in

	kv  *KV
	key string
	rev uint64
}

// holds reports whether the position is one in the stream as it is now, and not in
// one of the same name that was deleted.
func (p position) holds(stream *jetstream.StreamInfo) bool {
	return p.Seq <= stream.State.LastSeq && (p.Made.IsZero() || p.Made.Equal(stream.Created))
}

func positionKey(stream, durable string) string { return stream + "." + durable }

func cutKey(key string) (stream, durable string, ok bool) { return strings.Cut(key, ".") }

// Position is the sequence up to which an ordered durable has dealt with everything
// in a stream, and 0 where it has not begun, or has only read a stream of the same
// name that was deleted.
func (b *Bus) Position(ctx context.Context, stream, durable string) (uint64, error) {
	c, err := Consumer{Stream: stream, Durable: durable}.withDefaults()
	if err != nil {
		return 0, err
	}
	p, err := b.position(ctx, c)
	if err != nil {
		return 0, err
	}
	s, err := b.stream(ctx, stream)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", stream, err)
	}
	if !p.holds(s.CachedInfo()) {
		return 0, nil
	}
	return p.Seq, nil
}

func (b *Bus) position(ctx context.Context, c Consumer) (*position, error) {
	kv, err := b.KV(ctx, PositionBucket)
	if err != nil {
		return nil, err
	}
	p := &position{kv: kv, key: positionKey(c.Stream, c.Durable)}
	return p, p.load(ctx)
}

func (p *position) load(ctx context.Context) error {
	value, rev, err := p.kv.Get(ctx, p.key)
	if errors.Is(err, ErrNoKey) {
		*p = position{kv: p.kv, key: p.key}
		return nil
	}
	if err != nil {
		return fmt.Errorf("position of %s: %w", p.key, err)
	}
	if err := json.Unmarshal(value, p); err != nil {
		return fmt.Errorf("position of %s: %w", p.key, err)
	}
	p.rev = rev
	return nil
}

func (p *position) save(ctx context.Context) error {
	value, err := json.Marshal(p)
	if err != nil {
		return err
	}
	rev := uint64(0)
	if p.rev == 0 {
		rev, err = p.kv.Create(ctx, p.key, value)
	} else {
		rev, err = p.kv.Update(ctx, p.key, value, p.rev)
	}
	if err == nil {
		p.rev = rev
	}
	return err
}

// runOrdered reads in a goroutine of its own, so that a handler that does not end
// cannot hold up the stop for longer than the grace.
func (w *worker) runOrdered(ctx context.Context) error {
	ended := make(chan error, 1)
	go func() { ended <- w.inTurn(ctx) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	timer := time.NewTimer(w.c.Grace + 2*idleWait) // it may be waiting for messages, which is no work
	defer timer.Stop()
	select {
	case err := <-ended:
		return err
	case <-timer.C:
		return fmt.Errorf("consumer %s of stream %s: a batch was still under way %s after the stop", w.c.Durable, w.c.Stream, w.c.Grace)
	}
}

func (w *worker) inTurn(ctx context.Context) error {
	work, cancel := lingering(ctx, w.c.Grace*4/5)
	defer cancel()
	var p *position
	var t *tail
	defer func() {
		if t != nil {
			t.close()
		}
		if p != nil && p.Tries > 0 { // a stop is not a try
			p.Tries = 0
			_ = p.save(work) // where it cannot be kept it counts as one
		}
	}()
	for failures, tries, begun := 0, 0, true; ctx.Err() == nil; {
		if t == nil {
			var err error
			if p, t, err = w.openOrdered(ctx); err != nil {
				if settingsError(err) {
					return err
				}
				failures = w.failed(ctx, failures, err)
				continue
			}
			tries, begun = p.Tries, false
		}
		n := w.c.Batch
		if w.c.MaxAttempts > 0 && tries > w.c.MaxAttempts {
			n = 1 // one of them may be killing the process: find out which
		}
		batch, err := t.read(ctx, n, idleWait, w.c.Wait)
		failures = w.failed(ctx, failures, err)
		if len(batch) == 0 || ctx.Err() != nil {
			continue
		}
		if !begun {
			begun, p.Tries = true, tries+1
			err = p.save(work) // before the handler, which may kill the process; to its end, or the stop could not take it back
		}
		if err == nil {
			tries, err = w.inOrder(work, p, batch, tries)
		}
		if err != nil {
			t.close()
			t, failures = nil, w.failed(ctx, failures, err)
		}
	}
	return nil
}

func (w *worker) openOrdered(ctx context.Context) (*position, *tail, error) {
	filters, err := w.bus.filters(ctx, w.c)
	if err != nil {
		return nil, nil, err
	}
	p, err := w.bus.position(ctx, w.c)
	if err != nil {
		return nil, nil, err
	}
	stream, err := w.bus.stream(ctx, w.c.Stream)
	if err != nil {
		return nil, nil, err
	}
	if !p.holds(stream.CachedInfo()) {
		w.log.Warn("the stream was made anew since its position was kept, reading it from the start", "position", p.Seq)
		p.Seq, p.Tries = 0, 0
	}
	p.Made = stream.CachedInfo().Created
	t := &tail{bus: w.bus, stream: w.c.Stream, filters: filters, next: p.Seq + 1}
	if _, err := t.open(ctx); err != nil {
		return nil, nil, err
	}
	return p, t, nil
}

// turn is what has been tried with the first message that is not dealt with.
type turn struct{ tries, holds int }

// inOrder brings a batch to its end, message by message, trying in place what is to
// be tried again. It answers with the tries of the first message of the next batch.
// Where the position cannot be kept, another reader may have moved it: the error
// makes the caller start again from what is stored.
func (w *worker) inOrder(ctx context.Context, p *position, batch []Delivery, tries int) (int, error) {
	now := turn{tries: tries}
	for len(batch) > 0 && !w.stopping() {
		batch[0].Attempts = now.tries + 1
		delay, passed := w.unanswered(ctx, batch[0], &now)
		if passed == 0 && !w.stopping() {
			delay, passed = w.pass(ctx, batch, &now)
		}
		if passed > 0 {
			p.Seq, batch = batch[passed-1].Seq, batch[passed:]
		}
		if err := p.keep(ctx, passed > 0, now.holds > 0); err != nil {
			return now.tries, err
		}
		if len(batch) > 0 && !sleep(w.stop, delay) {
			break
		}
	}
	return now.tries, nil
}

// keep saves the position where something has passed. Where a message is held, it
// saves only that no try is counted, lest a process that is killed while it holds,
// or has lost its lease, leave one behind each time; where that cannot be saved, the
// next answer or the stop does it.
func (p *position) keep(ctx context.Context, passed, held bool) error {
	if !passed && (!held || p.Tries == 0) {
		return nil
	}
	tries := p.Tries
	p.Tries = 0
	err := p.save(ctx)
	if err != nil && !passed && !errors.Is(err, ErrStale) {
		p.Tries = tries
		return nil
	}
	return err
}

// unanswered buries, unseen, a message that so many processes have begun and none has answered.
func (w *worker) unanswered(ctx context.Context, d Delivery, now *turn) (time.Duration, int) {
	limit := 2 * w.c.MaxAttempts
	if limit == 0 || now.tries < limit || !w.buryOrdered(ctx, d, Result{Err: fmt.Errorf("begun %d times without an answer", now.tries)}) {
		return 0, 0
	}
	*now = turn{}
	return 0, 1
}

// pass hands over the rest of a batch once and answers with how many of its first
// messages are dealt with, and the delay before the next try.
func (w *worker) pass(ctx context.Context, rest []Delivery, now *turn) (time.Duration, int) {
	for i, r := range w.call(ctx, rest) {
		last := w.c.MaxAttempts > 0 && now.tries+1 >= w.c.MaxAttempts && !w.stopping()
		switch {
		case r.Verdict == Done:
		case r.Verdict == Bad, r.Verdict == Again && last:
			if r.Verdict == Again {
				r.Place, r.Err = orElse(r.Place, placeOf(r.Err)), fmt.Errorf("gave up after %d attempts: %w", now.tries+1, reason(r.Err))
			}
			rest[i].Attempts = now.tries + 1
			if !w.buryOrdered(ctx, rest[i], r) {
				return 0, i
			}
		default:
			return w.wait(rest[i], r, now), i
		}
		*now = turn{}
	}
	return 0, len(rest)
}

// wait notes a try in vain and answers with the delay before the next.
func (w *worker) wait(d Delivery, r Result, now *turn) time.Duration {
	if r.Verdict == Hold {
		now.holds++
	} else {
		now.tries++
	}
	if now.holds <= 1 {
		w.log.Warn("tried again in place", "seq", d.Seq, "tries", now.tries, "err", r.Err)
	}
	if r.Delay > 0 {
		return r.Delay
	}
	return backOff(now.tries+now.holds, firstDelay, 15*time.Second)
}

// buryOrdered tries until the dead letter is stored, and reports false at the stop.
func (w *worker) buryOrdered(ctx context.Context, d Delivery, r Result) bool {
	for attempt := 1; ; attempt++ {
		_, err := w.bus.Bury(ctx, w.letter(d, r))
		if err == nil {
			return true
		}
		w.log.Warn("dead letter cannot be stored, waiting", "seq", d.Seq, "err", err)
		if !sleep(w.stop, backOff(attempt, firstDelay, 15*time.Second)) {
			return false
		}
	}
}
