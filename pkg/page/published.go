package page

import (
	"net/url"
	"strings"
	"time"
	"unicode"
)

// Where a date can come from.
const (
	FromJSONLD = "jsonld"
	FromMeta   = "meta"
	FromTime   = "time"
	FromURL    = "url"
	FromText   = "text"
)

// Names of metadata that hold the day an article appeared, surest first, and, in
// changedMeta, the day it was changed.
var publishedMeta = []string{
	"article:published_time", "og:article:published_time", "og:published_time", "og:pubdate", "datepublished", "parsely-pub-date", "sailthru.date",
	"cxenseparse:recs:publishtime", "cxenseparse:publishtime", "article.published",
}

var otherMeta = []string{
	"published-date", "publication_date", "publish-date", "publishdate", "publish_date",
	"pubdate", "pub_date", "article_date_original", "article:post_date", "dcterms.issued", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.available", "dc.date",
	"dcterms.date", "citation_publication_date", "citation_online_date", "citation_date", "date_published", "published_time", "published", "displaydate", "originalpublicationdate",
	"article:date", "bt:pubdate", "rnews:datepublished", "shareaholic:article_published_time", "vr:published_time", "release_date", "prism.publicationdate",
}

// vagueMeta are names that some pages use for it and others for the day of a change or of the visit.
var vagueMeta = []string{"date", "datecreated", "timestamp", "last-published", "creation_date", "created", "video:release_date"}

var changedMeta = []string{
	"article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified", "article:modified", "lastmod", "modified", "revised", "updated_time",
}

// How much each kind of evidence speaks for a day. Two of the weaker kinds that
// agree outweigh one of the stronger.
const (
	voteStrong = 4.0 // JSON-LD of an article, article:published_time, itemprop datePublished
	voteMeta   = 3.0 // other metadata that names the day of publication
	voteURL    = 3.0
	voteShown  = 2.8 // a date that readers see near the title
	voteVague  = 1.5 // metadata that may mean a change
	voteFar    = 1.4 // marked dates elsewhere on the page
	voteLast   = 0.1 // what is asked only when nothing else is known
)

// published finds when the page's article appeared, nil and "" where nothing says
// so plainly: machine-readable claims, the lines near the title and the address
// vote on the day; failing them the page's scripts, the day of the last change,
// and any other date on the page.
func published(h *head, l *layout, title string, address *url.URL) (*moment, string) {
	f := dates{monthFirst: monthFirst(h.lang), classes: h.classes}
	if h.ld.rank >= 3 {
		f.try(h.ld.published, FromJSONLD, voteStrong)
	} else {
		f.try(h.ld.published, FromJSONLD, voteMeta)
	}
	f.metas(h, publishedMeta, voteStrong)
	f.metas(h, otherMeta, voteMeta)
	f.metas(h, h.named("pubdate", "publish"), voteMeta)
	f.marks(h)
	f.metas(h, vagueMeta, voteVague)
	if d, ok := addressDate(address); ok {
		f.add(d, FromURL, voteURL)
	}
	f.nearTitle(l)
	if len(f.all) == 0 {
		f.last(h, l, title)
	}
	return f.decide()
}

// monthFirst reports whether a page in the language writes 5/17/2024.
func monthFirst(lang string) bool {
	lang = strings.ToLower(lang)
	return lang == "en" || lang == "" || strings.HasPrefix(lang, "en-us") || strings.HasPrefix(lang, "en_us")
}

// candidate is a date that something on the page says the article appeared on.
type candidate struct {
	moment
	from string
	vote float64
}

// dates collects candidates.
type dates struct {
	all        []candidate
	monthFirst bool
	classes    classes
}

func (f *dates) add(d moment, from string, vote float64) {
	f.all = append(f.all, candidate{d, from, vote})
}

func (f *dates) try(s, from string, vote float64) bool {
	if s == "" {
		return false
	}
	d, ok := dateOf(s, f.monthFirst)
	if ok {
		f.add(d, from, vote)
	}
	return ok
}

// metas adds the first of the named metadata that holds a date.
func (f *dates) metas(h *head, names []string, vote float64) {
	for _, name := range names {
		for _, v := range h.meta[name] {
			if f.try(v, FromMeta, vote) {
				return
			}
		}
	}
}

