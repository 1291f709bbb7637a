package bus

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	ackWithin  = 10 * time.Second // tries go on for so long, or for the ack wait where that is shorter
	ackAgain   = 100 * time.Millisecond
	sideBySide = 64 // confirmations under way at once for one batch
)

// hand is a batch in hand: until a message is settled the server is told now and
// then that it is being worked on.
type hand struct {
	w          *worker
	deliveries []Delivery
	settled    []atomic.Bool
	lost       atomic.Bool // the server does not answer: the rest of the batch is tried once only
	done       chan struct{}
	ticking    sync.WaitGroup
}

func newHand(w *worker, batch []*nats.Msg) *hand {
	h := &hand{w: w, done: make(chan struct{})}
	for _, msg := range batch {
		d, err := received(msg)
		if err != nil {
			w.log.Warn("not a message of the stream", "err", err)
			continue
		}
		h.deliveries = append(h.deliveries, d)
	}
	h.settled = make([]atomic.Bool, len(h.deliveries))
	h.ticking.Add(1)
	go h.tick()
	return h
}

func (h *hand) close() {
	close(h.done)
	h.ticking.Wait()
}

func (h *hand) tick() {
	defer h.ticking.Done()
	ticker := time.NewTicker(max(h.w.c.AckWait/3, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-h.done:
			return
		case <-ticker.C:
		}
		for _, i := range h.open() {
			_ = h.deliveries[i].raw.InProgress() // fails only where the connection is away; the message then comes again
		}
	}
}

// open are the messages that are not settled yet.
func (h *hand) open() []int {
	var open []int
	for i := range h.deliveries {
		if !h.settled[i].Load() {
			open = append(open, i)
		}
	}
	return open
}

// process brings every message of the batch to an end. A message that has come more
// often than MaxAttempts without an answer may be one that kills the process: it is
// tried alone, so that it takes no neighbours with it, and in the end buried unseen.
func (w *worker) process(ctx context.Context, h *hand) {
	if w.stopping() {
		h.giveBack(h.open())
		return
	}
	var together, alone []int
	for i, d := range h.deliveries {
		switch size := wireSize(d.raw); {
		case size > MaxMessage:
			h.settle(ctx, i, Result{Verdict: Bad, Err: fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, size, MaxMessage)})
		case w.c.MaxAttempts == 0 || d.Attempts <= w.c.MaxAttempts:
			together = append(together, i)
		case d.Attempts <= 2*w.c.MaxAttempts:
			alone = append(alone, i)
		default:
			h.settle(ctx, i, Result{Verdict: Bad, Err: fmt.Errorf("delivered %d times without an answer", d.Attempts-1)})
		}
	}
	w.work(ctx, h, together)
	rand.Shuffle(len(alone), func(i, j int) { alone[i], alone[j] = alone[j], alone[i] })
	for _, i := range alone {
		w.work(ctx, h, []int{i})
	}
}

// work calls the handler with some of the batch, again for those it wants to hold.
func (w *worker) work(ctx context.Context, h *hand, open []int) {
	for try := 1; len(open) > 0; try++ {
		batch := make([]Delivery, len(open))
		for k, i := range open {
			batch[k] = h.deliveries[i]
		}
		results := w.call(ctx, batch)
		var held []int
		var delay time.Duration
		h.parallel(len(open), func(k int) {
			if results[k].Verdict != Hold {
				h.settle(ctx, open[k], results[k])
			}
		})
		for k, i := range open {
			if results[k].Verdict == Hold {
				held, delay = append(held, i), max(delay, results[k].Delay)
				if try == 1 && len(held) == 1 {
					w.log.Warn("holding messages", "err", results[k].Err)
				}
			}
		}
		open = held
		if delay == 0 {
			delay = backOff(try, firstDelay, 15*time.Second)
		}
		if len(open) > 0 && !sleep(w.stop, delay) {
			h.giveBack(open)
			return
		}
	}
}

