package taxonomy

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// words are stems in several scripts, of our own making, that random text and
// random aliases are made of.
var stems = []string{
	"sarhad", "darra", "kotal", "lashkar", "jirga", "malik", "bazaar", "chowki", "convoy", "shura", "district", "river", "ridge", "patrol", "village", "minister",
	"سرحد", "درہ", "چوکی", "لشکر", "جرگہ", "وادی", "قافلہ", "ضلع", "پہاڑ", "دریا", "گاؤں", "وزیر", "بازار", "سڑک", "فوج",
	"ولسوالي", "غونډه", "دښته", "سیند", "کلی", "پوسته", "ځواک", "لار", "ښار", "غره",
	"دهکده", "کوتل", "پاسگاه", "رودخانه", "فرمانده", "بازرگان", "جاده", "قریه", "شهرستان",
	"सीमा", "घाटी", "चौकी", "नदी", "गांव", "मंत्री", "सड़क", "बाजार",
}

func randomWord(r *rand.Rand) string {
	w := stems[r.Intn(len(stems))]
	if r.Intn(3) > 0 {
		w += stems[r.Intn(len(stems))]
	}
	return w
}

func phrase(r *rand.Rand, n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = randomWord(r)
	}
	return strings.Join(parts, " ")
}

// manyAliases is a taxonomy of n random aliases in 500 places, and one rule.
func manyAliases(tb testing.TB, n int) (*Taxonomy, []string) {
	tb.Helper()
	r := rand.New(rand.NewSource(7))
	var b strings.Builder
	var forms []string
	seen := map[string]bool{}
	b.WriteString("places:\n")
	for i := 0; i < 500; i++ {
		fmt.Fprintf(&b, "  - id: p%d\n    class: village\n    label: {en: P%d}\n    aliases:\n      en:\n", i, i)
		for j := 0; j < n/500; j++ {
			form := phrase(r, 1+r.Intn(3))
			key := loosened(terms(form), looseKey)
			if seen[strings.ReplaceAll(key, " ", "")] {
				continue
			}
			seen[strings.ReplaceAll(key, " ", "")] = true
			forms = append(forms, form)
			fmt.Fprintf(&b, "        - %q\n", form)
		}
	}
	b.WriteString("topics:\n  - {id: t, label: {en: T}, about: x, threshold: 3, clues: [{all: [[p1, p2, p3], [p4, p5, p6]], near: 20, weight: 3}]}\n")
	t, err := Load(fstest.MapFS{"x/a.yaml": {Data: []byte(b.String())}}, "x")
	if err != nil {
		tb.Fatal(err)
	}
	return t, forms
}

// mixedText is about size bytes of random words, every twentieth an alias.
func mixedText(forms []string, size int) string {
	r := rand.New(rand.NewSource(8))
	var b strings.Builder
	for b.Len() < size {
		if r.Intn(20) == 0 {
			b.WriteString(forms[r.Intn(len(forms))])
		} else {
			b.WriteString(randomWord(r))
		}
		if r.Intn(12) == 0 {
			b.WriteByte('.')
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func BenchmarkMatchStage(b *testing.B) {
	t, forms := manyAliases(b, 5000)
	body := mixedText(forms, 4096)
	s := newScanner(t)
	s.scan("", body, "en")
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		s.match()
	}
}

// BenchmarkTokensOnly is what the match stage comes after, for comparison in one run.
func BenchmarkTokensOnly(b *testing.B) {
	_, forms := manyAliases(b, 5000)
	body := mixedText(forms, 4096)
	var a text.Analyzer
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		a.Tokens(body)
	}
}

func BenchmarkScan(b *testing.B) {
	t, forms := manyAliases(b, 5000)
	body := mixedText(forms, 4096)
	s := newScanner(t)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		s.scan("", body, "en")
	}
}

func BenchmarkTag(b *testing.B) {
	t := shipped(b)
	_, forms := manyAliases(b, 5000)
	body := mixedText(forms, 4096)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		t.Tag("", body, news.Lang{Code: "ur"})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		shipped(b)
	}
}

// BenchmarkRebuild is a reload of five thousand aliases without the reading of YAML.
func BenchmarkRebuild(b *testing.B) {
	t, _ := manyAliases(b, 5000)
	b.ReportAllocs()
	for b.Loop() {
		fresh := &Taxonomy{nodes: t.nodes, byID: t.byID, vocabulary: newVocabulary(t.vocabulary.langs, len(t.aliases))}
		for _, a := range t.aliases {
			a.patterns = fresh.vocabulary.spellings(a.spec, a.lang, true)
			fresh.aliases = append(fresh.aliases, a)
		}
		fresh.finish()
	}
}
