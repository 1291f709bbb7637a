// Package page turns the bytes of one web page into an article: its own text,
// without menus, teasers and comments, and what the page says of its title, date,
// authors and language. It reads each page by itself: the general extractor that it
// is measured against found more on two labelled pages of a thousand, and cost every
// process its memory. It also reads pages that list articles.
//
// Bytes are taken to be hostile: size, depth and number of elements are bounded,
// and whatever a parser does, Extract answers with an article or an error.
package page

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// MaxBytes is the largest page that is read.
const MaxBytes = 16 << 20

// What can be wrong with a page. Errors of this package wrap one of these.
var (
	ErrEmpty    = errors.New("page is empty")
	ErrTooLarge = errors.New("page is too large")
	ErrBinary   = errors.New("page is not text")
	ErrNoText   = errors.New("page has neither title nor text")
	ErrBroken   = errors.New("page broke the parser")
)

// Flags an article can carry.
const (
	FlagDegraded   = "degraded"    // nested or built so that only a flattened reading was possible
	FlagNoText     = "no-text"     // a title, but no text
	FlagShort      = "short"       // fewer than 200 code points
	FlagPaywall    = "paywall"     // the page says that only a part is free
	FlagCookieWall = "cookie-wall" // the page asks for consent instead of showing text
	FlagAMP        = "amp"         // the mobile variant
	FlagMultiPage  = "multi-page"  // the text goes on at another address
	FlagMetadata   = "metadata"    // the text comes from the page's metadata, not its body
)

// Options say where a page came from.
type Options struct {
	URL         string // as fetched, after redirects
	ContentType string // the header of that name, "" where unknown
}

// Extract reads one page. The article's text has its paragraphs separated by a
// blank line. A page that has a title but no text is an article with the flag
// "no-text"; a page with neither is ErrNoText.
func Extract(b []byte, o Options) (a *news.Article, err error) {
	defer func() {
		if r := recover(); r != nil {
			a, err = nil, fmt.Errorf("%w: %v", ErrBroken, r)
		}
	}()
	markup, err := decode(b, o)
	if err != nil {
		return nil, err
	}
	t := parse(markup)
	base, _ := url.Parse(o.URL)
	h := readHead(t.root)
	l := cut(t.root, h.classes)
	a = describe(h, l, base)
	a.URL = o.URL
	body := readBody(t, l, h, a)
	a.Text = body.text
	a.Flags = flags(t, h, l, body, base)
	if a.Text == "" && a.Title == "" {
		return nil, ErrNoText
	}
	return a, nil
}

// decode answers the page as UTF-8 without null characters.
func decode(b []byte, o Options) (string, error) {
	switch {
	case len(bytes.TrimSpace(b)) == 0:
		return "", ErrEmpty
	case len(b) > MaxBytes:
		return "", fmt.Errorf("%w: %d bytes, at most %d are read", ErrTooLarge, len(b), MaxBytes)
	case magic(b) != "":
		return "", fmt.Errorf("%w: %s", ErrBinary, magic(b))
	}
	s, charset, err := text.Decode(b, o.ContentType, text.HTML)
	switch {
	case errors.Is(err, text.ErrBinary):
		return "", fmt.Errorf("%w: null characters", ErrBinary)
	case err != nil && s == "":
		return "", fmt.Errorf("charset %q: %w", charset, err)
	}
	s = strings.ReplaceAll(s, "\x00", "")
	if noise(s) {
		return "", fmt.Errorf("%w: too many control characters", ErrBinary)
	}
	if strings.TrimSpace(s) == "" {
		return "", ErrEmpty
	}
	return s, nil
}

// magic names the binary format that b begins like, "" for none.
func magic(b []byte) string {
	for _, m := range []struct{ prefix, name string }{
		{"%PDF-", "PDF"}, {"\x89PNG", "PNG"}, {"\xff\xd8\xff", "JPEG"}, {"GIF8", "GIF"}, {"PK\x03\x04", "ZIP"},
		{"\x1f\x8b", "gzip"}, {"RIFF", "RIFF"}, {"\x7fELF", "ELF"}, {"\x28\xb5\x2f\xfd", "zstd"}, {"\x00\x00\x00\x18ftyp", "MP4"},
	} {
		if bytes.HasPrefix(b, []byte(m.prefix)) {
			return m.name
		}
	}
	return ""
}

// noise reports whether more than a tenth of the first 4,096 code points are
// control or replacement characters.
func noise(s string) bool {
	bad, all := 0, 0
	for _, r := range s {
		if all++; r == '\uFFFD' || r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' {
			bad++
		}
		if all == 4096 {
			break
		}
	}
	return bad*10 > all
}
