package page

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// reading is an article as its publisher's own parser reads it.
type reading struct {
	Authors []string `json:"authors"`
	Title   string   `json:"title"`
	Date    string   `json:"publishing_date"`
	Body    struct {
		Summary  []string `json:"summary"`
		Sections []struct {
			Headline   []string `json:"headline"`
			Paragraphs []string `json:"paragraphs"`
		} `json:"sections"`
	} `json:"body"`
}

func (r reading) text() string {
	parts := append([]string{}, r.Body.Summary...)
	for _, s := range r.Body.Sections {
		parts = append(append(parts, s.Headline...), s.Paragraphs...)
	}
	return strings.Join(parts, "\n\n")
}

// newspage is a page of recent news with its publisher's reading of it.
type newspage struct {
	name string
	html []byte
	reading
}

// newspages pairs each page with the reading that shares most with it.
func newspages(t testing.TB) []newspage {
	files, err := filepath.Glob(filepath.Join(corpus(t), "fundus", "*", "*.html.gz"))
	if err != nil {
		t.Fatal(err)
	}
	var out []newspage
	for _, f := range files {
		name, _, _ := strings.Cut(filepath.Base(f), "_")
		raw, err := os.ReadFile(filepath.Join(filepath.Dir(f), name+".json"))
		if err != nil {
			continue
		}
		var readings map[string]reading
		if err := json.Unmarshal(raw, &readings); err != nil {
			t.Fatal(f, err)
		}
		p := newspage{name: filepath.Base(f), html: unzip(t, f)}
		all := fold(content(parse(string(p.html)).root, 1<<22))
		most := 0.0
		for _, r := range readings {
			if share := shared(r, all); share > most {
				p.reading, most = r, share
			}
		}
		if most > 0.5 && len(p.text()) > 200 {
			out = append(out, p)
		}
	}
	return out
}

func shared(r reading, page string) float64 {
	found, all := 0, 0
	for _, s := range r.Body.Sections {
		for _, p := range s.Paragraphs {
			if all++; strings.Contains(page, fold(p)) {
				found++
			}
		}
	}
	return float64(found) / float64(max(1, all))
}

var wordPattern = regexp.MustCompile(`[\pL\pN\pM_]+`)

// shingles counts the runs of four words of a text.
func shingles(s string) map[string]int {
	w := wordPattern.FindAllString(s, -1)
	out := map[string]int{}
	for i := 0; len(w) > 0 && i < max(1, len(w)-3); i++ {
		out[strings.Join(w[i:min(len(w), i+4)], " ")]++
	}
	return out
}

// overlap is the precision and recall of got against want in shingles.
func overlap(want, got string) (precision, recall float64) {
	a, b := shingles(want), shingles(got)
	hit, na, nb := 0, 0, 0
	for k, n := range a {
		na += n
		hit += min(n, b[k])
	}
	for _, n := range b {
		nb += n
	}
	return float64(hit) / float64(max(1, nb)), float64(hit) / float64(max(1, na))
}

// TestQualityOnRecentNews measures precision and recall of runs of four words, as
// the mean over pages, against what each publisher's own parser reads. Those leave
// out lists and infoboxes that this package keeps.
func TestQualityOnRecentNews(t *testing.T) {
	pages := newspages(t)
	var ps, rs, titles, dates float64
	for _, p := range pages {
		a, err := Extract(p.html, Options{})
		if err != nil {
			t.Logf("%s: %v", p.name, err)
			continue
		}
		precision, recall := overlap(p.text(), a.Text)
		ps, rs = ps+precision, rs+recall
		titles += yes(strings.EqualFold(fold(a.Title), fold(p.Title)))
		dates += yes(a.Published != nil && strings.HasPrefix(p.Date, a.Published.Format("2006-01-02")))
	}
	n := float64(len(pages))
	precision, recall := ps/n, rs/n
	f := 2 * precision * recall / (precision + recall)
	atLeast(t, "whole-text F", f, 0.960)
	atLeast(t, "titles", titles/n, 0.70)
	atLeast(t, "dates", dates/n, 0.93)
	t.Logf("%d pages: whole text P %.3f R %.3f F %.4f, titles %.3f, dates %.3f", len(pages), precision, recall,
		f, titles/n, dates/n)
}
