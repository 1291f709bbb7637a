package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Sighting is an entry as one poll saw it.
type Sighting struct {
	ID      string // news.ID, "" where nothing identifies the entry
	Content uint64 // Content of its words
}

// Content is a hash of the words of an entry, by which an edit is noticed. White
// space does not count. Only 48 bits are used.
func Content(parts ...string) uint64 {
	h := sha256.New()
	for _, p := range parts {
		for _, word := range strings.Fields(p) {
			h.Write([]byte(word))
			h.Write([]byte{' '})
		}
		h.Write([]byte{0})
	}
	var sum [8]byte
	copy(sum[2:], h.Sum(nil))
	return binary.BigEndian.Uint64(sum[:])
}

// Memory is what is remembered of an entry.
type Memory int

const (
	Unseen  Memory = iota // new, or forgotten
	Same                  // seen with this content
	Changed               // seen with another content
)

// Seen remembers the entries of one endpoint: the id, a hash of the content, and
// the day of the last sighting. Entries are forgotten 30 days after the last
// reading that listed them, counted at readings only, so that a feed that stood
// still or was away for months announces nothing anew. A Seen does not change; With
// and Still answer the next one.
//
// A row takes 16 bytes: 64 bits of the id, 48 of the content, 16 of the day. At the
// bound, the whole memory is 157 KiB of JSON; MarshalBinary gives it as a value of
// its own where a higher bound is wanted.
type Seen struct {
	rows    []row // in the order of the ids
	max     int   // 0 stands for DefaultMemory
	evicted int   // rows dropped before their time, ever
	day     uint16
}

type row [16]byte

const (
	// DefaultMemory is how many entries are remembered: 250 new ones a day for 30 days.
	DefaultMemory = 7500
	rememberDays  = 30
	seenVersion   = 1
	seenHeader    = 1 + 2 + 4 + 4 // version, day, max, evicted
)

// NewSeen is an empty memory of another size than DefaultMemory.
func NewSeen(entries int) Seen { return Seen{max: max(1, entries)} }

// Len is how many entries are remembered.
func (s Seen) Len() int { return len(s.rows) }

// Evicted is how many entries have been forgotten early for want of room, ever.
func (s Seen) Evicted() int { return s.evicted }

// IsZero reports whether there is nothing to store.
func (s Seen) IsZero() bool { return len(s.rows) == 0 && s.evicted == 0 && s.max == 0 }

// Look is what is remembered of an entry.
func (s Seen) Look(e Sighting) Memory {
	r := newRow(e, 0)
	i, found := s.find(r)
	switch {
	case !found:
		return Unseen
	case bytes.Equal(s.rows[i][8:14], r[8:14]):
		return Same
	default:
		return Changed
	}
}

// Sift parts the entries of one reading: the positions of the new and of the
// changed ones, and a ledger in which each is accounted for as new, known or
// skipped (empty: nothing identifies it; duplicate: it stands there twice).
func (s Seen) Sift(entries []Sighting) (fresh, revised []int, l Ledger) {
	l.Received = len(entries)
	here := make(map[string]bool, len(entries))
	for i, e := range entries {
		switch {
		case e.ID == "":
			l.Skip("empty")
		case here[e.ID]:
			l.Skip("duplicate")
		default:
			here[e.ID] = true
			switch s.Look(e) {
			case Unseen:
				l.New++
				fresh = append(fresh, i)
			case Changed:
				l.Revised++
				revised = append(revised, i)
				fallthrough
			case Same:
				l.Known++
			}
		}
	}
	return fresh, revised, l
}

// With is the memory after a reading that listed the entries. What was last seen
// more than 30 days before goes, then the longest unseen beyond the bound; entries
// of this reading go last.
func (s Seen) With(entries []Sighting, now time.Time) Seen {
	if len(entries) == 0 {
		return s
	}
	today := dayOf(now)
	rows := make([]row, 0, len(entries))
	for _, e := range entries {
		if e.ID != "" {
			rows = append(rows, newRow(e, today))
		}
	}
	slices.SortStableFunc(rows, byID)
	rows = lastOfEach(rows)
	limit := s.max
	if limit == 0 {
		limit = DefaultMemory
	}
	if len(rows) > limit {
		s.evicted += len(rows) - limit
		rows = rows[:limit]
	}
	older := s.unlisted(rows, today)
	if over := len(rows) + len(older) - limit; over > 0 {
		slices.SortStableFunc(older, func(a, b row) int { return int(b.day()) - int(a.day()) })
		older = older[:limit-len(rows)]
		slices.SortFunc(older, byID)
		s.evicted += over
	}
	s.rows, s.day = merge(rows, older), today
	return s
}

