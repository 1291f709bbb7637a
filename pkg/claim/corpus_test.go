package claim

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// labelled is one text of the corpus with the claims that a reader found in it.
type labelled struct {
	ID, Lang  string
	Relevance int
	Claims    []struct {
		Start, End int
		Claimant   *string
		Stance     string
	}
	text string
}

// corpus reads the labelled texts; other texts of their kind are kept apart.
func corpus(t *testing.T) []labelled {
	root := os.Getenv("SARHAD_CORPUS")
	if root == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("SARHAD_CORPUS is not set")
		}
		t.Skip("SARHAD_CORPUS is not set: the labelled texts are not part of a clone")
	}
	folder := filepath.Join(root, "ontopic", "dev")
	b, err := os.ReadFile(filepath.Join(folder, "labels.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var texts []labelled
	for line := range strings.Lines(string(b)) {
		var l labelled
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(filepath.Join(folder, "docs", l.ID+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		l.text = string(body)
		texts = append(texts, l)
	}
	return texts
}

// TestLabelledTexts measures what the scorer of the corpus measures: a claim is found
// if the spans share three tenths of their union. Nothing is mentioned here, so that
// every attribution is reported; the labels leave out those off topic, and in a text
// on a topic many that their reader found of no consequence.
func TestLabelledTexts(t *testing.T) {
	var found, wanted, given, onTopic, stances, claimants, named int
	for _, l := range corpus(t) {
		claims := Extract("", l.text, news.Lang{Code: l.Lang}, nil)
		given += len(claims)
		if l.Relevance == 2 {
			onTopic += len(claims)
		}
		used := map[int]bool{}
		for _, w := range l.Claims {
			wanted++
			best, at := 0.0, -1
			for i, c := range claims {
				if o := overlap(w.Start, w.End, c.Start, c.End); !used[i] && o > best {
					best, at = o, i
				}
			}
			if best < 0.3 {
				t.Logf("%s %s missed %s", l.ID, l.Lang, string([]rune(l.text)[w.Start:w.End]))
				continue
			}
			used[at] = true
			c := claims[at]
			found++
			if stance(c.Act) == w.Stance {
				stances++
			} else {
				t.Logf("%s %s: %s, want %s", l.ID, c.Text, c.Act, w.Stance)
			}
			if w.Claimant != nil {
				named++
				if c.Claimant != nil && (strings.Contains(*c.Claimant, *w.Claimant) || strings.Contains(*w.Claimant, *c.Claimant)) {
					claimants++
				} else {
					t.Logf("%s claimant %v, want %s", l.ID, str(c.Claimant), *w.Claimant)
				}
			}
		}
		for i, c := range claims {
			if !used[i] && testing.Verbose() {
				t.Logf("  extra %s r%d %s %s [%s] %s", l.ID, l.Relevance, l.Lang, c.Act, str(c.Claimant), c.Text)
			}
		}
	}
	if !(20*found >= 15*wanted && 100*found >= 50*onTopic && 20*stances >= 19*found && 20*claimants >= 17*named) {
		t.Error("below the floors: recall 0.75, precision 0.50 in the texts on a topic, stance 0.95, claimant 0.85")
	}
	t.Logf("recall %d of %d; precision %d of %d, of %d in the texts on a topic; stance %d of %d; claimant %d of %d",
		found, wanted, found, given, onTopic, stances, found, claimants, named)
}

func str(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

func stance(act string) string {
	if act == "alleges" || act == "confirms" {
		return "asserts"
	}
	return act
}

func overlap(a, b, c, d int) float64 {
	both := min(b, d) - max(a, c)
	if both <= 0 {
		return 0
	}
	return float64(both) / float64(max(b, d)-min(a, c))
}
