package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Removal is a body that was taken out of the archive.
type Removal struct {
	SHA256 string
	Reason string
	Time   string // RFC 3339
}

// Remove takes the body with this hash out of every segment of this writer, as a
// legal order may demand: the bytes are gone, the hash and the reason stay in the
// manifest, the chain of hashes still holds, and no Put of any writer stores the
// bytes again. Where another writer stored them too, the error wraps
// ErrOtherWriter and names it: it has to remove them as well. Remove may be
// repeated after an error.
func (a *Archive) Remove(ctx context.Context, sha256hex, reason string) error {
	hash, ok := parseHash(sha256hex)
	if !ok {
		return fmt.Errorf("archive: %.80q is not a SHA-256 in hex", sha256hex)
	}
	if strings.TrimSpace(reason) == "" || strings.ContainsFunc(reason, unicode.IsControl) || len(reason) > 2000 {
		return errors.New("archive: a removal needs a reason of one line")
	}
	if err := a.between(ctx, func() error { return a.remove(hash, reason) }); err != nil {
		return err
	}
	if err := a.refresh(ctx); err != nil {
		return err
	}
	if at, found, err := a.lookup(hash, false); err != nil || found {
		return errors.Join(err, fmt.Errorf("%w: %s", ErrOtherWriter, at.segment))
	}
	return nil
}

func (a *Archive) remove(hash Hash, reason string) error {
	if a.tail.failed != nil {
		return a.tail.failed
	}
	if a.tail.file != nil {
		if _, here := a.tail.seg.fresh[hash]; here {
			if err := a.rotate(); err != nil {
				return err
			}
		}
	}
	found := false
	for _, name := range slices.Sorted(maps.Keys(a.tail.chain.segments)) {
		if a.tail.chain.segments[name].Event == eventExpired {
			continue
		}
		_, here, err := findInFile(filepath.Join(a.dir, indexName(name)), hash)
		if err != nil {
			return err
		}
		if here {
			if err := a.rewrite(name, hash, reason); err != nil {
				return err
			}
			found = true
		}
	}
	if found {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.noteRemovals(filepath.Base(a.tail.chain.path))
	}
	if _, gone := a.removal(hash); gone {
		return nil
	}
	if _, elsewhere, err := a.lookup(hash, false); err != nil || elsewhere {
		return err // Remove names the other writer
	}
	return ErrNotFound
}

func rewrittenName(segment string) string { return segment + ".new" }

// rewrite makes the segment anew without the body. The order is what makes it
// safe: the new file, then the line that says what it is, then its name. A crash
// behind the line is finished by the next Open.
func (a *Archive) rewrite(name string, hash Hash, reason string) error {
	f, size, err := openAt(a.dir, name)
	if err != nil {
		return err
	}
	defer f.Close()
	to, err := os.Create(filepath.Join(a.dir, rewrittenName(name)))
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	sum := sha256.New()
	written, err := a.copyWithout(io.MultiWriter(to, sum), f, size, hash, reason)
	if err == nil {
		err = to.Sync()
	}
	if err = errors.Join(err, to.Close()); err != nil {
		return fmt.Errorf("archive: rewrite %s: %w", name, err)
	}
	l := link{
		Event: eventRemoved, Segment: name, Bytes: written, SHA256: hex.EncodeToString(sum.Sum(nil)),
		Body: hex.EncodeToString(hash[:]), Reason: reason,
	}
	if err := a.tail.chain.append(l); err != nil {
		return err
	}
	a.log.Info("archive body removed", "segment", name, "sha256", l.Body, "reason", reason, "chain", a.tail.chain.head)
	return a.finishRewrite(name, l)
}

