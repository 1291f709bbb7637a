package safehttp

import (
	"context"
	"sync"
	"time"
)

// Pacer lets callers through to a domain one at a time, with a pause after each,
// in the order they came. A domain takes memory only while it is in use, in its
// pause, or waited for.
type Pacer struct {
	pause time.Duration
	mu    sync.Mutex
	lanes map[string][]chan struct{} // present: in use or in its pause; the value: who waits
}

// NewPacer makes a Pacer that leaves at least pause between the end of one turn
// and the start of the next at the same domain.
func NewPacer(pause time.Duration) *Pacer {
	return &Pacer{pause: pause, lanes: map[string][]chan struct{}{}}
}

// Wait blocks until it is the caller's turn at domain, or ctx ends. The caller
// must call release once done; calling it again does nothing.
func (p *Pacer) Wait(ctx context.Context, domain string) (release func(), err error) {
	return p.WaitPause(ctx, domain, p.pause)
}

// WaitPause is Wait with a pause of its own after this turn, where a site asks for
// a longer one than the Pacer's (Crawl-delay, Retry-After); a shorter one is raised.
func (p *Pacer) WaitPause(ctx context.Context, domain string, pause time.Duration) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	waiting, busy := p.lanes[domain]
	if !busy {
		p.lanes[domain] = nil
		p.mu.Unlock()
		return p.turn(domain, pause), nil
	}
	mine := make(chan struct{})
	p.lanes[domain] = append(waiting, mine)
	p.mu.Unlock()
	select {
	case <-mine:
		return p.turn(domain, pause), nil
	case <-ctx.Done():
		p.leave(domain, mine)
		return nil, ctx.Err()
	}
}

// turn is the release of a turn just begun.
func (p *Pacer) turn(domain string, pause time.Duration) func() {
	return sync.OnceFunc(func() {
		time.AfterFunc(max(pause, p.pause), func() { p.next(domain) })
	})
}

// next hands the domain to who waits longest, or forgets it.
func (p *Pacer) next(domain string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	waiting := p.lanes[domain]
	if len(waiting) == 0 {
		delete(p.lanes, domain)
		return
	}
	close(waiting[0])
	p.lanes[domain] = waiting[1:]
}

// leave takes a caller that gave up out of the queue. Where its turn came at the
// same moment, the turn goes to the next one without a pause: nothing was sent.
func (p *Pacer) leave(domain string, mine chan struct{}) {
	p.mu.Lock()
	waiting := p.lanes[domain]
	for i, w := range waiting {
		if w == mine {
			p.lanes[domain] = append(waiting[:i:i], waiting[i+1:]...)
			p.mu.Unlock()
			return
		}
	}
	p.mu.Unlock()
	p.next(domain)
}
