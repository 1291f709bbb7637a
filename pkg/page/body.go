package page

import (
	"math"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// body is the text of an article and how it was come by.
type body struct {
	text       string
	confidence float64 // 0 to 1, see trust
	metadata   bool    // taken from JSON-LD or the description
}

// unsure is the confidence below which text that only waits in a template is looked for.
const unsure = 0.35

// readBody finds the article's text: the blocks that the two passes keep; where they
// are unsure, what waits in templates; and where the page itself has little, what its
// metadata hold.
func readBody(t tree, l *layout, h *head, a *news.Article) body {
	l.hear(h, a)
	l.weigh()
	l.choose(l.best())
	b := body{text: l.render(), confidence: l.trust()}
	if b.text == "" && l.rescue() {
		b.text = l.render()
	}
	if b.confidence < unsure {
		if waiting := inert(t.root); len(waiting) > 300 && len(waiting) > 2*len(b.text) {
			b.text, b.confidence = waiting, 1
		}
	}
	if told := paragraphs(h.ld.body); len(told) > 200 && len(told) > 2*len(b.text) {
		b.text, b.metadata = told, true
	}
	if b.text == "" && a.Title != "" && len(a.Description) > 40 && key(a.Description) != key(a.Title) {
		b.text, b.metadata = a.Description, true
	}
	return b
}

// rescue keeps the likeliest line of a page of which nothing was kept, with those
// beside it that are nearly as likely: a flash of one line is an article too.
func (l *layout) rescue() bool {
	best := -1
	for i := range l.blocks {
		b := &l.blocks[i]
		e := &l.elements[b.element]
		if b.mass < 40 || b.linked*3 > b.mass || i == l.title || e.tags&(inNav|inFooter|inHidden) != 0 || e.hints&(hintComment|hintNav|hintFoot|hintConsent) != 0 {
			continue
		}
		if best < 0 || b.final+size(b.mass) > l.blocks[best].final+size(l.blocks[best].mass) {
			best = i
		}
	}
	if best < 0 || l.blocks[best].final < -3 {
		return false
	}
	parent := l.elements[l.blocks[best].element].parent
	for i := range l.blocks {
		b := &l.blocks[i]
		b.keep = i == best || l.elements[b.element].parent == parent && i != l.title && b.linked*3 <= b.mass && b.final > l.blocks[best].final-0.5
	}
	return true
}

// inert is the text of the paragraphs that a page holds in templates or for readers
// without scripts, because a script of its own is to put them in place.
func inert(root *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		waits := n.DataAtom == atom.Noscript || n.DataAtom == atom.Script && strings.Contains(attr(n, "type"), "template")
		if waits && n.FirstChild != nil && strings.Count(n.FirstChild.Data, "<p") > 1 && b.Len() < 1<<20 {
			b.WriteString(n.FirstChild.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	if b.Len() == 0 {
		return ""
	}
	l := cut(parse(b.String()).root, classes{})
	l.weigh()
	l.choose(l.best())
	return l.render()
}

// paragraphs makes plain text of an articleBody: markup dropped, lines kept apart.
func paragraphs(s string) string {
	if strings.Contains(s, "<p") || strings.Contains(s, "<br") || strings.Contains(s, "</") {
		if t := parse(s); t.root != nil {
			return allText(t.root, classes{})
		}
	}
	var out []string
	for _, line := range strings.Split(html.UnescapeString(s), "\n") {
		if line = fold(text.Plain(line)); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n\n")
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

// findTitle notes the block that reads as the title does, an h1 before others.
func (l *layout) findTitle(title string) {
	want := key(title)
	if want == "" {
		return
	}
	for i := range l.blocks {
		b := &l.blocks[i]
		if b.end-b.start > len(title)*2+100 {
			continue
		}
		if k := key(string(l.text[b.start:b.end])); k != want && (b.tag != atom.H1 || !strings.HasSuffix(k, want)) {
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

// best is the element whose blocks bring most together, the innermost of equals:
// the core of the article.
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

// trust estimates how far the kept blocks are to be trusted, 0 to 1: by the share
// of the page's running text that they are, by how clearly they were kept, and by
// how much text was close to the other decision.
func (l *layout) trust() float64 {
	kept, sum, close, prose := 0.0, 0.0, 0.0, 0.0
	for i := range l.blocks {
		b := &l.blocks[i]
		m := float64(b.plain())
		if math.Abs(b.final) < 1 {
			close += m
		}
		if b.plain() > 60 && b.linked*3 < b.mass {
			prose += m
		}
		if b.keep {
			kept += m
			sum += m * b.final
		}
	}
	if kept == 0 {
		return 0
	}
	return min(ramp(kept/(prose+1), 0, 0.5), ramp(sum/kept, -0.5, 1.2), ramp(1-close/(kept+close), 0, 0.6))
}

// ramp is 0 at low, 1 at high, and straight between.
func ramp(x, low, high float64) float64 { return math.Max(0, math.Min(1, (x-low)/(high-low))) }

// render is the kept blocks as text, paragraphs separated by a blank line and the
// cells of a table's row by a tab.
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

// allText is every block under a node, paragraphs separated by a blank line.
func allText(n *html.Node, c classes) string {
	l := cut(n, c)
	for i := range l.blocks {
		l.blocks[i].keep = true
	}
	return l.render()
}
