package bus

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// markFor is how long a deleted key leaves a mark, for watchers that were away.
const markFor = time.Hour

// Errors of KV.
var (
	ErrNoKey  = errors.New("no such key")
	ErrExists = errors.New("key exists")
	ErrStale  = errors.New("key has changed since it was read")
)

// KV is a bucket of small values, each with a revision that grows with every
// change. Keys are letters, digits and - _ / = with dots between words.
type KV struct {
	bus  *Bus
	name string
	kv   jetstream.KeyValue
}

// Change is one value as a watcher sees it. One with an empty key says that all
// values present at the start have been seen; those come by key, the newest of each.
type Change struct {
	Key     string
	Value   []byte
	Rev     uint64
	Deleted bool
}

// KV opens a bucket that Declare has made.
func (b *Bus) KV(ctx context.Context, bucket string) (*KV, error) {
	k := &KV{bus: b, name: bucket}
	err := b.ask(ctx, func(ctx context.Context) (err error) { k.kv, err = b.js.KeyValue(ctx, bucket); return err })
	if err != nil {
		return nil, fmt.Errorf("bucket %s: %w", bucket, err)
	}
	return k, nil
}

// Get reads a value and its revision, or answers ErrNoKey.
func (k *KV) Get(ctx context.Context, key string) ([]byte, uint64, error) {
	var e jetstream.KeyValueEntry
	err := k.bus.ask(ctx, func(ctx context.Context) (err error) { e, err = k.kv.Get(ctx, key); return err })
	if err != nil {
		return nil, 0, k.error("read", key, err)
	}
	return e.Value(), e.Revision(), nil
}

// Put writes a value whatever was there, and answers with its revision.
func (k *KV) Put(ctx context.Context, key string, value []byte) (uint64, error) {
	if err := k.fits(key, value); err != nil {
		return 0, err
	}
	rev, err := k.write(ctx, func(ctx context.Context) (uint64, error) { return k.kv.Put(ctx, key, value) })
	return rev, k.error("write", key, err)
}

// Create writes a value where there is none, or answers ErrExists.
func (k *KV) Create(ctx context.Context, key string, value []byte) (uint64, error) {
	if err := k.fits(key, value); err != nil {
		return 0, err
	}
	rev, err := k.write(ctx, func(ctx context.Context) (uint64, error) { return k.kv.Create(ctx, key, value) })
	return rev, k.error("create", key, err)
}

// Update writes a value where the revision is still rev, or answers ErrStale.
func (k *KV) Update(ctx context.Context, key string, value []byte, rev uint64) (uint64, error) {
	if err := k.fits(key, value); err != nil {
		return 0, err
	}
	next, err := k.write(ctx, func(ctx context.Context) (uint64, error) { return k.kv.Update(ctx, key, value, rev) })
	if wrongSequence(err) || errors.Is(err, jetstream.ErrKeyExists) {
		err = ErrStale
	}
	return next, k.error("update", key, err)
}

// Delete removes a value and its history. Removing what is not there is no error.
func (k *KV) Delete(ctx context.Context, key string) error {
	err := k.bus.ask(ctx, func(ctx context.Context) error { return k.kv.Purge(ctx, key, jetstream.PurgeTTL(markFor)) })
	return k.error("delete", key, err)
}

// DeleteAt removes a value where the revision is still rev, or answers ErrStale.
func (k *KV) DeleteAt(ctx context.Context, key string, rev uint64) error {
	err := k.bus.ask(ctx, func(ctx context.Context) error {
		return k.kv.Purge(ctx, key, jetstream.PurgeTTL(markFor), jetstream.LastRevision(rev))
	})
	if wrongSequence(err) || errors.Is(err, jetstream.ErrKeyExists) {
		err = ErrStale
	}
	return k.error("delete", key, err)
}

// Keys lists the keys that have a value, in no order.
func (k *KV) Keys(ctx context.Context) ([]string, error) {
	lister, err := k.kv.ListKeys(ctx)
	if err != nil {
		return nil, k.error("list", "", err)
	}
	defer func() { _ = lister.Stop() }()
	var keys []string
	for key := range lister.Keys() {
		keys = append(keys, key)
	}
	return keys, ctx.Err()
}

// Watch calls do for every value whose key matches pattern, wildcards allowed, then
// once with an empty key, and then for every change until ctx ends. It goes on after
// a connection was lost.
func (k *KV) Watch(ctx context.Context, pattern string, do func(Change)) error {
	prefix := "$KV." + k.name + "."
	t := &tail{bus: k.bus, stream: "KV_" + k.name, filters: []string{prefix + pattern}, next: 1}
	defer t.close()
	left, err := t.open(ctx)
	if err != nil {
		return k.error("watch", pattern, err)
	}
	present := map[string]Change{}
	whole := func() {
		for _, key := range slices.Sorted(maps.Keys(present)) {
			if !present[key].Deleted {
				do(present[key])
			}
		}
		do(Change{})
		present = nil
	}
	if left == 0 {
		whole()
	}
	for failures := 0; ctx.Err() == nil; {
		batch, err := t.read(ctx, replayBatch, idleWait, 0)
		for _, d := range batch {
			if c := change(d, prefix); present != nil {
				present[c.Key] = c
			} else {
				do(c)
			}
		}
		left -= min(left, uint64(len(batch)))
		if present != nil && (left == 0 || err == nil && len(batch) == 0) {
			whole()
		}
		if failures++; err == nil {
			failures = 0
		} else if ctx.Err() == nil {
			k.bus.log.Warn("cannot watch the bucket, trying on", "bucket", k.name, "err", err)
			sleep(ctx, backOff(failures, 100*time.Millisecond, 2*time.Second))
		}
	}
	return nil
}

func change(d Delivery, prefix string) Change {
	c := Change{Key: strings.TrimPrefix(d.Subject, prefix), Value: d.Data, Rev: d.Seq}
	c.Deleted = d.Header["KV-Operation"] != "" // DEL or PURGE
	return c
}

func (k *KV) write(ctx context.Context, do func(context.Context) (uint64, error)) (rev uint64, err error) {
	err = k.bus.ask(ctx, func(ctx context.Context) error {
		rev, err = do(ctx)
		return err
	})
	return rev, err
}

func (k *KV) fits(key string, value []byte) error {
	if len(value) > MaxMessage {
		return fmt.Errorf("bucket %s, key %s: %w: %d bytes, at most %d", k.name, key, ErrTooLarge, len(value), MaxMessage)
	}
	return nil
}

func (k *KV) error(did, key string, err error) error {
	var api *jetstream.APIError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jetstream.ErrKeyNotFound):
		err = ErrNoKey
	case errors.Is(err, jetstream.ErrKeyExists):
		err = ErrExists
	case errors.Is(err, jetstream.ErrInvalidKey):
		err = fmt.Errorf("%w: expected letters, digits and - _ / = with dots between words", err)
	case errors.As(err, &api) && api.ErrorCode == 10077:
		err = fmt.Errorf("%w: %w", ErrFull, err)
	}
	return fmt.Errorf("%s key %q of bucket %s: %w", did, key, k.name, err)
}
