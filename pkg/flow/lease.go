package flow

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/run"
)

// LeaseBucket is the KV bucket of the leases.
const LeaseBucket = "leases"

const (
	leaseRenew  = 2 * time.Second
	leaseExpiry = 8 * time.Second // on the waiter's own clock: no change of the lease for so long
)

// ErrLeaseLost ends the work of one that no longer holds its lease.
var ErrLeaseLost = errors.New("lease lost")

type lease struct {
	Holder string `json:"holder"`
	Beat   uint64 `json:"beat"`
}

// Leased does work while holding the lease of that name, and waits in standby until
// it can. The lease keeps two from working at once in the ordinary case; what makes
// it safe is that the single writer's publishes are fenced. When the lease is lost
// the work's context ends, and the wait begins again.
func Leased(ctx context.Context, b *bus.Bus, name string, log *slog.Logger, work func(context.Context) error) error {
	var kv *bus.KV
	err := run.Retry(ctx, 10*time.Second, func(err error, wait time.Duration) {
		log.Warn("lease cannot be asked for", "lease", name, "next", wait, "err", err)
	}, func(ctx context.Context) (err error) { kv, err = b.KV(ctx, LeaseBucket); return err })
	if err != nil {
		return err
	}
	holder := rand.Text()
	for {
		rev, err := acquire(ctx, kv, name, holder, log)
		if err != nil {
			return err
		}
		log.Info("holds the lease", "lease", name)
		err = keep(ctx, kv, name, holder, rev, work)
		if ctx.Err() != nil || !errors.Is(err, ErrLeaseLost) {
			return err
		}
		log.Warn("lease lost, in standby", "lease", name, "err", err)
	}
}

// acquire waits until the lease is free: it does not exist, or has not changed for leaseExpiry.
func acquire(ctx context.Context, kv *bus.KV, name, holder string, log *slog.Logger) (uint64, error) {
	mine, err := json.Marshal(lease{Holder: holder, Beat: 1})
	if err != nil {
		return 0, err
	}
	var seen uint64
	var since time.Time
	for {
		_, rev, err := kv.Get(ctx, name)
		switch {
		case errors.Is(err, bus.ErrNoKey):
			if rev, err := kv.Create(ctx, name, mine); err == nil {
				return rev, nil
			}
		case err != nil:
			log.Info("lease cannot be read", "lease", name, "err", err)
		case rev != seen:
			seen, since = rev, time.Now()
		case time.Since(since) > leaseExpiry:
			if rev, err := kv.Update(ctx, name, mine, rev); err == nil {
				return rev, nil
			}
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(leaseRenew / 4):
		}
	}
}

type lostKey struct{}

// Lost gives up the lease under which ctx works.
func Lost(ctx context.Context, why error) {
	if cancel, ok := ctx.Value(lostKey{}).(context.CancelCauseFunc); ok {
		cancel(fmt.Errorf("%w: %w", ErrLeaseLost, why))
	}
}

// keep renews the lease while the work goes on, and frees it at the end.
func keep(ctx context.Context, kv *bus.KV, name, holder string, rev uint64, work func(context.Context) error) error {
	working, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	renewed := make(chan uint64, 1)
	go func() { renewed <- renew(working, kv, name, holder, rev, cancel) }()
	err := work(context.WithValue(working, lostKey{}, cancel))
	cause := context.Cause(working)
	cancel(nil)
	rev = <-renewed
	if errors.Is(cause, ErrLeaseLost) {
		return cause
	}
	free, stop := context.WithTimeout(context.WithoutCancel(ctx), leaseRenew)
	defer stop()
	_ = kv.DeleteAt(free, name, rev) // else it runs out by itself
	return err
}

func renew(ctx context.Context, kv *bus.KV, name, holder string, rev uint64, lost context.CancelCauseFunc) uint64 {
	good := time.Now()
	for beat := uint64(2); ; beat++ {
		select {
		case <-ctx.Done():
			return rev
		case <-time.After(leaseRenew):
		}
		value, _ := json.Marshal(lease{Holder: holder, Beat: beat})
		next, err := kv.Update(ctx, name, value, rev)
		switch {
		case err == nil:
			rev, good = next, time.Now()
		case errors.Is(err, bus.ErrStale):
			lost(fmt.Errorf("%w: taken by another", ErrLeaseLost))
			return rev
		case time.Since(good) > leaseExpiry:
			lost(fmt.Errorf("%w: not renewed for %s: %w", ErrLeaseLost, leaseExpiry, err))
			return rev
		}
	}
}
