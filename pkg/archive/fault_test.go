package archive

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// faulty is a segment on a disk that can fail in the ways disks do.
type faulty struct {
	*os.File
	disk *disk
}

type disk struct {
	mu      sync.Mutex
	durable map[string][]byte // what would still be there after a power cut
	dead    bool              // the power is off: nothing is made durable any more
	full    bool              // the next write stops half way
	broken  bool              // fsync fails

	entered chan struct{} // where not nil, each Sync says that it began …
	gate    chan struct{} // … and waits here
	syncs   atomic.Int32
}

func (d *disk) open(path string) (segmentFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	return &faulty{f, d}, nil
}

func (f *faulty) WriteAt(b []byte, at int64) (int, error) {
	f.disk.mu.Lock()
	full := f.disk.full
	f.disk.full = false
	f.disk.mu.Unlock()
	if full {
		n, _ := f.File.WriteAt(b[:len(b)/2], at)
		return n, syscall.ENOSPC
	}
	return f.File.WriteAt(b, at)
}

func (f *faulty) Sync() error {
	if f.disk.entered != nil {
		f.disk.entered <- struct{}{}
		<-f.disk.gate
	}
	f.disk.syncs.Add(1)
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if f.disk.dead || f.disk.broken {
		return syscall.EIO
	}
	now, err := os.ReadFile(f.Name())
	if f.disk.durable != nil {
		f.disk.durable[f.Name()] = now
	}
	return err
}

func TestOneFsyncForAll(t *testing.T) {
	d := &disk{entered: make(chan struct{}), gate: make(chan struct{})}
	a := open(t, t.TempDir(), "scraper", Options{open: d.open})
	const many = 50
	var returned atomic.Int32
	var all sync.WaitGroup
	put := func(n int) {
		all.Go(func() {
			if _, err := a.Put(context.Background(), page(n)); err != nil {
				t.Error(err)
			}
			returned.Add(1)
		})
	}
	put(0)
	<-d.entered
	for n := range many {
		put(n + 1)
	}
	for len(a.queue) < many {
		runtime.Gosched()
	}
	if returned.Load() != 0 {
		t.Error("Put returned before the fsync")
	}
	d.gate <- struct{}{}
	<-d.entered
	if _, err := a.Get(context.Background(), sumOf(page(1))); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get before the fsync = %v", err)
	}
	d.gate <- struct{}{}
	all.Wait()
	if s := a.Stats(); s.Syncs != 2 || s.Records != many+1 {
		t.Errorf("stats %+v, want 2 fsyncs for %d records", s, many+1)
	}
}

func sumOf(rec Record) string { return digestOf(rec.Body)[len(digestPrefix):] }

func TestCallerGivesUp(t *testing.T) {
	d := &disk{entered: make(chan struct{}), gate: make(chan struct{})}
	a := open(t, t.TempDir(), "scraper", Options{open: d.open})
	ctx, cancel := context.WithCancel(context.Background())
	got := make(chan error)
	go func() {
		_, err := a.Put(ctx, page(1))
		got <- err
	}()
	<-d.entered
	cancel()
	if err := <-got; !errors.Is(err, context.Canceled) {
		t.Errorf("Put = %v", err)
	}
	d.gate <- struct{}{}
}

func TestFullDisk(t *testing.T) {
	d := &disk{}
	dir := t.TempDir()
	a := open(t, dir, "scraper", Options{open: d.open})
	for n := range 6 {
		d.full = n%2 == 0
		if _, err := a.Put(context.Background(), page(n)); errors.Is(err, syscall.ENOSPC) != (n%2 == 0) {
			t.Errorf("Put %d = %v", n, err)
		}
	}
	for n := range 6 {
		if _, err := a.Get(context.Background(), sumOf(page(n))); errors.Is(err, ErrNotFound) != (n%2 == 0) {
			t.Errorf("Get %d = %v", n, err)
		}
	}
	a.Close()
	if r := sound(t, open(t, dir, "scraper", Options{})); r.Records != 3 {
		t.Errorf("%d records, want 3", r.Records)
	}
}

func TestFailedFsync(t *testing.T) {
	d := &disk{}
	dir := t.TempDir()
	a := open(t, dir, "scraper", Options{open: d.open})
	store(t, a, page(1))
	d.broken = true
	for n := range 3 { // the second and third would succeed, and promise what the kernel has dropped
		if _, err := a.Put(context.Background(), page(n+2)); !errors.Is(err, syscall.EIO) {
			t.Errorf("Put after a failed fsync = %v", err)
		}
		d.broken = false
	}
	load(t, a, sumOf(page(1)))
	a.Close()
	a = open(t, dir, "scraper", Options{})
	load(t, a, sumOf(page(1)))
	load(t, a, store(t, a, page(2)))
	sound(t, a)
}

func TestFailedRotation(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, "scraper", Options{SegmentBytes: 1})
	store(t, a, page(1))
	inTheWay := filepath.Join(dir, manifestName("scraper"))
	if err := os.Mkdir(inTheWay, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Put(context.Background(), page(2)); err == nil {
		t.Error("Put goes on though the segment could not be closed")
	}
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	store(t, a, page(3))
	load(t, a, sumOf(page(1)))
	if r := sound(t, a); r.Segments != 2 || r.Records != 2 {
		t.Errorf("report %+v", r)
	}
}

// TestPowerCut stores from many callers at once until the power goes, then puts
// on disk what was fsynced and some of what was not, and opens again.
func TestPowerCut(t *testing.T) {
	for seed := range uint64(15) {
		r := rand.New(rand.NewPCG(seed, 1))
		dir := t.TempDir()
		d := &disk{durable: map[string][]byte{}}
		a := open(t, dir, "scraper", Options{open: d.open, SegmentBytes: 6 << 10})
		var mu sync.Mutex
		var promised []string
		var all sync.WaitGroup
		after := int32(r.IntN(25))
		for w := range 6 {
			all.Go(func() {
				for n := w * 1000; ; n++ {
					if d.syncs.Load() > after {
						d.mu.Lock()
						d.dead = true
						d.mu.Unlock()
					}
					sum, err := a.Put(context.Background(), page(n))
					if err != nil {
						return
					}
					mu.Lock()
					promised = append(promised, sum)
					mu.Unlock()
				}
			})
		}
		all.Wait()
		a.Close()
		d.cut(t, r)
		a = open(t, dir, "scraper", Options{SegmentBytes: 6 << 10})
		for _, sum := range promised {
			if _, err := a.Get(context.Background(), sum); err != nil {
				t.Errorf("seed %d: promised and gone: %v", seed, err)
			}
		}
		for n := range 20 {
			store(t, a, page(n+50_000))
		}
		sound(t, a)
		a.Close()
	}
}

// cut leaves of each file what was durable and, of the rest, a prefix, possibly
// with zeros where the disk never got to.
func (d *disk) cut(t *testing.T, r *rand.Rand) {
	t.Helper()
	for path, durable := range d.durable {
		now, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rest := append([]byte(nil), now[len(durable):]...)
		if len(rest) > 0 {
			rest = rest[:r.IntN(len(rest))]
			if r.IntN(2) == 0 {
				clear(rest[r.IntN(len(rest)+1):])
			}
		}
		if err := os.WriteFile(path, append(durable, rest...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
