package query

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

var now = time.Date(2026, 11, 15, 10, 0, 0, 0, time.UTC)

// spellings is a Names of one entity.
type spellings struct{}

func (spellings) Spellings(terms []string) (string, [][]string) {
	all := [][]string{{"ttp"}, fold("Pakistani Taliban"), fold("تحریک طالبان پاکستان"), fold("ٹی ٹی پی")}
	if slices.ContainsFunc(all, func(s []string) bool { return slices.Equal(s, terms) }) {
		return "ttp", all
	}
	return "", nil
}

func ptr(s string) *string { return &s }

func fixture() *news.Item {
	return &news.Item{
		ID: "0123456789abcdef0123456789abcdef", Rev: 2, Source: "border-post", Country: "PK", Affiliation: "independent", Kind: "newspaper", Owner: "hill-press",
		Carriers: []news.Carrier{{Source: "border-post"}, {Source: "Second-Post"}},
		URL:      "https://www.Border-Post.example/news/1?utm_source=x",
		Title:    "Torkham reopens: TTP's claim denied",
		Summary:  "Lorries move again",
		Text: "The crossing at Torkham opened after nine days.\n\nA spokesman for the Pakistani Taliban said nothing.\n\n" +
			"طورخم سرحد کھل گئی اور تحریکِ طالبان کا دعویٰ مسترد",
		Published: time.Date(2026, 11, 10, 20, 30, 0, 0, time.UTC), FirstSeen: time.Date(2026, 11, 10, 21, 0, 0, 0, time.UTC),
		Lang: news.Lang{Code: "fa", Variant: "prs"},
		Tags: []news.Tag{
			{ID: "ttp", Kind: "entity", Evidence: []news.Evidence{{Field: "title", Start: 17, End: 20, Register: "official"}}},
			{ID: "afpak-border", Kind: "topic"}, {ID: "torkham", Kind: "place"},
		},
		Claims: []news.Claim{
			{Act: "asserts", Field: "text", Text: "the crossing was seized by fighters", Start: 4, End: 12, Claimant: ptr("the group"), ClaimantID: "ttp"},
			{Act: "denies", Field: "text", Text: "the crossing was seized", Start: 20, End: 30, Claimant: ptr("an official of the foreign ministry"), About: []string{"torkham"}},
		},
		Copy:  &news.Copy{Cluster: "c1", Role: "original"},
		Story: "s1", Captures: []news.Capture{{}}, Flags: []string{"page-failed"},
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		query string
		want  bool
	}{
		{"", true},
		{"torkham", true}, {"TORKHAM nine", true}, {"torkham ten", false}, {"ten OR nine", true},
		{"torkham -nine", false}, {"torkham NOT ten", true}, {"-ten", true}, {"--nine", true}, {"NOT NOT ten", false},
		{"torkham AND (ten OR days)", true}, {"torkham ten OR days", true}, {"torkham (ten OR eleven)", false},
		{`"nine days"`, true}, {`"days nine"`, false}, {`"reopens TTP"`, true}, {`“nine days”`, true}, {`«nine days»`, true},
		{"nine-days", true}, {"days-nine", false}, {`"reopens lorries"`, false},
		{"طورخم", true}, {"طورخم سرحد", true}, {`"تحریک طالبان"`, true}, {`"تحريك طالبان"`, true},
		{"lorries", true}, {"title:lorries", false}, {"summary:lorries", true}, {"text:torkham", true}, {"title:(torkham claim)", true},
		{"title:(torkham crossing)", false}, {"title:(crossing OR claim)", true}, {`title:"torkham reopens"`, true}, {"title:tork*", true},
		{"tork*", true}, {"rkham*", false}, {"طور*", true},
		{`"opened crossing"~2`, true}, {`"opened crossing"~1`, false}, {`"crossing days nine"~5`, true}, {`"days nine crossing opened"~2`, false}, {`"days nine crossing opened"~۲`, false},
		{`"days nine crossing opened"~۳`, true},
		{`"the the"~20`, true}, {`"the the the"~20`, false}, {`"torkham torkham"~50`, false},
		{`near(2, opened, crossing)`, true}, {`near(1, opened, crossing)`, false}, {`near(1, "nine days", opened)`, true},
		{`near(3, TTP, spokesman)`, true}, {`near(3, =TTP, spokesman)`, false}, {`near(1, TTP, spokesman)`, false}, {`near(2, TTP, spokesman)`, true},
		{`near(2, (closed OR opened), crossing)`, true}, {`near(0, "pakistani taliban", taliban)`, false}, {`near(3، opened، crossing)`, true},
		{"=TTP", true}, {`"ٹی ٹی پی"`, true}, {`="ٹی ٹی پی"`, false}, {"text:TTP", true}, {"text:=TTP", false},
		{"source:border-post", true}, {"source:second-post", true}, {"source:BORDER-POST", true}, {"source:other", false}, {"source:(other, second-post)", true},
		{"source:other,second-post", true}, {"source:(other OR second-post)", true}, {`source:"border-post"`, true},
		{"country:pk", true}, {"country:(AF PK)", true}, {"country:AF", false}, {"-country:AF torkham", true},
		{"lang:fa", true}, {"lang:prs", true}, {"lang:ur", false}, {"lang:ur-latn", false}, {"affiliation:independent", true}, {"kind:newspaper", true}, {"owner:hill-press", true},
		{"tag:ttp", true}, {"entity:ttp", true}, {"entity:torkham", false}, {"place:torkham", true}, {"topic:afpak-border", true}, {"tag:afpak-border", true},
		{`entity:"pakistani taliban"`, true}, {"register:official", true}, {"register:pejorative", false}, {"narrative:any", false},
		{"story:s1", true}, {"copies:c1", true}, {"id:0123456789abcdef0123456789abcdef", true},
		{"url:https://www.border-post.example/news/1", true}, {"url:www.border-post.example/news/1", true}, {"url:border-post.example", true},
		{"url:www.border-post.example", true}, {"url:post.example", false}, {"url:https://www.border-post.example/news/1?utm_medium=y", true},
		{"has:archive", true}, {"has:media", false}, {"has:(media, claim)", true}, {"is:original", true}, {"is:copy", false}, {"is:revised", true}, {"flag:page-failed", true},
		{"published:2026-11-10", true}, {"published:2026-11-11", false}, {"published:2026-11", true}, {"published:2026", true}, {"published:2025", false},
		{"published:2026-11-09..2026-11-10", true}, {"published:..2026-11-10", true}, {"published:..2026-11-09", false}, {"published:2026-11-10..", true},
		{"published:2026-11-10T20:30", true}, {"published:2026-11-10T20:31", false}, {"published:2026-11-11T01:30+05:00", true},
		{"published:>2026-11-09", true}, {"published:>2026-11-10", false}, {"published:>=2026-11-10", true}, {"published:<2026-11-10", false}, {"published:<=2026-11-10", true},
		{"published:5d", true}, {"published:4d", false}, {"published:>4d", true}, {"published:>5d", false}, {"seen:>2h", true}, {"seen:<2h", false}, {"published:1w..4d", true},
		{"published:today", false}, {"published:yesterday", false}, {"published:۲۰۲۶-۱۱-۱۰", true}, {"published:..now", true},
		{"claim:seized", true}, {"claim:opened", false}, {`claim:"was seized"`, true}, {"claim:seiz*", true}, {`claim:"seized crossing"~1`, true},
		{"act:denies", true}, {"act:questions", false}, {"claimant:ministry", true}, {"claimant:ttp", true}, {`claimant:"Pakistani Taliban"`, true},
		{"act:asserts claimant:ttp", true}, {"act:denies claimant:ttp", false}, {"act:denies claimant:(ttp, ministry)", true}, {"act:denies -claimant:ttp", true},
		{"act:asserts -claimant:ttp", false}, {"-claimant:ttp", false}, {"-claimant:nobody", true}, {"torkham -act:questions", true}, {"torkham -act:denies", false},
		{"act:asserts -(act:denies claimant:ministry)", false}, {"act:asserts -(act:denies claimant:ttp)", true}, {"act:denies claim:fighters", false},
		{"act:asserts claim:fighters", true}, {"(act:denies OR act:questions) claimant:ministry", true}, {"(act:asserts OR act:questions) claimant:ministry", false},
		{"about:torkham act:denies", true}, {"about:torkham act:asserts", false}, {"act:denies OR lorries", true}, {"(act:denies claimant:ttp) OR lorries", true},
		{"claim:(seized fighters)", true}, {"claim:(seized -fighters) act:asserts", false}, {"claim:(seized -fighters)", true},
		{"near torkham", false}, {"The AND crossing", true}, {"or", false}, {"torkham\u200f OR\u200f ten", true},
	} {
		q, err := Parse(c.query, spellings{}, now)
		if err != nil {
			t.Errorf("%s: %v", c.query, err)
			continue
		}
		spans, got := q.Match(fixture())
		if got != c.want {
			t.Errorf("%s: matches %v, want %v; tree %#v", c.query, got, c.want, q.Root)
		}
		if holds := q.Holds(NewDocument(fixture())); holds != got {
			t.Errorf("%s: with spans %v, without %v", c.query, got, holds)
		}
		checkSpans(t, c.query, spans)
		again, err := Parse(q.String(), spellings{}, now)
		if err != nil {
			t.Errorf("%s: written as %s: %v", c.query, q.String(), err)
		} else if _, got := again.Match(fixture()); got != c.want {
			t.Errorf("%s: written as %s, it matches %v", c.query, q.String(), got)
		}
	}
}

