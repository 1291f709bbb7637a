package feed

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// parseFeed reads RSS, RDF and Atom with the parsers of gofeed, which never see a
// document that did not pass the gate. The gate has found the format, so that
// gofeed's own detection, which reads only the first 4 KiB, is passed by; its search
// for images inside the text of entries is off, because the page is asked later.
func parseFeed(f *Feed, g *gate, o Options) error {
	f.Format = g.format()
	var err error
	if f.Format == FormatAtom {
		err = parseAtom(f, g, o)
	} else {
		err = parseRSS(f, g, o)
	}
	if err != nil {
		return &Error{Kind: Malformed, Reason: err.Error()}
	}
	if last := len(f.Entries) - 1; g.inEntry && last >= 0 && f.Entries[last].URL == "" && f.Entries[last].GUID == "" {
		f.Entries = f.Entries[:last]
		f.Dropped++
	}
	identify(f.Entries)
	return nil
}

func parseRSS(f *Feed, g *gate, o Options) error {
	raw, err := (&rss.Parser{}).Parse(bytes.NewReader(g.out))
	if err != nil {
		return err
	}
	clipAuthors(raw)
	read, err := (&gofeed.DefaultRSSTranslator{DisableContentImageScan: true}).Translate(raw)
	if err != nil {
		return err
	}
	l := f.head(read, o)
	f.TTL, f.SkipHours = ttl(raw), skipHours(raw.SkipHours)
	for i, it := range read.Items {
		f.Entries = append(f.Entries, rssEntry(it, raw.Items[i], l))
	}
	return nil
}

func parseAtom(f *Feed, g *gate, o Options) error {
	var r io.Reader = bytes.NewReader(g.out)
	if g.root == "entry" { // a document of one entry, RFC 4287 section 2
		r = io.MultiReader(strings.NewReader(`<feed xmlns="http://www.w3.org/2005/Atom">`), r, strings.NewReader("</feed>"))
	}
	raw, err := (&atom.Parser{}).Parse(r)
	if err != nil {
		return err
	}
	read, err := (&gofeed.DefaultAtomTranslator{}).Translate(raw)
	if err != nil {
		return err
	}
	l := f.head(read, o)
	f.TTL = period(raw.Extensions)
	for i, it := range read.Items {
		f.Entries = append(f.Entries, atomEntry(it, raw.Entries[i], raw, l))
	}
	return nil
}

// head takes what is said of the feed as a whole, and answers what its links are relative to.
func (f *Feed) head(read *gofeed.Feed, o Options) links {
	f.Title = title(read.Title)
	f.Language = oneLine(read.Language, maxName)
	l := linker(o.URL)
	f.Link = l.absolute(read.Link)
	return l.behind(f.Link)
}

// identify gives the entries their ids. A guid that several entries of different
// titles share identifies none of them, unless they have addresses of their own.
func identify(entries []news.Entry) {
	var titles map[string]string
	var shared map[string]bool
	for _, e := range entries {
		if e.URL != "" || e.GUID == "" {
			continue
		}
		if titles == nil {
			titles, shared = map[string]string{}, map[string]bool{}
		}
		if t, seen := titles[e.GUID]; seen && t != e.Title {
			shared[e.GUID] = true
		}
		titles[e.GUID] = e.Title
	}
	for i := range entries {
		if entries[i].URL == "" && shared[entries[i].GUID] {
			entries[i].GUID = ""
		}
		entries[i].ID = news.ID("", entries[i])
	}
}

// title is markup as one line of plain text, without characters that turn the direction of what follows.
func title(s string) string { return oneLine(s, maxTitle) }

// oneLine is markup as one line of plain text of at most so many code points.
func oneLine(s string, most int) string {
	if s == "" {
		return ""
	}
	s = s[:min(len(s), 16*most)] // markup included, that is more than enough
	return text.Runes(strings.TrimSpace(text.Clean(text.Plain(s))), 0, most)
}

// guid is what an entry calls itself.
func guid(s string) string {
	s = strings.TrimSpace(s)
	return strings.ToValidUTF8(s[:min(len(s), maxGUID)], "")
}

