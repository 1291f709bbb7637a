package app

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/sarhad-desk/sarhad/configs"
	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

// demoOutlet is a fictional outlet of the demonstration corpus.
type demoOutlet struct {
	ID          string           `yaml:"id"`
	Name        string           `yaml:"name"`
	Country     string           `yaml:"country"`
	Languages   []string         `yaml:"languages"`
	Kind        string           `yaml:"kind"`
	Owner       string           `yaml:"owner"`
	Affiliation news.Affiliation `yaml:"affiliation"`
	Format      string           `yaml:"format"` // rss, atom, rdf, json or list
	Note        string           `yaml:"note"`

	items []demoItem
}

// demoItem is one fictional text.
type demoItem struct {
	Outlet    string   `yaml:"outlet"`
	Slug      string   `yaml:"slug"`
	Lang      string   `yaml:"lang"`
	Published string   `yaml:"published"`
	Title     string   `yaml:"title"`
	Summary   string   `yaml:"summary"`
	Author    string   `yaml:"author"`
	Text      string   `yaml:"text"`
	Also      []string `yaml:"also"`    // outlets whose feeds list the same address
	CopyOf    string   `yaml:"copy_of"` // outlet/slug, for the editor
	Expect    struct {
		Topics []string `yaml:"topics"`
		Claims []string `yaml:"claims_about"`
	} `yaml:"expect"`
}

// Demo is the demonstration corpus, served from loopback.
type Demo struct {
	Addr           string
	Items, Outlets int

	server  *http.Server
	dir     string
	outlets map[string]*demoOutlet
	byPath  map[string]demoItem
}

// ServeDemo serves the demonstration corpus and points the settings at it: its
// outlets are the catalogue, and its address is the only one that is asked.
func ServeDemo(cfg *config.Config) (*Demo, error) {
	d, err := loadDemo(configs.Files, "demo")
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d.Addr = listener.Addr().String()
	d.server = &http.Server{Handler: d, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = d.server.Serve(listener) }()
	if err := d.writeCatalogue(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	cfg.Sources, cfg.Contact = filepath.Join(d.dir, "sources"), ""
	cfg.Collect.Allow, cfg.Collect.Pause, cfg.Collect.Spread = []string{d.Addr}, time.Millisecond, time.Second
	cfg.Demo = true
	return d, nil
}

// Close stops the server.
func (d *Demo) Close() error { return errors.Join(d.server.Close(), os.RemoveAll(d.dir)) }

func loadDemo(fsys fs.FS, dir string) (*Demo, error) {
	d := &Demo{outlets: map[string]*demoOutlet{}, byPath: map[string]demoItem{}}
	files, err := config.Files(fsys, dir)
	if err != nil {
		return nil, err
	}
	var problems config.Problems
	var items []demoItem
	for _, file := range files {
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		var read struct {
			Outlets []*demoOutlet `yaml:"outlets"`
			Items   []demoItem    `yaml:"items"`
		}
		_, err = config.Decode(file, data, &read)
		problems.Merge(file, err)
		for _, o := range read.Outlets {
			d.outlets[o.ID] = o
		}
		items = append(items, read.Items...)
	}
	for _, it := range items {
		if err := d.add(it); err != nil {
			problems.Add(dir, 0, "%v", err)
		}
	}
	d.Items, d.Outlets = len(items), len(d.outlets)
	return d, problems.Err()
}

// add files an item under its own outlet and under those that list its address too.
func (d *Demo) add(it demoItem) error {
	if _, err := it.time(); err != nil {
		return fmt.Errorf("item %s/%s: published %q, expected an RFC 3339 time", it.Outlet, it.Slug, it.Published)
	}
	for _, id := range append([]string{it.Outlet}, it.Also...) {
		o := d.outlets[id]
		if o == nil {
			return fmt.Errorf("item %s: outlet %q is not in outlets.yaml", it.Slug, id)
		}
		o.items = append(o.items, it)
	}
	if _, twice := d.byPath[it.path()]; twice {
		return fmt.Errorf("item %s stands there twice", it.path())
	}
	if !strings.Contains(it.Text+it.Title, "DEMONSTRATION") {
		return fmt.Errorf("item %s does not say DEMONSTRATION", it.path())
	}
	d.byPath[it.path()] = it
	return nil
}

func (it demoItem) path() string { return "/" + it.Outlet + "/" + it.Slug + ".html" }

func (it demoItem) time() (time.Time, error) {
	if it.Published == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.RFC3339, it.Published)
}

