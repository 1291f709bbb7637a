package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
)

func TestSecondPublishIsADuplicate(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		first, err := b.Publish(ctx, say(1))
		if err != nil || first != (bus.Receipt{Stream: "ITEMS", Seq: 1}) {
			t.Fatalf("%+v, %v", first, err)
		}
		second, err := b.Publish(ctx, say(1))
		if err != nil || second != (bus.Receipt{Stream: "ITEMS", Seq: 1, Duplicate: true}) {
			t.Errorf("%+v, %v", second, err)
		}
		receipts, errs := b.PublishAll(ctx, []bus.Message{say(2), say(1), say(3), say(2)})
		if errs != nil {
			t.Fatal(errors.Join(errs...))
		}
		for i, want := range []bus.Receipt{{Stream: "ITEMS", Seq: 2}, {Stream: "ITEMS", Seq: 1, Duplicate: true}, {Stream: "ITEMS", Seq: 3}, {Stream: "ITEMS", Seq: 2, Duplicate: true}} {
			if receipts[i] != want {
				t.Errorf("receipt %d: %+v, expected %+v", i, receipts[i], want)
			}
		}
	})
}

func TestMessagesThatNeverTravel(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		declare(t, b, bus.Topology{})
		big := bytes.Repeat([]byte("ک"), bus.MaxMessage/2)
		for name, test := range map[string]struct {
			message bus.Message
			want    string
		}{
			"too large":         {bus.Message{ID: "1", Subject: "items.a", Data: big}, "too large: 262160 bytes, at most 262144"},
			"large headers":     {bus.Message{ID: "1", Subject: "items.a", Header: map[string]string{"Sarhad-Note": string(big)}}, "too large"},
			"no id":             {bus.Message{Subject: "items.a"}, "has no id"},
			"no subject":        {bus.Message{ID: "1"}, `has subject ""`},
			"wildcard":          {bus.Message{ID: "1", Subject: "items.*"}, `has subject "items.*"`},
			"line break":        {bus.Message{ID: "1", Subject: "items.a\r\nPUB"}, "expected words"},
			"header of servers": {bus.Message{ID: "1", Subject: "items.a", Header: map[string]string{"nats-Rollup": "all"}}, "not one of the server's"},
			"header with break": {bus.Message{ID: "1", Subject: "items.a", Header: map[string]string{"A\r\nB": "x"}}, "expected a plain name"},
			"no stream":         {bus.Message{ID: "1", Subject: "elsewhere"}, "publish to elsewhere: nats: no response from stream"},
		} {
			_, err := b.Publish(context.Background(), test.message)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: %v, expected %q", name, err, test.want)
			}
			_, errs := b.PublishAll(context.Background(), []bus.Message{say(1), test.message, say(2)})
			if len(errs) != 3 || errs[0] != nil || errs[2] != nil || errs[1] == nil || !strings.Contains(errs[1].Error(), test.want) {
				t.Errorf("%s among others: %v", name, errs)
			}
		}
		if _, err := b.Publish(context.Background(), bus.Message{ID: "1", Subject: "items.a", Data: big[:bus.MaxMessage-64]}); err != nil {
			t.Errorf("a message just below the limit: %v", err)
		}
	})
}

func TestFullStreamRefusesAndTakesAgainLater(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{Streams: []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}, MaxBytes: 100_000}}})
		filler := func(n int) bus.Message {
			return bus.Message{ID: fmt.Sprint(n), Subject: "items.a", Data: bytes.Repeat([]byte{'x'}, 10_000)}
		}
		if full, why := b.Full(ctx); full {
			t.Errorf("full before the first message: %s", why)
		}
		stored := 0
		for ; ; stored++ {
			if _, err := b.Publish(ctx, filler(stored)); err != nil {
				if !errors.Is(err, bus.ErrFull) {
					t.Fatalf("refused with %v, expected ErrFull", err)
				}
				break
			}
		}
		if stored != 9 {
			t.Errorf("%d messages fitted, expected 9", stored)
		}
		eventually(t, "the bus says that it is full", func() bool {
			full, why := b.Full(ctx)
			return full && strings.HasPrefix(why, "stream ITEMS is 9")
		})
		declare(t, b, bus.Topology{Streams: []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}, MaxBytes: 400_000}}})
		r, err := b.Publish(ctx, filler(stored))
		if err != nil || r.Duplicate || r.Seq != uint64(stored)+1 {
			t.Errorf("after there is room: %+v, %v", r, err)
		}
		eventually(t, "the bus says that there is room", func() bool {
			full, why := b.Full(ctx)
			if full {
				t.Log(why)
			}
			return !full
		})
	})
}

