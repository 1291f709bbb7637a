package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// FullAt is the share of its limit at which a stream counts as full, so that the
// collector stops before anything is refused.
const FullAt = 0.9

const (
	oldestServer = "2.12.5" // before it, messages could be lost when a consumer gave up on them
	fullFor      = time.Second
	deadGrowth   = time.Hour
)

// Fsync says whether the server writes to the disk before it acknowledges.
type Fsync string

const (
	FsyncAlways  Fsync = "always"
	FsyncLate    Fsync = "late" // acknowledged messages are lost when the machine loses power
	FsyncUnknown Fsync = "unknown"
)

// Health is what can be known of the bus at this moment.
type Health struct {
	Connected bool             `json:"connected"`
	Server    string           `json:"server"` // its name
	Version   string           `json:"version"`
	Cluster   string           `json:"cluster,omitempty"`
	Fsync     Fsync            `json:"fsync"`
	Replicas  int              `json:"replicas"` // as configured
	Streams   []StreamHealth   `json:"streams"`
	Consumers []ConsumerHealth `json:"consumers"`
	Dead      DeadHealth       `json:"dead"`
	Warnings  []string         `json:"warnings"` // sentences for a person, each naming what to change
	Faults    []string         `json:"faults"`   // those of the warnings that put stored messages at risk
}

// StreamHealth is one declared stream.
type StreamHealth struct {
	Name     string  `json:"name"`
	Messages uint64  `json:"messages"`
	Bytes    uint64  `json:"bytes"`
	Limit    int64   `json:"limit"` // bytes
	Share    float64 `json:"share"` // of the limit, 0 to 1
	First    uint64  `json:"first"`
	Last     uint64  `json:"last"`
	Replicas int     `json:"replicas"`
	Current  int     `json:"current"` // replicas that are up to date

	Since time.Time     `json:"since,omitzero"` // when the oldest message was stored, zero where there is none
	Keep  time.Duration `json:"keep"`           // how far back messages should reach, in nanoseconds
}

// ConsumerHealth is one durable.
type ConsumerHealth struct {
	Stream      string `json:"stream"`
	Durable     string `json:"durable"`
	Lag         uint64 `json:"lag"`         // messages never handed out yet; for an ordered one, messages past its position
	InFlight    int    `json:"in_flight"`   // handed out and not settled
	Redelivered int    `json:"redelivered"` // of those, handed out before
	Floor       uint64 `json:"floor"`       // everything up to here is dealt with
	Ordered     bool   `json:"ordered"`
}

// DeadHealth is the state of the dead letters.
type DeadHealth struct {
	Count int     `json:"count"`
	Bytes uint64  `json:"bytes"`
	Grown int     `json:"grown"` // during the last hour
	Share float64 `json:"share"` // of the limit, 0 to 1
}

// Health asks the server for everything it can know. It answers with what it has
// even beside an error.
func (b *Bus) Health(ctx context.Context) (Health, error) {
	h := Health{Connected: b.nc.IsConnected(), Server: b.nc.ConnectedServerName(), Version: b.nc.ConnectedServerVersion(),
		Cluster: b.nc.ConnectedClusterName(), Replicas: b.cfg.replicas(), Fsync: FsyncUnknown}
	if !h.Connected {
		h.Warnings = append(h.Warnings, "not connected to the bus at "+b.cfg.where())
		return h, errors.New("not connected to the bus")
	}
	var errs []error
	for _, s := range b.declared().Streams {
		errs = append(errs, b.streamHealth(ctx, s, &h))
	}
	errs = append(errs, b.orderedHealth(ctx, &h), b.deadHealth(ctx, &h))
	fsync, err := b.fsync(ctx)
	h.Fsync = fsync
	errs = append(errs, err)
	h.warn()
	return h, errors.Join(errs...)
}

