package page

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

// What can be wrong with a list page.
var (
	ErrSelector = errors.New("CSS selector does not compile")
	ErrNoItems  = errors.New("no element of the page matches the list's item selector")
	ErrNoLinks  = errors.New("no item of the list has a link")
)

// maxEntries is how many articles are read from one list page.
const maxEntries = 1000

// CheckList reports the selectors of a list that do not compile, all of them, by name.
func CheckList(l news.List) error {
	var bad []error
	if strings.TrimSpace(l.Item) == "" {
		bad = append(bad, fmt.Errorf("%w: item: it is empty", ErrSelector))
	}
	for _, s := range []struct{ name, selector string }{
		{"item", l.Item}, {"link", l.Link}, {"title", l.Title}, {"date", l.Date}, {"summary", l.Summary},
	} {
		if s.selector == "" {
			continue
		}
		if _, err := cascadia.ParseGroup(s.selector); err != nil {
			bad = append(bad, fmt.Errorf("%w: %s %q: %v", ErrSelector, s.name, s.selector, err))
		}
	}
	return errors.Join(bad...)
}

// Entries reads a page that lists articles: one entry for each element that
// matches l.Item and has an http or https link, in the page's order, each address
// once. Addresses are absolute; ids are not set. It answers ErrNoItems or
// ErrNoLinks where the page no longer looks as the selectors expect.
func Entries(b []byte, l news.List, o Options) (entries []news.Entry, err error) {
	defer func() {
		if r := recover(); r != nil {
			entries, err = nil, fmt.Errorf("%w: %v", ErrBroken, r)
		}
	}()
	if err := CheckList(l); err != nil {
		return nil, err
	}
	markup, err := decode(b, o)
	if err != nil {
		return nil, err
	}
	t := parse(markup)
	h := readHead(t.root)
	base := baseURL(o.URL, h.base)
	items := goquery.NewDocumentFromNode(t.root).Find(l.Item)
	if items.Length() == 0 {
		return nil, ErrNoItems
	}
	seen := map[string]bool{}
	items.EachWithBreak(func(_ int, item *goquery.Selection) bool {
		e, ok := entry(item, l, base, monthFirst(h.lang))
		if ok && !seen[e.URL] {
			seen[e.URL] = true
			entries = append(entries, e)
		}
		return len(entries) < maxEntries
	})
	if len(entries) == 0 {
		return nil, ErrNoLinks
	}
	return entries, nil
}

// entry reads one item of a list.
func entry(item *goquery.Selection, l news.List, base *url.URL, monthFirst bool) (news.Entry, bool) {
	link := item
	if l.Link != "" {
		link = item.Find(l.Link).First()
	}
	href, ok := link.Attr("href")
	if !ok {
		link = link.Find("a[href]").First()
		href, ok = link.Attr("href")
	}
	address := absolute(base, href)
	if !ok || address == "" {
		return news.Entry{}, false
	}
	e := news.Entry{URL: address, Title: first(line(item, l.Title), content(link.Nodes[0], 4000), fold(link.AttrOr("title", "")))}
	e.Summary = line(item, l.Summary)
	if l.Date != "" {
		if d, ok := itemDate(item.Find(l.Date).First(), monthFirst); ok {
			e.Published = &d.Time
		}
	}
	if src, ok := item.Find("img[src]").First().Attr("src"); ok {
		if image := absolute(base, src); image != "" {
			e.Media = []string{image}
		}
	}
	return e, true
}

// line is the text of the first element within s that matches the selector.
func line(s *goquery.Selection, selector string) string {
	if selector == "" {
		return ""
	}
	if s = s.Find(selector).First(); s.Length() == 0 {
		return ""
	}
	return content(s.Nodes[0], 4000)
}

// itemDate reads a datetime attribute, else the text.
func itemDate(s *goquery.Selection, monthFirst bool) (moment, bool) {
	if s.Length() == 0 {
		return moment{}, false
	}
	n := s.Nodes[0]
	if v := attr(n, "datetime"); v != "" {
		if d, ok := dateOf(v, monthFirst); ok {
			return d, true
		}
	}
	return dateOf(content(n, maxDate), monthFirst)
}

// baseURL is what relative addresses of a page are relative to.
func baseURL(page, base string) *url.URL {
	u, err := url.Parse(page)
	if err != nil {
		u = &url.URL{}
	}
	if b, err := u.Parse(base); err == nil && base != "" {
		return b
	}
	return u
}

// absolute resolves an address, "" for what is no http or https address then.
func absolute(base *url.URL, href string) string {
	href = strings.TrimSpace(href)
	if href == "" || strings.HasPrefix(href, "#") || len(href) > 4000 {
		return ""
	}
	u, err := url.Parse(href)
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}
