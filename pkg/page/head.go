package page

import (
	"sort"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// head is what a page says of itself outside its text, as found.
type head struct {
	meta      map[string][]string // by lower-case name, property, itemprop or http-equiv
	title     string              // of <title>
	lang      string
	canonical string
	amp       string // address of the mobile variant
	isAMP     bool
	next      string // address the text goes on at
	base      string
	ld        story        // of JSON-LD
	headings  []*html.Node // h1 and h2
	dated     []dateMark   // <time>, itemprop and class marks of dates
	seen      int          // elements walked over
	titleAt   int          // place of the first h1 among them, 0 where there is none
	scripts   []string     // that hold a publishing date in JSON, see stateDate
	byline    []*html.Node // rel=author, itemprop and class marks of authors
	classes   classes
}

// Bounds of what is kept of a page's metadata.
const (
	maxScript = 2 << 20 // bytes of one script
	maxMarks  = 200     // elements of each kind
)

// dateMark is an element that says that it holds a date, and its place among all elements.
type dateMark struct {
	node *html.Node
	at   int
}

func readHead(root *html.Node) *head {
	h := &head{meta: map[string][]string{}, classes: classes{}}
	h.walk(root)
	return h
}

func (h *head) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		h.element(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.TextNode {
			h.walk(c)
		}
	}
}

func (h *head) element(n *html.Node) {
	h.seen++
	switch n.DataAtom {
	case atom.Html:
		h.lang = first(h.lang, attr(n, "lang"), attr(n, "xml:lang"))
		h.isAMP = h.isAMP || hasAttr(n, "amp") || hasAttr(n, "⚡")
	case atom.Title:
		if h.title == "" && !within(n, atom.Svg) {
			h.title = content(n, 2000)
		}
	case atom.Base:
		h.base = first(h.base, attr(n, "href"))
	case atom.Meta:
		h.metaTag(n)
	case atom.Link:
		h.link(n)
	case atom.Script:
		h.script(n)
	case atom.H1:
		mark(&h.headings, n)
		if h.titleAt == 0 {
			h.titleAt = h.seen
		}
	case atom.H2:
		mark(&h.headings, n)
	case atom.Time:
		h.date(n)
	}
	h.marks(n)
}

// marks keeps elements whose itemprop, rel or class names a date, author or headline.
func (h *head) marks(n *html.Node) {
	for i := range n.Attr {
		v := n.Attr[i].Val
		switch n.Attr[i].Key {
		case "itemprop":
			switch {
			case strings.Contains(v, "datePublished") || strings.Contains(v, "dateCreated"):
				h.date(n)
			case strings.Contains(v, "author"):
				mark(&h.byline, n)
			case strings.Contains(v, "headline") && n.DataAtom != atom.Meta && n.DataAtom != atom.H1 && n.DataAtom != atom.H2:
				mark(&h.headings, n)
			}
		case "rel":
			if v == "author" {
				mark(&h.byline, n)
			}
		case "class", "id":
			k := h.classes.of(v)
			if k&hintDate != 0 && n.DataAtom != atom.Time && n.DataAtom != atom.Body {
				h.date(n)
			}
			if k&hintAuthor != 0 {
				mark(&h.byline, n)
			}
		}
	}
}

func (h *head) date(n *html.Node) {
	if l := len(h.dated); l < maxMarks && (l == 0 || h.dated[l-1].node != n) {
		h.dated = append(h.dated, dateMark{n, h.seen})
	}
}

func (h *head) script(n *html.Node) {
	if n.FirstChild == nil || len(n.FirstChild.Data) > maxScript {
		return
	}
	if strings.Contains(attr(n, "type"), "ld+json") {
		h.ld.read(n.FirstChild.Data)
	} else if s := stateDate(n.FirstChild.Data); s != "" {
		h.scripts = append(h.scripts, s)
	}
}

func mark(list *[]*html.Node, n *html.Node) {
	if l := len(*list); l < maxMarks && (l == 0 || (*list)[l-1] != n) {
		*list = append(*list, n)
	}
}

func (h *head) metaTag(n *html.Node) {
	value := strings.TrimSpace(attr(n, "content"))
	if value == "" || len(value) > 20_000 {
		return
	}
	for _, key := range [...]string{"property", "name", "itemprop", "http-equiv"} {
		if name := strings.ToLower(strings.TrimSpace(attr(n, key))); name != "" && len(h.meta[name]) < 20 {
			h.meta[name] = append(h.meta[name], value)
		}
	}
}

func (h *head) link(n *html.Node) {
	href := strings.TrimSpace(attr(n, "href"))
	for _, rel := range strings.Fields(strings.ToLower(attr(n, "rel"))) {
		switch rel {
		case "canonical":
			h.canonical = first(h.canonical, href)
		case "amphtml":
			h.amp = first(h.amp, href)
		case "next":
			h.next = first(h.next, href)
		}
	}
}

// get is the first value of the first of the named metadata that is there.
func (h *head) get(names ...string) string {
	for _, name := range names {
		if v := h.meta[name]; len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// named are the names of metadata that contain one of the given parts, in order.
func (h *head) named(parts ...string) []string {
	var out []string
	for name := range h.meta {
		for _, part := range parts {
			if strings.Contains(name, part) && !strings.Contains(name, "publisher") {
				out = append(out, name)
				break
			}
		}
	}
	sort.Strings(out)
	return out
}

// first is the first of its arguments that is not empty.
func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
