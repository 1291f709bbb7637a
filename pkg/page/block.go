package page

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// element is a block-level element of a page, in document order.
type element struct {
	node     *html.Node
	parent   int
	from, to int  // its blocks, to exclusive
	end      int  // the element after all those within it
	own      hint // of its class and id
	hints    hint // own and inherited
	tags     tags // own and inherited
}

// tags are the elements a block stands in.
type tags uint32

const (
	inArticle tags = 1 << iota
	inMain
	inNav
	inAside
	inFooter
	inHeader
	inFigure
	inForm
	inTable
	inList
	inQuote
	inHidden
	inBody // itemprop articleBody
	inDetails
)

// block is a run of text that no block-level element or pair of line breaks interrupts.
type block struct {
	element int
	tag     atom.Atom // of the nearest element that says something: p li h1 … td, or div
	start   int       // in page.text
	end     int
	mass    int // letters and digits; an ideograph counts as three
	linked  int // of them inside links
	strong  int // of them inside bold type
	slanted int // of them in italics
	ends    int // ends of sentences
	commas  int
	links   int
	digits  int
	score   float64 // see weigh
	final   float64 // see choose
	keep    bool
}

// layout is a page cut into blocks.
type layout struct {
	text     []byte
	elements []element
	blocks   []block
	classes  classes
	prose    []int // of each element: running text directly in it and in its children
	cousins  []int // of each element: running text in its children's children
	repeats  map[string]int
	told     string // key of the body that JSON-LD gives, "" where it is short
	summary  string // key of the page's description
	title    int    // the block of the article's title, -1 where there is none
}

// cutter walks a tree and fills a layout.
type cutter struct {
	layout
	cur    block
	opened bool
	space  bool
	breaks int
	link   int // depth of links around the walk
	bold   int
	italic int
}

// cut reads the blocks under the body of a page.
func cut(root *html.Node, c classes) *layout {
	k := cutter{layout: layout{classes: c, title: -1}}
	k.elements = append(k.elements, element{node: root, parent: -1})
	k.walk(root, 0)
	k.flush()
	k.elements[0].to, k.elements[0].end = len(k.blocks), len(k.elements)
	k.inherit()
	return &k.layout
}

func (k *cutter) walk(n *html.Node, e int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			k.add(c.Data, e)
		case html.ElementNode:
			k.enter(c, e)
		}
	}
}

func (k *cutter) enter(n *html.Node, e int) {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Svg, atom.Math, atom.Object, atom.Embed, atom.Audio, atom.Video,
		atom.Select, atom.Button, atom.Input, atom.Textarea, atom.Canvas, atom.Noscript, atom.Datalist, atom.Map, atom.Dialog:
		return
	case atom.Br:
		k.breaks++
		k.space = true
		if k.breaks > 1 {
			k.flush()
		}
		return
	case atom.Hr:
		k.flush()
		return
	}
	if inline(n) {
		k.inline(n, e)
		return
	}
	k.flush()
	own := k.classes.of(attr(n, "class")) | k.classes.of(attr(n, "id"))
	k.elements = append(k.elements, element{node: n, parent: e, from: len(k.blocks), own: own})
	i := len(k.elements) - 1
	k.walk(n, i)
	k.flush()
	k.elements[i].to, k.elements[i].end = len(k.blocks), len(k.elements)
}

func (k *cutter) inline(n *html.Node, e int) {
	if k.classes.of(attr(n, "class"))&hintHidden != 0 || hidden(n) {
		return
	}
	switch n.DataAtom {
	case atom.A:
		k.link++
		if k.link == 1 {
			k.cur.links++
		}
		k.walk(n, e)
		k.link--
	case atom.B, atom.Strong:
		k.bold++
		k.walk(n, e)
		k.bold--
	case atom.I, atom.Em:
		k.italic++
		k.walk(n, e)
		k.italic--
	default:
		k.walk(n, e)
	}
}

// hidden reports whether an element says that it is not shown.
func hidden(n *html.Node) bool {
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "hidden":
			return true
		case "aria-hidden":
			if n.Attr[i].Val == "true" {
				return true
			}
		case "style":
			s := strings.ReplaceAll(n.Attr[i].Val, " ", "")
			if len(s) < 2000 && (strings.Contains(s, "display:none") || strings.Contains(s, "visibility:hidden")) {
				return true
			}
		}
	}
	return false
}

