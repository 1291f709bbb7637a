package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// openWriter takes the lock, closes what a crash left open and takes up the last segment.
func (a *Archive) openWriter() error {
	if err := os.MkdirAll(a.dir, 0o755); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	var err error
	if a.lock, err = lockWriter(a.dir, a.writer); err != nil {
		return err
	}
	if err := removeTemporary(a.dir, a.writer); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	chain, err := openChain(a.dir, a.writer)
	if err != nil {
		return err
	}
	a.tail = &tail{dir: a.dir, writer: a.writer, number: chain.last, chain: chain}
	names, err := segmentNames(a.dir, a.writer)
	if err != nil {
		return err
	}
	for i, name := range names {
		if err := a.resume(name, i == len(names)-1); err != nil {
			return err
		}
	}
	if a.tail.key, err = ownKey(a.dir, a.writer); err != nil { // made only now: one made before would be taken for the lost one
		return err
	}
	return a.refresh(context.Background())
}

// resume brings one segment of our own into the state in which it would be had
// nothing gone wrong.
func (a *Archive) resume(name string, last bool) error {
	_, n, _ := parseSegment(name)
	a.tail.number = max(a.tail.number, n)
	l, known := a.tail.chain.segments[name]
	switch {
	case known && l.Event == eventExpired:
		return a.deleteSegment(name)
	case known:
		if err := a.finishRewrite(name, l); err != nil {
			return err
		}
		return a.ensureIndex(name)
	}
	if err := a.takeUp(name); err != nil || last || a.tail.file == nil {
		return err
	}
	return a.rotate() // the crash came between two segments
}

// takeUp repairs a segment that was not closed and makes it the one in hand.
func (a *Archive) takeUp(name string) error {
	path := filepath.Join(a.dir, name)
	s, mark, err := a.repair(path)
	if err != nil || s == nil {
		return err
	}
	file, err := a.opts.open(path)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	a.tail.file, a.tail.mark, a.tail.seg = file, mark, s
	a.index.add(s)
	return nil
}

// Expire deletes the segments of this writer that were closed more than twice
// Options.Keep ago, and answers how many. The manifest keeps a line of each.
func (a *Archive) Expire(ctx context.Context) (int, error) {
	if a.opts.Keep <= 0 {
		return 0, nil
	}
	deleted := 0
	err := a.between(ctx, func() error {
		for name, l := range a.tail.chain.segments {
			closed, err := time.Parse(time.RFC3339, l.Time)
			if err != nil || l.Event == eventExpired || time.Since(closed) <= 2*a.opts.Keep {
				continue
			}
			l.Event, l.Body, l.Reason = eventExpired, "", ""
			if err := errors.Join(a.tail.chain.append(l), a.deleteSegment(name)); err != nil {
				return err
			}
			deleted++
		}
		return nil
	})
	return deleted, err
}

func (a *Archive) deleteSegment(name string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.index.forget(name)
	for _, file := range []string{indexName(name), rewrittenName(name), name} {
		if err := os.Remove(filepath.Join(a.dir, file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("archive: %w", err)
		}
	}
	return syncDir(a.dir)
}
