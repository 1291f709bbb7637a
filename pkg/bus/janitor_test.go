package bus_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
)

// first is the oldest sequence a stream still has, one past the newest where it is empty.
func first(t *testing.T, b *bus.Bus, stream string) uint64 {
	t.Helper()
	h, err := b.Health(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range h.Streams {
		if s.Name == stream {
			return s.First
		}
	}
	t.Fatalf("no stream %s", stream)
	return 0
}

func TestJanitorLeavesWhatIsUnreadOrYoung(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		readers := []bus.Consumer{{Stream: "ITEMS", Durable: "tagger"}, {Stream: "ITEMS", Durable: "clusterer", Ordered: true}}
		top := bus.Topology{Streams: []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}}, {Name: "UNREAD", Subjects: []string{"unread.>"}}}, Consumers: readers}
		declare(t, b, top)
		publish(t, b, 0, 30)
		if _, err := b.Publish(ctx, bus.Message{ID: "1", Subject: "unread.a"}); err != nil {
			t.Fatal(err)
		}
		sweep := func(want uint64, why string) {
			t.Helper()
			if err := b.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			if got := first(t, b, "ITEMS"); got != want {
				t.Errorf("%s: first is %d, expected %d", why, got, want)
			}
		}
		bus.SetMemory(b, 0)
		sweep(1, "nobody has read")
		stuck := func(id string) bus.Handler {
			return each(func(d bus.Delivery) bus.Result {
				if d.ID == id {
					return bus.Result{Verdict: bus.Again, Err: errors.New("not yet"), Delay: time.Hour}
				}
				return done(d)
			})
		}
		stop := consume(t, b, readers[0], stuck("item-20"))
		eventually(t, "the tagger has all but one", func() bool {
			c, _ := reader(b, "tagger")
			return c.Floor == 20 && c.Lag == 0 && c.InFlight == 1
		})
		_ = stop()
		sweep(1, "the clusterer has never run")
		stopOrdered := consume(t, b, readers[1], stuck("item-10"))
		eventually(t, "the clusterer has ten", func() bool {
			c, _ := reader(b, "clusterer")
			return c.Ordered && c.Floor == 10
		})
		_ = stopOrdered()
		bus.SetMemory(b, time.Hour)
		sweep(1, "everything is young")
		bus.SetMemory(b, 0)
		sweep(11, "the clusterer has ten")
		consume(t, b, readers[1], each(done))
		eventually(t, "the clusterer has all", settled(b, "clusterer"))
		sweep(21, "the tagger lacks number 21")
		if got := first(t, b, "UNREAD"); got != 1 {
			t.Errorf("a stream without readers was swept to %d", got)
		}
	})
}

func TestJanitorFreesAFullStream(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		reader := bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 10}
		declare(t, b, bus.Topology{Streams: []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}, MaxBytes: 3000}}, Consumers: []bus.Consumer{reader}})
		bus.SetMemory(b, 0)
		n := 0
		for ; ; n++ {
			if _, err := b.Publish(context.Background(), say(n)); errors.Is(err, bus.ErrFull) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error)
		go func() { ended <- b.Janitor(ctx, 10*time.Millisecond) }()
		consume(t, b, reader, each(done))
		eventually(t, "the refused message goes in", func() bool { _, err := b.Publish(context.Background(), say(n)); return err == nil })
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("janitor ended with %v", err)
		}
	})
}

// A single writer finds in its newest message where it stopped, however old that is.
func TestJanitorLeavesTheNewestMessage(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		reader := bus.Consumer{Stream: "ITEMS", Durable: "tagger"}
		declare(t, b, bus.Topology{
			Streams:   []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>", "more.>"}}},
			Consumers: []bus.Consumer{reader},
		})
		bus.SetMemory(b, 0)
		publish(t, b, 0, 5)
		for range 3 {
			forge(t, b, "retry.ITEMS.tagger", nil, []byte("a dead letter sent back"))
		}
		consume(t, b, reader, each(done))
		eventually(t, "all are read", settled(b, "tagger"))
		for range 2 {
			if err := b.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if got := first(t, b, "ITEMS"); got != 5 {
			t.Errorf("first is %d, expected the newest message, 5", got)
		}
		if _, err := b.PublishAfter(ctx, say(9), 4); !errors.Is(err, bus.ErrFenced) {
			t.Errorf("stale writer: %v, expected ErrFenced", err)
		}
		if r, err := b.PublishAfter(ctx, say(10), 5); err != nil || r.Seq != 9 {
			t.Errorf("the writer after the sweep: %+v, %v", r, err)
		}
		if r, err := b.Publish(ctx, bus.Message{ID: "other", Subject: "more.a"}); err != nil || r.Seq != 10 {
			t.Fatal(r, err)
		}
		eventually(t, "all are read", settled(b, "tagger"))
		if err := b.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if got := first(t, b, "ITEMS"); got != 10 {
			t.Errorf("first is %d, expected the newest on any subject, 10", got)
		}
	})
}

