package feed

import (
	"fmt"
	"strings"
)

// formatCDF is the Channel Definition Format, read like the others and reported as RSS.
const formatCDF = "cdf"

// gate walks a document once, before any XML parser sees it. It keeps the stack of
// open elements, so that it knows depth and nesting, and writes a document that is
// well formed by construction: what a parser would stop at is mended or left out,
// comments, processing instructions and the document type are left out, and
// everything else is copied as it stands. Whatever the parser behind it believes
// about broken XML, it is shown none.
type gate struct {
	in    string
	pos   int       // of the byte under consideration
	from  int       // in[from:pos] is still to be copied to out
	out   []byte    //
	last  mark      // where the last whole tag ended
	open  []element //
	root  string    // local name of the root element in lower case, "" until it is seen
	scope int       // namespace declarations in scope

	elements, scopeWork int
	textWork            int  // sum over all stretches of text of the text before them in their element
	looseTypes          bool // a document type declaration was unbalanced: of the next, the first > is believed at once
	entries, maxEntries int
	dropped             int
	faults              faults
	stop                *Error // why the document was not read to its end
	inEntry             bool   // it stopped inside an entry
	done                bool
	attributes          []attribute // of the tag under consideration, kept for the next
}

// mark is a place to return to.
type mark struct{ pos, from, out int }

// element is an open element.
type element struct {
	name       string // as written, with its prefix
	written    string // as it stands in out
	namespaces int    // declared on it
	text       int    // bytes of text directly inside it
	entry      bool
}

// admit walks the document from start.
func admit(doc string, start, maxEntries int, faults faults) *gate {
	g := &gate{in: doc, pos: start, maxEntries: maxEntries, faults: faults, open: make([]element, 0, 32)}
	for !g.done && g.pos < len(g.in) {
		g.last = mark{g.pos, g.from, len(g.out)}
		at := strings.IndexByte(g.in[g.pos:], '<')
		if at < 0 {
			break
		}
		end := g.pos + at
		if g.root != "" {
			g.ampersands(g.pos, end)
			g.text(at)
		}
		g.pos = end
		if !g.done {
			g.markup()
		}
	}
	if !g.done && g.root != "" {
		if g.pos == len(g.in) {
			g.last = mark{g.pos, g.from, len(g.out)}
		}
		g.cut(&Error{Kind: Cut, Reason: "the document ends inside <" + shorten(g.innermost()) + ">"})
	}
	return g
}

func (g *gate) err() error {
	if g.stop != nil {
		return g.stop
	}
	return g.faults.err(g.in)
}

func (g *gate) format() string {
	switch g.root {
	case "rss":
		return FormatRSS
	case "rdf":
		return FormatRDF
	case "feed", "entry":
		return FormatAtom
	case "channel":
		return formatCDF
	case "urlset":
		return FormatNewsSitemap
	case "sitemapindex":
		return FormatSitemapIndex
	}
	return ""
}

// markup consumes what begins with the < at pos.
func (g *gate) markup() {
	rest := g.in[g.pos:]
	switch {
	case strings.HasPrefix(rest, "<!--"):
		g.drop("-->", 4)
	case strings.HasPrefix(rest, "<![CDATA["):
		g.cdata()
	case strings.HasPrefix(rest, "<!"):
		g.doctype()
	case strings.HasPrefix(rest, "<?"):
		g.drop("?>", 2)
	case strings.HasPrefix(rest, "</"):
		g.endTag()
	case len(rest) > 1 && nameStart(rest[1]):
		g.startTag()
	case len(rest) == 1:
		g.unfinished()
	default:
		g.stray()
	}
}

// text counts a stretch of text inside the innermost element. A parser that gathers
// the text of an element stretch by stretch copies what it has each time.
func (g *gate) text(size int) {
	if size == 0 || len(g.open) == 0 {
		return
	}
	e := &g.open[len(g.open)-1]
	g.textWork += e.text
	e.text += size
	if g.textWork > maxTextWork {
		g.cut(&Error{Kind: TooMany, Reason: "text in more pieces than any feed needs"})
	}
}

// replace puts s in the place of in[a:b] and goes on at b.
func (g *gate) replace(a, b int, s string) {
	if g.root != "" {
		g.out = append(append(g.out, g.in[g.from:a]...), s...)
	}
	g.from, g.pos = b, b
}

// drop leaves out markup up to its terminator.
func (g *gate) drop(terminator string, skip int) {
	at := strings.Index(g.in[min(g.pos+skip, len(g.in)):], terminator)
	if at < 0 {
		g.unfinished()
		return
	}
	g.replace(g.pos, g.pos+skip+at+len(terminator), "")
}

// unfinished handles markup that has no end: in a document the rest is lost, before the root there is no document.
func (g *gate) unfinished() {
	if g.root == "" {
		g.pos, g.done = len(g.in), true
		return
	}
	g.cut(&Error{Kind: Cut, Reason: "the document ends inside a tag of <" + shorten(g.innermost()) + ">"})
}

