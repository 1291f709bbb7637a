package page

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxTitle is the longest line taken for a title, in bytes.
const maxTitle = 500

// titles are what a page calls itself in places that readers do not see.
type titles struct {
	og, ld, tab string   // og:title, JSON-LD headline, <title>
	parts       []string // keys of the pieces of tab between its separators
	sites       []string // keys of the names of the site, of its host
}

// title is the heading that best agrees with what the page's metadata call it; the
// metadata's own title where no heading agrees.
func title(h *head, address *url.URL) string {
	t := titles{og: fold(first(h.get("og:title"), h.get("twitter:title"))), ld: fold(plain(h.ld.headline)), tab: h.title}
	for _, part := range pieceTitle(t.tab) {
		t.parts = append(t.parts, key(part))
	}
	t.sites = siteNames(h, address)
	best, most := "", 2.5
	for _, n := range h.headings {
		s := headline(n, h.classes)
		if len(s) >= maxTitle {
			continue
		}
		if score := t.agree(n, s, h.classes); score > most {
			best, most = s, score
		}
	}
	if best != "" {
		return t.trim(best)
	}
	return t.trim(first(t.og, t.ld, t.tab))
}

// headline is the text of a heading without the topic that some pages put into it
// above the title proper.
func headline(n *html.Node, c classes) string {
	var b strings.Builder
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type == html.ElementNode && c.of(attr(child, "class"))&hintMeta != 0 {
			continue
		}
		gather(child, &b, maxTitle)
	}
	if s := fold(b.String()); s != "" {
		return s
	}
	return content(n, maxTitle)
}

// agree scores a heading.
func (t *titles) agree(n *html.Node, s string, c classes) float64 {
	k := key(s)
	if k == "" {
		return -1
	}
	score := 0.0
	switch n.DataAtom {
	case atom.H1:
		score += 3
	case atom.H2:
		score++
	}
	score += 3*yes(k == key(t.og)) + 3*yes(k == key(t.ld))
	for _, p := range t.parts {
		if p == k {
			score += 2
			break
		}
	}
	if tab := key(t.tab); strings.HasPrefix(tab, k) && len(k) > 12 {
		score++
	}
	for _, site := range t.sites {
		if k == site || strings.HasPrefix(k, site) && len(k) < len(site)*2 {
			score -= 4
			break
		}
	}
	return score + standing(n, c)
}

// standing is what the place of a heading adds.
func standing(n *html.Node, c classes) float64 {
	score := 0.0
	if attr(n, "itemprop") == "headline" || c.of(attr(n, "class"))&hintTitle != 0 {
		score++
	}
	for p := n.Parent; p != nil && p.DataAtom != atom.Body; p = p.Parent {
		switch p.DataAtom {
		case atom.Nav, atom.Aside, atom.Footer:
			return score - 4
		}
		if h := c.of(attr(p, "class")) | c.of(attr(p, "id")); h&(hintRelated|hintSide|hintComment|hintConsent|hintFoot) != 0 && h&(hintBody|hintContent) == 0 {
			return score - 2
		}
	}
	return score
}

// siteNames are the keys of what the site is called.
func siteNames(h *head, address *url.URL) []string {
	var out []string
	for _, s := range []string{h.get("og:site_name"), h.get("application-name"), h.ld.site} {
		if k := key(s); len(k) > 2 {
			out = append(out, k)
		}
	}
	if address != nil {
		labels := strings.Split(strings.ToLower(address.Hostname()), ".")
		longest := ""
		for _, l := range labels[:max(0, len(labels)-1)] {
			if len(l) > len(longest) {
				longest = l
			}
		}
		if k := key(longest); len(k) > 3 {
			out = append(out, k, key(strings.Join(labels[max(0, len(labels)-2):], "")))
		}
	}
	return out
}

// separators part the article's name from the site's in a title.
var separators = []string{" | ", " - ", " – ", " — ", " » ", " « ", " :: ", " · ", " • ", " / ", " // ", " > ", " < ", " ‹ ", " › ", " ~ ", " : "}

// pieceTitle cuts a title at every separator.
func pieceTitle(s string) []string {
	out := []string{s}
	for _, sep := range separators {
		var next []string
		for _, p := range out {
			next = append(next, strings.Split(p, sep)...)
		}
		if out = next; len(out) > 20 {
			break
		}
	}
	return out
}

// trim takes the name of the site off the ends of a title.
func (t *titles) trim(s string) string {
	for range 3 {
		cut := t.trimOnce(s)
		if cut == s || cut == "" {
			break
		}
		s = cut
	}
	return s
}

func (t *titles) trimOnce(s string) string {
	for _, sep := range separators {
		if i := strings.LastIndex(s, sep); i > 0 && t.isSite(s[i+len(sep):]) {
			return strings.TrimSpace(s[:i])
		}
		if i := strings.Index(s, sep); i > 0 && t.isSite(s[:i]) {
			return strings.TrimSpace(s[i+len(sep):])
		}
	}
	return s
}

func (t *titles) isSite(s string) bool {
	k := key(s)
	if k == "" {
		return true
	}
	return siteLike(k, t.sites)
}

// siteLike reports whether a key is the name of a site, or one with little more or less to it.
func siteLike(k string, sites []string) bool {
	for _, site := range sites {
		if k == site || len(k) > 3 && len(k) < 2*len(site) && (strings.HasPrefix(k, site) || strings.HasSuffix(k, site) || strings.HasPrefix(site, k)) {
			return true
		}
	}
	return false
}

// plain undoes the entities that metadata carry one time too often.
func plain(s string) string {
	if strings.Contains(s, "&") {
		return html.UnescapeString(s)
	}
	return s
}
