package app

import (
	"context"
	"path/filepath"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/desk"
	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/index/local"
	"github.com/sarhad-desk/sarhad/pkg/run"
)

// Store is an index as the roles use it.
type Store interface {
	flow.Store
	desk.Store
	Ready(ctx context.Context) error
	Close() error
}

func (a *App) openIndex(ctx context.Context) error {
	if !a.has("collector", "indexer", "desk") {
		return nil
	}
	if a.cfg.Index.URL == "" {
		store, err := local.Open(filepath.Join(a.cfg.Data, "index"), a.log)
		if err != nil {
			return err
		}
		a.store = store
		a.group.OnStop("index", func(context.Context) error { return store.Close() })
		return nil
	}
	return a.openElastic(ctx)
}

// waitFor tries until it succeeds, and says on /readyz and in the log what it waits for.
func (a *App) waitFor(ctx context.Context, part string, attempt func(context.Context) error) error {
	return run.Retry(ctx, 10*time.Second, func(err error, wait time.Duration) {
		a.ready.Waiting(part, err.Error())
		a.log.Warn("waiting for the "+part, "next", wait, "err", err)
	}, attempt)
}
