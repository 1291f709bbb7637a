package alert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/notify"
	"github.com/sarhad-desk/sarhad/pkg/safehttp"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// Names on the bus.
const (
	Stream  = "notices"
	Bucket  = "alerts"
	subject = "sarhad.notices."
)

// Notice tells of one match, and why.
type Notice struct {
	ID        string    `json:"id"` // rule and item: a notice of the same match has the same id
	Alert     string    `json:"alert"`
	Name      string    `json:"name"`
	Version   string    `json:"rule_version"`
	Query     string    `json:"query"`
	At        time.Time `json:"at"`
	Item      string    `json:"item"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Source    string    `json:"source"`
	Owner     string    `json:"owner"`
	Lang      string    `json:"lang"`
	Published time.Time `json:"published"`
	Why       []Why     `json:"why"`     // what matched, with a few words around it
	Quieted   int       `json:"quieted"` // matches since the last notice that the cooldown kept quiet
}

// Why is one matching place of an item.
type Why struct {
	Field string `json:"field"`
	Match string `json:"match"`
	Text  string `json:"text"`
}

// Watcher matches items against the rules and delivers the notices.
type Watcher struct {
	Bus   *bus.Bus
	Rules *Rules
	Log   *slog.Logger
	Now   func() time.Time

	kv *bus.KV
}

// Watch matches one item and stores a notice for each rule that it is news to. It
// may be called again for the same item: what was noticed stays noticed. An error is
// the bus's, never the item's. It is for one goroutine.
func (w *Watcher) Watch(ctx context.Context, it *news.Item) error {
	if it.Sighting {
		return nil
	}
	if w.kv == nil {
		var err error
		if w.kv, err = w.Bus.KV(ctx, Bucket); err != nil {
			return err
		}
	}
	for _, r := range w.Rules.rules {
		spans, matches := r.match(it, w.Now())
		if !matches || !r.Copies && it.Copy != nil && it.Copy.Role != "original" {
			continue
		}
		if err := w.raise(ctx, w.kv, r, it, spans); err != nil {
			return fmt.Errorf("alert %s: %w", r.ID, err)
		}
	}
	return nil
}

// state is what is remembered of a rule between notices.
type state struct {
	Last    time.Time `json:"last"`
	Quieted int       `json:"quieted"`
}

// raise stores the notice first and then the memory of it: after a crash between
// the two the notice is published again under the same id and dropped as a duplicate.
func (w *Watcher) raise(ctx context.Context, kv *bus.KV, r *Rule, it *news.Item, spans []news.Span) error {
	id := r.ID + "." + it.ID
	if _, _, err := kv.Get(ctx, "seen."+id); err == nil || !errors.Is(err, bus.ErrNoKey) {
		return err
	}
	var before state
	value, _, err := kv.Get(ctx, "rule."+r.ID)
	if err == nil {
		err = json.Unmarshal(value, &before)
	}
	if err != nil && !errors.Is(err, bus.ErrNoKey) {
		return err
	}
	now := w.Now().UTC()
	if now.Sub(before.Last) < r.Cooldown {
		before.Quieted++
	} else {
		if err := w.publish(ctx, r, notice(r, it, spans, now, before.Quieted)); err != nil {
			return err
		}
		before = state{Last: now}
	}
	value, err = json.Marshal(before)
	if err != nil {
		return err
	}
	if _, err := kv.Put(ctx, "rule."+r.ID, value); err != nil {
		return err
	}
	_, err = kv.Put(ctx, "seen."+id, []byte(now.Format(time.RFC3339)))
	return err
}

func (w *Watcher) publish(ctx context.Context, r *Rule, n Notice) error {
	data, err := json.Marshal(n)
	if err != nil {
		return err
	}
	_, err = w.Bus.Publish(ctx, bus.Message{ID: n.ID, Subject: subject + r.ID, Data: data})
	return err
}

func notice(r *Rule, it *news.Item, spans []news.Span, now time.Time, quieted int) Notice {
	n := Notice{ID: r.ID + "." + it.ID, Alert: r.ID, Name: r.Name, Version: r.version, Query: r.Query, At: now, Item: it.ID, Title: text.Clean(it.Title),
		URL: it.URL, Source: it.Source, Owner: it.Owner, Lang: it.Lang.Code, Published: it.Published, Quieted: quieted}
	for _, s := range spans {
		if len(n.Why) == 5 {
			break
		}
		field := it.Text
		if s.Field == "title" {
			field = it.Title
		}
		n.Why = append(n.Why, Why{Field: s.Field, Match: text.Runes(field, s.Start, s.End), Text: text.Clean(text.Runes(field, max(0, s.Start-60), s.End+60))})
	}
	return n
}

// Deliver sends stored notices to their webhooks until ctx ends. A notice that a
// receiver refuses for good goes to the dead letters; one that it cannot take now
// is tried again, for about a day.
func (w *Watcher) Deliver(ctx context.Context) error {
	posters := map[string]notify.Webhook{}
	for _, r := range w.Rules.rules {
		if r.Webhook == "" {
			continue
		}
		hook, err := webhook(r, w.Log)
		if err != nil {
			return fmt.Errorf("alert %s: %w", r.ID, err)
		}
		posters[r.ID] = hook
	}
	return w.Bus.Consume(ctx, bus.Consumer{Stream: Stream, Durable: "notifier", Batch: 1, Workers: 4, Wait: time.Second, MaxAttempts: 30},
		func(ctx context.Context, batch []bus.Delivery) []bus.Result {
			results := make([]bus.Result, len(batch))
			for i, d := range batch {
				results[i] = deliver(ctx, posters, d)
				if err := results[i].Err; err != nil {
					w.Log.Warn("notice not delivered", "subject", d.Subject, "attempt", d.Attempts, "err", err)
				}
			}
			return results
		})
}

func deliver(ctx context.Context, posters map[string]notify.Webhook, d bus.Delivery) bus.Result {
	var n Notice
	if err := json.Unmarshal(d.Data, &n); err != nil {
		return bus.Result{Verdict: bus.Bad, Err: fmt.Errorf("message is not a notice: %w", err)}
	}
	hook, ok := posters[n.Alert]
	if !ok {
		return bus.Result{Verdict: bus.Done} // for the desk alone
	}
	again, err := hook.Send(ctx, n.ID, d.Data)
	switch {
	case err == nil:
		return bus.Result{Verdict: bus.Done}
	case again:
		return bus.Result{Verdict: bus.Again, Err: err, Delay: min(time.Second<<min(d.Attempts, 12), time.Hour)}
	}
	return bus.Result{Verdict: bus.Bad, Err: err}
}

// webhook makes the channel of a rule: a client for the one host that the operator's rule names.
func webhook(r *Rule, log *slog.Logger) (notify.Webhook, error) {
	pin, err := Endpoint(r.Webhook)
	if err != nil {
		return notify.Webhook{}, err
	}
	client, err := safehttp.New(safehttp.Config{Pin: pin, Log: log})
	if err != nil {
		return notify.Webhook{}, err
	}
	secret, err := config.Secret(r.SecretIn)
	if err != nil {
		return notify.Webhook{}, err
	}
	return notify.Webhook{URL: r.Webhook, Secret: secret, HTTP: client}, nil
}
