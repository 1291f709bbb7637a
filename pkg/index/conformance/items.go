package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// seed makes the random part of the suite the same every time; a failure prints it.
const seed = 20241224

// begin is the first moment of the months the items are from, now is when queries are read.
var (
	begin = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	now   = time.Date(2026, 11, 15, 10, 0, 0, 0, time.UTC)
)

// names is a taxonomy of two names.
type names struct{}

func (names) Spellings(terms []string) (string, [][]string) {
	for concept, spellings := range map[string][]string{
		"ttp":    {"TTP", "Pakistani Taliban", "تحریک طالبان پاکستان", "ٹی ٹی پی", "टीटीपी"},
		"wakhan": {"Wakhan", "واخان", "Wakhan Corridor", "वाखान"},
	} {
		var folded [][]string
		known := false
		for _, s := range spellings {
			f := fold(s)
			folded = append(folded, f)
			known = known || slices.Equal(f, terms)
		}
		if known {
			return concept, folded
		}
	}
	return "", nil
}

func fold(s string) []string {
	var terms []string
	for _, t := range text.Tokens(s) {
		terms = append(terms, t.Term)
	}
	return terms
}

// sentences are the suite's own, in English, Urdu, Pashto, Dari, Hindi and Roman Urdu,
// with the spellings and marks that make search hard.
var sentences = map[string][]string{
	"en": {
		"Torkham reopens after nine days, traders say", "The TTP’s claim about the post was denied by the army's spokesman",
		"Officials deny that the Wakhan Corridor was leased to anyone", "Twenty-three lorries crossed; 1,200 wait at Chaman on 4.5 km of road",
		"Pakistani Taliban fighters and border guards exchanged fire near Zarmelan", "I·S·K·P, U.N. and e.g. other abbreviations",
		"School for girls: a conference opens in the capital", "Re-opening of the crossing at 10:30 a.m. delayed again and again and again",
	},
	"ur": {
		"طورخم سرحد نو دن بعد کھول دی گئی", "تحریکِ طالبان پاکستان نے حملے کا دعویٰ کیا", "ٹی ٹی پی کے خلاف کارروائی، ۱۲ جنگجو ہلاک",
		"واخان کی پٹی لیز پر دینے کی خبر کی تردید", "#تحریک_طالبان اور کابل:طالبان", "افغان شہریوں کی واپسی کا عمل جاری ہے",
	},
	"ps": {
		"د تورخم دروازه بیرته پرانیستل شوه", "پر وزیرستان د هوايي بریدونو په اړه بېلابېل خبرونه", "د واخان د نیولو خبره دروغ ده، چارواکی وايي",
		"ټي ټي پي مسوولیت منلی دی", "د ښځو د زده کړو غونډه ښه ترسره شوه",
	},
	"fa": {
		"گذرگاه تورخم پس از نُه روز باز شد", "سخنگوی امارت خبر اجارهٔ واخان را رد کرد", "می‌گویند که کتاب‌های درسی توزیع نشده‌ است",
		"جبههٔ مقاومت در پنجشیر مدعی حمله شد", "آوارگان افغان از مرز سپین‌بولدک گذشتند",
	},
	"hi": {
		"तोरखम सीमा नौ दिन बाद खुली", "टीटीपी ने चौकी पर हमले का दावा किया", "वाखान गलियारे पर क़ब्ज़े की ख़बर का खंडन",
		"शरणार्थियों की वापसी जारी, फ़िलहाल कोई बदलाव नहीं",
	},
	"ur-Latn": {
		"Torkham border nau din baad khol diya gaya", "TTP ne hamle ka daawa kiya, fauj ne tardeed ki", "Wakhan ki patti lease par dene ki khabar ghalat hai",
	},
}

var languages = []string{"en", "ur", "ps", "fa", "hi", "ur-Latn"}

// items makes n items, their text out of sentences and of words of all sentences.
func items(n int) []index.Write {
	rnd := rand.New(rand.NewPCG(seed, 1))
	all := make([]index.Write, n)
	for i := range all {
		all[i] = index.Write{Item: item(rnd, i), Version: 1}
	}
	return all
}

