package elastic

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

const deploy = "../../../deploy/elasticsearch/"

var update = flag.Bool("update", false, "rewrite deploy/elasticsearch/template.json")

func TestTemplateInDeployIsOurs(t *testing.T) {
	want, err := Template(Config{Index: "items", Shards: 1, Refresh: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile(deploy+"template.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(deploy + "template.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("template.json is not what the program puts: go test ./pkg/index/elastic -run Template -update")
	}
}

// as answers a store on the same indices with a key of the role in a file.
func as(t *testing.T, s *Store, role string) *Store {
	t.Helper()
	b, err := os.ReadFile(deploy + role + ".json")
	if err != nil {
		t.Fatal(err)
	}
	b = []byte(strings.NewReplacer(`"items`, `"`+s.cfg.Index).Replace(string(b)))
	key, err := s.CreateKey(t.Context(), s.cfg.Index+"-"+role, json.RawMessage(b), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	cfg := s.cfg
	cfg.User, cfg.Password, cfg.APIKey = "", "", key
	other, err := Open(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	return other
}

func write(id string, version int64, at time.Time) index.Write {
	return index.Write{Version: version, Item: news.Item{Schema: news.Schema, ID: id, Title: "Torkham " + id, FirstSeen: at, Published: at}}
}

var november = time.Date(2026, 11, 3, 4, 5, 6, 0, time.UTC)

func TestKeysMayDoWhatTheirServiceNeedsAndNoMore(t *testing.T) {
	s := cluster(t)
	indexer, reader, admin := as(t, s, "indexer"), as(t, s, "reader"), as(t, s, "admin")
	ctx := t.Context()
	if err := indexer.Ready(ctx); err != nil {
		t.Error(err)
	}
	if got, err := indexer.Write(ctx, []index.Write{write("a", 1, november)}); err != nil || got[0].Outcome != index.Done {
		t.Fatalf("the indexer writes: %v, %v", got, err)
	}
	if err := indexer.Refresh(ctx); err != nil {
		t.Error(err)
	}
	if got, err := indexer.Get(ctx, []string{"a"}); err != nil || len(got) != 1 {
		t.Errorf("the indexer reads: %v, %v", got, err)
	}
	if err := reader.Ready(ctx); err != nil {
		t.Error(err)
	}
	if got, err := reader.Get(ctx, []string{"a"}); err != nil || len(got) != 1 {
		t.Errorf("the reader gets: %v, %v", got, err)
	}
	if got, err := reader.Search(ctx, index.Search{Size: 1, Facets: []string{"source"}}); err != nil || got.Total != 1 {
		t.Errorf("the reader searches: %v, %v", got, err)
	}
	if got, err := reader.Write(ctx, []index.Write{write("b", 1, november)}); err == nil && got[0].Outcome == index.Done {
		t.Error("the reader may write")
	}
	name := s.month("2026.11") + "-v1"
	for who, store := range map[string]*Store{"indexer": indexer, "reader": reader} {
		for what, call := range map[string]func() error{
			"delete an index":     func() error { return store.ask(ctx, http.MethodDelete, "/"+name, nil, nil) },
			"delete the template": func() error { return store.ask(ctx, http.MethodDelete, store.templatePath(), nil, nil) },
			"put a template":      func() error { return store.Bootstrap(ctx) },
			"make a key":          func() error { _, err := store.CreateKey(ctx, "x", json.RawMessage("{}"), time.Hour); return err },
			"read other indices":  func() error { return store.ask(ctx, http.MethodGet, "/.security/_search", nil, nil) },
		} {
			var e *Error
			if err := call(); !errors.As(err, &e) || e.Status != http.StatusForbidden {
				t.Errorf("the %s may %s: %v", who, what, err)
			}
		}
	}
	if err := admin.Bootstrap(ctx); err != nil {
		t.Errorf("the admin puts the template: %v", err)
	}
	admin.version++
	if err := admin.Migrate(ctx); err != nil {
		t.Errorf("the admin migrates: %v", err)
	}
	if got, err := reader.Search(ctx, index.Search{Size: 1}); err != nil || got.Total != 1 {
		t.Errorf("the reader searches afterwards: %v, %v", got, err)
	}
}

func TestNothingIsWrittenWithoutTheTemplate(t *testing.T) {
	s := cluster(t)
	if err := s.ask(t.Context(), http.MethodDelete, s.templatePath(), nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); !errors.Is(err, ErrTemplate) {
		t.Errorf("ready: %v", err)
	}
	if _, err := s.Write(t.Context(), []index.Write{write("a", 1, november)}); !errors.Is(err, ErrTemplate) {
		t.Errorf("write: %v", err)
	}
	if names, err := s.indices(t.Context()); err != nil || len(names) != 0 {
		t.Errorf("indices %v, %v", names, err)
	}
	if err := s.ask(t.Context(), http.MethodHead, "/"+s.month("2026.11"), nil, nil); !missing(err) {
		t.Errorf("an index was made: %v", err)
	}
}

func TestAnIndexThatVanishesIsMadeAgain(t *testing.T) {
	s := cluster(t)
	ctx := t.Context()
	batch := []index.Write{write("a", 1, november), write("b", 1, november.AddDate(0, 1, 0))}
	if _, err := s.Write(ctx, batch); err != nil {
		t.Fatal(err)
	}
	if err := s.ask(ctx, http.MethodDelete, "/"+s.month("2026.11")+"-v1", nil, nil); err != nil {
		t.Fatal(err)
	}
	got, err := s.Write(ctx, batch)
	if err != nil || got[0].Outcome != index.Retry || got[1].Outcome != index.Done {
		t.Fatalf("after the index was deleted: %v, %v", got, err)
	}
	if got, err = s.Write(ctx, batch[:1]); err != nil || got[0].Outcome != index.Done {
		t.Fatalf("once more: %v, %v", got, err)
	}
}

func TestAFullDiskMeansLater(t *testing.T) {
	s := cluster(t)
	ctx := t.Context()
	if _, err := s.Write(ctx, []index.Write{write("a", 1, november)}); err != nil {
		t.Fatal(err)
	}
	block := func(on any) {
		t.Helper()
		if err := s.ask(ctx, http.MethodPut, "/"+s.cfg.Index+"/_settings", object{"index.blocks.read_only_allow_delete": on}, nil); err != nil {
			t.Fatal(err)
		}
	}
	block(true)
	got, err := s.Write(ctx, []index.Write{write("b", 1, november)})
	if err != nil || got[0].Outcome != index.Retry || got[0].Reason == "" {
		t.Errorf("on a read-only index: %v, %v", got, err)
	}
	block(nil)
	if got, err = s.Write(ctx, []index.Write{write("b", 1, november)}); err != nil || got[0].Outcome != index.Done {
		t.Errorf("afterwards: %v, %v", got, err)
	}
}

func TestTwoIndexersMayMakeAMonthAtOnce(t *testing.T) {
	s := cluster(t)
	cfg := s.cfg
	results := make(chan error, 8)
	for i := range 8 {
		go func() {
			other, err := Open(cfg, slog.New(slog.DiscardHandler))
			if err != nil {
				results <- err
				return
			}
			defer other.Close()
			got, err := other.Write(context.WithoutCancel(t.Context()), []index.Write{write(string(rune('a'+i)), 1, november)})
			if err == nil && got[0].Outcome != index.Done {
				err = errors.New(got[0].Reason)
			}
			results <- err
		}()
	}
	for range 8 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if names, err := s.indices(t.Context()); err != nil || len(names) != 1 {
		t.Errorf("indices %v, %v", names, err)
	}
}