// writeCatalogue writes the outlets as a catalogue of their own.
func (d *Demo) writeCatalogue() error {
	var err error
	if d.dir, err = os.MkdirTemp("", "sarhad-demo-sources-"); err != nil {
		return err
	}
	var read struct {
		Sources []news.Source `yaml:"sources"`
	}
	for _, id := range d.ids() {
		o := d.outlets[id]
		s := news.Source{ID: o.ID, Name: o.Name, Home: d.address("/" + o.ID + "/"), Country: o.Country, Languages: o.Languages, Kind: o.Kind, Owner: o.Owner,
			Affiliation: o.Affiliation, Poll: "breaking", Status: "unverified", Note: "DEMONSTRATION"}
		if o.Format == "list" {
			s.Lists = []news.List{{URL: s.Home, Item: "article", Link: "a", Title: "h2", Date: "time", Summary: "p"}}
		} else {
			s.Feeds = []string{d.address("/" + o.ID + "/feed")}
		}
		read.Sources = append(read.Sources, s)
	}
	data, err := config.Encode(read)
	if err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(d.dir, "sources"), 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.dir, "sources", "demo.yaml"), data, 0o600)
}

func (d *Demo) ids() []string {
	ids := make([]string, 0, len(d.outlets))
	for id := range d.outlets {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	return ids
}

func (d *Demo) address(path string) string { return "http://" + d.Addr + path }

// ServeHTTP serves /outlet/feed, /outlet/ and /outlet/slug.html.
func (d *Demo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if it, ok := d.byPath[r.URL.Path]; ok {
		d.servePage(w, it)
		return
	}
	id, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	o := d.outlets[id]
	switch {
	case o == nil:
		http.NotFound(w, r)
	case rest == "":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = demoList.Execute(w, map[string]any{"Outlet": o, "Items": o.items})
	case rest == "feed":
		d.serveFeed(w, o)
	default:
		http.NotFound(w, r)
	}
}

var demoPage = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Item.Lang}}" dir="{{.Dir}}"><head><meta charset="utf-8"><title>{{.Item.Title}} | {{.Outlet.Name}}</title>
<meta property="og:title" content="{{.Item.Title}}"><meta property="og:site_name" content="{{.Outlet.Name}}">
{{if .Item.Published}}<meta property="article:published_time" content="{{.Item.Published}}">{{end}}
<meta name="author" content="{{.Item.Author}}"><link rel="canonical" href="{{.URL}}"></head>
<body><header><a href="/{{.Outlet.ID}}/">{{.Outlet.Name}}</a><p>DEMONSTRATION: fictional text of a fictional outlet.</p></header>
<main><article><h1>{{.Item.Title}}</h1>{{if .Item.Published}}<time datetime="{{.Item.Published}}">{{.Item.Published}}</time>{{end}}
{{range .Paragraphs}}<p>{{.}}</p>
{{end}}</article></main><footer>DEMONSTRATION</footer></body></html>
`))

var demoList = template.Must(template.New("list").Parse(`<!doctype html>
<html><head><meta charset="utf-8"><title>{{.Outlet.Name}}</title></head><body><h1>{{.Outlet.Name}} (DEMONSTRATION)</h1>
{{range .Items}}<article lang="{{.Lang}}"><h2><a href="/{{.Outlet}}/{{.Slug}}.html">{{.Title}}</a></h2>{{if .Published}}<time datetime="{{.Published}}">{{.Published}}</time>{{end}}<p>{{.Summary}}</p></article>
{{end}}</body></html>
`))

func (d *Demo) servePage(w http.ResponseWriter, it demoItem) {
	dir := "ltr"
	if it.Lang == "ur" || it.Lang == "ps" || it.Lang == "fa" {
		dir = "rtl"
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = demoPage.Execute(w, map[string]any{"Item": it, "Outlet": d.outlets[it.Outlet], "URL": d.address(it.path()), "Dir": dir, "Paragraphs": strings.Split(strings.TrimSpace(it.Text), "\n\n")})
}

func (d *Demo) serveFeed(w http.ResponseWriter, o *demoOutlet) {
	var body any
	kind := "application/xml"
	switch o.Format {
	case "json":
		kind, body = "application/feed+json", d.jsonFeed(o)
	case "atom":
		kind, body = "application/atom+xml", d.atomFeed(o)
	default:
		kind, body = "application/rss+xml", d.rssFeed(o)
	}
	w.Header().Set("Content-Type", kind+"; charset=utf-8")
	if o.Format == "json" {
		_ = json.NewEncoder(w).Encode(body)
		return
	}
	fmt.Fprint(w, xml.Header)
	_ = xml.NewEncoder(w).Encode(body)
}

func (d *Demo) jsonFeed(o *demoOutlet) any {
	items := []map[string]any{}
	for _, it := range o.items {
		one := map[string]any{"id": d.address(it.path()), "url": d.address(it.path()), "title": it.Title, "summary": it.Summary, "content_text": it.Summary, "authors": []map[string]string{{"name": it.Author}}}
		if it.Published != "" {
			one["date_published"] = it.Published
		}
		items = append(items, one)
	}
	return map[string]any{"version": "https://jsonfeed.org/version/1.1", "title": o.Name + " (DEMONSTRATION)", "home_page_url": d.address("/" + o.ID + "/"), "items": items}
}

type rssItem struct {
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	GUID        string `xml:"guid"`
	Description string `xml:"description"`
	Author      string `xml:"author,omitempty"`
	Date        string `xml:"pubDate,omitempty"`
}

func (d *Demo) rssFeed(o *demoOutlet) any {
	var feed struct {
		XMLName xml.Name  `xml:"rss"`
		Version string    `xml:"version,attr"`
		Title   string    `xml:"channel>title"`
		Link    string    `xml:"channel>link"`
		Lang    string    `xml:"channel>language,omitempty"`
		Items   []rssItem `xml:"channel>item"`
	}
	feed.Version, feed.Title, feed.Link = "2.0", o.Name+" (DEMONSTRATION)", d.address("/"+o.ID+"/")
	if len(o.Languages) == 1 {
		feed.Lang = o.Languages[0]
	}
	for _, it := range o.items {
		one := rssItem{Title: it.Title, Link: d.address(it.path()), GUID: d.address(it.path()), Description: it.Summary, Author: it.Author}
		if at, _ := it.time(); !at.IsZero() {
			one.Date = at.Format(time.RFC1123Z)
		}
		feed.Items = append(feed.Items, one)
	}
	return feed
}

type atomEntry struct {
	Title     string `xml:"title"`
	ID        string `xml:"id"`
	Link      atomLink
	Published string `xml:"published,omitempty"`
	Updated   string `xml:"updated,omitempty"`
	Summary   string `xml:"summary"`
	Author    string `xml:"author>name,omitempty"`
}

type atomLink struct {
	XMLName xml.Name `xml:"link"`
	Href    string   `xml:"href,attr"`
}

func (d *Demo) atomFeed(o *demoOutlet) any {
	var feed struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Title   string   `xml:"title"`
		ID      string   `xml:"id"`
		Link    atomLink
		Entries []atomEntry `xml:"entry"`
	}
	feed.Title, feed.ID, feed.Link.Href = o.Name+" (DEMONSTRATION)", d.address("/"+o.ID+"/"), d.address("/"+o.ID+"/")
	for _, it := range o.items {
		feed.Entries = append(feed.Entries, atomEntry{Title: it.Title, ID: d.address(it.path()), Link: atomLink{Href: d.address(it.path())}, Published: it.Published, Updated: it.Published, Summary: it.Summary, Author: it.Author})
	}
	return feed
}
