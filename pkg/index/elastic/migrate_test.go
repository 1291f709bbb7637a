package elastic

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/index"
)

func TestMigrateBringsEveryItemAlong(t *testing.T) {
	s := cluster(t)
	ctx := t.Context()
	batch := []index.Write{write("a", 5, november), write("b", 6, november), write("c", 7, november.AddDate(0, 1, 0))}
	if _, err := s.Write(ctx, batch); err != nil {
		t.Fatal(err)
	}
	next, err := Open(s.cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	next.version = TemplateVersion + 1
	defer next.Close()
	if err := next.Ready(ctx); !errors.Is(err, ErrTemplate) {
		t.Errorf("before: %v", err)
	}
	for range 2 { // the second time there is nothing to do
		if err := next.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
	}
	names, err := next.indices(ctx)
	if err != nil || len(names) != 2 || names[0] != next.versioned(next.month("2026.11")) || names[1] != next.versioned(next.month("2026.12")) {
		t.Errorf("indices %v, %v", names, err)
	}
	if r, err := next.Search(ctx, index.Search{Size: 10}); err != nil || r.Total != 3 {
		t.Errorf("afterwards %v, %v", r, err)
	}
	got, err := next.Get(ctx, []string{"a", "b", "c"})
	if err != nil || got["a"].Version != 5 || got["b"].Version != 6 || got["c"].Version != 7 {
		t.Errorf("versions %v, %v", got, err)
	}
	old := write("a", 4, november)
	old.Item.Title = "too late"
	if _, err := next.Write(ctx, []index.Write{old}); err != nil {
		t.Fatal(err)
	}
	if got, err := next.Get(ctx, []string{"a"}); err != nil || got["a"].Item.Title != batch[0].Item.Title {
		t.Errorf("an older version after the migration: %v, %v", got, err)
	}
	if _, err := s.Write(ctx, []index.Write{write("d", 1, november.AddDate(0, 2, 0))}); !errors.Is(err, ErrTemplate) {
		t.Errorf("a program of the version before writes a new month: %v", err)
	}
	if err := s.Bootstrap(ctx); !errors.Is(err, ErrTemplate) {
		t.Errorf("a program of the version before replaces the template: %v", err)
	}
}

// TestSearchesLackNothingWhileAMonthIsCopied stops a migration after writes have moved.
func TestSearchesLackNothingWhileAMonthIsCopied(t *testing.T) {
	s := cluster(t)
	ctx := t.Context()
	if _, err := s.Write(ctx, []index.Write{write("a", 5, november)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	month := s.month("2026.11")
	next, err := Open(s.cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	next.version = TemplateVersion + 1
	defer next.Close()
	if err := next.Bootstrap(ctx); err != nil {
		t.Fatal(err)
	}
	if err := next.ask(ctx, "PUT", "/"+next.versioned(month), object{}, nil); err != nil {
		t.Fatal(err)
	}
	if err := next.aliases(ctx, object{"add": object{"index": next.versioned(month), "alias": month, "is_write_index": true}},
		object{"remove": object{"index": s.versioned(month), "alias": month}}); err != nil {
		t.Fatal(err)
	}
	if _, err := next.Write(ctx, []index.Write{write("a", 6, november), write("b", 7, november)}); err != nil {
		t.Fatal(err)
	}
	if r, err := next.Search(ctx, index.Search{Size: 10}); err != nil || r.Total != 1 {
		t.Errorf("meanwhile %v, %v", r, err)
	}
	if got, err := next.Get(ctx, []string{"a", "b"}); err != nil || got["a"].Version != 6 || got["b"].Version != 7 {
		t.Errorf("by id meanwhile: %v, %v", got, err)
	}
	if err := next.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if r, err := next.Search(ctx, index.Search{Size: 10}); err != nil || r.Total != 2 {
		t.Errorf("afterwards %v, %v", r, err)
	}
	if got, err := next.Get(ctx, []string{"a"}); err != nil || got["a"].Version != 6 {
		t.Errorf("the copy replaces a newer version: %v, %v", got, err)
	}
}
