package page

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// marks adds the element that most surely holds the article's date, of those that
// say that they hold one.
func (f *dates) marks(h *head) {
	var best candidate
	most := 0
	for _, m := range h.dated {
		r := f.rankMark(m.node)
		away := m.at - h.titleAt
		near := h.titleAt > 0 && away > -40 && away < 60
		if near {
			r += 6
		}
		if r <= most {
			continue
		}
		d, ok := f.markDate(m.node)
		if !ok {
			continue
		}
		most, best = r, candidate{d, FromTime, voteFar}
		switch {
		case strings.Contains(attr(m.node, "itemprop"), "datePublished"):
			best.vote = voteStrong
		case near:
			best.vote = voteShown
		}
	}
	if most > 0 {
		f.all = append(f.all, best)
	}
}

// rankMark is how surely an element holds the day the article appeared, 0 for not.
func (f *dates) rankMark(n *html.Node) int {
	r := 10
	switch p := attr(n, "itemprop"); {
	case strings.Contains(p, "datePublished"):
		r += 20
	case strings.Contains(p, "dateModified"):
		r -= 5
	}
	class := strings.ToLower(attr(n, "class"))
	switch {
	case hasAttr(n, "pubdate") || strings.Contains(class, "publish") || strings.Contains(class, "entry-date") || strings.Contains(class, "post-date"):
		r += 5
	case strings.Contains(class, "update") || strings.Contains(class, "modif"):
		r -= 5
	}
	if n.DataAtom == atom.Time {
		r += 2
	}
	for p := n.Parent; p != nil && p.DataAtom != atom.Body; p = p.Parent {
		switch p.DataAtom {
		case atom.Nav, atom.Aside, atom.Footer, atom.Li:
			r -= 6
		case atom.Article, atom.Main:
			r++
		}
		h := f.classes.of(attr(p, "class")) | f.classes.of(attr(p, "id"))
		if h&(hintComment|hintRelated|hintSide|hintNav|hintFoot) != 0 && h&hintBody == 0 {
			r -= 5
		}
	}
	return r
}

func (f *dates) markDate(n *html.Node) (moment, bool) {
	for _, key := range [...]string{"datetime", "content", "data-datetime", "data-date", "title"} {
		if v := attr(n, key); v != "" && len(v) < 100 {
			if d, ok := dateOf(v, f.monthFirst); ok {
				return f.asShown(d, n), ok
			}
		}
	}
	if s := content(n, 300); len(s) < 150 {
		return findDate(s, f.monthFirst)
	}
	return moment{}, false
}

// asShown moves an instant in UTC to the day that the element shows, see align.
func (f *dates) asShown(d moment, n *html.Node) moment {
	if !d.clock || !d.zoned || !utc(d) {
		return d
	}
	shown, ok := findDate(content(n, 150), f.monthFirst)
	if !ok || sameDay(shown, d) {
		return d
	}
	moved, _ := moveTo(d, shown)
	return moved
}
