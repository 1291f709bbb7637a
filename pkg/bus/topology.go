package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Names that Declare adds to every topology.
const (
	DeadStream     = "DEAD"      // the stream of the dead letters
	PositionBucket = "positions" // how far ordered consumers have read
	retryPrefix    = "retry."    // retry.<stream>.<durable>: dead letters sent back to one consumer
	deadPrefix     = "dead."     // dead.<stage>
)

const (
	minDuplicates = 10 * time.Minute
	defaultBytes  = 256 << 20
	bucketBytes   = 64 << 20
)

// Topology is everything that must exist on the server before the first message.
type Topology struct {
	Streams   []Stream
	Buckets   []Bucket
	Consumers []Consumer // made at once, so that the janitor waits for readers that have not started yet
	DeadBytes int64      // limit of the dead letters, 256 MiB where zero
}

// Stream is one arrow of the flow.
type Stream struct {
	Name       string
	Subjects   []string
	MaxBytes   int64         // 256 MiB where zero; a full stream refuses, it never deletes
	Keep       time.Duration // replay window: the janitor leaves messages younger than this while the stream is less than half full
	Duplicates time.Duration // how long a message id is remembered, 10 minutes where less
	Aside      bool          // its filling does not stop the collector, because no item goes through it
}

// Bucket is one KV bucket.
type Bucket struct {
	Name     string
	MaxBytes int64         // 64 MiB where zero
	History  int           // revisions kept a key, 1 where zero
	Forget   time.Duration // a value not written for so long is forgotten, never where zero
}

func (s Stream) duplicates() time.Duration { return max(s.Duplicates, minDuplicates) }

// Declare makes the streams, buckets and consumers that are missing and changes
// those that differ, in ways that never drop a message: a stream that could only be
// changed by losing data is ErrIncompatible, with what stands in the way. A cluster
// that is not ready yet is waited for until ctx ends.
func (b *Bus) Declare(ctx context.Context, t Topology) error {
	var all []jetstream.StreamConfig
	for _, s := range t.Streams {
		all = append(all, s.config(b.cfg.replicas()))
	}
	all = append(all, deadConfig(t.DeadBytes, b.cfg.replicas()))
	for _, bucket := range append(slices.Clone(t.Buckets), Bucket{Name: PositionBucket}) {
		all = append(all, bucket.config(b.cfg.replicas()))
	}
	for _, want := range all {
		if err := b.patient(ctx, func(ctx context.Context) error { return b.declareStream(ctx, want) }); err != nil {
			return err
		}
	}
	for _, c := range t.Consumers {
		if err := b.patient(ctx, func(ctx context.Context) error { return b.declareConsumer(ctx, c) }); err != nil {
			return err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.topology = t
	return nil
}

// patient tries until it works, cannot ever work, or ctx ends.
func (b *Bus) patient(ctx context.Context, do func(context.Context) error) error {
	for attempt := 1; ; attempt++ {
		err := b.ask(ctx, do)
		if err == nil || settingsError(err) {
			return err
		}
		b.log.Warn("waiting for the bus to be ready", "attempt", attempt, "err", err)
		if !sleep(ctx, backOff(attempt, firstDelay, 10*time.Second)) {
			return errors.Join(ctx.Err(), err)
		}
	}
}

func (b *Bus) declared() Topology {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.topology
}

func (s Stream) config(replicas int) jetstream.StreamConfig {
	c := storedConfig(s.Name, append(slices.Clone(s.Subjects), retryPrefix+s.Name+".*"), s.MaxBytes, replicas)
	c.Duplicates = s.duplicates()
	c.DenyDelete = true // single messages stay; the janitor purges from the front
	return c
}

func deadConfig(bytes int64, replicas int) jetstream.StreamConfig {
	c := storedConfig(DeadStream, []string{deadPrefix + "*"}, bytes, replicas)
	c.Duplicates = minDuplicates
	return c
}

// config is a KV bucket as the clients know it, except that reads go to the leader,
// so that a value just written is the value read.
func (k Bucket) config(replicas int) jetstream.StreamConfig {
	bytes := k.MaxBytes
	if bytes <= 0 {
		bytes = bucketBytes
	}
	c := storedConfig("KV_"+k.Name, []string{"$KV." + k.Name + ".>"}, bytes, replicas)
	c.MaxMsgsPerSubject = int64(max(k.History, 1))
	c.AllowRollup = true
	c.AllowMsgTTL = true // for the marks that deleted keys leave, and for nothing else
	c.DenyDelete = true
	c.Duplicates = 2 * time.Minute
	c.MaxAge = k.Forget
	return c
}

func storedConfig(name string, subjects []string, bytes int64, replicas int) jetstream.StreamConfig {
	if bytes <= 0 {
		bytes = defaultBytes
	}
	return jetstream.StreamConfig{
		Name: name, Subjects: subjects, MaxBytes: bytes, Replicas: replicas,
		Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew,
		MaxMsgs: -1, MaxMsgsPerSubject: -1, MaxMsgSize: -1, MaxConsumers: -1,
	}
}

// declareStream makes the stream, or changes it to what is wanted. Another process
// may be doing the same at the same time.
func (b *Bus) declareStream(ctx context.Context, want jetstream.StreamConfig) error {
	have, err := b.stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		_, err = b.js.CreateStream(ctx, want)
		if err == nil {
			b.log.Info("stream made", "stream", want.Name, "replicas", want.Replicas, "limit", want.MaxBytes)
			return nil
		}
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			have, err = b.stream(ctx, want.Name)
		}
	}
	if err != nil {
		return fmt.Errorf("declare stream %s: %w", want.Name, err)
	}
	old := have.CachedInfo().Config
	if err := compatible(old, &want); err != nil {
		return fmt.Errorf("stream %s: %w: %w", want.Name, ErrIncompatible, err)
	}
	if same(old, want) {
		return nil
	}
	if _, err := b.js.UpdateStream(ctx, want); err != nil {
		return fmt.Errorf("change stream %s: %w", want.Name, err)
	}
	b.log.Info("stream changed", "stream", want.Name, "replicas", want.Replicas, "limit", want.MaxBytes, "subjects", want.Subjects)
	return nil
}

