package story

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// scripts are alphabets from which words of six languages' looks are made.
var scripts = map[string]string{
	"en": "abcdefghijklmnoprstuvw", "ur": "ابپتٹجچدڈرڑزسشصطعفقکگلمنوہی", "ps": "ابپتټجچدډرړزسشښصعفقکګلمنڼوهی",
	"fa": "ابپتجچحدرزسشصطعفقکگلمنوهی", "ar": "ابتثجحخدذرزسشصضطعغفقكلمنهوي", "hi": "कखगघचछजटठडणतथदधनपफबभमयरलवशसह",
}

// writer makes texts of made-up words, frequent and rare as words are.
type writer struct {
	r     *rand.Rand
	words []string
	zipf  *rand.Zipf
}

func newWriter(lang string, seed uint64) *writer {
	r := rand.New(rand.NewPCG(seed, uint64(len(lang))))
	letters := []rune(scripts[lang])
	w := &writer{r: r, zipf: rand.NewZipf(r, 1.07, 8, 19_999)}
	for range 20_000 {
		word := make([]rune, 3+r.IntN(6))
		for i := range word {
			word[i] = letters[r.IntN(len(letters))]
		}
		w.words = append(w.words, string(word))
	}
	return w
}

func (w *writer) write(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = w.words[w.zipf.Uint64()]
	}
	return out
}

// say joins words to sentences of a dozen words.
func say(words []string) string {
	var b strings.Builder
	for i, word := range words {
		b.WriteString(word)
		if i%12 == 11 {
			b.WriteByte('.')
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// TestEdits measures how many edited copies are found, of five kinds of edit in six
// languages, and how many texts that share a fifth of their words, or nothing, are
// taken for copies.
func TestEdits(t *testing.T) {
	edits := []struct {
		name string
		edit func(w *writer, body, title []string) ([]string, []string)
		min  float64
	}{
		{"with boilerplate", func(w *writer, b, h []string) ([]string, []string) { return append(b, w.write(20)...), h }, 0.98},
		{"new headline and lede", func(w *writer, b, _ []string) ([]string, []string) { return append(w.write(15), b[15:]...), w.write(9) }, 0.98},
		{"cut to 80 %", func(w *writer, b, h []string) ([]string, []string) { return b[:len(b)*4/5], h }, 0.98},
		{"cut to 50 % with boilerplate", func(w *writer, b, h []string) ([]string, []string) {
			return append(append([]string{}, b[:len(b)/2]...), w.write(20)...), w.write(9)
		}, 0.95},
		{"15 % of the words changed", func(w *writer, b, h []string) ([]string, []string) {
			out := append([]string{}, b...)
			for i := range out {
				if w.r.Float64() < 0.15 {
					out[i] = w.words[w.zipf.Uint64()]
				}
			}
			return out, w.write(9)
		}, 0.70},
		{"a fifth in common", func(w *writer, b, _ []string) ([]string, []string) {
			return append(append([]string{}, b[:len(b)/5]...), w.write(len(b)*4/5)...), w.write(9)
		}, -0.001},
		{"nothing in common", func(w *writer, b, _ []string) ([]string, []string) { return w.write(len(b)), w.write(9) }, -0.001},
	}
	const pairs = 150
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			found := 0
			for i, lang := range []string{"en", "ur", "ps", "fa", "ar", "hi"} {
				w := newWriter(lang, uint64(i))
				c := New(Config{})
				for k := range pairs {
					body, title := w.write(120+w.r.IntN(280)), w.write(9)
					a, _ := c.Add(&news.Item{ID: fmt.Sprint("a", k), Source: "one", Title: say(title), Text: say(body)})
					body, title = e.edit(w, body, title)
					b, _ := c.Add(&news.Item{ID: fmt.Sprint("b", k), Source: "two", Title: say(title), Text: say(body)})
					if a.Cluster == b.Cluster {
						found++
					}
				}
			}
			share := float64(found) / (6 * pairs)
			t.Logf("%.4f", share)
			if e.min >= 0 && share < e.min || e.min < 0 && share > -e.min {
				t.Errorf("%.4f are taken for copies, the bound is %v", share, e.min)
			}
		})
	}
}

var base = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

// report is an item of our own wording, n minutes after the first.
func report(id, source, title, text string, n int) *news.Item {
	at := base.Add(time.Duration(n) * time.Minute)
	return &news.Item{ID: id, Source: source, Title: title, Text: text, FirstSeen: at, Published: at, PublishedFrom: "feed", Lang: news.Lang{Code: "en"}}
}

const landslide = `A landslide above the village of Darkot buried the only road to the upper valley on Tuesday night, the district office said.
Nobody was hurt, but some four hundred travellers and about ninety trucks were stranded on either side.
Excavators were on their way from the lowland depot, and the road was expected to open within two days.
Shopkeepers in the valley said flour and kerosene would last until Friday.`

