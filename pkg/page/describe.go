package page

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// describe reads everything of an article but its text and flags.
func describe(h *head, l *layout, address *url.URL) *news.Article {
	a := &news.Article{Flags: []string{}}
	a.Title = title(h, address)
	l.findTitle(a.Title)
	if d, from := published(h, l, a.Title, address); d != nil {
		a.Published, a.PublishedFrom = &d.Time, from
	}
	a.Authors = authors(h, l, siteNames(h, address))
	a.Site = fold(plain(first(h.get("og:site_name", "application-name"), h.ld.site)))
	a.Description = fold(plain(first(h.get("og:description", "description", "twitter:description", "dc.description"), h.ld.description)))
	a.Lang = language(h)
	base := address
	if address != nil {
		base = baseURL(address.String(), h.base)
	}
	a.Image = absolute(base, first(h.get("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"), h.ld.image))
	a.CanonicalURL = canonical(h, address)
	return a
}

// language is what the page declares, as a BCP 47 tag.
func language(h *head) string {
	tag := first(h.lang, h.get("content-language", "og:locale", "language", "dc.language"), h.ld.lang)
	tag, _, _ = strings.Cut(strings.TrimSpace(tag), ",")
	tag = strings.ReplaceAll(tag, "_", "-")
	if len(tag) > 35 || strings.ContainsFunc(tag, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return ""
	}
	return tag
}

// canonical is the address that the page says it has, where it is on the same
// registrable domain as the page came from, so that no page can speak for another
// outlet's; "" else.
func canonical(h *head, address *url.URL) string {
	if address == nil || address.Host == "" {
		return ""
	}
	base := baseURL(address.String(), h.base)
	for _, href := range []string{h.canonical, h.get("og:url"), h.ld.url} {
		u, err := url.Parse(absolute(base, href))
		if err != nil || u.Host == "" {
			continue
		}
		home := u.Path == "" || u.Path == "/"
		if sameSite(u.Hostname(), address.Hostname()) && (!home || u.RawQuery != "" || address.Path == "" || address.Path == "/") {
			return news.CanonicalURL(u.String())
		}
	}
	return ""
}

// sameSite reports whether two hosts belong to one registrable domain, as far as
// their names tell: one is the other or a subdomain of it, or both are below the
// same two labels, three where the last two are as short as in co.uk or com.pk.
func sameSite(a, b string) bool {
	a, b = strings.ToLower(strings.TrimPrefix(a, "www.")), strings.ToLower(strings.TrimPrefix(b, "www."))
	return a != "" && registrable(a) == registrable(b)
}

func registrable(host string) string {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	n := len(labels)
	keep := 2
	if n >= 3 && len(labels[n-1]) == 2 && (len(labels[n-2]) <= 3 || second[labels[n-2]]) {
		keep = 3
	}
	if n <= keep || strings.ContainsAny(host, ":") || labels[n-1] != "" && labels[n-1][0] <= '9' {
		return host
	}
	return strings.Join(labels[n-keep:], ".")
}

// second are longer labels below which countries register names.
var second = map[string]bool{"info": true, "firm": true, "name": true, "mobi": true, "store": true, "media": true, "press": true, "govt": true, "school": true}

// wordly reports whether a code point is part of a word.
func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
