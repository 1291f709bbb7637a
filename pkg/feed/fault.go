package feed

import (
	"fmt"
	"strings"
)

// Kind is the class of an Error.
type Kind string

// The kinds of error. After Malformed every entry was read; after Cut and the
// bounds, the entries before the place named; after the others, none.
const (
	Malformed Kind = "malformed"  // broken XML or JSON, mended
	Cut       Kind = "cut"        // the document ends before its end
	TooDeep   Kind = "too-deep"   // more than MaxDepth elements open at a time
	TooMany   Kind = "too-many"   // more elements, attributes or entries than the bound
	TooLarge  Kind = "too-large"  // more than MaxBytes
	Charset   Kind = "charset"    // no character set gives text
	NotFeed   Kind = "not-a-feed" // a page, a captcha, an ordinary sitemap, nothing
)

// Error says what was wrong with a document.
type Error struct {
	Kind   Kind
	Line   int // 1 for the first; 0 where no line is to blame
	Reason string
}

func (e *Error) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s: line %d: %s", e.Kind, e.Line, e.Reason)
	}
	return fmt.Sprintf("%s: %s", e.Kind, e.Reason)
}

// faults counts what had to be mended and remembers the first.
type faults struct {
	first string
	at    int // byte offset of the first, -1 where it has none
	count int
}

func (f *faults) add(at int, reason string) {
	if f.count == 0 {
		f.first, f.at = reason, at
	}
	f.count++
}

func (f *faults) err(doc string) error {
	if f.count == 0 {
		return nil
	}
	reason := f.first
	if f.count > 1 {
		reason = fmt.Sprintf("%s, and %d more", reason, f.count-1)
	}
	return &Error{Kind: Malformed, Line: line(doc, f.at), Reason: reason}
}

func line(doc string, at int) int {
	if at < 0 {
		return 0
	}
	return 1 + strings.Count(doc[:min(at, len(doc))], "\n")
}

// challenges are words of the pages that stand between a reader and a feed.
var challenges = []string{
	"captcha", "cf-chl", "challenge-platform", "just a moment", "ddos-guard", "incapsula", "_abck", "are you human",
	"verify you are", "checking your browser", "enable javascript and cookies", "attention required",
}

// notFeed names what the document is instead of a feed.
func notFeed(doc, root string) error {
	head := strings.ToLower(doc[:min(len(doc), 64<<10)])
	html := root == "html" || root == "head" || root == "body" || strings.HasPrefix(head, "<!doctype html")
	if html {
		for _, word := range challenges {
			if strings.Contains(head, word) {
				return &Error{Kind: NotFeed, Reason: "a page that asks for a captcha or a browser check"}
			}
		}
		return &Error{Kind: NotFeed, Reason: "an HTML page"}
	}
	if root != "" {
		return &Error{Kind: NotFeed, Reason: fmt.Sprintf("XML whose root element is %q", root)}
	}
	return &Error{Kind: NotFeed, Reason: "neither XML nor JSON"}
}

// feedRoot finds the place where a feed begins behind text that is none of it, such
// as the warnings of a broken script. It answers 0 where there is no such place.
func feedRoot(doc, root string) int {
	if root == "html" || root == "head" {
		return 0
	}
	head := doc[:min(len(doc), 256<<10)]
	best := 0
	for _, start := range []string{"<rss", "<feed", "<rdf:RDF", "<urlset", "<sitemapindex"} {
		if at := strings.Index(head, start); at > 0 && (best == 0 || at < best) {
			best = at
		}
	}
	return best
}
