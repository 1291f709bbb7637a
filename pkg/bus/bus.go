// Package bus is the one way messages go between the stages: NATS JetStream with
// the settings and the habits that make "nothing lost, nothing twice" true. The
// defaults of the server and of its clients lose messages in several quiet ways:
// an acknowledgement before the disk has the bytes, age limits that delete what
// nobody has read, a failed message that no figure shows any more. So streams,
// consumers and dead letters are made here and nowhere else, and a stage sees only
// messages in and verdicts out.
//
// The contract in short. A publish has succeeded when it is answered with a
// Receipt; every error means "try again with the same message id", and only
// Receipt.Duplicate means the message was there already. A consumed message is
// acknowledged, with the server's confirmation, only after the handler has said
// Done or after the whole message has been stored with the dead letters. A
// handler may see a message more than once.
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// MaxMessage is the largest message, headers and data together, in bytes. What is
// larger belongs in the archive, and the message carries its hash.
const MaxMessage = 256 << 10

const (
	answerWithin  = 3 * time.Second // an answer later than this is none: a cluster between two leaders gives none
	storedWithin  = 5 * time.Second // a receipt later than this is an error
	asyncInFlight = 1024            // publishes waiting for their PubAck at once
)

// Errors that callers may test for with errors.Is.
var (
	ErrTooLarge     = errors.New("message too large")
	ErrFull         = errors.New("stream is full")
	ErrFenced       = errors.New("another writer has written to the stream")
	ErrIncompatible = errors.New("stream exists and cannot be changed without losing data")
)

// Provider hands out connections to a server in the same process.
type Provider interface {
	InProcessConn() (net.Conn, error)
}

// Config says where the server is and who we are to it.
type Config struct {
	URL         string   // one address or several with commas; not used with InProcess
	InProcess   Provider // the embedded server, or nil
	Name        string   // shown in the server's list of connections
	User        string   // with Password; replies go to _INBOX.<user>.>
	Password    string   //
	Credentials string   // file with a JWT and its key, instead of User
	CA          string   // file with the authorities that the server's certificate is checked against
	Cert, Key   string   // files of the client's own certificate
	Replicas    int      // copies of every stream, 1 where zero
	Monitor     []string // addresses of the servers' monitoring pages (http://host:8222), to learn whether they fsync
}

// Bus is a connection to the streams. It is safe for use by several goroutines.
type Bus struct {
	nc  *nats.Conn
	js  jetstream.JetStream
	cfg Config
	log *slog.Logger

	link *link

	mu       sync.Mutex
	topology Topology // as last declared
	fullness fullness
	memory   func(Stream) time.Duration // how long the server remembers a message id
}

// Connect waits until the server answers and JetStream is ready, logging what it
// waits for. It gives up when ctx ends, or at once on settings that cannot work.
func Connect(ctx context.Context, cfg Config, log *slog.Logger) (*Bus, error) {
	options, err := cfg.options(log)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		b, err := connect(ctx, cfg, options, log)
		if err == nil {
			return b, nil
		}
		wait := backOff(attempt, 250*time.Millisecond, 10*time.Second)
		log.Warn("waiting for the bus", "server", cfg.where(), "attempt", attempt, "next", wait.Round(time.Millisecond), "err", err)
		if !sleep(ctx, wait) {
			return nil, fmt.Errorf("bus at %s: %w", cfg.where(), errors.Join(ctx.Err(), err))
		}
	}
}

func connect(ctx context.Context, cfg Config, options []nats.Option, log *slog.Logger) (*Bus, error) {
	link := newLink()
	nc, err := nats.Connect(cfg.URL, append(slices.Clone(options), nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
		link.lost()
		log.Warn("bus connection lost", "err", err)
	}))...)
	if err != nil {
		return nil, err
	}
	js, err := jetstream.New(nc, jetstream.WithDefaultTimeout(answerWithin),
		jetstream.WithPublishAsyncTimeout(storedWithin), jetstream.WithPublishAsyncMaxPending(asyncInFlight))
	if err == nil {
		ask, cancel := context.WithTimeout(ctx, answerWithin)
		defer cancel()
		_, err = js.AccountInfo(ask)
	}
	if err != nil {
		nc.Close()
		return nil, err
	}
	return &Bus{nc: nc, js: js, cfg: cfg, log: log, link: link, memory: Stream.duplicates}, nil
}

// Connected reports whether there is a connection at this moment.
func (b *Bus) Connected() bool { return b.nc.IsConnected() }

// Close ends the connection after what was written has been sent.
func (b *Bus) Close() {
	b.nc.SetDisconnectErrHandler(nil)  // this end of the connection is meant
	_ = b.nc.FlushTimeout(time.Second) // a server that is away must not hold up the stop
	b.nc.Close()
}

func (c Config) where() string {
	if c.InProcess != nil {
		return "this process"
	}
	return c.URL
}

func (c Config) replicas() int { return max(c.Replicas, 1) }

func (c Config) options(log *slog.Logger) ([]nats.Option, error) {
	options := []nats.Option{
		nats.Name(c.Name),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250 * time.Millisecond),
		nats.ReconnectJitter(250*time.Millisecond, time.Second),
		nats.ReconnectBufSize(-1), // a publish while disconnected fails at once, and its caller decides
		nats.PingInterval(10 * time.Second),
		nats.MaxPingsOutstanding(2),
		nats.Timeout(5 * time.Second),
		nats.IgnoreAuthErrorAbort(),
		nats.ReconnectHandler(func(nc *nats.Conn) { log.Info("bus connection is back", "server", nc.ConnectedUrlRedacted()) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { log.Warn("bus", "err", err) }),
	}
	if c.InProcess != nil {
		return append(options, nats.InProcessServer(c.InProcess)), nil
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.User != "" {
		options = append(options, nats.UserInfo(c.User, c.Password), nats.CustomInboxPrefix("_INBOX."+c.User))
	}
	if c.Credentials != "" {
		options = append(options, nats.UserCredentials(c.Credentials))
	}
	if c.CA != "" {
		options = append(options, nats.RootCAs(c.CA))
	}
	if c.Cert != "" {
		options = append(options, nats.ClientCert(c.Cert, c.Key))
	}
	return options, nil
}

// check finds what waiting cannot mend.
func (c Config) check() error {
	for _, one := range strings.Split(c.URL, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		if err != nil || u.Host == "" {
			return fmt.Errorf("bus address %q, expected nats://host:port", one)
		}
	}
	switch {
	case strings.ContainsAny(c.User, " .*>\t\r\n"):
		return fmt.Errorf("bus user %q, expected a name without dots, blanks and wildcards", c.User)
	case c.User != "" && c.Credentials != "":
		return errors.New("bus user and credentials file are both set, expected one of them")
	case (c.Cert == "") != (c.Key == ""):
		return errors.New("bus certificate and its key go together, expected both or neither")
	}
	return nil
}
