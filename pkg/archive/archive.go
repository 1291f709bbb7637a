// Package archive keeps every response that was fetched, with its headers, as
// evidence: what an outlet said on a day must still be shown, byte for byte, after
// the outlet has changed its mind.
//
// The form is WARC 1.1 (ISO 28500:2017) with one gzip member a record, which other
// people's tools read. Bodies are addressed by their SHA-256 and stored once; the
// same bytes again become a revisit record. A directory holds the segments of any
// number of writers, each a process with a name and a lock of its own, and any
// reader sees what all of them wrote. Beside the segments stand their indices,
// which can always be rebuilt from them, and per writer a manifest of closed
// segments in which every line carries the hash of the line before.
package archive

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"regexp"
	"sync"
	"time"
)

// Errors that callers tell apart.
var (
	ErrNotFound = errors.New("archive: no record with this hash")
	ErrClosed   = errors.New("archive: closed")
	ErrReadOnly = errors.New("archive: opened without a writer name")
	ErrLocked   = errors.New("archive: the writer name is in use")
	ErrDamaged  = errors.New("archive: damaged record")
	ErrRemoved  = errors.New("archive: removed")

	ErrOtherWriter = errors.New("archive: another writer's segment holds the record too")
)

const (
	defaultSegment = 64 << 20 // bytes after which a segment is closed
	maxBody        = 64 << 20 // bytes of one body
	maxBatch       = 32 << 20 // packed bytes that one fsync makes durable
	queueLength    = 256      // records waiting for the next fsync
)

// Hash is the SHA-256 of a body.
type Hash = [sha256.Size]byte

// Record is one response.
type Record struct {
	URL     string
	Fetched time.Time // kept to the nanosecond, in UTC
	Status  int
	Header  http.Header // as received; Get gives back what Put was given
	Body    []byte      // decoded
	IP      string      // address of the server that answered, "" where not known
}

// Options are for those who need other than the usual. The zero value is usual.
type Options struct {
	SegmentBytes int64 // size at which a segment is closed; 64 MiB where 0

	// Keep is how long a capture is kept at least, once Expire is called from time
	// to time; for ever where 0. Bytes are stored again when they are fetched later
	// than Keep after they were stored, so that no capture outlives its bytes.
	Keep time.Duration

	open func(path string) (segmentFile, error) // how a segment is opened for writing; a test cuts the power here
}

// Stats count what this Archive did since it was opened.
type Stats struct {
	Records  int64 // responses stored
	Revisits int64 // responses whose bytes were there already
	Syncs    int64 // fsyncs of a segment
	Bytes    int64 // packed bytes written
}

// Archive is an open archive. It is safe for concurrent use.
type Archive struct {
	dir    string
	writer string // "" for a reader
	log    *slog.Logger
	opts   Options
	lock   *os.File
	zips   sync.Pool // of *gzip.Writer

	mu        sync.RWMutex // guards what follows
	index     *index
	stats     Stats
	removed   map[Hash]Removal
	manifests map[string]int64 // bytes of each that removed takes account of

	refreshing sync.Mutex // one rescan of other writers' segments at a time

	closing sync.RWMutex // held to send, taken whole to close
	closed  bool
	queue   chan *put
	tasks   chan *task
	done    chan struct{}
	tail    *tail // owned by the committer
}

var writerName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// Open opens the archive in dir for reading and, under the name writer, for
// writing; dir is made where it is missing. A writer name belongs to one Archive
// at a time, in whatever process: a second one is refused with ErrLocked. Open
// cuts off what a crash left half written. An empty writer opens for reading only.
func Open(dir, writer string, log *slog.Logger) (*Archive, error) {
	return OpenWith(dir, writer, Options{}, log)
}

// OpenWith is Open with options.
func OpenWith(dir, writer string, opts Options, log *slog.Logger) (*Archive, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if opts.SegmentBytes <= 0 {
		opts.SegmentBytes = defaultSegment
	}
	if opts.open == nil {
		opts.open = openSegment
	}
	a := &Archive{
		dir: dir, writer: writer, log: log, opts: opts, index: newIndex(dir),
		removed: map[Hash]Removal{}, manifests: map[string]int64{},
	}
	a.zips.New = func() any { return gzip.NewWriter(nil) }
	if writer == "" {
		if _, err := os.Stat(dir); err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
		return a, a.refresh(context.Background())
	}
	if !writerName.MatchString(writer) {
		return nil, fmt.Errorf("archive: writer name %q: expected small letters, digits and hyphens", writer)
	}
	if err := a.openWriter(); err != nil {
		if a.tail != nil && a.tail.file != nil {
			a.tail.file.Close()
		}
		if a.lock != nil {
			a.lock.Close()
		}
		return nil, err
	}
	a.queue, a.tasks, a.done = make(chan *put, queueLength), make(chan *task), make(chan struct{})
	go a.commitLoop()
	return a, nil
}