func item(rnd *rand.Rand, i int) news.Item {
	lang := languages[i%len(languages)]
	seen := begin.Add(time.Duration(rnd.IntN(75*24*60)) * time.Minute).Add(time.Duration(rnd.IntN(3)) * 250 * time.Millisecond)
	it := news.Item{
		Schema: news.Schema, ID: fmt.Sprintf("%032x", uint64(i)*0x9E3779B97F4A7C15+1), Rev: 1 + rnd.IntN(2),
		Source: fmt.Sprintf("outlet-%d", rnd.IntN(12)), Country: pick(rnd, "AF", "PK", "IN", "IR", "ZZ"), Affiliation: pick(rnd, "state", "independent", "exile", "unreviewed"),
		Kind: pick(rnd, "newspaper", "agency", "broadcaster"), URL: fmt.Sprintf("https://www.outlet-%d.example/news/%d", rnd.IntN(12), i),
		Title: sentence(rnd, lang), FirstSeen: seen, Published: seen.Add(-time.Duration(rnd.IntN(72*60)) * time.Minute), Lang: news.Lang{Code: lang, Score: 0.9},
	}
	it.Owner = "owner-of-" + it.Source
	it.Carriers = []news.Carrier{{Source: it.Source, Seen: seen}}
	if rnd.IntN(4) == 0 {
		it.Carriers = append(it.Carriers, news.Carrier{Source: fmt.Sprintf("outlet-%d", rnd.IntN(12)), Seen: seen})
	}
	if lang == "fa" && rnd.IntN(2) == 0 {
		it.Lang.Variant = "prs"
	}
	var text []string
	for range rnd.IntN(6) {
		text = append(text, sentence(rnd, pick(rnd, lang, lang, "en", "ur")))
	}
	it.Text = strings.Join(text, ".\n\n")
	if rnd.IntN(3) == 0 {
		it.Summary = sentence(rnd, lang)
	}
	decorate(rnd, &it)
	return it
}

// decorate gives an item tags, claims, a place among its copies and oddities.
func decorate(rnd *rand.Rand, it *news.Item) {
	for _, tag := range []news.Tag{{ID: "ttp", Kind: "entity"}, {ID: "wakhan", Kind: "place"}, {ID: "afpak-border", Kind: "topic"}, {ID: "wakhan", Kind: "topic"}, {ID: "wakhan-leased", Kind: "narrative"}} {
		if rnd.IntN(4) == 0 {
			tag.Evidence = []news.Evidence{{Field: "title", Start: 0, End: 3, Register: pick(rnd, "", "official", "pejorative")}}
			it.Tags = append(it.Tags, tag)
		}
	}
	for range rnd.IntN(4) {
		c := news.Claim{Act: pick(rnd, "asserts", "denies", "alleges"), Text: sentence(rnd, pick(rnd, "en", it.Lang.Code)), About: []string{pick(rnd, "wakhan", "ttp")}}
		if party := pick(rnd, "", "the foreign ministry", "TTP", "تحریک طالبان پاکستان", "an official of the ministry"); party != "" {
			c.Claimant = &party
			c.ClaimantID = pick(rnd, "", "ttp", "mofa")
		}
		it.Claims = append(it.Claims, c)
	}
	switch rnd.IntN(4) {
	case 0:
		it.Copy = &news.Copy{Cluster: "c1", Role: "original"}
	case 1:
		it.Copy = &news.Copy{Cluster: "c1", Role: pick(rnd, "copy", "excerpt")}
	}
	if rnd.IntN(3) == 0 {
		it.Captures = []news.Capture{{Role: "page", SHA256: "00"}}
	}
	switch rnd.IntN(12) {
	case 0:
		it.Published = it.FirstSeen.Add(26 * time.Hour)
		it.Flags = []string{"future-date"}
	case 1:
		it.Published = time.Time{}
		it.Flags = []string{"undated"}
	case 2:
		it.Published = time.Date(1901, 1, 2, 3, 4, 5, 0, time.UTC)
	}
}

func pick(rnd *rand.Rand, of ...string) string { return of[rnd.IntN(len(of))] }

// sentence answers a sentence of a language as it stands, or a shuffle of its words.
func sentence(rnd *rand.Rand, lang string) string {
	s := pick(rnd, sentences[lang]...)
	if rnd.IntN(2) == 0 {
		return s
	}
	words := strings.Fields(s)
	rnd.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return strings.Join(words[:1+rnd.IntN(len(words))], " ")
}
