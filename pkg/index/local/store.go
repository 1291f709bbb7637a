package local

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	bleve "github.com/blevesearch/bleve_index_api"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// ErrInUse is wrapped by the error of Open where another process has the index.
var ErrInUse = errors.New("another process has this index open")

// layout is the version of the fields in document.go. An index of another layout is
// not opened: it has to be built again from the archive.
const layout = "1"

// Store is an index in a folder. Its methods may be called from many goroutines.
type Store struct {
	dir       string
	log       *slog.Logger
	library   bleve.Index
	queue     *bleve.AnalysisQueue
	analyzers sync.Pool // of *text.Analyzer

	writing sync.Mutex   // one batch after another, so that versions are compared with what is stored
	using   sync.RWMutex // held for reading while the library is used, for writing by Close
	closed  bool
}

// Open opens the index in folder dir and makes it where there is none. An index that
// cannot be opened is left as it is.
func Open(dir string, log *slog.Logger) (*Store, error) {
	s := &Store{dir: dir, log: log, queue: bleve.NewAnalysisQueue(2)}
	s.analyzers.New = func() any { return new(text.Analyzer) }
	var err error
	s.library, err = scorch.NewScorch(scorch.Name, map[string]any{
		"path": dir, "bolt_timeout": "1s",
		// Small batches are merged in steps: with the library's floor of 2,000 documents each merge
		// of small segments would write all of them again.
		"scorchMergePlanOptions": map[string]any{"FloorSegmentSize": 100},
	}, s.queue)
	if err == nil {
		err = s.library.Open()
	}
	if err != nil {
		s.queue.Close()
		if err.Error() == "timeout" {
			return nil, fmt.Errorf("index in %s: %w", dir, ErrInUse)
		}
		return nil, fmt.Errorf("index in %s does not open (it can be built again from the archive): %w", dir, err)
	}
	if err := s.checkLayout(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// checkLayout marks a new index with the layout and refuses one of another.
func (s *Store) checkLayout() error {
	reader, err := s.library.Reader()
	if err != nil {
		return fmt.Errorf("index in %s: %w", s.dir, err)
	}
	defer reader.Close()
	found, err := reader.GetInternal([]byte("layout"))
	if err != nil {
		return fmt.Errorf("index in %s: layout: %w", s.dir, err)
	}
	count, err := reader.DocCount()
	if err != nil {
		return fmt.Errorf("index in %s: %w", s.dir, err)
	}
	switch {
	case string(found) == layout:
		return nil
	case found == nil && count == 0:
		return s.library.SetInternal([]byte("layout"), []byte(layout))
	}
	return fmt.Errorf("index in %s has the layout %q, this program needs %q: build it again from the archive", s.dir, found, layout)
}

// Close waits for what is under way and closes the index.
func (s *Store) Close() error {
	s.using.Lock()
	defer s.using.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	err := s.library.Close()
	s.queue.Close()
	if err != nil {
		return fmt.Errorf("index in %s: close: %w", s.dir, err)
	}
	return nil
}

// reader answers a view of the index that does not change, and what releases it.
func (s *Store) reader() (bleve.IndexReader, func(), error) {
	s.using.RLock()
	if s.closed {
		s.using.RUnlock()
		return nil, nil, fmt.Errorf("index in %s is closed", s.dir)
	}
	r, err := s.library.Reader()
	if err != nil {
		s.using.RUnlock()
		return nil, nil, fmt.Errorf("index in %s: %w", s.dir, err)
	}
	return r, func() {
		if err := r.Close(); err != nil {
			s.log.Error("a view of the index could not be closed", "dir", s.dir, "err", err)
		}
		s.using.RUnlock()
	}, nil
}

// Ready reports whether the index can be used.
func (s *Store) Ready(context.Context) error {
	_, release, err := s.reader()
	if err != nil {
		return err
	}
	release()
	return nil
}

// Refresh does nothing: what Write has stored is found at once.
func (s *Store) Refresh(context.Context) error { return nil }

// Write stores a batch and returns when it is on disk. The error is for a batch of
// which nothing was stored.
func (s *Store) Write(ctx context.Context, writes []index.Write) ([]index.Verdict, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	reader, release, err := s.reader()
	if err != nil {
		return nil, err
	}
	defer release()
	verdicts := make([]index.Verdict, len(writes))
	batch := bleve.NewBatch()
	newest := map[string]int64{}
	for i, w := range writes {
		if reason := index.Check(w); reason != "" {
			verdicts[i] = index.Verdict{Outcome: index.Refused, Reason: reason}
			continue
		}
		have, known := newest[w.Item.ID]
		if !known {
			if have, err = version(reader, w.Item.ID); err != nil {
				return nil, fmt.Errorf("index in %s: version of %s: %w", s.dir, w.Item.ID, err)
			}
		}
		if w.Version < have {
			newest[w.Item.ID] = have
			continue
		}
		doc, err := newDocument(w, &s.analyzers)
		if err != nil {
			verdicts[i] = index.Verdict{Outcome: index.Refused, Reason: err.Error()}
			continue
		}
		newest[w.Item.ID] = w.Version
		batch.Update(doc)
	}
	if len(batch.IndexOps) == 0 {
		return verdicts, nil
	}
	if err := s.library.Batch(batch); err != nil {
		return nil, fmt.Errorf("index in %s: write: %w", s.dir, err)
	}
	return verdicts, nil
}

// version answers the version an item is stored with, 0 where it is not.
func version(reader bleve.IndexReader, id string) (int64, error) {
	known, err := reader.InternalID(id)
	if err != nil || known == nil {
		return 0, err
	}
	stored, err := load(reader, id, false)
	return stored.Version, err
}

// Get answers the items of these ids that are stored.
func (s *Store) Get(ctx context.Context, ids []string) (map[string]index.Stored, error) {
	reader, release, err := s.reader()
	if err != nil {
		return nil, err
	}
	defer release()
	found := map[string]index.Stored{}
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		stored, err := load(reader, id, true)
		if err != nil {
			return nil, fmt.Errorf("index in %s: item %s: %w", s.dir, id, err)
		}
		if stored.Version > 0 {
			found[id] = stored
		}
	}
	return found, nil
}

// load reads what is stored of an item; without whole, its version only.
func load(reader bleve.IndexReader, id string, whole bool) (index.Stored, error) {
	var stored index.Stored
	doc, err := reader.Document(id)
	if err != nil || doc == nil {
		return stored, err
	}
	doc.VisitFields(func(f bleve.Field) {
		switch f.Name() {
		case fieldVersion:
			if b := f.Value(); len(b) == 8 {
				stored.Version = int64(binary.BigEndian.Uint64(b))
			}
		case fieldItem:
			if whole {
				err = json.Unmarshal(f.Value(), &stored.Item)
			}
		}
	})
	return stored, err
}