func TestPublishAfterFencesTheStaleWriter(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		one, err := b.PublishAfter(ctx, say(1), 0)
		if err != nil || one.Seq != 1 {
			t.Fatalf("%+v, %v", one, err)
		}
		if _, err := b.PublishAfter(ctx, say(2), 0); !errors.Is(err, bus.ErrFenced) {
			t.Errorf("stale writer: %v, expected ErrFenced", err)
		}
		again, err := b.PublishAfter(ctx, say(1), 0)
		if err != nil || again != (bus.Receipt{Stream: "ITEMS", Seq: 1, Duplicate: true}) {
			t.Errorf("the same message after its receipt was lost: %+v, %v", again, err)
		}
		if _, err := b.PublishAfter(ctx, say(2), 7); !errors.Is(err, bus.ErrFenced) {
			t.Errorf("writer from the future: %v, expected ErrFenced", err)
		}
		forge(t, b, "retry.ITEMS.indexer", nil, []byte("a dead letter sent back"))
		two, err := b.PublishAfter(ctx, say(2), 1)
		if err != nil || two != (bus.Receipt{Stream: "ITEMS", Seq: 3}) {
			t.Errorf("after a dead letter was sent back: %+v, %v", two, err)
		}
		if last, err := b.Last(ctx, "ITEMS", "items.>"); err != nil || last == nil || last.ID != "item-2" || last.Seq != 3 {
			t.Errorf("last %+v, %v", last, err)
		}
		if none, err := b.Last(ctx, "ITEMS", "items.nobody"); err != nil || none != nil {
			t.Errorf("last of nothing %+v, %v", none, err)
		}
	})
}

func TestPublishAfterWhatWasPurged(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		publish(t, b, 0, 1)
		for range 3 {
			forge(t, b, "retry.ITEMS.indexer", nil, []byte("a dead letter sent back"))
		}
		purge := func() {
			t.Helper()
			stream, err := manager(t, b).Stream(ctx, "ITEMS")
			if err == nil {
				err = stream.Purge(ctx)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		purge()
		if r, err := b.PublishAfter(ctx, say(1), 1); err != nil || r.Seq != 5 {
			t.Errorf("after dead letters that were purged: %+v, %v", r, err)
		}
		if r, err := b.PublishAfter(ctx, say(1), 1); err != nil || r != (bus.Receipt{Stream: "ITEMS", Seq: 5, Duplicate: true}) {
			t.Errorf("the same again, receipt lost: %+v, %v", r, err)
		}
		if _, err := b.PublishAfter(ctx, say(2), 1); !errors.Is(err, bus.ErrFenced) {
			t.Errorf("stale writer: %v, expected ErrFenced", err)
		}
		purge()
		if r, err := b.PublishAfter(ctx, say(3), 0); err != nil || r.Seq != 6 {
			t.Errorf("a writer that found nothing: %+v, %v", r, err)
		}
		purge()
		if receipts, err := b.PublishAllAfter(ctx, []bus.Message{say(4), say(5)}, 0); err != nil || len(receipts) != 2 || receipts[1].Seq != 8 {
			t.Errorf("a batch of one that found nothing: %+v, %v", receipts, err)
		}
	})
}

func TestPublishAllAfterStoresAChain(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		batch := func(from, to int) (m []bus.Message) {
			for n := from; n < to; n++ {
				m = append(m, say(n))
			}
			return m
		}
		check := func(what string, messages []bus.Message, last uint64, want []uint64, wantErr error) {
			t.Helper()
			receipts, err := b.PublishAllAfter(ctx, messages, last)
			if !errors.Is(err, wantErr) {
				t.Errorf("%s: %v, expected %v", what, err, wantErr)
			}
			var got []uint64
			for _, r := range receipts {
				got = append(got, r.Seq)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
		}
		check("nothing", nil, 0, nil, nil)
		check("the first", batch(1, 4), 0, []uint64{1, 2, 3}, nil)
		check("the same again, receipts lost", batch(1, 4), 0, []uint64{1, 2, 3}, nil)
		check("half of it again", batch(3, 6), 2, []uint64{3, 4, 5}, nil)
		check("a stale writer", batch(8, 9), 4, nil, bus.ErrFenced)
		check("what stands far back", append(batch(2, 3), batch(6, 8)...), 5, []uint64{2, 6, 7}, nil)
		forge(t, b, "retry.ITEMS.indexer", nil, []byte("a dead letter sent back"))
		check("after a dead letter was sent back", batch(8, 10), 7, []uint64{9, 10}, nil)
		forge(t, b, "items.stranger", nil, nil)
		check("after a stranger", batch(10, 12), 10, nil, bus.ErrFenced)
		check("one of them too large", append(batch(10, 11), bus.Message{ID: "big", Subject: "items.a", Data: make([]byte, bus.MaxMessage)}), 11, []uint64{12}, bus.ErrTooLarge)
	})
}

