package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// sitemapURL is a url element of the sitemap protocol with the extensions for news and images.
type sitemapURL struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod"`
	News    *struct {
		Publication struct {
			Name     string `xml:"name"`
			Language string `xml:"language"`
		} `xml:"publication"`
		Date     string `xml:"publication_date"`
		Title    string `xml:"title"`
		Keywords string `xml:"keywords"`
	} `xml:"news"`
	Images []struct {
		Loc string `xml:"loc"`
	} `xml:"image"`
}

// parseSitemap reads a news sitemap or a sitemap index. A sitemap whose addresses
// carry no news tags lists pages, not articles, and is no feed.
func parseSitemap(f *Feed, g *gate, o Options) error {
	l := linker(o.URL)
	d := xml.NewDecoder(bytes.NewReader(g.out))
	plainURLs := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return &Error{Kind: Malformed, Reason: err.Error()}
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		var u sitemapURL
		switch strings.ToLower(start.Name.Local) {
		case "url", "sitemap":
			if err := d.DecodeElement(&u, &start); err != nil {
				return &Error{Kind: Malformed, Reason: err.Error()}
			}
		default:
			continue
		}
		switch {
		case g.root == "sitemapindex":
			if loc := l.absolute(u.Loc); loc != "" {
				f.Sitemaps = append(f.Sitemaps, Sitemap{URL: loc, Modified: date(u.LastMod)})
			}
		case u.News == nil:
			plainURLs++
		default:
			f.addNews(u, l)
		}
	}
	if g.root == "urlset" && len(f.Entries) == 0 && plainURLs > 0 {
		return &Error{Kind: NotFeed, Reason: "a sitemap without news tags"}
	}
	f.Format = g.format()
	identify(f.Entries)
	return nil
}

func (f *Feed) addNews(u sitemapURL, l links) {
	if f.Title == "" {
		f.Title = title(u.News.Publication.Name)
	}
	if f.Language == "" {
		f.Language = oneLine(u.News.Publication.Language, maxName)
	}
	e := news.Entry{
		URL: l.absolute(u.Loc), Title: title(u.News.Title), Authors: []string{}, Media: []string{},
		Published: date(u.News.Date), Updated: date(u.LastMod),
		Categories: plains(strings.Split(u.News.Keywords, ",")),
	}
	for _, image := range u.Images {
		e.Media = l.media(e.Media, image.Loc)
	}
	f.Entries = append(f.Entries, e)
}
