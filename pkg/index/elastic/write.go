package elastic

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

// maxBulk is the largest body of one _bulk request, a tenth of what a cluster takes by
// default.
const maxBulk = 10 << 20

// document is an item as it is indexed. The item itself is kept beside what is
// searched, without the texts, which are not kept twice.
type document struct {
	Title     string              `json:"title"`
	Summary   string              `json:"summary,omitempty"`
	Text      string              `json:"text"`
	Published int64               `json:"published"`
	Seen      int64               `json:"seen"`
	Keys      map[string][]string `json:"k"`
	Claims    []claim             `json:"claims,omitempty"`
	Item      news.Item           `json:"item"`
}

type claim struct {
	Claim    string   `json:"claim,omitempty"`
	Claimant string   `json:"claimant,omitempty"`
	Target   string   `json:"target,omitempty"`
	Act      []string `json:"act,omitempty"`
	Party    []string `json:"party,omitempty"`
	About    []string `json:"about,omitempty"`
}

func newDocument(it news.Item) document {
	d := document{
		Title: it.Title, Summary: it.Summary, Text: it.Text, Published: query.Published(&it), Seen: query.Seen(&it), Keys: map[string][]string{},
	}
	for _, field := range query.KeyFields() {
		if values := query.Values(&it, field); len(values) > 0 {
			d.Keys[field] = values
		}
	}
	for i := range it.Claims {
		c := &it.Claims[i]
		d.Claims = append(d.Claims, claim{
			Claim: query.ClaimText(c, "claim"), Claimant: query.ClaimText(c, "claimant"), Target: query.ClaimText(c, "target"),
			Act: query.ClaimValues(c, "act"), Party: query.ClaimValues(c, "party"), About: query.ClaimValues(c, "about"),
		})
	}
	it.Title, it.Summary, it.Text = "", "", ""
	d.Item = it
	return d
}

// item puts an item together again.
func (d *document) item() news.Item {
	it := d.Item
	it.Title, it.Summary, it.Text = d.Title, d.Summary, d.Text
	return it
}

// pending is a write on its way into a request.
type pending struct {
	at    int // in the batch
	month string
	lines []byte
}

// action is the first line of a write.
type action struct {
	Index struct {
		Index       string `json:"_index"`
		ID          string `json:"_id"`
		Version     int64  `json:"version"`
		VersionType string `json:"version_type"`
	} `json:"index"`
}

// Write stores a batch in as few requests as its size allows, usually one, and returns
// when every copy that is asked for has it on disk. The error is for a batch that may
// be sent again as a whole.
func (s *Store) Write(ctx context.Context, writes []index.Write) ([]index.Verdict, error) {
	verdicts := make([]index.Verdict, len(writes))
	var all []pending
	for i, w := range writes {
		reason := index.Check(w)
		if reason == "" {
			lines, err := s.lines(w)
			if err == nil {
				all = append(all, pending{at: i, month: s.month(index.Month(&w.Item)), lines: lines})
				continue
			}
			reason = err.Error()
		}
		verdicts[i] = index.Verdict{Outcome: index.Refused, Reason: reason}
	}
	for _, p := range all {
		if err := s.ensure(ctx, p.month); err != nil {
			return nil, err
		}
	}
	for len(all) > 0 {
		n, size := 1, len(all[0].lines)
		for n < len(all) && size+len(all[n].lines) <= maxBulk {
			size += len(all[n].lines)
			n++
		}
		if err := s.send(ctx, all[:n], verdicts); err != nil {
			return nil, err
		}
		all = all[n:]
	}
	return verdicts, nil
}

func (s *Store) lines(w index.Write) ([]byte, error) {
	var a action
	a.Index.Index, a.Index.ID = s.month(index.Month(&w.Item)), w.Item.ID
	a.Index.Version, a.Index.VersionType = w.Version, "external_gte"
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	if err := errors.Join(to.Encode(a), to.Encode(newDocument(w.Item))); err != nil {
		return nil, fmt.Errorf("the item is not JSON: %w", err)
	}
	return b.Bytes(), nil
}

// bulkAnswer is what a _bulk request answers, document by document.
type bulkAnswer struct {
	Items []map[string]struct {
		Status int    `json:"status"`
		Error  *cause `json:"error"`
	} `json:"items"`
}