// unlisted are the rows that are not among the listed ones and still count, in order.
func (s Seen) unlisted(listed []row, today uint16) []row {
	kept := make([]row, 0, len(s.rows))
	for _, r := range s.rows {
		for len(listed) > 0 && byID(listed[0], r) < 0 {
			listed = listed[1:]
		}
		if r.day() > today { // written under a clock that ran ahead
			binary.BigEndian.PutUint16(r[14:], today)
		}
		if here := len(listed) > 0 && byID(listed[0], r) == 0; !here && today-r.day() <= rememberDays {
			kept = append(kept, r)
		}
	}
	return kept
}

// merge joins two sorted lists without an id in common.
func merge(a, b []row) []row {
	out := make([]row, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if byID(a[0], b[0]) < 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// Still is the memory after the answer that nothing has changed: what the last
// reading listed is listed now.
func (s Seen) Still(now time.Time) Seen {
	today := dayOf(now)
	if today == s.day || len(s.rows) == 0 {
		return s
	}
	rows := slices.Clone(s.rows)
	for i := range rows {
		if rows[i].day() == s.day {
			binary.BigEndian.PutUint16(rows[i][14:], today)
		}
	}
	s.rows, s.day = rows, today
	return s
}

func (s Seen) find(r row) (int, bool) { return slices.BinarySearchFunc(s.rows, r, byID) }

func newRow(e Sighting, day uint16) (r row) {
	id, err := hex.DecodeString(e.ID)
	if err != nil || len(id) < 8 {
		sum := sha256.Sum256([]byte(e.ID))
		id = sum[:]
	}
	copy(r[:8], id)
	var content [8]byte
	binary.BigEndian.PutUint64(content[:], e.Content)
	copy(r[8:14], content[2:])
	binary.BigEndian.PutUint16(r[14:], day)
	return r
}

func (r row) day() uint16 { return binary.BigEndian.Uint16(r[14:]) }

func byID(a, b row) int { return bytes.Compare(a[:8], b[:8]) }

// lastOfEach keeps the last of the rows with the same id, in sorted rows.
func lastOfEach(rows []row) []row {
	kept := rows[:0]
	for i, r := range rows {
		if i+1 == len(rows) || byID(r, rows[i+1]) != 0 {
			kept = append(kept, r)
		}
	}
	return kept
}

// dayOf counts days from 1 January 2000 UTC, and bounds them to 16 bits.
func dayOf(t time.Time) uint16 {
	epoch := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	return uint16(max(0, min((t.Unix()-epoch)/86400, 1<<16-1)))
}

// MarshalBinary gives the memory as a header and 16 bytes an entry.
func (s Seen) MarshalBinary() ([]byte, error) {
	out := make([]byte, seenHeader, seenHeader+16*len(s.rows))
	out[0] = seenVersion
	binary.BigEndian.PutUint16(out[1:], s.day)
	binary.BigEndian.PutUint32(out[3:], uint32(s.max))
	binary.BigEndian.PutUint32(out[7:], uint32(min(s.evicted, 1<<32-1)))
	for _, r := range s.rows {
		out = append(out, r[:]...)
	}
	return out, nil
}

// UnmarshalBinary reads what MarshalBinary wrote.
func (s *Seen) UnmarshalBinary(data []byte) error {
	if len(data) < seenHeader || (len(data)-seenHeader)%16 != 0 {
		return fmt.Errorf("memory of entries has %d bytes, expected %d and 16 an entry", len(data), seenHeader)
	}
	if data[0] != seenVersion {
		return fmt.Errorf("memory of entries has version %d, expected %d", data[0], seenVersion)
	}
	got := Seen{
		day: binary.BigEndian.Uint16(data[1:]), max: int(binary.BigEndian.Uint32(data[3:])),
		evicted: int(binary.BigEndian.Uint32(data[7:])),
	}
	for rest := data[seenHeader:]; len(rest) > 0; rest = rest[16:] {
		got.rows = append(got.rows, row(rest[:16]))
	}
	for i := 1; i < len(got.rows); i++ {
		if byID(got.rows[i-1], got.rows[i]) >= 0 {
			return fmt.Errorf("memory of entries is out of order at row %d", i)
		}
	}
	*s = got
	return nil
}

// MarshalText gives the memory as base64 for JSON.
func (s Seen) MarshalText() ([]byte, error) {
	data, err := s.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return base64.RawStdEncoding.AppendEncode(nil, data), nil
}

// UnmarshalText reads what MarshalText wrote.
func (s *Seen) UnmarshalText(text []byte) error {
	data, err := base64.RawStdEncoding.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("memory of entries: %w", err)
	}
	return s.UnmarshalBinary(data)
}
