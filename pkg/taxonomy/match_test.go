package taxonomy

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

const names = `
languages:
  en: {names: [s], words: [s], connectors: [e, i, al, ul]}
  ur: {names: [وں], words: [وں, ہ>ے]}
  ps: {names: [و], words: [و], every_token: true}
  hi: {names: [ी], words: [ों]}
contexts:
  - {id: valley, about: x, any: [upland, highland], none: [laboratory], within: 0}
  - {id: close, about: x, any: [upland], within: 3}
concepts:
  - {id: laboratory, mask: true, about: x, aliases: {en: [enzyme, NCX Devices]}}
  - {id: post, about: x, aliases: {en: [post], ur: [چوکی, قافلہ], ps: [پوسته], fa: [پاسگاه]}}
  - {id: bomb, about: x, aliases: {ur: [بند]}}
entities:
  - id: students
    class: group
    label: {en: Students}
    aliases:
      en: [Taliban]
      ur: [طالبان]
      hi: [तालिबान]
  - id: movement
    class: group
    label: {en: Movement}
    aliases:
      en: [Tehrik-e-Taliban Upland, {form: NCX, context: valley}, {form: NCY, context: close}]
      ur: [تحریک طالبان, ٹی ٹی پی]
      ps: [ټي ټي پي]
      fa: [تی‌تی‌پی]
  - id: speaker
    class: person
    label: {en: Speaker}
    aliases:
      fa: [ذبیح الله مجاهد]
places:
  - {id: upland, class: country, label: {en: Upland}, aliases: {en: [Upland, {form: UL, cased: true, sure: true}]}}
  - {id: highland, class: region, label: {en: Highland}, aliases: {en: [Highland, Wakhan], fa: [واخان], hi: [वाखान, पख़्तून]}}
  - {id: army-town, class: city, label: {en: Army Town}, aliases: {ru: [{form: Горный, only: [ru]}]}}
topics:
  - {id: t, label: {en: T}, about: x, threshold: 1, clues: [{any: [post, students, bomb], weight: 1}]}
`

func found1(r Result) []string {
	var out []string
	for _, m := range r.Mentions {
		mark := ""
		if m.Inside {
			mark = "~"
		}
		out = append(out, mark+m.Concept+"="+m.Term)
	}
	return out
}