// compatible finds what no update can mend, and keeps in want what an update would lose data by.
func compatible(old jetstream.StreamConfig, want *jetstream.StreamConfig) error {
	switch {
	case old.Storage != jetstream.FileStorage:
		return fmt.Errorf("it is stored in memory, expected files; copy what it holds and delete it")
	case old.Retention != jetstream.LimitsPolicy:
		return fmt.Errorf("its retention is %s, expected limits; copy what it holds and delete it", old.Retention)
	case old.DenyPurge && !want.DenyPurge:
		return errors.New("it denies purges, so that the janitor could never free space")
	case old.DenyDelete && !want.DenyDelete:
		return errors.New("it denies deletes, so that dead letters could never be dropped")
	case old.Sealed:
		return errors.New("it is sealed")
	case old.Mirror != nil || len(old.Sources) > 0:
		return errors.New("it is fed by another stream")
	case old.PersistMode != jetstream.DefaultPersistMode:
		return errors.New("its persist mode is async, which acknowledges before the disk has the message")
	}
	want.AllowMsgTTL = want.AllowMsgTTL || old.AllowMsgTTL
	want.AllowMsgSchedules, want.AllowMsgCounter = old.AllowMsgSchedules, old.AllowMsgCounter
	if old.MaxMsgsPerSubject > want.MaxMsgsPerSubject && want.MaxMsgsPerSubject > 0 {
		want.MaxMsgsPerSubject = old.MaxMsgsPerSubject
	}
	want.Description, want.Metadata, want.Placement, want.Compression = old.Description, old.Metadata, old.Placement, old.Compression
	return nil
}

// same compares the settings that Declare cares for.
func same(old, want jetstream.StreamConfig) bool {
	return slices.Equal(old.Subjects, want.Subjects) && old.MaxBytes == want.MaxBytes && old.Replicas == want.Replicas &&
		old.Discard == want.Discard && !old.DiscardNewPerSubject && old.MaxMsgs == want.MaxMsgs && old.MaxMsgsPerSubject == want.MaxMsgsPerSubject &&
		old.MaxMsgSize == want.MaxMsgSize && old.MaxAge == want.MaxAge && old.MaxConsumers == want.MaxConsumers && old.Duplicates == want.Duplicates &&
		old.DenyDelete == want.DenyDelete && old.AllowRollup == want.AllowRollup && old.AllowDirect == want.AllowDirect &&
		old.AllowMsgTTL == want.AllowMsgTTL && !old.NoAck && !old.AllowAtomicPublish
}
