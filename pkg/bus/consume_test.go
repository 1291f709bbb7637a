package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
)

func TestEveryMessageIsHandledAndAcknowledged(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 500)
		seen := newLedger()
		stop := consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 50, Workers: 3}, each(func(d bus.Delivery) bus.Result {
			seen.add(d.ID)
			if want := "item-" + string(d.Data); d.ID != want || d.Header["Sarhad-Schema"] != "1" || d.Attempts != 1 || d.Origin != d.Seq || d.Time.IsZero() {
				return bus.Result{Verdict: bus.Bad, Err: fmt.Errorf("delivery %+v", d)}
			}
			return bus.Result{Verdict: bus.Done}
		}))
		publish(t, b, 500, 700)
		eventually(t, "700 messages settled", func() bool { return seen.distinct() == 700 && settled(b, "tagger")() })
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if n := len(seen.sequence()); n != 700 {
			t.Errorf("%d deliveries, expected 700", n)
		}
		if n, err := b.DeadCount(context.Background()); n != 0 || err != nil {
			t.Errorf("%d dead letters, %v", n, err)
		}
	})
}

func TestPoisonGoesToTheDeadLettersAndBack(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 10)
		var mended bool
		tagger, indexer := newLedger(), newLedger()
		fix := make(chan bool, 1)
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 4}, each(func(d bus.Delivery) bus.Result {
			select {
			case mended = <-fix:
			default:
			}
			if d.ID == "item-3" || d.Header[bus.HeaderRetry] != "" {
				if !mended {
					return bus.Result{Verdict: bus.Bad, Err: bus.Here(errors.New("title is not text"))}
				}
				if d.Subject != "items.s3" || d.Seq == d.Origin || d.Origin != 4 || d.For != "tagger" || string(d.Data) != "3" || d.Header["Sarhad-Schema"] != "1" {
					t.Errorf("sent back as %+v", d)
				}
			}
			tagger.add(string(d.Data))
			return bus.Result{Verdict: bus.Done}
		}))
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "indexer", Batch: 4}, each(func(d bus.Delivery) bus.Result {
			indexer.add(string(d.Data))
			return bus.Result{Verdict: bus.Done}
		}))
		eventually(t, "one dead letter", func() bool {
			n, _ := b.DeadCount(ctx)
			return n == 1 && tagger.distinct() == 9 && indexer.distinct() == 10
		})
		letters, err := b.DeadLetters(ctx, 0, 0)
		if err != nil || len(letters) != 1 {
			t.Fatalf("%d letters, %v", len(letters), err)
		}
		l := letters[0]
		if l.Reason != "title is not text" || l.Stage != "tagger" || !strings.HasPrefix(l.Place, "bus/consume_test.go:") || l.Attempts != 1 ||
			l.Stream != "ITEMS" || l.Seq != 4 || l.Subject != "items.s3" || l.ID != "item-3" || l.Header["Sarhad-Schema"] != "1" || string(l.Data) != "3" ||
			l.First.IsZero() || l.Last.Before(l.First) {
			t.Errorf("letter %+v", l)
		}
		fix <- true
		if err := b.RetryDead(ctx, l.Number); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the retried message is handled", func() bool { return tagger.distinct() == 10 && settled(b, "tagger")() && settled(b, "indexer")() })
		if n, _ := b.DeadCount(ctx); n != 0 {
			t.Errorf("%d dead letters after the retry", n)
		}
		if n := len(indexer.sequence()); n != 10 {
			t.Errorf("the other reader saw %d messages, expected 10", n)
		}
		if err := b.RetryDead(ctx, l.Number); !errors.Is(err, bus.ErrNoLetter) {
			t.Errorf("second retry: %v, expected ErrNoLetter", err)
		}
		if err := b.DropDead(ctx, l.Number); !errors.Is(err, bus.ErrNoLetter) {
			t.Errorf("drop of what is gone: %v, expected ErrNoLetter", err)
		}
	})
}

func TestGivesUpAfterMaxAttempts(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 5)
		seen := newLedger()
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "scraper", Batch: 5, MaxAttempts: 3}, each(func(d bus.Delivery) bus.Result {
			if n := seen.add(d.ID); n != d.Attempts {
				t.Errorf("%s came %d times and says %d", d.ID, n, d.Attempts)
			}
			if d.ID == "item-2" {
				return bus.Result{Verdict: bus.Again, Err: errors.New("host does not answer"), Delay: time.Millisecond}
			}
			return bus.Result{Verdict: bus.Done}
		}))
		eventually(t, "one dead letter", func() bool { n, _ := b.DeadCount(ctx); return n == 1 && settled(b, "scraper")() })
		if n := seen.count("item-2"); n != 3 {
			t.Errorf("%d attempts, expected 3", n)
		}
		letters, err := b.DeadLetters(ctx, 0, 1)
		if err != nil || len(letters) != 1 || letters[0].Attempts != 3 || letters[0].Reason != "gave up after 3 attempts: host does not answer" {
			t.Errorf("letters %+v, %v", letters, err)
		}
	})
}