// call protects the loop from its handler. A batch that panics is handed over again
// one by one, so that the panic costs only the message that causes it.
func (w *worker) call(ctx context.Context, batch []Delivery) []Result {
	results, panicked := w.protected(ctx, batch)
	if panicked != nil && len(batch) > 1 {
		results = results[:0]
		for i := range batch {
			results = append(results, w.call(ctx, batch[i:i+1])...)
		}
	} else if panicked != nil {
		results = []Result{{Verdict: Bad, Err: panicked}}
	}
	for i := len(results); i < len(batch); i++ {
		results = append(results, Result{Verdict: Again, Err: fmt.Errorf("handler answered for %d of %d messages", i, len(batch))})
	}
	return results[:len(batch)]
}

func (w *worker) protected(ctx context.Context, batch []Delivery) (results []Result, panicked error) {
	defer func() {
		if p := recover(); p != nil {
			panicked = placed{fmt.Errorf("panic: %v", p), panicPlace()}
		}
	}()
	return w.handle(ctx, batch), nil
}

// settle carries out one verdict.
func (h *hand) settle(ctx context.Context, i int, r Result) {
	d := h.deliveries[i]
	switch {
	case r.Verdict == Done:
		h.confirm(i)
	case r.Verdict == Bad:
		h.bury(ctx, i, r)
	case h.w.stopping():
		h.giveBack([]int{i})
	case h.w.c.MaxAttempts > 0 && d.Attempts >= h.w.c.MaxAttempts:
		r.Place = orElse(r.Place, placeOf(r.Err))
		r.Err = fmt.Errorf("gave up after %d attempts: %w", d.Attempts, reason(r.Err))
		h.bury(ctx, i, r)
	default:
		if r.Delay <= 0 {
			r.Delay = backOff(d.Attempts, firstDelay, maxDelay)
		}
		h.nak(i, r.Delay)
	}
}

// bury acknowledges only what the dead letters have; else the message comes again.
func (h *hand) bury(ctx context.Context, i int, r Result) {
	d := h.deliveries[i]
	if _, err := h.w.bus.Bury(ctx, h.w.letter(d, r)); err != nil {
		h.w.log.Warn("dead letter cannot be stored, message stays", "seq", d.Seq, "err", err)
		h.nak(i, backOff(d.Attempts, firstDelay, maxDelay))
		return
	}
	h.confirm(i)
}

// confirm acknowledges and waits for the server's word, again over a new connection
// where the old one was lost. Without that word the message may come again, which
// every handler must bear.
func (h *hand) confirm(i int) {
	defer h.settled[i].Store(true)
	until := time.Now().Add(min(ackWithin, h.w.c.AckWait))
	for {
		err := h.w.bus.ask(context.Background(), func(ctx context.Context) error { return h.deliveries[i].raw.AckSync(nats.Context(ctx)) })
		if err == nil || errors.Is(err, nats.ErrMsgAlreadyAckd) {
			return
		}
		if errors.Is(err, nats.ErrConnectionClosed) || time.Now().After(until) || h.lost.Load() {
			if !h.lost.Swap(true) {
				h.w.log.Warn("acknowledgement not confirmed, messages may come again", "seq", h.deliveries[i].Seq, "err", err)
			}
			return
		}
		time.Sleep(ackAgain)
	}
}

func (h *hand) giveBack(open []int) {
	for _, i := range open {
		h.nak(i, returned)
	}
}

func (h *hand) nak(i int, delay time.Duration) {
	h.settled[i].Store(true)
	if err := h.deliveries[i].raw.NakWithDelay(delay); err != nil && !errors.Is(err, nats.ErrMsgAlreadyAckd) {
		h.w.log.Warn("message not handed back, it comes again after the ack wait", "seq", h.deliveries[i].Seq, "err", err)
	}
}

// parallel runs do for 0..n-1, some side by side, so that a batch costs a few round trips and not one a message.
func (h *hand) parallel(n int, do func(int)) {
	var all sync.WaitGroup
	var next atomic.Int64
	for range min(n, sideBySide) {
		all.Go(func() {
			for k := int(next.Add(1)) - 1; k < n; k = int(next.Add(1)) - 1 {
				do(k)
			}
		})
	}
	all.Wait()
}

func reason(err error) error {
	if err == nil {
		return errors.New("no reason given")
	}
	return err
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
