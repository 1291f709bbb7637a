// Package news holds the nouns of Sarhad: what a source is, what a source
// carries, and what the pipeline learns about it. Every stage speaks of the same
// Item, from the moment it is collected to the moment it is searched, so that no
// stage has to translate another's words. The package imports the standard
// library only.
//
// Offsets in this package count Unicode code points in the field they name, end
// exclusive. Times are UTC unless a field says otherwise.
package news

import "time"

// Schema is the version of the Item on the wire. A message of another schema is
// dead-lettered by the stage that receives it, never guessed at.
const Schema = 1

// Source is one entry of the catalogue: an outlet, an office or a channel.
type Source struct {
	ID          string      `json:"id" yaml:"id"`
	Name        string      `json:"name" yaml:"name"`
	Home        string      `json:"home" yaml:"home"`
	Country     string      `json:"country" yaml:"country"`                  // ISO 3166-1 alpha-2 of the seat, "ZZ" where it has none
	Languages   []string    `json:"languages" yaml:"languages"`              // codes of formats.md: en ur ps fa hi ur-Latn …
	Kind        string      `json:"kind" yaml:"kind"`                        // one of Kinds
	Owner       string      `json:"owner,omitempty" yaml:"owner"`            // owner family: sources of one owner count once as publishers
	Affiliation Affiliation `json:"affiliation" yaml:"affiliation"`          //
	Poll        string      `json:"poll" yaml:"poll"`                        // poll class, one of PollClasses
	Status      string      `json:"status" yaml:"status"`                    // "unverified" until somebody has tried the addresses
	Feeds       []string    `json:"feeds,omitempty" yaml:"feeds"`            // RSS, Atom, RDF or JSON Feed addresses
	Lists       []List      `json:"lists,omitempty" yaml:"lists"`            // pages that list articles
	Sitemaps    []string    `json:"news_sitemaps,omitempty" yaml:"sitemaps"` // news sitemaps
	Note        string      `json:"note,omitempty" yaml:"note"`              //
}

// Kinds are the kinds of source the catalogue knows.
func Kinds() []string {
	return []string{"newspaper", "broadcaster", "agency", "magazine", "government", "military", "armed-group", "un", "ngo", "think-tank", "fact-checker", "channel", "video-channel", "blog"}
}

// PollClasses are the polling classes of the catalogue, from the most to the least often visited.
func PollClasses() []string { return []string{"breaking", "hourly", "daily", "weekly"} }

// Affiliation says whose voice a source is taken to be, and who says so. It is
// shown as "unreviewed" wherever ReviewedBy is empty or "unreviewed".
type Affiliation struct {
	Label      string `json:"label" yaml:"label"` // state, military-linked, party-linked, independent, exile, wire, international, armed-group, unknown
	ReviewedBy string `json:"reviewed_by" yaml:"reviewed_by"`
	ReviewedOn string `json:"reviewed_on,omitempty" yaml:"reviewed_on"`
}

// Reviewed reports whether somebody has put a name to the affiliation.
func (a Affiliation) Reviewed() bool { return a.ReviewedBy != "" && a.ReviewedBy != "unreviewed" }

// List is a page that lists articles, read with CSS selectors.
type List struct {
	URL     string `json:"url" yaml:"url"`
	Item    string `json:"item" yaml:"item"`                 // one match an article
	Link    string `json:"link" yaml:"link"`                 // inside the item; its href, or the item's own where empty
	Title   string `json:"title" yaml:"title"`               // inside the item; the link's text where empty
	Date    string `json:"date,omitempty" yaml:"date"`       // inside the item; datetime attribute or text
	Summary string `json:"summary,omitempty" yaml:"summary"` // inside the item
}

// Entry is what one feed, sitemap or list page says of one article, as it says it.
type Entry struct {
	ID         string     `json:"id"` // as ID computes it; "" where nothing identifies the entry
	GUID       string     `json:"guid"`
	URL        string     `json:"url"`
	Title      string     `json:"title"`   // plain text
	Summary    string     `json:"summary"` // as given, HTML possible
	Content    string     `json:"content"` // as given, HTML possible
	Authors    []string   `json:"authors"`
	Published  *time.Time `json:"published"`
	Updated    *time.Time `json:"updated"`
	Categories []string   `json:"categories"`
	Media      []string   `json:"media"`
}

// Article is what one page says of itself.
type Article struct {
	URL           string     `json:"url"`
	CanonicalURL  string     `json:"canonical_url"`
	Title         string     `json:"title"`
	Text          string     `json:"text"` // paragraphs separated by a blank line
	Authors       []string   `json:"authors"`
	Published     *time.Time `json:"published"` // keeps the page's own offset
	PublishedFrom string     `json:"published_from"`
	Lang          string     `json:"lang"` // what the page declares
	Site          string     `json:"site"`
	Description   string     `json:"description"`
	Image         string     `json:"image"`
	Flags         []string   `json:"flags"`
}

