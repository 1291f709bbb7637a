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
// beforehand, to an index with the same mapping, and prints the ratio.
func BenchmarkWrite(b *testing.B) {
	writes := conformance.Synthetic(10_000)
	var ours, raw time.Duration
	for range b.N {
		for _, part := range []struct {
			spent *time.Duration
			run   func(*Store, []index.Write)
		}{
			{&raw, func(s *Store, batch []index.Write) { post(b, s, bodies(b, s, batch)) }},
			{&ours, func(s *Store, batch []index.Write) {
				for chunk := range slices.Chunk(batch, batchSize) {
					if _, err := s.Write(b.Context(), chunk); err != nil {
						b.Fatal(err)
					}
				}
			}},
		} {
			s := cluster(b)
			part.run(s, writes[:2_000]) // the server is warm
			start := time.Now()
			if part.spent == &raw {
				prepared := bodies(b, s, writes[2_000:])
				start = time.Now()
				post(b, s, prepared)
			} else {
				part.run(s, writes[2_000:])
			}
			*part.spent += time.Since(start)
		}
	}
	n := float64(b.N * 8_000)
	b.ReportMetric(n/ours.Seconds(), "items/s")
	b.ReportMetric(n/raw.Seconds(), "raw_items/s")
	b.ReportMetric(raw.Seconds()/ours.Seconds(), "of_raw")
	b.ReportMetric(0, "ns/op")
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

func post(b *testing.B, s *Store, bodies [][]byte) {
	for _, body := range bodies {
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
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
			b.Fatal(err, res.Status)
		}
		res.Body.Close()
	}
}
