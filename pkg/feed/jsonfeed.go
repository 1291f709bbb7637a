package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mmcdole/gofeed"
	jsonfeed "github.com/mmcdole/gofeed/json"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// parseJSON reads a JSON Feed. Where the document as a whole cannot be read, the
// items that can be read by themselves are.
func parseJSON(f *Feed, doc string, o Options) error {
	if err := admitJSON(doc); err != nil {
		return err
	}
	mended, fault := items(doc, o.MaxEntries, f)
	if mended == nil {
		return &Error{Kind: NotFeed, Reason: "JSON, but no JSON Feed: there is no list of items"}
	}
	raw, err := (&jsonfeed.Parser{}).Parse(bytes.NewReader(mended))
	if err != nil {
		return &Error{Kind: Malformed, Reason: err.Error()}
	}
	clipJSONAuthors(raw)
	read, err := (&gofeed.DefaultJSONTranslator{}).Translate(raw)
	if err != nil {
		return &Error{Kind: Malformed, Reason: err.Error()}
	}
	f.Format = FormatJSON
	l := f.head(read, o)
	for i, it := range read.Items {
		f.Entries = append(f.Entries, jsonEntry(it, raw.Items[i], read, l))
	}
	identify(f.Entries)
	if fault != nil {
		return fault
	}
	return nil
}

// admitJSON bounds the depth of a document before anything recurses into it.
func admitJSON(doc string) error {
	depth, quoted := 0, false
	for i := 0; i < len(doc); i++ {
		switch c := doc[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return &Error{Kind: TooDeep, Line: line(doc, i), Reason: fmt.Sprintf("more than %d levels nested", MaxDepth)}
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// items writes the document anew from the members and items that read well. It
// answers nil where there is no list of items, and beside a document what was wrong.
func items(doc string, maxEntries int, f *Feed) ([]byte, *Error) {
	d := json.NewDecoder(strings.NewReader(doc))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, nil
	}
	var list []json.RawMessage
	var fault *Error
	members := map[string]json.RawMessage{}
	found := false
	for fault == nil && d.More() {
		key, err := d.Token()
		if err != nil {
			fault = jsonError(doc, d, err)
			break
		}
		if key == "items" {
			found = true
			list, fault = readItems(doc, d, maxEntries, f)
			continue
		}
		var member json.RawMessage
		if err := d.Decode(&member); err != nil {
			fault = jsonError(doc, d, err)
		} else if name, ok := key.(string); ok && reads(map[string]json.RawMessage{name: member}, &jsonfeed.Feed{}) {
			members[name] = member
		}
	}
	if !found {
		return nil, nil
	}
	if fault == nil {
		if _, err := d.Token(); err != nil {
			fault = jsonError(doc, d, err)
		}
	}
	members["items"] = marshal(list)
	return marshal(members), fault
}

// readItems reads the list of items as far as it goes.
func readItems(doc string, d *json.Decoder, maxEntries int, f *Feed) ([]json.RawMessage, *Error) {
	list := []json.RawMessage{}
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return list, &Error{Kind: Malformed, Line: line(doc, int(d.InputOffset())), Reason: "items is not a list"}
	}
	var fault *Error
	for d.More() {
		var item json.RawMessage
		if err := d.Decode(&item); err != nil {
			return list, jsonError(doc, d, err)
		}
		switch {
		case len(list) == maxEntries:
			f.Dropped++
		case item[0] != '{' || !reads(item, &jsonfeed.Item{}):
			f.Dropped++
			fault = &Error{Kind: Malformed, Line: line(doc, int(d.InputOffset())), Reason: "an item that does not read"}
		default:
			list = append(list, item)
		}
	}
	if _, err := d.Token(); err != nil {
		return list, jsonError(doc, d, err)
	}
	if fault == nil && f.Dropped > 0 {
		fault = &Error{Kind: TooMany, Reason: fmt.Sprintf("more than %d entries: %d are left out", maxEntries, f.Dropped)}
	}
	return list, fault
}

func reads(v any, into any) bool { return json.Unmarshal(marshal(v), into) == nil }

// marshal writes what was read from JSON, which cannot fail.
func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte("null")
	}
	return b
}

func jsonError(doc string, d *json.Decoder, err error) *Error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return &Error{Kind: Cut, Line: line(doc, len(doc)), Reason: "the document ends before its end"}
	}
	return &Error{Kind: Malformed, Line: line(doc, int(d.InputOffset())), Reason: err.Error()}
}

func jsonEntry(it *gofeed.Item, raw *jsonfeed.Item, feed *gofeed.Feed, l links) news.Entry {
	e := news.Entry{
		GUID: guid(it.GUID), Title: title(it.Title), Summary: it.Description, Content: it.Content,
		Authors: []string{}, Categories: plains(it.Categories), Media: []string{},
		Published: date(raw.DatePublished), Updated: date(raw.DateModified),
	}
	authors := raw.Authors
	if len(authors) == 0 && raw.Author != nil {
		authors = []*jsonfeed.Author{raw.Author}
	}
	for _, a := range authors {
		if a != nil {
			e.Authors = appendName(e.Authors, a.Name)
		}
	}
	for _, p := range feed.Authors {
		if len(authors) == 0 && p != nil {
			e.Authors = appendName(e.Authors, p.Name)
		}
	}
	permalink := ""
	if strings.HasPrefix(strings.ToLower(e.GUID), "http") {
		permalink = e.GUID
	}
	e.URL = l.first(it.Link, permalink, raw.ExternalURL)
	for _, enc := range it.Enclosures {
		e.Media = l.media(e.Media, enc.URL)
	}
	e.Media = l.media(l.media(e.Media, raw.Image), raw.BannerImage)
	return e
}
