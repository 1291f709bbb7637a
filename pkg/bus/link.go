package bus

import (
	"context"
	"errors"
	"sync"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// link knows whether the connection over which a question went is still the same:
// no answer comes over one that was lost, and waiting for it would only take time.
type link struct {
	mu   sync.Mutex
	live context.Context
	cut  context.CancelFunc
}

func newLink() *link {
	l := &link{}
	l.live, l.cut = context.WithCancel(context.Background())
	return l
}

func (l *link) lost() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut()
	l.live, l.cut = context.WithCancel(context.Background())
}

func (l *link) context() context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.live
}

// ask bounds a question to the server by time and by the life of the connection.
func (b *Bus) ask(ctx context.Context, question func(context.Context) error) error {
	within, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	defer context.AfterFunc(b.link.context(), cancel)()
	err := question(within)
	if errors.Is(err, context.Canceled) && ctx.Err() == nil {
		return nats.ErrDisconnected
	}
	return err
}

// stream asks for a stream and its state.
func (b *Bus) stream(ctx context.Context, name string) (s jetstream.Stream, err error) {
	err = b.ask(ctx, func(ctx context.Context) error {
		s, err = b.js.Stream(ctx, name)
		return err
	})
	return s, err
}
