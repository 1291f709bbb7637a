package desk

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/alert"
	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/query"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

func (d *Desk) routePages(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", d.searchPage)
	mux.HandleFunc("GET /items/{id}", d.itemPage)
	mux.HandleFunc("GET /sources", d.sourcesPage)
	mux.HandleFunc("POST /sources/{id}/poll", d.pollForm)
	mux.HandleFunc("GET /alerts", d.alertsPage)
	mux.HandleFunc("GET /dlq", d.lettersPage)
	mux.HandleFunc("POST /dlq/{number}/{act}", d.letterForm)
	mux.HandleFunc("GET /doctor", d.doctorPage)
	mux.HandleFunc("POST /contact", d.contactForm)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		d.fail(w, r, http.StatusNotFound, "No such address", "there is nothing for "+r.Method+" at "+r.URL.Path)
	})
}

func (d *Desk) parse() (map[string]*template.Template, error) {
	pages := map[string]*template.Template{}
	funcs := template.FuncMap{
		"t":          func(key string) string { return key }, // replaced by the reader's language at each rendering
		"when":       func(at time.Time) string { return at.UTC().Format("2006-01-02 15:04") },
		"iso":        func(at time.Time) string { return at.UTC().Format(time.RFC3339) },
		"label":      func(id string) string { return d.Rules().Label(id) },
		"clean":      text.Clean,
		"facetField": facetField,
	}
	for _, name := range []string{"search", "item", "sources", "alerts", "dlq", "doctor", "fail"} {
		page, err := template.New(name).Funcs(funcs).ParseFS(files, "templates/layout.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("page %s: %w", name, err)
		}
		pages[name] = page
	}
	return pages, nil
}

// frame is what every page shows around its own.
type frame struct {
	Title     string
	UI        string // language of the interface
	Dir       string // ltr or rtl
	Languages []language
	Demo      bool
	Contact   string
	Version   string
	Here      string // path and query, to come back to
	Body      any
}

func (d *Desk) render(w http.ResponseWriter, r *http.Request, status int, name, title string, body any) {
	ui := d.language(w, r)
	contact, _ := d.Contact.Contact()
	f := frame{Title: d.say(ui, title), UI: ui, Dir: direction(ui), Languages: d.languages(r, ui), Demo: d.Demo, Contact: contact, Version: d.Version, Here: r.URL.RequestURI(), Body: body}
	page, err := d.pages[name].Clone()
	if err == nil {
		var b strings.Builder
		if err = page.Funcs(template.FuncMap{"t": func(key string) string { return d.say(ui, key) }}).ExecuteTemplate(&b, "layout.html", f); err == nil {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(status)
			_, err = w.Write([]byte(b.String()))
		}
	}
	if err != nil {
		d.Log.Error("page not rendered", "page", name, "err", err)
		http.Error(w, "the page cannot be shown; it has been logged why", http.StatusInternalServerError)
	}
}

func (d *Desk) failPage(w http.ResponseWriter, r *http.Request, status int, title, detail string) {
	d.render(w, r, status, "fail", title, map[string]any{"Status": status, "Detail": detail})
}

// searchView is the search page.
type searchView struct {
	Q, Order   string
	Wrong      *query.SyntaxError
	Caret      string // as many spaces as characters stand before the mistake
	Expansions []expansion
	Found      *index.Results
	Hits       []hitView
	Facets     []facetView
	Chart      *chart
	More       string
	Took       string
}

// expansion is a known name of the query, and what else was searched for it.
type expansion struct {
	Word      string   `json:"word"`
	Concept   string   `json:"concept"`
	Spellings []string `json:"spellings"`
	More      int      `json:"more"` // spellings beyond the limit
}

const maxChips = 12

func expansions(q *query.Query, limit int) []expansion {
	out := []expansion{}
	for _, e := range q.Expansions {
		n := min(len(e.Spellings), limit)
		out = append(out, expansion{e.Word, e.Concept, e.Spellings[:n], len(e.Spellings) - n})
	}
	return out
}