// decide answers the first candidate of the day that most speaks for, with the
// time of day and the zone that another of the same day may know.
func (f *dates) decide() (*moment, string) {
	if len(f.all) == 0 {
		return nil, ""
	}
	f.align()
	best, most := 0, 0.0
	for i := range f.all {
		sum := 0.0
		for j := range f.all {
			if sameDay(f.all[i].moment, f.all[j].moment) {
				sum += f.all[j].vote
			}
		}
		if sum > most {
			best, most = i, sum
		}
	}
	d := f.all[best].moment
	for _, c := range f.all {
		if sameDay(c.moment, d) && (c.clock && !d.clock || c.zoned && c.clock && !d.zoned) {
			d = c.moment
		}
	}
	return &d, f.all[best].from
}

// align makes candidates comparable. An instant in UTC is moved to the offset in
// which it falls on the day that readers are shown, where that is a neighbouring
// day: the instant stays, its day becomes the page's own. A date of uncertain order
// is read the other way where that agrees with another candidate.
func (f *dates) align() {
	for i := range f.all {
		c := &f.all[i]
		movable := c.clock && c.zoned && utc(c.moment) && !f.shown(c.moment)
		for _, o := range f.all {
			switch {
			case sameDay(c.moment, o.moment):
			case movable && !o.zoned && toReaders(o.from):
				if moved, ok := moveTo(c.moment, o.moment); ok {
					c.moment = moved
				}
			case !c.exact && c.Year() == o.Year() && c.Day() == int(o.Month()) && int(c.Month()) == o.Day():
				h, m, s := c.Clock()
				c.Time = time.Date(o.Year(), o.Month(), o.Day(), h, m, s, 0, c.Location())
			}
		}
	}
}

// toReaders reports whether dates of that kind are seen by readers.
func toReaders(from string) bool { return from == FromURL || from == FromTime || from == FromText }

// shown reports whether readers are shown the day of d.
func (f *dates) shown(d moment) bool {
	for _, c := range f.all {
		if toReaders(c.from) && sameDay(c.moment, d) {
			return true
		}
	}
	return false
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

// nearTitle adds the date of the nearest short line to the title that has one, or
// of the beginning of a long one after it.
func (f *dates) nearTitle(l *layout) {
	at := max(l.title, 0)
	for step := 1; step <= 12; step++ {
		if f.line(l, at+step, 60, voteShown) || step <= 6 && f.line(l, at-step, 0, voteShown) {
			return
		}
	}
}

// line adds the date of a short line, or of the first bytes of a long one.
func (f *dates) line(l *layout, i, start int, vote float64) bool {
	if i < 0 || i >= len(l.blocks) {
		return false
	}
	b := &l.blocks[i]
	avoid := hintComment | hintRelated
	if l.title >= 0 && i >= l.title && i < l.title+4 {
		avoid &^= hintRelated
	}
	if e := &l.elements[b.element]; b.digits < 3 || e.hints&avoid != 0 {
		return false
	}
	s := l.text[b.start:b.end]
	if len(s) > 200 {
		s = s[:start]
	}
	d, ok := findDate(string(s), f.monthFirst)
	if !ok {
		return false
	}
	if before := strings.IndexFunc(string(s), unicode.IsDigit); vote > voteVague && speaksOf(strings.ToLower(string(s[:before])), changeWords) {
		f.add(d, FromText, voteVague)
		return false // a line with the first day may follow
	}
	f.add(d, FromText, vote)
	return true
}

// changeWords stand beside the day of a change.
var changeWords = []string{"updat", "aktualis", "mis à jour", "modif", "änder", "actualiz", "aggiorn", "atualiz", "обновл", "بروز", "اپ ڈیٹ", "تازہ", "अपडेट"}

// last asks what is asked only when nothing better is known, and stops at the first answer.
func (f *dates) last(h *head, l *layout, title string) {
	for _, s := range []string{title, h.title} {
		if d, ok := findDate(s, f.monthFirst); ok {
			f.add(d, FromText, voteLast)
			return
		}
	}
	for _, s := range h.scripts {
		if f.try(s, FromMeta, voteLast) {
			return
		}
	}
	if f.try(h.get("description", "og:description"), FromText, voteLast) || f.try(h.ld.created, FromJSONLD, voteLast) ||
		f.try(h.ld.modified, FromJSONLD, voteLast) {
		return
	}
	if f.metas(h, changedMeta, voteLast); len(f.all) > 0 {
		return
	}
	for i := max(0, l.title); i < len(l.blocks); i++ {
		if f.line(l, i, 40, voteLast) {
			return
		}
	}
	for i := l.title - 1; i >= 0; i-- {
		if f.line(l, i, 0, voteLast) {
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
