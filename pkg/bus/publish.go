package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Message is what a stage says. Its ID makes a second publish of the same message harmless.
type Message struct {
	ID      string // the same for the same thing said by the same stage
	Subject string
	Header  map[string]string
	Data    []byte
}

// Receipt is the server's word that a message is on its disks.
type Receipt struct {
	Stream    string
	Seq       uint64
	Duplicate bool // the message id was there already, at Seq
}

// Publish stores one message and waits for the receipt. Every error means that the
// message may or may not be stored: try again with the same ID.
func (b *Bus) Publish(ctx context.Context, m Message) (Receipt, error) {
	msg, err := m.wire()
	if err != nil {
		return Receipt{}, err
	}
	return b.send(ctx, msg)
}

// PublishAll stores messages side by side, in their order where none fails, and
// waits for every receipt. The errors are nil where all are stored; else there is
// one place a message, nil for those that are stored.
func (b *Bus) PublishAll(ctx context.Context, messages []Message) ([]Receipt, []error) {
	receipts, errs := make([]Receipt, len(messages)), make([]error, len(messages))
	sent := make([]jetstream.PubAckFuture, len(messages))
	for i, m := range messages {
		msg, err := m.wire()
		if err == nil && ctx.Err() != nil {
			err = ctx.Err()
		}
		if err == nil {
			sent[i], err = b.js.PublishMsgAsync(msg, jetstream.WithStallWait(storedWithin))
		}
		errs[i] = publishError(m.Subject, err)
	}
	failed := false
	for i, future := range sent {
		if errs[i] == nil {
			receipts[i], errs[i] = await(ctx, messages[i].Subject, future)
		}
		failed = failed || errs[i] != nil
	}
	if !failed {
		return receipts, nil
	}
	return receipts, errs
}

func await(ctx context.Context, subject string, future jetstream.PubAckFuture) (Receipt, error) {
	select {
	case ack := <-future.Ok():
		return Receipt{Stream: ack.Stream, Seq: ack.Sequence, Duplicate: ack.Duplicate}, nil
	case err := <-future.Err():
		return Receipt{}, publishError(subject, err)
	case <-ctx.Done():
		return Receipt{}, publishError(subject, ctx.Err())
	}
}

// PublishAfter stores a message only where last is the sequence of the newest
// message in the stream, and answers ErrFenced where somebody else has written
// since. Dead letters that were sent back into the stream do not count as somebody
// else. A message that was stored although its receipt was lost is found again and
// answered as Duplicate.
func (b *Bus) PublishAfter(ctx context.Context, m Message, last uint64) (Receipt, error) {
	msg, err := m.wire()
	if err != nil {
		return Receipt{}, err
	}
	for {
		r, err := b.send(ctx, msg, jetstream.WithExpectLastSequence(last))
		if !errors.Is(err, ErrFenced) {
			return r, err
		}
		found, next, lookErr := b.since(ctx, m, last)
		switch {
		case lookErr != nil:
			return Receipt{}, lookErr
		case found != nil:
			return *found, nil
		case next <= last:
			return Receipt{}, err
		}
		last = next
	}
}

// PublishAllAfter stores messages in their order, each only right after the one
// before it, the first right after last: PublishAfter for a batch, with the receipts
// awaited together. It answers with the receipts of those at the front that are
// stored, and with an error where that is not all of them.
func (b *Bus) PublishAllAfter(ctx context.Context, messages []Message, last uint64) ([]Receipt, error) {
	receipts, err := b.chain(ctx, messages, last)
	for errors.Is(err, ErrFenced) && len(receipts) < len(messages) { // one by one, which finds out why
		for _, r := range receipts {
			last = max(last, r.Seq) // a duplicate may stand far back
		}
		var r Receipt
		if r, err = b.PublishAfter(ctx, messages[len(receipts)], last); err != nil {
			return receipts, err
		}
		if receipts = append(receipts, r); len(receipts) < len(messages) {
			err = ErrFenced // what followed was refused with it
		}
	}
	return receipts, err
}

// chain sends messages without waiting, each on the condition that it comes right
// after the one before. A sequence alone would not do: where one message is refused
// because a stranger's took its place, the next would be let in after the stranger's.
func (b *Bus) chain(ctx context.Context, messages []Message, last uint64) ([]Receipt, error) {
	var sent []jetstream.PubAckFuture
	var failed error
	for i, m := range messages {
		msg, err := m.wire()
		if err != nil {
			failed = err
			break
		}
		options := []jetstream.PublishOpt{jetstream.WithExpectLastSequence(last + uint64(i)), jetstream.WithStallWait(storedWithin)}
		if i > 0 {
			options = append(options, jetstream.WithExpectLastMsgID(messages[i-1].ID))
		}
		future, err := b.js.PublishMsgAsync(msg, options...)
		if err != nil {
			failed = publishError(m.Subject, err)
			break
		}
		sent = append(sent, future)
	}
	receipts := make([]Receipt, 0, len(messages))
	for i, future := range sent { // all are awaited, so that none is under way when the caller tries again
		r, err := await(ctx, messages[i].Subject, future)
		switch {
		case len(receipts) < i:
		case err != nil:
			failed = err
		default:
			receipts = append(receipts, r)
		}
	}
	return receipts, failed
}

