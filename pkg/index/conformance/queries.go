package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

// written are queries people write. Together with random ones they use every part of
// the language in every script.
var written = []string{
	"", "torkham", "TORKHAM days", "torkham OR chaman", "torkham -nine", "-torkham", "(torkham OR chaman) -(nine days)",
	`"nine days"`, `"days nine"`, `"wakhan corridor"`, "wakhan", "=wakhan", "TTP", "=TTP", "=ٹی", `"pakistani taliban"`, `="pakistani taliban"`,
	"طورخم", "تورخم", "تحریک", `"تحریک طالبان"`, `"تحريك طالبان"`, "تحریک_طالبان", "کابل", `"کابل طالبان"`, "دعوی", "دعویٰ", "۱۲", "12", "١٢",
	"می‌گویند", "میگویند", `"می گویند"`, "کتاب‌های", "اجاره", "اجارهٔ", "نه", "نُه", "क़ब्ज़े", "कब्जे", "ख़बर", "खबर", "وايي", "وایی", "ښځو",
	"TTP’s", "army's", "army", "U.N.", `"u n"`, "e.g.", "1,200", "4.5", "10:30", `"10 30"`, "I·S·K·P", "twenty-three", `"twenty three"`, "reopen*", "طال*", "ता*", "خبر*",
	`"again again again"~2`, `"again again"~1`, `"again again again again"~50`, `"and again and again"~3`, `"torkham days"~3`, `"days torkham"~4`, `"طورخم بعد"~3`, `"the the"~10`,
	"near(3, torkham, nine)", "near(0, wakhan, corridor)", "near(4, TTP, (claim OR دعویٰ OR daawa))", `near(2, "wakhan corridor", leased)`, `near(5, wakhan, "was leased", anyone)`,
	"near(10, TTP, taliban)", "near(6, TTP, TTP)", `near(9, TTP, "خبر کی", TTP)`, `near(12, "again and", "again and")`, `near(12, "again and", "and again", again)`, `near(1, again, "again and")`, "near(8, طالبان, دعویٰ)", "title:near(3, TTP, claim)",
	"title:torkham", "text:torkham", "summary:torkham", "title:(torkham OR wakhan)", "text:(TTP -claim)", `title:"نو دن"`, "title:tor*",
	"source:outlet-3", "source:(outlet-1, outlet-2)", "source:OUTLET-3", "owner:owner-of-outlet-3", "-source:(outlet-1, outlet-2, outlet-3)", "country:pk", "country:(AF IN)", "lang:ps", "lang:(ur, ur-latn)", "lang:prs", "lang:fa -lang:prs",
	"affiliation:state", "kind:agency", "tag:ttp", "entity:ttp", "place:wakhan", "topic:wakhan", "tag:wakhan", `entity:"pakistani taliban"`, "place:واخان", "narrative:wakhan-leased",
	"register:pejorative", "register:(official, pejorative)", "copies:c1", "story:none", "url:outlet-3.example", "url:www.outlet-3.example", "url:https://www.outlet-3.example/news/3",
	"id:0123", "has:archive", "has:(summary, claim)", "-has:text", "has:claim -has:tag", "is:copy", "is:excerpt", "is:original", "is:revised", "is:future", "is:undated", "flag:undated",
	"published:2026-10", "published:2026-10-03", "published:2026-09-15..2026-10-14", "published:2026-10-03T06:00..2026-10-03T18:29", "published:..2026-09-10", "published:2026-11-10..", "published:<1950",
	"published:>=2026-10-03T06:15:00.250Z published:<2026-10-29T06:15:00.500Z", "seen:>2h", "seen:7d", "seen:30d..7d", "published:2026-10-03T05:30+04:30..2026-10-04T05:29+04:30", "seen:2026", "seen:2025",
	"claim:wakhan", "claim:leased", `claim:"nine days"`, "claim:(torkham -nine)", "claim:tor*", `claim:"nine torkham"~4`, "claim:near(5, TTP, claim)", "claim:near(9, TTP, دعویٰ)", "act:denies", "act:(denies, alleges)",
	"claimant:ttp", "claimant:ministry", `claimant:"foreign ministry"`, "claimant:mofa", `claimant:"TTP"`, "about:wakhan", "act:denies claimant:ministry", "act:denies claimant:ttp", "act:denies -claimant:ttp", "-claimant:ttp", "-act:denies has:claim",
	"act:asserts about:wakhan claim:torkham", "act:asserts -(act:denies claimant:ministry)", "(act:denies OR act:alleges) claimant:ministry", "act:denies OR torkham", "act:denies torkham", "claimant:(ttp, mofa) -about:ttp -act:asserts", "claimant:nobody", "-claimant:nobody",
	`torkham (tag:ttp OR "nine days") -country:IR published:2026`, "TTP wakhan", "TTP OR wakhan", "-TTP -wakhan", "nosuchword", "nosuchword*", "torkham nosuchword", "torkham OR nosuchword", "-nosuchword", `"nosuchword torkham"~5`,
}

