// Package embed runs the NATS server inside this process, for the one-machine form:
// no listener, so that nothing but this process can reach it; every append on the
// disk before it is acknowledged; the store in the data directory and bounded. One
// process at a time has a data directory.
package embed

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// ErrInUse says that another process has the data directory.
var ErrInUse = errors.New("data directory is in use by another process")

const (
	defaultStore = 8 << 30
	memoryStore  = 64 << 20 // for the readers' side of streams; messages are never kept in memory only
	readyWithin  = 2 * time.Minute
)

// Config says where the messages go.
type Config struct {
	Dir      string // the data directory; the server uses the folder bus inside it
	MaxStore int64  // bytes, 8 GiB where zero; the limits of all streams together must fit
	Log      *slog.Logger
}

// Server is a running server.
type Server struct {
	server *server.Server
	lock   *os.File
}

// Start opens the store and runs the server. It answers ErrInUse where another
// process has the directory.
func Start(c Config) (*Server, error) {
	dir := filepath.Join(c.Dir, "bus")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("bus store: %w", err)
	}
	lock, err := acquire(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	s, err := start(c, dir)
	if err != nil {
		_ = lock.Close()
		return nil, err
	}
	return &Server{server: s, lock: lock}, nil
}

func start(c Config, dir string) (*server.Server, error) {
	if c.MaxStore <= 0 {
		c.MaxStore = defaultStore
	}
	s, err := server.NewServer(&server.Options{
		ServerName: "sarhad", DontListen: true, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: dir, SyncAlways: true, JetStreamMaxStore: c.MaxStore, JetStreamMaxMemory: memoryStore,
		DisableJetStreamBanner: true,
	})
	if err != nil {
		return nil, fmt.Errorf("embedded bus: %w", err)
	}
	if c.Log != nil {
		s.SetLoggerV2(logger{c.Log}, false, false, false)
	}
	s.Start()
	if !s.ReadyForConnections(readyWithin) || !s.JetStreamEnabled() {
		s.Shutdown()
		s.WaitForShutdown()
		return nil, fmt.Errorf("embedded bus: the store in %s did not open; see the log", dir)
	}
	return s, nil
}

// acquire takes the lock that goes away with the process however it ends. The file
// says who has it.
func acquire(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock of the bus store: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(path)
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: %s is locked by process %s", ErrInUse, path, strings.TrimSpace(string(holder)))
		}
		return nil, fmt.Errorf("lock of the bus store: %w", err)
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt([]byte(fmt.Sprintf("%d\n", os.Getpid())), 0)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock of the bus store: %w", err)
	}
	return f, nil
}

// InProcessConn is a connection to the server that needs no network.
func (s *Server) InProcessConn() (net.Conn, error) { return s.server.InProcessConn() }

// SyncAlways reports that every append is on the disk before it is acknowledged.
func (s *Server) SyncAlways() bool {
	config := s.server.JetStreamConfig()
	return config != nil && config.SyncAlways
}

// Shutdown stops the server, waits until it has written everything, and frees the directory.
func (s *Server) Shutdown() {
	s.server.Shutdown()
	s.server.WaitForShutdown()
	_ = s.lock.Close()
}

// logger passes what the server has to say to ours. Its notices are about itself.
type logger struct{ log *slog.Logger }

func (l logger) Noticef(format string, v ...any) { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l logger) Debugf(format string, v ...any)  { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l logger) Tracef(format string, v ...any)  { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l logger) Warnf(format string, v ...any)   { l.log.Warn(fmt.Sprintf(format, v...)) }
func (l logger) Errorf(format string, v ...any)  { l.log.Error(fmt.Sprintf(format, v...)) }
func (l logger) Fatalf(format string, v ...any)  { l.log.Error(fmt.Sprintf(format, v...)) }