func checkSpans(t *testing.T, query string, spans []news.Span) {
	t.Helper()
	for i, s := range spans {
		if s.Start < 0 || s.End <= s.Start || i > 0 && spans[i-1].Field == s.Field && spans[i-1].End > s.Start {
			t.Errorf("%s: spans %v", query, spans)
			return
		}
	}
}

func TestSpansAreTheWordsOfTheText(t *testing.T) {
	it := fixture()
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"torkham", []string{"title:Torkham", "text:Torkham"}},
		{"طورخم", []string{"text:طورخم"}},
		{"TTP", []string{"title:TTP", "text:Pakistani Taliban"}},
		{`"تحریک طالبان"`, []string{"text:تحریکِ طالبان"}},
		{`"crossing opened"~2`, []string{"text:crossing", "text:opened"}},
		{`near(2, TTP, spokesman)`, []string{"text:spokesman", "text:Pakistani Taliban"}},
		{"open*", []string{"text:opened"}},
		{"torkham -ten nine", []string{"title:Torkham", "text:Torkham", "text:nine"}},
		{"(torkham ten) OR nine", []string{"text:nine"}},
		{"tag:ttp", []string{"title:TTP"}},
		{"published:2026", nil},
	} {
		q, err := Parse(c.query, spellings{}, now)
		if err != nil {
			t.Fatal(err)
		}
		spans, _ := q.Match(it)
		var got []string
		for _, s := range spans {
			field := map[string]string{"title": it.Title, "summary": it.Summary, "text": it.Text}[s.Field]
			got = append(got, s.Field+":"+text.Runes(field, s.Start, s.End))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.query, diff)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	many := strings.Repeat("a OR ", 1999) + "a"
	values := "source:(" + strings.Repeat("a ", 2000) + ")"
	for _, c := range []struct {
		query string
		pos   int
		found string
		want  string
	}{
		{"(a", 2, "the end", "closing parenthesis"},
		{"a)", 1, `")"`, "opening parenthesis"},
		{"()", 1, `")"`, "a word"},
		{"a OR", 4, "the end", "a word"},
		{"OR a", 0, `"OR"`, "a word"},
		{"a AND", 2, `"AND"`, "each side"},
		{"AND a", 0, `"AND"`, "each side"},
		{"طورخم NOT", 9, "the end", "exclude"},
		{`a "b c`, 2, `"\"b"`, "quotation mark"},
		{`"a b"~`, 6, "the end", "a number"},
		{`"a b"~101`, 6, `"101"`, "from 0 to 100"},
		{`"a b"~99999`, 6, `"99999"`, "from 0 to 100"},
		{"word~2", 4, `"~2"`, "phrase"},
		{"*ban", 0, `"*ban"`, "at the end"},
		{"a*n", 1, `"*n"`, "at the end"},
		{"طال*بان", 4 - 1, `"*بان"`, "at the end"},
		{"a*", 0, `"a*"`, "at least 2"},
		{"foo-bar*", 0, `"foo-bar*"`, "one word only"},
		{`"foo bar*"`, 8, `"*\""`, "stands alone"},
		{"/ab+c/", 0, `"/ab+c/"`, "regular expressions"},
		{"torkham …", 8, `"…"`, "a letter or a digit"},
		{`""`, 0, `"\"\""`, "a letter or a digit"},
		{"torkham colour:red", 8, `"colour:red"`, "one of the fields"},
		{"https://example.com/x", 0, `"https://example.com/x"`, "quotation marks"},
		{"source:", 7, "the end", "a value for source"},
		{"source:()", 7, `"()"`, "a value for source"},
		{"source:(a", 9, "the end", "closing parenthesis"},
		{"source:a*", 7, `"a*"`, "a whole value"},
		{"country:pakistan", 8, `"pakistan"`, "two letters"},
		{"lang:اردو", 5, `"اردو"`, "a language code"},
		{"act:lies", 4, `"lies"`, "denies"},
		{"is:true", 3, `"true"`, "original"},
		{"has:everything", 4, `"everything"`, "archive"},
		{"kind:tv", 5, `"tv"`, "broadcaster"},
		{"published:soon", 10, `"soon"`, "a day"},
		{"published:2026-13-01", 10, `"2026-13-01"`, "a day"},
		{"published:2026-11-07..2026-11-01", 10, `"2026-11-07..2026-11-01"`, "before its end"},
		{"published:..", 10, `".."`, "a day"},
		{"published:=>2d", 10, `"=>2d"`, "a day"},
		{"title:(a source:b)", 9, `"source:b)"`, "without another field"},
		{"near(a, b)", 5, `"a,"`, "a number"},
		{"near(3, a)", 0, `"near(3,"`, "at least two"},
		{"near(3 a b)", 7, `"a"`, "a comma"},
		{"near(3, a, b", 12, "the end", "a comma"},
		{"near(3, a, (b c))", 14, `"c))"`, "OR"},
		{"near(3, a, b*)", 12, `"*)"`, "at the end"},
		{"near(3, " + strings.Repeat("a, ", 8) + "a)", 0, `"near(3,"`, "at most 8"},
		{`"a b c d e f g h i"~3`, 0, `"\"a"`, "at most 8"},
		{`"a a b b c c d d"~3`, 0, `"\"a"`, "repeat"},
		{strings.Repeat("(", 11) + "a" + strings.Repeat(")", 11), 10, `"(a)))`, "at most 10"},
		{strings.Repeat("x", 16_384), 0, "16384 bytes", "fewer than"},
		{many, 6000, "one more", "at most 1200"},
		{values, 2408, "one more", "at most 1200"},
		{"ab\xffc", 2, "not UTF-8", "UTF-8"},
	} {
		_, err := Parse(c.query, nil, now)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%.40s: error %v, want a SyntaxError", c.query, err)
			continue
		}
		if syntax.Pos != c.pos || !strings.Contains(syntax.Found, c.found) || !strings.Contains(syntax.Want, c.want) {
			t.Errorf("%.40s: at %d found %s, expected %s; want %d, …%s…, …%s…", c.query, syntax.Pos, syntax.Found, syntax.Want, c.pos, c.found, c.want)
		}
	}
}