// spellings are texts and what is found in them; "~" marks a name inside a longer one.
var spellings = []struct{ name, lang, text, want string }{
	{"an Arabic comma", "fa", "از واخان، تا دور", "highland=واخان"},
	{"guillemets", "fa", "«واخان»", "highland=واخان"},
	{"an Urdu full stop", "ur", "واخان۔", "highland=واخان"},
	{"a danda", "hi", "तालिबान।", "students=तालिबान"},
	{"curly quotes", "en", "“taliban”", "students=taliban"},
	{"a dash", "en", "taliban—gone", "students=taliban"},
	{"a possessive", "en", "the Taliban’s post", "students=Taliban post=post"},
	{"inside a word is nothing", "en", "talibanize postal", ""},
	{"an inflected name", "en", "two Talibans", "students=Talibans"},
	{"an Urdu oblique", "ur", "طالبانوں", "students=طالبانوں"},
	{"an Urdu changed end", "ur", "قافلے", "post=قافلے"},
	{"a Hindi adjective", "hi", "तालिबानी", "students=तालिबानी"},
	{"nukta or not", "hi", "पख्तून", "highland=पख्तून"},
	{"Arabic letters of another keyboard", "ps", "ټى ټى پى", "movement=ټى ټى پى"},
	{"another country's retroflex", "ur", "تی تی پی", "movement=تی تی پی"},
	{"zero-width joints", "fa", "تی‌تی‌پی", "movement=تی‌تی‌پی"},
	{"joints deleted", "fa", "تیتیپی", "movement=تیتیپی"},
	{"joints opened", "fa", "تی تی پی", "movement=تی تی پی"},
	{"a name joined", "fa", "ذبیحالله مجاهد", "speaker=ذبیحالله مجاهد"},
	{"a hashtag", "ur", "#تحریک_طالبان", "movement=تحریک_طالبان ~students=طالبان"},
	{"all overlapping", "en", "Tehrik-e-Taliban Upland", "movement=Tehrik-e-Taliban Upland ~students=Taliban ~upland=Upland"},
	{"another connector", "en", "Tehreek-i-Taliban Upland", "movement=Tehreek-i-Taliban Upland ~students=Taliban ~upland=Upland"},
	{"no connector", "en", "Tehrik Taliban Upland", "movement=Tehrik Taliban Upland ~students=Taliban ~upland=Upland"},
	{"the case that is asked for", "en", "ul UL Ul", "upland=UL"},
	{"not over a colon", "ur", "تحریک: طالبان", "students=طالبان"},
	{"not over a comma", "en", "Tehrik-e, Taliban Upland", "students=Taliban upland=Upland"},
	{"not over a full stop", "ur", "تحریک۔ طالبان", "students=طالبان"},
	{"not over a line", "ur", "تحریک\nطالبان", "students=طالبان"},
	{"over an abbreviating point", "ur", "ٹی.ٹی.پی", "movement=ٹی.ٹی.پی"},
	{"harakat and tatweel", "fa", "وَاخـــان", "highland=وَاخـــان"},
	{"transliterated", "en", "Vakhan", "highland=Vakhan"},
	{"an acronym without context", "en", "NCX rose", ""},
	{"an acronym with context", "en", "NCX in Highland", "movement=NCX highland=Highland"},
	{"an acronym with a veto", "en", "NCX, an enzyme of Highland", "laboratory=enzyme highland=Highland"},
	{"a masked acronym", "en", "NCX Devices of Highland", "laboratory=NCX Devices highland=Highland"},
	{"context close by", "en", "NCY one two Upland", "movement=NCY upland=Upland"},
	{"context too far", "en", "NCY one two three four Upland", "upland=Upland"},
	{"a name of one language only", "en", "Горный", ""},
	{"a word of another language", "ps", "بند", ""},
	{"a word of its own language", "ur", "بند", "bomb=بند"},
	{"a word where nobody knows the language", "und", "بند", "bomb=بند"},
	{"lower-casing that changes length", "en", "İİİ Taliban ẞ Wakhan", "students=Taliban highland=Wakhan"},
	{"invalid UTF-8", "en", "\xff\xfe Taliban \xc3", "students=Taliban"},
}

func TestMentions(t *testing.T) {
	taxonomy := mustLoad(t, names)
	for _, c := range spellings {
		got := strings.Join(found1(taxonomy.Tag("", c.text, news.Lang{Code: c.lang})), " ")
		if got != c.want {
			t.Errorf("%s: %q finds %q, want %q", c.name, c.text, got, c.want)
		}
	}
}

func TestOffsetsAreCodePoints(t *testing.T) {
	taxonomy := mustLoad(t, names)
	title, body := "😀 Taliban और तालिबान", "ẞ 😀\u200c «وَاخان» Tehrik e Taliban Upland"
	r := taxonomy.Tag(title, body, news.Lang{Code: "en"})
	if len(r.Mentions) < 5 {
		t.Fatalf("found %v", found1(r))
	}
	for _, m := range r.Mentions {
		field := title
		if m.Field == "text" {
			field = body
		}
		if got := text.Runes(field, m.Start, m.End); got != m.Term {
			t.Errorf("%s %d-%d of the %s is %q, the term %q", m.Concept, m.Start, m.End, m.Field, got, m.Term)
		}
	}
	for _, tag := range r.Tags {
		for _, e := range tag.Evidence {
			field := title
			if e.Field == "text" {
				field = body
			}
			if got := text.Runes(field, e.Start, e.End); got != e.Term {
				t.Errorf("evidence of %s: %q at its offsets, the term is %q", tag.ID, got, e.Term)
			}
		}
	}
}

