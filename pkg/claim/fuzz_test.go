package claim

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// sound checks what holds of the claims of any text: offsets in range, and the text at
// the offsets of content and claimant.
func sound(t *testing.T, title, body string, claims []news.Claim) {
	t.Helper()
	fields := map[string][]rune{"": []rune(body), "title": []rune(title)}
	for _, c := range claims {
		s := fields[c.Field]
		if c.Start < 0 || c.Start >= c.End || c.End > len(s) {
			t.Fatalf("content at %d–%d of %d", c.Start, c.End, len(s))
		}
		if got := string(s[c.Start:c.End]); got != c.Text {
			t.Fatalf("content %q is %q at its offsets", c.Text, got)
		}
		if c.Claimant != nil && (c.ClaimantStart < 0 || c.ClaimantEnd > len(s) || string(s[c.ClaimantStart:c.ClaimantEnd]) != *c.Claimant) {
			t.Fatalf("claimant %q is not at %d–%d", *c.Claimant, c.ClaimantStart, c.ClaimantEnd)
		}
		if c.Act == "" || c.About == nil {
			t.Fatalf("no act or a null list in %+v", c)
		}
	}
}

func FuzzExtract(f *testing.F) {
	for code := range tables() {
		b, err := os.ReadFile(filepath.Join("testdata", code+".txt"))
		if err != nil {
			f.Fatal(err)
		}
		for _, x := range fixtures(string(b)) {
			f.Add(x.sentence, x.sentence+"\n"+x.sentence, code)
		}
	}
	f.Add("", "ا\u200cنے\u064bکہا\x00کہ “” \xff ‘؟' said that \"", "ur")
	f.Fuzz(func(t *testing.T, title, body, code string) {
		for _, s := range []string{title, body} {
			if len(s) > 1<<14 {
				t.Skip("longer texts have a test of their own")
			}
		}
		sound(t, title, body, Extract(title, body, news.Lang{Code: code}, everything(title, body)))
		sound(t, title, body, Extract(title, body, news.Lang{Code: code}, nil))
	})
}

// everything mentions every other word, as an entity, a place or a concept.
func everything(title, body string) []Mention {
	mentions := []Mention{}
	kinds := []string{"entity", "place", "concept"}
	for field, s := range map[string]string{"title": title, "text": body} {
		for i, t := range text.Tokens(s) {
			if i%2 == 0 {
				mentions = append(mentions, Mention{Concept: t.Term, Kind: kinds[i%3], Field: field, Start: t.Start, End: t.End})
			}
		}
	}
	return mentions
}

// TestHostileTexts reads what no writer wrote. A million of anything is read in a few
// seconds, or the test runs out of time.
func TestHostileTexts(t *testing.T) {
	million := 1 << 20
	for name, s := range map[string]string{
		"one word":      strings.Repeat("گفت", million/2),
		"one cue":       strings.Repeat("said ", million/5),
		"cue and comma": strings.Repeat("نے کہا کہ، ", million/18),
		"marks":         "نے" + strings.Repeat("\u064b", million/2) + " کہا کہ یہ تو ہے",
		"quotes":        strings.Repeat("“ ‘ \" ", million/9),
		"open quotes":   strings.Repeat("“a b c d ", million/10),
		"nested":        strings.Repeat("X said that ", million/12),
		"no word":       strings.Repeat("…,:;!?", million/6),
		"not UTF-8":     strings.Repeat("\xff said that \xc3 the post fell. ", million/29),
		"lines":         strings.Repeat("\n", million),
		"null bytes":    strings.Repeat("\x00", million),
		"denials":       strings.Repeat("The army denied that the army denied that ", million/44),
	} {
		t.Run(name, func(t *testing.T) {
			for code := range tables() {
				claims := Extract(s, s, news.Lang{Code: code}, nil)
				if len(claims) > 2*maxClaims {
					t.Errorf("%s: %d claims", code, len(claims))
				}
				if utf8.ValidString(s) {
					sound(t, s, s, claims)
				}
			}
		})
	}
}

func BenchmarkExtract(b *testing.B) {
	for _, code := range []string{"en", "ur", "ps", "fa", "hi", "ur-Latn"} {
		b.Run(code, func(b *testing.B) {
			file, err := os.ReadFile(filepath.Join("testdata", code+".txt"))
			if err != nil {
				b.Fatal(err)
			}
			var page strings.Builder
			for _, f := range fixtures(string(file)) {
				page.WriteString(f.sentence + " ")
			}
			s := page.String()
			mentions := everything("", s)
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				Extract("", s, news.Lang{Code: code}, mentions)
			}
		})
	}
}