func TestKnownNamesAreListed(t *testing.T) {
	q, err := Parse(`torkham TTP =TTP claimant:"Pakistani Taliban"`, spellings{}, now)
	if err != nil {
		t.Fatal(err)
	}
	want := []Expansion{
		{Pos: 8, Word: "TTP", Concept: "ttp", Spellings: []string{"pakistani taliban", strings.Join(fold("تحریک طالبان پاکستان"), " "), strings.Join(fold("ٹی ٹی پی"), " ")}},
		{Pos: 26, Word: "Pakistani Taliban", Concept: "ttp", Spellings: []string{"ttp", strings.Join(fold("تحریک طالبان پاکستان"), " "), strings.Join(fold("ٹی ٹی پی"), " ")}},
	}
	if diff := cmp.Diff(want, q.Expansions); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestDaysAreThoseOfTheReader(t *testing.T) {
	kabul := time.FixedZone("", 4*3600+1800)
	q, err := Parse("published:2026-11-11", nil, now.In(kabul))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := q.Match(fixture()); !ok { // 20:30 UTC is 01:00 of the next day in Kabul
		t.Error("a day in Kabul is counted in UTC")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`a -(b OR "c d"~3) near(2, x, "y z")`, "title:(a b*) source:(x, y) published:1d..now", "act:denies -claimant:(a b)", "طورخم OR «کابل»", "=\"a"} {
		f.Add(s)
	}
	it := fixture()
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Parse(s, spellings{}, now)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Pos < 0 || syntax.Pos > len([]rune(s)) {
				t.Fatalf("error %v", err)
			}
			return
		}
		spans, ok := q.Match(it)
		if ok != q.Holds(NewDocument(it)) {
			t.Fatal("two answers")
		}
		checkSpans(t, s, spans)
		again, err := Parse(q.String(), spellings{}, now)
		if err != nil {
			t.Fatalf("written as %q: %v", q.String(), err)
		}
		if _, got := again.Match(it); got != ok {
			t.Fatalf("written as %q: matches %v, before %v", q.String(), got, ok)
		}
	})
}
