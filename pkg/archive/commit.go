package archive

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// put is one record on its way to disk.
type put struct {
	rec    Record
	hash   Hash
	self   origin // of the response record, where it is one
	member []byte
	again  bool // member is a revisit record
	result chan error
}

// task is other work for the committer, done between two batches.
type task struct {
	do     func() error
	result chan error
}

// tail is the segment that grows. Only the committer touches it.
type tail struct {
	dir, writer string
	number      int         // of the segment in hand, or of the last one
	file        segmentFile // nil where no segment is in hand
	seg         *segment
	mark        []byte // of the segment in hand
	key         key
	chain       *chain
	failed      error // after a failed fsync nothing more is promised
}

// prepare packs rec in the caller's goroutine, so that packing is not what the
// committer waits for.
func (a *Archive) prepare(rec Record) (*put, error) {
	p := &put{
		rec: rec, hash: hashOf(rec.Body), result: make(chan error, 1),
		self: origin{id: newID(), url: headerText(rec.URL), date: rec.Fetched.UTC().Format(warcTime)},
	}
	first, ok := a.storedOrigin(p.hash, rec.Fetched)
	var err error
	if p.again = ok; ok {
		p.member, err = a.revisitMember(rec, p.hash, first)
	} else {
		p.member, err = a.responseMember(rec, p.hash, p.self)
	}
	return p, err
}

// storedOrigin names the durable response with this hash that a capture fetched
// then may refer to. One that cannot be read any more, or may expire before the
// capture, counts as not there: the bytes are then stored again.
func (a *Archive) storedOrigin(hash Hash, then time.Time) (origin, bool) {
	at, ok, err := a.lookup(hash, true)
	if err != nil || !ok {
		return origin{}, false
	}
	w, err := readMemberAt(a.dir, at, false)
	if err != nil {
		a.log.Error("archived record cannot be read; its bytes are stored again", "segment", at.segment, "offset", at.offset, "error", err)
		return origin{}, false
	}
	o := w.origin()
	if a.opts.Keep > 0 {
		if fetched, ok := o.fetched(); !ok || then.Sub(fetched) > a.opts.Keep {
			return origin{}, false
		}
	}
	return o, true
}

// commitLoop writes what has queued up, fsyncs once, answers everybody, and turns
// to what has queued up meanwhile.
func (a *Archive) commitLoop() {
	defer close(a.done)
	for {
		select {
		case first, ok := <-a.queue:
			if !ok {
				return
			}
			batch := a.admit(a.gather(first))
			if len(batch) == 0 {
				continue
			}
			err := a.commit(batch)
			for _, p := range batch {
				p.result <- err
			}
		case t := <-a.tasks:
			t.result <- t.do()
		}
	}
}

func (a *Archive) gather(first *put) []*put {
	batch, size := []*put{first}, len(first.member)
	for size < maxBatch {
		select {
		case p, ok := <-a.queue:
			if !ok {
				return batch
			}
			batch, size = append(batch, p), size+len(p.member)
		default:
			return batch
		}
	}
	return batch
}

// between has the committer do something between two batches.
func (a *Archive) between(ctx context.Context, do func() error) error {
	if a.writer == "" {
		return ErrReadOnly
	}
	t := &task{do: do, result: make(chan error, 1)}
	if err := send(ctx, a, a.tasks, t); err != nil {
		return err
	}
	return <-t.result
}

