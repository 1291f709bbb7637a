package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
)

func bucket(t *testing.T, b *bus.Bus) *bus.KV {
	t.Helper()
	declare(t, b, bus.Topology{Buckets: []bus.Bucket{{Name: "polls"}}})
	kv, err := b.KV(context.Background(), "polls")
	if err != nil {
		t.Fatal(err)
	}
	return kv
}

func TestKVComparesBeforeItSets(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		kv := bucket(t, b)
		if _, _, err := kv.Get(ctx, "dawn"); !errors.Is(err, bus.ErrNoKey) {
			t.Errorf("get of nothing: %v", err)
		}
		one, err := kv.Create(ctx, "dawn", []byte("a"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := kv.Create(ctx, "dawn", []byte("b")); !errors.Is(err, bus.ErrExists) {
			t.Errorf("second create: %v", err)
		}
		two, err := kv.Update(ctx, "dawn", []byte("c"), one)
		if err != nil || two <= one {
			t.Errorf("update: %d after %d, %v", two, one, err)
		}
		if _, err := kv.Update(ctx, "dawn", []byte("d"), one); !errors.Is(err, bus.ErrStale) {
			t.Errorf("stale update: %v", err)
		}
		if _, err := kv.Update(ctx, "none", []byte("d"), 99); !errors.Is(err, bus.ErrStale) {
			t.Errorf("update of nothing: %v", err)
		}
		if value, rev, err := kv.Get(ctx, "dawn"); string(value) != "c" || rev != two || err != nil {
			t.Errorf("get: %s at %d, %v", value, rev, err)
		}
		if err := kv.DeleteAt(ctx, "dawn", one); !errors.Is(err, bus.ErrStale) {
			t.Errorf("stale delete: %v", err)
		}
		if err := kv.DeleteAt(ctx, "dawn", two); err != nil {
			t.Error(err)
		}
		if _, _, err := kv.Get(ctx, "dawn"); !errors.Is(err, bus.ErrNoKey) {
			t.Errorf("get of what was deleted: %v", err)
		}
		if _, err := kv.Create(ctx, "dawn", []byte("e")); err != nil {
			t.Errorf("create after delete: %v", err)
		}
		if err := kv.Delete(ctx, "never"); err != nil {
			t.Errorf("delete of nothing: %v", err)
		}
		if _, err := kv.Put(ctx, "a key", nil); err == nil || !strings.Contains(err.Error(), "expected letters") {
			t.Errorf("bad key: %v", err)
		}
		if _, err := kv.Put(ctx, "big", bytes.Repeat([]byte("x"), bus.MaxMessage+1)); !errors.Is(err, bus.ErrTooLarge) {
			t.Errorf("big value: %v", err)
		}
		if _, err := b.KV(ctx, "nowhere"); err == nil {
			t.Error("a bucket that is not there was opened")
		}
	})
}

func TestKVOneWinnerAmongMany(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		kv := bucket(t, b)
		if _, err := kv.Put(ctx, "sum", []byte("0")); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for added := 0; added < 10; {
					value, rev, err := kv.Get(ctx, "sum")
					if err != nil {
						t.Error(err)
						return
					}
					var n int
					_, _ = fmt.Sscan(string(value), &n)
					switch _, err := kv.Update(ctx, "sum", []byte(fmt.Sprint(n+1)), rev); {
					case err == nil:
						added++
					case !errors.Is(err, bus.ErrStale):
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		if value, _, err := kv.Get(ctx, "sum"); string(value) != "80" || err != nil {
			t.Errorf("sum is %s, %v", value, err)
		}
	})
}

func TestKVWatchSeesWhatIsAndWhatComes(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		kv := bucket(t, b)
		for _, key := range []string{"rule.a", "rule.b", "other"} {
			if _, err := kv.Put(ctx, key, []byte(key)); err != nil {
				t.Fatal(err)
			}
		}
		seen := newLedger()
		ended := make(chan error)
		go func() {
			ended <- kv.Watch(ctx, "rule.*", func(c bus.Change) { seen.add(fmt.Sprintf("%s=%s deleted %t", c.Key, c.Value, c.Deleted)) })
		}()
		eventually(t, "what is there was seen", func() bool { return seen.distinct() == 3 })
		if _, err := kv.Put(ctx, "rule.c", []byte("new")); err != nil {
			t.Fatal(err)
		}
		if err := kv.Delete(ctx, "rule.a"); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the changes were seen", func() bool { return seen.distinct() == 5 })
		want := []string{"rule.a=rule.a deleted false", "rule.b=rule.b deleted false", "= deleted false", "rule.c=new deleted false", "rule.a= deleted true"}
		if diff := cmp.Diff(want, seen.sequence()); diff != "" {
			t.Errorf("watch (-want +got):\n%s", diff)
		}
		keys, err := kv.Keys(ctx)
		slices.Sort(keys)
		if diff := cmp.Diff([]string{"other", "rule.b", "rule.c"}, keys); diff != "" || err != nil {
			t.Errorf("keys (-want +got), %v:\n%s", err, diff)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("watch ended with %v", err)
		}
	})
}

func TestFullBucketSaysSo(t *testing.T) {
	both(t, func(t *testing.T, b *bus.Bus) {
		ctx := context.Background()
		declare(t, b, bus.Topology{Buckets: []bus.Bucket{{Name: "polls", MaxBytes: 2000}}})
		kv, err := b.KV(ctx, "polls")
		if err != nil {
			t.Fatal(err)
		}
		value := bytes.Repeat([]byte("x"), 400)
		n := 0
		for ; ; n++ {
			if _, err := kv.Put(ctx, fmt.Sprint(n), value); errors.Is(err, bus.ErrFull) {
				break
			} else if err != nil || n > 10 {
				t.Fatal(n, err)
			}
		}
		for i := range n { // nothing was pushed out
			if got, _, err := kv.Get(ctx, fmt.Sprint(i)); err != nil || !bytes.Equal(got, value) {
				t.Errorf("value %d: %v", i, err)
			}
		}
	})
}

func TestWatchGoesOnAfterAKill(t *testing.T) {
	t.Parallel()
	server := bustest.Process(t)
	b := server.Bus()
	kv := bucket(t, b)
	ctx, cancel := context.WithCancel(context.Background())
	seen := newLedger()
	ended := make(chan error)
	go func() { ended <- kv.Watch(ctx, ">", func(c bus.Change) { seen.add(c.Key) }) }()
	for _, key := range []string{"before", "after"} {
		eventually(t, "the value is stored", func() bool { _, err := kv.Put(ctx, key, nil); return err == nil })
		eventually(t, "the value is seen", func() bool { return seen.count(key) > 0 })
		server.Kill()
		server.Start()
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
