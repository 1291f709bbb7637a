package page

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tree is a parsed page.
type tree struct {
	root     *html.Node
	bytes    int  // length of the markup
	degraded bool // built from tokens, see flatten
}

// parse builds the tree of a page: by the rules of HTML5 where that is safe and
// possible, else flattened.
func parse(markup string) tree {
	if safe(markup) {
		if root, err := html.Parse(strings.NewReader(markup)); err == nil {
			return tree{root: root, bytes: len(markup)}
		}
	}
	return tree{root: flatten(markup), bytes: len(markup), degraded: true}
}

// attr is the value of an attribute, "" where it is absent.
func attr(n *html.Node, key string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return n.Attr[i].Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return true
		}
	}
	return false
}

// content is the text under n, white space folded, at most max bytes of it.
func content(n *html.Node, max int) string {
	var b strings.Builder
	gather(n, &b, max)
	return fold(b.String())
}

func gather(n *html.Node, b *strings.Builder, max int) {
	if b.Len() >= max {
		return
	}
	switch n.Type {
	case html.TextNode:
		b.WriteString(n.Data)
		return
	case html.ElementNode:
		if n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Noscript || n.DataAtom == atom.Template {
			return
		}
		if !inline(n) || n.DataAtom == atom.Br {
			b.WriteByte(' ')
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		gather(c, b, max)
	}
	if n.Type == html.ElementNode && !inline(n) {
		b.WriteByte(' ')
	}
}

// fold joins the words of s by single spaces.
func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// inline reports whether an element runs on within a line of text.
func inline(n *html.Node) bool {
	switch n.DataAtom {
	case atom.A, atom.B, atom.I, atom.Em, atom.Strong, atom.Span, atom.Font, atom.Sup, atom.Sub, atom.U, atom.S, atom.Small,
		atom.Big, atom.Abbr, atom.Acronym, atom.Cite, atom.Code, atom.Q, atom.Mark, atom.Time, atom.Label, atom.Ins, atom.Del,
		atom.Kbd, atom.Samp, atom.Var, atom.Bdi, atom.Bdo, atom.Tt, atom.Nobr, atom.Wbr, atom.Dfn, atom.Ruby, atom.Rt, atom.Rp,
		atom.Data, atom.Strike, atom.Img, atom.Picture:
		return true
	case 0:
		return !strings.Contains(n.Data, "-")
	}
	return false
}

// within reports whether n stands inside an element of one of the given names.
func within(n *html.Node, names ...atom.Atom) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		for _, a := range names {
			if p.DataAtom == a {
				return true
			}
		}
	}
	return false
}
