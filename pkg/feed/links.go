package feed

import (
	"net/url"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
)

// maxURL is the length beyond which an address is taken for data.
const maxURL = 8 << 10

// links makes addresses absolute. An xml:base has been applied by then; what is
// still relative is resolved against the site the feed names, then against the
// place the feed was fetched from.
type links []*url.URL

func linker(raw string) links { return links(nil).behind(raw) }

// behind puts another base before those there are.
func (l links) behind(raw string) links {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || !u.IsAbs() || u.Host == "" {
		return l
	}
	return append(links{u}, l...)
}

// absolute is the http or https address that raw names, "" where it names none. A
// relative address stays as it is where there is no base.
func (l links) absolute(raw string) string {
	raw = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7F {
			return -1
		}
		return r
	}, strings.TrimSpace(raw))
	if raw == "" || len(raw) > maxURL {
		return ""
	}
	raw = strings.ReplaceAll(raw, " ", "%20")
	u, err := url.Parse(raw)
	if err != nil {
		if lower := strings.ToLower(raw); strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") {
			return raw
		}
		return ""
	}
	if u.IsAbs() {
		if s := strings.ToLower(u.Scheme); (s == "http" || s == "https") && u.Host != "" {
			return raw
		}
		return ""
	}
	if len(l) == 0 {
		return raw
	}
	return l[0].ResolveReference(u).String()
}

// first is the first of the addresses that names anything.
func (l links) first(raws ...string) string {
	for _, raw := range raws {
		if s := l.absolute(raw); s != "" {
			return s
		}
	}
	return ""
}

func (l links) media(list []string, raw string) []string { return appendNew(list, l.absolute(raw)) }

// extensions gathers the addresses of Media RSS: content and thumbnail, alone and in groups.
func (l links) extensions(list []string, extensions ext.Extensions) []string {
	media := extensions["media"]
	for _, name := range []string{"content", "thumbnail"} {
		for _, e := range media[name] {
			list = l.media(list, e.Attrs["url"])
			for _, t := range e.Children["thumbnail"] {
				list = l.media(list, t.Attrs["url"])
			}
		}
	}
	for _, group := range media["group"] {
		for _, name := range []string{"content", "thumbnail"} {
			for _, e := range group.Children[name] {
				list = l.media(list, e.Attrs["url"])
			}
		}
	}
	for _, e := range extensions["itunes"]["image"] {
		list = l.media(list, e.Attrs["href"])
	}
	return list
}
