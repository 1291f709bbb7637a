// Package source knows where the news comes from and when to look there again.
// The catalogue says what the sources are; the poll state of an endpoint says what
// its server last answered and when it is polite to ask next; the scheduler hands
// out what is due without letting one busy host hold up the others. All of it is
// computation on values: no clock is read and nothing is fetched here, so that a
// year of polling can be tried in a test within a second.
package source

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

// Formats of an endpoint.
const (
	FormatFeed    = "feed"    // RSS, Atom, RDF or JSON Feed
	FormatList    = "list"    // an HTML page read with selectors
	FormatSitemap = "sitemap" // a news sitemap
)

// Catalogue is a checked set of sources. It does not change once made.
type Catalogue struct {
	sources []news.Source
	byID    map[string]int
}

// Endpoint is one address of one source, polled by itself.
type Endpoint struct {
	Source news.Source
	URL    string
	Format string    // FormatFeed, FormatList or FormatSitemap
	List   news.List // the selectors, where Format is FormatList
}

// Key names the poll state of the endpoint: the source, a dot and 16 hex digits
// of the address. It is a legal name in a key-value bucket.
func (e Endpoint) Key() string { return Key(e.Source.ID, e.URL) }

// Key is Endpoint.Key for a source id and an address.
func Key(id, address string) string {
	sum := sha256.Sum256([]byte(address))
	return id + "." + hex.EncodeToString(sum[:8])
}

// file is one file of the catalogue.
type file struct {
	Sources []news.Source `yaml:"sources"`
}

// Load reads every YAML file of a folder as one catalogue. The error holds all
// the mistakes of all the files as config.Problems.
func Load(fsys fs.FS, dir string) (*Catalogue, error) {
	names, err := config.Files(fsys, dir)
	if err != nil {
		return nil, config.Problems{{File: dir, What: err.Error()}}
	}
	if len(names) == 0 {
		return nil, config.Problems{{File: dir, What: "no .yaml file found, expected at least one"}}
	}
	check := newChecker()
	var all []news.Source
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			check.problems.Merge(name, err)
			continue
		}
		all = append(all, check.file(name, data)...)
	}
	if err := check.err(); err != nil {
		return nil, err
	}
	return index(all), nil
}

// New makes a catalogue of sources that did not come from files: edits, imports,
// tests. In the error, File is "source" and the id.
func New(sources []news.Source) (*Catalogue, error) {
	check := newChecker()
	for _, s := range sources {
		check.source(s, func(...any) (string, int) { return "source " + s.ID, 0 })
	}
	if err := check.err(); err != nil {
		return nil, err
	}
	return index(append([]news.Source(nil), sources...)), nil
}

func index(sources []news.Source) *Catalogue {
	sort.SliceStable(sources, func(i, j int) bool { return sources[i].ID < sources[j].ID })
	c := &Catalogue{sources: sources, byID: make(map[string]int, len(sources))}
	for i, s := range sources {
		c.byID[s.ID] = i
	}
	return c
}

// Sources are all sources in the order of their ids.
func (c *Catalogue) Sources() []news.Source { return append([]news.Source(nil), c.sources...) }

// Get finds a source by id.
func (c *Catalogue) Get(id string) (news.Source, bool) {
	i, ok := c.byID[id]
	if !ok {
		return news.Source{}, false
	}
	return c.sources[i], true
}

// Endpoints are the addresses to poll, source by source.
func (c *Catalogue) Endpoints() []Endpoint {
	var all []Endpoint
	for _, s := range c.sources {
		for _, u := range s.Feeds {
			all = append(all, Endpoint{Source: s, URL: u, Format: FormatFeed})
		}
		for _, l := range s.Lists {
			all = append(all, Endpoint{Source: s, URL: l.URL, Format: FormatList, List: l})
		}
		for _, u := range s.Sitemaps {
			all = append(all, Endpoint{Source: s, URL: u, Format: FormatSitemap})
		}
	}
	return all
}

// file decodes and checks one file, and returns what could be read of it.
func (c *checker) file(name string, data []byte) []news.Source {
	var f file
	doc, err := config.Decode(name, data, &f)
	var wrong config.Problems
	if errors.As(err, &wrong) {
		c.problems = append(c.problems, plainWords(wrong)...)
	} else if err != nil {
		c.problems.Merge(name, err)
	}
	if doc == nil {
		return nil
	}
	if len(f.Sources) == 0 && err == nil {
		c.problems.Add(name, doc.Line(), "no sources found, expected a list under the key sources")
	}
	for i, s := range f.Sources {
		end := doc.Line("sources", i+1)
		if i == len(f.Sources)-1 {
			end = 1 << 30
		}
		c.torn = anyWithin(wrong, doc.Line("sources", i), end)
		c.source(s, func(steps ...any) (string, int) {
			return name, doc.Line(append([]any{"sources", i}, steps...)...)
		})
		c.torn = false
	}
	return f.Sources
}

func anyWithin(problems config.Problems, from, to int) bool {
	for _, p := range problems {
		if p.Line >= from && p.Line < to {
			return true
		}
	}
	return false
}

var unknownField = regexp.MustCompile(`^field (\S+) not found in type (\S+)$`)

// plainWords says in the catalogue's terms what the decoder says in Go's.
func plainWords(problems config.Problems) config.Problems {
	expected := map[string]string{
		"source.file":      "sources",
		"news.Source":      "id, name, home, country, languages, kind, owner, affiliation, poll, status, feeds, lists, sitemaps or note",
		"news.Affiliation": "label, reviewed_by or reviewed_on",
		"news.List":        "url, item, link, title, date or summary",
	}
	out := make(config.Problems, len(problems))
	for i, p := range problems {
		if m := unknownField.FindStringSubmatch(p.What); m != nil && expected[m[2]] != "" {
			p.What = fmt.Sprintf("unknown field %q, expected %s", m[1], expected[m[2]])
		} else if strings.HasPrefix(p.What, "cannot unmarshal") {
			p.What = strings.NewReplacer("!!str", "text", "!!seq", "a list", "!!map", "a mapping", "!!int", "a number",
				"into string", "where one text is expected", "into []string", "where a list of texts is expected",
				"into []news.List", "where a list of pages is expected", "into []news.Source", "where a list of sources is expected",
				"into news.", "where this is expected: ", "cannot unmarshal", "found").Replace(p.What)
		}
		out[i] = p
	}
	return out
}
