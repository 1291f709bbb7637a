package taxonomy

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

type labelled struct {
	ID        string   `json:"id"`
	Lang      string   `json:"lang"`
	Topics    []string `json:"topics"`
	Relevance int      `json:"relevance"`
	Text      string   `json:"-"`
}

// corpus reads the labelled texts, which live outside the project.
func corpus(t *testing.T) []labelled {
	t.Helper()
	root := os.Getenv("SARHAD_CORPUS")
	folder := filepath.Join(root, "ontopic", "dev")
	file, err := os.Open(filepath.Join(folder, "labels.jsonl"))
	if root == "" || err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI is set and there is no labelled corpus at $SARHAD_CORPUS (%q): %v", root, err)
		}
		t.Skip("SARHAD_CORPUS names no folder with labelled texts")
	}
	defer file.Close()
	var out []labelled
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l labelled
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(folder, "docs", l.ID+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		l.Text = string(data)
		out = append(out, l)
	}
	return out
}

// count holds right, wrong and missed labels.
type count struct{ right, wrong, missed int }

func (c count) precision() float64 { return float64(c.right) / float64(max(c.right+c.wrong, 1)) }
func (c count) recall() float64    { return float64(c.right) / float64(max(c.right+c.missed, 1)) }

// TestLabelledTopics holds the shipped rules to the bars of precision 0.90 and
// recall 0.85 in every language with 20 labels, and 3 texts off topic.
func TestLabelledTopics(t *testing.T) {
	texts := corpus(t)
	taxonomy := shipped(t)
	byLang, byTopic, off := map[string]*count{}, map[string]*count{}, 0
	for _, l := range texts {
		got := topicsOf(taxonomy.Tag("", l.Text, text.Identify(l.Text)))
		want := map[string]bool{}
		for _, id := range l.Topics {
			want[id] = id != "none"
		}
		delete(want, "none")
		compare(byLang, l.Lang, got, want, func(string) string { return l.Lang })
		compare(byTopic, l.Lang, got, want, func(id string) string { return id })
		if l.Relevance == 0 && len(got) > 0 {
			off++
		}
		if wrong := difference(got, want); wrong != "" {
			t.Logf("%s %s: %s", l.ID, l.Lang, wrong)
		}
	}
	report(t, byTopic, 1<<30)
	report(t, byLang, 20)
	if t.Logf("off-topic texts tagged: %d", off); off > 3 {
		t.Errorf("%d texts off topic are tagged, want at most 3", off)
	}
}

func topicsOf(r Result) map[string]bool {
	out := map[string]bool{}
	for _, tag := range r.Tags {
		if tag.Kind == "topic" {
			out[tag.ID] = true
		}
	}
	return out
}

func compare(into map[string]*count, lang string, got, want map[string]bool, key func(string) string) {
	for id := range union(got, want) {
		c := into[key(id)]
		if c == nil {
			c = &count{}
			into[key(id)] = c
		}
		switch {
		case got[id] && want[id]:
			c.right++
		case got[id]:
			c.wrong++
		default:
			c.missed++
		}
	}
}

func union(a, b map[string]bool) map[string]bool {
	out := map[string]bool{}
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}

func difference(got, want map[string]bool) string {
	var parts []string
	for id := range union(got, want) {
		if got[id] && !want[id] {
			parts = append(parts, "+"+id)
		}
		if want[id] && !got[id] {
			parts = append(parts, "-"+id)
		}
	}
	sort.Strings(parts)
	return strings.Join(parts, " ")
}

func report(t *testing.T, counts map[string]*count, least int) {
	t.Helper()
	for _, key := range sortedKeys(counts) {
		c := counts[key]
		t.Logf("%-20s P %.2f R %.2f of %d", key, c.precision(), c.recall(), c.right+c.missed)
		if c.right+c.missed >= least && (c.precision() < 0.90 || c.recall() < 0.85) {
			t.Errorf("%s: precision %.2f, recall %.2f, want 0.90 and 0.85", key, c.precision(), c.recall())
		}
	}
}
