package flow

import (
	"context"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
	"github.com/sarhad-desk/sarhad/pkg/feed"
	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

// TestWhatTheBusForgotIsAskedOfTheIndex offers an id that only the index knows.
func TestWhatTheBusForgotIsAskedOfTheIndex(t *testing.T) {
	b := bustest.Embedded(t)
	if err := b.Declare(context.Background(), bus.Topology{Buckets: []bus.Bucket{{Name: KnownBucket}}}); err != nil {
		t.Fatal(err)
	}
	kv, err := b.KV(context.Background(), KnownBucket)
	if err != nil {
		t.Fatal(err)
	}
	old := article(id(1), "lantern", "Old", longText, dawn)
	old.Rev, old.Carriers[0].Feed = 3, "https://lantern.example/feed"
	s := newShelf()
	s.items[old.ID] = index.Stored{Item: old, Version: 9}
	d := &delivery{collector: &Collector{Index: s, Log: quiet(), known: kv}, feed: &feed.Feed{Entries: []news.Entry{{ID: id(1)}, {ID: id(2)}}}}
	found, err := d.lookUp(context.Background(), []int{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	if k := found[id(1)]; k == nil || k.Source != "lantern" || k.Rev != 3 || !k.First.Equal(dawn) || k.Feed != "https://lantern.example/feed" {
		t.Errorf("the index's item is known as %+v", k)
	}
	if found[id(2)] != nil {
		t.Errorf("an id that nobody knows is known as %+v", found[id(2)])
	}
}
