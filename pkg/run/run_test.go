package run

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func TestOneFailureStopsAllAndClosesInOppositeOrder(t *testing.T) {
	g := New(context.Background(), quiet())
	var order []string
	g.OnStop("first", func(context.Context) error { order = append(order, "first"); return nil })
	g.OnStop("second", func(context.Context) error { order = append(order, "second"); return errors.New("stuck") })
	g.Go("waits", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	g.Go("fails", func(context.Context) error { return errors.New("broken") })
	err := g.Wait(time.Second)
	if err == nil || !strings.Contains(err.Error(), "fails: broken") || !strings.Contains(err.Error(), "close second: stuck") {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Error(), "waits") {
		t.Errorf("a part that was told to stop counts as failed: %v", err)
	}
	if strings.Join(order, " ") != "second first" {
		t.Errorf("closed in the order %v", order)
	}
}

func TestWaitGivesUpOnAPartThatHangs(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	g := New(ctx, quiet())
	release := make(chan struct{})
	g.Go("hangs", func(context.Context) error { <-release; return nil })
	cancel()
	if err := g.Wait(20 * time.Millisecond); err == nil || !strings.Contains(err.Error(), "still running") {
		t.Errorf("got %v", err)
	}
	close(release)
}

func TestReadiness(t *testing.T) {
	r := NewReadiness()
	r.Waiting("index", "no answer yet")
	r.Ready("bus")
	if ready, lines := r.State(); ready || strings.Join(lines, "; ") != "bus: ready; index: no answer yet" {
		t.Errorf("got %v %v", ready, lines)
	}
	r.Ready("index")
	if ready, _ := r.State(); !ready {
		t.Error("not ready")
	}
}

func TestRetryStopsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	tries := 0
	err := Retry(ctx, time.Millisecond, func(error, time.Duration) { cancel() }, func(context.Context) error { tries++; return errors.New("no") })
	if !errors.Is(err, context.Canceled) || tries != 1 {
		t.Errorf("got %v after %d tries", err, tries)
	}
}
