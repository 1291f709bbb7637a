package story

import (
	"bufio"
	"encoding/json"
	"math/rand/v2"
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

// items are the labelled texts in the order of their file.
func items(t *testing.T, dir string) []*news.Item {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "docs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []*news.Item
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var d struct{ ID, Lang, Publisher, Title, Text string }
		if err := json.Unmarshal(s.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		out = append(out, &news.Item{ID: d.ID, Source: d.Publisher, Title: d.Title, Text: d.Text, Lang: news.Lang{Code: d.Lang}})
	}
	return out
}

// tally counts pairs: rightly joined, wrongly joined, missed.
type tally struct{ hit, wrong, missed float64 }

func (v *tally) count(want, is bool) {
	switch {
	case want && is:
		v.hit++
	case is:
		v.wrong++
	case want:
		v.missed++
	}
}

func (v tally) f1() float64 { return 2 * v.hit / (2*v.hit + v.wrong + v.missed) }

// measure clusters the items and compares with the labelled pairs; merged are the different ones in one story.
func measure(t *testing.T, all []*news.Item, dir string) (story, text tally, merged int) {
	t.Helper()
	c := New(Config{})
	got := map[string]placed{}
	for _, it := range all {
		copied, story := c.Add(it)
		got[it.ID] = placed{copied, story}
	}
	b, err := os.ReadFile(filepath.Join(dir, "pairs.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		p := strings.Split(line, "\t")
		a, b, label := got[p[0]], got[p[1]], p[2]
		if label != "related" {
			story.count(label != "different", a.story == b.story)
		}
		if label == "near_dup" || label == "different" {
			text.count(label == "near_dup", a.copy.Cluster == b.copy.Cluster)
		}
		if label == "different" && a.story == b.story {
			merged++
		}
	}
	return story, text, merged
}

// TestLabelledPairs is the figure of the labelled pairs: same event or not, same text
// or not; in the order of the file and in others, since no order is the right one.
func TestLabelledPairs(t *testing.T) {
	dir := corpus(t)
	all := items(t, dir)
	r := rand.New(rand.NewPCG(1, 2))
	for order := range 6 {
		story, text, merged := measure(t, all, dir)
		t.Logf("order %d: stories F1 %.4f %+v, copies F1 %.4f %+v, different merged %d", order, story.f1(), story, text.f1(), text, merged)
		if story.f1() < 0.93 || text.f1() < 0.95 || merged > 1 {
			t.Error("want at least 0.93 and 0.95, and at most one merged")
		}
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	}
}
