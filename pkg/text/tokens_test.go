package text

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []Token
	}{
		{"possessive", "TTP’s men", []Token{{"ttp", 0, 3, 0}, {"s", 4, 5, 1}, {"men", 6, 9, 2}}},
		{"hashtag", "#تحریک_طالبان", []Token{{"تحریک", 1, 6, 0}, {"طالبان", 7, 13, 1}}},
		{"colon", "کابل:طالبان", []Token{{"کابل", 0, 4, 0}, {"طالبان", 5, 11, 1}}},
		{"guillemets and the Urdu stop", "«واخان»۔", []Token{{"واخان", 1, 6, 0}}},
		{"danda", "तालिबान।", []Token{{"तालिबान", 0, 7, 0}}},
		{"a mark that is dropped belongs to its letter", "تحریکِ x", []Token{{"تحریک", 0, 6, 0}, {"x", 7, 8, 1}}},
		{"izafat over heh", "خانهٔ ما", []Token{{"خانه", 0, 5, 0}, {"ما", 6, 8, 1}}},
		{"a ligature of four words", "ﷺ", []Token{{"صلی", 0, 1, 0}, {"الله", 0, 1, 1}, {"علیه", 0, 1, 2}, {"وسلم", 0, 1, 3}}},
		{"yeh and hamza are one letter", "قاي\u0654د", []Token{{"قائد", 0, 5, 0}}},
		{"joiner", "می‌شود", []Token{{"میشود", 0, 6, 0}}},
		{"mark before any letter", "\u064Eab", []Token{{"ab", 1, 3, 0}}},
		{"marks around", "\u200Fab\u200F", []Token{{"ab", 1, 3, 0}}},
		{"length-changing case", "STRAẞE İzmir ȺB", []Token{{"strasse", 0, 6, 0}, {"izmir", 7, 12, 1}, {"ⱥb", 13, 15, 2}}},
		{"thousands", "1,200 ۱٬۲۰۰ 1.5", []Token{{"1,200", 0, 5, 0}, {"1,200", 6, 11, 1}, {"1", 12, 13, 2}, {"5", 14, 15, 3}}},
		{"comma after a number", "in 2021, and", []Token{{"in", 0, 2, 0}, {"2021", 3, 7, 1}, {"and", 9, 12, 2}}},
		{"emoji", "Kabul🇦🇫😀x1️⃣", []Token{{"kabul", 0, 5, 0}, {"x1", 8, 12, 1}}},
		{"Chinese", "瓦罕走廊", []Token{{"瓦", 0, 1, 0}, {"罕", 1, 2, 1}, {"走", 2, 3, 2}, {"廊", 3, 4, 3}}},
		{"Japanese", "アフガンの道", []Token{{"アフガン", 0, 4, 0}, {"の", 4, 5, 1}, {"道", 5, 6, 2}}},
		{"Thai", "ชายแดน 5", []Token{{"ชายแดน", 0, 6, 0}, {"5", 7, 8, 1}}},
		{"bytes that are not UTF-8", "a\xFFb\xC3", []Token{{"a", 0, 1, 0}, {"b", 2, 3, 1}}},
		{"null bytes and controls", "a\x00b\x07\x1B[c", []Token{{"a", 0, 1, 0}, {"b", 2, 3, 1}, {"c", 6, 7, 2}}},
		{"a surrogate in UTF-8", "a\xED\xA0\x80b", []Token{{"a", 0, 1, 0}, {"b", 4, 5, 1}}},
		{"mixed directions", "\u202Bکابل Kabul\u202C", []Token{{"کابل", 1, 5, 0}, {"kabul", 6, 11, 1}}},
		{"letters younger than the tokenizer", "a\U0001E900b", []Token{{"a\U0001E922b", 0, 3, 0}}},
		{"nothing", " .,;!؟،۔", nil},
		{"empty", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Tokens(c.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLongWordsAreCut(t *testing.T) {
	for _, c := range []struct {
		name, in string
		lengths  []int
	}{
		{"at the limit", strings.Repeat("a", 255), []int{255}},
		{"one more", strings.Repeat("a", 256), []int{255, 1}},
		{"of two units each", strings.Repeat("\U00010428", 300), []int{127, 127, 46}},
		{"before a separator", strings.Repeat("1,", 200), []int{255, 143}},
		{"marks at a cut are lost", "a" + strings.Repeat("\u0900", 600) + "b", []int{255, 1}},
		{"Thai", strings.Repeat("ก", 600), []int{255, 255, 90}},
	} {
		var lengths []int
		for _, tok := range Tokens(c.in) {
			lengths = append(lengths, utf8.RuneCountInString(tok.Term))
		}
		if diff := cmp.Diff(c.lengths, lengths); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// TestBadInputIsBounded reads what has made other tokenizers quadratic.
func TestBadInputIsBounded(t *testing.T) {
	for name, s := range map[string]string{
		"one word":         strings.Repeat("کابل", 10<<20/8),
		"combining marks":  "a" + strings.Repeat("\u0301", 1<<20),
		"vowel signs":      "क" + strings.Repeat("\u0903", 1<<20),
		"tatweel":          strings.Repeat("ـ", 1<<20),
		"ideographs":       strings.Repeat("国", 1<<20),
		"digits, commas":   strings.Repeat("1,", 1<<20),
		"commas":           "1" + strings.Repeat(",", 1<<20),
		"Hebrew":           strings.Repeat("א,", 1<<20),
		"katakana, signs":  strings.Repeat("ア;", 1<<20),
		"Thai marks":       "," + strings.Repeat("\u0E31", 1<<20),
		"zeros":            strings.Repeat("\x00", 1<<20),
		"not UTF-8":        strings.Repeat("\xFF", 1<<20),
		"ligatures":        strings.Repeat("ﷺ", 1<<18),
		"pairs":            strings.Repeat("ي\u0654", 1<<20),
		"emoji and joiner": strings.Repeat("👩\u200D", 1<<19),
		"directions":       strings.Repeat("\u202Ea\u202C", 1<<19),
	} {
		n := utf8.RuneCountInString(s)
		for _, tok := range Tokens(s) {
			if tok.Start < 0 || tok.End > n || tok.Start >= tok.End {
				t.Fatalf("%s: token %d to %d of %d", name, tok.Start, tok.End, n)
			}
		}
		Identify(s)
	}
}

func TestAnalyzerAllocatesNothing(t *testing.T) {
	s := page(4000) + " 1,200 瓦罕 ชายแดน"
	var a Analyzer
	a.Tokens(s)
	if n := testing.AllocsPerRun(20, func() { a.Tokens(s) }); n > 0 {
		t.Errorf("%v allocations a text", n)
	}
}

func TestAnalyzerForgetsTheTextBefore(t *testing.T) {
	var a Analyzer
	for _, s := range []string{page(4000), "short", "1,2 瓦", "", "کابل"} {
		if diff := cmp.Diff(Tokens(s), append([]Token(nil), a.Tokens(s)...)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestCharFilter(t *testing.T) {
	rules := CharFilter()
	has := map[string]bool{}
	for _, r := range rules {
		from, _, ok := strings.Cut(r, " => ")
		if !ok || from == "" || has[from] {
			t.Errorf("rule %q", r)
		}
		has[from] = true
	}
	for _, want := range []string{`\u0643 => \u06A9`, `\u200C => `, `\u005F => \u0020`, `\uD83D => \u0020`, `\u0649\u0654 => \u0626`, `\uFEFB => \u0644\u0627`, `\u0966 => \u0030`} {
		if !has[strings.SplitN(want, " => ", 2)[0]] || !strings.Contains(strings.Join(rules, "\n")+"\n", want+"\n") {
			t.Errorf("no rule %q", want)
		}
	}
	if has[`\u0041`] {
		t.Error("the capital A has a rule; lower case is the lowercase filter's")
	}
}

// FuzzTokens checks that folding is idempotent, that offsets are in order and in range,
// and that each token's stretch of the text folds to its term.
func FuzzTokens(f *testing.F) {
	for _, s := range []string{
		"TTP’s #تحریک_طالبان", "قاي\u0654د ﷺ خانهٔ", "1,2,3 ٫ ١٬٢", "क\u094Dष \u0E01\u0E31", "İẞſK\u0301", "a\xFF\xEDb", "瓦罕アイ가나", "א\"ב'ג", "й\u0306и\u0306",
		"\u0654\u0653", "👩\u200D👩\uFE0F\u20E3", strings.Repeat("a,", 300),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		if !utf8.ValidString(folded) {
			t.Fatalf("Fold(%q) = %q, which is not UTF-8", s, folded)
		}
		if again := Fold(folded); again != folded {
			t.Fatalf("Fold(%q) = %q, and folded again %q", s, folded, again)
		}
		tokens := Tokens(s)
		n, last := utf8.RuneCountInString(s), Token{Pos: -1}
		for _, tok := range tokens {
			if tok.Start < last.Start || tok.End < last.End || tok.Start >= tok.End || tok.End > n || tok.Pos != last.Pos+1 {
				t.Fatalf("token %+v after %+v of %q", tok, last, s)
			}
			if got := Fold(Runes(s, tok.Start, tok.End)); !strings.Contains(got, tok.Term) {
				t.Fatalf("token %+v of %q stands where %q does", tok, s, got)
			}
			if again := Fold(tok.Term); again != tok.Term {
				t.Fatalf("the term %q of %q folds to %q", tok.Term, s, again)
			}
			last = tok
		}
		twice := Tokens(folded)
		for i := range twice {
			if len(twice) != len(tokens) || twice[i].Term != tokens[i].Term {
				t.Fatalf("%q has tokens %v, folded %v", s, tokens, twice)
			}
		}
	})
}

// FuzzShortcut checks the runs that the Analyzer cuts itself against the segmenter.
func FuzzShortcut(f *testing.F) {
	f.Add("a 1,2 ;b-c", "ـ")
	f.Add("क\u0903\u094D x", "\u0301")
	f.Add("כ\"ב \u0E01", ",")
	f.Fuzz(func(t *testing.T, s, sep string) {
		s = strings.Join(strings.Split(s, " "), sep)
		var c cutter
		folded := c.fold(folding(), nil, s, 0)
		want := c.cut(string(folded), nil)
		if diff := cmp.Diff(want, append([]Token(nil), Tokens(s)...), cmp.Comparer(sameToken)); diff != "" {
			t.Errorf("%q: %s", s, diff)
		}
	})
}

func sameToken(a, b Token) bool { return a == b }

// TestTokensAreElasticsearchs replays what the analyzer that CharFilter describes made
// of random text of all scripts in Elasticsearch 8.19 (Lucene 9.12): text and terms in
// UTF-16 escapes. The conformance tests of the index ask a live server.
func TestTokensAreElasticsearchs(t *testing.T) {
	unescape := func(s string) string {
		var out string
		if err := json.Unmarshal([]byte(`"`+strings.ReplaceAll(s, `"`, `\"`)+`"`), &out); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		return out
	}
	for _, row := range rows(t, "testdata/standard.tsv") {
		in, want, _ := strings.Cut(row, "\t")
		in = unescape(in)
		var terms []string
		for _, tok := range Tokens(in) {
			terms = append(terms, tok.Term)
		}
		if got := strings.Join(terms, " "); got != unescape(want) {
			t.Errorf("%+q: terms %+q, Elasticsearch has %+q", in, got, unescape(want))
		}
	}
}