// add appends text to the open block, white space folded.
func (k *cutter) add(s string, e int) {
	for _, r := range s {
		if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' {
			k.space = true
			continue
		}
		if unicode.IsControl(r) {
			continue
		}
		if !k.opened {
			k.cur = block{element: e, start: len(k.text), links: k.cur.links}
			k.opened = true
		} else if k.breaks > 0 {
			k.text = append(k.text, '\n')
		} else if k.space {
			k.text = append(k.text, ' ')
		}
		k.breaks, k.space = 0, false
		k.text = utf8.AppendRune(k.text, r)
		k.count(r)
	}
}

func (k *cutter) count(r rune) {
	m := 1
	switch {
	case r < 0x80 && (r|0x20) >= 'a' && (r|0x20) <= 'z':
	case r >= '0' && r <= '9':
		k.cur.digits++
	case r == '.' || r == '!' || r == '?' || r == '۔' || r == '؟' || r == '।' || r == '。' || r == '！' || r == '？' || r == '…':
		k.cur.ends++
		return
	case r == ',' || r == '،' || r == '、' || r == '，':
		k.cur.commas++
		return
	case r >= 0x2E80 && r < 0xA000 || r >= 0xAC00 && r < 0xD7B0:
		m = 3
	case digit(r) >= 0:
		k.cur.digits++
	case r < 0x80 || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r):
		return
	}
	k.cur.mass += m
	if k.link > 0 {
		k.cur.linked += m
	}
	if k.bold > 0 {
		k.cur.strong += m
	}
	if k.italic > 0 {
		k.cur.slanted += m
	}
}

// flush closes the open block.
func (k *cutter) flush() {
	if k.opened && k.cur.mass > 0 {
		k.cur.end = len(k.text)
		k.cur.tag = k.kind(k.cur.element)
		k.blocks = append(k.blocks, k.cur)
	} else if k.opened {
		k.text = k.text[:k.cur.start]
	}
	k.opened, k.space, k.breaks = false, false, 0
	k.cur.links = 0
}

// kind is the tag that says what a block in element e is: the nearest that says
// something, at most three levels up.
func (k *cutter) kind(e int) atom.Atom {
	for up := 0; e > 0 && up < 3; up++ {
		switch a := k.elements[e].node.DataAtom; a {
		case atom.P, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Td, atom.Th, atom.Dd, atom.Dt,
			atom.Blockquote, atom.Pre, atom.Figcaption, atom.Caption, atom.Summary, atom.Legend:
			return a
		case atom.Section, atom.Article, atom.Main, atom.Body:
			return atom.Div
		}
		e = k.elements[e].parent
	}
	return atom.Div
}

// large is the share of a page's text beyond which an element is the page's frame,
// so that its class names speak of the page and not of a part.
const large = 0.7

// inherit hands down what elements say to those within.
func (k *cutter) inherit() {
	sums := make([]int, len(k.blocks)+1)
	for i, b := range k.blocks {
		sums[i+1] = sums[i] + b.mass - b.linked
	}
	total := float64(sums[len(k.blocks)])
	for i := 1; i < len(k.elements); i++ {
		e := &k.elements[i]
		up := &k.elements[e.parent]
		share := float64(sums[e.to]-sums[e.from]) / max(1, total)
		e.hints, e.tags = up.hints, up.tags
		own := e.own
		if share > large {
			own &= hintBody | hintContent
		}
		e.hints |= own
		if own&hintBody != 0 {
			e.hints &^= hintHead
		}
		e.tags |= tagOf(e.node, share)
	}
}

// roles are the ARIA landmarks that say what an element's own name may not.
var roles = map[string]tags{"main": inMain, "navigation": inNav, "menu": inNav, "menubar": inNav, "complementary": inAside,
	"contentinfo": inFooter, "article": inArticle, "dialog": inHidden, "alertdialog": inHidden}

func tagOf(n *html.Node, share float64) tags {
	var t tags
	switch n.DataAtom {
	case atom.Article:
		t = inArticle
	case atom.Main:
		t = inMain
	case atom.Nav:
		t = inNav
	case atom.Aside:
		t = inAside
	case atom.Footer:
		t = inFooter
	case atom.Header:
		t = inHeader
	case atom.Figure, atom.Figcaption:
		t = inFigure
	case atom.Form, atom.Fieldset:
		t = inForm
	case atom.Table:
		t = inTable
	case atom.Ul, atom.Ol, atom.Dl:
		t = inList
	case atom.Blockquote:
		t = inQuote
	case atom.Details:
		t = inDetails
	}
	if share > large {
		t &= inArticle | inMain
	} else if hidden(n) {
		t |= inHidden
	}
	t |= roles[attr(n, "role")]
	if p := attr(n, "itemprop"); strings.Contains(p, "articleBody") || p == "text" || p == "reviewBody" {
		t |= inBody
	}
	return t
}
