package local

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/index/conformance"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

// BenchmarkWrite measures how many items are stored durably in a second, in batches of
// several sizes, and how large they are on disk.
func BenchmarkWrite(b *testing.B) {
	for _, c := range []struct {
		name string
		size int
	}{{"batches of 20", 20}, {"batches of 100", 100}, {"batches of 500", 500}} {
		b.Run(c.name, func(b *testing.B) {
			writes := conformance.Synthetic(3_000)
			var spent time.Duration
			var bytes int64
			for range b.N {
				dir := b.TempDir()
				s := open(b, dir)
				start := time.Now()
				fill(b, s, writes, c.size)
				spent += time.Since(start)
				bytes += sizeOf(b, dir)
			}
			b.ReportMetric(float64(b.N*len(writes))/spent.Seconds(), "items/s")
			b.ReportMetric(float64(bytes)/float64(b.N*len(writes)), "bytes/item")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func fill(b *testing.B, s *Store, writes []index.Write, size int) {
	for batch := range slices.Chunk(writes, size) {
		if _, err := s.Write(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

func sizeOf(b *testing.B, dir string) (n int64) {
	err := filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkSearch measures searches and a trend over an index of 20,000 items.
func BenchmarkSearch(b *testing.B) {
	writes := conformance.Synthetic(20_000)
	s := open(b, b.TempDir())
	fill(b, s, writes, 500)
	for name, text := range map[string]string{
		"everything": "", "tag": "tag:ttp", "days": "published:2026-10-03..2026-10-20 tag:ttp", "claim": "act:denies claimant:ministry", "prefix": "ab*",
	} {
		q, err := query.Parse(text, nil, time.Now())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for range b.N {
				if _, err := s.Search(b.Context(), index.Search{Query: q, Size: 25, Facets: []string{"source", "lang"}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("trend of 90 days", func(b *testing.B) {
		ask := index.Trend{By: "narrative", Interval: "day", From: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
		for range b.N {
			if _, err := s.Trend(b.Context(), ask); err != nil {
				b.Fatal(err)
			}
		}
	})
}