func (b *Bus) streamHealth(ctx context.Context, s Stream, h *Health) error {
	stream, err := b.stream(ctx, s.Name)
	if err != nil {
		return fmt.Errorf("stream %s: %w", s.Name, err)
	}
	one := shareOf(stream.CachedInfo())
	one.Keep = s.Keep
	h.Streams = append(h.Streams, one)
	list := stream.ListConsumers(ctx)
	for info := range list.Info() {
		if info.Config.Durable != "" {
			h.Consumers = append(h.Consumers, ConsumerHealth{Stream: s.Name, Durable: info.Config.Durable, Lag: info.NumPending,
				InFlight: info.NumAckPending, Redelivered: info.NumRedelivered, Floor: info.AckFloor.Stream})
		}
	}
	return list.Err()
}

func shareOf(info *jetstream.StreamInfo) StreamHealth {
	s := StreamHealth{Name: info.Config.Name, Messages: info.State.Msgs, Bytes: info.State.Bytes, Limit: info.Config.MaxBytes,
		First: info.State.FirstSeq, Last: info.State.LastSeq, Replicas: info.Config.Replicas, Current: 1}
	if s.Messages > 0 {
		s.Since = info.State.FirstTime.UTC()
	}
	if s.Limit > 0 {
		s.Share = float64(s.Bytes) / float64(s.Limit)
	}
	if info.Cluster != nil {
		for _, peer := range info.Cluster.Replicas {
			if peer.Current {
				s.Current++
			}
		}
	}
	return s
}

// short reports whether messages reach less far back than they should because there
// is no room for them. Nobody notes what the janitor has purged: a stream that is about
// half full, has lost its beginning and is clearly younger than its Keep was cut short.
func (s StreamHealth) short(now time.Time) bool {
	return s.First > 1 && s.Share > 0.8*roomyAt && !s.Since.IsZero() && now.Sub(s.Since) < s.Keep-s.Keep/10
}

func (b *Bus) orderedHealth(ctx context.Context, h *Health) error {
	positions, err := b.positions(ctx)
	for _, s := range h.Streams {
		for durable, p := range positions[s.Name] {
			h.Consumers = append(h.Consumers, ConsumerHealth{Stream: s.Name, Durable: durable, Lag: s.Last - min(p.Seq, s.Last), Floor: p.Seq, Ordered: true})
		}
	}
	return err
}

func (b *Bus) deadHealth(ctx context.Context, h *Health) error {
	stream, err := b.stream(ctx, DeadStream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("dead letters: %w", err)
	}
	s := shareOf(stream.CachedInfo())
	h.Dead = DeadHealth{Count: int(s.Messages), Bytes: s.Bytes, Share: s.Share}
	if s.Messages == 0 {
		return nil
	}
	first, err := firstSince(ctx, stream, time.Now().Add(-deadGrowth))
	if err != nil {
		return fmt.Errorf("dead letters: %w", err)
	}
	h.Dead.Grown = int(min(s.Last+1-first, s.Messages))
	return nil
}

// fsync asks the embedded server, or the monitoring pages where they are configured.
func (b *Bus) fsync(ctx context.Context) (Fsync, error) {
	if one, ok := b.cfg.InProcess.(interface{ SyncAlways() bool }); ok {
		if one.SyncAlways() {
			return FsyncAlways, nil
		}
		return FsyncLate, nil
	}
	answer := FsyncUnknown
	for _, page := range b.cfg.Monitor {
		always, err := varz(ctx, page)
		if err != nil {
			return FsyncUnknown, err
		}
		if !always {
			return FsyncLate, nil
		}
		answer = FsyncAlways
	}
	return answer, nil
}

