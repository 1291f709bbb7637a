package elastic

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

// analysed answers the terms that the cluster makes of a text, with their positions.
func analysed(t *testing.T, s *Store, name, textField string) []text.Token {
	t.Helper()
	var answer struct {
		Tokens []struct {
			Token    string `json:"token"`
			Position int    `json:"position"`
		} `json:"tokens"`
	}
	if err := s.ask(t.Context(), http.MethodPost, "/"+name+"/_analyze", object{"field": "text", "text": textField}, &answer); err != nil {
		t.Fatal(err)
	}
	tokens := []text.Token{}
	for _, a := range answer.Tokens {
		tokens = append(tokens, text.Token{Term: a.Token, Pos: a.Position})
	}
	return tokens
}

// compare checks that the cluster and package text cut a text into the same words.
func compare(t *testing.T, s *Store, name, label, sample string) {
	t.Helper()
	want := []text.Token{}
	for _, token := range text.Tokens(sample) {
		want = append(want, text.Token{Term: token.Term, Pos: token.Pos})
	}
	got := analysed(t, s, name, sample)
	for i := range max(len(want), len(got)) {
		if i < len(want) && i < len(got) && want[i] == got[i] {
			continue
		}
		lo := max(0, i-2)
		t.Errorf("%s: word %d: (-Go +Elasticsearch)\n%s", label, i, cmp.Diff(want[lo:min(len(want), i+3)], got[lo:min(len(got), i+3)]))
		return
	}
}

// monthIndex makes an index to analyse with.
func monthIndex(t *testing.T, s *Store) string {
	t.Helper()
	month := s.month("2026.11")
	if err := s.ensure(t.Context(), month); err != nil {
		t.Fatal(err)
	}
	return month
}

func TestWordsAreThoseOfPackageText(t *testing.T) {
	s := cluster(t)
	name := monthIndex(t, s)
	for _, sample := range []string{
		"", " ", "TTP’s claim", "#تحریک_طالبان کابل:طالبان", "تحریکِ طالبان پاکستان", "می‌گویند کتاب‌های نشده‌ است", "ﻃﺎﻟﺒﺎﻥ ﷲ ﷺ ﻻ",
		"كابل کابل ڪابل ىی ي ې ۍ ئ", "١٢٣ ۱۲۳ १२३ 123", "क़ब्ज़े क़ब्ज़े ख़बर फ़िलहाल", "U.N. I·S·K·P e.g. 4.5 1,200 10:30", "it's its’ don't",
		"tehrik-e-taliban co‑operation a–b", "İstanbul Straße ΣΊΣΥΦΟΣ ǅungla ﬁn", "a\u200Fb \u202Bمتن\u202C \uFEFFx", "😀 text😀text 👨‍👩‍👧 ☎", "漢字かなカナ 한국어 ไทย",
		"x\u0301\u0327 é é", "a\u0000b", "ـــتطویلــ", "http://example.com/a_b?c=d", "Х̌ Ҷ ў Тоҷикистон Хуҷанд", "ئۇيغۇر كوردی سنڌي ڄ ڏ", "\u06DD\u0600 ۝ ۞", "१२३४ ॥ ।",
		strings.Repeat("x", 254) + " " + strings.Repeat("y", 255) + " " + strings.Repeat("z", 256) + " " + strings.Repeat("w", 600), strings.Repeat("ا", 700), strings.Repeat("𞤀", 300),
		"\U0001F1E6\U0001F1EB flag", "1st 2nd G20 F-16 AK47 $500 50%", "ﷻ رحمٰن اللّٰہ", "ہ ھ ه ة ۀ ۂ ۃ", "ٲ ٳ أ إ آ ا ٱ", "گ ګ ڬ ك ک", "a\u00ADb c\u2060d e\u034Ff",
	} {
		compare(t, s, name, sample, sample)
	}
}

// TestWordsOfAllLetters analyses every assigned character between letters, in chunks.
func TestWordsOfAllLetters(t *testing.T) {
	s := cluster(t)
	name := monthIndex(t, s)
	for _, block := range [][2]rune{{0x20, 0x600}, {0x600, 0x900}, {0x900, 0xE00}, {0x1E00, 0x2100}, {0x2C00, 0x2E00}, {0xA640, 0xA800}, {0xFB00, 0xFF00}} {
		for _, around := range []string{"a", "ب", "क", " "} {
			for at := block[0]; at < block[1]; at += 0x100 {
				var b strings.Builder
				for r := at; r < min(at+0x100, block[1]); r++ {
					b.WriteString(around + string(r) + around + " ")
				}
				compare(t, s, name, "from "+string(at)+" between "+around, b.String())
			}
		}
	}
}

func TestWordsOfTheCorpus(t *testing.T) {
	corpus := os.Getenv("SARHAD_CORPUS")
	if corpus == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("SARHAD_CORPUS is not set")
		}
		t.Skip("SARHAD_CORPUS is not set: it names a folder of real texts")
	}
	s := cluster(t)
	name := monthIndex(t, s)
	checked := 0
	for _, folder := range []string{"langid", "ontopic", "neardup"} {
		err := filepath.WalkDir(filepath.Join(corpus, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil || !utf8.Valid(b) {
				return err
			}
			for chunk := range chunks(string(b)) {
				compare(t, s, name, filepath.Base(path), chunk)
				checked += len(chunk)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d bytes of the corpus compared", checked)
	if checked < 1<<19 {
		t.Errorf("the corpus holds %d bytes only", checked)
	}
}

// chunks cuts a text at ends of lines into pieces the cluster analyses at once.
func chunks(s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		var b strings.Builder
		for line := range strings.Lines(s) {
			if b.Len()+len(line) > 30_000 && b.Len() > 0 {
				if !yield(b.String()) {
					return
				}
				b.Reset()
			}
			b.WriteString(line)
		}
		if b.Len() > 0 {
			yield(b.String())
		}
	}
}