func TestRoles(t *testing.T) {
	c := New(Config{})
	first, story := c.Add(report("1", "agency", "Landslide cuts off the upper valley", landslide, 0))
	if d := cmp.Diff(news.Copy{Cluster: "1", Role: Original}, first); d != "" || story != "1" {
		t.Errorf("the first: %s, story %s", d, story)
	}
	for _, x := range []struct {
		name string
		item *news.Item
		want news.Copy
	}{
		{"the same text", report("2", "paper", "Landslide cuts off the upper valley", landslide, 10), news.Copy{Cluster: "1", Role: Copied, Of: "1"}},
		{"the same under another headline", report("3", "radio", "Hundreds stranded above Darkot (Agency)", landslide+"\nReporting by our correspondent in the lowland.", 20), news.Copy{Cluster: "1", Role: Copied, Of: "1"}},
		{"its beginning", report("4", "portal", "Valley road blocked", landslide[:strings.Index(landslide, "Excavators")], 30), news.Copy{Cluster: "1", Role: Excerpt, Of: "1"}},
		{"published before, collected later", report("5", "office", "Landslide at Darkot", landslide, -60), news.Copy{Cluster: "1", Role: Original}},
		{"a copy after that", report("6", "weekly", "Landslide at Darkot", landslide, 40), news.Copy{Cluster: "1", Role: Copied, Of: "5"}},
	} {
		got, s := c.Add(x.item)
		if d := cmp.Diff(x.want, got); d != "" || s != "1" {
			t.Errorf("%s (-want +got, story %s):\n%s", x.name, s, d)
		}
	}
}

func TestTheSameEventInOtherWords(t *testing.T) {
	c := New(Config{})
	c.Add(report("1", "agency", "Landslide cuts off the upper valley above Darkot", landslide, 0))
	got, story := c.Add(report("2", "paper", "Four hundred stranded as landslide buries Darkot road",
		"Some four hundred travellers spent the night in their vehicles after a landslide buried the road above Darkot village. The upper valley is cut off; excavators from the depot should clear the road in two days, the district office told this newspaper.", 90))
	if got.Role != Original || story != "1" {
		t.Errorf("%+v in story %s", got, story)
	}
	_, other := c.Add(report("3", "paper", "Teachers in the lowland strike over unpaid wages", "Primary schools in three lowland districts stayed shut on Wednesday as teachers demanded wages that have been due since winter, their union said.", 95))
	if other != "3" {
		t.Errorf("another event is in story %s", other)
	}
}

func TestStoriesAcrossLanguages(t *testing.T) {
	tags := func(ids ...string) (out []news.Tag) {
		for _, id := range ids {
			out = append(out, news.Tag{ID: id, Kind: "entity"})
		}
		return out
	}
	c := New(Config{})
	one := report("1", "agency", "Customs post at the gate reopens", "Officials of both sides met at the gate and agreed to open the customs post for fruit trucks.", 0)
	one.Tags = tags("customs-post", "gate", "fruit-traders")
	two := report("2", "akhbar", "سرحدی چوکی دوبارہ کھل گئی", "دونوں جانب کے حکام نے ملاقات میں پھلوں کے ٹرکوں کے لیے چوکی کھولنے پر اتفاق کیا۔", 60)
	two.Lang.Code, two.Tags = "ur", tags("gate", "fruit-traders", "customs-post")
	three := report("3", "akhbar", "موسم سرد رہے گا", "محکمہ موسمیات کے مطابق آج رات بالائی علاقوں میں برف باری کا امکان ہے اور کل دھوپ نکلے گی۔", 61)
	three.Lang.Code, three.Tags = "ur", tags("gate")
	_, a := c.Add(one)
	_, b := c.Add(two)
	_, other := c.Add(three)
	if a != b || other == a {
		t.Errorf("stories %q, %q and %q", a, b, other)
	}
}

func TestDailyTemplatesAreNotCopies(t *testing.T) {
	day := func(n int, price, change string) *news.Item {
		return report(fmt.Sprint("gold", n), "paper", "Gold "+change+" "+price+" rupees a tola",
			"The price of gold in the bullion market "+change+" by "+price+" rupees a tola today. According to the association of jewellers the price of ten grams "+change+
				" as well. On the world market an ounce of gold "+change+". Silver remained where it was, the association of jewellers added.", n*24*60)
	}
	c := New(Config{})
	seen := map[string]bool{}
	for n, x := range [][2]string{{"500", "falls"}, {"700", "rises"}, {"1,700", "falls"}, {"250", "rises"}, {"900", "falls"}} {
		copied, story := c.Add(day(n, x[0], x[1]))
		if seen[copied.Cluster] || seen[story] {
			t.Errorf("day %d is joined with an earlier one: %+v, story %s", n, copied, story)
		}
		seen[copied.Cluster] = true
	}
}

func TestTheFootOfAPageIsNoCopy(t *testing.T) {
	foot := "\n" + strings.Repeat("Read also how the harvest festival of the five villages was celebrated this year. The minister opened a bridge that had been promised for a decade. "+
		"Our photographers show the first snow on the passes of the north. Subscribe to our bulletin to have the news of the valley every morning. ", 2)
	c := New(Config{})
	w := newWriter("en", 9)
	clusters, stories := map[string]int{}, map[string]int{}
	for i := range 30 {
		copied, story := c.Add(report(fmt.Sprint(i), "portal", say(w.write(8)), say(w.write(60))+foot, i))
		clusters[copied.Cluster]++
		stories[story]++
	}
	if len(clusters) < 30 || len(stories) < 29 {
		t.Errorf("30 articles with one foot make %d texts and %d stories", len(clusters), len(stories))
	}
}

