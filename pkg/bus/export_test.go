package bus

import "github.com/nats-io/nats.go"

// Raw is the connection, for what a stranger might do.
func (b *Bus) Raw() *nats.Conn { return b.nc }
