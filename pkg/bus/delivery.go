package bus

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// HeaderRetry is on a message that was sent back from the dead letters; its value
// is the number of that dead letter.
const HeaderRetry = "Sarhad-Retry"

const (
	headerRetrySubject = "Sarhad-Retry-Subject" // where it was first published
	headerRetrySeq     = "Sarhad-Retry-Seq"     // the sequence it first had
	headerRetryFirst   = "Sarhad-Retry-First"   // when it was first published
)

// Delivery is a message as a handler gets it.
type Delivery struct {
	ID       string // the message id, "" where a stranger published it without one
	Subject  string
	Header   map[string]string // without the server's own
	Data     []byte
	Stream   string
	Seq      uint64    // its place in the stream
	Origin   uint64    // the place it first had: Seq, unless it came back from the dead letters
	For      string    // the only durable it is meant for, "" for all
	Attempts int       // deliveries, 1 at the first
	Time     time.Time // when it was first published

	raw *nats.Msg
}

// Verdict says what became of a message.
type Verdict int

const (
	Again Verdict = iota // try again after a delay; counts as an attempt
	Done                 // dealt with: acknowledge
	Bad                  // no retry can help: dead letter
	Hold                 // the world is at fault, not the message: keep it in hand, try again soon, count nothing
)

// Result is a handler's answer for one delivery.
type Result struct {
	Verdict Verdict
	Err     error         // the reason, for every verdict but Done
	Delay   time.Duration // before the next attempt; computed where zero
	Place   string        // file:line where the error arose; taken from Err where empty and Err knows
}

// placed is an error that knows where it arose.
type placed struct {
	error
	place string
}

func (p placed) Unwrap() error { return p.error }
func (p placed) Place() string { return p.place }

// Here notes in err the line that calls Here, for the dead letter. It keeps an older note.
func Here(err error) error {
	if err == nil || placeOf(err) != "" {
		return err
	}
	_, file, line, ok := runtime.Caller(1)
	if !ok {
		return err
	}
	return placed{err, place(file, line)}
}

// placeOf finds the innermost note of where an error arose, made by Here or by any
// error with a method Place() string.
func placeOf(err error) string {
	found := ""
	for err != nil {
		if p, ok := err.(interface{ Place() string }); ok && p.Place() != "" {
			found = p.Place()
		}
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			err = e.Unwrap()
		case interface{ Unwrap() []error }:
			for _, one := range e.Unwrap() {
				if p := placeOf(one); p != "" {
					return p
				}
			}
			return found
		default:
			return found
		}
	}
	return found
}

// place names a line by its folder and file, so that it says the same on every machine.
func place(file string, line int) string {
	parts := strings.Split(file, "/")
	return strings.Join(parts[max(len(parts)-2, 0):], "/") + ":" + strconv.Itoa(line)
}

// panicPlace finds the line that panicked. It must be called from the deferred function that recovers.
func panicPlace() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	panicking := false
	for {
		frame, more := frames.Next()
		switch {
		case strings.HasPrefix(frame.Function, "runtime."):
			panicking = panicking || frame.Function == "runtime.gopanic"
		case panicking:
			return place(frame.File, frame.Line)
		}
		if !more {
			return ""
		}
	}
}

// received reads what came off a stream. A message with unreadable headers is still a message.
func received(msg *nats.Msg) (Delivery, error) {
	meta, err := msg.Metadata()
	if err != nil {
		return Delivery{}, fmt.Errorf("message on %s is not from a stream: %w", msg.Subject, err)
	}
	d := Delivery{Subject: msg.Subject, Data: msg.Data, Stream: meta.Stream, Seq: meta.Sequence.Stream,
		Attempts: int(meta.NumDelivered), Time: meta.Timestamp.UTC(), raw: msg}
	d.read(msg.Header)
	return d, nil
}

// read takes over the headers, and for a dead letter sent back what it was at first.
func (d *Delivery) read(header nats.Header) {
	d.ID, d.Origin = header.Get(nats.MsgIdHdr), d.Seq
	d.Header = make(map[string]string, len(header))
	for k, v := range header {
		if len(v) > 0 && !strings.HasPrefix(k, "Nats-") {
			d.Header[k] = v[0]
		}
	}
	back, found := strings.CutPrefix(d.Subject, retryPrefix+d.Stream+".")
	if !found {
		return
	}
	d.For = back
	if s := d.Header[headerRetrySubject]; s != "" {
		d.Subject = s
	}
	if seq, err := strconv.ParseUint(d.Header[headerRetrySeq], 10, 64); err == nil {
		d.Origin = seq
	}
	if at, err := time.Parse(time.RFC3339Nano, d.Header[headerRetryFirst]); err == nil {
		d.Time = at
	}
	delete(d.Header, headerRetrySubject)
	delete(d.Header, headerRetrySeq)
	delete(d.Header, headerRetryFirst)
}
