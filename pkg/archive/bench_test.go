package archive

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
)

// article is about as large, and packs about as well, as a news page.
func article(n int64, filler []byte) Record {
	rec := page(int(n))
	rec.Body = append(append(make([]byte, 0, len(rec.Body)+len(filler)), rec.Body...), filler...)
	return rec
}

func filler() []byte {
	var b []byte
	r := rand.New(rand.NewPCG(1, 2))
	for len(b) < 60<<10 {
		b = fmt.Appendf(b, "<p class=\"story-%d\">Elders of valley %x met on day %d and sent word to %x.</p>\n", r.IntN(40), r.Uint32(), r.IntN(31), r.Uint32())
	}
	return b
}

func BenchmarkPut(b *testing.B) {
	text := filler()
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			a := open(b, b.TempDir(), "bench", Options{})
			var n atomic.Int64
			b.SetParallelism(callers)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := a.Put(context.Background(), article(n.Add(1), text)); err != nil {
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
	sum := store(b, a, article(1, filler()))
	for b.Loop() {
		load(b, a, sum)
	}
}
