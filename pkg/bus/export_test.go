package bus

import (
	"time"

	"github.com/nats-io/nats.go"
)

// Raw is the connection, for what a stranger might do.
func (b *Bus) Raw() *nats.Conn { return b.nc }

// SetYoung replaces the age below which the janitor leaves messages, which is at least ten minutes.
func SetYoung(b *Bus, age time.Duration) { b.young = func(Stream) time.Duration { return age } }
