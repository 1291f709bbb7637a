package claim

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// mentioned finds names in a text, for tests without a taxonomy.
func mentioned(field, s string, names map[string]string) []Mention {
	mentions := []Mention{}
	for name, concept := range names {
		kind, id, _ := strings.Cut(concept, ":")
		for at := 0; ; {
			i := strings.Index(s[at:], name)
			if i < 0 {
				break
			}
			start := len([]rune(s[:at+i]))
			mentions = append(mentions, Mention{Concept: id, Kind: kind, Field: field, Start: start, End: start + len([]rune(name))})
			at += i + len(name)
		}
	}
	return mentions
}

var names = map[string]string{
	"Border Ministry": "entity:ministry", "Ministry": "entity:any-ministry", "Upland": "place:upland", "Lowland": "place:lowland",
	"Reed Front": "entity:reed-front", "soldiers": "concept:soldier", "raid": "concept:attack", "pass": "concept:pass",
}

func TestWhoseClaimAndWhatAbout(t *testing.T) {
	const s = "The Border Ministry said that the Reed Front held the pass in Upland. It denied that soldiers left Lowland."
	claims := Extract("", s, news.Lang{Code: "en"}, mentioned("text", s, names))
	if len(claims) != 2 {
		t.Fatalf("%d claims: %+v", len(claims), claims)
	}
	for i, want := range []struct {
		act, who, id, target string
		about                []string
	}{
		{"asserts", "The Border Ministry", "ministry", "Reed Front", []string{"reed-front", "pass", "upland"}},
		{"denies", "It", "ministry", "Lowland", []string{"soldier", "lowland"}},
	} {
		c := claims[i]
		if c.Act != want.act || str(c.Claimant) != want.who || c.ClaimantID != want.id || str(c.Target) != want.target {
			t.Errorf("%s by %s (%s) on %s, want %+v", c.Act, str(c.Claimant), c.ClaimantID, str(c.Target), want)
		}
		if diff := cmp.Diff(want.about, c.About); diff != "" {
			t.Errorf("about: %s", diff)
		}
	}
}

func TestWhichClaimsAreKept(t *testing.T) {
	for _, c := range []struct {
		name, title, body string
		want              []string
	}{
		{"a plain assertion names two things", "", "The Border Ministry said that the pass was cold. The Border Ministry said that the pass to Upland was cold.",
			[]string{"the pass to Upland was cold"}},
		{"a denial one", "", "The Border Ministry denied that the pass was cold.", []string{"the pass was cold"}},
		{"none is too few", "", "The Border Ministry denied that the tea was cold.", nil},
		{"the headline that the body repeats is left out", "Raid in Upland killed soldiers: Border Ministry",
			"The Border Ministry said that the raid in Upland killed three soldiers.", []string{"the raid in Upland killed three soldiers"}},
		{"a further assertion must be news", "", "The Border Ministry said that the raid reached Upland. The Border Ministry said that Upland saw the raid end.",
			[]string{"the raid reached Upland"}},
		{"another claimant may say the same", "", "The Border Ministry said that the raid reached Upland. The Reed Front said that Upland saw the raid end.",
			[]string{"the raid reached Upland", "Upland saw the raid end"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			mentions := append(mentioned("text", c.body, names), mentioned("title", c.title, names)...)
			slices.SortFunc(mentions, func(a, b Mention) int { return strings.Compare(a.Concept, b.Concept) }) // any order will do
			var got []string
			for _, claim := range Extract(c.title, c.body, news.Lang{Code: "en"}, mentions) {
				got = append(got, claim.Text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSpeakerOneClauseAway(t *testing.T) {
	for _, c := range []struct{ lang, in, who, last string }{
		{"en", "The governor said the road was open. “Nobody was turned back at the gate today.”", "The governor", "Nobody was turned back at the gate today"},
		{"ur", "گورنر نے کہا کہ سڑک کھلی ہے۔ ”آج دروازے سے کسی کو واپس نہیں بھیجا گیا۔“", "گورنر", "آج دروازے سے کسی کو واپس نہیں بھیجا گیا"},
		{"fa", "والی گفت که راه باز است. «امروز کسی از دروازه پس فرستاده نشد.»", "والی", "امروز کسی از دروازه پس فرستاده نشد"},
	} {
		claims := Extract("", c.in, news.Lang{Code: c.lang}, nil)
		if len(claims) != 2 || str(claims[1].Claimant) != c.who || claims[1].Text != c.last {
			t.Errorf("%s: %+v", c.in, claims)
		}
	}
	in := "Snow fell. “Nobody was turned back at the gate today.”"
	if claims := Extract("", in, news.Lang{Code: "en"}, nil); len(claims) != 0 {
		t.Errorf("a quotation of nobody: %+v", claims)
	}
}

func TestNoClaimWithoutALexicon(t *testing.T) {
	for _, lang := range []string{"", "xx", "ar"} {
		if claims := Extract("A: b", "Nobody said that we could read this.", news.Lang{Code: lang}, nil); len(claims) != 0 {
			t.Errorf("%q: %+v", lang, claims)
		}
	}
	if claims := Extract("", "", news.Lang{Code: "en"}, nil); len(claims) != 0 {
		t.Errorf("of nothing: %+v", claims)
	}
}

func TestLexiconMistakes(t *testing.T) {
	for line, want := range map[string]string{
		"no colon here":             "no colon",
		"colour: red":               "no class, frame or act",
		"after shouts: said":        "no class, frame or act",
		"after asserts: (said|says": "do not match",
		"after asserts: said)":      "do not match",
		"after asserts: said [that": "do not match",
		"head: two-words":           "not one word",
	} {
		l := newLexicon("en")
		if err := l.line(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
	l := newLexicon("en")
	if err := l.line("after asserts: has (said|stated) [that]"); err != nil {
		t.Fatal(err)
	}
	if err := l.line("after denies: has said"); err == nil {
		t.Error("one phrase was taken for two acts")
	}
}
