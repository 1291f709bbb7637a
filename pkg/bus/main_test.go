package bus_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const soon = time.Minute // for what must happen, however slow the machine

// both runs a test against the embedded server and against one in its own process.
func both(t *testing.T, test func(t *testing.T, b *bus.Bus)) {
	t.Parallel()
	t.Run("embedded", func(t *testing.T) { t.Parallel(); test(t, bustest.Embedded(t)) })
	t.Run("process", func(t *testing.T) { t.Parallel(); test(t, bustest.Process(t).Bus()) })
}

func declare(t *testing.T, b *bus.Bus, top bus.Topology) {
	t.Helper()
	if len(top.Streams) == 0 {
		top.Streams = []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}}}
	}
	if err := b.Declare(context.Background(), top); err != nil {
		t.Fatal(err)
	}
}

func say(n int) bus.Message {
	return bus.Message{ID: fmt.Sprintf("item-%d", n), Subject: fmt.Sprintf("items.s%d", n%7), Header: map[string]string{"Sarhad-Schema": "1"}, Data: []byte(fmt.Sprint(n))}
}

// publish stores messages from..to-1, again where a busy machine was too slow.
func publish(t *testing.T, b *bus.Bus, from, to int) {
	t.Helper()
	var messages []bus.Message
	for n := from; n < to; n++ {
		messages = append(messages, say(n))
	}
	eventually(t, "all are stored", func() bool { _, errs := b.PublishAll(context.Background(), messages); return errs == nil })
}

// consume runs a consumer until the returned function stops it and waits for its end.
func consume(t *testing.T, b *bus.Bus, c bus.Consumer, handle bus.Handler) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Consume(ctx, c, handle) }()
	var once sync.Once
	var err error
	stop = func() error {
		once.Do(func() { cancel(); err = <-ended })
		return err
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return stop
}

// eventually waits for what other goroutines and the server bring about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(soon); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

// each makes a handler of one message out of a function.
func each(do func(d bus.Delivery) bus.Result) bus.Handler {
	return func(_ context.Context, batch []bus.Delivery) []bus.Result {
		results := make([]bus.Result, len(batch))
		for i, d := range batch {
			results[i] = do(d)
		}
		return results
	}
}

// ledger counts what was seen.
type ledger struct {
	mu    sync.Mutex
	seen  map[string]int
	order []string
}

func newLedger() *ledger { return &ledger{seen: map[string]int{}} }

func (l *ledger) add(key string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen[key]++
	l.order = append(l.order, key)
	return l.seen[key]
}

func (l *ledger) count(key string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen[key]
}

func (l *ledger) distinct() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.seen)
}

func (l *ledger) sequence() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.order...)
}

// reader is what the bus knows of a durable, nothing where it is not there.
func reader(b *bus.Bus, durable string) (bus.ConsumerHealth, bool) {
	h, err := b.Health(context.Background())
	if err != nil {
		return bus.ConsumerHealth{}, false
	}
	for _, c := range h.Consumers {
		if c.Durable == durable {
			return c, true
		}
	}
	return bus.ConsumerHealth{}, false
}

// settled reports whether a durable has nothing left to do.
func settled(b *bus.Bus, durable string) func() bool {
	return func() bool {
		c, ok := reader(b, durable)
		return ok && c.Lag == 0 && c.InFlight == 0
	}
}

func done(bus.Delivery) bus.Result { return bus.Result{Verdict: bus.Done} }
