package safehttp

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPacerOrderAndPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(2 * time.Second)
		start := time.Now()
		type turn struct {
			Who int
			At  time.Duration
		}
		turns := make(chan turn, 8)
		for who := range 4 {
			go func() {
				release, err := p.Wait(t.Context(), "outlet.example")
				if err != nil {
					t.Error(err)
					return
				}
				turns <- turn{who, time.Since(start)}
				time.Sleep(time.Second)
				release()
				release()
			}()
			synctest.Wait()
		}
		if release, err := p.Wait(t.Context(), "other.example"); err != nil || time.Since(start) != 0 {
			t.Errorf("another domain waits: %v, %v", time.Since(start), err)
		} else {
			release()
		}
		var got []turn
		for range 4 {
			got = append(got, <-turns)
		}
		if d := cmp.Diff([]turn{{0, 0}, {1, 3 * time.Second}, {2, 6 * time.Second}, {3, 9 * time.Second}}, got); d != "" {
			t.Errorf("turns (-want +got):\n%s", d)
		}
		time.Sleep(time.Minute)
		if remembered(p) != 0 {
			t.Errorf("%d domains are remembered after their pause", remembered(p))
		}
	})
}

func remembered(p *Pacer) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.lanes)
}

func TestPacerLongerPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(time.Second)
		start := time.Now()
		for _, pause := range []time.Duration{time.Minute, 0, 0} {
			release, err := p.WaitPause(t.Context(), "outlet.example", pause)
			if err != nil {
				t.Fatal(err)
			}
			release()
		}
		if got := time.Since(start); got != 61*time.Second {
			t.Errorf("the third turn came after %s, want 61 s", got)
		}
	})
}

func TestPacerGivingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(time.Second)
		release, _ := p.Wait(t.Context(), "outlet.example")
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := p.Wait(ctx, "outlet.example"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait = %v", err)
		}
		if _, err := p.Wait(ctx, "fresh.example"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait with a context that has ended = %v", err)
		}
		// A turn that comes in the same instant as the end of the caller is passed on.
		start := time.Now()
		release()
		both, cancelBoth := context.WithTimeout(t.Context(), time.Second)
		defer cancelBoth()
		go func() {
			if release, err := p.Wait(both, "outlet.example"); err == nil {
				release()
			}
		}()
		synctest.Wait()
		last, err := p.Wait(t.Context(), "outlet.example")
		if err != nil || time.Since(start) > 2*time.Second {
			t.Errorf("the next in line came after %s: %v", time.Since(start), err)
		}
		last()
		time.Sleep(time.Minute)
		if remembered(p) != 0 {
			t.Errorf("%d domains are remembered", remembered(p))
		}
	})
}
