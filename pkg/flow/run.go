package flow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/run"
	"github.com/sarhad-desk/sarhad/pkg/telemetry"
)

// Runner joins stages to the bus.
type Runner struct {
	Bus     *bus.Bus
	Log     *slog.Logger
	Metrics *telemetry.Metrics
}

// Consumer is how a stage reads its stream: a durable of the stage's name.
func (s Stage) Consumer() bus.Consumer {
	return bus.Consumer{Stream: s.In, Durable: s.Name, Batch: max(s.Batch, 1), Workers: max(s.Workers, 1), Wait: s.Wait,
		MaxAttempts: 8, Ordered: s.Single}
}

// Run works as the stage until ctx ends. A message is acknowledged only after what
// came of it has been stored by the bus.
func (r *Runner) Run(ctx context.Context, s Stage) error {
	switch {
	case s.Sink != nil:
		return r.Bus.Consume(ctx, s.Consumer(), r.measured(s, func(ctx context.Context, batch []bus.Delivery) []bus.Result { return r.sink(ctx, s, batch) }))
	case s.Single:
		return r.runSingle(ctx, s)
	}
	return r.Bus.Consume(ctx, s.Consumer(), r.measured(s, func(ctx context.Context, batch []bus.Delivery) []bus.Result { return r.step(ctx, s, batch) }))
}

// measured counts what the stage does, and logs once what goes wrong.
func (r *Runner) measured(s Stage, handle func(context.Context, []bus.Delivery) []bus.Result) func(context.Context, []bus.Delivery) []bus.Result {
	return func(ctx context.Context, batch []bus.Delivery) []bus.Result {
		began := time.Now()
		results := handle(ctx, batch)
		r.Metrics.Took(s.Name, time.Since(began))
		for i, result := range results {
			switch result.Verdict {
			case bus.Done:
				r.Metrics.Stage(s.Name, "done", 1)
			case bus.Bad:
				r.Metrics.Stage(s.Name, "bad", 1)
				r.Log.Warn("kept with the dead letters", "stage", s.Name, "subject", batch[i].Subject, "err", result.Err)
			case bus.Again, bus.Hold:
				r.Metrics.Stage(s.Name, "again", 1)
				if ctx.Err() == nil {
					r.Log.Info("will be tried again", "stage", s.Name, "subject", batch[i].Subject, "attempt", batch[i].Attempts, "err", result.Err)
				}
			}
		}
		return results
	}
}

// step passes a batch through the stage's step and stores what comes of it in one go.
func (r *Runner) step(ctx context.Context, s Stage, batch []bus.Delivery) []bus.Result {
	results := make([]bus.Result, len(batch))
	var messages []bus.Message
	var owner []int
	for i, d := range batch {
		out, err := r.one(ctx, s, d)
		results[i] = verdict(err)
		for _, it := range out {
			m, err := Encode(s, it, d.Header[headerRetry], 0)
			if err != nil {
				results[i] = verdict(err)
				continue
			}
			messages, owner = append(messages, m), append(owner, i)
		}
	}
	for k, err := range r.publishAll(ctx, s, messages) {
		if err != nil {
			results[owner[k]] = published(err)
		}
	}
	return results
}

// publishAll publishes until every message is stored, or is one that the bus will
// never take, or ctx ends: what the step has done is not done again because the bus
// is away or full.
func (r *Runner) publishAll(ctx context.Context, s Stage, messages []bus.Message) []error {
	outcome := make([]error, len(messages))
	left := make([]int, len(messages))
	for i := range left {
		left[i] = i
	}
	for wait := 100 * time.Millisecond; len(left) > 0; wait = min(2*wait, 5*time.Second) {
		batch := make([]bus.Message, len(left))
		for k, i := range left {
			batch[k] = messages[i]
		}
		_, errs := r.Bus.PublishAll(ctx, batch)
		var again []int
		for k, i := range left {
			outcome[i] = nil
			if errs != nil {
				outcome[i] = errs[k]
			}
			if outcome[i] != nil && !errors.Is(outcome[i], bus.ErrTooLarge) {
				again = append(again, i)
			}
		}
		if left = again; len(left) == 0 {
			break
		}
		r.Log.Info("publish will be tried again", "stage", s.Name, "messages", len(left), "wait", wait, "err", outcome[left[0]])
		select {
		case <-ctx.Done():
			return outcome
		case <-time.After(wait):
		}
	}
	return outcome
}