// since looks at what stands after last. It answers with the message itself where
// it is there, with a higher sequence where there is nothing but dead letters sent
// back, and with neither where another writer was at work. What was purged counts
// as dead letters: of another writer's messages the janitor would have left the newest.
func (b *Bus) since(ctx context.Context, m Message, last uint64) (*Receipt, uint64, error) {
	name, err := b.js.StreamNameBySubject(ctx, m.Subject)
	if err != nil {
		return nil, 0, publishError(m.Subject, err)
	}
	stream, err := b.stream(ctx, name)
	if err != nil {
		return nil, 0, publishError(m.Subject, err)
	}
	end := stream.CachedInfo().State.LastSeq
	for seq := last + 1; seq <= end; seq++ {
		raw, err := stream.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(">")) // the first there is from seq on
		switch {
		case errors.Is(err, jetstream.ErrMsgNotFound):
			return nil, end, nil
		case err != nil:
			return nil, 0, publishError(m.Subject, err)
		case raw.Header.Get(nats.MsgIdHdr) == m.ID:
			return &Receipt{Stream: name, Seq: raw.Sequence, Duplicate: true}, 0, nil
		case !strings.HasPrefix(raw.Subject, retryPrefix):
			return nil, 0, nil
		}
		seq = raw.Sequence
	}
	return nil, end, nil
}

// send goes the asynchronous way, whose answer is an error as soon as the connection is lost.
func (b *Bus) send(ctx context.Context, msg *nats.Msg, options ...jetstream.PublishOpt) (Receipt, error) {
	future, err := b.js.PublishMsgAsync(msg, append(options, jetstream.WithStallWait(storedWithin))...)
	if err != nil {
		return Receipt{}, publishError(msg.Subject, err)
	}
	return await(ctx, msg.Subject, future)
}

// wire checks a message and gives it the form it travels in.
func (m Message) wire() (*nats.Msg, error) {
	switch {
	case m.ID == "":
		return nil, fmt.Errorf("message to %s has no id, which would make a second publish a second message", m.Subject)
	case m.Subject == "" || strings.ContainsAny(m.Subject, " \t\r\n*>"):
		return nil, fmt.Errorf("message %s has subject %q, expected words joined by dots", m.ID, m.Subject)
	}
	msg := &nats.Msg{Subject: m.Subject, Header: nats.Header{nats.MsgIdHdr: {m.ID}}, Data: m.Data}
	for k, v := range m.Header {
		if k == "" || strings.HasPrefix(strings.ToLower(k), "nats-") || strings.ContainsAny(k, " :\r\n") {
			return nil, fmt.Errorf("message %s has header %q, expected a plain name that is not one of the server's", m.ID, k)
		}
		msg.Header[k] = []string{v}
	}
	if size := wireSize(msg); size > MaxMessage {
		return nil, fmt.Errorf("message %s to %s: %w: %d bytes, at most %d", m.ID, m.Subject, ErrTooLarge, size, MaxMessage)
	}
	return msg, nil
}

func wireSize(msg *nats.Msg) int {
	size := len(msg.Data)
	for k, values := range msg.Header {
		for _, v := range values {
			size += len(k) + len(v) + len(": \r\n")
		}
	}
	return size
}

// publishError gives the errors names. The server answers a full stream, a full disk
// and a per-subject limit with one code, so its words decide between them; none of
// them ever means that the message is stored.
func publishError(subject string, err error) error {
	if err == nil {
		return nil
	}
	var api *jetstream.APIError
	if errors.As(err, &api) {
		switch {
		case wrongSequence(err):
			err = fmt.Errorf("%w: %w", ErrFenced, err)
		case strings.Contains(api.Description, "maximum bytes"), strings.Contains(api.Description, "resource"):
			err = fmt.Errorf("%w: %w", ErrFull, err)
		}
	}
	return fmt.Errorf("publish to %s: %w", subject, err)
}

// wrongSequence: the constant form of the error is what a server answers inside a replicated proposal.
func wrongSequence(err error) bool {
	const wrongLastID, constantForm = 10070, 10164
	var api *jetstream.APIError
	return errors.As(err, &api) &&
		(api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == wrongLastID || api.ErrorCode == constantForm)
}
