// Package feed turns the bytes of a feed into entries: RSS 0.9 to 2.0, RDF, Atom,
// JSON Feed, CDF and news sitemaps. Feeds are written by programs nobody tests and
// fetched from anybody, so a document first passes a gate that walks it once,
// bounds its depth and size, and mends what an XML parser would stop at; only then
// does a parser see it. What cannot be read costs the entries behind it and is
// named; what can be read is kept.
package feed

import (
	"fmt"
	"strings"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// The formats a Feed can have. A sitemap index carries no entries, only Sitemaps.
const (
	FormatRSS          = "rss" // CDF, the forerunner of RSS, is reported as rss
	FormatRDF          = "rdf"
	FormatAtom         = "atom"
	FormatJSON         = "json"
	FormatNewsSitemap  = "newssitemap"
	FormatSitemapIndex = "sitemapindex"
)

// The bounds of the gate. A document at a bound is read up to it.
const (
	MaxBytes    = 32 << 20 // of the document as fetched
	MaxDepth    = 256      // elements open at a time
	MaxElements = 100_000  // elements in a document
	MaxEntries  = 5_000    // entries read where Options.MaxEntries is 0

	maxAttributes = 128        // of one element
	maxScopeWork  = 20_000_000 // sum over all elements of the namespaces in scope, which a parser copies
	maxTextWork   = 256 << 20  // sum over all stretches of text of the bytes before them in their element
	maxTitle      = 1_000      // code points of a title
	maxName       = 200        // code points of an author, a category, a language
	maxGUID       = 4 << 10    // bytes of a guid; of a longer one the beginning is taken
)

// Feed is what one document says. Entries keep the order of the document.
type Feed struct {
	Format    string // one of the formats above; "" where the document is no feed
	Title     string // plain text
	Link      string // the site's address, absolute where that can be known
	Language  string // as declared, trimmed; "" where nothing is declared
	TTL       time.Duration
	SkipHours []int // hours of the day, UTC, 0 to 23, when the feed asks not to be read
	Entries   []news.Entry
	Dropped   int // entries seen and not read: beyond the bound, or cut before anything identified them
	Sitemaps  []Sitemap
}

// Sitemap is one line of a sitemap index.
type Sitemap struct {
	URL      string
	Modified *time.Time
}

// Options say where a document comes from.
type Options struct {
	URL         string // the address it was fetched from: relative links are resolved against it last
	ContentType string // as the server gave it
	MaxEntries  int    // 0 for MaxEntries
}

// Parse reads a feed. The Feed is never nil: beside an error it holds what could
// be read, and its Format is "" where the document is no feed at all. Every error
// is an *Error. Entry ids are computed without a source; whoever knows the source
// computes them again.
func Parse(b []byte, o Options) (f *Feed, err error) {
	f = &Feed{Entries: []news.Entry{}}
	defer func() {
		if p := recover(); p != nil {
			err = &Error{Kind: Malformed, Reason: fmt.Sprintf("the parser gave up: %v", p)}
		}
	}()
	if o.MaxEntries <= 0 {
		o.MaxEntries = MaxEntries
	}
	if len(b) > MaxBytes {
		return f, &Error{Kind: TooLarge, Reason: fmt.Sprintf("%d bytes, at most %d are read", len(b), MaxBytes)}
	}
	doc, _, derr := text.Decode(b, o.ContentType, text.XML)
	if derr != nil && doc == "" && len(b) > 0 {
		return f, &Error{Kind: Charset, Reason: derr.Error()}
	}
	doc, faults := legal(doc)
	body := strings.TrimLeft(doc, " \t\r\n\ufeff")
	if body == "" {
		return f, &Error{Kind: NotFeed, Reason: "the document is empty"}
	}
	if derr != nil {
		faults.add(-1, derr.Error())
	}
	if body[0] == '{' || body[0] == '[' {
		return f, parseJSON(f, body, o)
	}
	return f, parseXML(f, doc, o, faults)
}

// parseXML passes the document through the gate and gives it to the reader of its root element.
func parseXML(f *Feed, doc string, o Options, faults faults) error {
	g := admit(doc, 0, o.MaxEntries, faults)
	if g.format() == "" {
		if at := feedRoot(doc, g.root); at > 0 {
			faults.add(-1, "text before the feed")
			g = admit(doc, at, o.MaxEntries, faults)
		}
	}
	var err error
	switch g.format() {
	case FormatRSS, FormatRDF, FormatAtom:
		err = parseFeed(f, g, o)
	case formatCDF:
		err = parseCDF(f, g, o)
	case FormatNewsSitemap, FormatSitemapIndex:
		err = parseSitemap(f, g, o)
	default:
		return notFeed(doc, g.root)
	}
	f.Dropped += g.dropped
	if err != nil {
		return err
	}
	return g.err()
}
