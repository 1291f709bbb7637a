package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/safehttp"
	"github.com/sarhad-desk/sarhad/pkg/source"
)

// Checked is what one address of the catalogue answered.
type Checked struct {
	Source  string `json:"source"`
	URL     string `json:"url"`
	Format  string `json:"format,omitempty"`
	Entries int    `json:"entries"`
	Newest  string `json:"newest,omitempty"` // RFC 3339
	Moved   string `json:"moved,omitempty"`  // where it has moved for good
	Wrong   string `json:"wrong,omitempty"`
}

// CheckSources asks each address of the named sources, of all where none is named,
// once, and sends what it answered as it comes.
func CheckSources(ctx context.Context, cfg *config.Config, version string, log *slog.Logger, ids []string) (<-chan Checked, error) {
	catalogue, err := LoadCatalogue(cfg)
	if err != nil {
		return nil, err
	}
	allowed, err := cfg.Allowed()
	if err != nil {
		return nil, err
	}
	if cfg.Contact == "" && len(allowed) == 0 {
		return nil, errors.New("no contact address is set, so nothing is asked: set contact in the settings, or SARHAD_CONTACT")
	}
	client, err := safehttp.New(safehttp.Config{Contact: cfg.Contact, Version: version, Allow: allowed, Log: log})
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, id := range ids {
		if _, known := catalogue.Get(id); !known {
			return nil, fmt.Errorf("source %q is not in the catalogue", id)
		}
		wanted[id] = true
	}
	results := make(chan Checked)
	slots := make(chan struct{}, cfg.Collect.Workers)
	pace := safehttp.NewPacer(cfg.Collect.Pause)
	go func() {
		defer close(results)
		var running sync.WaitGroup
		defer running.Wait()
		for _, e := range catalogue.Endpoints() {
			if len(wanted) > 0 && !wanted[e.Source.ID] {
				continue
			}
			slots <- struct{}{}
			running.Add(1)
			go func() {
				defer func() { <-slots; running.Done() }()
				results <- checkEndpoint(ctx, client, pace, e)
			}()
		}
	}()
	return results, nil
}

func checkEndpoint(ctx context.Context, client *safehttp.Client, pace *safehttp.Pacer, e source.Endpoint) Checked {
	out := Checked{Source: e.Source.ID, URL: e.URL}
	release, err := pace.Wait(ctx, safehttp.Domain(e.URL))
	if err != nil {
		out.Wrong = err.Error()
		return out
	}
	defer release()
	read, moved, err := flow.Read(ctx, client, e)
	out.Moved = moved
	if err != nil {
		out.Wrong = err.Error()
	}
	if read == nil {
		return out
	}
	out.Format, out.Entries = read.Format, len(read.Entries)
	var newest time.Time
	for _, entry := range read.Entries {
		if entry.Published != nil && entry.Published.After(newest) {
			newest = *entry.Published
		}
	}
	if !newest.IsZero() {
		out.Newest = newest.UTC().Format(time.RFC3339)
	}
	return out
}
