package text

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// sampleBytes bounds what is read of a long text: its beginning, middle and end.
const sampleBytes = 2400

// Identify answers the language of s as a code of formats.md, how sure that is from 0 to
// 1, and variant "prs" for Dari. Hints are codes that a feed or page declares; they tip
// a balance and never decide. "und" means that s does not tell.
func Identify(s string, hints ...string) news.Lang {
	var id Identifier
	return id.Identify(s, hints...)
}

// Identifier is Identify for one text after another in the same memory. The zero value
// is ready; it must not be used by two goroutines at once.
type Identifier struct {
	analyzer Analyzer
	letters  [letterTable]uint16 // how often each letter stands in the text
	counts   [otherScript]int    // letters by script
	e        evidence
	quality  float64 // how common the trigrams and words of the text are, see likeness
}

const letterTable = 0x0800

// Identify is the function Identify.
func (id *Identifier) Identify(s string, hints ...string) news.Lang {
	s = sample(s)
	id.letters, id.counts, id.e, id.quality = [letterTable]uint16{}, [otherScript]int{}, evidence{}, 0
	id.count(s)
	best, letters := id.script()
	if letters == 0 {
		return news.Lang{Code: "und"}
	}
	if best >= int(scripts) {
		return id.byScript(best, letters)
	}
	m := &models()[best]
	id.read(m, script(best), s)
	m.hint(&id.e, script(best), hints)
	lang := id.decide(m)
	if lang.Code == "fa" && id.dari(hints) {
		lang.Variant = "prs"
	}
	return lang
}

// sample answers s, or its beginning, middle and end where it is long.
func sample(s string) string {
	if len(s) <= sampleBytes {
		return s
	}
	part := func(from int) string {
		for from > 0 && !utf8.RuneStart(s[from]) {
			from--
		}
		to := from + sampleBytes/3
		for to < len(s) && !utf8.RuneStart(s[to]) && to < from+sampleBytes/3+utf8.UTFMax {
			to++
		}
		return s[from:min(to, len(s))]
	}
	return part(0) + " " + part(len(s)/2) + " " + part(len(s)-sampleBytes/3)
}

// The scripts beyond those with models: each is one language here.
const (
	han = int(scripts) + iota
	kana
	hangul
	firstAlone
	otherScript = firstAlone + 24
)

// alone names the scripts that speak for one language.
var alone = []struct {
	table *unicode.RangeTable
	lang  string
}{
	{unicode.Greek, "el"}, {unicode.Hebrew, "he"}, {unicode.Armenian, "hy"}, {unicode.Georgian, "ka"}, {unicode.Bengali, "bn"},
	{unicode.Gurmukhi, "pa"}, {unicode.Gujarati, "gu"}, {unicode.Oriya, "or"}, {unicode.Tamil, "ta"}, {unicode.Telugu, "te"},
	{unicode.Kannada, "kn"}, {unicode.Malayalam, "ml"}, {unicode.Sinhala, "si"}, {unicode.Thai, "th"}, {unicode.Lao, "lo"},
	{unicode.Myanmar, "my"}, {unicode.Khmer, "km"}, {unicode.Tibetan, "bo"}, {unicode.Ethiopic, "am"}, {unicode.Mongolian, "mn"},
	{unicode.Thaana, "dv"}, {unicode.Syriac, "syr"},
}

// count counts letters and scripts.
func (id *Identifier) count(s string) {
	for _, r := range s {
		if r < utf8.RuneSelf {
			if c := r | 0x20; 'a' <= c && c <= 'z' {
				id.letters[c]++
				id.counts[latin]++
			}
			continue
		}
		if !unicode.IsLetter(r) {
			continue
		}
		if r = unicode.ToLower(r); r < letterTable {
			id.letters[r]++
		}
		id.counts[scriptOf(r)]++
	}
}

// scriptOf answers the script of a letter beyond ASCII.
func scriptOf(r rune) int {
	switch {
	case r <= 0x024F || 0x1E00 <= r && r <= 0x1EFF:
		return int(latin)
	case 0x0400 <= r && r <= 0x052F:
		return int(cyrillic)
	case 0x0600 <= r && r <= 0x06FF || 0x0750 <= r && r <= 0x077F || 0xFB50 <= r && r <= 0xFEFC:
		return int(arabic)
	case 0x0900 <= r && r <= 0x097F:
		return int(devanagari)
	case 0x3040 <= r && r <= 0x30FF:
		return kana
	case 0xAC00 <= r && r <= 0xD7A3 || 0x1100 <= r && r <= 0x11FF:
		return hangul
	case 0x3400 <= r && r <= 0x9FFF || 0x20000 <= r && r <= 0x3FFFF:
		return han
	}
	for i, a := range alone {
		if unicode.Is(a.table, r) {
			return firstAlone + i
		}
	}
	return otherScript - 1
}