func send[T any](ctx context.Context, a *Archive, to chan<- T, what T) error {
	a.closing.RLock()
	defer a.closing.RUnlock()
	if a.closed {
		return ErrClosed
	}
	select {
	case to <- what:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// commit makes a batch durable: all of it, or nothing that counts.
func (a *Archive) commit(batch []*put) error {
	t := a.tail
	if t.failed != nil {
		return t.failed
	}
	if err := a.ready(); err != nil {
		return err
	}
	bytes, places, err := a.assemble(batch)
	if err != nil {
		return err
	}
	start := t.seg.covered
	if _, err := t.file.WriteAt(bytes, start); err != nil {
		if e := t.file.Truncate(start); e != nil {
			t.failed = fmt.Errorf("archive: segment %s cannot be written: %w", t.seg.name, errors.Join(err, e))
		}
		return fmt.Errorf("archive: write segment %s: %w", t.seg.name, err)
	}
	if err := t.file.Sync(); err != nil {
		t.failed = fmt.Errorf("archive: fsync of segment %s failed, nothing more is written until it is opened anew: %w", t.seg.name, err)
		return t.failed
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for hash, offset := range places {
		t.seg.fresh[hash] = offset
	}
	t.seg.covered = start + int64(len(bytes))
	a.index.add(t.seg)
	a.stats.Records += int64(len(places))
	a.stats.Revisits += int64(len(batch) - len(places))
	a.stats.Bytes += int64(len(bytes))
	a.stats.Syncs++
	return nil
}

// assemble strings the members together. A body that became known since its
// record was packed, be it earlier in the same batch, turns into a revisit.
func (a *Archive) assemble(batch []*put) ([]byte, map[Hash]int64, error) {
	var bytes []byte
	if a.tail.seg.covered == 0 {
		info, err := a.infoMember(a.tail.seg.name, time.Now())
		if err != nil {
			return nil, nil, err
		}
		bytes = appendMarked(bytes, info, a.tail.mark)
	}
	places, firsts := map[Hash]int64{}, map[Hash]origin{}
	for _, p := range batch {
		if !p.again {
			first, known := firsts[p.hash]
			if !known {
				first, known = a.storedOrigin(p.hash, p.rec.Fetched)
			}
			if known {
				member, err := a.revisitMember(p.rec, p.hash, first)
				if err != nil {
					return nil, nil, err
				}
				p.member, p.again = member, true
			} else {
				places[p.hash], firsts[p.hash] = a.tail.seg.covered+int64(len(bytes)), p.self
			}
		}
		bytes = appendMarked(bytes, p.member, a.tail.mark)
	}
	return bytes, places, nil
}

// ready sees to it that there is a segment with room.
func (a *Archive) ready() error {
	t := a.tail
	if t.file != nil && t.seg.covered >= a.opts.SegmentBytes {
		if err := a.rotate(); err != nil {
			return err
		}
	}
	if t.file != nil {
		return nil
	}
	name := segmentName(t.writer, t.number+1)
	file, err := a.opts.open(filepath.Join(t.dir, name))
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if err := syncDir(t.dir); err != nil {
		return errors.Join(err, file.Close())
	}
	t.number++
	t.file, t.mark, t.seg = file, t.key.mark(name), &segment{name: name, own: true, fresh: map[Hash]int64{}}
	return nil
}

// rotate closes the segment in hand: its index file, its line in the manifest.
func (a *Archive) rotate() error {
	t := a.tail
	entries := sortedEntries(t.seg.fresh)
	if err := writeIndex(t.dir, t.seg.name, t.seg.covered, entries); err != nil {
		return err
	}
	sum, err := fileHash(filepath.Join(t.dir, t.seg.name), t.seg.covered)
	if err != nil {
		return err
	}
	if err := t.chain.append(link{Event: eventClosed, Segment: t.seg.name, Bytes: t.seg.covered, SHA256: sum}); err != nil {
		return err
	}
	a.mu.Lock()
	a.index.merge(a.index.settle(t.seg, entries))
	a.mu.Unlock()
	err = t.file.Close()
	t.file, t.seg = nil, nil
	a.log.Info("archive segment closed", "segment", segmentName(t.writer, t.number), "records", len(entries), "chain", t.chain.head)
	return err
}

// close saves the index of the segment in hand, which the next Open takes up.
func (t *tail) close() error {
	if t.file == nil {
		return nil
	}
	var err error
	if t.failed == nil {
		err = writeIndex(t.dir, t.seg.name, t.seg.covered, sortedEntries(t.seg.fresh))
	}
	return errors.Join(err, t.file.Close())
}
