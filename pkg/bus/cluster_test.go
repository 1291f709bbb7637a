package bus_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
)

// TestThreeServers passes numbered messages through a stage while servers of a
// cluster are killed, paused and, for a while, most of them gone.
func TestThreeServers(t *testing.T) {
	t.Parallel()
	servers := bustest.Cluster(t, 3)
	b := bustest.ClusterBus(t, servers)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := b.Declare(ctx, bus.Topology{
		Streams:   []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}}, {Name: "TAGGED", Subjects: []string{"tagged.>"}}},
		Consumers: []bus.Consumer{{Stream: "ITEMS", Durable: "tagger"}},
	}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "every copy is up to date", func() bool {
		h, err := b.Health(context.Background())
		return err == nil && len(h.Warnings) == 0 && h.Fsync == bus.FsyncAlways && h.Cluster == "test" && h.Streams[0].Current == 3
	})

	offered := newLedger()
	consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 20, Workers: 2, AckWait: 2 * time.Second}, forwardAll(b))
	stop := make(chan bool)
	var publisher sync.WaitGroup
	publisher.Go(func() { offer(t, b, offered, stop) })
	grow := func(by int) {
		t.Helper()
		want := offered.distinct() + by
		eventually(t, "more is stored", func() bool { return offered.distinct() > want })
	}
	for round := range 3 { // each of them is the leader of something
		grow(100)
		servers[round].Kill()
		grow(50)
		servers[round].Start()
	}
	servers[1].Signal(syscall.SIGSTOP)
	grow(50)
	servers[1].Signal(syscall.SIGCONT)
	servers[0].Kill()
	servers[2].Kill()
	time.Sleep(500 * time.Millisecond) // nothing can be stored now
	servers[0].Start()
	servers[2].Start()
	grow(100)
	close(stop)
	publisher.Wait()

	eventually(t, "the stage has seen all", settled(b, "tagger"))
	found := newLedger()
	if err := b.Replay(context.Background(), "TAGGED", 0, func(d bus.Delivery) (bool, error) { found.add(d.ID); return true, nil }); err != nil {
		t.Fatal(err)
	}
	lost, twice := compare(offered, found)
	t.Logf("%d offered, %d tagged", offered.distinct(), found.distinct())
	if lost > 0 || twice > 0 {
		t.Errorf("%d lost, %d doubled", lost, twice)
	}
}

// offer publishes numbered messages one batch after the other, each until it is stored.
func offer(t *testing.T, b *bus.Bus, stored *ledger, stop chan bool) {
	for n := 0; ; n += 10 {
		select {
		case <-stop:
			return
		default:
		}
		var batch []bus.Message
		for i := n; i < n+10; i++ {
			batch = append(batch, say(i))
		}
		for deadline := time.Now().Add(2 * soon); len(batch) > 0; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Error("a batch was never stored")
				return
			}
			_, errs := b.PublishAll(context.Background(), batch)
			left := batch[:0:0]
			for i := range batch {
				if errs == nil || errs[i] == nil {
					stored.add(batch[i].ID)
				} else {
					left = append(left, batch[i])
				}
			}
			batch = left
		}
	}
}

// forwardAll is a stage that says of every item that it is tagged.
func forwardAll(b *bus.Bus) bus.Handler {
	return func(ctx context.Context, batch []bus.Delivery) []bus.Result {
		messages := make([]bus.Message, len(batch))
		for i, d := range batch {
			messages[i] = bus.Message{ID: d.ID + ".tagged", Subject: "tagged.a", Data: d.Data}
		}
		_, errs := b.PublishAll(ctx, messages)
		results := make([]bus.Result, len(batch))
		for i := range results {
			results[i].Verdict = bus.Done
			if errs != nil && errs[i] != nil {
				results[i] = bus.Result{Verdict: bus.Hold, Err: errs[i]}
			}
		}
		return results
	}
}

// compare counts what was offered and is not found, and what is found more than once.
func compare(offered, found *ledger) (lost, twice int) {
	for id := range offered.seen {
		if found.count(id+".tagged") == 0 {
			lost++
		}
	}
	for _, n := range found.seen {
		if n > 1 {
			twice++
		}
	}
	return lost, twice
}

func TestReplicasNeedACluster(t *testing.T) {
	t.Parallel()
	server := bustest.Process(t)
	b := bustest.Connect(t, bus.Config{URL: server.URL, Replicas: 3})
	err := b.Declare(context.Background(), bus.Topology{Streams: []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}}}})
	if err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("three copies on one server: %v", err)
	}
	declare(t, server.Bus(), bus.Topology{})
	if err := b.Declare(context.Background(), bus.Topology{}); err == nil {
		t.Error("three copies on one server were declared")
	}
}

func TestStagesThroughKillsOfOneServer(t *testing.T) {
	t.Parallel()
	server := bustest.Process(t)
	b := server.Bus()
	declare(t, b, bus.Topology{Streams: []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}}, {Name: "TAGGED", Subjects: []string{"tagged.>"}}}})
	offered := newLedger()
	consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 20, Workers: 2, AckWait: 2 * time.Second}, forwardAll(b))
	stop := make(chan bool)
	var publisher sync.WaitGroup
	publisher.Go(func() { offer(t, b, offered, stop) })
	for range 6 {
		enough := offered.distinct() + 150
		eventually(t, "more is stored", func() bool { return offered.distinct() > enough })
		server.Kill()
		server.Start()
	}
	close(stop)
	publisher.Wait()
	eventually(t, "the stage has seen all", settled(b, "tagger"))
	found := newLedger()
	if err := b.Replay(context.Background(), "TAGGED", 0, func(d bus.Delivery) (bool, error) { found.add(d.ID); return true, nil }); err != nil {
		t.Fatal(err)
	}
	if lost, twice := compare(offered, found); lost > 0 || twice > 0 {
		t.Errorf("%d lost, %d doubled of %s", lost, twice, fmt.Sprint(offered.distinct()))
	}
}
