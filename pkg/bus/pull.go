package bus

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	idleWait  = time.Second     // an idle pull ends by itself after this, so that a stop never leaves a delivery on its way
	overtaken = 2 * time.Second // for messages that a status has overtaken
	pullBytes = 8 << 20         // of one pull, so that a batch of large messages stays small in memory
)

var errNoConsumer = errors.New("consumer is gone")

// pull asks a consumer for messages and takes what comes, until n are there, the
// server has said that there are no more for now, or expires is over. With now it
// takes what is there, and waits only where there is nothing. The request is always
// read to its end: a delivery that nobody reads would be away until its ack wait.
//
// A status may overtake messages: with several replicas a message is delivered only
// once the others know of it, but a status at once. So a status ends the reading
// only when as many have come as the server says it has sent.
//
// A status of the server is told from a message by having no reply subject: a
// stranger can publish a message that looks like a status.
func (b *Bus) pull(stream, consumer string, n int, expires time.Duration, now bool) ([]*nats.Msg, error) {
	request, err := json.Marshal(map[string]any{"batch": n, "max_bytes": pullBytes, "no_wait": now, "expires": expires})
	if err != nil {
		return nil, err
	}
	inbox, arrivals := b.nc.NewInbox(), make(chan *nats.Msg, n+1)
	sub, err := b.nc.ChanSubscribe(inbox, arrivals)
	if err != nil {
		return nil, err
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := b.nc.PublishRequest("$JS.API.CONSUMER.MSG.NEXT."+stream+"."+consumer, inbox, request); err != nil {
		return nil, err
	}
	lost := b.nc.StatusChanged(nats.RECONNECTING, nats.CLOSED)
	defer b.nc.RemoveStatusListener(lost)
	timer := time.NewTimer(expires + 2*time.Second)
	defer timer.Stop()
	var got []*nats.Msg
	var end error
	for sent := n; len(got) < sent; {
		select {
		case <-timer.C:
			return got, end
		case <-lost:
			return got, nats.ErrDisconnected
		case msg := <-arrivals:
			if msg.Reply != "" {
				got = append(got, msg)
			} else if sent, end = status(msg, n, len(got)); len(got) < sent {
				timer.Reset(overtaken)
			}
		}
	}
	return got, end
}

// status reads the end of a pull of n: how many messages the server has sent, and
// what went wrong, which is nothing for the ends that every pull has.
func status(msg *nats.Msg, n, got int) (int, error) {
	sent := got
	if left, err := strconv.Atoi(msg.Header.Get("Nats-Pending-Messages")); err == nil {
		sent = max(n-left, got)
	}
	switch code, text := msg.Header.Get("Status"), msg.Header.Get("Description"); {
	case code == "503", code == "409" && text == "Consumer Deleted":
		return got, errNoConsumer
	case code == "404", code == "408", code == "409":
		return sent, nil
	default:
		return got, fmt.Errorf("pull answered %s %s", code, text)
	}
}
