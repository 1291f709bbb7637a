// Package bustest gives tests a real bus: the embedded server, or a NATS server in a
// process of its own that can be killed, paused and started again on the same
// directory. Nothing here imitates a server.
package bustest

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/embed"
)

const startWithin = 30 * time.Second

// Log writes to the test's own log.
func Log(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))
}

// Embedded starts the embedded server and connects to it; both end with the test.
func Embedded(t testing.TB) *bus.Bus {
	t.Helper()
	server, err := embed.Start(embed.Config{Dir: t.TempDir(), Log: Log(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Shutdown)
	return Connect(t, bus.Config{InProcess: server, Name: t.Name()})
}

// Connect connects and closes with the test.
func Connect(t testing.TB, c bus.Config) *bus.Bus {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	b, err := bus.Connect(ctx, c, Log(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}
