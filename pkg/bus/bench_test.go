package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
)

// BenchmarkFourStreams passes 2 KB items through four streams with every append on
// the disk: two stages side by side, one ordered and fenced, and a sink. What it
// reports a second is what the bus alone allows; the stages do nothing.
func BenchmarkFourStreams(b *testing.B) {
	b.Run("embedded", func(b *testing.B) { fourStreams(b, bustest.Embedded(b)) })
	b.Run("process", func(b *testing.B) { fourStreams(b, bustest.Process(b).Bus()) })
}

func fourStreams(b *testing.B, conn *bus.Bus) {
	ctx, cancel := context.WithCancel(context.Background())
	top := bus.Topology{}
	for i := range 4 {
		top.Streams = append(top.Streams, bus.Stream{Name: fmt.Sprint("S", i), Subjects: []string{fmt.Sprintf("s%d.>", i)}, MaxBytes: 1 << 30})
	}
	if err := conn.Declare(ctx, top); err != nil {
		b.Fatal(err)
	}
	var arrived atomic.Int64
	var last uint64
	handlers := []bus.Handler{
		forward(conn, 1), forward(conn, 2),
		func(ctx context.Context, batch []bus.Delivery) []bus.Result {
			results := make([]bus.Result, len(batch))
			messages := make([]bus.Message, len(batch))
			for i, d := range batch {
				messages[i] = bus.Message{ID: d.ID, Subject: "s3.x", Data: d.Data}
			}
			receipts, err := conn.PublishAllAfter(ctx, messages, last)
			for i := range receipts {
				results[i].Verdict, last = bus.Done, receipts[i].Seq
			}
			for i := len(receipts); i < len(batch); i++ {
				results[i] = bus.Result{Verdict: bus.Again, Err: err}
			}
			return results
		},
		func(_ context.Context, batch []bus.Delivery) []bus.Result {
			arrived.Add(int64(len(batch)))
			return each(done)(ctx, batch)
		},
	}
	ended := make(chan error)
	for i, handle := range handlers {
		c := bus.Consumer{Stream: fmt.Sprint("S", i), Durable: "reader", Batch: 64, Workers: 2, Ordered: i == 2}
		go func() { ended <- conn.Consume(ctx, c, handle) }()
	}
	b.ResetTimer()
	data := bytes.Repeat([]byte("x"), 2000)
	for n := 0; n < b.N; n += 64 {
		var messages []bus.Message
		for i := n; i < min(n+64, b.N); i++ {
			messages = append(messages, bus.Message{ID: strconv.Itoa(i), Subject: "s0.x", Data: data})
		}
		if _, errs := conn.PublishAll(ctx, messages); errs != nil {
			b.Fatal(errors.Join(errs...))
		}
	}
	for arrived.Load() < int64(b.N) {
		time.Sleep(time.Millisecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
	cancel()
	for range handlers {
		if err := <-ended; err != nil {
			b.Error(err)
		}
	}
}

func forward(conn *bus.Bus, to int) bus.Handler {
	return func(ctx context.Context, batch []bus.Delivery) []bus.Result {
		messages := make([]bus.Message, len(batch))
		for i, d := range batch {
			messages[i] = bus.Message{ID: d.ID, Subject: fmt.Sprintf("s%d.x", to), Data: d.Data}
		}
		_, errs := conn.PublishAll(ctx, messages)
		results := make([]bus.Result, len(batch))
		for i := range results {
			results[i].Verdict = bus.Done
			if errs != nil && errs[i] != nil {
				results[i] = bus.Result{Verdict: bus.Again, Err: errs[i]}
			}
		}
		return results
	}
}
