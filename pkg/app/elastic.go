package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/index/elastic"
)

// elasticConfig are the settings of the cluster.
func elasticConfig(cfg config.Index) (elastic.Config, error) {
	out := elastic.Config{Addresses: []string{cfg.URL}, Index: cfg.Name, Replicas: cfg.Replicas, Refresh: cfg.Refresh}
	var err error
	if out.APIKey, err = config.Secret(cfg.APIKeyFile); err != nil {
		return out, err
	}
	if cfg.CAFile != "" {
		if out.CACert, err = os.ReadFile(cfg.CAFile); err != nil {
			return out, fmt.Errorf("read index.ca_file: %w", err)
		}
	}
	return out, nil
}

// openElastic waits until the cluster answers and has our template. Where the
// indexer's key may put the template there, it does; else an administrator has to
// (sarhad elastic setup), and until then nothing is written.
func (a *App) openElastic(ctx context.Context) error {
	cfg, err := elasticConfig(a.cfg.Index)
	if err != nil {
		return err
	}
	store, err := elastic.Open(cfg, a.log)
	if err != nil {
		return err
	}
	a.store = store
	a.group.OnStop("index", func(context.Context) error { return store.Close() })
	return a.waitFor(ctx, "index", func(ctx context.Context) error {
		err := store.Ready(ctx)
		if errors.Is(err, elastic.ErrTemplate) && a.has("indexer") {
			if putErr := store.Bootstrap(ctx); putErr != nil {
				return fmt.Errorf("%w; run 'sarhad elastic setup': %w", err, putErr)
			}
			return nil
		}
		return err
	})
}

// SetupElastic puts the index template into a cluster and makes an API key of least
// privilege for each service, as files in a folder. It needs an administrator's name
// and password, and leaves neither behind.
func SetupElastic(ctx context.Context, cfg *config.Config, user, password, folder string, roles map[string]json.RawMessage, log *slog.Logger) error {
	ec, err := elasticConfig(cfg.Index)
	if err != nil {
		return err
	}
	ec.APIKey, ec.User, ec.Password = "", user, password
	store, err := elastic.Open(ec, log)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.Bootstrap(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for name, role := range roles {
		key, err := store.CreateKey(ctx, "sarhad-"+name, role, 365*24*time.Hour)
		if err != nil {
			return fmt.Errorf("key of %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".key"), []byte(key+"\n"), 0o600); err != nil {
			return err
		}
	}
	return nil
}
