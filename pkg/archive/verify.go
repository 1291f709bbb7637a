package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Damage is one thing that is not as it was written.
type Damage struct {
	File   string
	Offset int64 // of the record, in a segment
	What   string
}

func (d Damage) String() string {
	if d.Offset > 0 {
		return fmt.Sprintf("%s at byte %d: %s", d.File, d.Offset, d.What)
	}
	return d.File + ": " + d.What
}

// Report is what Verify found.
type Report struct {
	Segments int
	Records  int               // responses whose bytes have their hash
	Revisits int               // records of the same bytes fetched again
	Bytes    int64             // packed
	Heads    map[string]string // by writer, the hash of the last manifest line: kept elsewhere, it dates everything before it
	Removed  []Removal         // bodies taken out, with the reason
	Expired  int               // segments deleted when their time was over
	Damage   []Damage
}

// OK reports whether nothing is damaged.
func (r Report) OK() bool { return len(r.Damage) == 0 }

// Verify reads every byte of the archive, of all writers, and checks it against
// the hashes of records, of segments and of the manifests. The error is of the
// reading itself; what is damaged is in the report. A record that another writer
// is just writing is no damage.
func (a *Archive) Verify(ctx context.Context) (Report, error) {
	r := Report{Heads: map[string]string{}}
	names, err := segmentNames(a.dir, "")
	if err != nil {
		return r, err
	}
	links, err := a.verifyChains(&r)
	if err != nil {
		return r, err
	}
	present := map[string]bool{}
	for i, name := range names {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		last := i == len(names)-1 || !sameWriter(name, names[i+1])
		found, err := a.verifySegment(ctx, name, links, last)
		if now, again := a.changedMeanwhile(name, links); again {
			links[name] = now
			found, err = a.verifySegment(ctx, name, links, last)
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return r, err
		}
		present[name] = true
		r.add(found)
	}
	for name, l := range links {
		if l.Event == eventExpired {
			r.Expired++
		} else if !present[name] {
			r.Damage = append(r.Damage, Damage{File: name, What: "named in the manifest, but missing"})
		}
	}
	return r, nil
}

func (a *Archive) verifyChains(r *Report) (map[string]link, error) {
	files, err := filepath.Glob(filepath.Join(a.dir, "*.manifest"))
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	all := map[string]link{}
	for _, path := range files {
		name := filepath.Base(path)
		links, head, damage := checkChain(a.dir, name)
		r.Heads[strings.TrimSuffix(name, ".manifest")] = head
		r.Damage = append(r.Damage, damage...)
		for _, l := range links {
			all[l.Segment] = l
			if l.Event == eventRemoved {
				r.Removed = append(r.Removed, Removal{SHA256: l.Body, Reason: l.Reason, Time: l.Time})
			}
		}
	}
	return all, nil
}

// verifySegment checks one segment. Of the last one of a writer, which may be
// growing, only what is whole is judged.
func (a *Archive) verifySegment(ctx context.Context, name string, links map[string]link, last bool) (Report, error) {
	var r Report
	f, size, err := openAt(a.dir, name)
	if err != nil {
		return r, err
	}
	defer f.Close()
	r.Segments, r.Bytes = 1, size
	l, closed := links[name]
	switch {
	case closed && l.Bytes != size:
		r.Damage = append(r.Damage, Damage{File: name, What: fmt.Sprintf("%d bytes, the manifest says %d", size, l.Bytes)})
	case closed:
		if sum, err := fileHash(f.Name(), l.Bytes); err != nil {
			return r, err
		} else if sum != l.SHA256 {
			r.Damage = append(r.Damage, Damage{File: name, What: "its bytes do not have the hash in the manifest"})
		}
	case !last:
		r.Damage = append(r.Damage, Damage{File: name, What: "not in the manifest, though a later segment exists"})
	}
	if covered, _, ok := readIndex(a.dir, name, size); closed && (!ok || covered != l.Bytes) {
		r.Damage = append(r.Damage, Damage{File: indexName(name), What: "the index file is missing or unsound; its writer rebuilds it when it next starts"})
	}
	return r, a.verifyRecords(ctx, &r, f, size, last && !closed)
}

// changedMeanwhile tells of a segment that was closed, rewritten or deleted while
// it was being verified, and what the manifest says of it now.
func (a *Archive) changedMeanwhile(name string, links map[string]link) (link, bool) {
	writer, _, _ := parseSegment(name)
	now, _, _ := checkChain(a.dir, manifestName(writer))
	for _, l := range slices.Backward(now) {
		if l.Segment == name {
			return l, l != links[name]
		}
	}
	return link{}, false
}

func (r *Report) add(s Report) {
	r.Segments += s.Segments
	r.Records += s.Records
	r.Revisits += s.Revisits
	r.Bytes += s.Bytes
	r.Damage = append(r.Damage, s.Damage...)
}

func (a *Archive) verifyRecords(ctx context.Context, r *Report, f *os.File, size int64, growing bool) error {
	name := filepath.Base(f.Name())
	end, tail, err := a.walk(f, 0, size, everything, func(at, _ int64, rec *warcRecord) error {
		if what := r.count(rec); what != "" {
			r.Damage = append(r.Damage, Damage{File: name, Offset: at, What: what})
		}
		return ctx.Err()
	}, func(from, to int64, why error) {
		r.Damage = append(r.Damage, Damage{File: name, Offset: from, What: fmt.Sprintf("%v; the next whole record is at byte %d", why, to)})
	})
	if tail != nil && !growing {
		r.Damage = append(r.Damage, Damage{File: name, Offset: end, What: tail.Error()})
	}
	return err
}

// count checks the hashes of one record, counts it and says what is wrong with it.
func (r *Report) count(w *warcRecord) string {
	if want := w.header["warc-block-digest"]; strings.HasPrefix(want, digestPrefix) && digestOf(w.block) != want {
		return "the block does not have its hash"
	}
	switch w.kind() {
	case "revisit":
		r.Revisits++
	case "response":
		hash, ok := w.payloadHash()
		rec, err := w.response()
		switch {
		case err != nil:
			return err.Error()
		case !ok || hashOf(rec.Body) != hash:
			return "the body does not have its hash"
		}
		r.Records++
	}
	return ""
}
