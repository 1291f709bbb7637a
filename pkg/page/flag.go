package page

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// shortText is the length, in code points, below which an article is flagged as short.
const shortText = 200

// flags says what a reader of the article should know of how it was come by.
func flags(t tree, h *head, l *layout, b body, address *url.URL) []string {
	out := []string{}
	add := func(on bool, flag string) {
		if on {
			out = append(out, flag)
		}
	}
	n := utf8.RuneCountInString(b.text)
	add(t.degraded, FlagDegraded)
	add(n == 0, FlagNoText)
	add(n > 0 && n < shortText, FlagShort)
	add(paywalled(h, l, n), FlagPaywall)
	add(n < 1500 && consentAsked(l, b.text), FlagCookieWall)
	add(h.isAMP, FlagAMP)
	add(continued(h, address), FlagMultiPage)
	add(b.metadata, FlagMetadata)
	return out
}

// paywalled reports whether the page says that the article is not free to read:
// in its metadata, or, where there is little text, in an element made for it.
func paywalled(h *head, l *layout, runes int) bool {
	tier := strings.ToLower(h.get("article:content_tier", "content_tier"))
	if h.ld.locked || tier == "locked" || tier == "metered" {
		return true
	}
	if runes > 2500 {
		return false
	}
	for i := range l.elements {
		if l.elements[i].own&hintWall != 0 && l.elements[i].to > l.elements[i].from {
			return true
		}
	}
	return false
}

// consentWords begin or stand in what asks for consent instead of showing a text.
var consentWords = []string{"cookie", "consent", "gdpr", "privacy policy", "datenschutz", "einwilligung", "consentement", "consentimiento"}

// consentAsked reports whether the text, or most of what is on a page of little
// text, asks for consent.
func consentAsked(l *layout, text string) bool {
	all := 0
	asking := 0
	for i := range l.blocks {
		b := &l.blocks[i]
		all += b.plain()
		if s := strings.ToLower(string(l.text[b.start:b.end])); speaksOf(s, consentWords) {
			asking += b.plain()
		}
	}
	return speaksOf(strings.ToLower(text), consentWords) && asking*2 > all
}

func speaksOf(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// continued reports whether rel=next leads to another part of the same article.
func continued(h *head, address *url.URL) bool {
	if h.next == "" || address == nil {
		return false
	}
	next := absolute(address, h.next)
	here := strings.TrimSuffix(news.CanonicalURL(address.String()), "/")
	return here != "" && next != "" && strings.HasPrefix(next, here) && len(next) < len(here)+20
}
