package feed

import (
	"fmt"
	"strings"
)

// attribute is a stretch of a start tag.
type attribute struct {
	name  string
	value string // raw, without its quotes
}

// tag is a start tag as it stands.
type tag struct {
	name       string
	end        int // behind its >
	empty      bool
	tidy       bool   // may be copied as it stands
	fault      string // what is wrong with it
	attributes []attribute
	namespaces int
}

// startTag consumes a start tag: reads it, admits it, and writes it.
func (g *gate) startTag() {
	t, ok := g.readTag()
	if !ok {
		return
	}
	local := t.name[strings.IndexByte(t.name, ':')+1:]
	if g.root == "" {
		g.root = strings.ToLower(local)
		g.from = g.pos
		if g.format() == "" {
			g.done = true
			return
		}
	}
	entry := g.isEntry(t.name, local)
	if entry && len(g.open) > 0 && g.open[len(g.open)-1].entry {
		g.faults.add(g.pos, "<"+t.name+"> is not closed before the next")
		last := len(g.open) - 1
		g.replace(g.pos, g.pos, g.closers(last))
		g.pop(last)
	}
	if entry {
		if g.entries == g.maxEntries {
			g.tooManyEntries(local)
			return
		}
		g.entries++
	}
	if !g.admitElement(t.namespaces) {
		return
	}
	written := g.write(t, local)
	if !t.empty {
		g.open = append(g.open, element{name: t.name, written: written, namespaces: t.namespaces, entry: entry})
		g.scope += t.namespaces
	} else if len(g.open) == 0 {
		g.flush()
		g.done = true
	}
}

// isEntry reports whether an element is an entry here: a child of the root or of a
// channel, or directly inside an entry of the same name that was never closed.
func (g *gate) isEntry(name, local string) bool {
	depth := len(g.open)
	switch {
	case depth == 0 || depth > 3 || len(local) < 3 || len(local) > 7:
		return false
	case strings.EqualFold(local, "item") || strings.EqualFold(local, "entry"):
		return depth == 1 || depth == 2 && !g.open[1].entry || g.open[depth-1].entry && g.open[depth-1].name == name
	case g.root == "urlset":
		return depth == 1 && strings.EqualFold(local, "url")
	case g.root == "sitemapindex":
		return depth == 1 && strings.EqualFold(local, "sitemap")
	}
	return false
}

func (g *gate) tooManyEntries(local string) {
	rest := g.in[g.pos:]
	g.dropped = strings.Count(rest, "<"+local+">") + strings.Count(rest, "<"+local+" ")
	g.cut(&Error{Kind: TooMany, Reason: fmt.Sprintf("more than %d entries: %d are left out", g.maxEntries, g.dropped)})
}

// write puts the start tag into the document and returns the name it has there.
func (g *gate) write(t tag, local string) string {
	name := t.name
	if g.root == "feed" && len(g.open) == 1 && strings.EqualFold(local, "item") {
		name, t.tidy = name[:len(name)-len(local)]+"entry", false // Atom written with the word of RSS
	}
	if t.fault != "" {
		g.faults.add(g.pos, t.fault)
	}
	if t.tidy {
		g.ampersands(g.pos, t.end)
		g.pos = t.end
		return name
	}
	var b strings.Builder
	b.WriteString("<" + name)
	for _, a := range t.attributes {
		b.WriteString(" " + a.name + `="`)
		b.WriteString(quotable(a.value))
		b.WriteByte('"')
	}
	if t.empty {
		b.WriteByte('/')
	}
	b.WriteByte('>')
	g.replace(g.pos, t.end, b.String())
	return name
}

// quotable escapes what may not stand in a double-quoted attribute value.
func quotable(v string) string {
	if !strings.ContainsAny(v, `"<&`) {
		return v
	}
	v = strings.ReplaceAll(strings.ReplaceAll(v, `"`, "&quot;"), "<", "&lt;")
	var b strings.Builder
	for i := 0; i < len(v); {
		if v[i] != '&' {
			b.WriteByte(v[i])
			i++
			continue
		}
		s, n, _ := reference(v[i:])
		b.WriteString(s)
		i += n
	}
	return b.String()
}

