package text

import (
	"strings"
	"testing"
)

// page answers about n bytes of news in the six languages, in our own words.
func page(n int) string {
	const lines = `Officials in Kabul said on Tuesday that the crossing at Torkham, closed since last week, would open again for trade.
پاکستانی حکام کا کہنا ہے کہ سرحد پار سے فائرنگ کے بعد طورخم کی گزرگاہ بند کر دی گئی ہے اور ہزاروں افراد پھنسے ہوئے ہیں۔
د افغانستان چارواکي وايي چې د ډیورنډ کرښې پر سر نښته کې دوه کسان ټپیان شوي او لاره لا هم تړلې ده.
مقام‌های محلی در بدخشان می‌گویند که راه واخان به دلیل برف‌باری سنگین به روی موترها بسته شده است.
قال متحدث باسم الحكومة إن المعبر الحدودي سيبقى مغلقاً حتى إشعار آخر بعد الاشتباكات الأخيرة.
अधिकारियों ने कहा कि सीमा पर गोलीबारी के बाद व्यापार रोक दिया गया है और लोग लौट रहे हैं।
Hukoomat ka kehna hai ke sarhad band rahegi aur tijarat agle haftay shuru hogi.
`
	return strings.Repeat(lines, n/len(lines)+1)
}

func BenchmarkTokens(b *testing.B) {
	s := page(4000)
	var a Analyzer
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		a.Tokens(s)
	}
}

func BenchmarkTokensByLine(b *testing.B) {
	for i, line := range strings.Split(strings.TrimSpace(page(1)), "\n") {
		b.Run([]string{"en", "ur", "ps", "fa", "ar", "hi", "ur-Latn"}[i], func(b *testing.B) {
			var a Analyzer
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				a.Tokens(line)
			}
		})
	}
}

func BenchmarkFold(b *testing.B) {
	s := page(4000)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		Fold(s)
	}
}

func BenchmarkTable(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newTable()
	}
}

// BenchmarkIdentify reads headlines of 20 to 59 characters, one an operation.
func BenchmarkIdentify(b *testing.B) {
	lines := ownLines(b)
	var id Identifier
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		id.Identify(lines[i%len(lines)].text)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "headlines/s")
}

func BenchmarkIdentifyPage(b *testing.B) {
	s := page(4000)
	var id Identifier
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		id.Identify(s)
	}
}

func BenchmarkNameKeys(b *testing.B) {
	tokens := Tokens(page(4000))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		Loose(Latin(tokens[i%len(tokens)].Term))
	}
}
