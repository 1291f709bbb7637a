package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	replayBatch = 256
	tailForgets = time.Minute // the server drops a reader that has been silent for this long
)

// tail reads a stream in strict order without acknowledging anything. It notices
// deliveries lost on the way by the numbers the server gives them, and reads those
// again.
type tail struct {
	bus       *Bus
	stream    string
	filters   []string
	next      uint64 // the lowest sequence not read yet
	name      string // of the server's side of it, "" where it must be made
	delivered uint64 // deliveries of that one so far
}

// open makes the server's side and answers with how many messages wait.
func (t *tail) open(ctx context.Context) (uint64, error) {
	var c jetstream.Consumer
	err := t.bus.ask(ctx, func(ctx context.Context) (err error) {
		c, err = t.bus.js.CreateConsumer(ctx, t.stream, jetstream.ConsumerConfig{
			AckPolicy: jetstream.AckNonePolicy, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: max(t.next, 1),
			FilterSubjects: t.filters, MemoryStorage: true, Replicas: 1, InactiveThreshold: tailForgets, MaxDeliver: 1,
		})
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("read stream %s: %w", t.stream, err)
	}
	info := c.CachedInfo()
	t.name, t.delivered = info.Name, 0
	return info.NumPending, nil
}

func (t *tail) close() {
	if t.name == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = t.bus.js.DeleteConsumer(ctx, t.stream, t.name) // else it is forgotten by itself
	t.name = ""
}

// read takes up to n messages, waiting up to idle for the first and linger for a
// full batch. No messages and no error means that there are none now.
func (t *tail) read(ctx context.Context, n int, idle, linger time.Duration) ([]Delivery, error) {
	if t.name == "" {
		if _, err := t.open(ctx); err != nil {
			return nil, err
		}
	}
	msgs, err := t.bus.pull(t.stream, t.name, n, idle, true)
	if missing := n - len(msgs); err == nil && len(msgs) > 0 && missing > 0 && linger > 0 && ctx.Err() == nil {
		more, moreErr := t.bus.pull(t.stream, t.name, missing, linger, false)
		msgs, err = append(msgs, more...), moreErr
	}
	var batch []Delivery
	for _, msg := range msgs {
		d, badErr := received(msg)
		if badErr != nil {
			return batch, badErr
		}
		meta, badErr := msg.Metadata()
		if badErr != nil {
			return batch, badErr
		}
		if meta.Sequence.Consumer != t.delivered+1 {
			t.close() // some were lost: what follows is read again from next
			return batch, nil
		}
		t.delivered, t.next = meta.Sequence.Consumer, d.Seq+1
		batch = append(batch, d)
	}
	if err != nil {
		if errors.Is(err, errNoConsumer) {
			t.name = ""
		}
		return batch, err
	}
	return batch, nil
}

// Replay reads a stream from a sequence on to what is its end at the start, without
// acknowledging anything, until do answers false or an error. Dead letters that were
// sent back are among the messages; Delivery.For tells them.
func (b *Bus) Replay(ctx context.Context, stream string, from uint64, do func(Delivery) (bool, error)) error {
	s, err := b.stream(ctx, stream)
	if err != nil {
		return fmt.Errorf("read stream %s: %w", stream, err)
	}
	end := s.CachedInfo().State.LastSeq
	t := &tail{bus: b, stream: stream, next: max(from, 1)}
	defer t.close()
	for failures := 0; t.next <= end; {
		batch, err := t.read(ctx, replayBatch, 0, 0)
		for _, d := range batch {
			if d.Seq > end {
				return nil
			}
			more, err := do(d)
			if err != nil || !more {
				return err
			}
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			failures++
			if failures > 5 || !sleep(ctx, backOff(failures, 100*time.Millisecond, 5*time.Second)) {
				return err
			}
		case len(batch) == 0:
			waiting, err := t.waiting(ctx)
			if err != nil || waiting == 0 {
				return err
			}
		default:
			failures = 0
		}
	}
	return nil
}

// waiting opens the reader anew and answers with how many messages it has still to read.
func (t *tail) waiting(ctx context.Context) (uint64, error) {
	t.close()
	return t.open(ctx)
}

// LastSeq is the sequence of the newest message that a stream has ever had, whether
// it still has it or not, and 0 where there was none.
func (b *Bus) LastSeq(ctx context.Context, stream string) (uint64, error) {
	s, err := b.stream(ctx, stream)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", stream, err)
	}
	return s.CachedInfo().State.LastSeq, nil
}

// Last reads the newest message of a stream on a subject, wildcards allowed, or nil
// where there is none. Dead letters that were sent back do not count, unless the
// subject is empty, which stands for every message of the stream.
func (b *Bus) Last(ctx context.Context, stream, subject string) (*Delivery, error) {
	s, err := b.stream(ctx, stream)
	if err != nil {
		return nil, fmt.Errorf("read stream %s: %w", stream, err)
	}
	if subject == "" {
		subject = ">"
	}
	var raw *jetstream.RawStreamMsg
	err = b.ask(ctx, func(ctx context.Context) (err error) { raw, err = s.GetLastMsgForSubject(ctx, subject); return err })
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("newest message of stream %s on %s: %w", stream, subject, err)
	}
	d := Delivery{Subject: raw.Subject, Data: raw.Data, Stream: stream, Seq: raw.Sequence, Attempts: 1, Time: raw.Time.UTC()}
	d.read(raw.Header)
	return &d, nil
}