// readTag reads the start tag at pos. Where there is none, it has dealt with the place and answers false.
func (g *gate) readTag() (tag, bool) {
	in, p := g.in, g.pos+1
	for p < len(in) && nameByte(in[p]) {
		p++
	}
	t := tag{name: in[g.pos+1 : p], tidy: true, attributes: g.attributes[:0]}
	if strings.Count(t.name, ":") > 1 || strings.HasSuffix(t.name, ":") || p < len(in) && in[p] >= 0x80 {
		g.stray()
		return t, false
	}
	for p < len(in) {
		switch c := in[p]; {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			p++
		case c == '>':
			t.end, g.attributes = p+1, t.attributes
			return t, true
		case c == '/' && p+1 < len(in) && in[p+1] == '>':
			t.end, t.empty = p+2, true
			return t, true
		case c == '<':
			g.stray()
			return t, false
		case !nameStart(c):
			t.spoil("a tag with stray characters")
			p++
		default:
			p = g.readAttribute(&t, p)
			if p < 0 {
				return t, false
			}
		}
	}
	g.unfinished()
	return t, false
}

// spoil notes that the tag cannot be copied as it stands.
func (t *tag) spoil(why string) {
	t.tidy = false
	if t.fault == "" {
		t.fault = why
	}
}

// readAttribute reads the attribute at p and returns the place behind it, -1 where the tag has no end.
func (g *gate) readAttribute(t *tag, p int) int {
	in, start := g.in, p
	for p < len(in) && nameByte(in[p]) {
		p++
	}
	name := in[start:p]
	for p < len(in) && space(in[p]) {
		p++
	}
	if p < len(in) && in[p] != '=' {
		t.spoil("an attribute without a value")
		return g.keep(t, name, name, p)
	}
	for p++; p < len(in) && space(in[p]); p++ {
	}
	if p >= len(in) {
		g.unfinished()
		return -1
	}
	if q := in[p]; q == '"' || q == '\'' {
		end := strings.IndexByte(in[p+1:], q)
		if end < 0 {
			g.unfinished()
			return -1
		}
		value := in[p+1 : p+1+end]
		if strings.IndexByte(value, '<') >= 0 {
			t.spoil("a < inside an attribute")
		}
		return g.keep(t, name, value, p+1+end+1)
	}
	t.spoil("an attribute without quotes")
	from := p
	for p < len(in) && !space(in[p]) && in[p] != '>' && in[p] != '<' {
		p++
	}
	return g.keep(t, name, strings.TrimSuffix(in[from:p], "/"), p)
}

// keep adds the attribute to the tag and returns next, -1 where the tag has too many.
func (g *gate) keep(t *tag, name, value string, next int) int {
	switch {
	case strings.Count(name, ":") > 1 || strings.HasSuffix(name, ":"):
		t.spoil("an attribute name with several prefixes")
		return next
	case name == "xmlns" || strings.HasPrefix(name, "xmlns:"):
		t.namespaces++
	case name == "xml:base":
		if d := directory(value); d != value {
			value, t.tidy = d, false
		}
	}
	if len(t.attributes) == maxAttributes {
		if g.root == "" {
			g.done = true
			return -1
		}
		g.cut(&Error{Kind: TooMany, Reason: fmt.Sprintf("more than %d attributes in one tag", maxAttributes)})
		return -1
	}
	t.attributes = append(t.attributes, attribute{name, value})
	return next
}

// directory is a base address up to its last slash. Relative addresses resolve
// against that part of a base (RFC 3986, section 5.2.3); gofeed would append to
// the whole of it.
func directory(base string) string {
	base = strings.TrimSpace(base)
	if i := strings.IndexAny(base, "?#"); i >= 0 {
		base = base[:i]
	}
	host := 0
	if i := strings.Index(base, "://"); i >= 0 {
		host = i + 3
	}
	if i := strings.LastIndexByte(base[host:], '/'); i >= 0 {
		return base[:host+i+1]
	}
	return base
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func nameStart(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

func nameByte(c byte) bool {
	return nameStart(c) || c >= '0' && c <= '9' || c == ':' || c == '-' || c == '.'
}
