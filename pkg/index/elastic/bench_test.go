package elastic

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/index/conformance"
)

// batchSize is the indexer's.
const batchSize = 500

// BenchmarkWrite measures Write against a loop that only posts the same bodies, made
// beforehand, to an index with the same mapping, and prints the ratio. The two take
// turns batch by batch, so that what else the machine does meanwhile favours neither.
func BenchmarkWrite(b *testing.B) {
	writes := conformance.Synthetic(10_000)
	var ours, raw time.Duration
	for range b.N {
		with, without := cluster(b), cluster(b)
		prepared := bodies(b, without, writes)
		turn := 0
		for batch := range slices.Chunk(writes, batchSize) {
			steps := []func(){
				func() { ours += timed(func() { send(b, with, batch) }) },
				func() { raw += timed(func() { post(b, without, prepared[turn]) }) },
			}
			steps[turn%2]()
			steps[1-turn%2]()
			turn++
		}
	}
	n := float64(b.N * len(writes))
	b.ReportMetric(n/ours.Seconds(), "items/s")
	b.ReportMetric(n/raw.Seconds(), "raw_items/s")
	b.ReportMetric(raw.Seconds()/ours.Seconds(), "of_raw")
	b.ReportMetric(0, "ns/op")
}

func timed(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start)
}

func send(b *testing.B, s *Store, batch []index.Write) {
	verdicts, err := s.Write(b.Context(), batch)
	if err != nil {
		b.Fatal(err)
	}
	for _, v := range verdicts {
		if v.Outcome != index.Done {
			b.Fatal(v.Reason)
		}
	}
}

func bodies(b *testing.B, s *Store, writes []index.Write) [][]byte {
	var all [][]byte
	for batch := range slices.Chunk(writes, batchSize) {
		var body bytes.Buffer
		for _, w := range batch {
			if err := s.ensure(b.Context(), s.month(index.Month(&w.Item))); err != nil {
				b.Fatal(err)
			}
			lines, err := s.lines(w)
			if err != nil {
				b.Fatal(err)
			}
			body.Write(lines)
		}
		all = append(all, body.Bytes())
	}
	return all
}

func post(b *testing.B, s *Store, body []byte) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.cfg.Addresses[0]+"/_bulk", bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.SetBasicAuth(s.cfg.User, s.cfg.Password)
	req.Header.Set("Content-Type", asLines)
	res, err := s.http.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Fatal(err, res.Status)
	}
}