func TestSlowHandlerKeepsItsMessages(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 3)
		seen := newLedger()
		ackWait := 300 * time.Millisecond
		slow := func(ctx context.Context, batch []bus.Delivery) []bus.Result {
			time.Sleep(4 * ackWait)
			return each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) })(ctx, batch)
		}
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "slow", Batch: 3, Workers: 2, AckWait: ackWait}, slow)
		eventually(t, "three messages settled", func() bool { return seen.distinct() == 3 && settled(b, "slow")() })
		if n := len(seen.sequence()); n != 3 {
			t.Errorf("%d deliveries, expected 3", n)
		}
	})
}

func TestStopInMidBatchReturnsTheRest(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 20)
		first, second := newLedger(), newLedger()
		begun := make(chan bool, 1)
		stop := consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 20, AckWait: time.Hour, Grace: 2 * time.Second},
			func(ctx context.Context, batch []bus.Delivery) []bus.Result {
				begun <- true
				<-ctx.Done() // finishes half of it when the grace is nearly over
				return each(func(d bus.Delivery) bus.Result {
					if d.Seq%2 == 0 {
						return bus.Result{Verdict: bus.Again, Err: ctx.Err(), Delay: time.Hour}
					}
					first.add(d.ID)
					return done(d)
				})(ctx, batch)
			})
		<-begun
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 20, AckWait: time.Hour}, each(func(d bus.Delivery) bus.Result {
			second.add(d.ID)
			return done(d)
		}))
		eventually(t, "the rest is handled by the next", func() bool { return first.distinct()+second.distinct() == 20 && settled(b, "tagger")() })
		if n := len(first.sequence()) + len(second.sequence()); n != 20 {
			t.Errorf("%d handled, expected 20", n)
		}
	})
}

func TestHandlerThatNeverEndsLosesItsBatchAtTheStop(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 2)
		for _, c := range []bus.Consumer{{Stream: "ITEMS", Durable: "stuck"}, {Stream: "ITEMS", Durable: "turn", Ordered: true}} {
			c.Batch, c.AckWait, c.Grace = 2, time.Hour, 100*time.Millisecond
			begun, release := make(chan bool, 1), make(chan bool)
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan error)
			go func() {
				ended <- b.Consume(ctx, c, func(context.Context, []bus.Delivery) []bus.Result { begun <- true; <-release; return nil })
			}()
			<-begun
			cancel()
			if err := <-ended; err == nil || !strings.Contains(err.Error(), "still under way") {
				t.Errorf("%s ended with %v", c.Durable, err)
			}
			seen := newLedger()
			stop := consume(t, b, c, each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) }))
			eventually(t, "another handles them", func() bool { return seen.distinct() == 2 && settled(b, c.Durable)() })
			_ = stop()
			close(release)
		}
	})
}

func TestHoldWaitsWithoutCountingAttempts(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 4)
		seen := newLedger()
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "indexer", Batch: 4, MaxAttempts: 2}, each(func(d bus.Delivery) bus.Result {
			if d.Attempts != 1 {
				t.Errorf("attempt %d", d.Attempts)
			}
			if seen.add(d.ID) < 6 && d.Seq > 2 {
				return bus.Result{Verdict: bus.Hold, Err: errors.New("index is away"), Delay: time.Millisecond}
			}
			return done(d)
		}))
		eventually(t, "all settled", func() bool { return seen.count("item-3") == 6 && settled(b, "indexer")() })
		if n := seen.count("item-0"); n != 1 {
			t.Errorf("item-0 was handled %d times beside the held ones", n)
		}
	})
}

func TestPanicCostsItsOwnMessage(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 8)
		seen := newLedger()
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 8}, each(func(d bus.Delivery) bus.Result {
			if d.ID == "item-5" {
				var m map[string]int
				m["x"] = 1
			}
			seen.add(d.ID)
			return done(d)
		}))
		eventually(t, "the others are settled", func() bool { n, _ := b.DeadCount(ctx); return n == 1 && seen.distinct() == 7 && settled(b, "tagger")() })
		letters, err := b.DeadLetters(ctx, 0, 0)
		if err != nil || len(letters) != 1 || letters[0].ID != "item-5" || !strings.HasPrefix(letters[0].Reason, "panic: ") || !strings.HasPrefix(letters[0].Place, "bus/consume_test.go:") {
			t.Errorf("letters %+v, %v", letters, err)
		}
	})
}

