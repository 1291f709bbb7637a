package bus

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// Raw is the connection, for what a stranger might do.
func (b *Bus) Raw() *nats.Conn { return b.nc }

// SetMemory replaces the time for which the janitor thinks that message ids are remembered, which is at least ten minutes.
func SetMemory(b *Bus, age time.Duration) { b.memory = func(Stream) time.Duration { return age } }

// RawConnect connects past every check, and passes on what the server refuses.
func RawConnect(t *testing.T, address, user, password string, refused chan<- error) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(address, nats.UserInfo(user, password), nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err }))
	if err != nil {
		t.Fatal(err)
	}
	return nc
}
