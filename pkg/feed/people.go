package feed

import (
	"strings"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"

	"github.com/sarhad-desk/sarhad/pkg/text"
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
	s := strings.TrimSpace(text.Clean(text.Plain(raw)))
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
		out = appendNew(out, strings.TrimSpace(text.Clean(text.Plain(s))))
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
