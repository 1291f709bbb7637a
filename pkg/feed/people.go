package feed

import (
	"strings"

	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	jsonfeed "github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"
)

// maxListed bounds authors, categories and media of one entry.
const maxListed = 50

// rssAuthors gathers the names an RSS item gives its authors.
func rssAuthors(raw *rss.Item) []string {
	names := []string{}
	names = appendName(names, raw.Author)
	if dc := raw.DublinCoreExt; dc != nil {
		for _, s := range append(append([]string{}, dc.Creator...), dc.Author...) {
			names = appendName(names, s)
		}
	}
	if raw.ITunesExt != nil && len(names) == 0 {
		names = appendName(names, raw.ITunesExt.Author)
	}
	for _, a := range raw.Extensions["atom"]["author"] {
		for _, n := range a.Children["name"] {
			names = appendName(names, n.Value)
		}
	}
	return names
}

func people(persons []*atom.Person) []string {
	names := []string{}
	for _, p := range persons {
		if p.Name != "" {
			names = appendName(names, p.Name)
		} else {
			names = appendName(names, p.Email)
		}
	}
	return names
}

func appendName(names []string, raw string) []string { return appendNew(names, name(raw)) }

// name is the name in "desk@example.org (Name)" and "Name (desk@example.org)", else the whole.
func name(raw string) string {
	s := oneLine(raw, maxName)
	open := strings.IndexByte(s, '(')
	if open < 0 || !strings.HasSuffix(s, ")") {
		return s
	}
	outside, inside := strings.TrimSpace(s[:open]), strings.TrimSpace(s[open+1:len(s)-1])
	switch {
	case strings.Contains(outside, "@") && inside != "":
		return inside
	case strings.Contains(inside, "@") && outside != "":
		return outside
	}
	return s
}

// plains are the strings as plain text, each once.
func plains(raw []string) []string {
	out := []string{}
	for _, s := range raw {
		out = appendNew(out, oneLine(s, maxName))
	}
	return out
}

func appendNew(list []string, s string) []string {
	if s == "" || len(list) == maxListed {
		return list
	}
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// maxAuthor is the length, in bytes, of an author that gofeed is given to take apart
// with regular expressions.
const maxAuthor = 2 << 10

func clip(s *string) { *s = (*s)[:min(len(*s), maxAuthor)] }

func clipAll(list []string) {
	for i := range list {
		clip(&list[i])
	}
}

// clipAuthors shortens the authors of an RSS feed and of its items.
func clipAuthors(f *rss.Feed) {
	clip(&f.ManagingEditor)
	clip(&f.WebMaster)
	clipExtensions(f.DublinCoreExt)
	if f.ITunesExt != nil {
		clip(&f.ITunesExt.Author)
	}
	for _, it := range f.Items {
		clip(&it.Author)
		clipExtensions(it.DublinCoreExt)
		if it.ITunesExt != nil {
			clip(&it.ITunesExt.Author)
		}
	}
}

func clipExtensions(dc *ext.DublinCoreExtension) {
	if dc != nil {
		clipAll(dc.Author)
		clipAll(dc.Creator)
	}
}

// clipJSONAuthors shortens the authors of a JSON Feed and of its items.
func clipJSONAuthors(f *jsonfeed.Feed) {
	lists := [][]*jsonfeed.Author{f.Authors, {f.Author}}
	for _, it := range f.Items {
		lists = append(lists, it.Authors, []*jsonfeed.Author{it.Author})
	}
	for _, authors := range lists {
		for _, a := range authors {
			if a != nil {
				clip(&a.Name)
			}
		}
	}
}