// Item is one article under way through the pipeline, and the document of the index.
type Item struct {
	Schema        int       `json:"schema"`
	ID            string    `json:"id"`                       // 32 hex digits, fixed at collection
	Rev           int       `json:"rev"`                      // 1 at first sight, one more for each edit noticed
	Edition       int       `json:"edition,omitempty"`        // counts the full documents the clusterer has written of this id
	Sighting      bool      `json:"sighting,omitempty"`       // a known item seen at one more source: only ID, Rev, Edition and Carriers count
	Source        string    `json:"source"`                   // the source that carried it first
	Country       string    `json:"country,omitempty"`        // of Source
	Affiliation   string    `json:"affiliation,omitempty"`    // of Source: its label, or "unreviewed"
	Kind          string    `json:"kind,omitempty"`           // of Source
	Owner         string    `json:"owner,omitempty"`          // of Source, its own id where it has none
	Carriers      []Carrier `json:"carriers"`                 // every source that carried it, in the order seen
	GUID          string    `json:"guid,omitempty"`           //
	URL           string    `json:"url"`                      //
	Canonical     string    `json:"canonical_url,omitempty"`  //
	Title         string    `json:"title"`                    //
	Summary       string    `json:"summary,omitempty"`        // plain text
	Text          string    `json:"text"`                     // plain text, paragraphs separated by a blank line
	TextFrom      string    `json:"text_from,omitempty"`      // page, feed or summary
	Authors       []string  `json:"authors,omitempty"`        //
	Categories    []string  `json:"categories,omitempty"`     //
	Media         []string  `json:"media,omitempty"`          //
	FirstSeen     time.Time `json:"first_seen"`               //
	Published     time.Time `json:"published"`                // the best known time, FirstSeen where there is no other
	PublishedFrom string    `json:"published_from,omitempty"` // page, feed, sitemap or first-seen
	FeedLang      string    `json:"feed_lang,omitempty"`      // what feed or page declare: a prior, no more
	Lang          Lang      `json:"lang"`                     //
	Relevance     float64   `json:"relevance"`                // 0 to 1
	Tags          []Tag     `json:"tags,omitempty"`           //
	Claims        []Claim   `json:"claims,omitempty"`         //
	Copy          *Copy     `json:"copy,omitempty"`           //
	Story         string    `json:"story,omitempty"`          //
	Captures      []Capture `json:"captures,omitempty"`       // raw bytes kept in the archive
	Flags         []string  `json:"flags,omitempty"`          // future-date, undated, degraded, text-cut, page-failed: …
	PageError     string    `json:"page_error,omitempty"`     // why there is no page text
}

// Carrier is a source's own sighting of an item.
type Carrier struct {
	Source string    `json:"source"`
	Feed   string    `json:"feed,omitempty"` // address of the feed, list or sitemap
	GUID   string    `json:"guid,omitempty"`
	Seen   time.Time `json:"seen"`
}

// Lang is an identified language: a code of formats.md, how sure, and for Dari variant "prs".
type Lang struct {
	Code    string  `json:"code"`
	Score   float64 `json:"score"`
	Variant string  `json:"variant,omitempty"`
}

// Tag says that an item is about something, and why.
type Tag struct {
	ID          string     `json:"id"`
	Kind        string     `json:"kind"` // topic, narrative, entity or place
	Score       float64    `json:"score"`
	RuleVersion string     `json:"rule_version"`
	Evidence    []Evidence `json:"evidence"`
}

// Evidence is the place in the text that a tag rests on.
type Evidence struct {
	Field    string `json:"field"` // title or text
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Term     string `json:"term"`               // as it stands in the text
	Concept  string `json:"concept"`            // the entity, place or concept it names
	Register string `json:"register,omitempty"` // of the name used: pejorative, official …; "" where nothing marks it
}

// Claim is a statement that a text attributes to a party, never a finding of fact.
type Claim struct {
	Act           string   `json:"act"` // asserts, alleges, denies, confirms, questions, no-comment
	Field         string   `json:"field,omitempty"`
	Text          string   `json:"text"`
	Start         int      `json:"start"`
	End           int      `json:"end"`
	Claimant      *string  `json:"claimant"`
	ClaimantStart int      `json:"claimant_start"`
	ClaimantEnd   int      `json:"claimant_end"`
	ClaimantID    string   `json:"claimant_id,omitempty"`
	Target        *string  `json:"target"`
	Hedged        bool     `json:"hedged"`
	About         []string `json:"about"`
}

// Copy says how an item relates to others of the same text.
type Copy struct {
	Cluster string `json:"cluster"`      // the id of the cluster's first item
	Role    string `json:"role"`         // original, copy or excerpt
	Of      string `json:"of,omitempty"` // the item it copies
}

// Capture points to raw bytes in the archive.
type Capture struct {
	Role        string    `json:"role"` // feed or page
	URL         string    `json:"url"`  // as fetched, after redirects
	SHA256      string    `json:"sha256"`
	Bytes       int64     `json:"bytes"`
	ContentType string    `json:"content_type,omitempty"`
	Fetched     time.Time `json:"fetched"`
}

// Span is a stretch of a field.
type Span struct {
	Field string `json:"field"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}
