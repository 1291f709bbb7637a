package taxonomy

import (
	"os"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// TestSentences holds the shipped rules to our own labelled sentences, with the
// language as labelled, so that it measures the rules alone.
func TestSentences(t *testing.T) {
	data, err := os.ReadFile("testdata/sentences.tsv")
	if err != nil {
		t.Fatal(err)
	}
	taxonomy := shipped(t)
	byLang, byTopic := map[string]*count{}, map[string]*count{}
	for number, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 3 {
			t.Fatalf("line %d has %d columns, want 3", number+1, len(fields))
		}
		lang, want := fields[0], map[string]bool{}
		for _, id := range strings.Split(fields[1], ",") {
			want[id] = true
		}
		delete(want, "-")
		got := topicsOf(taxonomy.Tag("", fields[2], news.Lang{Code: lang, Score: 1}))
		compare(byLang, lang, got, want, func(string) string { return lang })
		compare(byTopic, lang, got, want, func(id string) string { return id })
		if wrong := difference(got, want); wrong != "" {
			t.Logf("line %d %s: %s: %s", number+1, lang, wrong, fields[2])
		}
	}
	report(t, byTopic, 1)
	report(t, byLang, 1)
}

// TestCommentary reads a text of our own wording that retells four contested
// claims in a row, as commentaries do.
func TestCommentary(t *testing.T) {
	data, err := os.ReadFile("testdata/commentary.txt")
	if err != nil {
		t.Fatal(err)
	}
	r := shipped(t).Tag("", string(data), news.Lang{Code: "en", Score: 1})
	got := map[string]bool{}
	for _, tag := range r.Tags {
		got[tag.ID] = true
	}
	for _, id := range []string{
		"wakhan-seized", "isi-backs-anti-taliban-groups", "strike-casualties", "fictitious-victory-footage",
		"ttp", "wakhan", "psywar", "nrf-resistance", "airstrikes",
		"mullah-yaqoob", "inter-services-intelligence", "national-resistance-front", "barmal", "wakhan-corridor", "tajikistan",
	} {
		if !got[id] {
			t.Errorf("the commentary is not tagged %s", id)
		}
	}
	for _, id := range []string{"iskp", "refugees", "trade-transit", "baloch-insurgency", "bagram-return", "taliban-rift", "wakhan-lease", "tank"} {
		if got[id] {
			t.Errorf("the commentary is tagged %s", id)
		}
	}
	if r.Relevance < 0.9 {
		t.Errorf("relevance is %v", r.Relevance)
	}
}
