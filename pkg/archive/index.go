package archive

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
)

// An index file stands beside each closed segment, and beside the last one after
// a clean stop. All numbers are big-endian: the mark, the bytes of the segment it
// covers, the number of entries, the entries (hash, offset) in order of the hash,
// and the SHA-256 of all that.
const (
	indexMark  = "SARHIDX1"
	indexHead  = len(indexMark) + 8 + 8
	entryBytes = sha256.Size + 8
)

type entry struct {
	hash   Hash
	offset int64
}

// segment is what is known of one segment file.
type segment struct {
	name    string
	covered int64          // bytes whose records are known
	own     bool           // written by this Archive: what is known is durable
	fresh   map[Hash]int64 // offsets of the records that keys do not name
}

// index finds the place of a hash. Of what index files hold it keeps the first
// eight bytes of each hash in memory and reads the rest when asked.
type index struct {
	dir      string
	segments map[string]*segment
	open     map[string]*segment // those with fresh records
	numbers  []*segment          // as keys name them; nil where the segment is gone
	keys     []slot              // in order
}

type slot struct {
	prefix  uint64
	segment uint32 // of numbers
}

func (k slot) compare(other slot) int { // the later segment first
	return cmp.Or(cmp.Compare(k.prefix, other.prefix), cmp.Compare(other.segment, k.segment))
}

func newIndex(dir string) *index {
	return &index{dir: dir, segments: map[string]*segment{}, open: map[string]*segment{}}
}

func (x *index) find(hash Hash, durable bool) (location, bool, error) {
	var found *segment
	for _, s := range x.open {
		if _, ok := s.fresh[hash]; ok && (s.own || !durable) && (found == nil || s.own) {
			found = s
		}
	}
	if found != nil {
		return location{found.name, found.fresh[hash]}, true, nil
	}
	prefix := binary.BigEndian.Uint64(hash[:8])
	i := sort.Search(len(x.keys), func(i int) bool { return x.keys[i].prefix >= prefix })
	for ; i < len(x.keys) && x.keys[i].prefix == prefix; i++ {
		s := x.numbers[x.keys[i].segment]
		offset, ok, err := findInFile(filepath.Join(x.dir, indexName(s.name)), hash)
		if err != nil || ok {
			return location{s.name, offset}, ok, err
		}
	}
	return location{}, false, nil
}

// add takes a segment in, with records kept in memory.
func (x *index) add(s *segment) {
	x.segments[s.name] = s
	if len(s.fresh) > 0 {
		x.open[s.name] = s
	}
}

// settle moves a segment's records out of memory: from now on they are read from
// its index file, which holds these entries. The keys are to be merged.
func (x *index) settle(s *segment, entries []entry) []slot {
	s.fresh = nil
	x.segments[s.name] = s
	delete(x.open, s.name)
	number := uint32(len(x.numbers))
	x.numbers = append(x.numbers, s)
	keys := make([]slot, len(entries))
	for i, e := range entries {
		keys[i] = slot{binary.BigEndian.Uint64(e.hash[:8]), number}
	}
	return keys
}

// merge puts new keys in their places.
func (x *index) merge(keys []slot) {
	if len(keys) == 0 {
		return
	}
	slices.SortFunc(keys, slot.compare)
	merged := make([]slot, 0, len(x.keys)+len(keys))
	for old := x.keys; len(old) > 0 || len(keys) > 0; {
		if len(keys) == 0 || len(old) > 0 && old[0].compare(keys[0]) <= 0 {
			merged, old = append(merged, old[0]), old[1:]
		} else {
			merged, keys = append(merged, keys[0]), keys[1:]
		}
	}
	x.keys = merged
}

// forget drops a segment that is gone or no longer what it was.
func (x *index) forget(name string) {
	s := x.segments[name]
	delete(x.segments, name)
	delete(x.open, name)
	for i := range x.numbers {
		if s != nil && x.numbers[i] == s {
			x.numbers[i] = nil
			x.keys = slices.DeleteFunc(x.keys, func(k slot) bool { return k.segment == uint32(i) })
		}
	}
}

func sortedEntries(fresh map[Hash]int64) []entry {
	entries := make([]entry, 0, len(fresh))
	for h, offset := range fresh {
		entries = append(entries, entry{h, offset})
	}
	slices.SortFunc(entries, func(a, b entry) int { return bytes.Compare(a.hash[:], b.hash[:]) })
	return entries
}

func indexName(segment string) string { return segment + ".idx" }

// writeIndex writes an index file whole or not at all.
func writeIndex(dir, segment string, covered int64, entries []entry) error {
	b := make([]byte, 0, indexHead+len(entries)*entryBytes+sha256.Size)
	b = append(b, indexMark...)
	b = binary.BigEndian.AppendUint64(b, uint64(covered))
	b = binary.BigEndian.AppendUint64(b, uint64(len(entries)))
	for _, e := range entries {
		b = append(b, e.hash[:]...)
		b = binary.BigEndian.AppendUint64(b, uint64(e.offset))
	}
	sum := sha256.Sum256(b)
	return replaceFile(dir, indexName(segment), append(b, sum[:]...), 0o644)
}

// readIndex reads an index file. It answers false where there is none, or none
// that is sound: the segment itself is then read.
func readIndex(dir, segment string, size int64) (covered int64, entries []entry, ok bool) {
	b, err := os.ReadFile(filepath.Join(dir, indexName(segment)))
	if err != nil || len(b) < indexHead+sha256.Size || string(b[:len(indexMark)]) != indexMark {
		return 0, nil, false
	}
	body, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	covered = int64(binary.BigEndian.Uint64(b[len(indexMark):]))
	n := binary.BigEndian.Uint64(b[len(indexMark)+8:])
	if want := sha256.Sum256(body); !bytes.Equal(want[:], sum) || covered < 0 || covered > size ||
		uint64(len(body)-indexHead) != n*uint64(entryBytes) {
		return 0, nil, false
	}
	entries = make([]entry, n)
	for i := range entries {
		at := body[indexHead+i*entryBytes:]
		copy(entries[i].hash[:], at)
		entries[i].offset = int64(binary.BigEndian.Uint64(at[sha256.Size:]))
	}
	return covered, entries, true
}

// findInFile looks a hash up in an index file by bisection.
func findInFile(path string, hash Hash) (int64, bool, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil // the segment has been taken away
	}
	if err != nil {
		return 0, false, fmt.Errorf("archive: %w", err)
	}
	defer f.Close()
	var buf [entryBytes]byte
	if _, err := f.ReadAt(buf[:8], int64(len(indexMark)+8)); err != nil {
		return 0, false, fmt.Errorf("archive: index %s: %w", filepath.Base(path), err)
	}
	low, high := uint64(0), binary.BigEndian.Uint64(buf[:8])
	for low < high {
		mid := (low + high) / 2
		if _, err := f.ReadAt(buf[:], int64(indexHead)+int64(mid)*int64(entryBytes)); err != nil {
			return 0, false, fmt.Errorf("archive: index %s: %w", filepath.Base(path), err)
		}
		switch bytes.Compare(buf[:sha256.Size], hash[:]) {
		case 0:
			return int64(binary.BigEndian.Uint64(buf[sha256.Size:])), true, nil
		case -1:
			low = mid + 1
		default:
			high = mid
		}
	}
	return 0, false, nil
}
