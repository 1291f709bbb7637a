package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
)

func manager(t *testing.T, b *bus.Bus) jetstream.JetStream {
	t.Helper()
	js, err := jetstream.New(b.Raw())
	if err != nil {
		t.Fatal(err)
	}
	return js
}

func TestDeclaredStreamsNeverDelete(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		top := bus.Topology{
			Streams: []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}, MaxBytes: 1 << 20, Duplicates: time.Hour}},
			Buckets: []bus.Bucket{{Name: "polls", MaxBytes: 1 << 20}}, Consumers: []bus.Consumer{{Stream: "ITEMS", Durable: "tagger", Batch: 500, Workers: 4}},
		}
		for range 3 { // the second and third change nothing
			declare(t, b, top)
		}
		js := manager(t, b)
		for _, name := range []string{"ITEMS", "DEAD", "KV_polls", "KV_positions"} {
			s, err := js.Stream(ctx, name)
			if err != nil {
				t.Fatal(err)
			}
			c := s.CachedInfo().Config
			if c.Storage != jetstream.FileStorage || c.Retention != jetstream.LimitsPolicy || c.Discard != jetstream.DiscardNew || c.MaxAge != 0 ||
				c.MaxMsgs > 0 || c.MaxBytes <= 0 || c.DenyPurge || c.DenyDelete != (name != "DEAD") || c.AllowDirect || c.PersistMode != jetstream.DefaultPersistMode {
				t.Errorf("stream %s: %+v", name, c)
			}
			if name == "ITEMS" && c.Duplicates != time.Hour || name == "DEAD" && c.Duplicates != 10*time.Minute {
				t.Errorf("stream %s remembers ids for %s", name, c.Duplicates)
			}
		}
		c, err := js.Consumer(ctx, "ITEMS", "tagger")
		if err != nil {
			t.Fatal(err)
		}
		k := c.CachedInfo().Config
		if k.Durable != "tagger" || k.MaxDeliver != -1 || len(k.BackOff) > 0 || k.MaxAckPending != 8000 || k.InactiveThreshold != 0 || k.AckPolicy != jetstream.AckExplicitPolicy {
			t.Errorf("consumer %+v", k)
		}
	})
}

func TestMigrationsKeepEveryMessage(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		js := manager(t, b)
		// What somebody else may have made: it deletes the oldest, by age and by number.
		_, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: "ITEMS", Subjects: []string{"items.>"}, MaxBytes: 1 << 20,
			MaxMsgs: 1000, MaxAge: time.Hour, Duplicates: time.Minute, Description: "made by hand", AllowDirect: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := js.CreateConsumer(ctx, "ITEMS", jetstream.ConsumerConfig{Durable: "tagger", AckPolicy: jetstream.AckExplicitPolicy, MaxDeliver: 2}); err != nil {
			t.Fatal(err)
		}
		for n := range 50 {
			if _, err := js.Publish(ctx, "items.a", []byte(fmt.Sprint(n))); err != nil {
				t.Fatal(err)
			}
		}
		// Less room than the messages take, and a subject of theirs that is gone: nothing goes.
		declare(t, b, bus.Topology{Streams: []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.b", "items.c"}, MaxBytes: 500}},
			Consumers: []bus.Consumer{{Stream: "ITEMS", Durable: "tagger"}}})
		s, err := js.Stream(ctx, "ITEMS")
		if err != nil {
			t.Fatal(err)
		}
		c := s.CachedInfo()
		if c.State.Msgs != 50 || c.Config.MaxAge != 0 || c.Config.MaxMsgs > 0 || c.Config.Discard != jetstream.DiscardNew || c.Config.Description != "made by hand" {
			t.Errorf("%d messages, %+v", c.State.Msgs, c.Config)
		}
		if k, err := js.Consumer(ctx, "ITEMS", "tagger"); err != nil || k.CachedInfo().Config.MaxDeliver != -1 {
			t.Errorf("consumer %v, %v", k, err)
		}
		// A bucket keeps the history it has, and forgets only where it is told to.
		declare(t, b, bus.Topology{Buckets: []bus.Bucket{{Name: "rules", History: 5}}})
		declare(t, b, bus.Topology{Buckets: []bus.Bucket{{Name: "rules", History: 1}, {Name: "known", Forget: 24 * time.Hour}}})
		if s, err := js.Stream(ctx, "KV_rules"); err != nil || s.CachedInfo().Config.MaxMsgsPerSubject != 5 || s.CachedInfo().Config.MaxAge != 0 {
			t.Errorf("bucket %v, %v", s, err)
		}
		if s, err := js.Stream(ctx, "KV_known"); err != nil || s.CachedInfo().Config.MaxAge != 24*time.Hour {
			t.Errorf("bucket %v, %v", s, err)
		}
	})
}

