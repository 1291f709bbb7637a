package bus_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
)

// deployed is the flow as deploy/nats/nats-server.conf knows it.
func deployed() bus.Topology {
	var top bus.Topology
	for _, name := range []string{"polls", "entries", "articles", "tagged", "items", "notices"} {
		top.Streams = append(top.Streams, bus.Stream{Name: name, Subjects: []string{"sarhad." + name + ".>"}, MaxBytes: 1 << 20})
	}
	for _, name := range []string{"polls", "known", "leases", "alerts", "settings"} {
		top.Buckets = append(top.Buckets, bus.Bucket{Name: name, MaxBytes: 1 << 20})
	}
	for in, durable := range map[string]string{"polls": "collector", "entries": "scraper", "articles": "tagger", "tagged": "clusterer", "items": "indexer", "notices": "notifier"} {
		top.Consumers = append(top.Consumers, bus.Consumer{Stream: in, Durable: durable, Ordered: durable == "clusterer"})
	}
	top.Consumers = append(top.Consumers, bus.Consumer{Stream: "items", Durable: "alerter"})
	return top
}

// roles are the users of the example and what each does with the bus.
var roles = []struct {
	user, reads, durable, writes string
	buckets                      []string
}{
	{"collector", "polls", "collector", "entries", []string{"polls", "known", "leases"}},
	{"scraper", "entries", "scraper", "articles", nil},
	{"tagger", "articles", "tagger", "tagged", nil},
	{"clusterer", "tagged", "clusterer", "items", []string{"leases"}},
	{"indexer", "items", "indexer", "", nil},
	{"alerter", "items", "alerter", "notices", []string{"leases", "alerts"}},
	{"alerter", "notices", "notifier", "", nil},
	{"desk", "", "desk", "polls", []string{"settings"}},
}

