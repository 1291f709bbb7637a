package page

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxAuthors is how many names are kept.
const maxAuthors = 12

// authors are the people or desks that the page names as its writers: those of
// JSON-LD, else of the metadata, else of the marks near the text, else of a byline
// under the title. The outlet's own name counts only where there is no other.
func authors(h *head, l *layout, sites []string) []string {
	var outlet namelist
	for _, source := range []func(*namelist){
		func(a *namelist) { a.addAll(h.ld.authors) },
		func(a *namelist) { a.fromMeta(h) },
		func(a *namelist) { a.fromMarks(h) },
		func(a *namelist) { a.fromLines(l) },
	} {
		var a namelist
		source(&a)
		if people := a.without(sites); len(people) > 0 {
			return people
		}
		outlet.addAll(a.names)
	}
	if outlet.names == nil {
		return []string{}
	}
	return outlet.names
}

func (a *namelist) addAll(list []string) {
	for _, s := range list {
		a.add(s)
	}
}

func (a *namelist) fromMeta(h *head) {
	for _, name := range [...]string{"author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "citation_author", "sailthru.author", "byl", "twitter:creator"} {
		if a.addAll(h.meta[name]); len(a.names) > 0 {
			return
		}
	}
}

// fromLines takes the names of the first line near the title that begins as a byline does.
func (a *namelist) fromLines(l *layout) {
	for i := max(0, l.title-3); i < min(len(l.blocks), l.title+8) && l.title >= 0; i++ {
		b := &l.blocks[i]
		s := string(l.text[b.start:b.end])
		if b.mass > 60 || !byline(strings.ToLower(s)) {
			continue
		}
		if a.add(withoutDate(s)); len(a.names) > 0 {
			return
		}
	}
}

// without leaves out the names that are the site's.
func (a *namelist) without(sites []string) []string {
	var out []string
	for _, n := range a.names {
		if !siteLike(key(n), sites) {
			out = append(out, n)
		}
	}
	return out
}

// namelist collects names, each once.
type namelist struct{ names []string }

// add takes a string that may hold several names.
func (a *namelist) add(s string) {
	s = fold(plain(s))
	if strings.Contains(s, "://") || strings.HasPrefix(s, "@") || strings.HasPrefix(s, "www.") {
		return
	}
	for _, sep := range [...]string{" and ", " und ", " et ", " y ", " og ", " och ", " en ", " и ", " اور ", " و ", " और ", " & ", ";", "|", "/", "،", " • ", " · "} {
		s = strings.ReplaceAll(s, sep, ",")
	}
	for _, name := range strings.Split(s, ",") {
		name = person(name)
		if name == "" || len(a.names) >= maxAuthors {
			continue
		}
		known := false
		for _, n := range a.names {
			known = known || key(n) == key(name)
		}
		if !known {
			a.names = append(a.names, name)
		}
	}
}

// person takes the words away that introduce a name, and answers "" for what is none.
func person(s string) string {
	s = strings.TrimSpace(s)
	lower := strings.ToLower(s)
	for _, p := range [...]string{"written by ", "posted by ", "by ", "von ", "par ", "por ", "by: ", "author: ", "autor: ", "text: ", "تحریر: ", "نویسنده: "} {
		if strings.HasPrefix(lower, p) && len(lower) == len(s) {
			s, lower = strings.TrimSpace(s[len(p):]), strings.TrimSpace(lower[len(p):])
		}
	}
	n := utf8.RuneCountInString(s)
	if n < 3 || n > 60 || len(strings.Fields(s)) > 6 || strings.ContainsAny(s, "<>{}[]@=") || notPerson[lower] {
		return ""
	}
	digits := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits > 2 {
		return ""
	}
	return s
}

// notPerson are words that stand where an author's name is expected and name none.
var notPerson = map[string]bool{"admin": true, "administrator": true, "editor": true, "webmaster": true, "author": true, "unknown": true, "anonymous": true,
	"redaktion": true, "web desk": false, "staff": true, "user": true, "root": true, "null": true, "none": true, "undefined": true, "guest": true}

// fromMarks takes the names of the first kind of mark that has some: itemprop, rel, class.
func (a *namelist) fromMarks(h *head) {
	for kind := range 3 {
		for _, n := range h.byline {
			if markKind(n) != kind || within(n, atom.Aside, atom.Footer, atom.Nav) || a.inComment(n, h.classes) {
				continue
			}
			s := first(attr(n, "content"), content(n, 200))
			if len(s) < 120 && !strings.ContainsAny(s, ".!?") || n.DataAtom == atom.A {
				a.add(withoutDate(s))
			}
			if len(a.names) > 0 && kind == 2 || len(a.names) >= 4 {
				return
			}
		}
		if len(a.names) > 0 {
			return
		}
	}
}

func markKind(n *html.Node) int {
	switch {
	case attr(n, "itemprop") != "":
		return 0
	case attr(n, "rel") == "author":
		return 1
	}
	return 2
}

func (a *namelist) inComment(n *html.Node, c classes) bool {
	for p := n.Parent; p != nil && p.DataAtom != atom.Body; p = p.Parent {
		h := c.of(attr(p, "class")) | c.of(attr(p, "id"))
		if h&(hintComment|hintRelated|hintSide) != 0 && h&(hintBody|hintContent) == 0 {
			return true
		}
	}
	return false
}

// withoutDate cuts a byline at the first digit, where a date begins.
func withoutDate(s string) string {
	for i, r := range s {
		if unicode.IsDigit(r) || r == '|' || r == '–' || r == '•' {
			return strings.TrimSpace(s[:i])
		}
	}
	return s
}