func TestIncompatibleStreamsAreNamed(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		js := manager(t, b)
		for name, test := range map[string]struct {
			have jetstream.StreamConfig
			want string
		}{
			"MEMORY": {jetstream.StreamConfig{Storage: jetstream.MemoryStorage}, "stored in memory"},
			"QUEUE":  {jetstream.StreamConfig{Retention: jetstream.WorkQueuePolicy}, "retention is WorkQueue"},
			"NOTED":  {jetstream.StreamConfig{Retention: jetstream.InterestPolicy}, "retention is Interest"},
			"KEPT":   {jetstream.StreamConfig{DenyPurge: true}, "denies purges"},
			"ASYNC":  {jetstream.StreamConfig{PersistMode: jetstream.AsyncPersistMode}, "persist mode is async"},
			"COPY":   {jetstream.StreamConfig{Sources: []*jetstream.StreamSource{{Name: "MEMORY"}}}, "fed by another"},
		} {
			test.have.Name, test.have.Subjects = name, []string{strings.ToLower(name) + ".>"}
			if _, err := js.CreateStream(ctx, test.have); err != nil {
				t.Fatal(name, err)
			}
			err := b.Declare(ctx, bus.Topology{Streams: []bus.Stream{{Name: name, Subjects: test.have.Subjects}}})
			if !errors.Is(err, bus.ErrIncompatible) || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %v, expected %q", name, err, test.want)
			}
		}
		err := b.Declare(ctx, bus.Topology{Streams: []bus.Stream{{Name: "OTHER", Subjects: []string{"memory.a"}}}})
		if err == nil || !strings.Contains(err.Error(), "overlap") {
			t.Errorf("a subject of another stream: %v", err)
		}
		for name, c := range map[string]bus.Consumer{
			"no durable": {Stream: "ITEMS"}, "dots": {Stream: "ITEMS", Durable: "a.b"}, "blank": {Stream: "IT EMS", Durable: "a"},
		} {
			if err := b.Consume(ctx, c, each(done)); err == nil || !strings.Contains(err.Error(), "expected names of") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestManyProcessesDeclareAtOnce(t *testing.T) {
	t.Parallel()
	server := bustest.Process(t)
	var all sync.WaitGroup
	for range 6 {
		b := server.Bus()
		all.Go(func() {
			for n := range 5 {
				err := b.Declare(context.Background(), bus.Topology{
					Streams: []bus.Stream{{Name: fmt.Sprint("S", n), Subjects: []string{fmt.Sprintf("s%d.>", n)}}},
					Buckets: []bus.Bucket{{Name: fmt.Sprint("b", n)}}, Consumers: []bus.Consumer{{Stream: fmt.Sprint("S", n), Durable: "reader"}},
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestConsumerBeforeItsStream(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		seen, ordered := newLedger(), newLedger()
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger"}, each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) }))
		consume(t, b, clusterer, each(func(d bus.Delivery) bus.Result { ordered.add(d.ID); return done(d) }))
		time.Sleep(50 * time.Millisecond) // so that both have looked in vain at least once
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 5)
		eventually(t, "both have read", func() bool { return seen.distinct() == 5 && ordered.distinct() == 5 })
	})
}

func TestDeletedConsumerIsMadeAgain(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 5)
		seen := newLedger()
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger"}, each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) }))
		eventually(t, "read", func() bool { return seen.distinct() == 5 && settled(b, "tagger")() })
		if err := manager(t, b).DeleteConsumer(context.Background(), "ITEMS", "tagger"); err != nil {
			t.Fatal(err)
		}
		publish(t, b, 5, 9)
		eventually(t, "the new ones are read", func() bool { return seen.distinct() == 9 && settled(b, "tagger")() })
	})
}

func TestFilteredConsumerReadsItsPart(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 14)
		seen := newLedger()
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "part", Filter: "items.s3"}, each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) }))
		eventually(t, "read", func() bool { return seen.distinct() == 2 && settled(b, "part")() })
	})
}
