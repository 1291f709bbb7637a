package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/desk"
	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/source"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
)

// States of a check.
const (
	green = "green"
	amber = "amber"
	red   = "red"
)

// desk makes the desk's handler.
func (a *App) desk() http.Handler {
	token, err := config.Secret(a.cfg.Desk.TokenFile)
	if err == nil && a.cfg.Desk.TokenFile != "" && token == "" {
		err = errors.New("the token file is empty")
	}
	if err != nil {
		a.log.Error("desk token", "err", err)
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "the desk's token file cannot be read", http.StatusServiceUnavailable)
		})
	}
	handler, err := desk.New(desk.Config{
		Store: a.store, Bus: a.bus, Rules: func() *taxonomy.Taxonomy { return a.rules }, Catalogue: a.catalogue, Alerts: a.alerts,
		Contact: a.out, Polls: a.polls, Doctor: a.doctor, Token: token, Demo: a.cfg.Demo, Version: a.version, Log: a.log, Now: time.Now,
	})
	if err != nil {
		a.log.Error("desk", "err", err)
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "the desk's pages cannot be made", http.StatusInternalServerError)
		})
	}
	return handler
}

// polls reads the poll states of all endpoints.
func (a *App) polls(ctx context.Context) (map[string]source.PollState, error) {
	kv, err := a.bus.KV(ctx, flow.PollBucket)
	if err != nil {
		return nil, err
	}
	states := map[string]source.PollState{}
	for _, e := range a.catalogue.Endpoints() {
		value, _, err := kv.Get(ctx, e.Key())
		if errors.Is(err, bus.ErrNoKey) {
			continue
		}
		var state source.PollState
		if err == nil {
			err = json.Unmarshal(value, &state)
		}
		if err != nil {
			return nil, fmt.Errorf("poll state of %s: %w", e.Source.ID, err)
		}
		states[e.Key()] = state
	}
	return states, nil
}

// doctor looks at everything the process stands on.
func (a *App) doctor(ctx context.Context) []desk.Check {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	checks := a.checkBus(ctx)
	checks = append(checks, a.checkIndex(ctx), a.checkDisk(), a.checkContact())
	return append(checks, a.checkSources(ctx))
}

func (a *App) checkBus(ctx context.Context) []desk.Check {
	h, err := a.bus.Health(ctx)
	if err != nil {
		return []desk.Check{{Name: "bus", State: red, Found: err.Error(), Fix: "start NATS, or mend bus.url, bus.user and bus.password_file"}}
	}
	checks := []desk.Check{{Name: "bus", State: green, Found: fmt.Sprintf("NATS %s, replicas %d, fsync %s", h.Version, h.Replicas, h.Fsync)}}
	for _, fault := range h.Faults {
		checks = append(checks, desk.Check{Name: "bus", State: red, Found: fault})
	}
	for _, w := range h.Warnings {
		if !slices.Contains(h.Faults, w) {
			checks = append(checks, desk.Check{Name: "bus", State: amber, Found: w})
		}
	}
	for _, s := range h.Streams {
		if s.Share > 0.7 {
			checks = append(checks, desk.Check{Name: "stream " + s.Name, State: amber, Found: fmt.Sprintf("%.0f %% full", 100*s.Share), Fix: "see which reader lags; collecting pauses at 90 %"})
		}
	}
	var lags []string
	for _, c := range h.Consumers {
		if c.Lag > 0 {
			lags = append(lags, fmt.Sprintf("%s %d", c.Durable, c.Lag))
		}
	}
	if len(lags) > 0 {
		checks = append(checks, desk.Check{Name: "waiting", State: green, Found: strings.Join(lags, ", ")})
	}
	dead := desk.Check{Name: "dead letters", State: green, Found: "none"}
	if h.Dead.Count > 0 {
		dead.State, dead.Found, dead.Fix = amber, fmt.Sprintf("%d", h.Dead.Count), "read the reasons with 'sarhad dlq list', mend the cause, then 'sarhad dlq retry'"
	}
	return append(checks, dead)
}

func (a *App) checkIndex(ctx context.Context) desk.Check {
	c := desk.Check{Name: "index", State: green, Found: "embedded"}
	if a.cfg.Index.URL != "" {
		c.Found = "Elasticsearch at " + a.cfg.Index.URL
	}
	if err := a.store.Ready(ctx); err != nil {
		c.State, c.Found, c.Fix = red, err.Error(), "items wait on the bus meanwhile; see that the index runs and the API key is valid"
	}
	return c
}

// checkDisk looks at the disk under the data folder.
func (a *App) checkDisk() desk.Check {
	var fs syscall.Statfs_t
	c := desk.Check{Name: "disk", State: green}
	if err := syscall.Statfs(a.cfg.Data, &fs); err != nil {
		c.State, c.Found = red, err.Error()
		return c
	}
	free := float64(fs.Bavail) / float64(max(fs.Blocks, 1))
	c.Found = fmt.Sprintf("%.0f %% free under %s", 100*free, a.cfg.Data)
	switch {
	case free < 0.05:
		c.State, c.Fix = red, "free some space: the bus and the archive refuse to write on a full disk, and collecting stops"
	case free < 0.15:
		c.State, c.Fix = amber, "free some space soon"
	}
	return c
}

func (a *App) checkContact() desk.Check {
	contact, _ := a.out.Contact()
	if contact == "" && !a.cfg.Demo {
		return desk.Check{Name: "contact", State: amber, Found: "no contact address is set: nothing is collected from the network", Fix: "set it on the desk's page of sources, or contact in the settings"}
	}
	return desk.Check{Name: "contact", State: green, Found: contact}
}

func (a *App) checkSources(ctx context.Context) desk.Check {
	c := desk.Check{Name: "sources", State: green}
	states, err := a.polls(ctx)
	if err != nil {
		c.State, c.Found = red, err.Error()
		return c
	}
	count := map[string]int{}
	for _, e := range a.catalogue.Endpoints() {
		count[states[e.Key()].For(e).Health().State]++
	}
	var parts []string
	for _, state := range []string{source.StateHealthy, source.StateNew, source.StateDegraded, source.StateFailing, source.StateGone} {
		if count[state] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[state], state))
		}
	}
	c.Found = fmt.Sprintf("%d addresses: %s", len(a.catalogue.Endpoints()), strings.Join(parts, ", "))
	return c
}
