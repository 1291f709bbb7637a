package query

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// BenchmarkSavedSearches matches one item of 450 words against 5,000 saved searches.
func BenchmarkSavedSearches(b *testing.B) {
	var saved []*Query
	for i := range 5000 {
		text := []string{
			"word%d OR word%d", `"word%d word%d" -torkham`, "near(5, word%d, word%d, torkham)", "TTP word%d lang:ps source:outlet%d", "title:word%d tag:topic%d", "(word%d OR torkham) (chaman OR word%d) -cricket",
		}[i%6]
		q, err := Parse(fmt.Sprintf(text, i, i*7%5000), spellings{}, now)
		if err != nil {
			b.Fatal(err)
		}
		saved = append(saved, q)
	}
	var words []string
	for i := range 450 {
		words = append(words, fmt.Sprint("word", i*i%3000))
	}
	it := &news.Item{ID: "x", Title: "Torkham reopens", Text: strings.Join(words, " "), FirstSeen: time.Now(), Lang: news.Lang{Code: "ps"}, Source: "outlet3"}
	b.ResetTimer()
	hits := 0
	for range b.N {
		d := NewDocument(it)
		for _, q := range saved {
			if q.Holds(d) {
				hits++
			}
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
	b.ReportMetric(float64(hits)/float64(b.N), "hits/item")
}
