package desk

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/query"
	"github.com/sarhad-desk/sarhad/pkg/source"
)

const maxSize = 200

func (d *Desk) routeAPI(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/v1/search", d.apiSearch)
	mux.HandleFunc("GET /api/v1/trend", d.apiTrend)
	mux.HandleFunc("GET /api/v1/items/{id}", d.apiItem)
	mux.HandleFunc("GET /api/v1/sources", d.apiSources)
	mux.HandleFunc("POST /api/v1/sources/{id}/poll", d.apiPoll)
	mux.HandleFunc("GET /api/v1/notices", d.apiNotices)
	mux.HandleFunc("GET /api/v1/dlq", d.apiLetters)
	mux.HandleFunc("GET /api/v1/dlq/{number}", d.apiLetter)
	mux.HandleFunc("POST /api/v1/dlq/{number}/retry", d.apiRetry)
	mux.HandleFunc("DELETE /api/v1/dlq/{number}", d.apiDrop)
	mux.HandleFunc("GET /api/v1/doctor", d.apiDoctor)
	mux.HandleFunc("GET /api/v1/settings/contact", d.apiContact)
	mux.HandleFunc("PUT /api/v1/settings/contact", d.apiSetContact)
}

// answer writes a value as JSON.
func (d *Desk) answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		d.Log.Debug("answer not sent", "err", err)
	}
}

// fail answers with a problem of RFC 9457, or with a page that says the same.
func (d *Desk) fail(w http.ResponseWriter, r *http.Request, status int, title, detail string) {
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		d.failPage(w, r, status, title, detail)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "about:blank", "title": title, "status": status, "detail": detail})
}

// failed answers for an error: the reader's own mistakes as such, everything else
// without its inside, which goes to the log.
func (d *Desk) failed(w http.ResponseWriter, r *http.Request, err error) {
	var syntax *query.SyntaxError
	switch {
	case errors.As(err, &syntax), errors.Is(err, errRequest), errors.Is(err, index.ErrCursor):
		d.fail(w, r, http.StatusBadRequest, "The request cannot be answered as it stands", err.Error())
	default:
		d.Log.Error("request failed", "path", r.URL.Path, "err", err)
		d.fail(w, r, http.StatusBadGateway, "The index or the bus does not answer", "it has been logged; the doctor's page says what is wrong")
	}
}

var errRequest = errors.New("bad request")

func wrongParameter(name, found, want string) error {
	return fmt.Errorf("%w: parameter %s: found %q, expected %s", errRequest, name, found, want)
}

// searchOf reads a search from a request's parameters.
func (d *Desk) searchOf(values url.Values) (index.Search, error) {
	s := index.Search{Size: 25, Cursor: values.Get("cursor"), Highlight: true, Facets: []string{"source", "country", "lang", "tag"}}
	parsed, err := query.Parse(values.Get("q"), d.Rules(), d.Now())
	if err != nil {
		return s, err
	}
	s.Query = parsed
	switch order := values.Get("order"); order {
	case "", "newest":
		s.Order = index.Newest
	case "relevance":
		s.Order = index.Relevance
	case "first-seen":
		s.Order = index.FirstSeen
	default:
		return s, wrongParameter("order", order, "newest, relevance or first-seen")
	}
	if size := values.Get("size"); size != "" {
		if s.Size, err = strconv.Atoi(size); err != nil || s.Size < 1 || s.Size > maxSize {
			return s, wrongParameter("size", size, fmt.Sprintf("a number from 1 to %d", maxSize))
		}
	}
	return s, nil
}

// apiHit is a hit without the whole text.
type apiHit struct {
	Item  news.Item   `json:"item"`
	Score float64     `json:"score"`
	Spans []news.Span `json:"spans"`
}

func (d *Desk) apiSearch(w http.ResponseWriter, r *http.Request) {
	s, err := d.searchOf(r.URL.Query())
	if err != nil {
		d.failed(w, r, err)
		return
	}
	found, err := d.Store.Search(r.Context(), s)
	if err != nil {
		d.failed(w, r, err)
		return
	}
	hits := make([]apiHit, len(found.Hits))
	for i, h := range found.Hits {
		hits[i] = apiHit{h.Item, h.Score, h.Spans}
	}
	d.answer(w, map[string]any{"query": s.Query.String(), "expansions": expansions(s.Query, math.MaxInt), "total": found.Total, "hits": hits, "next": found.Next, "facets": found.Facets, "partial": found.Partial})
}

// trendOf reads a trend from a request's parameters.
func (d *Desk) trendOf(values url.Values) (index.Trend, error) {
	t := index.Trend{By: values.Get("by"), Interval: values.Get("interval"), Zone: time.UTC}
	parsed, err := query.Parse(values.Get("q"), d.Rules(), d.Now())
	if err != nil {
		return t, err
	}
	t.Query = parsed
	switch t.Interval {
	case "":
		t.Interval = "day"
	case "hour", "day", "week", "month":
	default:
		return t, wrongParameter("interval", t.Interval, "hour, day, week or month")
	}
	switch t.By {
	case "", "source", "lang", "country":
	case "topic", "narrative":
		t.Only, t.By = d.ids(t.By), "tag"
	default:
		return t, wrongParameter("by", t.By, "topic, narrative, source, lang or country")
	}
	if zone := values.Get("zone"); zone != "" {
		if t.Zone, err = time.LoadLocation(zone); err != nil {
			return t, wrongParameter("zone", zone, "a time zone like Asia/Kabul")
		}
	}
	if t.From, err = dayOf(values, "from", t.Zone); err != nil {
		return t, err
	}
	if t.To, err = dayOf(values, "to", t.Zone); err != nil {
		return t, err
	}
	if !t.To.IsZero() {
		t.To = t.To.AddDate(0, 0, 1)
	}
	return t, nil
}