type hitView struct {
	Item    news.Item
	Source  string // its name
	Review  string // its affiliation, or unreviewed
	Title   []piece
	Snippet []piece
	Tags    []news.Tag
}

type facetView struct {
	Name   string
	Values []facetValue
}

type facetValue struct {
	Label string
	N     int
	Link  string
}

func (d *Desk) searchPage(w http.ResponseWriter, r *http.Request) {
	values := r.URL.Query()
	view := &searchView{Q: values.Get("q"), Order: values.Get("order")}
	began := d.Now()
	s, err := d.searchOf(values)
	if err == nil {
		view.Expansions = expansions(s.Query, maxChips)
		if view.Found, err = d.Store.Search(r.Context(), s); err == nil {
			view.Chart, err = d.chart(r, view.Q)
		}
	}
	if err != nil {
		if !view.mistake(err) {
			d.failed(w, r, err)
			return
		}
		d.render(w, r, http.StatusBadRequest, "search", "search", view)
		return
	}
	for _, h := range view.Found.Hits {
		view.Hits = append(view.Hits, d.hit(h))
	}
	view.Facets = d.facets(view)
	if view.Found.Next != "" {
		view.More = link("/", "q", view.Q, "order", view.Order, "cursor", view.Found.Next)
	}
	view.Took = d.Now().Sub(began).Round(time.Millisecond).String()
	d.render(w, r, http.StatusOK, "search", "search", view)
}

// mistake takes over a mistake in the query, to be shown where it stands.
func (v *searchView) mistake(err error) bool {
	if !errors.As(err, &v.Wrong) {
		return false
	}
	v.Caret = strings.Repeat("\u00a0", v.Wrong.Pos)
	return true
}

func (d *Desk) hit(h index.Hit) hitView {
	v := hitView{Item: h.Item, Source: h.Item.Source, Review: "unreviewed"}
	if s, ok := d.Catalogue.Get(h.Item.Source); ok {
		v.Source = s.Name
		if s.Affiliation.Reviewed() {
			v.Review = s.Affiliation.Label
		}
	}
	v.Title = pieces(h.Item.Title, inField(h.Spans, "title"))
	v.Snippet = snippet(h.Item.Text, inField(h.Spans, "text"))
	for _, tag := range h.Item.Tags {
		if tag.Kind == "topic" || tag.Kind == "narrative" {
			v.Tags = append(v.Tags, tag)
		}
	}
	return v
}

