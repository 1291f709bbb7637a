package bus_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
)

func TestHealthOfAGoodBus(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{Consumers: []bus.Consumer{{Stream: "ITEMS", Durable: "tagger"}}})
		publish(t, b, 0, 20)
		h, err := b.Health(ctx)
		if err != nil || len(h.Warnings) > 0 || !h.Connected || h.Fsync != bus.FsyncAlways || h.Version == "" || h.Replicas != 1 {
			t.Fatalf("%+v, %v", h, err)
		}
		if s := h.Streams[0]; s.Name != "ITEMS" || s.Messages != 20 || s.First != 1 || s.Last != 20 || s.Limit != 256<<20 || s.Share <= 0 || s.Replicas != 1 || s.Current != 1 {
			t.Errorf("stream %+v", s)
		}
		if c := h.Consumers[0]; c.Durable != "tagger" || c.Lag != 20 || c.InFlight != 0 || c.Ordered {
			t.Errorf("consumer %+v", c)
		}
	})
}

func TestHealthCountsDeadLetters(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{DeadBytes: 4000})
		for n := range 5 {
			letter := bus.DeadLetter{Stage: "collector", Reason: "not a feed\nat all", ID: strings.Repeat("x", n+1), Data: []byte("<html>"), Subject: "dawn"}
			for range 2 { // burying twice is burying once, while the time of the failure is the same
				letter.Last = time.Unix(1735689600, int64(n)).UTC()
				if _, err := b.Bury(ctx, letter); err != nil {
					t.Fatal(err)
				}
			}
		}
		h, err := b.Health(ctx)
		if err != nil || h.Dead.Count != 5 || h.Dead.Grown != 5 || len(h.Warnings) != 1 || h.Warnings[0] != "5 dead letters more in the last hour, 5 in all" {
			t.Errorf("%+v, %v", h, err)
		}
		letters, err := b.DeadLetters(ctx, 2, 2)
		if err != nil || len(letters) != 2 || letters[0].Number != 2 || letters[1].Number != 3 || letters[0].Reason != "not a feed at all" || letters[0].ID != "xx" {
			t.Errorf("%+v, %v", letters, err)
		}
		if err := b.RetryDead(ctx, 2); !errors.Is(err, bus.ErrNoReturn) {
			t.Errorf("retry of what came from no stream: %v", err)
		}
		if err := b.DropDead(ctx, 2); err != nil {
			t.Error(err)
		}
		if _, err := b.DeadLetter(ctx, 2); !errors.Is(err, bus.ErrNoLetter) {
			t.Errorf("dropped letter: %v", err)
		}
		if _, err := b.Bury(ctx, bus.DeadLetter{Stage: "a b"}); err == nil || !strings.Contains(err.Error(), `stage "a b"`) {
			t.Errorf("letter of no stage: %v", err)
		}
		for n := 5; ; n++ {
			if _, err := b.Bury(ctx, bus.DeadLetter{Stage: "collector", Data: []byte(strings.Repeat("x", 500))}); errors.Is(err, bus.ErrFull) {
				break
			} else if err != nil || n > 20 {
				t.Fatal(n, err)
			}
		}
	})
}

func TestFullDeadLettersLoseNothing(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{DeadBytes: 300})
		publish(t, b, 0, 6)
		bad := each(func(bus.Delivery) bus.Result {
			return bus.Result{Verdict: bus.Bad, Err: errors.New(strings.Repeat("no ", 50))}
		})
		consume(t, b, bus.Consumer{Stream: "ITEMS", Durable: "tagger", Batch: 6, AckWait: time.Second}, bad)
		eventually(t, "the dead letters are full", func() bool {
			c, ok := reader(b, "tagger")
			n, err := b.DeadCount(ctx)
			return ok && err == nil && n == 0 && c.Lag == 0 && c.InFlight == 6
		})
		declare(t, b, bus.Topology{DeadBytes: 1 << 20})
		eventually(t, "all are buried", func() bool { n, _ := b.DeadCount(ctx); return n == 6 && settled(b, "tagger")() })
	})
}