// queries compares the ids a store finds with those the matcher accepts.
func queries(t *testing.T, s Store) {
	all := items(600)
	fill(t, s, all)
	rnd := rand.New(rand.NewPCG(seed, 2))
	asked := slices.Clone(written)
	for range 400 {
		asked = append(asked, random(rnd, 3))
	}
	documents := make([]*query.Document, len(all))
	for i := range all {
		documents[i] = query.NewDocument(&all[i].Item)
	}
	empty, refused := 0, 0
	for i, text := range asked {
		q, err := query.Parse(text, names{}, now)
		if err != nil && i >= len(written) { // a random query may be too large
			refused++
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		want := []string{}
		for _, d := range documents {
			if q.Holds(d) {
				want = append(want, d.Item.ID)
			}
		}
		got := ids(t, s, index.Search{Query: q, Size: 250})
		slices.Sort(got)
		slices.Sort(want)
		if diff := difference(all, want, got); diff != "" {
			t.Errorf("seed %d: %s\n%s", seed, text, diff)
		}
		if len(want) == 0 {
			empty++
		}
	}
	if empty > len(asked)/2 || refused > len(asked)/20 {
		t.Errorf("of %d queries %d match nothing and %d are refused: the suite says little", len(asked), empty, refused)
	}
}

// difference shows what is found wrongly, with the beginning of its text.
func difference(all []index.Write, want, got []string) string {
	if cmp.Equal(want, got) || len(want) == 0 && len(got) == 0 {
		return ""
	}
	var b strings.Builder
	shown := 0
	for _, w := range all {
		wanted, found := slices.Contains(want, w.Item.ID), slices.Contains(got, w.Item.ID)
		if wanted == found || shown == 3 {
			continue
		}
		shown++
		fmt.Fprintf(&b, "wanted %v, found %v: %s: %s | %s | %s\n", wanted, found, w.Item.ID, w.Item.Title, w.Item.Summary, w.Item.Text)
	}
	return fmt.Sprintf("wanted %d items, found %d\n%s", len(want), len(got), b.String())
}

// random writes a query.
func random(rnd *rand.Rand, depth int) string {
	if depth == 0 || rnd.IntN(3) == 0 {
		return leaf(rnd)
	}
	parts := make([]string, 2+rnd.IntN(2))
	for i := range parts {
		if parts[i] = random(rnd, depth-1); strings.Contains(parts[i], " ") && depth > 1 {
			parts[i] = "(" + parts[i] + ")"
		}
		if rnd.IntN(5) == 0 {
			parts[i] = "-(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, pick(rnd, " ", " OR "))
}

func leaf(rnd *rand.Rand) string {
	some := func(n int) []string {
		words := strings.Fields(strings.NewReplacer(`"`, "", "#", "", ":", " ", "(", "", ")", "", ",", "", "،", "").Replace(pick(rnd, sentences[pick(rnd, languages...)]...)))
		at := rnd.IntN(max(1, len(words)-n))
		return words[at:min(len(words), at+n)]
	}
	switch rnd.IntN(12) {
	case 0, 1, 2:
		return some(1)[0]
	case 3:
		return `"` + strings.Join(some(2), " ") + `"`
	case 4:
		return fmt.Sprintf(`"%s"~%d`, strings.Join(some(3), " "), rnd.IntN(6))
	case 5:
		return fmt.Sprintf(`near(%d, %s, "%s", %s)`, 2+rnd.IntN(12), some(1)[0], strings.Join(some(2), " "), pick(rnd, "TTP", "wakhan", "torkham", "again"))
	case 6:
		return pick(rnd, "title:", "text:", "claim:", "summary:") + some(1)[0]
	case 7:
		return pick(rnd, "tor", "ta", "طال", "خب", "अफ", "खब", "de", "12", "ښځ", "کت", "टी") + pick(rnd, "k", "ب", "ا", "2", "ी", "") + "*"
	case 8:
		return pick(rnd, "act:denies", "act:asserts", "claimant:ttp", "claimant:ministry", "about:ttp", "-act:denies", "-claimant:ttp")
	case 9:
		return pick(rnd, "source:(outlet-1, outlet-2, outlet-3)", "country:(AF, PK)", "lang:ur", "tag:wakhan", "is:copy", "has:claim", "kind:agency", "register:official")
	case 10:
		from := begin.Add(time.Duration(rnd.IntN(60*24*60)) * time.Minute)
		return fmt.Sprintf("%s:%s..%s", pick(rnd, "published", "seen"), from.Format("2006-01-02T15:04"), from.Add(time.Duration(rnd.IntN(15*24*60))*time.Minute).Format("2006-01-02T15:04"))
	}
	return pick(rnd, "TTP", "wakhan", "=wakhan", `"wakhan corridor"`)
}
