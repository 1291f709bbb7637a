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
	"dcterms.date", "citation_publication_date", "citation_online_date", "citation_date", "date_published", "published_time", "published", "displaydate", "originalpublicationdate",
	"article:date", "bt:pubdate", "rnews:datepublished", "shareaholic:article_published_time", "vr:published_time", "release_date", "prism.publicationdate",
}

// vagueMeta are names that some pages use for it and others for the day of a change or of the visit.
var vagueMeta = []string{"date", "datecreated", "timestamp", "last-published", "creation_date", "created", "video:release_date"}

var changedMeta = []string{
	"article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified", "article:modified", "lastmod", "modified", "revised", "updated_time",
}

// published finds when the page's article appeared, nil and "" where nothing says
// so plainly: what machines are told, then what readers see near the title, then
// the address, then the day of the last change.
func published(h *head, l *layout, title string, address *url.URL) (*moment, string) {
	f := dates{monthFirst: monthFirst(h.lang), classes: h.classes}
	if h.ld.rank >= 3 {
		f.try(h.ld.published, FromJSONLD)
	}
	f.metas(h, publishedMeta)
	if h.ld.rank < 3 {
		f.try(h.ld.published, FromJSONLD)
	}
	f.marks(h)
	f.metas(h, vagueMeta)
	if d, ok := addressDate(address); ok {
		f.take(d, FromURL)
	}
	f.nearTitle(l)
	f.anywhere(h, l, title)
	f.try(h.ld.created, FromJSONLD)
	f.try(h.ld.modified, FromJSONLD)
	f.metas(h, changedMeta)
	f.lastResort(l)
	return f.found, f.from
}

// monthFirst reports whether a page in the language writes 5/17/2024.
func monthFirst(lang string) bool {
	lang = strings.ToLower(lang)
	return lang == "en" || lang == "" || strings.HasPrefix(lang, "en-us") || strings.HasPrefix(lang, "en_us")
}

// dates keeps the first date that it is told of, and lets later ones add to it.
type dates struct {
	found      *moment
	from       string
	monthFirst bool
	settled    bool // a day as readers see it has been compared
	classes    classes
}

// take keeps the first date. A later one of the same day adds its time of day. One
// of the day before or after, as the page or its address shows it to readers,
// moves an instant given in UTC to the offset in which it falls on that day: the
// instant stays, the day becomes the page's own. One that is the other reading of
// 3/4/2024 decides which reading is right.
func (f *dates) take(d moment, from string) {
	switch {
	case f.found == nil:
		f.found, f.from = &d, from
	case sameDay(*f.found, d):
		if !f.found.clock && d.clock {
			f.found = &d
		}
		f.settled = true
	case f.settled || from == FromMeta || from == FromJSONLD:
	case f.found.clock && f.found.zoned && utc(*f.found) && !d.zoned:
		f.settled = true
		if moved, ok := moveTo(*f.found, d); ok {
			f.found = &moved
		}
	case !f.found.exact && f.found.Year() == d.Year() && f.found.Day() == int(d.Month()) && int(f.found.Month()) == d.Day():
		f.settled = true
		h, m, s := f.found.Clock()
		d.Time = time.Date(d.Year(), d.Month(), d.Day(), h, m, s, 0, f.found.Location())
		f.found.Time = d.Time
	}
}

func sameDay(a, b moment) bool { return a.YearDay() == b.YearDay() && a.Year() == b.Year() }

func utc(d moment) bool {
	_, offset := d.Zone()
	return offset == 0
}

// moveTo gives an instant the smallest offset of whole hours in which its day is
// that of day; zones reach from 12 hours west to 14 hours east.
func moveTo(instant, day moment) (moment, bool) {
	for h := 1; h <= 14; h++ {
		for _, offset := range [...]int{h, -h} {
			m := instant
			m.Time = instant.In(time.FixedZone("", offset*3600))
			if offset >= -12 && sameDay(m, day) {
				return m, true
			}
		}
	}
	return instant, false
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
// the article's own and that stand near its title.
func (f *dates) marks(h *head) {
	var best moment
	most := 0
	for _, m := range h.dated {
		r := f.rankMark(m.node)
		if away := m.at - h.titleAt; h.titleAt > 0 && away > -40 && away < 60 {
			r += 6
		}
		if r > most {
			if d, ok := f.markDate(m.node); ok {
				best, most = d, r
			}
		}
	}
	if most > 0 {
		f.take(best, FromTime)
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

// nearTitle tries the short lines around the title, and the beginnings of long ones after it.
func (f *dates) nearTitle(l *layout) {
	at := max(l.title, 0)
	for step := 1; step <= 12; step++ {
		if f.line(l, at+step, 60) || step <= 6 && f.line(l, at-step, 0) {
			return
		}
	}
}

// line tries a short line, or the first bytes of a long one.
func (f *dates) line(l *layout, i, start int) bool {
	if i < 0 || i >= len(l.blocks) {
		return false
	}
	b := &l.blocks[i]
	if b.digits < 3 || l.elements[b.element].hints&(hintComment|hintRelated) != 0 {
		return false
	}
	s := l.text[b.start:b.end]
	if len(s) > 200 {
		s = s[:start]
	}
	d, ok := findDate(string(s), f.monthFirst)
	if ok {
		f.take(d, FromText)
	}
	return ok
}

// anywhere tries the title, the description, the page's scripts, and the first
// line of the page that is marked as a date.
func (f *dates) anywhere(h *head, l *layout, title string) {
	if f.found != nil {
		return
	}
	for _, s := range []string{title, h.title} {
		if d, ok := findDate(s, f.monthFirst); ok {
			f.take(d, FromText)
		}
	}
	for _, s := range h.scripts {
		f.try(s, FromMeta)
	}
	f.try(h.get("description", "og:description"), FromText)
}

// lastResort tries every short line, those after the title first.
func (f *dates) lastResort(l *layout) {
	if f.found != nil {
		return
	}
	for i := max(0, l.title); i < len(l.blocks); i++ {
		if f.line(l, i, 0) {
			return
		}
	}
	for i := l.title - 1; i >= 0; i-- {
		if f.line(l, i, 0) {
			return
		}
	}
}

// stateKeys are what scripts that carry a page's data call the day it appeared.
var stateKeys = []string{`"datePublished":"`, `"published_at":"`, `"publishedAt":"`, `"publishedDate":"`, `"published_time":"`, `"publishDate":"`, `"publish_date":"`, `"pubDate":"`, `"createdAt":"`}

// stateDate is the first of them in a script, as it stands there.
func stateDate(script string) string {
	for _, k := range stateKeys {
		if i := strings.Index(script, k); i >= 0 {
			s := script[i+len(k):]
			if end := strings.IndexByte(s[:min(len(s), 60)], '"'); end > 0 {
				return s[:end]
			}
		}
	}
	return ""
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
		if p[i].kind != 'n' || p[i].digits != 4 && p[i].digits != 8 && (p[i].digits != 2 || !follows(p, i, '-')) {
			continue
		}
		if d, _, ok := dayAt(p, i, false); ok && d.Year() >= 1995 && d.Before(time.Date(2060, 1, 1, 0, 0, 0, 0, time.UTC)) {
			return d, true
		}
	}
	return moment{}, false
}