// copyWithout copies a segment, in the place of each record of the body a note.
func (a *Archive) copyWithout(to io.Writer, f *os.File, size int64, hash Hash, reason string) (int64, error) {
	mark := a.markOf(f, filepath.Base(f.Name()))
	written := int64(0)
	put := func(from io.Reader) error {
		n, err := io.Copy(to, from)
		written += n
		return err
	}
	var failed error
	end, _, err := a.walk(f, 0, size, headersOnly, func(at, end int64, w *warcRecord) error {
		if h, ok := w.payloadHash(); !ok || h != hash || w.kind() != "response" {
			return put(io.NewSectionReader(f, at, end-at))
		}
		note, err := a.removalMember(w.header["warc-record-id"], hash, reason)
		if err != nil {
			return err
		}
		return put(bytes.NewReader(appendMarked(nil, note, mark)))
	}, func(from, to int64, _ error) {
		failed = errors.Join(failed, put(io.NewSectionReader(f, from, to-from)))
	})
	if err == nil && end < size {
		err = put(io.NewSectionReader(f, end, size-end))
	}
	return written, errors.Join(err, failed)
}

func (a *Archive) removalMember(id string, hash Hash, reason string) ([]byte, error) {
	block := fmt.Appendf(nil, "removed: %s%x\r\nreason: %s\r\n", digestPrefix, hash, headerText(reason))
	return a.member([]field{
		{"WARC-Type", "metadata"},
		{"WARC-Record-ID", newID()},
		{"WARC-Date", time.Now().UTC().Format(warcTime)},
		{"WARC-Refers-To", headerText(id)},
		{"Content-Type", "application/warc-fields"},
		{"WARC-Block-Digest", digestOf(block)},
	}, block)
}

// finishRewrite gives a rewritten segment its name, where there is one that the
// manifest knows; any other is the rest of a crash and is deleted.
func (a *Archive) finishRewrite(name string, l link) error {
	path := filepath.Join(a.dir, name)
	info, err := os.Stat(rewrittenName(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if sum, err := fileHash(rewrittenName(path), info.Size()); err != nil || sum != l.SHA256 {
		return errors.Join(err, os.Remove(rewrittenName(path)))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := os.Remove(filepath.Join(a.dir, indexName(name))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("archive: %w", err)
	}
	if err := os.Rename(rewrittenName(path), path); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if err := syncDir(a.dir); err != nil {
		return err
	}
	entries, err := a.buildIndex(name)
	if err != nil {
		return err
	}
	a.index.forget(name)
	a.index.merge(a.index.settle(&segment{name: name, covered: info.Size(), own: true}, entries))
	return nil
}

// noteRemovals reads the removals that a manifest tells of, where it has grown.
// The caller holds a.mu.
func (a *Archive) noteRemovals(manifest string) error {
	info, err := os.Stat(filepath.Join(a.dir, manifest))
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == a.manifests[manifest] {
		return nil
	}
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(a.dir, manifest))
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	for line := range bytes.Lines(text) {
		var l link
		if json.Unmarshal(line, &l) != nil || l.Event != eventRemoved {
			continue
		}
		if hash, ok := parseHash(l.Body); ok {
			a.removed[hash] = Removal{SHA256: l.Body, Reason: l.Reason, Time: l.Time}
		}
	}
	a.manifests[manifest] = info.Size()
	return nil
}

// noteAllRemovals looks again at every manifest known.
func (a *Archive) noteAllRemovals() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for name := range a.manifests {
		if err := a.noteRemovals(name); err != nil {
			return err
		}
	}
	return nil
}

func (a *Archive) removal(hash Hash) (Removal, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	r, ok := a.removed[hash]
	return r, ok
}

// removedError is nil, or says that and why the body must not be kept.
func (a *Archive) removedError(hash Hash) error {
	if r, gone := a.removal(hash); gone {
		return fmt.Errorf("%w on %s: %s", ErrRemoved, r.Time, r.Reason)
	}
	return nil
}

// admit answers the records that must not be stored and gives back the others.
func (a *Archive) admit(batch []*put) []*put {
	if err := a.noteAllRemovals(); err != nil {
		for _, p := range batch {
			p.result <- err
		}
		return nil
	}
	return slices.DeleteFunc(batch, func(p *put) bool {
		err := a.removedError(p.hash)
		if err != nil {
			p.result <- err
		}
		return err != nil
	})
}
