package bus_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/bus"
)

func TestDropDeadWhere(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{})
		none := func(bus.DeadLetter) bool { return false }
		if n, err := b.DropDeadWhere(ctx, none); n != 0 || err != nil {
			t.Errorf("of no dead letters %d were dropped, %v", n, err)
		}
		for n := range 10 {
			stage := []string{"tagger", "indexer"}[n%2]
			if _, err := b.Bury(ctx, bus.DeadLetter{Stage: stage, ID: strings.Repeat("x", n+1)}); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := b.DropDeadWhere(ctx, none); n != 0 || err != nil {
			t.Errorf("%d were dropped, %v", n, err)
		}
		n, err := b.DropDeadWhere(ctx, func(l bus.DeadLetter) bool {
			if l.Number == 1 { // somebody else was quicker
				if err := b.DropDead(ctx, 1); err != nil {
					t.Error(err)
				}
			}
			return l.Stage == "tagger"
		})
		if n != 4 || err != nil {
			t.Errorf("%d were dropped, %v, expected 4", n, err)
		}
		letters, err := b.DeadLetters(ctx, 0, 0)
		if err != nil || len(letters) != 5 {
			t.Fatalf("%d letters are left, %v, expected 5", len(letters), err)
		}
		for _, l := range letters {
			if l.Stage != "indexer" {
				t.Errorf("left %+v", l)
			}
		}
		stopped, cancel := context.WithCancel(ctx)
		n, err = b.DropDeadWhere(stopped, func(bus.DeadLetter) bool { cancel(); return true })
		if count, _ := b.DeadCount(ctx); !errors.Is(err, context.Canceled) || count != 5-n {
			t.Errorf("stopped after %d with %v, %d left", n, err, count)
		}
	})
}
