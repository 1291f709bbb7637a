package bus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
)

var clusterer = bus.Consumer{Stream: "ITEMS", Durable: "clusterer", Batch: 16, MaxAttempts: 4, Ordered: true}

func inOrder(from, to int) []string {
	var want []string
	for n := from; n < to; n++ {
		want = append(want, fmt.Sprintf("item-%d", n))
	}
	return want
}

func TestOrderedStaysInOrderThroughFailures(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 60)
		seen, tries := newLedger(), newLedger()
		var underway atomic.Int32
		handle := func(ctx context.Context, batch []bus.Delivery) []bus.Result {
			if underway.Add(1) > 1 {
				t.Error("two batches under way")
			}
			defer underway.Add(-1)
			results := make([]bus.Result, len(batch))
			for i, d := range batch {
				results[i] = bus.Result{Verdict: bus.Again, Err: errors.New("not yet"), Delay: time.Millisecond}
				switch n := tries.add(d.ID); {
				case d.ID == "item-20":
					results[i] = bus.Result{Verdict: bus.Bad, Err: errors.New("never")}
					continue
				case d.ID == "item-33", d.ID == "item-7" && n < 3:
					if d.Attempts != n {
						t.Errorf("%s: attempt %d, expected %d", d.ID, d.Attempts, n)
					}
					return results[:i+1]
				case d.ID == "item-41" && n < 9:
					results[i].Verdict = bus.Hold
					return results[:i+1]
				}
				seen.add(d.ID)
				results[i].Verdict = bus.Done
			}
			return results
		}
		stop := consume(t, b, clusterer, handle)
		publish(t, b, 60, 90)
		eventually(t, "all settled", settled(b, "clusterer"))
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		var want []string
		for n, id := range inOrder(0, 90) {
			if n != 20 && n != 33 {
				want = append(want, id)
			}
		}
		if diff := cmp.Diff(want, seen.sequence()); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		letters, err := b.DeadLetters(ctx, 0, 0)
		if err != nil || len(letters) != 2 || letters[0].ID != "item-20" || letters[1].ID != "item-33" || letters[1].Attempts != 4 {
			t.Errorf("letters %+v, %v", letters, err)
		}
		if err := b.RetryDead(ctx, letters[0].Number); err != nil {
			t.Fatal(err)
		}
		again := newLedger()
		consume(t, b, clusterer, each(func(d bus.Delivery) bus.Result {
			again.add(fmt.Sprintf("%s at %d, first at %d, for %s", d.Subject, d.Seq, d.Origin, d.For))
			return done(d)
		}))
		eventually(t, "the letter sent back is handled", func() bool { return again.distinct() > 0 && settled(b, "clusterer")() })
		if diff := cmp.Diff([]string{"items.s6 at 91, first at 21, for clusterer"}, again.sequence()); diff != "" {
			t.Errorf("sent back (-want +got):\n%s", diff)
		}
	})
}

func TestOrderedGoesOnWhereItStopped(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 50)
		seen := newLedger()
		reached := make(chan bool)
		stop := consume(t, b, clusterer, func(ctx context.Context, batch []bus.Delivery) []bus.Result {
			results := make([]bus.Result, 0, len(batch))
			for _, d := range batch {
				if d.ID == "item-25" {
					close(reached)
					return append(results, bus.Result{Verdict: bus.Again, Err: errors.New("stop here"), Delay: time.Hour})
				}
				seen.add(d.ID)
				results = append(results, done(d))
			}
			return results
		})
		<-reached
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(inOrder(0, 25), seen.sequence()); diff != "" {
			t.Fatalf("before the stop (-want +got):\n%s", diff)
		}
		consume(t, b, clusterer, each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) }))
		eventually(t, "all settled", settled(b, "clusterer"))
		if diff := cmp.Diff(inOrder(0, 50), seen.sequence()); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
	})
}

