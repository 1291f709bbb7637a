package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/telemetry"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func id(n int) string { return fmt.Sprintf("%032x", n) }

// line is a flow of test stages on a real embedded bus.
type line struct {
	*Runner
	t *testing.T
}

func newLine(t *testing.T, stages ...Stage) line {
	t.Helper()
	b := bustest.Embedded(t)
	topology := bus.Topology{Buckets: []bus.Bucket{{Name: LeaseBucket}}}
	for _, name := range []string{"one", "two"} {
		topology.Streams = append(topology.Streams, bus.Stream{Name: name, Subjects: []string{"sarhad." + name + ".>"}, Keep: time.Hour})
	}
	for _, s := range stages {
		topology.Consumers = append(topology.Consumers, s.Consumer())
	}
	if err := b.Declare(context.Background(), topology); err != nil {
		t.Fatal(err)
	}
	return line{&Runner{Bus: b, Log: quiet(), Metrics: telemetry.NewMetrics()}, t}
}

func (l line) offer(items ...news.Item) {
	l.t.Helper()
	for _, it := range items {
		m, err := Encode(Stage{Name: "test", Out: "one"}, it, "", 0)
		if err == nil {
			_, err = l.Bus.Publish(context.Background(), m)
		}
		if err != nil {
			l.t.Fatal(err)
		}
	}
}

// work runs a stage until the condition holds.
func (l line) work(s Stage, done func() bool) {
	l.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx, s) }()
	deadline := time.Now().Add(20 * time.Second)
	for !done() && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	held := done()
	cancel()
	if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
		l.t.Errorf("stage %s: %v", s.Name, err)
	}
	if !held {
		l.t.Fatalf("stage %s: not done in time", s.Name)
	}
}