func TestNamesInsideLongerNamesAreNoTags(t *testing.T) {
	taxonomy := mustLoad(t, names)
	var ids []string
	for _, tag := range taxonomy.Tag("", "Tehrik-e-Taliban Upland", news.Lang{Code: "en"}).Tags {
		ids = append(ids, tag.ID)
	}
	if diff := cmp.Diff([]string{"movement"}, ids); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestHugeInputIsBounded(t *testing.T) {
	taxonomy := mustLoad(t, names)
	for name, body := range map[string]string{
		"one word":              strings.Repeat("طالبان", 1<<18),
		"the name again":        strings.Repeat("Taliban ", 1<<18),
		"combining marks":       "واخان" + strings.Repeat("\u064e", 1<<19),
		"null bytes":            strings.Repeat("\x00", 1<<20),
		"directions":            strings.Repeat("\u202e\u2066Taliban\u2069\u202c ", 1<<14),
		"invalid bytes":         strings.Repeat("\xff", 1<<20),
		"an unfinished name":    strings.Repeat("Tehrik e ", 1<<17),
		"everything overlapped": strings.Repeat("Tehrik e Taliban Upland ", 1<<16),
	} {
		r := taxonomy.Tag(body[:min(len(body), 100)], body, news.Lang{Code: "ur"})
		if len(r.Mentions) > maxHits {
			t.Errorf("%s: %d mentions", name, len(r.Mentions))
		}
		runes := utf8.RuneCountInString(body)
		for _, m := range r.Mentions {
			if m.Field == "text" && (m.Start < 0 || m.End > runes || m.Start >= m.End) {
				t.Fatalf("%s: a mention at %d-%d", name, m.Start, m.End)
			}
		}
	}
}

func TestTagIsRaceFreeUnderReload(t *testing.T) {
	a, b := mustLoad(t, names), mustLoad(t, small)
	var current atomic.Pointer[Taxonomy]
	current.Store(a)
	want := map[*Taxonomy]int{a: 3, b: 2}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				taxonomy := current.Load()
				r := taxonomy.Tag("Upland", "Taliban post North Company ridge", news.Lang{Code: "en"})
				if len(r.Mentions) < want[taxonomy] {
					t.Errorf("found %v", found1(r))
					return
				}
			}
		})
	}
	for i := range 200 {
		current.Store([]*Taxonomy{a, b}[i%2])
	}
	wg.Wait()
}

func TestSpellings(t *testing.T) {
	taxonomy := mustLoad(t, names)
	concept, spellings := taxonomy.Spellings([]string{"ncx"})
	if concept != "movement" {
		t.Fatalf("ncx is %q, want movement", concept)
	}
	var got []string
	for _, s := range spellings {
		got = append(got, strings.Join(s, " "))
	}
	joined := strings.Join(got, " | ")
	for _, want := range []string{"tehrik e taliban upland", "تحریک طالبان", "ټی ټی پی", "تی تی پی", "تیتیپی"} {
		if !strings.Contains(joined, want) {
			t.Errorf("the spellings %s lack %q", joined, want)
		}
	}
	if strings.Contains(joined, "ncy") {
		t.Errorf("the spellings %s hold an acronym that needs a context", joined)
	}
	if c, s := taxonomy.Spellings([]string{"nobody"}); c != "" || s != nil {
		t.Errorf("nobody is %q with %v", c, s)
	}
	if c, _ := taxonomy.Spellings([]string{"post"}); c != "" {
		t.Errorf("a word of a concept is expanded, to %q", c)
	}
}

func TestMatchStageDoesNotAllocate(t *testing.T) {
	taxonomy, forms := manyAliases(t, 2000)
	s := newScanner(taxonomy)
	s.scan("", mixedText(forms, 4096), "en")
	if n := testing.AllocsPerRun(20, s.match); n != 0 {
		t.Errorf("the match stage allocates %v times", n)
	}
}
