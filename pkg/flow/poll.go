package flow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/feed"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/page"
	"github.com/sarhad-desk/sarhad/pkg/safehttp"
	"github.com/sarhad-desk/sarhad/pkg/source"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

const (
	maxFeed     = 16 << 20 // bytes of a feed, decoded
	maxEntries  = 2000     // of one feed; more are counted as dropped
	chunk       = 128      // items published at once
	indexWithin = 5 * time.Second
	acceptFeed  = "application/rss+xml,application/atom+xml,application/feed+json;q=0.9,application/xml;q=0.8,text/xml;q=0.8,text/html;q=0.5,*/*;q=0.3"
)

// poll asks one endpoint once: it fetches, reads, publishes what is new, and only
// when that is stored does the answer's state say so.
func (c *Collector) poll(ctx context.Context, e source.Endpoint, state source.PollState) source.PollState {
	state = state.For(e)
	outcome := source.Outcome{Asked: state.Ask(c.Now())}
	c.read(ctx, e, state, &outcome)
	c.count(outcome)
	return state.After(outcome, c.Now(), c.Jitter)
}

// read carries out the request of an outcome and fills in what came of it.
func (c *Collector) read(ctx context.Context, e source.Endpoint, state source.PollState, o *source.Outcome) {
	release, err := c.Pace.Wait(ctx, safehttp.Domain(o.Asked.URL))
	if err != nil {
		o.Failure = &source.Failure{Grade: source.Ours, Reason: "stopped"}
		return
	}
	response, err := c.HTTP().Get(ctx, safehttp.Request{URL: o.Asked.URL, ETag: o.Asked.ETag, LastModified: o.Asked.LastModified, Accept: acceptFeed, MaxBytes: maxFeed})
	release()
	if err != nil {
		o.Failure = fetchFailure(err)
		return
	}
	o.Status, o.Header, o.Permanent = response.Status, response.Header, response.Permanent
	if response.Status != http.StatusOK {
		return
	}
	sum := sha256.Sum256(response.Body)
	o.BodyHash = hex.EncodeToString(sum[:])
	fresh := o.BodyHash != state.BodyHash
	var capture *news.Capture
	if fresh {
		if capture, err = Keep(ctx, c.Archive, "feed", response, c.Now().UTC()); err != nil {
			o.Failure = &source.Failure{Grade: source.Ours, Reason: err.Error()}
			return
		}
	}
	read, err := parse(e, response)
	if err != nil {
		o.Fault = err.Error()
		if fresh && o.Fault != state.Fault && !strings.Contains(state.Trouble, o.Fault) {
			c.bury(ctx, e, capture, err)
		}
	}
	if read == nil || read.Format == "" {
		o.Failure = &source.Failure{Grade: source.Hard, Reason: fmt.Sprintf("is not a %s: %v", e.Format, err)}
		return
	}
	o.TTL, o.SkipHours = read.TTL, read.SkipHours
	c.deliver(ctx, e, state, read, capture, o)
}

// parse reads an endpoint's answer as what the catalogue says it is.
func parse(e source.Endpoint, r *safehttp.Response) (*feed.Feed, error) {
	if e.Format != source.FormatList {
		return feed.Parse(r.Body, feed.Options{URL: r.URL, ContentType: r.ContentType, MaxEntries: maxEntries})
	}
	entries, err := page.Entries(r.Body, e.List, page.Options{URL: r.URL, ContentType: r.ContentType})
	if err == nil && len(entries) == 0 {
		err = fmt.Errorf("no article found with selector %q", e.List.Item)
	}
	if len(entries) == 0 {
		return nil, err
	}
	return &feed.Feed{Format: source.FormatList, Entries: entries}, err
}

// fetchFailure grades a request that brought no answer.
func fetchFailure(err error) *source.Failure {
	failure := &source.Failure{Grade: source.Soft, Reason: err.Error()}
	var failed *safehttp.Error
	if errors.As(err, &failed) {
		failure.Reason = string(failed.Class) + ": " + failed.Reason
	}
	switch safehttp.ClassOf(err) {
	case safehttp.Timeout, safehttp.TooSlow:
		failure.Grade = source.Temporary
	case safehttp.Canceled:
		failure.Grade = source.Ours
	case safehttp.DNS, safehttp.TLS, safehttp.Forbidden, safehttp.BadURL, safehttp.Bomb, safehttp.TooLarge, safehttp.Redirect:
		failure.Grade = source.Hard
	}
	if errors.Is(err, safehttp.ErrNoContact) {
		failure.Grade = source.Ours
	}
	return failure
}

