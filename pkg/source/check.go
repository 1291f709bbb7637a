package source

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

var (
	wellFormedID  = regexp.MustCompile(`^[a-z0-9](-?[a-z0-9]){1,62}$`)
	notWhitespace = regexp.MustCompile(`\S`)
)

// place answers the file and line of a field, by keys and indices from the source down.
type place func(steps ...any) (file string, line int)

// checker gathers mistakes over a whole catalogue.
type checker struct {
	problems  config.Problems
	ids       map[string]string // id → where it stands
	names     map[string]string // name in lower case → id
	addresses map[string]string // address without its scheme → id of the source that has it
	torn      bool              // the source was not decoded whole: what is missing may have been misread
}

func newChecker() *checker {
	return &checker{ids: map[string]string{}, names: map[string]string{}, addresses: map[string]string{}}
}

// err orders the mistakes by file and line.
func (c *checker) err() error {
	slices.SortStableFunc(c.problems, func(a, b config.Problem) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	return c.problems.Err()
}

func (c *checker) wrong(file string, line int, format string, args ...any) {
	c.problems.Add(file, line, format, args...)
}

// source checks one source against itself and against those checked before.
func (c *checker) source(s news.Source, at place) {
	c.id(s, at)
	c.name(s, at)
	c.address(s.Home, "home", at, "home")
	c.oneOf(s.Kind, "kind", news.Kinds(), at, "kind")
	c.oneOf(s.Poll, "poll", news.PollClasses(), at, "poll")
	c.oneOf(s.Status, "status", Statuses(), at, "status")
	c.country(s, at)
	c.languages(s, at)
	c.affiliation(s.Affiliation, at)
	if file, line := at("owner"); s.Owner != "" && !wellFormedID.MatchString(s.Owner) {
		c.wrong(file, line, "owner is %q, expected small letters, digits and single hyphens", s.Owner)
	}
	c.endpoints(s, at)
}

func (c *checker) id(s news.Source, at place) {
	file, line := at("id")
	switch {
	case s.ID == "" && c.torn:
	case !wellFormedID.MatchString(s.ID):
		c.wrong(file, line, "id is %q, expected 2 to 63 small letters, digits and single hyphens", s.ID)
	case c.ids[s.ID] != "":
		c.wrong(file, line, "id %q is taken already at %s, expected every id once", s.ID, c.ids[s.ID])
	default:
		c.ids[s.ID] = fmt.Sprintf("%s:%d", file, line)
	}
}

func (c *checker) name(s news.Source, at place) {
	file, line := at("name")
	key := strings.ToLower(strings.TrimSpace(s.Name))
	switch {
	case !notWhitespace.MatchString(s.Name):
		if !c.torn {
			c.wrong(file, line, "name is empty, expected the name the source goes by")
		}
	case strings.IndexFunc(s.Name, unicode.IsControl) >= 0 || len(s.Name) > 200:
		c.wrong(file, line, "name is %q, expected one line of at most 200 bytes", s.Name)
	case c.names[key] != "" && c.names[key] != s.ID:
		c.wrong(file, line, "name %q belongs to source %q already, expected names that tell sources apart", s.Name, c.names[key])
	default:
		c.names[key] = s.ID
	}
}

func (c *checker) oneOf(value, field string, known []string, at place, steps ...any) {
	if slices.Contains(known, value) || value == "" && c.torn {
		return
	}
	file, line := at(steps...)
	c.wrong(file, line, "%s is %q, expected one of %s", field, value, strings.Join(known, ", "))
}

func (c *checker) country(s news.Source, at place) {
	if KnownCountry(s.Country) || s.Country == "" && c.torn {
		return
	}
	file, line := at("country")
	c.wrong(file, line, "country is %q, expected an ISO 3166-1 code of two capital letters, or ZZ where there is no seat", s.Country)
}

func (c *checker) languages(s news.Source, at place) {
	if len(s.Languages) == 0 && !c.torn {
		file, line := at("languages")
		c.wrong(file, line, "languages is empty, expected at least one code such as en, ur, ps, fa or hi")
	}
	for i, code := range s.Languages {
		file, line := at("languages", i)
		switch {
		case code == "prs":
			c.wrong(file, line, "language is \"prs\", expected \"fa\": Dari is a variant of it, found in the text")
		case !KnownLanguage(code):
			c.wrong(file, line, "language is %q, expected one of %s", code, strings.Join(languageCodes(), ", "))
		case slices.Contains(s.Languages[:i], code):
			c.wrong(file, line, "language %q stands twice, expected every language once", code)
		}
	}
}

func (c *checker) affiliation(a news.Affiliation, at place) {
	c.oneOf(a.Label, "affiliation label", Labels(), at, "affiliation", "label")
	file, line := at("affiliation", "reviewed_by")
	if !notWhitespace.MatchString(a.ReviewedBy) && !c.torn {
		c.wrong(file, line, "reviewed_by is empty, expected the reviewer's name or \"unreviewed\"")
	}
	file, line = at("affiliation", "reviewed_on")
	_, err := time.Parse(time.DateOnly, a.ReviewedOn)
	switch {
	case a.ReviewedOn != "" && err != nil:
		c.wrong(file, line, "reviewed_on is %q, expected a day such as 2025-01-31", a.ReviewedOn)
	case a.ReviewedOn == "" && a.Reviewed():
		c.wrong(file, line, "reviewed_on is empty, expected the day on which %s reviewed the affiliation", a.ReviewedBy)
	case a.ReviewedOn != "" && !a.Reviewed():
		c.wrong(file, line, "reviewed_on is %q where nobody reviewed, expected reviewed_by with a name", a.ReviewedOn)
	}
}

func (c *checker) endpoints(s news.Source, at place) {
	if len(s.Feeds)+len(s.Lists)+len(s.Sitemaps) == 0 && !c.torn {
		file, line := at()
		c.wrong(file, line, "source %q has no address to poll, expected at least one under feeds, lists or sitemaps", s.ID)
	}
	for i, u := range s.Feeds {
		c.polled(s.ID, u, "feed", at, "feeds", i)
	}
	for i, u := range s.Sitemaps {
		c.polled(s.ID, u, "sitemap", at, "sitemaps", i)
	}
	for i, l := range s.Lists {
		c.polled(s.ID, l.URL, "list url", at, "lists", i, "url")
		if strings.TrimSpace(l.Item) == "" && !c.torn {
			file, line := at("lists", i, "item")
			c.wrong(file, line, "item is empty, expected a CSS selector that matches each article of %s", l.URL)
		}
	}
}

// polled checks an address that is going to be polled, once in the whole catalogue.
func (c *checker) polled(id, address, field string, at place, steps ...any) {
	if !c.address(address, field, at, steps...) {
		return
	}
	_, key, _ := strings.Cut(news.CanonicalURL(address), "://")
	owner, taken := c.addresses[key]
	if !taken {
		c.addresses[key] = id
		return
	}
	file, line := at(steps...)
	c.wrong(file, line, "%s %s is polled for source %q already, expected every address once", field, address, owner)
}

// address reports whether an address is absolute, of the web and free of secrets.
func (c *checker) address(address, field string, at place, steps ...any) bool {
	if address == "" && c.torn {
		return false
	}
	u, err := url.Parse(address)
	fault := ""
	switch {
	case err != nil || address != strings.TrimSpace(address) || strings.ContainsAny(address, " \t\n"):
		fault = "an address without spaces"
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		fault = "an absolute address that begins with http:// or https://"
	case u.User != nil:
		fault = "an address without user name and password"
	case u.Fragment != "":
		fault = "an address without a fragment"
	case len(address) > 2000:
		fault = "an address of at most 2000 bytes"
	default:
		return true
	}
	file, line := at(steps...)
	c.wrong(file, line, "%s is %q, expected %s", field, address, fault)
	return false
}