// facets lists the commonest values, each with the search that narrows to it.
func (d *Desk) facets(v *searchView) []facetView {
	var out []facetView
	for _, name := range []string{"tag", "lang", "country", "source"} {
		f := facetView{Name: name}
		for _, c := range v.Found.Facets[name] {
			if len(f.Values) == 8 {
				break
			}
			label := c.Value
			if name == "tag" {
				label = d.Rules().Label(c.Value)
			}
			f.Values = append(f.Values, facetValue{label, c.N, link("/", "q", narrowed(v.Q, name+":"+c.Value), "order", v.Order)})
		}
		if len(f.Values) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// narrowed is a query with one more condition.
func narrowed(q, condition string) string {
	if strings.TrimSpace(q) == "" {
		return condition
	}
	if strings.Contains(q, " OR ") {
		q = "(" + q + ")"
	}
	return q + " " + condition
}

// link is an address with the parameters that are not empty.
func link(path string, pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

// itemView is the item page.
type itemView struct {
	Item     news.Item
	Version  int64
	Source   news.Source
	Carriers []carrierView
	Title    []piece
	Text     []piece
	Link     string // the article's own address, where it is http or https
}

type carrierView struct {
	Carrier news.Carrier
	Name    string
	Review  string
}

func (d *Desk) itemPage(w http.ResponseWriter, r *http.Request) {
	stored, ok := d.item(w, r)
	if !ok {
		return
	}
	it := stored.Item
	view := itemView{Item: it, Version: stored.Version, Title: pieces(it.Title, evidence(it, "title")), Text: pieces(it.Text, evidence(it, "text"))}
	view.Source, _ = d.Catalogue.Get(it.Source)
	if u, err := url.Parse(it.URL); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		view.Link = it.URL
	}
	for _, c := range it.Carriers {
		cv := carrierView{Carrier: c, Name: c.Source, Review: "unreviewed"}
		if s, ok := d.Catalogue.Get(c.Source); ok {
			cv.Name = s.Name
			if s.Affiliation.Reviewed() {
				cv.Review = s.Affiliation.Label + ", reviewed by " + s.Affiliation.ReviewedBy
			}
		}
		view.Carriers = append(view.Carriers, cv)
	}
	d.render(w, r, http.StatusOK, "item", text.Clean(it.Title), view)
}

// evidence are the places of a field that tags rest on.
func evidence(it news.Item, field string) []news.Span {
	var spans []news.Span
	for _, tag := range it.Tags {
		for _, e := range tag.Evidence {
			if e.Field == field {
				spans = append(spans, news.Span{Field: field, Start: e.Start, End: e.End})
			}
		}
	}
	return spans
}

func (d *Desk) sourcesPage(w http.ResponseWriter, r *http.Request) {
	states, err := d.sourceStates(r)
	if err != nil {
		d.failed(w, r, err)
		return
	}
	_, fixed := d.Contact.Contact()
	d.render(w, r, http.StatusOK, "sources", "sources", map[string]any{"Sources": states, "Fixed": fixed, "Problem": r.URL.Query().Get("problem")})
}

func (d *Desk) pollForm(w http.ResponseWriter, r *http.Request) {
	if _, err := d.poll(r, r.PathValue("id")); err != nil {
		d.failed(w, r, err)
		return
	}
	http.Redirect(w, r, "/sources#"+url.PathEscape(r.PathValue("id")), http.StatusSeeOther)
}

func (d *Desk) alertsPage(w http.ResponseWriter, r *http.Request) {
	notices, err := d.notices(r, 100)
	if err != nil {
		d.failed(w, r, err)
		return
	}
	d.render(w, r, http.StatusOK, "alerts", "alerts", struct {
		Rules   []*alert.Rule
		Notices []alert.Notice
	}{d.Alerts.All(), notices})
}

func (d *Desk) lettersPage(w http.ResponseWriter, r *http.Request) {
	letters, err := d.letters(r)
	if err != nil {
		d.failed(w, r, err)
		return
	}
	d.render(w, r, http.StatusOK, "dlq", "dead letters", struct{ Letters []bus.DeadLetter }{letters})
}

func (d *Desk) letterForm(w http.ResponseWriter, r *http.Request) {
	n, ok := d.number(w, r)
	if !ok {
		return
	}
	var err error
	switch act := r.PathValue("act"); act {
	case "retry":
		err = d.Bus.RetryDead(r.Context(), n)
	case "drop":
		err = d.Bus.DropDead(r.Context(), n)
	default:
		err = wrongParameter("act", act, "retry or drop")
	}
	if d.answered(w, r, n, err) {
		http.Redirect(w, r, "/dlq", http.StatusSeeOther)
	}
}

func (d *Desk) doctorPage(w http.ResponseWriter, r *http.Request) {
	d.render(w, r, http.StatusOK, "doctor", "doctor", d.Doctor(r.Context()))
}

func (d *Desk) contactForm(w http.ResponseWriter, r *http.Request) {
	if err := d.Contact.SetContact(r.Context(), r.FormValue("contact")); err != nil {
		http.Redirect(w, r, link("/sources", "problem", err.Error()), http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, "/sources", http.StatusSeeOther)
}

// facetField is the field of the query language that a kind of tag is searched in.
func facetField(kind string) string {
	if kind == "entity" || kind == "place" {
		return kind
	}
	return "tag"
}