// bury keeps an answer that could not be read with the dead letters, where trying
// it again means polling the endpoint again.
func (c *Collector) bury(ctx context.Context, e source.Endpoint, capture *news.Capture, why error) {
	c.Log.Warn("feed could not be read in full", "source", e.Source.ID, "url", e.URL, "err", why)
	data, err := json.Marshal(PollRequest{Endpoint: e.Key(), Capture: capture})
	if err == nil {
		_, err = c.Bus.Bury(ctx, bus.DeadLetter{Reason: why.Error(), Stage: "collector", Stream: PollStream, Subject: Subject(PollStream, e.Source.ID), Attempts: 1, First: c.Now().UTC(), Data: data})
	}
	if err != nil {
		c.Log.Error("bad feed not kept with the dead letters", "source", e.Source.ID, "err", err)
	}
}

// deliver publishes what a reading holds that is new, and accounts for every entry.
func (c *Collector) deliver(ctx context.Context, e source.Endpoint, state source.PollState, read *feed.Feed, capture *news.Capture, o *source.Outcome) {
	sightings := make([]source.Sighting, len(read.Entries))
	for i := range read.Entries {
		entry := &read.Entries[i]
		entry.ID = news.ID(e.Source.ID, *entry)
		sightings[i] = source.Sighting{ID: entry.ID, Content: source.Content(text.Plain(entry.Title), text.Plain(entry.Summary), text.Plain(entry.Content))}
	}
	fresh, revised, ledger := state.Seen.Sift(sightings)
	if read.Dropped > 0 {
		ledger.Received += read.Dropped
		for range read.Dropped {
			ledger.Skip("over the limit of entries")
		}
	}
	d := &delivery{collector: c, endpoint: e, feed: read, capture: capture, now: c.Now().UTC(), ledger: &ledger}
	if err := d.publish(ctx, fresh, revised); err != nil {
		o.Failure = &source.Failure{Grade: source.Ours, Reason: err.Error()}
		return
	}
	o.Sightings, o.Ledger = sightings, ledger
}

// known is what is remembered of an id across sources.
type known struct {
	Source string    `json:"source"`
	Feed   string    `json:"feed"` // whose edits are revisions
	Rev    int       `json:"rev"`
	First  time.Time `json:"first"`
}

// delivery publishes one reading.
type delivery struct {
	collector *Collector
	endpoint  source.Endpoint
	feed      *feed.Feed
	capture   *news.Capture
	now       time.Time
	ledger    *source.Ledger

	items    []news.Item
	memories []known // of items, to be stored once they are acknowledged
}

func (d *delivery) publish(ctx context.Context, fresh, revised []int) error {
	before, err := d.lookUp(ctx, fresh, revised)
	if err != nil {
		return err
	}
	for _, i := range fresh {
		d.addFresh(d.feed.Entries[i], before[d.feed.Entries[i].ID])
	}
	for _, i := range revised {
		d.addRevised(d.feed.Entries[i], before[d.feed.Entries[i].ID])
	}
	return d.send(ctx)
}