// one decodes a message and does the stage's step on it. A step that panics costs its own message.
func (r *Runner) one(ctx context.Context, s Stage, d bus.Delivery) (out []news.Item, err error) {
	it, err := Decode(d)
	if err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, Bad(fmt.Errorf("%s panicked on item %s: %v\n%s", s.Name, it.ID, p, debug.Stack()))
		}
	}()
	return s.Step(WithAttempt(ctx, d.Attempts), it)
}

// sink hands a batch to the stage's sink.
func (r *Runner) sink(ctx context.Context, s Stage, batch []bus.Delivery) []bus.Result {
	results := make([]bus.Result, len(batch))
	var arrivals []Arrival
	var owner []int
	for i, d := range batch {
		it, err := Decode(d)
		if err != nil {
			results[i] = verdict(err)
			continue
		}
		arrivals, owner = append(arrivals, Arrival{Item: it, Seq: d.Origin}), append(owner, i)
	}
	if len(arrivals) == 0 {
		return results
	}
	for k, err := range s.Sink(ctx, arrivals) {
		results[owner[k]] = verdict(err)
	}
	return results
}

func verdict(err error) bus.Result {
	switch {
	case err == nil:
		return bus.Result{Verdict: bus.Done}
	case IsBad(err), IsKept(err):
		return bus.Result{Verdict: bus.Bad, Err: err}
	case IsAway(err):
		return bus.Result{Verdict: bus.Hold, Err: err}
	}
	return bus.Result{Verdict: bus.Again, Err: err}
}

// published judges a failed publish: a message the bus will never take is a dead
// letter, anything else waits until the bus takes it.
func published(err error) bus.Result {
	if errors.Is(err, bus.ErrTooLarge) {
		return bus.Result{Verdict: bus.Bad, Err: err}
	}
	return bus.Result{Verdict: bus.Hold, Err: fmt.Errorf("publish: %w", err)}
}

// runSingle works as a single writer: under a lease, with its memory rebuilt from
// the stream, and with each output published only right after the one before.
func (r *Runner) runSingle(ctx context.Context, s Stage) error {
	return Leased(ctx, r.Bus, s.Name, r.Log, func(ctx context.Context) error {
		w := &writer{runner: r, stage: s}
		err := run.Retry(ctx, 10*time.Second, func(err error, wait time.Duration) {
			r.Log.Warn("memory cannot be rebuilt yet", "stage", s.Name, "next", wait, "err", err)
		}, w.rebuild)
		if err != nil {
			return err
		}
		return r.Bus.Consume(ctx, s.Consumer(), r.measured(s, w.handle))
	})
}

// writer is a single-writer stage at work.
type writer struct {
	runner *Runner
	stage  Stage
	last   uint64 // sequence of the newest output
	input  uint64 // sequence of the newest input dealt with
}

// rebuild passes everything that was dealt with through the step once more, so that
// the step remembers what it knew.
func (w *writer) rebuild(ctx context.Context) error {
	w.stage.Reset()
	if err := w.position(ctx); err != nil {
		return err
	}
	if w.input == 0 {
		return nil
	}
	began, n := time.Now(), 0
	err := w.runner.Bus.Replay(ctx, w.stage.In, 0, func(d bus.Delivery) (bool, error) {
		if d.Seq > w.input {
			return false, nil
		}
		if d.For != "" && d.For != w.stage.Name {
			return true, nil
		}
		n++
		_, _ = w.runner.one(ctx, w.stage, d) // what failed then was buried then
		return true, nil
	})
	w.runner.Log.Info("memory rebuilt from the stream", "stage", w.stage.Name, "messages", n, "took", time.Since(began).Round(time.Millisecond))
	return err
}

