package page

import (
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Where a date can come from.
const (
	FromJSONLD = "jsonld"
	FromMeta   = "meta"
	FromTime   = "time"
	FromURL    = "url"
	FromText   = "text"
)

// publishedMeta and changedMeta are the names of metadata that hold the day an
// article appeared, and the day it was changed, surest first.
var publishedMeta = []string{
	"article:published_time", "og:article:published_time", "og:published_time", "og:pubdate", "datepublished", "parsely-pub-date", "sailthru.date",
	"cxenseparse:recs:publishtime", "cxenseparse:publishtime", "article.published", "published-date", "publication_date", "publish-date", "publishdate", "publish_date",
	"pubdate", "pub_date", "article_date_original", "article:post_date", "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.available", "dc.date",
	"dcterms.date", "citation_publication_date", "citation_online_date", "citation_date", "date", "date_published", "published_time", "published", "displaydate", "originalpublicationdate",
	"article:date", "bt:pubdate", "rnews:datepublished", "shareaholic:article_published_time", "vr:published_time", "release_date", "prism.publicationdate", "datecreated", "timestamp",
	"last-published", "creation_date", "created", "video:release_date",
}

var changedMeta = []string{
	"article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified", "article:modified", "lastmod", "modified", "revised", "updated_time",
}

// published finds when the page's article appeared, "" and nil where nothing says
// so plainly: what machines are told, then what readers see near the title, then
// the address, then the day of the last change.
func published(h *head, l *layout, address *url.URL) (*moment, string) {
	f := dates{monthFirst: monthFirst(h.lang), classes: h.classes}
	if h.ld.rank >= 3 {
		f.try(h.ld.published, FromJSONLD)
	}
	f.metas(h, publishedMeta)
	if h.ld.rank < 3 {
		f.try(h.ld.published, FromJSONLD)
	}
	f.marks(h.dated)
	if d, ok := addressDate(address); ok {
		f.take(d, FromURL)
	}
	f.nearTitle(l)
	f.try(h.ld.created, FromJSONLD)
	f.try(h.ld.modified, FromJSONLD)
	f.metas(h, changedMeta)
	return f.found, f.from
}

// monthFirst reports whether a page in the language writes 5/17/2024.
func monthFirst(lang string) bool {
	lang = strings.ToLower(lang)
	return lang == "en" || lang == "" || strings.HasPrefix(lang, "en-us") || strings.HasPrefix(lang, "en_us")
}

// dates keeps the first date that it is told of, later ones of the same day where they know more.
type dates struct {
	found      *moment
	from       string
	monthFirst bool
	classes    classes
}

func (f *dates) take(d moment, from string) {
	switch {
	case f.found == nil:
		f.found, f.from = &d, from
	case !f.found.clock && d.clock && d.YearDay() == f.found.YearDay() && d.Year() == f.found.Year():
		f.found = &d
	}
}

func (f *dates) try(s, from string) {
	if s == "" {
		return
	}
	if d, ok := dateOf(s, f.monthFirst); ok {
		f.take(d, from)
	}
}

func (f *dates) metas(h *head, names []string) {
	for _, name := range names {
		for _, v := range h.meta[name] {
			f.try(v, FromMeta)
		}
	}
}

// marks tries the elements that say they hold a date, those first that say it is
// the article's own.
func (f *dates) marks(nodes []*html.Node) {
	var best *html.Node
	most := 0
	for _, n := range nodes {
		if r := f.rankMark(n); r > most {
			if _, ok := f.markDate(n); ok {
				best, most = n, r
			}
		}
	}
	if best != nil {
		d, _ := f.markDate(best)
		f.take(d, FromTime)
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
				return d, ok
			}
		}
	}
	if s := content(n, 300); len(s) < 150 {
		return findDate(s, f.monthFirst)
	}
	return moment{}, false
}

// nearTitle tries the short lines around the title.
func (f *dates) nearTitle(l *layout) {
	at := max(l.title, 0)
	try := func(i int) bool {
		if i < 0 || i >= len(l.blocks) {
			return false
		}
		b := &l.blocks[i]
		if b.digits < 3 || b.end-b.start > 200 || l.elements[b.element].hints&hintComment != 0 {
			return false
		}
		d, ok := findDate(string(l.text[b.start:b.end]), f.monthFirst)
		if ok {
			f.take(d, FromText)
		}
		return ok
	}
	for step := 1; step <= 10; step++ {
		if try(at+step) || step <= 5 && try(at-step) {
			return
		}
	}
}

// addressDate reads /2024/05/17/, 2024-05-17 and 20240517 from an address.
func addressDate(u *url.URL) (moment, bool) {
	if u == nil {
		return moment{}, false
	}
	path := u.Path
	if len(path) > 500 {
		path = path[:500]
	}
	p := pieces(path)
	for i := range p {
		if p[i].kind != 'n' || p[i].digits != 4 && p[i].digits != 8 {
			continue
		}
		if d, _, ok := dayAt(p, i, false); ok && d.Year() >= 1995 && d.Before(time.Date(2060, 1, 1, 0, 0, 0, 0, time.UTC)) {
			return d, true
		}
	}
	return moment{}, false
}
