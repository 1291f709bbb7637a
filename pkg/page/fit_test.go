package page

import (
	"flag"
	"hash/fnv"
	"math"
	"math/rand"
	"strings"
	"testing"
)

var fit = flag.Bool("fit", false, "fit the weights to the corpus, print them and what they are worth on pages left out")

// example is a block with what the corpus says of it.
type example struct {
	values []float64
	wanted float64 // 1 where the block belongs to the article, else 0
	weight float64
	part   int // of five, by page
}

// TestFit fits both passes by logistic regression. It prints the weights for
// weights.go, and the share of blocks judged rightly in each fifth of the pages by
// weights that have not seen it.
//
//	go test ./pkg/page -run TestFit -v -args -fit
func TestFit(t *testing.T) {
	if !*fit {
		t.Skip("takes minutes: run with -args -fit")
	}
	byPart := [5]vector{}
	first := examples(t, func(l *layout, i int, _ *context) []float64 {
		var v vector
		l.describe(i, &v)
		return append([]float64(nil), v[:]...)
	}, nil)
	for part := range byPart {
		copy(byPart[part][:], regress(first, part))
	}
	second := examples(t, func(l *layout, i int, c *context) []float64 {
		var v [views]float64
		l.look(i, c, &v)
		return append([]float64(nil), v[:]...)
	}, func(l *layout, part int) { l.weighWith(&byPart[part]) })
	for i, list := range [][]example{first, second} {
		t.Logf("pass %d: %.4f of the weight of blocks left out judged rightly", i+1, leftOut(list))
		t.Logf("pass %d weights: %.2f", i+1, regress(list, -1))
	}
}

// examples are the blocks of both sets of pages: those that hold a labelled
// segment, and every block of the recent news pages.
func examples(t *testing.T, values func(*layout, int, *context) []float64, reweigh func(*layout, int)) []example {
	var out []example
	prepare := func(html []byte, url, name string) (*layout, *context, int) {
		h := fnv.New32a()
		h.Write([]byte(name))
		part := int(h.Sum32() % 5)
		markup, err := decode(html, Options{URL: url})
		if err != nil {
			return &layout{}, nil, part
		}
		tree := parse(markup)
		head := readHead(tree.root)
		l := cut(tree.root, head.classes)
		l.hear(head, describe(head, l, nil))
		l.weigh()
		if reweigh != nil {
			reweigh(l, part)
		}
		return l, l.context(l.best()), part
	}
	for _, s := range samples(t, 1) {
		l, c, part := prepare(s.HTML, s.URL, s.URL)
		for _, segment := range s.With {
			if at := l.holders(segment); len(at) > 0 {
				out = append(out, example{values(l, at[0], c), 1, 1, part})
			}
		}
		for _, segment := range append(s.Not, s.Notes...) {
			at := l.holders(segment)
			for _, i := range at {
				out = append(out, example{values(l, i, c), 0, 1 / float64(len(at)), part})
			}
		}
	}
	for _, p := range newspages(t) {
		l, c, part := prepare(p.html, "", p.name)
		truth, runs := fold(p.text()), shingles(p.text())
		for i := range l.blocks {
			weight := 0.5 * math.Min(1, 0.1+float64(l.blocks[i].mass)/150)
			out = append(out, example{values(l, i, c), yes(l.belongs(i, truth, runs)), weight, part})
		}
	}
	return out
}

// holders are the blocks that hold a segment, the best scored first.
func (l *layout) holders(segment string) []int {
	segment = fold(segment)
	var out []int
	for i := range l.blocks {
		if len(segment) < 3 || i == l.title || !strings.Contains(fold(l.line(i)), segment) {
			continue
		}
		if out = append(out, i); l.blocks[i].score > l.blocks[out[0]].score {
			out[0], out[len(out)-1] = out[len(out)-1], out[0]
		}
	}
	return out
}

func (l *layout) line(i int) string { return string(l.text[l.blocks[i].start:l.blocks[i].end]) }

// belongs reports whether block i is part of a text, or shares half its runs of words with it.
func (l *layout) belongs(i int, truth string, runs map[string]int) bool {
	s := fold(l.line(i))
	if len(s) <= 40 && l.blocks[i].linked*2 > l.blocks[i].mass {
		return false
	}
	if len(s) > 40 && strings.Contains(truth, s) {
		return true
	}
	hit, all := 0, 0
	for run, n := range shingles(s) {
		all += n
		if runs[run] > 0 {
			hit += n
		}
	}
	return all > 0 && hit*2 > all
}

// regress fits weights to all examples but those of one part: logistic loss, a
// small penalty on the squares, steps scaled for each weight by its past gradients
// (Duchi, Hazan and Singer 2011).
func regress(list []example, without int) []float64 {
	w := make([]float64, len(list[0].values))
	past := make([]float64, len(w))
	order := rand.New(rand.NewSource(1)).Perm(len(list))
	for range 40 {
		for _, at := range order {
			e := &list[at]
			if e.part == without {
				continue
			}
			off := e.weight * (e.wanted - 1/(1+math.Exp(-dot(w, e.values))))
			for k, x := range e.values {
				if x != 0 {
					g := off*x - 0.002*e.weight*w[k]
					past[k] += g * g
					w[k] += 0.15 * g / math.Sqrt(1e-6+past[k])
				}
			}
		}
	}
	return w
}

func dot(w, x []float64) float64 {
	sum := 0.0
	for k := range w {
		sum += w[k] * x[k]
	}
	return sum
}

func leftOut(list []example) float64 {
	right, all := 0.0, 0.0
	for part := range 5 {
		w := regress(list, part)
		for _, e := range list {
			if e.part == part {
				all += e.weight
				right += e.weight * yes(dot(w, e.values) > 0 == (e.wanted == 1))
			}
		}
	}
	return right / all
}