// position finds where the stage stands: the end of its output, after which it
// publishes, and the input it has dealt with, which is the one that its newest output
// answers, or a later one that gave no output.
func (w *writer) position(ctx context.Context) (err error) {
	b := w.runner.Bus
	if w.last, err = b.LastSeq(ctx, w.stage.Out); err != nil {
		return err
	}
	if w.input, err = b.Position(ctx, w.stage.In, w.stage.Name); err != nil {
		return err
	}
	d, err := b.Last(ctx, w.stage.Out, Subject(w.stage.Out, ">"))
	if err != nil {
		return fmt.Errorf("read the newest message of %s: %w", w.stage.Out, err)
	}
	if d == nil {
		return nil
	}
	answered, err := strconv.ParseUint(d.Header[headerInput], 10, 64)
	if err != nil {
		return fmt.Errorf("newest message of %s has header %s %q, expected a sequence", w.stage.Out, headerInput, d.Header[headerInput])
	}
	w.input = max(w.input, answered)
	return nil
}

// handle passes a batch through the step in order, and publishes what comes of it,
// trying until it is stored: the step has already taken the batch into its memory,
// and must not see it a second time.
func (w *writer) handle(ctx context.Context, batch []bus.Delivery) []bus.Result {
	results := make([]bus.Result, len(batch))
	var messages []bus.Message
	var owner []int
	for i, d := range batch {
		if d.Seq <= w.input {
			results[i] = bus.Result{Verdict: bus.Done}
			continue
		}
		out, err := w.runner.one(ctx, w.stage, d)
		results[i] = verdict(err)
		for _, it := range out {
			m, err := Encode(w.stage, it, d.Header[headerRetry], d.Seq)
			if err != nil {
				results[i] = verdict(err)
				continue
			}
			messages, owner = append(messages, m), append(owner, i)
		}
		if v := results[i].Verdict; v == bus.Again || v == bus.Hold {
			for k := i + 1; k < len(batch); k++ {
				results[k] = results[i]
			}
			break
		}
	}
	w.publish(ctx, batch, messages, owner, results)
	return results
}

// publish stores the messages one right after the other, and notes how far it came.
func (w *writer) publish(ctx context.Context, batch []bus.Delivery, messages []bus.Message, owner []int, results []bus.Result) {
	for wait := 100 * time.Millisecond; len(messages) > 0; wait = min(2*wait, 5*time.Second) {
		receipts, err := w.runner.Bus.PublishAllAfter(ctx, messages, w.last)
		for k, r := range receipts {
			w.last, w.input = max(w.last, r.Seq), batch[owner[k]].Seq
		}
		messages, owner = messages[len(receipts):], owner[len(receipts):]
		switch {
		case err == nil || len(messages) == 0:
			return
		case errors.Is(err, bus.ErrTooLarge):
			results[owner[0]] = bus.Result{Verdict: bus.Bad, Err: err}
			messages, owner = messages[1:], owner[1:]
			continue
		case errors.Is(err, bus.ErrFenced):
			Lost(ctx, fmt.Errorf("another writer has written to %s", w.stage.Out))
			hold(results[owner[0]:], err)
			return
		}
		w.runner.Log.Info("publish will be tried again", "stage", w.stage.Name, "messages", len(messages), "wait", wait, "err", err)
		select {
		case <-ctx.Done():
			hold(results[owner[0]:], ctx.Err())
			return
		case <-time.After(wait):
		}
	}
}

// hold marks results as not dealt with, from the first on that could not be published.
func hold(results []bus.Result, err error) {
	for i := range results {
		results[i] = bus.Result{Verdict: bus.Hold, Err: err}
	}
}
