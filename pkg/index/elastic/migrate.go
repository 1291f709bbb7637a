package elastic

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Migrate puts the template of this version into the cluster and brings every month
// into an index of it, one after another. Services may go on meanwhile, but the
// indexer has to be of this version. What is written to a month while it is copied
// goes into the new index and is found when the copy is complete; what was there
// before is found all the time. An interrupted Migrate is taken up by calling it again.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.Bootstrap(ctx); err != nil {
		return err
	}
	names, err := s.indices(ctx)
	if err != nil {
		return err
	}
	for _, old := range names {
		at := strings.LastIndex(old, "-v")
		if at < 0 || old == s.versioned(old[:at]) {
			continue
		}
		if err := s.migrate(ctx, old[:at], old); err != nil {
			return fmt.Errorf("migrate %s: %w", old, err)
		}
		s.log.Info("migrated an index", "from", old, "to", s.versioned(old[:at]))
	}
	return nil
}

// migrate brings one month from the index old into that of this version: writes first,
// then what is there, then searches. Versions keep older copies from replacing newer
// writes.
func (s *Store) migrate(ctx context.Context, month, old string) error {
	fresh := s.versioned(month)
	if err := s.ask(ctx, http.MethodHead, "/"+fresh, nil, nil); missing(err) {
		if err := s.ask(ctx, http.MethodPut, "/"+fresh, object{}, nil); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if err := s.aliases(ctx, object{"add": object{"index": fresh, "alias": month, "is_write_index": true}},
		object{"remove": object{"index": old, "alias": month, "must_exist": false}}); err != nil {
		return err
	}
	if err := s.copy(ctx, old, fresh); err != nil {
		return err
	}
	if err := s.aliases(ctx, object{"add": object{"index": fresh, "alias": s.cfg.Index}}, object{"remove_index": object{"index": old}}); err != nil {
		return err
	}
	s.forget(month)
	return nil
}

// aliases applies several changes in one step.
func (s *Store) aliases(ctx context.Context, actions ...object) error {
	return s.ask(ctx, http.MethodPost, "/_aliases", object{"actions": actions}, nil)
}

// copy copies an index as a task of the cluster, and waits for it.
func (s *Store) copy(ctx context.Context, from, to string) error {
	if err := s.ask(ctx, http.MethodPost, "/"+from+"/_refresh", nil, nil); err != nil {
		return err
	}
	var started struct {
		Task string `json:"task"`
	}
	err := s.ask(ctx, http.MethodPost, "/_reindex?wait_for_completion=false", object{
		"conflicts": "proceed", "source": object{"index": from}, "dest": object{"index": to, "version_type": "external"},
	}, &started)
	if err != nil {
		return err
	}
	for {
		var task struct {
			Completed bool   `json:"completed"`
			Error     *cause `json:"error"`
			Response  struct {
				Failures []json.RawMessage `json:"failures"`
			} `json:"response"`
		}
		if err := s.ask(ctx, http.MethodGet, "/_tasks/"+started.Task, nil, &task); err != nil {
			return err
		}
		switch {
		case task.Error != nil:
			return fmt.Errorf("copy: %s: %s", task.Error.Type, task.Error.deepest())
		case len(task.Response.Failures) > 0:
			return fmt.Errorf("copy: %d documents failed, the first: %s", len(task.Response.Failures), task.Response.Failures[0])
		case task.Completed:
			return s.ask(ctx, http.MethodPost, "/"+to+"/_refresh", nil, nil)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}
