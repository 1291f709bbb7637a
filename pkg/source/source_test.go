package source

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

// good is a complete source; tests break one field at a time.
const good = `sources:
  - id: ridge-post
    name: Ridge Post
    home: https://ridge.example/
    country: PK
    languages: [en, ur]
    kind: newspaper
    owner: ridge-group
    affiliation: {label: independent, reviewed_by: unreviewed}
    poll: hourly
    status: unverified
    feeds:
      - https://ridge.example/rss
    lists:
      - url: https://ridge.example/latest
        item: article
        link: a
        title: h2
    sitemaps:
      - https://ridge.example/news.xml
    note: A made-up paper.
`

func load(texts ...string) (*Catalogue, error) {
	fsys := fstest.MapFS{}
	for i, text := range texts {
		fsys["sources/"+string(rune('a'+i))+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return Load(fsys, "sources")
}

func TestLoadReadsACompleteSource(t *testing.T) {
	c, err := load(good)
	if err != nil {
		t.Fatal(err)
	}
	want := news.Source{
		ID: "ridge-post", Name: "Ridge Post", Home: "https://ridge.example/", Country: "PK", Languages: []string{"en", "ur"},
		Kind: "newspaper", Owner: "ridge-group", Affiliation: news.Affiliation{Label: "independent", ReviewedBy: "unreviewed"},
		Poll: "hourly", Status: "unverified", Feeds: []string{"https://ridge.example/rss"},
		Lists:    []news.List{{URL: "https://ridge.example/latest", Item: "article", Link: "a", Title: "h2"}},
		Sitemaps: []string{"https://ridge.example/news.xml"}, Note: "A made-up paper.",
	}
	got, ok := c.Get("ridge-post")
	if !ok {
		t.Fatal("source not found")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var formats []string
	keys := map[string]bool{}
	for _, e := range c.Endpoints() {
		formats = append(formats, e.Format+" "+e.URL)
		keys[e.Key()] = true
	}
	wantFormats := []string{"feed https://ridge.example/rss", "list https://ridge.example/latest", "sitemap https://ridge.example/news.xml"}
	if diff := cmp.Diff(wantFormats, formats); diff != "" {
		t.Error(diff)
	}
	if len(keys) != 3 {
		t.Errorf("%d keys for 3 endpoints", len(keys))
	}
}

func TestLoadNamesEveryMistake(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		want           []string // file:line and words of each mistake, in order
	}{
		{"id", "ridge-post", "Ridge Post", []string{`a.yaml:2: id is "Ridge Post", expected 2 to 63`}},
		{"id missing", "- id: ridge-post\n   ", "-", []string{`a.yaml:2: id is ""`}},
		{"name", "Ridge Post", `" "`, []string{"a.yaml:3: name is empty"}},
		{"home", "https://ridge.example/\n", "ridge.example\n", []string{`a.yaml:4: home is "ridge.example", expected an absolute address`}},
		{"country", "PK", "Pakistan", []string{`a.yaml:5: country is "Pakistan", expected an ISO`}},
		{"country of two", "PK", "XX", []string{`a.yaml:5: country is "XX"`}},
		{"language", "[en, ur]", "[en, Urdu]", []string{`a.yaml:6: language is "Urdu", expected one of en, ur`}},
		{"dari", "[en, ur]", "[prs]", []string{`a.yaml:6: language is "prs", expected "fa"`}},
		{"language twice", "[en, ur]", "[en, en]", []string{`stands twice`}},
		{"no language", "[en, ur]", "[]", []string{`a.yaml:6: languages is empty`}},
		{"kind", "newspaper", "paper", []string{`a.yaml:7: kind is "paper", expected one of newspaper`}},
		{"owner", "ridge-group", "Ridge!", []string{`a.yaml:8: owner is "Ridge!"`}},
		{"label", "label: independent", "label: free", []string{`a.yaml:9: affiliation label is "free", expected one of state`}},
		{"reviewer", "reviewed_by: unreviewed", "reviewed_by: \"\"", []string{`reviewed_by is empty`}},
		{"review without day", "reviewed_by: unreviewed", "reviewed_by: A. Desk", []string{`reviewed_on is empty`}},
		{"day without review", "reviewed_by: unreviewed", "reviewed_by: unreviewed, reviewed_on: 2025-01-01", []string{`where nobody reviewed`}},
		{"bad day", "reviewed_by: unreviewed", "reviewed_by: A, reviewed_on: yesterday", []string{`reviewed_on is "yesterday", expected a day`}},
		{"poll", "hourly", "often", []string{`a.yaml:10: poll is "often", expected one of breaking`}},
		{"status", "status: unverified", "status: fine", []string{`a.yaml:11: status is "fine"`}},
		{"feed scheme", "https://ridge.example/rss", "ftp://ridge.example/rss", []string{`a.yaml:13: feed is "ftp://ridge.example/rss"`}},
		{"feed with a password", "https://ridge.example/rss", "https://a:b@ridge.example/rss", []string{`without user name and password`}},
		{"feed with a fragment", "https://ridge.example/rss", "https://ridge.example/rss#top", []string{`without a fragment`}},
		{"feed with a space", "https://ridge.example/rss", "\"https://ridge.example/r ss\"", []string{`without spaces`}},
		{"no item", "item: article", "item: \"\"", []string{`a.yaml:16: item is empty, expected a CSS selector`}},
		{"same address twice", "https://ridge.example/news.xml", "http://RIDGE.example/rss", []string{`a.yaml:20: sitemap http://RIDGE.example/rss is polled for source "ridge-post" already`}},
		{"unknown key", "    poll: hourly", "    pol: hourly", []string{`a.yaml:10: unknown field "pol", expected id, name`}},
		{"wrong type", "[en, ur]", "en", []string{"a.yaml:6: found text `en` where a list of texts is expected"}},
		{"no YAML", "sources:", "\tsources:", []string{"a.yaml: found character"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			if text == good {
				t.Fatalf("the fixture has no %q", c.old)
			}
			_, err := load(text)
			var problems config.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got %v, want problems", err)
			}
			if len(problems) != len(c.want) {
				t.Fatalf("got %d mistakes, want %d:\n%v", len(problems), len(c.want), err)
			}
			for i, want := range c.want {
				if !strings.Contains(problems[i].String(), want) {
					t.Errorf("mistake %d is %q, want %q in it", i, problems[i], want)
				}
			}
		})
	}
}

func TestLoadFindsMistakesAcrossFilesAtOnce(t *testing.T) {
	second := strings.NewReplacer("ridge.example", "river.example", "kind: newspaper", "kind: tower").Replace(good)
	third := strings.NewReplacer("id: ridge-post", "id: river-post", "name: Ridge Post", "name: River Post").Replace(good)
	_, err := load(good, second, third)
	var problems config.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{
		`b.yaml:2: id "ridge-post" is taken already at sources/a.yaml:2`, `b.yaml:7: kind is "tower"`,
		`c.yaml:13: feed https://ridge.example/rss is polled for source "ridge-post" already`, `c.yaml:15: list url`, `c.yaml:20: sitemap`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
	if len(problems) != 5 {
		t.Errorf("%d mistakes, want 5:\n%v", len(problems), err)
	}
}

func TestLoadRefusesEmptyFoldersAndFiles(t *testing.T) {
	for name, texts := range map[string][]string{"no file": nil, "empty file": {""}, "no sources": {"sources: []\n"}, "another document": {"- a\n"}} {
		if _, err := load(texts...); err == nil {
			t.Errorf("%s: no mistake found", name)
		}
	}
	if _, err := Load(fstest.MapFS{}, "missing"); err == nil {
		t.Error("missing folder: no mistake found")
	}
}

func TestASourceNeedsAnAddress(t *testing.T) {
	text := good[:strings.Index(good, "    feeds:")]
	if _, err := load(text); err == nil || !strings.Contains(err.Error(), `a.yaml:2: source "ridge-post" has no address`) {
		t.Errorf("got %v", err)
	}
}

func TestNewChecksSourcesThatCameFromElsewhere(t *testing.T) {
	c, err := load(good)
	if err != nil {
		t.Fatal(err)
	}
	s := c.Sources()
	if _, err := New(s); err != nil {
		t.Error(err)
	}
	if _, err := New(append(s, s[0])); err == nil || !strings.Contains(err.Error(), "source ridge-post: ") {
		t.Errorf("a double source: got %v", err)
	}
}
