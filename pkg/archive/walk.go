package archive

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// walk is scan that steps over damage, telling damaged of each place that has a
// whole record behind it. It answers where it stopped and, short of size, why.
func (a *Archive) walk(f *os.File, from, size int64, keep func(*warcRecord) bool,
	each func(at, end int64, rec *warcRecord) error, damaged func(from, to int64, why error)) (end int64, tail, err error) {
	name := filepath.Base(f.Name())
	for {
		var own error
		end, err := scan(f, from, size, keep, func(at, end int64, rec *warcRecord) error {
			own = each(at, end, rec)
			return own
		})
		if err == nil || own != nil || !errors.Is(err, ErrDamaged) {
			return end, nil, err
		}
		next, e := resync(f, a.markOf(f, name), end+1, size)
		if e != nil || next < 0 {
			return end, err, e
		}
		damaged(end, next, err)
		from = next
	}
}

func (a *Archive) logDamage(name string) func(from, to int64, why error) {
	return func(from, to int64, why error) {
		a.log.Error("archive segment is damaged", "segment", name, "from", from, "to", to, "error", why)
	}
}

func everything(*warcRecord) bool { return true }

func headersOnly(*warcRecord) bool { return false }

// Capture is one fetch as the archive has it.
type Capture struct {
	Segment string
	Offset  int64
	SHA256  string // of the body, in hex
	Revisit bool   // the same bytes were there before: Record.Body is empty, Get has them
	Record  Record
}

// Scan calls each with every capture of every writer, a writer's in the order
// they were stored. It stops at the first error of each and returns it. Records
// that cannot be read are logged and left out.
func (a *Archive) Scan(ctx context.Context, each func(Capture) error) error {
	names, err := segmentNames(a.dir, "")
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := a.scanSegment(ctx, name, each); err != nil {
			return err
		}
	}
	return nil
}

func (a *Archive) scanSegment(ctx context.Context, name string, each func(Capture) error) error {
	f, size, err := openAt(a.dir, name)
	if errors.Is(err, os.ErrNotExist) {
		return nil // expired since the folder was listed
	}
	if err != nil {
		return err
	}
	defer f.Close()
	_, _, err = a.walk(f, 0, size, everything, func(at, _ int64, w *warcRecord) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if kind := w.kind(); kind != "response" && kind != "revisit" {
			return nil
		}
		hash, ok := w.payloadHash()
		rec, err := w.response()
		if err != nil || !ok {
			a.log.Error("archived record cannot be read", "segment", name, "offset", at, "error", err)
			return nil
		}
		return each(Capture{Segment: name, Offset: at, SHA256: hex.EncodeToString(hash[:]), Revisit: w.kind() == "revisit", Record: *rec})
	}, a.logDamage(name))
	return err
}

// openAt opens a segment for reading and answers its size at this moment.
func openAt(dir, name string) (*os.File, int64, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, 0, fmt.Errorf("archive: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, fmt.Errorf("archive: %w", errors.Join(err, f.Close()))
	}
	return f, info.Size(), nil
}

// dateOf is when a stored response was fetched.
func (o origin) fetched() (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, o.date)
	return t, err == nil
}
