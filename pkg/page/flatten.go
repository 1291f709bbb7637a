package page

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of a tree. The parser of x/net/html fails beyond 512 open elements, and
// a page can make it build far more nodes than it has bytes.
const (
	maxTags   = 400_000   // elements of a page
	maxCopies = 2_000_000 // formatting elements that HTML5 would copy into later paragraphs
	maxRoots  = 64        // repeated html or body tags, whose attributes are merged each time
	maxDepth  = 200       // of a flattened tree
)

// safe reports whether the rules of HTML5 can be applied to a page at a cost in
// proportion to its size. It counts the tags, the <html> and <body> tags, and for
// each tag the formatting elements open before it.
func safe(markup string) bool {
	tags, roots, open, copies := 0, 0, 0, 0
	for {
		i := strings.IndexByte(markup, '<')
		if i < 0 || i+2 > len(markup)-1 {
			return true
		}
		markup = markup[i+1:]
		end := markup[0] == '/'
		if end {
			markup = markup[1:]
		}
		if c := markup[0] | 0x20; c < 'a' || c > 'z' {
			continue
		}
		name := tagName(markup)
		switch {
		case formatting[name] && end:
			open = max(0, open-1)
		case formatting[name]:
			open++
		case name == "html" || name == "body":
			roots++
		}
		tags++
		copies += open
		if tags > maxTags || roots > maxRoots || copies > maxCopies {
			return false
		}
	}
}

// tagName is the lower-case name that markup begins with, "" beyond ten letters.
func tagName(markup string) string {
	var buf [10]byte
	for i := 0; i < len(markup); i++ {
		c := markup[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return string(buf[:i])
		}
		if i == len(buf) {
			return ""
		}
		buf[i] = c
	}
	return ""
}

// formatting are the elements that HTML5 reopens in each block until they are closed.
var formatting = map[string]bool{
	"a": true, "b": true, "big": true, "code": true, "em": true, "font": true, "i": true, "nobr": true, "s": true,
	"small": true, "strike": true, "strong": true, "tt": true, "u": true,
}

// flattener builds a tree from tokens, without the rules of HTML5.
type flattener struct {
	open   []*html.Node
	beyond map[string]int // open elements that got no node, by name
	nodes  int
}

// flatten reads a page that cannot be parsed properly. Elements nest as their tags
// do, down to maxDepth; deeper ones, and all beyond maxTags, get no node and leave
// their text to the element around them.
func flatten(markup string) *html.Node {
	root := &html.Node{Type: html.DocumentNode}
	f := flattener{open: []*html.Node{root}, beyond: map[string]int{}}
	z := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return root
		case html.TextToken:
			f.text(string(z.Text()))
		case html.StartTagToken:
			f.start(z.Token(), false)
		case html.SelfClosingTagToken:
			f.start(z.Token(), true)
		case html.EndTagToken:
			name, _ := z.TagName()
			f.end(string(name))
		}
	}
}

func (f *flattener) text(s string) {
	top := f.open[len(f.open)-1]
	if strings.TrimSpace(s) == "" && top.LastChild != nil && top.LastChild.Type == html.TextNode || f.nodes > 2*maxTags {
		return
	}
	f.append(&html.Node{Type: html.TextNode, Data: s})
}

func (f *flattener) start(t html.Token, closed bool) {
	if t.DataAtom == atom.P || t.DataAtom == atom.Li || t.DataAtom == atom.Td || t.DataAtom == atom.Tr {
		if f.open[len(f.open)-1].DataAtom == t.DataAtom {
			f.open = f.open[:len(f.open)-1]
		}
	}
	if t.DataAtom == atom.A { // a link ends where the next one begins
		f.close("a")
	}
	closed = closed || void(t.DataAtom)
	if len(f.open) > maxDepth || f.nodes > maxTags {
		if !closed {
			f.beyond[t.Data]++
		}
		f.part(t)
		return
	}
	n := &html.Node{Type: html.ElementNode, DataAtom: t.DataAtom, Data: t.Data, Attr: t.Attr}
	f.append(n)
	if !closed {
		f.open = append(f.open, n)
	}
}

// part keeps the lines apart that a block-level element without a node would.
func (f *flattener) part(t html.Token) {
	top := f.open[len(f.open)-1]
	if last := top.LastChild; last == nil || last.DataAtom == atom.Hr || f.nodes > 2*maxTags || inline(&html.Node{DataAtom: t.DataAtom, Data: t.Data}) {
		return
	}
	f.append(&html.Node{Type: html.ElementNode, DataAtom: atom.Hr, Data: "hr"})
}

func (f *flattener) append(n *html.Node) {
	f.nodes++
	f.open[len(f.open)-1].AppendChild(n)
}

// end closes the nearest open element of the name, if there is one.
func (f *flattener) end(name string) {
	if f.beyond[name] > 0 {
		f.beyond[name]--
		return
	}
	f.close(name)
}

func (f *flattener) close(name string) {
	for i := len(f.open) - 1; i > 0; i-- {
		if f.open[i].Data == name {
			f.open = f.open[:i]
			return
		}
	}
}

// void reports whether an element has no content and no end tag.
func void(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Param,
		atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}