func exampleServer(t *testing.T) *bustest.Server {
	return bustest.ProcessOf(t, func(dir, client, monitor string) string {
		text, err := os.ReadFile("../../deploy/nats/nats-server.conf")
		if err != nil {
			t.Fatal(err)
		}
		var passwords strings.Builder
		for _, user := range []string{"operator", "collector", "scraper", "tagger", "clusterer", "indexer", "alerter", "desk"} {
			fmt.Fprintf(&passwords, "%s_PASSWORD = %q\n", strings.ToUpper(user), "of "+user)
		}
		if err := os.WriteFile(filepath.Join(dir, "passwords.conf"), []byte(passwords.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return strings.NewReplacer("0.0.0.0:4222", client, `"127.0.0.1:8222"`, fmt.Sprintf("%q", strings.TrimPrefix(monitor, "http://")),
			"/var/lib/nats", filepath.Join(dir, "store")).Replace(string(text))
	})
}

func as(t *testing.T, server *bustest.Server, user string) *bus.Bus {
	return bustest.Connect(t, bus.Config{URL: server.URL, User: user, Password: "of " + user, Monitor: []string{server.Monitor}})
}

// TestExampleConfiguration runs the server that deploy/nats describes, and every role
// against it with no more rights than it gives them.
func TestExampleConfiguration(t *testing.T) {
	t.Parallel()
	server := exampleServer(t)
	ctx, cancel := context.WithTimeout(context.Background(), 2*soon)
	defer cancel()
	operator := as(t, server, "operator")
	if err := operator.Declare(ctx, deployed()); err != nil {
		t.Fatal(err)
	}
	for _, role := range roles {
		t.Run(role.durable, func(t *testing.T) {
			b := as(t, server, role.user)
			if err := b.Declare(ctx, deployed()); err != nil {
				t.Fatal(err)
			}
			for _, name := range append(role.buckets, "settings") {
				roleBucket(t, ctx, b, name, role.user, name != "settings" || role.user == "desk")
			}
			if role.writes != "" {
				m := bus.Message{ID: role.user, Subject: "sarhad." + role.writes + ".dawn"}
				if _, err := b.Publish(ctx, m); err != nil {
					t.Errorf("publish: %v", err)
				}
				if role.user == "clusterer" {
					if _, err := b.Last(ctx, role.writes, "sarhad."+role.writes+".>"); err != nil {
						t.Errorf("last: %v", err)
					}
				}
			}
			roleReads(t, ctx, operator, b, role.reads, role.durable)
			if _, err := b.Health(ctx); err != nil {
				t.Errorf("health: %v", err)
			}
		})
	}
	t.Run("clusterer sweeps", func(t *testing.T) {
		b := as(t, server, "clusterer")
		if err := b.Declare(ctx, deployed()); err != nil {
			t.Fatal(err)
		}
		bus.SetMemory(b, 0)
		if err := b.Sweep(ctx); err != nil {
			t.Error(err)
		}
		if got := first(t, b, "entries"); got < 2 {
			t.Errorf("nothing was swept: first is %d", got)
		}
	})
	t.Run("desk and dead letters", func(t *testing.T) {
		b := as(t, server, "desk")
		letters, err := b.DeadLetters(ctx, 0, 0)
		if err != nil || len(letters) == 0 {
			t.Fatalf("%d letters, %v", len(letters), err)
		}
		if err := b.RetryDead(ctx, letters[0].Number); err != nil {
			t.Error(err)
		}
		if err := b.DropDead(ctx, letters[1].Number); err != nil {
			t.Error(err)
		}
		if err := b.Replay(ctx, "notices", 0, func(bus.Delivery) (bool, error) { return true, nil }); err != nil {
			t.Error(err)
		}
	})
}

// roleBucket reads and, where it may, writes as a role does.
func roleBucket(t *testing.T, ctx context.Context, b *bus.Bus, name, key string, writes bool) {
	t.Helper()
	kv, err := b.KV(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	if writes {
		if _, err := kv.Put(ctx, key, []byte("x")); err != nil {
			t.Errorf("put into %s: %v", name, err)
		}
	}
	if _, _, err := kv.Get(ctx, key); err != nil && !errors.Is(err, bus.ErrNoKey) {
		t.Errorf("get from %s: %v", name, err)
	}
	if name != "settings" {
		return
	}
	watching, cancel := context.WithCancel(ctx)
	if err := kv.Watch(watching, key, func(bus.Change) { cancel() }); err != nil {
		t.Errorf("watch %s: %v", name, err)
	}
}

// roleReads has a role deal with one good and one bad message of its stream.
func roleReads(t *testing.T, ctx context.Context, operator, b *bus.Bus, stream, durable string) {
	t.Helper()
	if stream == "" {
		return
	}
	for _, id := range []string{"good", "bad"} {
		if _, err := operator.Publish(ctx, bus.Message{ID: id, Subject: "sarhad." + stream + ".x"}); err != nil {
			t.Fatal(err)
		}
	}
	seen := newLedger()
	stop := consume(t, b, bus.Consumer{Stream: stream, Durable: durable, Ordered: durable == "clusterer"}, each(func(d bus.Delivery) bus.Result {
		seen.add(d.ID)
		if d.ID == "bad" {
			return bus.Result{Verdict: bus.Bad, Err: errors.New("bad")}
		}
		return done(d)
	}))
	eventually(t, "both are dealt with", func() bool { return seen.count("good") == 1 && seen.count("bad") == 1 && settled(b, durable)() })
	_ = stop()
}

// TestRolesCannotReachFurther tries what no role but the operator may do.
func TestRolesCannotReachFurther(t *testing.T) {
	t.Parallel()
	server := exampleServer(t)
	ctx := context.Background()
	if err := as(t, server, "operator").Declare(ctx, deployed()); err != nil {
		t.Fatal(err)
	}
	for subject, users := range map[string][]string{
		"$JS.API.STREAM.DELETE.items":                         {"collector", "scraper", "tagger", "clusterer", "indexer", "alerter", "desk"},
		"$JS.API.STREAM.UPDATE.items":                         {"collector", "scraper", "tagger", "clusterer", "indexer", "alerter", "desk"},
		"$JS.API.STREAM.PURGE.items":                          {"collector", "scraper", "tagger", "indexer", "alerter", "desk"},
		"$JS.API.STREAM.MSG.DELETE.DEAD":                      {"collector", "scraper", "tagger", "clusterer", "indexer", "alerter"},
		"$JS.API.CONSUMER.DELETE.items.indexer":               {"collector", "scraper", "tagger", "clusterer", "indexer", "alerter", "desk"},
		"$JS.API.CONSUMER.CREATE.items.indexer":               {"collector", "scraper", "tagger", "clusterer", "alerter", "desk"},
		"$JS.API.CONSUMER.MSG.NEXT.items.indexer":             {"collector", "scraper", "tagger", "clusterer", "alerter", "desk"},
		"$JS.ACK.items.indexer.1.1.1.1.1":                     {"collector", "scraper", "tagger", "clusterer", "alerter", "desk"},
		"sarhad.items.x":                                      {"collector", "scraper", "tagger", "indexer", "alerter", "desk"},
		"retry.items.indexer":                                 {"collector", "scraper", "tagger", "clusterer", "indexer", "alerter"},
		"dead.indexer":                                        {"collector", "scraper", "tagger", "clusterer", "alerter", "desk"},
		"$KV.leases.clusterer":                                {"collector", "scraper", "tagger", "indexer", "alerter", "desk"},
		"$KV.settings.contact":                                {"collector", "scraper", "tagger", "clusterer", "indexer", "alerter"},
		"$KV.positions.tagged.clusterer":                      {"collector", "scraper", "tagger", "indexer", "alerter", "desk"},
		"$JS.API.DIRECT.GET.KV_settings.$KV.settings.contact": {"scraper", "tagger"},
	} {
		for _, user := range users {
			refused := make(chan error, 8)
			nc := bus.RawConnect(t, server.URL, user, "of "+user, refused)
			if err := nc.Publish(subject, nil); err != nil {
				t.Fatal(err)
			}
			if err := nc.FlushTimeout(soon); err != nil {
				t.Fatal(err)
			}
			select {
			case err := <-refused:
				if !strings.Contains(strings.ToLower(err.Error()), "permissions violation") {
					t.Errorf("%s to %s: %v", user, subject, err)
				}
			case <-time.After(soon):
				t.Errorf("%s may publish to %s", user, subject)
			}
			nc.Close()
		}
	}
	for _, spied := range []string{"_INBOX.desk.>", ">", "sarhad.>", "$JS.ACK.>"} {
		refused := make(chan error, 8)
		nc := bus.RawConnect(t, server.URL, "scraper", "of scraper", refused)
		if _, err := nc.SubscribeSync(spied); err == nil {
			err = nc.FlushTimeout(soon)
			if err != nil {
				t.Fatal(err)
			}
			select {
			case <-refused:
			case <-time.After(soon):
				t.Errorf("the scraper may listen to %s", spied)
			}
		}
		nc.Close()
	}
	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if _, err := bus.Connect(short, bus.Config{URL: server.URL, User: "desk", Password: "guess"}, bustest.Log(t)); err == nil || !strings.Contains(err.Error(), "Authorization") {
		t.Errorf("a wrong password: %v", err)
	}
	if _, err := bus.Connect(short, bus.Config{URL: server.URL}, bustest.Log(t)); err == nil {
		t.Error("nobody may connect without a name")
	}
}
