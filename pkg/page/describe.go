package page

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// describe reads everything of an article but its text.
func describe(h *head, l *layout, base *url.URL) *news.Article {
	a := &news.Article{Authors: []string{}, Flags: []string{}}
	a.Title = title(h, base)
	l.findTitle(a.Title)
	if d, from := published(h, l, a.Title, base); d != nil {
		a.Published, a.PublishedFrom = &d.Time, from
	}
	a.Site = first(h.get("og:site_name", "application-name"), h.ld.site)
	a.Description = fold(first(h.get("og:description", "description", "twitter:description"), h.ld.description))
	a.Lang = strings.ReplaceAll(first(h.lang, h.get("og:locale", "content-language", "language"), h.ld.lang), "_", "-")
	return a
}