// varz reads one server's monitoring page, which names the setting only where it is on.
func varz(ctx context.Context, page string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(page, "/")+"/varz", nil)
	if err != nil {
		return false, fmt.Errorf("monitoring page: %w", err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return false, fmt.Errorf("monitoring page: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	var v struct {
		JetStream struct {
			Config struct {
				SyncAlways bool `json:"sync_always"`
			} `json:"config"`
		} `json:"jetstream"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, 1<<20)).Decode(&v); err != nil {
		return false, fmt.Errorf("monitoring page %s: %w", page, err)
	}
	return v.JetStream.Config.SyncAlways, nil
}

// warn puts into words what a person must do.
func (h *Health) warn() {
	say := func(format string, args ...any) { h.Warnings = append(h.Warnings, fmt.Sprintf(format, args...)) }
	fault := func(format string, args ...any) {
		say(format, args...)
		h.Faults = append(h.Faults, h.Warnings[len(h.Warnings)-1])
	}
	switch h.Fsync {
	case FsyncLate:
		fault("the server acknowledges before the disk has the message: set sync_interval to always in the jetstream block of its configuration")
	case FsyncUnknown:
		say("whether the server writes to the disk before it acknowledges is not known: give the address of its monitoring page")
	}
	if older(h.Version, oldestServer) {
		fault("the server has version %s, expected %s or newer", h.Version, oldestServer)
	}
	for _, s := range h.Streams {
		switch {
		case s.Replicas < h.Replicas:
			fault("stream %s has %d copies, %d are configured", s.Name, s.Replicas, h.Replicas)
		case s.Current < s.Replicas:
			fault("stream %s has %d of %d copies up to date", s.Name, s.Current, s.Replicas)
		}
		if s.Share > FullAt {
			say("stream %s is %.0f %% full: its readers are behind, or its limit is too low", s.Name, 100*s.Share)
		}
		if s.short(time.Now()) {
			say("stream %s has messages only since %s, not for the last %s: its limit is too low", s.Name, s.Since.Format(time.RFC3339), s.Keep)
		}
	}
	if h.Dead.Grown > 0 {
		say("%d dead letters more in the last hour, %d in all", h.Dead.Grown, h.Dead.Count)
	}
	if h.Dead.Share > FullAt {
		say("the dead letters are %.0f %% full: retry or drop some", 100*h.Dead.Share)
	}
}

// older compares versions by their numbers; what is no number counts as 0.
func older(version, than string) bool {
	a, b := strings.Split(version, "."), strings.Split(than, ".")
	for i := range b {
		var x, y int
		if i < len(a) {
			x, _ = strconv.Atoi(strings.SplitN(a[i], "-", 2)[0])
		}
		y, _ = strconv.Atoi(b[i])
		if x != y {
			return x < y
		}
	}
	return false
}

// fullness is the last answer of Full.
type fullness struct {
	at   time.Time
	full bool
	why  string
}

// Full reports whether a stream is so full that no new work should be begun, and
// which. Streams that stand aside and the dead letters do not count: where the dead
// letters are full, bad messages stay in their stream, which then counts for them. It
// asks the server at most once a second.
func (b *Bus) Full(ctx context.Context) (bool, string) {
	b.mu.Lock()
	last := b.fullness
	b.mu.Unlock()
	if time.Since(last.at) < fullFor {
		return last.full, last.why
	}
	now := fullness{at: time.Now()}
	now.full, now.why = b.askFull(ctx)
	b.mu.Lock()
	b.fullness = now
	b.mu.Unlock()
	return now.full, now.why
}

func (b *Bus) askFull(ctx context.Context) (bool, string) {
	if !b.nc.IsConnected() {
		return true, "the bus is away"
	}
	for _, s := range b.declared().Streams {
		if s.Aside {
			continue
		}
		stream, err := b.stream(ctx, s.Name)
		if err != nil {
			return true, fmt.Sprintf("stream %s cannot be read: %v", s.Name, err)
		}
		if share := shareOf(stream.CachedInfo()).Share; share > FullAt {
			return true, fmt.Sprintf("stream %s is %.0f %% full", s.Name, 100*share)
		}
	}
	account, err := b.js.AccountInfo(ctx)
	if err != nil {
		return true, fmt.Sprintf("the bus does not answer: %v", err)
	}
	if limit := account.Limits.MaxStore; limit > 0 && float64(account.Store) > FullAt*float64(limit) {
		return true, "the server's store is full"
	}
	return false, ""
}