// send sends one request and notes the verdicts. A body that is too large for the
// cluster is sent in halves.
func (s *Store) send(ctx context.Context, batch []pending, verdicts []index.Verdict) error {
	var body []byte
	for _, p := range batch {
		body = append(body, p.lines...)
	}
	var answer bulkAnswer
	err := s.call(ctx, http.MethodPost, "/_bulk?require_alias=true", asLines, body, &answer)
	var e *Error
	if errors.As(err, &e) && (e.Status == http.StatusRequestEntityTooLarge || e.Status == http.StatusBadRequest) {
		if len(batch) == 1 {
			verdicts[batch[0].at] = index.Verdict{Outcome: index.Refused, Reason: e.Error()}
			return nil
		}
		half := len(batch) / 2
		if err := s.send(ctx, batch[:half], verdicts); err != nil {
			return err
		}
		return s.send(ctx, batch[half:], verdicts)
	}
	if err != nil {
		return err
	}
	if len(answer.Items) != len(batch) {
		return fmt.Errorf("elasticsearch: a batch of %d documents has %d answers", len(batch), len(answer.Items))
	}
	for i, p := range batch {
		one, ok := answer.Items[i]["index"]
		if !ok {
			return fmt.Errorf("elasticsearch: answer %d of a batch is not that of an index request", i)
		}
		if verdicts[p.at] = verdict(one.Status, one.Error); one.Status == http.StatusNotFound {
			s.forget(p.month) // the month's index is gone: the next try makes it again
		}
	}
	return nil
}

// verdict reads the answer to one document. A conflict means that a newer version is
// stored already.
func verdict(status int, said *cause) index.Verdict {
	v := index.Verdict{}
	switch {
	case status/100 == 2 || status == http.StatusConflict:
		return v
	case status == http.StatusBadRequest || status == http.StatusRequestEntityTooLarge:
		v.Outcome = index.Refused
	default: // full queues, full disks, shards and indices that are away
		v.Outcome = index.Retry
	}
	v.Reason = fmt.Sprintf("elasticsearch answers %d", status)
	if said != nil {
		v.Reason += " " + said.Type + ": " + said.deepest()
	}
	return v
}

// maxGet bounds how many documents one _mget request names.
const maxGet = 5000

// Get answers the items of these ids that are stored, whatever their month. What Write
// has stored is known at once.
func (s *Store) Get(ctx context.Context, ids []string) (map[string]index.Stored, error) {
	found := map[string]index.Stored{}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" || len(id) > 200 })
	if len(ids) == 0 {
		return found, nil
	}
	indices, err := s.indices(ctx)
	if err != nil || len(indices) == 0 {
		return found, err
	}
	type place struct {
		Index string `json:"_index"`
		ID    string `json:"_id"`
	}
	for part := range slices.Chunk(ids, max(1, maxGet/len(indices))) {
		var docs []place
		for _, id := range part {
			for _, name := range indices {
				docs = append(docs, place{name, id})
			}
		}
		if err := s.mget(ctx, object{"docs": docs}, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (s *Store) mget(ctx context.Context, body object, found map[string]index.Stored) error {
	var answer struct {
		Docs []struct {
			ID      string   `json:"_id"`
			Found   bool     `json:"found"`
			Version int64    `json:"_version"`
			Source  document `json:"_source"`
			Error   *cause   `json:"error"`
		} `json:"docs"`
	}
	if err := s.ask(ctx, http.MethodPost, "/_mget?_source_includes="+kept, body, &answer); err != nil {
		return err
	}
	for _, d := range answer.Docs {
		if d.Error != nil {
			return fmt.Errorf("elasticsearch: item %s: %s: %s", d.ID, d.Error.Type, d.Error.deepest())
		}
		if d.Found && d.Version >= found[d.ID].Version { // while a month is migrated it has two indices
			found[d.ID] = index.Stored{Item: d.Source.item(), Version: d.Version}
		}
	}
	return nil
}

// indices lists the indices of all months, those that are searched and those that are
// only written to.
func (s *Store) indices(ctx context.Context) ([]string, error) {
	var answer map[string]json.RawMessage
	if err := s.ask(ctx, http.MethodGet, "/_alias/"+s.cfg.Index+","+s.cfg.Index+"-*", nil, &answer); missing(err) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var names []string
	for name := range answer {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}