func dayOf(values url.Values, name string, zone *time.Location) (time.Time, error) {
	value := values.Get(name)
	if value == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation("2006-01-02", value, zone)
	if err != nil {
		return at, wrongParameter(name, value, "a day like 2026-11-01")
	}
	return at, nil
}

func (d *Desk) apiTrend(w http.ResponseWriter, r *http.Request) {
	t, err := d.trendOf(r.URL.Query())
	if err != nil {
		d.failed(w, r, err)
		return
	}
	got := &index.Buckets{}
	if err = d.span(r.Context(), &t); err == nil && !t.From.IsZero() {
		got, err = d.Store.Trend(r.Context(), t)
	}
	if err != nil {
		d.failed(w, r, err)
		return
	}
	d.answer(w, map[string]any{"query": t.Query.String(), "by": t.By, "interval": t.Interval, "zone": t.Zone.String(), "starts": got.Starts, "series": got.Series, "total": got.Total})
}

func (d *Desk) apiItem(w http.ResponseWriter, r *http.Request) {
	stored, ok := d.item(w, r)
	if ok {
		d.answer(w, map[string]any{"item": stored.Item, "version": stored.Version})
	}
}

// item reads the item that the address names; where there is none it has answered.
func (d *Desk) item(w http.ResponseWriter, r *http.Request) (index.Stored, bool) {
	id := r.PathValue("id")
	found, err := d.Store.Get(r.Context(), []string{id})
	if err != nil {
		d.failed(w, r, err)
		return index.Stored{}, false
	}
	stored, ok := found[id]
	if !ok {
		d.fail(w, r, http.StatusNotFound, "No such item", fmt.Sprintf("no item has the id %q", id))
	}
	return stored, ok
}

// sourceState is a source with the health of its addresses.
type sourceState struct {
	Source    news.Source     `json:"source"`
	Endpoints []endpointState `json:"endpoints"`
}

type endpointState struct {
	Key    string        `json:"key"`
	URL    string        `json:"url"`
	Format string        `json:"format"`
	Health source.Health `json:"health"`
	Last   source.Ledger `json:"last"`
	Total  source.Ledger `json:"total"`
	Polls  int           `json:"polls"`
	Fault  string        `json:"fault,omitempty"`
}

func (d *Desk) sourceStates(r *http.Request) ([]sourceState, error) {
	polls, err := d.Polls(r.Context())
	if err != nil {
		return nil, err
	}
	byID := map[string]*sourceState{}
	out := make([]sourceState, len(d.Catalogue.Sources()))
	for i, s := range d.Catalogue.Sources() {
		out[i].Source = s
		byID[s.ID] = &out[i]
	}
	for _, e := range d.Catalogue.Endpoints() {
		state := polls[e.Key()].For(e)
		s := byID[e.Source.ID]
		s.Endpoints = append(s.Endpoints, endpointState{Key: e.Key(), URL: e.URL, Format: e.Format, Health: state.Health(), Last: state.Last, Total: state.Total, Polls: state.Polls, Fault: state.Fault})
	}
	return out, nil
}

func (d *Desk) apiSources(w http.ResponseWriter, r *http.Request) {
	states, err := d.sourceStates(r)
	if err != nil {
		d.failed(w, r, err)
		return
	}
	d.answer(w, map[string]any{"sources": states})
}

func (d *Desk) apiPoll(w http.ResponseWriter, r *http.Request) {
	n, err := d.poll(r, r.PathValue("id"))
	switch {
	case err != nil:
		d.failed(w, r, err)
	case n == 0:
		d.fail(w, r, http.StatusNotFound, "No such source", fmt.Sprintf("no source has the id %q", r.PathValue("id")))
	default:
		w.WriteHeader(http.StatusAccepted)
	}
}

// poll asks the collector to poll a source's addresses now.
func (d *Desk) poll(r *http.Request, id string) (n int, err error) {
	for _, e := range d.Catalogue.Endpoints() {
		if e.Source.ID != id {
			continue
		}
		data, err := json.Marshal(flow.PollRequest{Endpoint: e.Key()})
		if err != nil {
			return n, err
		}
		m := bus.Message{ID: fmt.Sprintf("poll.%s.%d", e.Key(), d.Now().UnixNano()), Subject: flow.Subject(flow.PollStream, id), Data: data}
		if _, err := d.Bus.Publish(r.Context(), m); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (d *Desk) apiDoctor(w http.ResponseWriter, r *http.Request) {
	d.answer(w, map[string]any{"checks": d.Doctor(r.Context())})
}

func (d *Desk) apiContact(w http.ResponseWriter, r *http.Request) {
	contact, fixed := d.Contact.Contact()
	d.answer(w, map[string]any{"contact": contact, "fixed": fixed})
}

func (d *Desk) apiSetContact(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Contact string `json:"contact"`
	}
	err := json.NewDecoder(r.Body).Decode(&body)
	if err == nil {
		err = d.Contact.SetContact(r.Context(), body.Contact)
	}
	if err != nil {
		d.fail(w, r, http.StatusBadRequest, "The contact address is not taken", err.Error())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
