package text

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// line is a text and its language; Dari is "prs" here.
type line struct{ lang, text string }

var ours = []string{"en", "ur", "ps", "fa", "prs", "ar", "hi", "ur-Latn"}

// ownLines reads testdata/LANG.txt: headlines in our own words, none of which the
// tables were made from.
func ownLines(t testing.TB) []line {
	t.Helper()
	var lines []line
	for _, lang := range ours {
		for _, s := range rows(t, filepath.Join("testdata", lang+".txt")) {
			lines = append(lines, line{lang, s})
		}
	}
	return lines
}

func rows(t testing.TB, file string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

// corpusLines reads the labelled lines of the corpus.
func corpusLines(t testing.TB) []line {
	t.Helper()
	file := filepath.Join(os.Getenv("SARHAD_CORPUS"), "langid", "langid.tsv")
	if _, err := os.Stat(file); err != nil && os.Getenv("CI") == "" {
		t.Skip("no labelled lines: SARHAD_CORPUS does not name the corpus")
	}
	var lines []line
	for _, row := range rows(t, file)[1:] {
		f := strings.Split(row, "\t")
		l := line{f[1], f[len(f)-1]}
		if l.lang == "ur" && f[2] == "Latn" {
			l.lang = "ur-Latn"
		}
		lines = append(lines, l)
	}
	return lines
}

// tally counts answers by language and length.
type tally map[string]*[2]int

func (n tally) add(right bool, keys ...string) {
	for _, k := range keys {
		if n[k] == nil {
			n[k] = new([2]int)
		}
		n[k][1]++
		if right {
			n[k][0]++
		}
	}
}

func (n tally) share(key string) float64 {
	if n[key] == nil {
		return 0
	}
	return float64(n[key][0]) / float64(n[key][1])
}

// judge identifies the lines, and tallies our languages by name, by length and by both.
// Under "roman" is the share of right answers among texts called Roman Urdu, under
// "taken" the near languages that are not taken for ours at a score of 0.5 or more.
func judge(t *testing.T, lines []line) tally {
	t.Helper()
	n := tally{}
	isOurs := func(lang string) bool { return strings.Contains(" "+strings.Join(ours, " ")+" ", " "+lang+" ") }
	for _, l := range lines {
		got, want := Identify(l.text), strings.Replace(l.lang, "prs", "fa", 1)
		right := got.Code == want
		if !isOurs(want) {
			n.add(!isOurs(got.Code) || got.Score < 0.5, "taken")
			continue
		}
		size := "headline"
		if utf8.RuneCountInString(l.text) >= 60 {
			size = "long"
		}
		n.add(right, want, size, want+" "+size)
		if got.Code == "ur-Latn" {
			n.add(right, "roman")
		}
		if want == "en" {
			n.add(got.Code != "ur-Latn", "not roman")
		}
		if !right {
			t.Logf("%s taken for %v: %s", want, got, l.text)
		}
	}
	return n
}

func TestIdentifyOwnLines(t *testing.T) {
	n := judge(t, ownLines(t))
	for _, lang := range []string{"en", "ur", "ps", "fa", "ar", "hi", "ur-Latn"} {
		t.Logf("%s: %d of %d", lang, n[lang][0], n[lang][1])
		least := 0.95
		if lang == "ps" {
			least = 0.98
		}
		if n.share(lang) < least || n[lang][1] < 100 {
			t.Errorf("%s: %d of %d right, want %.0f %% of at least 100", lang, n[lang][0], n[lang][1], 100*least)
		}
	}
	if n.share("roman") < 0.95 || n.share("not roman") < 0.995 {
		t.Errorf("of texts called Roman Urdu %.3f are, of English ones %.3f are not called so", n.share("roman"), n.share("not roman"))
	}
}

func TestIdentifyCorpus(t *testing.T) {
	n := judge(t, corpusLines(t))
	for _, c := range []struct {
		key   string
		least float64
	}{{"long", 0.99}, {"headline", 0.95}, {"ps", 0.98}, {"ur-Latn", 0.90}, {"roman", 0.90}, {"not roman", 0.995}, {"taken", 0.97}} {
		t.Logf("%s: %.4f of %d", c.key, n.share(c.key), n[c.key][1])
		if n.share(c.key) < c.least {
			t.Errorf("%s: %.4f, want %.4f", c.key, n.share(c.key), c.least)
		}
	}
}

// TestIdentifyNearLanguages reads languages that share a script with ours.
func TestIdentifyNearLanguages(t *testing.T) {
	right, lines := 0, rows(t, "testdata/near.tsv")
	for _, row := range lines {
		want, s, _ := strings.Cut(row, "\t")
		got := Identify(s)
		if got.Code == want {
			right++
			continue
		}
		t.Logf("%s taken for %v: %s", want, got, s)
		if got.Score >= 0.5 {
			t.Errorf("%s taken for %v for sure: %s", want, got, s)
		}
	}
	if right*100 < 93*len(lines) {
		t.Errorf("%d of %d right", right, len(lines))
	}
}

func TestIdentifyDari(t *testing.T) {
	n := tally{}
	for _, l := range ownLines(t) {
		if l.lang == "fa" || l.lang == "prs" {
			n.add(Identify(l.text).Variant == strings.TrimPrefix(l.lang, "fa"), l.lang)
		}
	}
	if n.share("prs") < 0.8 || n.share("fa") < 0.97 {
		t.Errorf("Dari known %.2f of the time, Iranian Persian left alone %.2f", n.share("prs"), n.share("fa"))
	}
}

func TestIdentifyHintsOnlyTip(t *testing.T) {
	for _, c := range []struct {
		text string
		hint string
		want string
	}{
		{"Officials said the border would stay closed until the talks resume.", "ur", "en"},
		{"سرحد کی بندش سے تاجروں کو بھاری نقصان ہوا ہے۔", "en-GB", "ur"},
		{"د تورخم لاره بیا د سوداګرو پر مخ وتړل شوه.", "fa", "ps"},
		{"حامد کرزی", "ps", "ps"},
		{"حامد کرزی", "fa-IR", "fa"},
		{"Asif Ali Zardari", "ur-PK", "ur-Latn"},
	} {
		if got := Identify(c.text, c.hint); got.Code != c.want {
			t.Errorf("%q declared as %s: %v, want %s", c.text, c.hint, got, c.want)
		}
	}
	if got := Identify("حامد کرزی"); got.Score > 0.9 {
		t.Errorf("a name alone is %v", got)
	}
	if got := Identify("وزیر گفت که راه باز است", "prs"); got.Variant != "prs" {
		t.Errorf("declared as Dari: %v", got)
	}
}

// TestIdentifyKeyboards reads Persian and Urdu typed on an Arabic keyboard, and text in
// presentation forms.
func TestIdentifyKeyboards(t *testing.T) {
	arabicKeyboard := strings.NewReplacer("ی", "ي", "ک", "ك", "ہ", "ه", "ھ", "ه")
	n := tally{}
	for _, l := range ownLines(t) {
		if l.lang == "fa" || l.lang == "ur" || l.lang == "ps" {
			n.add(Identify(arabicKeyboard.Replace(l.text)).Code == l.lang, l.lang)
		}
	}
	for lang, c := range n {
		t.Logf("%s typed with Arabic kaf, yeh and heh: %d of %d", lang, c[0], c[1])
		if n.share(lang) < 0.9 {
			t.Errorf("%s: %d of %d", lang, c[0], c[1])
		}
	}
	if got := Identify("ﻗﺎﻝ ﺍﻟﻤﺘﺤﺪﺙ ﺇﻥ ﺍﻟﻤﻌﺒﺮ ﻣﻐﻠﻖ"); got.Code != "ar" {
		t.Errorf("presentation forms are %v", got)
	}
}

func TestPassages(t *testing.T) {
	english := "The ministry published its statement in two languages on Monday evening.\n"
	urdu := "وزارت نے پیر کی شام دو زبانوں میں اپنا بیان جاری کیا ہے۔\n"
	pashto := "وزارت د دوشنبې په ماښام خپله اعلامیه په دوو ژبو خپره کړه."
	s := english + "\n" + english + urdu + "3.\n" + urdu + pashto
	var got []string
	at := 0
	for _, p := range Passages(s) {
		if p.Start != at || p.End <= p.Start {
			t.Errorf("a passage from %d to %d after %d", p.Start, p.End, at)
		}
		at = p.End
		got = append(got, p.Lang.Code)
	}
	if at != utf8.RuneCountInString(s) || strings.Join(got, " ") != "en ur ps" {
		t.Errorf("passages %v to %d of %d", got, at, utf8.RuneCountInString(s))
	}
	if got := Passages(""); len(got) > 1 {
		t.Errorf("an empty text has passages %v", got)
	}
}

func FuzzIdentify(f *testing.F) {
	for i, l := range ownLines(f) {
		if i%50 == 0 {
			f.Add(l.text, l.lang)
		}
	}
	f.Fuzz(func(t *testing.T, s, hint string) {
		got := Identify(s, hint)
		if !(got.Score >= 0 && got.Score <= 1) || got.Code == "" {
			t.Errorf("Identify(%q) = %v", s, got)
		}
		end := 0
		for _, p := range Passages(s, hint) {
			if p.Start != end {
				t.Errorf("passages of %q: a gap at %d", s, end)
			}
			end = p.End
		}
		if end != utf8.RuneCountInString(s) {
			t.Errorf("passages of %q end at %d", s, end)
		}
	})
}
