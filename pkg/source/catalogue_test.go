package source

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// TestTheCatalogueThatShips loads configs/sources and asserts that no side of the
// frontier and no kind of voice is missing from it.
func TestTheCatalogueThatShips(t *testing.T) {
	c, err := Load(os.DirFS("../../configs"), "sources")
	if err != nil {
		t.Fatalf("mistakes in the catalogue:\n%v", err)
	}
	sources := c.Sources()
	if len(sources) < 80 {
		t.Errorf("%d sources, want at least 80", len(sources))
	}
	countries, languages, kinds, labels := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	polls := map[string]int{}
	for _, s := range sources {
		countries[s.Country]++
		kinds[s.Kind]++
		labels[s.Affiliation.Label]++
		polls[s.Poll]++
		for _, l := range s.Languages {
			languages[l]++
		}
		if s.Affiliation.Reviewed() {
			t.Errorf("%s: affiliation reviewed by %q: the catalogue ships unreviewed", s.ID, s.Affiliation.ReviewedBy)
		}
		if s.Status != "unverified" {
			t.Errorf("%s: status %s: the catalogue ships unverified", s.ID, s.Status)
		}
	}
	atLeast := func(what string, have, want map[string]int) {
		for key, n := range want {
			if have[key] < n {
				t.Errorf("%d sources of %s %s, want at least %d", have[key], what, key, n)
			}
		}
	}
	atLeast("country", countries, map[string]int{"AF": 20, "PK": 50, "IN": 20, "IR": 8, "TJ": 4, "UZ": 2, "CN": 5, "RU": 5, "GB": 5, "US": 5, "ZZ": 5})
	atLeast("language", languages, map[string]int{"en": 80, "ur": 30, "ps": 25, "fa": 25, "hi": 8, "ru": 5, "tg": 3, "bal": 2})
	atLeast("label", labels, map[string]int{"state": 20, "military-linked": 4, "party-linked": 3, "independent": 50, "exile": 10, "wire": 3, "international": 10, "armed-group": 3})
	atLeast("poll class", polls, map[string]int{"breaking": 10, "hourly": 40, "daily": 20, "weekly": 10})
	want := map[string]int{"fact-checker": 10, "channel": 15, "video-channel": 15, "think-tank": 15, "un": 6}
	for _, kind := range news.Kinds() {
		want[kind] = max(want[kind], 2)
	}
	delete(want, "blog")
	atLeast("kind", kinds, want)
	checkEndpoints(t, c)
	t.Logf("%d sources, %d endpoints, %d countries, %d languages", len(sources), len(c.Endpoints()), len(countries), len(languages))
}

func checkEndpoints(t *testing.T, c *Catalogue) {
	t.Helper()
	keys := map[string]string{}
	for _, e := range c.Endpoints() {
		if other := keys[e.Key()]; other != "" {
			t.Errorf("%s and %s share the key %s", e.URL, other, e.Key())
		}
		keys[e.Key()] = e.URL
		if !strings.HasPrefix(e.URL, "http") || !slices.Contains([]string{FormatFeed, FormatList, FormatSitemap}, e.Format) {
			t.Errorf("%s: endpoint %+v", e.Source.ID, e)
		}
		if e.Source.Kind == "channel" && e.Format == FormatList && e.List.Link != "a.tgme_widget_message_date" {
			t.Errorf("%s: link selector %q, want that of a message", e.Source.ID, e.List.Link)
		}
	}
}
