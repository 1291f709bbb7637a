package page

import (
	"bytes"
	"net/url"
	"testing"

	"github.com/markusmobius/go-trafilatura"
)

// BenchmarkExtract reads every tenth labelled page with this package and with the
// general extractor, its own fallbacks and its search for dates included, in one
// run. One operation is all of these pages; pages/s is what to compare.
func BenchmarkExtract(b *testing.B) {
	pages := samples(b, 10)
	size := 0
	for _, p := range pages {
		size += len(p.HTML)
	}
	run := func(name string, extract func(sample)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				for _, p := range pages {
					extract(p)
				}
			}
			b.ReportMetric(float64(b.N*len(pages))/b.Elapsed().Seconds(), "pages/s")
		})
	}
	run("page", func(p sample) {
		_, _ = Extract(p.HTML, Options{URL: p.URL})
	})
	run("trafilatura", func(p sample) {
		u, _ := url.Parse(p.URL)
		_, _ = trafilatura.Extract(bytes.NewReader(p.HTML), trafilatura.Options{OriginalURL: u, EnableFallback: true, ExcludeComments: true})
	})
}