func (g *gate) cdata() {
	at := strings.Index(g.in[g.pos:], "]]>")
	switch {
	case at < 0:
		g.unfinished()
	default:
		g.pos += at + 3
		g.text(at)
	}
}

// doctype leaves out a document type declaration with its internal subset: no entity is ever declared.
func (g *gate) doctype() {
	depth, quote := 0, byte(0)
	for p := g.pos + 2; p < len(g.in) && !g.looseTypes; p++ {
		c := g.in[p]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[' || c == '<':
			depth++
		case c == ']':
			depth--
		case c == '>' && depth > 0:
			depth--
		case c == '>':
			g.replace(g.pos, p+1, "")
			return
		}
	}
	g.looseTypes = true
	if at := strings.IndexByte(g.in[g.pos:], '>'); at >= 0 {
		g.faults.add(g.pos, "a broken document type declaration")
		g.replace(g.pos, g.pos+at+1, "")
		return
	}
	g.unfinished()
}

// stray escapes a < that begins no markup.
func (g *gate) stray() {
	if g.root == "" {
		g.pos++
		return
	}
	g.faults.add(g.pos, "a < that begins no tag")
	g.replace(g.pos, g.pos+1, "&lt;")
}

func (g *gate) endTag() {
	p := g.pos + 2
	for p < len(g.in) && nameByte(g.in[p]) {
		p++
	}
	name := g.in[g.pos+2 : p]
	end := strings.IndexByte(g.in[p:], '>')
	if end < 0 {
		g.unfinished()
		return
	}
	end += p + 1
	if g.root == "" {
		g.pos = end
		return
	}
	depth := g.find(name)
	if depth < 0 {
		g.faults.add(g.pos, "</"+shorten(name)+"> closes nothing")
		g.replace(g.pos, end, "")
		return
	}
	top := g.open[depth]
	if depth < len(g.open)-1 || top.written != name || strings.TrimSpace(g.in[p:end-1]) != "" {
		if depth < len(g.open)-1 {
			g.faults.add(g.pos, "<"+shorten(g.innermost())+"> is not closed")
		}
		g.replace(g.pos, end, g.closers(depth))
	}
	g.pos = end
	g.pop(depth)
	if depth == 0 {
		g.flush()
		g.done = true
	}
}

// find is the index in the stack of the element that an end tag closes, -1 where it closes none.
func (g *gate) find(name string) int {
	for i := len(g.open) - 1; i >= 0; i-- {
		if g.open[i].name == name {
			return i
		}
	}
	if last := len(g.open) - 1; last >= 0 && strings.EqualFold(g.open[last].name, name) {
		return last
	}
	return -1
}

// closers are the end tags of the open elements from the innermost to the one at depth.
func (g *gate) closers(depth int) string {
	var b strings.Builder
	for i := len(g.open) - 1; i >= depth; i-- {
		b.WriteString("</" + g.open[i].written + ">")
	}
	return b.String()
}

func (g *gate) pop(depth int) {
	for i := len(g.open) - 1; i >= depth; i-- {
		g.scope -= g.open[i].namespaces
	}
	g.open = g.open[:depth]
}

func (g *gate) flush() {
	g.out = append(g.out, g.in[g.from:g.pos]...)
	g.from = g.pos
}

// cut ends the document behind the last whole tag and closes what is open. Text
// behind that tag is left out: half an address would be another article's.
func (g *gate) cut(why *Error) {
	why.Line = line(g.in, g.pos)
	g.out = append(append(g.out[:g.last.out], g.in[g.last.from:g.last.pos]...), g.closers(0)...)
	for _, e := range g.open {
		g.inEntry = g.inEntry || e.entry
	}
	g.open, g.stop, g.done = g.open[:0], why, true
}

func (g *gate) innermost() string {
	if len(g.open) == 0 {
		return g.root
	}
	return g.open[len(g.open)-1].name
}

func shorten(name string) string {
	if len(name) > 40 {
		return name[:40] + "…"
	}
	return name
}

// admitElement counts an element that is about to be opened and says whether the bounds allow it.
func (g *gate) admitElement(namespaces int) bool {
	g.elements++
	g.scopeWork += g.scope + namespaces
	switch {
	case len(g.open) >= MaxDepth:
		g.cut(&Error{Kind: TooDeep, Reason: fmt.Sprintf("more than %d elements nested", MaxDepth)})
	case g.elements > MaxElements:
		g.cut(&Error{Kind: TooMany, Reason: fmt.Sprintf("more than %d elements", MaxElements)})
	case g.scopeWork > maxScopeWork:
		g.cut(&Error{Kind: TooMany, Reason: "more namespace declarations than any feed needs"})
	default:
		return true
	}
	return false
}