// lookUp reads what is remembered of the entries' ids.
func (d *delivery) lookUp(ctx context.Context, positions ...[]int) (map[string]*known, error) {
	found := map[string]*known{}
	var ids []string
	for _, list := range positions {
		for _, i := range list {
			ids = append(ids, d.feed.Entries[i].ID)
		}
	}
	answers := make([]*known, len(ids))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, id := range ids {
		group.Go(func() error {
			value, _, err := d.collector.known.Get(asking, id)
			if errors.Is(err, bus.ErrNoKey) {
				return nil
			}
			if err == nil {
				answers[i] = &known{}
				err = json.Unmarshal(value, answers[i])
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("look up what is known: %w", err)
	}
	var missing []string
	for i, id := range ids {
		if found[id] = answers[i]; answers[i] == nil {
			missing = append(missing, id)
		}
	}
	d.lookUpIndex(ctx, missing, found)
	return found, nil
}

// lookUpIndex asks the index for ids that the bus has forgotten, which it does after
// thirty days. An index that is away does not hold up collecting: what it would have
// known is then taken for new, and joined by id further down.
func (d *delivery) lookUpIndex(ctx context.Context, ids []string, found map[string]*known) {
	if len(ids) == 0 || d.collector.Index == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, indexWithin)
	defer cancel()
	stored, err := d.collector.Index.Get(ctx, ids)
	if err != nil {
		d.collector.Log.Info("index not asked for known items", "source", d.endpoint.Source.ID, "err", err)
		return
	}
	for id, one := range stored {
		it := one.Item
		k := &known{Source: it.Source, Rev: it.Rev, First: it.FirstSeen}
		if len(it.Carriers) > 0 {
			k.Feed = it.Carriers[0].Feed
		}
		found[id] = k
	}
}

// addFresh takes in an entry that is new to the endpoint: a new item, the sighting
// of one that another source carried, or nothing where this source has it already.
func (d *delivery) addFresh(entry news.Entry, before *known) {
	switch {
	case before == nil:
		d.add(d.item(entry, 1), known{Source: d.endpoint.Source.ID, Feed: d.endpoint.URL, Rev: 1, First: d.now})
	case before.Source == d.endpoint.Source.ID:
		d.ledger.New--
		d.ledger.Known++
	default:
		d.add(d.sighting(entry, *before), *before)
	}
}

// addRevised takes in an edited entry. It is a revision where the feed that first
// carried the item edits it; what others change in their copy of the entry is not.
func (d *delivery) addRevised(entry news.Entry, before *known) {
	switch {
	case before == nil: // forgotten everywhere: taken for new rather than lost
		d.add(d.item(entry, 1), known{Source: d.endpoint.Source.ID, Feed: d.endpoint.URL, Rev: 1, First: d.now})
	case before.Source == d.endpoint.Source.ID && (before.Feed == d.endpoint.URL || before.Feed == ""):
		it := d.item(entry, before.Rev+1)
		it.FirstSeen = before.First
		d.add(it, known{Source: before.Source, Feed: d.endpoint.URL, Rev: before.Rev + 1, First: before.First})
	}
}

func (d *delivery) add(it news.Item, memory known) {
	d.items, d.memories = append(d.items, it), append(d.memories, memory)
}

// send publishes the items and remembers each that is stored, also where others are
// not: the next poll then finds those known, and tries the rest again.
func (d *delivery) send(ctx context.Context) error {
	for from := 0; from < len(d.items); from += chunk {
		to := min(from+chunk, len(d.items))
		stored, err := d.sendSome(ctx, d.items[from:to])
		if memoryErr := d.remember(ctx, from, stored); err == nil {
			err = memoryErr
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sendSome publishes items and reports which are stored. An item that the bus has
// already may have come from another source at the same time, so that this source's
// sighting of it is sent after it.
func (d *delivery) sendSome(ctx context.Context, items []news.Item) (stored []bool, err error) {
	messages := make([]bus.Message, len(items))
	for i, it := range items {
		if messages[i], err = Encode(Stage{Name: "collector", Out: EntryStream}, it, "", 0); err != nil {
			return nil, err
		}
		if it.Rev > 1 {
			messages[i].ID += fmt.Sprintf(".%x", source.Content(it.Title, it.Summary, it.Text)) // two edits in a row may get one number
		}
	}
	receipts, errs := d.collector.Bus.PublishAll(ctx, messages)
	stored = make([]bool, len(items))
	var again []news.Item
	var failed []error
	for i := range items {
		if errs != nil && errs[i] != nil {
			failed = append(failed, fmt.Errorf("publish entry %s: %w", items[i].URL, errs[i]))
			continue
		}
		stored[i] = true
		if receipts[i].Duplicate && !items[i].Sighting {
			again = append(again, sightingOf(items[i]))
		}
	}
	if len(again) > 0 {
		_, err = d.sendSome(ctx, again)
		failed = append(failed, err)
	}
	return stored, errors.Join(failed...)
}

// remember keeps what is now known of the items from a position on that are stored.
func (d *delivery) remember(ctx context.Context, from int, stored []bool) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, ok := range stored {
		it, memory := d.items[from+i], d.memories[from+i]
		if !ok || it.Sighting {
			continue
		}
		group.Go(func() error {
			value, err := json.Marshal(memory)
			switch {
			case err != nil:
			case it.Rev == 1:
				if _, err = d.collector.known.Create(ctx, it.ID, value); errors.Is(err, bus.ErrExists) {
					err = nil // another source was first
				}
			default:
				_, err = d.collector.known.Put(ctx, it.ID, value)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("remember what is known: %w", err)
	}
	return nil
}

// Read asks an endpoint once and reads its answer, for a person who tries the
// catalogue. moved is where the address has moved for good, "" where it has not.
func Read(ctx context.Context, client *safehttp.Client, e source.Endpoint) (read *feed.Feed, moved string, err error) {
	response, err := client.Get(ctx, safehttp.Request{URL: e.URL, Accept: acceptFeed, MaxBytes: maxFeed})
	if err != nil {
		return nil, "", err
	}
	if response.Permanent != "" && response.Permanent != e.URL {
		moved = response.Permanent
	}
	if response.Status != http.StatusOK {
		return nil, moved, &StatusError{response.Status}
	}
	read, err = parse(e, response)
	return read, moved, err
}
