package bus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Errors of the dead letters.
var (
	ErrNoLetter = errors.New("no such dead letter")
	ErrNoReturn = errors.New("dead letter came from no stream and cannot be sent back")
)

// Headers of a stored dead letter. The message's own are kept beside them, marked.
const (
	deadReason   = "Dead-Reason"
	deadStage    = "Dead-Stage"
	deadPlace    = "Dead-Place"
	deadAttempts = "Dead-Attempts"
	deadFirst    = "Dead-First"
	deadLast     = "Dead-Last"
	deadFrom     = "Dead-Stream"
	deadOrigin   = "Dead-Seq"
	deadSubject  = "Dead-Subject"
	deadCut      = "Dead-Cut"
	deadKept     = "Was-"
)

const maxReason = 2 << 10 // bytes

// DeadLetter is a message that no retry could help, with all that is known of why.
type DeadLetter struct {
	Number   uint64            `json:"number"` // its sequence among the dead letters, by which it is shown, retried and dropped
	Reason   string            `json:"reason"`
	Stage    string            `json:"stage"`           // the durable that gave up on it
	Place    string            `json:"place,omitempty"` // file:line where the error arose
	Attempts int               `json:"attempts"`
	First    time.Time         `json:"first"`            // when the message was first published
	Last     time.Time         `json:"last"`             // when it was given up
	Stream   string            `json:"stream,omitempty"` // "" where it never was in a stream
	Seq      uint64            `json:"seq,omitempty"`
	Subject  string            `json:"subject,omitempty"`
	ID       string            `json:"id,omitempty"` // the message id
	Header   map[string]string `json:"header,omitempty"`
	Data     []byte            `json:"data"`
	Cut      int               `json:"cut,omitempty"` // bytes that did not fit, 0 where the message is whole

	place uint64 // its place in the stream when it was given up
}

// letter is what the worker knows of a message it gives up on.
func (w *worker) letter(d Delivery, r Result) DeadLetter {
	return DeadLetter{Reason: reason(r.Err).Error(), Stage: w.c.Durable, Place: orElse(r.Place, placeOf(r.Err)), Attempts: d.Attempts,
		First: d.Time, Last: time.Now().UTC(), Stream: d.Stream, Seq: d.Origin, Subject: d.Subject, ID: d.ID, Header: d.Header, Data: d.Data, place: d.Seq}
}

// Bury stores a dead letter and waits for its receipt. A stage may bury what never
// was a message; with Stream set to one that the stage reads, and the message that
// would make it try again, the letter can be sent back like any other. The same
// letter with the same Last is stored once.
func (b *Bus) Bury(ctx context.Context, l DeadLetter) (Receipt, error) {
	if !plainName(l.Stage) {
		return Receipt{}, fmt.Errorf("dead letter of stage %q, expected a name of letters, digits, - and _", l.Stage)
	}
	if l.Last.IsZero() {
		l.Last = time.Now().UTC()
	}
	if l.First.IsZero() {
		l.First = l.Last
	}
	msg := l.wire()
	if room := int(b.nc.MaxPayload()) - (wireSize(msg) - len(l.Data)) - 1024; len(l.Data) > room {
		msg.Header[deadCut] = []string{strconv.Itoa(len(l.Data) - max(room, 0))}
		msg.Data = l.Data[:max(room, 0)]
	}
	return b.send(ctx, msg)
}

func (l DeadLetter) wire() *nats.Msg {
	id := fmt.Sprintf("%s.%s.%d.%d", l.Stage, l.Stream, l.place, l.First.UnixNano())
	if l.place == 0 { // buried by hand, not off a stream
		id = fmt.Sprintf("%s.%s.%s.%d", l.Stage, l.Subject, l.ID, l.Last.UnixNano())
	}
	h := nats.Header{nats.MsgIdHdr: {id}}
	for k, v := range l.Header {
		h[deadKept+k] = []string{v}
	}
	set := func(k, v string) {
		if v != "" {
			h[k] = []string{v}
		}
	}
	set(deadKept+nats.MsgIdHdr, l.ID)
	set(deadReason, cutReason(l.Reason))
	set(deadStage, l.Stage)
	set(deadPlace, l.Place)
	set(deadAttempts, strconv.Itoa(l.Attempts))
	set(deadFirst, l.First.Format(time.RFC3339Nano))
	set(deadLast, l.Last.Format(time.RFC3339Nano))
	set(deadFrom, l.Stream)
	set(deadOrigin, strconv.FormatUint(l.Seq, 10))
	set(deadSubject, l.Subject)
	return &nats.Msg{Subject: deadPrefix + l.Stage, Header: h, Data: l.Data}
}

func cutReason(s string) string {
	if len(s) > maxReason {
		s = strings.ToValidUTF8(s[:maxReason], "") + " …"
	}
	return strings.Join(strings.Fields(s), " ")
}