// TestMessageThatKillsProcesses: deliveries that nobody ever answered, as processes
// leave them behind that were killed by what they read.
func TestMessageThatKillsProcesses(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		tagger := bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 8, MaxAttempts: 2}
		declare(t, b, bus.Topology{Consumers: []bus.Consumer{tagger}})
		publish(t, b, 0, 3)
		c, err := manager(t, b).Consumer(ctx, "ITEMS", "tagger")
		if err != nil {
			t.Fatal(err)
		}
		unanswered := map[uint64]uint64{1: 4, 2: 3, 3: 1}
		for reached := 0; reached < len(unanswered); {
			m, err := c.Next()
			if err != nil {
				t.Fatal(err)
			}
			meta, err := m.Metadata()
			if err != nil {
				t.Fatal(err)
			}
			delay := time.Duration(0)
			if meta.NumDelivered == unanswered[meta.Sequence.Stream] {
				reached, delay = reached+1, time.Second
			}
			if err := m.NakWithDelay(delay); err != nil {
				t.Fatal(err)
			}
		}
		var alone atomic.Int32
		seen := newLedger()
		consume(t, b, tagger, func(ctx context.Context, batch []bus.Delivery) []bus.Result {
			if len(batch) == 1 && batch[0].ID == "item-1" {
				alone.Add(1)
			}
			return each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) })(ctx, batch)
		})
		eventually(t, "all settled", func() bool { n, _ := b.DeadCount(ctx); return n == 1 && seen.distinct() == 2 && settled(b, "tagger")() })
		letters, err := b.DeadLetters(ctx, 0, 0)
		if err != nil || len(letters) != 1 || letters[0].ID != "item-0" || letters[0].Reason != "delivered 4 times without an answer" {
			t.Errorf("letters %+v, %v", letters, err)
		}
		if alone.Load() != 1 {
			t.Errorf("the suspect was tried alone %d times, expected 1", alone.Load())
		}
	})
}

func TestMissingAnswersMeanAgain(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 3)
		seen := newLedger()
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "lazy", Batch: 3}, func(ctx context.Context, batch []bus.Delivery) []bus.Result {
			seen.add(batch[0].ID)
			return []bus.Result{{Verdict: bus.Done}} // for the first only
		})
		eventually(t, "each is handled in the end", func() bool { return seen.distinct() == 3 && settled(b, "lazy")() })
	})
}

func TestForgedMessagesAreMessages(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		forge(t, b, "items.x", nil, nil)
		forge(t, b, "items.x", map[string]string{"Status": "408", "Description": "Request Timeout"}, nil)
		forge(t, b, "items.x", map[string]string{"Status": "503"}, nil)
		forge(t, b, "items.x", map[string]string{"Nats-Msg-Id": "a\u202eb", bus.HeaderRetry: "x", "Sarhad-Retry-Seq": "-1", "Dead-Reason": "forged"}, []byte{0xff, 0, '{'})
		forge(t, b, "items.x", nil, bytes.Repeat([]byte("x"), bus.MaxMessage+1))
		forge(t, b, "items.x", map[string]string{"Sarhad-Schema": strings.Repeat("9", 4000)}, []byte("{"))
		forge(t, b, "retry.ITEMS.tagger", map[string]string{"Sarhad-Retry-Subject": "items.y", "Sarhad-Retry-First": "yesterday"}, []byte("back"))
		publish(t, b, 0, 1)
		seen := newLedger()
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 3}, each(func(d bus.Delivery) bus.Result {
			if d.Header["Sarhad-Schema"] != "1" {
				return bus.Result{Verdict: bus.Bad, Err: fmt.Errorf("message has schema %q, expected 1", d.Header["Sarhad-Schema"])}
			}
			seen.add(d.ID)
			return done(d)
		}))
		eventually(t, "seven dead letters and one good message", func() bool {
			n, _ := b.DeadCount(ctx)
			return n == 7 && seen.count("item-0") == 1 && settled(b, "tagger")()
		})
		letters, err := b.DeadLetters(ctx, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range letters {
			if l.Stage != "tagger" || l.Stream != "ITEMS" || l.Reason == "forged" || l.Cut != 0 {
				t.Errorf("letter %+v", l)
			}
			if len(l.Data) > bus.MaxMessage && !strings.Contains(l.Reason, "too large") {
				t.Errorf("oversized message buried for %q", l.Reason)
			}
		}
	})
}
