package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Janitor frees space in the declared streams, once every so often, until ctx ends,
// and then returns nil. It is safe to run in several processes.
func (b *Bus) Janitor(ctx context.Context, every time.Duration) error {
	for {
		if err := b.Sweep(ctx); err != nil && ctx.Err() == nil {
			b.log.Warn("streams could not be swept, trying again later", "err", err)
		}
		if !sleep(ctx, every) {
			return nil
		}
	}
}

// roomyAt is the share of its limit above which a stream no longer keeps messages for
// their age, long before it is full and the collector has to stop.
const roomyAt = 0.5

// Sweep purges each declared stream below what all its readers have dealt with, and
// leaves what is younger than the stream's Keep or than its memory of message ids:
// a server that restarts remembers only the ids of messages it still has. Keep is a
// wish: where a stream is more than half full, the oldest go until it is about half
// full, but never what is unread or in that memory. The newest
// message on the stream's own subjects stays in any case, because a single writer
// finds in it where it stopped. A stream
// that nobody reads is left alone, and so is one with a declared reader that has never run.
func (b *Bus) Sweep(ctx context.Context) error {
	var errs []error
	t := b.declared()
	for _, s := range t.Streams {
		if err := b.sweep(ctx, s, t.Consumers); err != nil {
			errs = append(errs, fmt.Errorf("stream %s: %w", s.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (b *Bus) sweep(ctx context.Context, s Stream, readers []Consumer) error {
	stream, err := b.stream(ctx, s.Name)
	if err != nil {
		return err
	}
	state := stream.CachedInfo().State
	floor, err := b.floor(ctx, stream, readers)
	if err != nil || state.Msgs == 0 || floor < state.FirstSeq {
		return err
	}
	before, err := b.freed(ctx, stream, s, floor)
	if err != nil || before <= state.FirstSeq {
		return err
	}
	if err := stream.Purge(ctx, jetstream.WithPurgeSequence(before)); err != nil {
		return err
	}
	b.log.Debug("stream swept", "stream", s.Name, "from", state.FirstSeq, "to", before-1)
	return nil
}

// freed is the sequence of the first message that is to stay, where all up to floor is dealt with.
func (b *Bus) freed(ctx context.Context, stream jetstream.Stream, s Stream, floor uint64) (uint64, error) {
	now, memory := time.Now(), b.memory(s)
	newest, err := newestOf(ctx, stream, s.Subjects)
	if err != nil {
		return 0, err
	}
	wished, err := firstSince(ctx, stream, now.Add(-max(s.Keep, memory)))
	if err != nil {
		return 0, err
	}
	most := min(floor+1, newest)
	before, roomy := min(most, wished), roomyFrom(stream.CachedInfo())
	if before == most || roomy <= before {
		return before, nil
	}
	remembered, err := firstSince(ctx, stream, now.Add(-memory))
	if err != nil {
		return 0, err
	}
	return max(before, min(most, remembered, roomy)), nil
}

// roomyFrom is the sequence from which on messages fill about half of what a stream
// may hold, reckoned by their mean size: what it errs by is made good by later sweeps.
func roomyFrom(stream *jetstream.StreamInfo) uint64 {
	state, room := stream.State, roomyAt*float64(stream.Config.MaxBytes)
	if stream.Config.MaxBytes <= 0 || float64(state.Bytes) <= room {
		return state.FirstSeq
	}
	return state.FirstSeq + uint64(math.Ceil(float64(state.Msgs)*(1-room/float64(state.Bytes))))
}

// floor is the sequence up to which every reader has dealt with every message, 0 where one has not begun.
func (b *Bus) floor(ctx context.Context, stream jetstream.Stream, readers []Consumer) (uint64, error) {
	name, last := stream.CachedInfo().Config.Name, stream.CachedInfo().State.LastSeq
	floors := map[string]uint64{}
	for _, c := range readers {
		if c.Stream == name {
			floors[c.Durable] = 0
		}
	}
	list := stream.ListConsumers(ctx)
	for info := range list.Info() {
		switch {
		case info.Config.Durable == "":
		case info.NumPending == 0 && info.NumAckPending == 0:
			floors[info.Config.Durable] = last // its filter may let little through, so that its own floor stands still
		default:
			floors[info.Config.Durable] = info.AckFloor.Stream
		}
	}
	if err := list.Err(); err != nil {
		return 0, err
	}
	positions, err := b.positions(ctx)
	if err != nil {
		return 0, err
	}
	for durable, p := range positions[name] {
		if floors[durable] = 0; p.holds(stream.CachedInfo()) {
			floors[durable] = p.Seq
		}
	}
	floor := last
	for _, one := range floors {
		floor = min(floor, one)
	}
	if len(floors) == 0 {
		return 0, nil
	}
	return floor, nil
}

// positions are those of the ordered consumers, by stream and durable.
func (b *Bus) positions(ctx context.Context) (map[string]map[string]position, error) {
	const prefix = "$KV." + PositionBucket + "."
	positions := map[string]map[string]position{}
	bucket, err := b.stream(ctx, "KV_"+PositionBucket)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return positions, nil
	}
	if err != nil {
		return nil, err
	}
	info, err := bucket.Info(ctx, jetstream.WithSubjectFilter(prefix+">"))
	if err != nil {
		return nil, err
	}
	for subject := range info.State.Subjects {
		raw, err := bucket.GetLastMsgForSubject(ctx, subject)
		if err != nil {
			return nil, err
		}
		stream, durable, ok := cutKey(strings.TrimPrefix(subject, prefix))
		var p position
		if err := json.Unmarshal(raw.Data, &p); err != nil || !ok {
			return nil, fmt.Errorf("position %q is not one: %s", subject, raw.Data)
		}
		if positions[stream] == nil {
			positions[stream] = map[string]position{}
		}
		positions[stream][durable] = p
	}
	return positions, nil
}

// newestOf is the sequence of the newest message on any of the subjects, or the
// highest there can be where there is none.
func newestOf(ctx context.Context, stream jetstream.Stream, subjects []string) (uint64, error) {
	newest := uint64(0)
	for _, subject := range subjects {
		raw, err := stream.GetLastMsgForSubject(ctx, subject)
		switch {
		case errors.Is(err, jetstream.ErrMsgNotFound):
		case err != nil:
			return 0, err
		default:
			newest = max(newest, raw.Sequence)
		}
	}
	if newest == 0 {
		return math.MaxUint64, nil
	}
	return newest, nil
}

// firstSince is the sequence of the first message of a stream that is not older than
// at, or one past the last. Sequences and times grow together, so that halving finds
// it, and it takes no right but to read.
func firstSince(ctx context.Context, stream jetstream.Stream, at time.Time) (uint64, error) {
	low, high := stream.CachedInfo().State.FirstSeq, stream.CachedInfo().State.LastSeq+1
	for low < high {
		middle := low + (high-low)/2
		raw, err := stream.GetMsg(ctx, middle, jetstream.WithGetMsgSubject(">")) // the first there is from middle on
		switch {
		case errors.Is(err, jetstream.ErrMsgNotFound):
			high = middle
		case err != nil:
			return 0, err
		case raw.Time.Before(at):
			low = raw.Sequence + 1
		default:
			high = middle
		}
	}
	return low, nil
}
