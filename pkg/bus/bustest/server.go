package bustest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
)

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
	s := prepare(t, jetstream, "")
	s.Start()
	return s
}

// ProcessOf starts a server with a whole configuration of its own: write answers
// with the text, for a folder that it may put more files in, and the addresses where
// the server must listen for clients and have its monitoring page.
func ProcessOf(t testing.TB, write func(dir, client, monitor string) string) *Server {
	t.Helper()
	s := &Server{t: t, binary: Binary(t), config: filepath.Join(t.TempDir(), "nats.conf")}
	client, monitor := freePort(t), freePort(t)
	s.URL, s.Monitor = "nats://"+client, "http://"+monitor
	s.write(write(filepath.Dir(s.config), client, monitor))
	t.Cleanup(s.stop)
	s.Start()
	return s
}

// Cluster starts servers that know each other, three for example, so that streams
// can have as many replicas.
func Cluster(t testing.TB, n int) []*Server {
	t.Helper()
	routes := make([]string, n)
	for i := range routes {
		routes[i] = freePort(t)
	}
	all := make([]*Server, n)
	for i := range all {
		all[i] = prepare(t, "sync_interval: always", fmt.Sprintf("server_name: n%d\ncluster {\n  name: test\n  listen: %q\n  routes: [nats://%s]\n}\n",
			i, routes[i], strings.Join(routes, ", nats://")))
		all[i].launch()
	}
	for _, s := range all {
		s.wait()
	}
	return all
}

// ClusterBus connects to a cluster with as many replicas as it has servers.
func ClusterBus(t testing.TB, all []*Server) *bus.Bus {
	t.Helper()
	var urls, monitors []string
	for _, s := range all {
		urls, monitors = append(urls, s.URL), append(monitors, s.Monitor)
	}
	return Connect(t, bus.Config{URL: strings.Join(urls, ","), Name: t.Name(), Replicas: len(all), Monitor: monitors})
}

func prepare(t testing.TB, jetstream, more string) *Server {
	t.Helper()
	s := &Server{t: t, binary: Binary(t), config: filepath.Join(t.TempDir(), "nats.conf")}
	client, monitor := freePort(t), freePort(t)
	s.URL, s.Monitor = "nats://"+client, "http://"+monitor
	s.write(fmt.Sprintf("listen: %q\nhttp: %q\njetstream {\n  store_dir: %q\n  %s\n}\n%s", client, monitor, filepath.Join(filepath.Dir(s.config), "store"), jetstream, more))
	t.Cleanup(s.stop)
	return s
}

func (s *Server) write(config string) {
	s.t.Helper()
	if err := os.WriteFile(s.config, []byte(config), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// Bus connects to the server; the connection ends with the test.
func (s *Server) Bus() *bus.Bus {
	s.t.Helper()
	return Connect(s.t, bus.Config{URL: s.URL, Name: s.t.Name(), Monitor: []string{s.Monitor}})
}

// Start runs the server, again where it was killed, and waits until it listens.
func (s *Server) Start() {
	s.t.Helper()
	s.launch()
	s.wait()
}

func (s *Server) launch() {
	s.t.Helper()
	s.cmd = exec.Command(s.binary, "-c", s.config)
	s.cmd.Stderr = &s.out
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *Server) wait() {
	s.t.Helper()
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

// Kill ends the server with SIGKILL.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// Signal sends any other signal, such as SIGSTOP and SIGCONT.
func (s *Server) Signal(sig syscall.Signal) { _ = s.cmd.Process.Signal(sig) }

func (s *Server) stop() {
	if s.cmd != nil && s.cmd.ProcessState == nil {
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
