package feed

import (
	"bytes"
	"encoding/xml"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// node is an element of a Channel Definition Format document. The format is
// written in capitals or not, so that names are compared without case.
type node struct {
	XMLName    xml.Name
	Attributes []xml.Attr `xml:",any,attr"`
	Text       string     `xml:",chardata"`
	Nodes      []node     `xml:",any"`
}

func (n node) is(name string) bool { return strings.EqualFold(n.XMLName.Local, name) }

func (n node) attribute(name string) string {
	for _, a := range n.Attributes {
		if strings.EqualFold(a.Name.Local, name) {
			return a.Value
		}
	}
	return ""
}

func (n node) child(name string) node {
	for _, c := range n.Nodes {
		if c.is(name) {
			return c
		}
	}
	return node{}
}

// parseCDF reads a Channel Definition Format document.
func parseCDF(f *Feed, g *gate, o Options) error {
	var root node
	if err := xml.NewDecoder(bytes.NewReader(g.out)).Decode(&root); err != nil {
		return &Error{Kind: Malformed, Reason: err.Error()}
	}
	f.Format = FormatRSS
	f.Title = title(root.child("title").Text)
	l := linker(o.URL)
	f.Link = l.absolute(root.attribute("href"))
	l = l.behind(f.Link).behind(root.attribute("base"))
	f.addChannel(root, l)
	identify(f.Entries)
	return nil
}

// addChannel adds the items of a channel and of the channels inside it, which the gate keeps from nesting deep.
func (f *Feed) addChannel(channel node, l links) {
	for _, n := range channel.Nodes {
		switch {
		case n.is("channel"):
			f.addChannel(n, l)
		case n.is("item"):
			f.Entries = append(f.Entries, news.Entry{
				URL:   l.first(n.attribute("href"), n.child("a").attribute("href")),
				Title: title(n.child("title").Text), Summary: n.child("abstract").Text,
				Updated: date(n.attribute("lastmod")),
				Authors: []string{}, Categories: []string{}, Media: []string{},
			})
		}
	}
}
