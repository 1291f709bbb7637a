package archive

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
)

// article is about as large, and packs about as well, as a news page.
func article(n int64) Record {
	rec := page(int(n))
	r := rand.New(rand.NewPCG(uint64(n), 2))
	for len(rec.Body) < 60<<10 {
		rec.Body = fmt.Appendf(rec.Body, "<p class=\"story-%d\">Elders of valley %x met on day %d and sent word to %x.</p>\n", r.IntN(40), r.Uint32(), r.IntN(31), r.Uint32())
	}
	return rec
}

func BenchmarkPut(b *testing.B) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			a := open(b, b.TempDir(), "bench", Options{})
			var n atomic.Int64
			b.SetParallelism(callers)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := a.Put(context.Background(), article(n.Add(1)%64+n.Load()<<8)); err != nil {
						b.Error(err)
					}
				}
			})
			s := a.Stats()
			b.ReportMetric(float64(s.Records+s.Revisits)/float64(s.Syncs), "records/fsync")
		})
	}
}

func BenchmarkGet(b *testing.B) {
	a := open(b, b.TempDir(), "bench", Options{})
	sum := store(b, a, article(1))
	for b.Loop() {
		load(b, a, sum)
	}
}
