package archive

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
)

func hashOf(b []byte) Hash { return sha256.Sum256(b) }

// into notes the place of each response in places.
func into(places map[Hash]int64) func(at, end int64, rec *warcRecord) error {
	return func(at, _ int64, rec *warcRecord) error {
		if hash, ok := rec.payloadHash(); ok && rec.kind() == "response" {
			places[hash] = at
		}
		return nil
	}
}

// repair reads a segment of our own that was not closed, and the mark of its
// records. What stands behind its last whole record was never promised to anybody
// and is cut off; damage with whole records behind it is left for Verify to
// report, and stepped over. A segment of which nothing can be told is set aside.
func (a *Archive) repair(path string) (*segment, []byte, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("archive: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("archive: %w", err)
	}
	s := &segment{name: filepath.Base(path), own: true, fresh: map[Hash]int64{}}
	if covered, entries, ok := readIndex(a.dir, s.name, info.Size()); ok {
		s.covered = covered
		for _, e := range entries {
			s.fresh[e.hash] = e.offset
		}
	}
	mark := a.markOf(f, s.name)
	if len(mark) == 0 {
		aside := path + ".damaged"
		a.log.Error("archive segment has lost its beginning and its writer's key; set aside", "file", aside)
		return nil, nil, errors.Join(os.Rename(path, aside), syncDir(a.dir))
	}
	s.covered, _, err = a.walk(f, s.covered, info.Size(), headersOnly, into(s.fresh), a.logDamage(s.name))
	if err != nil || s.covered == info.Size() {
		return s, mark, err
	}
	a.log.Warn("archive segment ends in a record that was never finished; cut off", "segment", s.name, "bytes", info.Size()-s.covered)
	return s, mark, errors.Join(f.Truncate(s.covered), f.Sync())
}

// ensureIndex rebuilds the index file of a closed segment where it is gone or unsound.
func (a *Archive) ensureIndex(name string) error {
	info, err := os.Stat(filepath.Join(a.dir, name))
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if covered, _, ok := readIndex(a.dir, name, info.Size()); ok && covered == info.Size() {
		return nil
	}
	entries, err := a.buildIndex(name)
	if err == nil {
		a.log.Warn("archive index rebuilt", "segment", name, "records", len(entries))
	}
	return err
}

// buildIndex reads a closed segment and writes its index file.
func (a *Archive) buildIndex(name string) ([]entry, error) {
	f, size, err := openAt(a.dir, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	places := map[Hash]int64{}
	if _, _, err := a.walk(f, 0, size, headersOnly, into(places), a.logDamage(name)); err != nil {
		return nil, err
	}
	entries := sortedEntries(places)
	return entries, writeIndex(a.dir, name, size, entries)
}

// distrust forgets what is known of a segment of another writer that is not as
// it was; the next refresh reads it anew.
func (a *Archive) distrust(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.index.segments[name]; s != nil && !s.own {
		a.index.forget(name)
	}
}

// refresh takes in what other writers have written since, and forgets what has
// been taken away.
func (a *Archive) refresh(ctx context.Context) error {
	a.refreshing.Lock()
	defer a.refreshing.Unlock()
	names, err := segmentNames(a.dir, "")
	if err != nil {
		return err
	}
	present := make(map[string]bool, len(names))
	var keys []slot
	for i, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		present[name] = true
		last := i == len(names)-1 || !sameWriter(name, names[i+1])
		more, err := a.refreshSegment(name, last)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("archive: %w", err)
		}
		keys = append(keys, more...)
	}
	manifests, err := filepath.Glob(filepath.Join(a.dir, manifestName("*")))
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.index.merge(keys)
	for _, path := range manifests {
		if err := a.noteRemovals(filepath.Base(path)); err != nil {
			return err
		}
	}
	for name, s := range a.index.segments {
		if present[name] {
			continue
		}
		if _, err := os.Stat(filepath.Join(a.dir, name)); s.own && err == nil {
			continue // made since the folder was listed
		}
		a.index.forget(name)
	}
	return nil
}

func sameWriter(a, b string) bool {
	one, _, _ := parseSegment(a)
	other, _, _ := parseSegment(b)
	return one == other
}

// refreshSegment brings what is known of one segment of another writer up to
// date. The keys it answers are to be merged.
func (a *Archive) refreshSegment(name string, last bool) ([]slot, error) {
	a.mu.RLock()
	known := a.index.segments[name]
	a.mu.RUnlock()
	if known != nil && known.own {
		return nil, nil
	}
	info, err := os.Stat(filepath.Join(a.dir, name))
	if err != nil {
		return nil, err
	}
	size := info.Size()
	switch {
	case known == nil:
	case size < known.covered: // rewritten without a removed body
		a.distrust(name)
		known = nil
	case size == known.covered && (last || known.fresh == nil):
		return nil, nil
	}
	if known == nil || !last {
		if covered, entries, ok := readIndex(a.dir, name, size); ok && covered == size {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.index.forget(name)
			return a.index.settle(&segment{name: name, covered: covered}, entries), nil
		}
	}
	if known == nil {
		known = &segment{name: name}
	}
	return nil, a.readOn(known, size)
}

// readOn reads what a segment has grown by. A record that is only half there is
// one being written: it is read the next time.
func (a *Archive) readOn(s *segment, size int64) error {
	f, err := os.Open(filepath.Join(a.dir, s.name))
	if err != nil {
		return err
	}
	defer f.Close()
	more := map[Hash]int64{}
	end, err := scan(f, s.covered, size, headersOnly, into(more))
	if err != nil && !errors.Is(err, ErrDamaged) {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.fresh == nil {
		s.fresh = map[Hash]int64{}
	}
	maps.Copy(s.fresh, more)
	s.covered = end
	a.index.add(s)
	return nil
}
