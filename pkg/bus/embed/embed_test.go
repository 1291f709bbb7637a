package embed_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
	"github.com/sarhad-desk/sarhad/pkg/bus/embed"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOneServerADirectory(t *testing.T) {
	dir := t.TempDir()
	first, err := embed.Start(embed.Config{Dir: dir, Log: bustest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	if !first.SyncAlways() {
		t.Error("does not fsync on every append")
	}
	if _, err := embed.Start(embed.Config{Dir: dir}); !errors.Is(err, embed.ErrInUse) || !strings.Contains(err.Error(), "locked by process") {
		t.Errorf("second server: %v, expected ErrInUse", err)
	}
	first.Shutdown()
	second, err := embed.Start(embed.Config{Dir: dir, Log: bustest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	second.Shutdown()
}

func TestMessagesAreThereAfterARestart(t *testing.T) {
	dir := t.TempDir()
	ctx := context.Background()
	message := bus.Message{ID: "1", Subject: "items.a", Data: []byte("x")}
	for round := range 3 {
		server, err := embed.Start(embed.Config{Dir: dir, Log: bustest.Log(t)})
		if err != nil {
			t.Fatal(err)
		}
		b, err := bus.Connect(ctx, bus.Config{InProcess: server}, bustest.Log(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Declare(ctx, bus.Topology{Streams: []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}}}}); err != nil {
			t.Fatal(err)
		}
		r, err := b.Publish(ctx, message)
		if err != nil || r.Seq != 1 || r.Duplicate != (round > 0) {
			t.Errorf("round %d: %+v, %v", round, r, err)
		}
		b.Close()
		server.Shutdown()
	}
}

func TestStartSaysWhatIsInTheWay(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "bus"), []byte("a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := embed.Start(embed.Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), "bus store") {
		t.Errorf("started on a file: %v", err)
	}
}

func TestStreamsMustFitTheStore(t *testing.T) {
	server, err := embed.Start(embed.Config{Dir: t.TempDir(), MaxStore: 1 << 20, Log: bustest.Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Shutdown()
	b := bustest.Connect(t, bus.Config{InProcess: server})
	err = b.Declare(context.Background(), bus.Topology{Streams: []bus.Stream{{Name: "ITEMS", Subjects: []string{"items.>"}, MaxBytes: 2 << 20}}})
	if err == nil || !strings.Contains(err.Error(), "declare stream ITEMS") || !strings.Contains(err.Error(), "storage") {
		t.Errorf("declared more than there is room for: %v", err)
	}
}
