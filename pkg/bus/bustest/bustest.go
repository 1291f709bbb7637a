// Package bustest gives tests a real bus: the embedded server, or a NATS server in a
// process of its own that can be killed, paused and started again on the same
// directory. Nothing here imitates a server.
package bustest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
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

// Server is a NATS server in a process of its own, with JetStream, on loopback.
type Server struct {
	URL     string // for clients
	Monitor string // monitoring page

	t      testing.TB
	binary string
	config string
	out    bytes.Buffer
	cmd    *exec.Cmd
}

// Process starts a server that writes every append to the disk before it
// acknowledges. It ends with the test.
func Process(t testing.TB) *Server { return ProcessWith(t, "sync_interval: always") }

// ProcessWith is Process with other lines in the jetstream block of the configuration.
func ProcessWith(t testing.TB, jetstream string) *Server {
	t.Helper()
	dir := t.TempDir()
	client, monitor := freePort(t), freePort(t)
	s := &Server{t: t, binary: Binary(t), config: filepath.Join(dir, "nats.conf"),
		URL: "nats://" + client, Monitor: "http://" + monitor}
	text := fmt.Sprintf("listen: %q\nhttp: %q\njetstream {\n  store_dir: %q\n  %s\n}\n", client, monitor, filepath.Join(dir, "store"), jetstream)
	if err := os.WriteFile(s.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(s.stop)
	return s
}

// Bus connects to the server; the connection ends with the test.
func (s *Server) Bus() *bus.Bus {
	s.t.Helper()
	return Connect(s.t, bus.Config{URL: s.URL, Name: s.t.Name(), Monitor: []string{s.Monitor}})
}

// Start runs the server, again where it was killed, and waits until it listens.
func (s *Server) Start() {
	s.t.Helper()
	s.cmd = exec.Command(s.binary, "-c", s.config)
	s.cmd.Stderr = &s.out
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	address := strings.TrimPrefix(s.URL, "nats://")
	for deadline := time.Now().Add(startWithin); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			return
		}
	}
	s.Kill()
	s.t.Fatalf("the server did not listen within %s:\n%s", startWithin, s.out.String())
}

// Kill ends the server the way a power cut of the process would: SIGKILL.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// Signal sends any other signal, such as SIGSTOP and SIGCONT.
func (s *Server) Signal(sig syscall.Signal) { _ = s.cmd.Process.Signal(sig) }

func (s *Server) stop() {
	if s.cmd.ProcessState == nil {
		s.Kill()
	}
}

// Binary builds the server of this module's version once and keeps it in the user's
// cache; several test processes may do so at a time.
func Binary(t testing.TB) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	version, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/nats-io/nats-server/v2").Output()
	if err != nil {
		t.Fatalf("version of the server: %v", err)
	}
	dir := filepath.Join(cache, "sarhad-test")
	path := filepath.Join(dir, "nats-server-"+strings.TrimSpace(string(version)))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	building, err := os.MkdirTemp(dir, "building-")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(building) }()
	built := filepath.Join(building, "nats-server")
	if out, err := exec.Command("go", "build", "-o", built, "github.com/nats-io/nats-server/v2").CombinedOutput(); err != nil {
		t.Fatalf("build the server: %v\n%s", err, out)
	}
	if err := os.Rename(built, path); err != nil {
		t.Fatal(err)
	}
	return path
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}
