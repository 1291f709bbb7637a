package page

import (
	"math"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"golang.org/x/net/html/atom"
)

// body is the text of an article and how it was come by.
type body struct {
	text       string
	confidence float64 // 0 to 1, see trust
	fallback   bool    // taken from the general extractor
	metadata   bool    // taken from JSON-LD
	linked     bool    // hardly anything but links on the page
}

func readBody(l *layout, h *head, a *news.Article) body {
	l.hear(h, a)
	l.weigh()
	best := l.best()
	l.choose(best)
	b := body{text: l.render(), confidence: l.trust(best)}
	return b
}

// hear notes what the metadata say of the text.
func (l *layout) hear(h *head, a *news.Article) {
	if k := key(h.ld.body); len(k) > 600 {
		l.told = k
	}
	if k := key(a.Description); len(k) > 30 {
		l.summary = k
	}
}

// findTitle notes the last heading, or else the first block, that reads as the title does.
func (l *layout) findTitle(title string) {
	want := key(title)
	if want == "" {
		return
	}
	for i := range l.blocks {
		b := &l.blocks[i]
		if b.end-b.start > len(title)*2+20 || key(string(l.text[b.start:b.end])) != want {
			continue
		}
		if b.tag == atom.H1 || l.title < 0 {
			l.title = i
		}
	}
}

// key is what is left of a line when case, space and punctuation are taken away.
func key(s string) string {
	return strings.Map(func(r rune) rune {
		if !wordly(r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// gain is what taking a block into the article brings.
func (b *block) gain() float64 {
	p := 2/(1+math.Exp(-b.score)) - 1
	if p > 0 {
		return p * math.Min(float64(b.plain()), 1500)
	}
	return p * (10 + math.Min(float64(b.mass), 300))
}

// best is the element whose blocks bring most together, the innermost of equals.
func (l *layout) best() int {
	sums := make([]float64, len(l.blocks)+1)
	for i := range l.blocks {
		sums[i+1] = sums[i] + l.blocks[i].gain()
	}
	best, most := 0, 0.0
	for i := range l.elements {
		e := &l.elements[i]
		if g := sums[e.to] - sums[e.from]; g > 0 && g >= most {
			best, most = i, g
		}
	}
	return best
}

func heading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// trust estimates how likely the kept blocks are the article: the share of the
// page's gains that they hold.
func (l *layout) trust(e int) float64 {
	kept, all := 0.0, 1.0
	for i := range l.blocks {
		g := l.blocks[i].gain()
		if g > 0 {
			all += g
			if l.blocks[i].keep {
				kept += g
			}
		}
	}
	return kept / all * math.Min(1, kept/300)
}

// render is the kept blocks as text, paragraphs separated by a blank line.
func (l *layout) render() string {
	var out strings.Builder
	row := -1
	for i := range l.blocks {
		b := &l.blocks[i]
		if !b.keep {
			continue
		}
		r := -1
		if b.tag == atom.Td || b.tag == atom.Th {
			r = l.row(b.element)
		}
		switch {
		case out.Len() == 0:
		case r >= 0 && r == row:
			out.WriteByte('\t')
		default:
			out.WriteString("\n\n")
		}
		row = r
		out.Write(l.text[b.start:b.end])
	}
	return out.String()
}

// row is the table row that element e stands in, -1 for none.
func (l *layout) row(e int) int {
	for ; e > 0; e = l.elements[e].parent {
		if l.elements[e].node.DataAtom == atom.Tr {
			return e
		}
	}
	return -1
}
