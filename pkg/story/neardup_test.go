package story

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// corpus is the folder of labelled pairs. A plain clone has none; where CI is set it must be there.
func corpus(t *testing.T) string {
	t.Helper()
	root := os.Getenv("SARHAD_CORPUS")
	dir := filepath.Join(root, "neardup")
	if _, err := os.Stat(filepath.Join(dir, "pairs.tsv")); root != "" && err == nil {
		return dir
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("CI needs the labelled pairs, and SARHAD_CORPUS=%q has none", root)
	}
	t.Skip("SARHAD_CORPUS does not name the labelled pairs")
	return ""
}

type placed struct {
	copy  news.Copy
	story string
}

func clusterCorpus(t *testing.T, dir string) map[string]placed {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "docs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := New(Config{})
	out := map[string]placed{}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var d struct{ ID, Lang, Publisher, Title, Text string }
		if err := json.Unmarshal(s.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		copied, story := c.Add(&news.Item{ID: d.ID, Source: d.Publisher, Title: d.Title, Text: d.Text, Lang: news.Lang{Code: d.Lang}})
		out[d.ID] = placed{copied, story}
	}
	return out
}

func f1(hit, wrong, missed float64) float64 { return 2 * hit / (2*hit + wrong + missed) }

// TestLabelledPairs is the figure of the labelled pairs: same event or not, same text or not.
func TestLabelledPairs(t *testing.T) {
	dir := corpus(t)
	got := clusterCorpus(t, dir)
	b, err := os.ReadFile(filepath.Join(dir, "pairs.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var story, same [3]float64 // right, wrongly joined, missed
	count := func(v *[3]float64, want, is bool) {
		switch {
		case want && is:
			v[0]++
		case is:
			v[1]++
		case want:
			v[2]++
		}
	}
	merged := 0
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		p := strings.Split(line, "\t")
		a, b, label := got[p[0]], got[p[1]], p[2]
		oneStory, oneText := a.story == b.story, a.copy.Cluster == b.copy.Cluster
		if label != "related" {
			count(&story, label != "different", oneStory)
		}
		if label == "near_dup" || label == "different" {
			count(&same, label == "near_dup", oneText)
		}
		if label == "different" && oneStory {
			merged++
			t.Logf("merged: %s %s", p[0], p[1])
		}
		if label != "different" && label != "related" && !oneStory || label == "near_dup" && !oneText {
			t.Logf("missed: %s %s %s", label, p[0], p[1])
		}
	}
	t.Logf("stories F1 %.4f (right %v, wrong %v, missed %v), copies F1 %.4f %v, different merged %d",
		f1(story[0], story[1], story[2]), story[0], story[1], story[2], f1(same[0], same[1], same[2]), same, merged)
	if f1(story[0], story[1], story[2]) < 0.9 || f1(same[0], same[1], same[2]) < 0.9 || merged > 1 {
		t.Error("want at least 0.90 and 0.90, and at most one merged")
	}
}
