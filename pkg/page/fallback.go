package page

import (
	"net/url"
	"strings"

	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
)

// Bounds within which the general extractor is asked: its cost is not in
// proportion to a page's size.
const (
	unsure           = 0.35    // confidence below which it is asked
	fallbackBytes    = 1 << 20 // of markup
	fallbackElements = 8000
)

// secondOpinion is the text that the general extractor finds, "" where it finds
// none or is not asked.
func secondOpinion(t tree, l *layout, address *url.URL) (text string) {
	if t.bytes > fallbackBytes || len(l.elements) > fallbackElements || t.degraded {
		return ""
	}
	defer func() {
		if recover() != nil {
			text = ""
		}
	}()
	r, err := trafilatura.ExtractDocument(t.root, trafilatura.Options{
		OriginalURL: address, EnableFallback: true, ExcludeComments: true, HtmlDateMode: trafilatura.Disabled,
	})
	if err != nil || r.ContentNode == nil {
		return ""
	}
	return allText(r.ContentNode, l.classes)
}

// allText is every block under a node, paragraphs separated by a blank line.
func allText(n *html.Node, c classes) string {
	l := cut(n, c)
	for i := range l.blocks {
		l.blocks[i].keep = true
	}
	return l.render()
}

// better reports whether the second opinion should be taken: it holds at least
// twice the text, and the lines of it that the layout knows are not, on the whole,
// plainly the page's own.
func better(l *layout, mine, other string) bool {
	if len(other) < 2*len(mine) || len(other) < 60 {
		return false
	}
	lines := map[string]bool{}
	for _, p := range strings.Split(other, "\n\n") {
		lines[key(p)] = true
	}
	sum, all := 0.0, 0.0
	for i := range l.blocks {
		b := &l.blocks[i]
		if lines[key(string(l.text[b.start:b.end]))] {
			sum, all = sum+b.score*float64(b.mass), all+float64(b.mass)
		}
	}
	return all > 0 && sum/all > -2
}