// Close waits for the records already accepted, saves the index of the segment in
// hand and gives up the writer name.
func (a *Archive) Close() error {
	a.closing.Lock()
	if a.closed {
		a.closing.Unlock()
		return nil
	}
	a.closed = true
	a.closing.Unlock()
	if a.writer == "" {
		return nil
	}
	close(a.queue)
	<-a.done
	return errors.Join(a.tail.close(), a.lock.Close())
}

// Stats are the counts since Open.
func (a *Archive) Stats() Stats {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.stats
}

// Put stores rec and answers the SHA-256 of its body in hex. It returns once the
// record is on disk, fsynced; calls made at the same time share the fsync. Where
// the bytes are already stored and durable, only a revisit record is written. A
// body that was removed is not stored again: the hash comes with ErrRemoved. An
// error because ctx ended leaves it open whether the record was stored.
func (a *Archive) Put(ctx context.Context, rec Record) (string, error) {
	if a.writer == "" {
		return "", ErrReadOnly
	}
	if err := checkRecord(rec); err != nil {
		return "", err
	}
	p, err := a.prepare(rec)
	if err != nil {
		return "", err
	}
	if err := send(ctx, a, a.queue, p); err != nil {
		return "", err
	}
	select {
	case err := <-p.result:
		return hex.EncodeToString(p.hash[:]), err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func checkRecord(rec Record) error {
	switch {
	case len(rec.Body) > maxBody:
		return fmt.Errorf("archive: a body of %d bytes is over the limit of %d", len(rec.Body), maxBody)
	case rec.Status < 100 || rec.Status > 999:
		return fmt.Errorf("archive: status %d: expected three digits", rec.Status)
	case rec.IP != "" && !validIP(rec.IP):
		return fmt.Errorf("archive: %.60q is not an IP address", rec.IP)
	case headerBytes(rec) > maxHead:
		return fmt.Errorf("archive: a header of %d bytes is over the limit of %d", headerBytes(rec), maxHead)
	case headerText(rec.URL) == "" || rec.Fetched.IsZero():
		return errors.New("archive: a record needs an address and a time")
	}
	return nil
}

// headerBytes is about what the address and the header take in a record.
func headerBytes(rec Record) int {
	n := len(rec.URL)
	for name, values := range rec.Header {
		for _, value := range values {
			n += len(name) + len(value) + 4
		}
	}
	return n
}

func validIP(s string) bool {
	addr, err := netip.ParseAddr(s)
	return err == nil && addr.Zone() == ""
}

// Get reads the response whose body has this SHA-256, as it was first stored, and
// checks the hash. Records that other processes wrote since are found.
func (a *Archive) Get(ctx context.Context, sha256hex string) (*Record, error) {
	hash, ok := parseHash(sha256hex)
	if !ok {
		return nil, fmt.Errorf("archive: %.80q is not a SHA-256 in hex", sha256hex)
	}
	rec, err := a.get(hash)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) { // written, or rewritten, since we looked
		if err := a.refresh(ctx); err != nil {
			return nil, err
		}
		rec, err = a.get(hash)
	}
	return rec, err
}

func (a *Archive) get(hash Hash) (*Record, error) {
	if err := a.removedError(hash); err != nil {
		return nil, err
	}
	at, ok, err := a.lookup(hash, false)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrNotFound
	}
	rec, err := readAt(a.dir, at, hash)
	if err != nil {
		a.distrust(at.segment)
	}
	return rec, err
}

func parseHash(text string) (h Hash, ok bool) {
	if len(text) != 2*len(h) {
		return h, false
	}
	_, err := hex.Decode(h[:], []byte(text))
	return h, err == nil
}

// lookup finds where the body with this hash is stored. With durable it looks past
// what another process may not have fsynced yet.
func (a *Archive) lookup(hash Hash, durable bool) (location, bool, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.index.find(hash, durable)
}
