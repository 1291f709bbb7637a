package flow

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// item is an entry as the item that goes down the flow.
func (d *delivery) item(entry news.Entry, rev int) news.Item {
	src := d.endpoint.Source
	it := news.Item{
		Schema: news.Schema, ID: entry.ID, Rev: rev, Source: src.ID, Country: src.Country, Kind: src.Kind,
		Affiliation: "unreviewed", Owner: src.Owner, Carriers: []news.Carrier{d.carrier(entry)},
		GUID: entry.GUID, URL: entry.URL, Title: text.Plain(entry.Title), Summary: text.Plain(entry.Summary),
		Authors: entry.Authors, Categories: entry.Categories, Media: entry.Media, FirstSeen: d.now, FeedLang: d.feed.Language,
	}
	if src.Affiliation.Reviewed() {
		it.Affiliation = src.Affiliation.Label
	}
	if it.Owner == "" {
		it.Owner = src.ID
	}
	if it.FeedLang == "" && len(src.Languages) == 1 {
		it.FeedLang = src.Languages[0]
	}
	it.Text, it.TextFrom = text.Plain(entry.Content), "feed"
	if len(it.Text) < len(it.Summary) {
		it.Text, it.TextFrom, it.Summary = it.Summary, "summary", "" // once is enough
	}
	if it.Text == strings.TrimSpace(it.Title) {
		it.Text = ""
	}
	d.dateOf(&it, entry)
	if d.capture != nil {
		it.Captures = []news.Capture{*d.capture}
	}
	return bounded(fit(it))
}

// Bounds of what an entry may say of itself; no article needs as much, and a message
// has an end.
const (
	maxTitle   = 2 << 10
	maxSummary = 6 << 10
	maxList    = 40
	maxListed  = 1 << 10
)

// bounded cuts what an entry says of itself, apart from its text, to those bounds.
func bounded(it news.Item) news.Item {
	it.Title, it.Summary, it.GUID = cut(it.Title, maxTitle), cut(it.Summary, maxSummary), cut(it.GUID, maxTitle)
	for _, list := range []*[]string{&it.Authors, &it.Categories, &it.Media} {
		*list = slices.Clone((*list)[:min(len(*list), maxList)])
		for i, s := range *list {
			(*list)[i] = cut(s, maxListed)
		}
	}
	for i := range it.Carriers {
		it.Carriers[i].GUID = cut(it.Carriers[i].GUID, maxTitle)
	}
	return it
}

// cut is the start of a text, at most n bytes, with no character torn.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// dateOf dates an item by its entry: published, else updated, else first seen.
func (d *delivery) dateOf(it *news.Item, entry news.Entry) {
	from := FromFeed
	if d.feed.Format == "newssitemap" {
		from = FromSitemap
	}
	at := entry.Published
	if at == nil {
		at = entry.Updated
	}
	if at == nil {
		at, from = &d.now, FromFirstSeen
	}
	date(it, at, from)
	if from == FromFirstSeen {
		it.Flags = append(it.Flags, "undated")
	}
}

func (d *delivery) carrier(entry news.Entry) news.Carrier {
	return news.Carrier{Source: d.endpoint.Source.ID, Feed: d.endpoint.URL, GUID: entry.GUID, Seen: d.now}
}

// sighting tells that this source carries an item known from another.
func (d *delivery) sighting(entry news.Entry, before known) news.Item {
	return news.Item{Schema: news.Schema, ID: entry.ID, Rev: before.Rev, Sighting: true, Source: before.Source, FirstSeen: before.First, Carriers: []news.Carrier{d.carrier(entry)}}
}

// sightingOf is the bare sighting in a whole item.
func sightingOf(it news.Item) news.Item {
	return news.Item{Schema: news.Schema, ID: it.ID, Rev: it.Rev, Sighting: true, Source: it.Source, FirstSeen: it.FirstSeen, Carriers: slices.Clone(it.Carriers)}
}