// share is how full a stream is, and the warnings there are.
func share(t *testing.T, b *bus.Bus, stream string) (float64, string) {
	t.Helper()
	h, err := b.Health(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range h.Streams {
		if s.Name == stream {
			return s.Share, strings.Join(h.Warnings, "\n")
		}
	}
	t.Fatalf("no stream %s", stream)
	return 0, ""
}

func TestJanitorKeepsWhatThereIsRoomFor(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		tagger := bus.Consumer{Stream: "ITEMS", Durable: "tagger"}
		stream := bus.Stream{Name: "ITEMS", Subjects: []string{"items.>"}, MaxBytes: 40000, Keep: time.Hour}
		declare(t, b, bus.Topology{Streams: []bus.Stream{stream}, Consumers: []bus.Consumer{tagger}})
		sweep := func() {
			t.Helper()
			if err := b.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
		}
		n, stuck := 0, 40
		for full := 0.0; full < 0.8; full, _ = share(t, b, "ITEMS") {
			publish(t, b, n, n+20)
			n += 20
		}
		bus.SetMemory(b, 0)
		sweep()
		if got := first(t, b, "ITEMS"); got != 1 {
			t.Errorf("nobody has read, and the first is %d", got)
		}
		stop := consume(t, b, tagger, each(func(d bus.Delivery) bus.Result {
			if d.Seq > uint64(stuck) {
				return bus.Result{Verdict: bus.Hold, Err: errors.New("not yet"), Delay: time.Hour}
			}
			return done(d)
		}))
		eventually(t, "the tagger has some", func() bool { c, _ := reader(b, "tagger"); return c.Floor == uint64(stuck) })
		_ = stop()
		sweep()
		if got := first(t, b, "ITEMS"); got != uint64(stuck)+1 {
			t.Errorf("%d messages are read, and the first is %d", stuck, got)
		}
		consume(t, b, tagger, each(done))
		eventually(t, "all are read", settled(b, "tagger"))
		bus.SetMemory(b, time.Hour)
		sweep()
		if got := first(t, b, "ITEMS"); got != uint64(stuck)+1 {
			t.Errorf("all message ids are remembered, and the first is %d", got)
		}
		bus.SetMemory(b, 0)
		sweep()
		got, warnings := share(t, b, "ITEMS")
		if got < 0.45 || got > 0.5 {
			t.Errorf("the stream is %.3f full after the sweep, expected about half", got)
		}
		if !strings.Contains(warnings, "stream ITEMS has messages only since "+time.Now().UTC().Format("2006-")) || !strings.Contains(warnings, "not for the last 1h0m0s") {
			t.Errorf("warnings %q", warnings)
		}
		before := first(t, b, "ITEMS")
		sweep()
		if now := first(t, b, "ITEMS"); now != before {
			t.Errorf("a second sweep purged from %d to %d", before, now)
		}
		for range 30 { // three times what it may hold
			publish(t, b, n, n+20)
			n += 20
			eventually(t, "all are read", settled(b, "tagger"))
			sweep()
			if full, why := b.Full(ctx); full {
				t.Fatalf("the collector has to stop: %s", why)
			}
		}
	})
}

// One message that is more than half of the stream stays: it is the newest.
func TestJanitorLeavesOneLargeMessage(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		reader := bus.Consumer{Stream: "ITEMS", Durable: "tagger"}
		declare(t, b, bus.Topology{Streams: []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}, MaxBytes: 4000, Keep: time.Hour}}, Consumers: []bus.Consumer{reader}})
		bus.SetMemory(b, 0)
		publish(t, b, 0, 2)
		if _, err := b.Publish(ctx, bus.Message{ID: "large", Subject: "items.a", Data: make([]byte, 3000)}); err != nil {
			t.Fatal(err)
		}
		consume(t, b, reader, each(done))
		eventually(t, "all are read", settled(b, "tagger"))
		for range 3 {
			if err := b.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if got := first(t, b, "ITEMS"); got != 3 {
			t.Errorf("first is %d, expected the newest message, 3", got)
		}
	})
}