func TestTwoWritersFencedByEachOther(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		wins := newLedger()
		var writers sync.WaitGroup
		for w := range 4 {
			writers.Go(func() {
				for n := range 50 {
					m := bus.Message{ID: fmt.Sprintf("%d-%d", w, n), Subject: "items.a"}
					if _, err := b.PublishAfter(ctx, m, uint64(n)); err == nil {
						wins.add(fmt.Sprint(n))
					} else if !errors.Is(err, bus.ErrFenced) {
						t.Error(err)
					}
				}
			})
		}
		writers.Wait()
		for n := range 50 {
			if c := wins.count(fmt.Sprint(n)); c > 1 {
				t.Errorf("%d writers wrote after %d", c, n)
			}
		}
	})
}

func TestRestartKeepsMessagesAndTheirIDs(t *testing.T) {
	t.Parallel()
	server := bustest.Process(t)
	b := server.Bus()
	declare(t, b, bus.Topology{})
	publish(t, b, 0, 100)
	seen := newLedger()
	stop := consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 30}, each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) }))
	eventually(t, "all settled", settled(b, "tagger"))
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	server.Start()
	messages := make([]bus.Message, 0, 120)
	for n := range 120 {
		messages = append(messages, say(n))
	}
	var receipts []bus.Receipt
	eventually(t, "published again after the restart", func() bool {
		var errs []error
		receipts, errs = b.PublishAll(context.Background(), messages)
		return errs == nil
	})
	for n, r := range receipts {
		if r.Seq != uint64(n)+1 || n < 100 && !r.Duplicate {
			t.Errorf("message %d: %+v", n, r)
		}
	}
	consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 30}, each(func(d bus.Delivery) bus.Result { seen.add(d.ID); return done(d) }))
	eventually(t, "the new ones are settled", func() bool { return seen.distinct() == 120 && settled(b, "tagger")() })
}

func TestKillInMidPublishLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	server := bustest.Process(t)
	b := server.Bus()
	declare(t, b, bus.Topology{})
	ctx := context.Background()
	stored := newLedger()
	stop := make(chan bool)
	var publishers sync.WaitGroup
	for p := range 3 {
		publishers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				batch := make([]bus.Message, 20)
				for i := range batch {
					batch[i] = bus.Message{ID: fmt.Sprintf("%d-%d-%d", p, n, i), Subject: "items.a", Data: bytes.Repeat([]byte{'x'}, 2000)}
				}
				for try := 0; try < 1000; try++ { // the same batch until all of it is stored
					_, errs := b.PublishAll(ctx, batch)
					left := batch[:0:0]
					for i := range batch {
						if errs == nil || errs[i] == nil {
							stored.add(batch[i].ID)
						} else {
							left = append(left, batch[i])
						}
					}
					if batch = left; len(batch) == 0 {
						break
					}
					time.Sleep(20 * time.Millisecond)
				}
			}
		})
	}
	for round := range 5 {
		enough := stored.distinct() + 300
		eventually(t, "enough is stored", func() bool { return stored.distinct() > enough })
		server.Kill()
		time.Sleep(time.Duration(round) * 50 * time.Millisecond)
		server.Start()
	}
	close(stop)
	publishers.Wait()
	found := newLedger()
	if err := b.Replay(ctx, "ITEMS", 0, func(d bus.Delivery) (bool, error) { found.add(d.ID); return true, nil }); err != nil {
		t.Fatal(err)
	}
	lost, twice := 0, 0
	for id := range stored.seen {
		if found.count(id) == 0 {
			lost++
		}
	}
	for _, n := range found.seen {
		if n > 1 {
			twice++
		}
	}
	t.Logf("%d acknowledged, %d in the stream after 5 kills", stored.distinct(), found.distinct())
	if lost > 0 || twice > 0 {
		t.Errorf("%d lost, %d doubled", lost, twice)
	}
}
