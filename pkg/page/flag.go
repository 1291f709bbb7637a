package page

import (
	"net/url"
	"unicode/utf8"
)

func flags(t tree, h *head, b body, base *url.URL) []string {
	out := []string{}
	add := func(on bool, flag string) {
		if on {
			out = append(out, flag)
		}
	}
	n := utf8.RuneCountInString(b.text)
	add(t.degraded, FlagDegraded)
	add(n == 0, FlagNoText)
	add(n > 0 && n < 200, FlagShort)
	add(h.ld.locked, FlagPaywall)
	add(h.isAMP, FlagAMP)
	add(b.metadata, FlagMetadata)
	add(b.fallback, FlagFallback)
	return out
}
