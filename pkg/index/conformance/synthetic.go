package conformance

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

// Synthetic makes n items of about three kilobytes for measurements: 300 to 600 words
// whose frequencies fall as those of a language do, in the scripts of the region, with
// the tags and claims of an item that went the whole way.
func Synthetic(n int) []index.Write {
	rnd := rand.New(rand.NewPCG(seed, 3))
	vocabularies := map[string][]string{
		"en": vocabulary(rnd, "abcdefghiklmnoprstuvwyz", 30_000), "ur-Latn": vocabulary(rnd, "abcdefghiklmnoprstuyz", 20_000),
		"ur": vocabulary(rnd, "ابپتٹجچحخدڈرڑزسشعغفقکگلمنںوہھیے", 30_000), "fa": vocabulary(rnd, "ابپتثجچحخدذرزسشصطعغفقکگلمنوهی", 30_000),
		"ps": vocabulary(rnd, "ابپتټجچحخڅځدډرړزژږسشښعغفقکګلمنڼوهۀيېۍ", 30_000), "hi": vocabulary(rnd, "अआइईउकखगघचजटडतदनपबमयरलवसह", 30_000),
	}
	all := make([]index.Write, n)
	for i := range all {
		lang := languages[i%len(languages)]
		zipf := rand.NewZipf(rnd, 1.07, 8, uint64(len(vocabularies[lang])-1))
		word := func() string { return vocabularies[lang][zipf.Uint64()] }
		it := item(rnd, i)
		it.ID = fmt.Sprintf("%016x%016x", rnd.Uint64(), rnd.Uint64())
		it.FirstSeen = begin.Add(time.Duration(rnd.IntN(90*24*3600)) * time.Second)
		it.Published = it.FirstSeen.Add(-time.Duration(rnd.IntN(3600)) * time.Second)
		it.Title = sentenceOf(word, 9)
		var paragraphs []string
		for range 5 + rnd.IntN(5) {
			paragraphs = append(paragraphs, sentenceOf(word, 60))
		}
		it.Text = strings.Join(paragraphs, "\n\n")
		it.Captures = []news.Capture{{Role: "page", URL: it.URL, SHA256: strings.Repeat("0f", 32), Fetched: it.FirstSeen}}
		all[i] = index.Write{Item: it, Version: 1}
	}
	return all
}

func vocabulary(rnd *rand.Rand, letters string, n int) []string {
	alphabet := []rune(letters)
	words := make([]string, n)
	for i := range words {
		w := make([]rune, 2+rnd.IntN(8))
		for j := range w {
			w[j] = alphabet[rnd.IntN(len(alphabet))]
		}
		words[i] = string(w)
	}
	return words
}

func sentenceOf(word func() string, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = word()
	}
	return strings.Join(words, " ") + "."
}