// script answers the script of most letters. Latin letters count for less beside
// another script, being names and acronyms there, and an ideograph for more, being a
// word.
func (id *Identifier) script() (best, letters int) {
	most, all := 0.0, 0
	for s, n := range id.counts {
		weight := float64(n)
		switch s {
		case int(latin):
			weight *= 0.6
		case han, kana, hangul:
			weight *= 3
		}
		if weight > most {
			best, most = s, weight
		}
		all += n
	}
	return best, all
}

// byScript names the language of a script that has only one here.
func (id *Identifier) byScript(s, letters int) news.Lang {
	share := float64(id.counts[s]) / float64(letters)
	switch {
	case s == han && id.counts[kana]*8 > id.counts[han], s == kana:
		return news.Lang{Code: "ja", Score: round(float64(id.counts[han]+id.counts[kana]) / float64(letters))}
	case s == han:
		return news.Lang{Code: "zh", Score: round(share)}
	case s == hangul:
		return news.Lang{Code: "ko", Score: round(share)}
	case s-firstAlone < len(alone):
		return news.Lang{Code: alone[s-firstAlone].lang, Score: round(0.9 * share)}
	}
	return news.Lang{Code: "und"}
}

// read gathers the evidence of s.
func (id *Identifier) read(m *model, s script, text string) {
	for _, t := range id.analyzer.Tokens(text) {
		if r, _ := utf8.DecodeRuneInString(t.Term); r < utf8.RuneSelf && s == latin && r > '9' || r >= utf8.RuneSelf && scriptOf(r) == int(s) {
			m.word(&id.e, t.Term)
		}
	}
	for r, n := range id.letters {
		if n > 0 {
			m.letter(&id.e, rune(r), int(n))
		}
	}
}

// hint adds what is likely before anything is read, and the weight of declared languages.
func (m *model) hint(e *evidence, s script, hints []string) {
	for i, lang := range m.langs {
		switch {
		case strings.Contains(home, " "+lang+" "):
			e.nats[i] += homeWeight
		case strings.Contains(rare, " "+lang+" "):
			e.nats[i] += rareWeight
		}
		if slices.ContainsFunc(hints, func(h string) bool { return declares(h, lang, s) }) {
			e.nats[i] += hintWeight
		}
	}
}

// declares reports whether the language tag means lang, in a text of script s.
func declares(tag, lang string, s script) bool {
	code, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	switch {
	case s == latin && (code == "ur" || code == "hi"):
		code = "ur-Latn"
	case code == "prs":
		code = "fa"
	}
	return code == lang
}

// unsure is the share of the probability below which no language is named.
const unsure = 0.3

// decide names the likeliest language. Its score is its share of the probability,
// lowered where the text is not much like any language known here.
func (id *Identifier) decide(m *model) news.Lang {
	e := &id.e
	best, most := -1, float32(math.Inf(-1))
	for i := range m.langs {
		if e.nats[i] > most {
			best, most = i, e.nats[i]
		}
	}
	sum := 0.0
	for i := range m.langs {
		sum += math.Exp(float64(e.nats[i] - most))
	}
	id.quality = e.quality(best)
	share, like := 1/sum, e.likeness(id.quality, m.langs[best])
	if share < unsure || m.open && share*like < unsure {
		return news.Lang{Code: "und", Score: round(share * like)}
	}
	score := share * like
	return news.Lang{Code: m.langs[best], Score: round(score)}
}

// likeness answers, from 0 to 1, how much the text is like the language it is most
// like: its trigrams are common ones and a fair share of its words are function words.
// A language unknown here has the letters of some known one, but neither of these. A
// short text has too little of both to be judged by them.
func (e *evidence) likeness(quality float64, lang string) float64 {
	low, high := 1.0, 2.4
	if lang == "ur-Latn" { // has no letters of its own
		low, high = 1.9, 3.0
	}
	like := min(max((quality-low)/(high-low), 0), 1)
	return 1 - (1-like)*min(float64(e.grams)/25, 1)
}

// quality is the mean of the nats by which the trigrams are commoner in language i than
// unlisted ones, and three for a text of function words only.
func (e *evidence) quality(i int) float64 {
	if e.grams == 0 {
		return 0
	}
	return float64(e.fits[i])/gramWeight/float64(e.grams) + 3*float64(e.known[i])/float64(e.words)
}

var varieties = sync.OnceValue(func() map[string]int {
	v := map[string]int{}
	for _, t := range Tokens(afghan) {
		v[t.Term]++
	}
	for _, t := range Tokens(iranian) {
		v[t.Term]--
	}
	return v
})

// dari weighs the vocabulary of a Persian text.
func (id *Identifier) dari(hints []string) bool {
	weight := 0
	for _, h := range hints {
		switch strings.ToLower(strings.ReplaceAll(h, "_", "-")) {
		case "prs", "fa-af":
			weight++
		case "fa-ir":
			weight--
		}
	}
	v := varieties()
	for _, t := range id.analyzer.tokens {
		weight += v[t.Term]
	}
	return weight > 0
}

func round(score float64) float64 { return math.Round(min(score, 1)*1000) / 1000 }