func rssEntry(it *gofeed.Item, raw *rss.Item, l links) news.Entry {
	e := news.Entry{
		GUID: guid(it.GUID), Title: title(it.Title), Summary: it.Description, Content: it.Content,
		Authors: rssAuthors(raw), Categories: plains(it.Categories), Media: []string{},
		Published: date(raw.PubDate, it.Published, value(raw.Extensions, "dcterms", "issued", "created", "date"), raw.Custom["date"], raw.Custom["published"]),
		Updated:   date(it.Updated, value(raw.Extensions, "dcterms", "modified"), raw.Custom["updated"]),
	}
	permalink := ""
	if raw.GUID != nil && !strings.EqualFold(raw.GUID.IsPermalink, "false") && strings.HasPrefix(strings.ToLower(e.GUID), "http") {
		permalink = e.GUID
	}
	e.URL = l.first(value(raw.Extensions, "feedburner", "origLink"), it.Link, atomLink(raw.Extensions), permalink)
	for _, enc := range raw.Enclosures {
		e.Media = l.media(e.Media, enc.URL)
	}
	e.Media = l.extensions(e.Media, raw.Extensions)
	if it.Image != nil {
		e.Media = l.media(e.Media, it.Image.URL)
	}
	if e.Summary == "" {
		e.Summary = mediaText(raw.Extensions)
	}
	return e
}

func atomEntry(it *gofeed.Item, raw *atom.Entry, feed *atom.Feed, l links) news.Entry {
	e := news.Entry{
		GUID: guid(raw.ID), Title: title(it.Title), Summary: it.Description, Content: it.Content,
		Authors: people(raw.Authors), Categories: plains(it.Categories), Media: []string{},
		Published: date(raw.Published, value(raw.Extensions, "dcterms", "issued", "created"), value(raw.Extensions, "dc", "date")),
		Updated:   date(raw.Updated, value(raw.Extensions, "dcterms", "modified")),
	}
	if len(e.Authors) == 0 {
		e.Authors = people(feed.Authors) // RFC 4287, section 4.2.1
	}
	source := ""
	if raw.Content != nil {
		source = raw.Content.Src
	}
	permalink := ""
	if strings.HasPrefix(strings.ToLower(e.GUID), "http") {
		permalink = e.GUID
	}
	e.URL = l.first(value(raw.Extensions, "feedburner", "origLink"), alternate(raw.Links), permalink, source)
	for _, link := range raw.Links {
		if link.Rel == "enclosure" {
			e.Media = l.media(e.Media, link.Href)
		}
	}
	e.Media = l.extensions(e.Media, raw.Extensions)
	if e.Summary == "" {
		e.Summary = mediaText(raw.Extensions)
	}
	return e
}

// mediaText is the description of Media RSS, the only text that the feeds of video channels have.
func mediaText(extensions ext.Extensions) string {
	if s := value(extensions, "media", "description"); s != "" {
		return s
	}
	for _, group := range extensions["media"]["group"] {
		for _, d := range group.Children["description"] {
			if d.Value != "" {
				return d.Value
			}
		}
	}
	return ""
}

// alternate is the address of the article itself among the links of an entry: of
// the alternates the first that is a page, else the first of them, else a link of
// the entry to itself.
func alternate(links []*atom.Link) string {
	any, self := "", ""
	for _, link := range links {
		switch {
		case link.Rel == "self" && self == "":
			self = link.Href
		case link.Rel != "alternate":
		case strings.Contains(link.Type, "html"):
			return link.Href
		case any == "":
			any = link.Href
		}
	}
	if any == "" {
		return self
	}
	return any
}

// atomLink is the alternate link of an Atom link element inside RSS.
func atomLink(extensions ext.Extensions) string {
	for _, prefix := range []string{"atom", "atom10", "atom03"} {
		for _, link := range extensions[prefix]["link"] {
			if rel := link.Attrs["rel"]; rel == "" || rel == "alternate" {
				return link.Attrs["href"]
			}
		}
	}
	return ""
}

// value is the first value found under the prefix.
func value(extensions ext.Extensions, prefix string, names ...string) string {
	for _, name := range names {
		for _, e := range extensions[prefix][name] {
			if e.Value != "" {
				return e.Value
			}
		}
	}
	return ""
}

// ttl is the longest time that the feed asks to be left alone, at most a month.
func ttl(raw *rss.Feed) time.Duration {
	minutes, err := strconv.Atoi(strings.TrimSpace(raw.TTL))
	if err != nil || minutes < 0 {
		minutes = 0
	}
	return max(time.Duration(min(minutes, 31*24*60))*time.Minute, period(raw.Extensions))
}

// period reads the syndication module of RSS 1.0: updates are updateFrequency times in an updatePeriod.
func period(extensions ext.Extensions) time.Duration {
	unit := map[string]time.Duration{
		"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour, "monthly": 30 * 24 * time.Hour, "yearly": 31 * 24 * time.Hour,
	}[strings.ToLower(strings.TrimSpace(value(extensions, "sy", "updatePeriod")))]
	if n, err := strconv.Atoi(strings.TrimSpace(value(extensions, "sy", "updateFrequency"))); err == nil && n > 1 {
		unit /= time.Duration(n)
	}
	return unit
}

func skipHours(raw []string) []int {
	var hours []int
	for _, s := range raw {
		if h, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && h >= 0 && h <= 24 {
			hours = append(hours, h%24)
		}
	}
	return hours
}
