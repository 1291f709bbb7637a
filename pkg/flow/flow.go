// Package flow is the way of an item: the stages as values, joined to the bus or
// called one after the other. A stage knows its own step and the names of two
// streams; where it stands in the flow is said once, in the Flow that the program
// builds, and that same value draws the picture in the README.
package flow

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// Step does one stage's work on one item. It answers with the items to pass on,
// with none where the item is filtered, with Bad where no retry can help, with Kept
// beside items that go on in spite of it, and with any other error where a retry may help.
type Step func(ctx context.Context, it news.Item) ([]news.Item, error)

// Arrival is an item at the end of the flow, with its sequence in the stream that carried it.
type Arrival struct {
	Item news.Item
	Seq  uint64
}

// Sink ends the flow: it answers with one verdict an arrival, in order, nil for done.
type Sink func(ctx context.Context, batch []Arrival) []error

// Stage is one box of the picture.
type Stage struct {
	Name    string // the role that runs it
	In      string // the stream it reads; the collector has none
	Out     string // the stream it writes; a sink has none
	Does    string // a few words for the picture
	Step    Step   // or
	Sink    Sink
	Single  bool          // one writer at a time, in stream order, fenced
	Reset   func()        // makes a single writer's step forget everything, before its memory is rebuilt
	Batch   int           // messages taken at once
	Wait    time.Duration // how long a batch waits to be full
	Workers int           // batches under way at once
}

// Flow is the pipeline from left to right.
type Flow []Stage

// Check reports a flow that does not join: a stream read before it is written, or written twice.
func (f Flow) Check() error {
	written := map[string]string{}
	var problems []error
	for _, s := range f {
		if s.In != "" && written[s.In] == "" {
			problems = append(problems, fmt.Errorf("stage %s reads %s, which no stage before it writes", s.Name, s.In))
		}
		if s.Out == "" {
			continue
		}
		if other := written[s.Out]; other != "" {
			problems = append(problems, fmt.Errorf("stages %s and %s both write %s", other, s.Name, s.Out))
		}
		written[s.Out] = s.Name
	}
	return errors.Join(problems...)
}

// Plain passes the items through the steps as plain calls, in order, and answers
// with what would reach the sinks. It is the whole pipeline without a broker.
func (f Flow) Plain(ctx context.Context, items []news.Item) ([]news.Item, error) {
	for _, s := range f {
		if s.Step == nil {
			continue
		}
		var passed []news.Item
		for _, it := range items {
			out, err := s.Step(ctx, it)
			if err != nil && !IsKept(err) {
				return nil, fmt.Errorf("%s: item %s: %w", s.Name, it.ID, err)
			}
			passed = append(passed, out...)
		}
		items = passed
	}
	return items, nil
}

// Picture draws the flow, a line a stage.
func (f Flow) Picture() string {
	name, in := 0, 0
	for _, s := range f {
		name, in = max(name, len(s.Name)), max(in, len(s.In))
	}
	var b strings.Builder
	for _, s := range f {
		arrow, out := "──►", s.Out
		if s.In == "" {
			arrow = "   "
		}
		if out != "" {
			out = "──► " + out
		}
		line := fmt.Sprintf("%*s %s %-*s  %s", in, s.In, arrow, name, s.Name, s.Does)
		fmt.Fprintf(&b, "%s %s\n", line, out)
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}

// badItem marks an error that no retry can help.
type badItem struct{ err error }

func (b badItem) Error() string { return b.err.Error() }
func (b badItem) Unwrap() error { return b.err }

// Bad marks an item that no retry can help: it goes to the dead letters with its reason.
func Bad(err error) error { return badItem{err} }

// IsBad reports whether an error was marked by Bad.
func IsBad(err error) bool {
	var bad badItem
	return errors.As(err, &bad)
}

// keptItem marks an error that costs the item something but not its way.
type keptItem struct{ err error }

func (k keptItem) Error() string { return k.err.Error() }
func (k keptItem) Unwrap() error { return k.err }

// Kept marks an error beside which the step's items still go on: the message as it
// came is kept with the dead letters too, so that the stage can be tried again.
func Kept(err error) error { return keptItem{err} }

// IsKept reports whether an error was marked by Kept.
func IsKept(err error) bool {
	var kept keptItem
	return errors.As(err, &kept)
}

// awayError marks a failure of what the stage stands on, not of the item.
type awayError struct{ err error }

func (a awayError) Error() string { return a.err.Error() }
func (a awayError) Unwrap() error { return a.err }

// Away marks an error that says nothing about the item: an index or a bus that
// does not answer. The item waits however long that takes, and no attempt is counted.
func Away(err error) error { return awayError{err} }

// IsAway reports whether an error was marked by Away.
func IsAway(err error) bool {
	var away awayError
	return errors.As(err, &away)
}

type attemptKey struct{}

// WithAttempt notes in ctx how often the item under way has been delivered.
func WithAttempt(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, attemptKey{}, n)
}

// Attempt is how often the item under way has been delivered, 1 at first.
func Attempt(ctx context.Context) int {
	if n, ok := ctx.Value(attemptKey{}).(int); ok {
		return n
	}
	return 1
}