func TestTheSameItemAgain(t *testing.T) {
	c := New(Config{})
	c.Add(report("1", "agency", "Landslide cuts off the upper valley", "", 0))
	c.Add(report("2", "paper", "Quiet day at the market of the lowland town", "Little was sold and less was bought, traders said of a day on which nobody came down from the hills.", 1))
	first, _ := c.Add(report("1", "agency", "Landslide cuts off the upper valley", landslide, 2))
	second, _ := c.Add(report("3", "radio", "Road blocked", landslide, 3))
	again, story := c.Add(report("3", "radio", "Road blocked", "quite another text, after an editor has thought again about all of it", 4))
	if first.Cluster != "1" || second.Cluster != "1" || again != second || story != "1" || c.Len() != 3 {
		t.Errorf("%+v, %+v, %+v, story %s, %d remembered", first, second, again, story, c.Len())
	}
}

func TestReplayGivesTheSame(t *testing.T) {
	run := func() []placed {
		c := New(Config{Max: 300})
		w := newWriter("ur", 5)
		var out []placed
		var texts [][]string
		for i := range 800 {
			body := w.write(80)
			if i > 10 && i%3 == 0 {
				body = texts[len(texts)-1-w.r.IntN(10)]
			}
			texts = append(texts, body)
			copied, story := c.Add(report(fmt.Sprint(i), fmt.Sprint("s", i%7), say(w.write(7)), say(body), i))
			out = append(out, placed{copied, story})
		}
		return out
	}
	a, b := run(), run()
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("item %d is %+v in one run, %+v in the next", i, a[i], b[i])
		}
	}
}

func TestWhatHasLeftTheWindowIsForgotten(t *testing.T) {
	c := New(Config{Window: time.Hour})
	w := newWriter("fa", 6)
	for i := range 500 {
		c.Add(report(fmt.Sprint(i), "s", say(w.write(7)), say(w.write(60)), i))
	}
	if c.Len() > 61 {
		t.Errorf("%d items are remembered of an hour of one a minute", c.Len())
	}
	c.Add(report("late", "s", "", "", 100_000))
	if n := len(c.terms) + len(c.exact) + len(c.shingles.nodes) + len(c.rare.nodes) + len(c.rare.heads) + len(c.shingles.heads); c.Len() != 1 || n > 3 {
		t.Errorf("%d items and %d traces of them are left", c.Len(), n)
	}
}

func TestStrangeItems(t *testing.T) {
	c := New(Config{Max: 1000})
	for i, it := range []*news.Item{
		{ID: "empty"}, {ID: "empty2"}, {ID: "two", Title: "Breaking news"}, {ID: "two2", Title: "Breaking news", Source: "x"},
		{ID: "marks", Title: "…", Text: "— — —"}, {ID: "bytes", Title: "\xff\xfe", Text: "\x00\xff"},
		{ID: "long", Text: strings.Repeat("word ", 200_000)}, {ID: "one", Text: strings.Repeat("x", 1<<20)},
	} {
		copied, story := c.Add(it)
		if copied.Cluster != it.ID || copied.Role != Original || story != it.ID {
			t.Errorf("item %d (%s) is %+v, story %s", i, it.ID, copied, story)
		}
	}
	back := report("back", "s", "Landslide at Darkot", landslide, 0)
	back.FirstSeen, back.Published = time.Time{}, time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	c.Add(report("now", "t", "Landslide at Darkot", landslide, 5))
	if got, _ := c.Add(back); got.Role != Copied || got.Of != "now" {
		t.Errorf("a copy dated 1970 is %+v", got)
	}
}

func TestAFloodOfOneText(t *testing.T) {
	c := New(Config{Max: 20_000})
	for i := range 50_000 {
		got, _ := c.Add(&news.Item{ID: fmt.Sprint(i), Source: "flood", Title: "Landslide at Darkot", Text: landslide})
		if i > 0 && i < 19_000 && got.Cluster != "0" {
			t.Fatalf("item %d is in cluster %s", i, got.Cluster)
		}
	}
	if c.Len() > 20_000 || len(c.shingles.nodes) > 20_000 {
		t.Errorf("%d items, %d postings", c.Len(), len(c.shingles.nodes))
	}
}

func BenchmarkAdd(b *testing.B) {
	w := newWriter("ur", 7)
	c := New(Config{Max: 100_000})
	add := func(i int) {
		c.Add(&news.Item{ID: fmt.Sprint(i), Source: fmt.Sprint("s", i%200), Title: say(w.write(9)), Text: say(w.write(250))})
	}
	i := 0
	for ; i < 50_000; i++ {
		add(i)
	}
	b.ReportAllocs()
	for b.Loop() {
		add(i)
		i++
	}
}