func TestOrderedThroughKillsOfTheServer(t *testing.T) {
	t.Parallel()
	server := bustest.Process(t)
	b := server.Bus()
	declare(t, b, bus.Topology{})
	seen := newLedger()
	consume(t, b, clusterer, each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) }))
	for n := 0; n < 400; n += 40 {
		var messages []bus.Message
		for i := n; i < n+40; i++ {
			messages = append(messages, say(i))
		}
		if n%120 == 80 {
			server.Kill()
			server.Start()
		}
		for i := range messages { // one after the other, so that a retry cannot change the order
			eventually(t, "published", func() bool { _, err := b.Publish(context.Background(), messages[i]); return err == nil })
		}
	}
	eventually(t, "all settled", func() bool { return seen.distinct() == 400 && settled(b, "clusterer")() })
	last := -1
	for _, id := range seen.sequence() { // after a kill a batch may come again, but never a later message before an earlier one
		var n int
		if _, err := fmt.Sscanf(id, "item-%d", &n); err != nil || n > last+1 {
			t.Fatalf("%s came after item-%d", id, last)
		}
		last = max(last, n)
	}
}

func TestOrderedBuriesWhatItCannotGetPast(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 3)
		kv, err := b.KV(ctx, bus.PositionBucket)
		if err != nil {
			t.Fatal(err)
		}
		// As many processes were killed by message 2 as it takes.
		if _, err := kv.Put(ctx, "ITEMS.clusterer", []byte(`{"seq":1,"tries":8}`)); err != nil {
			t.Fatal(err)
		}
		seen := newLedger()
		consume(t, b, clusterer, each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) }))
		eventually(t, "all settled", settled(b, "clusterer"))
		letters, err := b.DeadLetters(ctx, 0, 0)
		if err != nil || len(letters) != 1 || letters[0].ID != "item-1" || letters[0].Reason != "begun 8 times without an answer" {
			t.Errorf("letters %+v, %v", letters, err)
		}
		if diff := cmp.Diff([]string{"item-2"}, seen.sequence()); diff != "" {
			t.Errorf("handled (-want +got):\n%s", diff)
		}
	})
}

func TestOrderedNoticesThatTheStreamIsNew(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		top := bus.Topology{Consumers: []bus.Consumer{clusterer}}
		declare(t, b, top)
		publish(t, b, 0, 20)
		stop := consume(t, b, clusterer, each(done))
		eventually(t, "all settled", settled(b, "clusterer"))
		_ = stop()
		for _, more := range []int{10, 40} { // fewer messages than the position counts, and more
			if err := manager(t, b).DeleteStream(ctx, "ITEMS"); err != nil {
				t.Fatal(err)
			}
			declare(t, b, top)
			publish(t, b, 0, more)
			bus.SetMemory(b, 0)
			if err := b.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			seen := newLedger()
			stop := consume(t, b, clusterer, each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) }))
			eventually(t, "the new stream is read", func() bool { return seen.distinct() == more && settled(b, "clusterer")() })
			_ = stop()
			if diff := cmp.Diff(inOrder(0, more), seen.sequence()); diff != "" {
				t.Errorf("order (-want +got):\n%s", diff)
			}
		}
	})
}

func TestReplayReadsToTheEnd(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		read := func(from uint64, most int) []string {
			got := newLedger()
			err := b.Replay(ctx, "ITEMS", from, func(d bus.Delivery) (bool, error) {
				got.add(d.ID)
				return most == 0 || got.distinct() < most, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return got.sequence()
		}
		if got := read(0, 0); len(got) != 0 {
			t.Errorf("an empty stream gave %v", got)
		}
		publish(t, b, 0, 700)
		for _, test := range []struct {
			from uint64
			most int
			want []string
		}{{0, 0, inOrder(0, 700)}, {1, 5, inOrder(0, 5)}, {690, 0, inOrder(689, 700)}, {700, 0, inOrder(699, 700)}, {701, 0, nil}} {
			if diff := cmp.Diff(test.want, read(test.from, test.most)); diff != "" {
				t.Errorf("from %d at most %d (-want +got):\n%s", test.from, test.most, diff)
			}
		}
		failed := errors.New("enough")
		if err := b.Replay(ctx, "ITEMS", 0, func(bus.Delivery) (bool, error) { return true, failed }); !errors.Is(err, failed) {
			t.Errorf("replay ended with %v", err)
		}
		if err := b.Replay(ctx, "NOWHERE", 0, func(bus.Delivery) (bool, error) { return true, nil }); err == nil {
			t.Error("replay of a stream that is not there ended well")
		}
	})
}