// out lists the items of a stream in order.
func (l line) out(stream string) (items []news.Item) {
	l.t.Helper()
	err := l.Bus.Replay(context.Background(), stream, 1, func(d bus.Delivery) (bool, error) {
		it, err := Decode(d)
		items = append(items, it)
		return true, err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return items
}

func (l line) dead() []bus.DeadLetter {
	letters, err := l.Bus.DeadLetters(context.Background(), 0, 0)
	if err != nil {
		l.t.Fatal(err)
	}
	return letters
}

func numbered(n int) news.Item {
	return article(id(n), "lantern", fmt.Sprint("item ", n), longText, dawn.Add(time.Duration(n)*time.Minute))
}

func TestStepStagePassesFiltersAndBuries(t *testing.T) {
	s := Stage{Name: "step", In: "one", Out: "two", Batch: 4, Workers: 2, Step: func(_ context.Context, it news.Item) ([]news.Item, error) {
		switch it.Title {
		case "item 2":
			return nil, nil
		case "item 3":
			return nil, Bad(errors.New("unreadable"))
		case "item 4":
			panic("a bug")
		case "item 5":
			return []news.Item{it}, Kept(errors.New("no page"))
		}
		return []news.Item{it}, nil
	}}
	l := newLine(t, s)
	for n := 1; n <= 6; n++ {
		l.offer(numbered(n))
	}
	_, _ = l.Bus.Publish(context.Background(), bus.Message{ID: "forged", Subject: "sarhad.one.lantern", Data: []byte("{}")})
	l.work(s, func() bool { return len(l.out("two")) == 3 && len(l.dead()) == 4 })
	reasons := ""
	for _, d := range l.dead() {
		reasons += d.Reason + "\n"
	}
	for _, want := range []string{"unreadable", "panicked", "no page", "schema"} {
		if !strings.Contains(reasons, want) {
			t.Errorf("no dead letter says %q:\n%s", want, reasons)
		}
	}
}

func TestADeadLetterTriedAgainGoesThroughTheStage(t *testing.T) {
	mended := false
	var mu sync.Mutex
	s := Stage{Name: "step", In: "one", Out: "two", Step: func(_ context.Context, it news.Item) ([]news.Item, error) {
		mu.Lock()
		defer mu.Unlock()
		if !mended {
			return nil, Bad(errors.New("rule missing"))
		}
		return []news.Item{it}, nil
	}}
	l := newLine(t, s)
	l.offer(numbered(1))
	l.work(s, func() bool { return len(l.dead()) == 1 })
	mu.Lock()
	mended = true
	mu.Unlock()
	if err := l.Bus.RetryDead(context.Background(), l.dead()[0].Number); err != nil {
		t.Fatal(err)
	}
	l.work(s, func() bool { return len(l.out("two")) == 1 && len(l.dead()) == 0 })
}

func TestSingleWriterRebuildsItsMemory(t *testing.T) {
	clusterer := NewClusterer()
	stage := func(c *Clusterer) Stage {
		return Stage{Name: "clusterer", In: "one", Out: "two", Step: c.Step, Reset: c.Reset, Single: true, Batch: 8}
	}
	l := newLine(t, stage(clusterer))
	for n := 1; n <= 10; n++ {
		l.offer(numbered(n))
	}
	l.work(stage(clusterer), func() bool { return len(l.out("two")) == 10 })
	second := numbered(3)
	second.Carriers = []news.Carrier{{Source: "harbour", Seen: dawn}}
	m, err := Encode(Stage{Name: "other", Out: "one"}, second, "", 0)
	if err == nil {
		_, err = l.Bus.Publish(context.Background(), m)
	}
	if err != nil {
		t.Fatal(err)
	}
	l.work(stage(NewClusterer()), func() bool { return len(l.out("two")) == 11 })
	last := l.out("two")[10]
	if !last.Sighting || len(last.Carriers) != 2 {
		t.Errorf("after a restart the second source gives %+v", last)
	}
}

func TestOfTwoSingleWritersOneWorks(t *testing.T) {
	stage := func() Stage {
		c := NewClusterer()
		return Stage{Name: "clusterer", In: "one", Out: "two", Step: c.Step, Reset: c.Reset, Single: true, Batch: 8}
	}
	l := newLine(t, stage())
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for range 2 {
		running.Add(1)
		go func() { defer running.Done(); _ = l.Run(ctx, stage()) }()
	}
	for n := 1; n <= 40; n++ {
		l.offer(numbered(n))
	}
	deadline := time.Now().Add(20 * time.Second)
	for len(l.out("two")) < 40 && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	cancel()
	running.Wait()
	seen := map[string]int{}
	for _, it := range l.out("two") {
		seen[it.ID]++
	}
	for n := 1; n <= 40; n++ {
		if seen[id(n)] != 1 {
			t.Errorf("item %d written %d times", n, seen[id(n)])
		}
	}
}

func TestLeasePassesOnWhenItsHolderStops(t *testing.T) {
	l := newLine(t)
	var order []string
	var mu sync.Mutex
	note := func(s string) { mu.Lock(); order = append(order, s); mu.Unlock() }
	first, stop := context.WithCancel(context.Background())
	started := make(chan struct{})
	var running sync.WaitGroup
	running.Add(2)
	go func() {
		defer running.Done()
		_ = Leased(first, l.Bus, "role", quiet(), func(ctx context.Context) error {
			note("first works")
			close(started)
			<-ctx.Done()
			note("first stops")
			return ctx.Err()
		})
	}()
	<-started
	second, stopSecond := context.WithTimeout(context.Background(), 20*time.Second)
	defer stopSecond()
	go func() {
		defer running.Done()
		_ = Leased(second, l.Bus, "role", quiet(), func(context.Context) error { note("second works"); return nil })
	}()
	time.Sleep(100 * time.Millisecond)
	stop()
	running.Wait()
	if got := strings.Join(order, ", "); got != "first works, first stops, second works" {
		t.Errorf("order: %s", got)
	}
}