// What no item goes through may be full without stopping the collector.
func TestWhatStandsAsideStopsNobody(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		top := bus.Topology{DeadBytes: 2000, Streams: []bus.Stream{
			{Name: "ITEMS", Subjects: []string{"items.>"}},
			{Name: "NOTICES", Subjects: []string{"notices.>"}, MaxBytes: 2000, Aside: true},
		}}
		declare(t, b, top)
		fill := func(what string, put func(n int) error) {
			t.Helper()
			for n := 0; ; n++ {
				if err := put(n); errors.Is(err, bus.ErrFull) {
					return
				} else if err != nil || n > 100 {
					t.Fatal(what, n, err)
				}
			}
		}
		fill("dead letters", func(n int) error {
			_, err := b.Bury(ctx, bus.DeadLetter{Stage: "tagger", ID: strings.Repeat("x", n+1)})
			return err
		})
		fill("notices", func(n int) error {
			_, err := b.Publish(ctx, bus.Message{ID: strings.Repeat("x", n+1), Subject: "notices.a"})
			return err
		})
		if full, why := b.Full(ctx); full {
			t.Errorf("the collector stops: %s", why)
		}
		h, err := b.Health(ctx)
		said := strings.Join(h.Warnings, "\n")
		if err != nil || !strings.Contains(said, "stream NOTICES is") || !strings.Contains(said, "the dead letters are") {
			t.Errorf("warnings %q, %v", said, err)
		}
		top.Streams[1].Aside = false
		declare(t, b, top)
		eventually(t, "a stream of the flow counts", func() bool {
			full, why := b.Full(ctx)
			return full && strings.Contains(why, "stream NOTICES is")
		})
	})
}

func TestHealthNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	late := bustest.ProcessWith(t, "")
	b := bustest.Connect(t, bus.Config{URL: late.URL, Monitor: []string{late.Monitor}})
	declare(t, b, bus.Topology{})
	h, err := b.Health(context.Background())
	if err != nil || h.Fsync != bus.FsyncLate || len(h.Warnings) != 1 || len(h.Faults) != 1 || !strings.Contains(h.Warnings[0], "set sync_interval to always") {
		t.Errorf("%+v, %v", h, err)
	}
	blind := bustest.Connect(t, bus.Config{URL: late.URL})
	if h, err := blind.Health(context.Background()); err != nil || h.Fsync != bus.FsyncUnknown || !strings.Contains(strings.Join(h.Warnings, "\n"), "monitoring page") {
		t.Errorf("%+v, %v", h, err)
	}
	wrong := bustest.Connect(t, bus.Config{URL: late.URL, Monitor: []string{late.URL}})
	if h, err := wrong.Health(context.Background()); err == nil || h.Fsync != bus.FsyncUnknown || !strings.Contains(err.Error(), "monitoring page") {
		t.Errorf("%+v, %v", h, err)
	}
	late.Kill()
	eventually(t, "the loss is noticed", func() bool { h, err := b.Health(context.Background()); return err != nil && !h.Connected })
	if full, why := b.Full(context.Background()); !full {
		t.Errorf("a bus that is away takes work: %s", why)
	}
}

func TestConnectWaitsForTheServer(t *testing.T) {
	t.Parallel()
	server := bustest.Process(t)
	server.Kill()
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	if _, err := bus.Connect(ctx, bus.Config{URL: server.URL}, bustest.Log(t)); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no servers available") {
		t.Errorf("ended with %v", err)
	}
	connected := make(chan *bus.Bus)
	go func() { connected <- server.Bus() }()
	time.Sleep(100 * time.Millisecond) // so that it has tried in vain at least once
	server.Start()
	declare(t, <-connected, bus.Topology{})
}

func TestConnectRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config bus.Config
		want   string
	}{
		"no address":     {bus.Config{}, `bus address ""`},
		"no scheme":      {bus.Config{URL: "somewhere"}, `bus address "somewhere"`},
		"dotted user":    {bus.Config{URL: "nats://127.0.0.1:1", User: "a.b"}, "without dots"},
		"two identities": {bus.Config{URL: "nats://127.0.0.1:1", User: "a", Credentials: "f"}, "expected one of them"},
		"half a pair":    {bus.Config{URL: "nats://127.0.0.1:1", Cert: "f"}, "expected both or neither"},
	} {
		if _, err := bus.Connect(context.Background(), test.config, bustest.Log(t)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, expected %q", name, err, test.want)
		}
	}
}