func TestPositionAndLastSeq(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		check := func(when string, wantPosition, wantLast uint64) {
			t.Helper()
			position, err := b.Position(ctx, "ITEMS", "clusterer")
			last, lastErr := b.LastSeq(ctx, "ITEMS")
			if err != nil || lastErr != nil || position != wantPosition || last != wantLast {
				t.Errorf("%s: %d of %d, %v, %v, expected %d of %d", when, position, last, err, lastErr, wantPosition, wantLast)
			}
		}
		check("nothing yet", 0, 0)
		publish(t, b, 0, 30)
		check("nobody has read", 0, 30)
		stop := consume(t, b, clusterer, each(done))
		eventually(t, "all settled", settled(b, "clusterer"))
		_ = stop()
		check("all is read", 30, 30)
		bus.SetMemory(b, 0)
		if err := b.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		check("swept", 30, 30)
		if err := manager(t, b).DeleteStream(ctx, "ITEMS"); err != nil {
			t.Fatal(err)
		}
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 40)
		check("the stream is another", 0, 40)
		for _, name := range []string{"NOWHERE", "", "a.b"} {
			if _, err := b.Position(ctx, name, "clusterer"); err == nil {
				t.Errorf("stream %q has a position", name)
			}
			if _, err := b.LastSeq(ctx, name); err == nil {
				t.Errorf("stream %q has an end", name)
			}
		}
	})
}

// A held message is not at fault: neither stops nor kills while it is held count as
// tries, however many they are.
func TestOrderedNeverBuriesWhatItHolds(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 20)
		kv, err := b.KV(ctx, bus.PositionBucket)
		if err != nil {
			t.Fatal(err)
		}
		tries := func() int {
			var p struct{ Seq, Tries int }
			if value, _, err := kv.Get(ctx, "ITEMS.clusterer"); err != nil || json.Unmarshal(value, &p) != nil || p.Seq != 5 {
				return -1
			}
			return p.Tries
		}
		var held atomic.Int32
		hold := func(verdict bus.Verdict) bus.Handler {
			return each(func(d bus.Delivery) bus.Result {
				if d.Seq <= 5 {
					return done(d)
				}
				held.Add(1)
				return bus.Result{Verdict: verdict, Err: errors.New("not now"), Delay: time.Hour}
			})
		}
		c := clusterer
		c.Batch = 5
		for round := range 3 * clusterer.MaxAttempts {
			before := held.Load()
			stop := consume(t, b, c, hold(bus.Hold))
			eventually(t, "it is held, or about to be", func() bool { return round%2 > 0 || held.Load() > before })
			eventually(t, "a kill while it is held would count nothing", func() bool { return tries() == 0 })
			if err := stop(); err != nil || tries() != 0 {
				t.Fatalf("round %d: %d tries after the stop, %v", round, tries(), err)
			}
		}
		for round := range 2 * clusterer.MaxAttempts { // what is to be tried again is at fault until the stop
			stop := consume(t, b, c, hold(bus.Again))
			eventually(t, "a kill would count", func() bool { return tries() == 1 })
			if err := stop(); err != nil || tries() != 0 {
				t.Fatalf("round %d: %d tries after the stop, %v", round, tries(), err)
			}
		}
		seen := newLedger()
		consume(t, b, c, each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) }))
		eventually(t, "all settled", settled(b, "clusterer"))
		if n, err := b.DeadCount(ctx); err != nil || n != 0 {
			t.Errorf("%d dead letters, %v", n, err)
		}
		if diff := cmp.Diff(inOrder(5, 20), seen.sequence()); diff != "" {
			t.Errorf("handled (-want +got):\n%s", diff)
		}
	})
}