func unearth(number uint64, header nats.Header, data []byte) DeadLetter {
	l := DeadLetter{Number: number, Reason: header.Get(deadReason), Stage: header.Get(deadStage), Place: header.Get(deadPlace),
		Stream: header.Get(deadFrom), Subject: header.Get(deadSubject), ID: header.Get(deadKept + nats.MsgIdHdr), Data: data, Header: map[string]string{}}
	l.Attempts, _ = strconv.Atoi(header.Get(deadAttempts)) // what a stranger wrote there counts as zero
	l.Cut, _ = strconv.Atoi(header.Get(deadCut))
	l.Seq, _ = strconv.ParseUint(header.Get(deadOrigin), 10, 64)
	l.First, _ = time.Parse(time.RFC3339Nano, header.Get(deadFirst))
	l.Last, _ = time.Parse(time.RFC3339Nano, header.Get(deadLast))
	for k, v := range header {
		if name, kept := strings.CutPrefix(k, deadKept); kept && name != nats.MsgIdHdr && len(v) > 0 {
			l.Header[name] = v[0]
		}
	}
	return l
}

// DeadLetters lists up to n dead letters from a number on, oldest first, all where n is 0.
func (b *Bus) DeadLetters(ctx context.Context, from uint64, n int) ([]DeadLetter, error) {
	var letters []DeadLetter
	err := b.Replay(ctx, DeadStream, from, func(d Delivery) (bool, error) {
		letters = append(letters, unearth(d.Seq, d.raw.Header, d.Data))
		return n <= 0 || len(letters) < n, nil
	})
	return letters, err
}

// DeadLetter reads one, or answers ErrNoLetter.
func (b *Bus) DeadLetter(ctx context.Context, number uint64) (*DeadLetter, error) {
	stream, err := b.stream(ctx, DeadStream)
	if err != nil {
		return nil, fmt.Errorf("dead letters: %w", err)
	}
	raw, err := stream.GetMsg(ctx, number)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, fmt.Errorf("%w: %d", ErrNoLetter, number)
	}
	if err != nil {
		return nil, fmt.Errorf("dead letter %d: %w", number, err)
	}
	l := unearth(number, raw.Header, raw.Data)
	return &l, nil
}

// RetryDead sends a dead letter back to the stage that gave up on it, and to no
// other reader of that stream, as a new message; then it drops the letter. It is safe
// to repeat.
func (b *Bus) RetryDead(ctx context.Context, number uint64) error {
	l, err := b.DeadLetter(ctx, number)
	if err != nil {
		return err
	}
	switch {
	case l.Stream == "":
		return fmt.Errorf("%w: %d", ErrNoReturn, number)
	case l.Cut > 0:
		return fmt.Errorf("dead letter %d lacks %d bytes that did not fit and cannot be sent back", number, l.Cut)
	}
	msg := &nats.Msg{Subject: retryPrefix + l.Stream + "." + l.Stage, Header: nats.Header{}, Data: l.Data}
	for k, v := range l.Header {
		msg.Header[k] = []string{v}
	}
	msg.Header[nats.MsgIdHdr] = []string{fmt.Sprintf("retry.%d.%d", number, l.Last.UnixNano())}
	msg.Header[HeaderRetry] = []string{strconv.FormatUint(number, 10)}
	msg.Header[headerRetrySubject] = []string{l.Subject}
	msg.Header[headerRetrySeq] = []string{strconv.FormatUint(l.Seq, 10)}
	msg.Header[headerRetryFirst] = []string{l.First.Format(time.RFC3339Nano)}
	if _, err := b.send(ctx, msg, jetstream.WithExpectStream(l.Stream)); err != nil {
		return fmt.Errorf("send dead letter %d back: %w", number, err)
	}
	return b.DropDead(ctx, number)
}

// DropDead removes a dead letter for good, or answers ErrNoLetter.
func (b *Bus) DropDead(ctx context.Context, number uint64) error {
	stream, err := b.stream(ctx, DeadStream)
	if err != nil {
		return fmt.Errorf("dead letters: %w", err)
	}
	return drop(ctx, stream, number)
}

// DropDeadWhere removes for good every dead letter that there is at the start and for
// which drops answers true. It answers with how many it removed, even beside an error.
func (b *Bus) DropDeadWhere(ctx context.Context, drops func(DeadLetter) bool) (int, error) {
	var numbers []uint64
	err := b.Replay(ctx, DeadStream, 0, func(d Delivery) (bool, error) {
		if drops(unearth(d.Seq, d.raw.Header, d.Data)) {
			numbers = append(numbers, d.Seq)
		}
		return true, nil
	})
	if err != nil {
		return 0, err
	}
	stream, err := b.stream(ctx, DeadStream)
	if err != nil {
		return 0, fmt.Errorf("dead letters: %w", err)
	}
	dropped := 0
	for _, number := range numbers {
		err := drop(ctx, stream, number)
		switch {
		case err == nil:
			dropped++
		case !errors.Is(err, ErrNoLetter): // else somebody else was quicker
			return dropped, err
		}
	}
	return dropped, nil
}

func drop(ctx context.Context, stream jetstream.Stream, number uint64) error {
	err := stream.DeleteMsg(ctx, number)
	if err != nil && strings.Contains(err.Error(), "no message found") { // the client keeps only the words of the server's answer
		return fmt.Errorf("%w: %d", ErrNoLetter, number)
	}
	if err != nil {
		return fmt.Errorf("drop dead letter %d: %w", number, err)
	}
	return nil
}

// DeadCount is the number of dead letters.
func (b *Bus) DeadCount(ctx context.Context) (int, error) {
	stream, err := b.stream(ctx, DeadStream)
	if err != nil {
		return 0, fmt.Errorf("dead letters: %w", err)
	}
	return int(stream.CachedInfo().State.Msgs), nil
}
