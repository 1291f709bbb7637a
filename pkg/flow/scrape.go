package flow

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/archive"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/page"
	"github.com/sarhad-desk/sarhad/pkg/safehttp"
)

const (
	maxPage      = 8 << 20   // bytes of a page, decoded
	maxText      = 150 << 10 // bytes of text an item carries; a message stays under 256 KiB
	pageAttempts = 3         // of a page that fails in a way that may pass
)

// Scraper is the step that reads the article's own page. A page that cannot be
// read costs the item its text, never the item.
type Scraper struct {
	HTTP    func() *safehttp.Client
	Pace    *safehttp.Pacer
	Archive *archive.Archive
	Robots  *Robots               // nil where the operator does not honour robots.txt
	Pages   bool                  // false: the feed's own text is enough
	May     func(url string) bool // false where the address may not be asked yet, for want of a contact
}

// Batch is how many messages are taken at once: one where each may wait long for
// its page, many where nothing is fetched.
func (s *Scraper) Batch() int {
	if s == nil || s.Pages {
		return 1
	}
	return 32
}

// Step fetches, keeps and reads the page of one item.
func (s *Scraper) Step(ctx context.Context, it news.Item) ([]news.Item, error) {
	if it.Sighting || !s.Pages || it.URL == "" {
		return []news.Item{fit(it)}, nil
	}
	if !s.May(it.URL) {
		it.PageError = safehttp.ErrNoContact.Error()
		return []news.Item{fit(it)}, nil
	}
	article, capture, err := s.read(ctx, it.URL)
	if errors.Is(err, ErrRobots) {
		it.PageError, it.Flags = err.Error(), append(it.Flags, "robots")
		return []news.Item{fit(it)}, nil
	}
	if IsAway(err) {
		return nil, err
	}
	if err != nil {
		if passing(err) && Attempt(ctx) < pageAttempts {
			return nil, fmt.Errorf("page %s: %w", it.URL, err)
		}
		it.PageError = err.Error()
		it.Flags = append(it.Flags, "page-failed")
		if capture != nil {
			it.Captures = append(it.Captures, *capture)
		}
		if forGood(err) {
			return []news.Item{fit(it)}, nil
		}
		return []news.Item{fit(it)}, Kept(fmt.Errorf("page %s: %w", it.URL, err))
	}
	it.Captures = append(it.Captures, *capture)
	merge(&it, article)
	return []news.Item{fit(it)}, nil
}

// read fetches one page, keeps its bytes, and only then looks into them.
func (s *Scraper) read(ctx context.Context, address string) (*news.Article, *news.Capture, error) {
	if s.Robots != nil {
		if err := s.Robots.Allow(ctx, address); err != nil {
			return nil, nil, err
		}
	}
	release, err := s.Pace.Wait(ctx, safehttp.Domain(address))
	if err != nil {
		return nil, nil, err
	}
	response, err := s.HTTP().Get(ctx, safehttp.Request{URL: address, MaxBytes: maxPage, Accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"})
	release()
	if err != nil {
		return nil, nil, err
	}
	capture, err := Keep(ctx, s.Archive, "page", response, time.Now().UTC())
	if err != nil {
		return nil, nil, err
	}
	if response.Status != http.StatusOK {
		return nil, capture, &StatusError{response.Status}
	}
	article, err := page.Extract(response.Body, page.Options{URL: response.URL, ContentType: response.ContentType})
	return article, capture, err
}

// Keep puts a response into the archive and answers with the pointer to it.
func Keep(ctx context.Context, a *archive.Archive, role string, r *safehttp.Response, now time.Time) (*news.Capture, error) {
	sum, err := a.Put(ctx, archive.Record{URL: r.URL, Fetched: now, Status: r.Status, Header: r.Header, Body: r.Body, IP: r.IP})
	if errors.Is(err, archive.ErrRemoved) {
		return nil, fmt.Errorf("%s: %w", r.URL, err)
	}
	if err != nil {
		return nil, Away(fmt.Errorf("keep %s in the archive: %w", r.URL, err))
	}
	return &news.Capture{Role: role, URL: r.URL, SHA256: sum, Bytes: int64(len(r.Body)), ContentType: r.ContentType, Fetched: now}, nil
}

// StatusError is an HTTP answer that is not the page asked for.
type StatusError struct{ Status int }

func (e *StatusError) Error() string {
	return fmt.Sprintf("answered %d %s, expected 200", e.Status, http.StatusText(e.Status))
}

// forGood reports whether a host has said that there is no page, or none for us: the
// item says so itself, and trying again would only ask again.
func forGood(err error) bool {
	var status *StatusError
	if !errors.As(err, &status) {
		return false
	}
	switch status.Status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusUnavailableForLegalReasons:
		return true
	}
	return false
}

// passing reports whether a failed fetch may succeed when it is tried again soon.
func passing(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		return status.Status == http.StatusTooManyRequests || status.Status >= 500
	}
	var failed *safehttp.Error
	if errors.As(err, &failed) {
		switch failed.Class {
		case safehttp.DNS, safehttp.Connect, safehttp.Timeout, safehttp.TooSlow:
			return true
		}
		return false
	}
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// merge lays what the page says over what the feed said: the longer text wins, the
// feed's title stands, and the page's own date stands where it declares one.
func merge(it *news.Item, a *news.Article) {
	if utf8.RuneCountInString(a.Text) > utf8.RuneCountInString(it.Text) || it.TextFrom == "summary" && len(strings.TrimSpace(a.Text)) > 0 {
		if it.TextFrom == "summary" {
			it.Summary = cut(it.Text, maxSummary)
		}
		it.Text, it.TextFrom = a.Text, "page"
	}
	if it.Title == "" {
		it.Title = cut(a.Title, maxTitle)
	}
	if safehttp.Domain(a.CanonicalURL) == safehttp.Domain(it.URL) {
		it.Canonical = news.CanonicalURL(a.CanonicalURL)
	}
	if len(it.Authors) == 0 {
		it.Authors = a.Authors[:min(len(a.Authors), maxList)]
	}
	if it.Summary == "" {
		it.Summary = cut(a.Description, maxSummary)
	}
	if it.FeedLang == "" {
		it.FeedLang = a.Lang
	}
	if a.Image != "" && len(a.Image) <= maxListed && !slices.Contains(it.Media, a.Image) {
		it.Media = append(it.Media, a.Image)
	}
	declared := a.PublishedFrom != "url" && a.PublishedFrom != "text"
	if a.Published != nil && (declared || it.PublishedFrom == FromFirstSeen) {
		date(it, a.Published, FromPage)
	}
	it.Flags = append(it.Flags, a.Flags...)
}

// fit cuts a text that no message could carry, and says so.
func fit(it news.Item) news.Item {
	if len(it.Text) > maxText {
		it.Text = cut(it.Text, maxText)
		it.Flags = append(it.Flags, "text-cut")
	}
	return it
}

// Where a date comes from, as news.Item.PublishedFrom says it.
const (
	FromPage      = "page"
	FromFeed      = "feed"
	FromSitemap   = "sitemap"
	FromFirstSeen = "first-seen"
)

// date sets when an item was published, and flags a date that lies in the future of its first sight.
func date(it *news.Item, at *time.Time, from string) {
	it.Published, it.PublishedFrom = at.UTC(), from
	future := at.Sub(it.FirstSeen) > time.Hour
	it.Flags = slices.DeleteFunc(it.Flags, func(f string) bool { return f == "future-date" || f == "undated" })
	if future {
		it.Flags = append(it.Flags, "future-date")
	}
}
