package bus

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	firstDelay = 500 * time.Millisecond
	maxDelay   = 2 * time.Minute
	returned   = 200 * time.Millisecond // delay of a message handed back at the stop
)

// backOff is the wait before the next attempt, doubling from first to most, of
// which a random half is taken off so that what failed together does not come back
// together. Attempts count from 1.
func backOff(attempt int, first, most time.Duration) time.Duration {
	wait := most
	if shift := max(attempt, 1) - 1; shift < 30 {
		wait = min(first<<shift, most)
	}
	return wait/2 + rand.N(wait/2+1)
}

// sleep reports whether it slept to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// lingering is a context that outlives ctx by d, for work that is to be finished.
func lingering(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		if sleep(work, d) {
			cancel()
		}
	})
	return work, func() { stop(); cancel() }
}
