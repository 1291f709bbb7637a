package archive

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzReader reads anything as a segment: it must end, in bounded memory, and
// whatever stands behind a whole record must not matter to it.
func FuzzReader(f *testing.F) {
	dir := f.TempDir()
	a := open(f, dir, "seed", Options{})
	store(f, a, page(1))
	store(f, a, page(1))
	a.Close()
	segment := read(f, filepath.Join(dir, segmentName("seed", 1)))
	f.Add(segment)
	f.Add(segment[:len(segment)-7])
	f.Add([]byte{0x1f, 0x8b, 8})
	mark := bytes.Clone(segment[markOffset : markOffset+markBytes])
	f.Add(append([]byte("torn"), segment...))
	for _, head := range []string{
		"WARC/1.1\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n", "WARC/1.1\r\nContent-Length: 99999999999\r\n\r\n", "WARC/1.1\r\nContent-Length: -1\r\n\r\n\r\n\r\n",
		"WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2025-01-01T00:00:00Z\r\nContent-Length: 19\r\n\r\nHTTP/1.1 200\r\n\r\nbody\r\n\r\n", "WARC/1.1\r\n:\r\n\r\n", "\r\n\r\n",
	} {
		f.Add(packed(f, head))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		records := 0
		end, err := scan(r, 0, int64(len(b)), func(*warcRecord) bool { return true }, func(at, end int64, rec *warcRecord) error {
			records++
			if at >= end || end > int64(len(b)) || len(rec.block) > maxMember {
				t.Errorf("a record from %d to %d with %d bytes", at, end, len(rec.block))
			}
			if got, err := rec.response(); err == nil && (got.Header == nil || len(got.Body) > len(rec.block)) {
				t.Errorf("response %+v", got)
			}
			rec.payloadHash()
			return nil
		})
		if (err == nil) != (end == int64(len(b))) || err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("scan ends at %d of %d: %v", end, len(b), err)
		}
		again := 0
		if _, err := scan(bytes.NewReader(b[:end]), 0, end, headersOnly, func(int64, int64, *warcRecord) error { again++; return nil }); err != nil || again != records {
			t.Errorf("read again: %d records of %d, %v", again, records, err)
		}
		if next, err := resync(r, mark, end+1, int64(len(b))); err != nil || next >= 0 && next <= end {
			t.Errorf("resync: %d, %v", next, err)
		}
	})
}

func packed(f *testing.F, text string) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write([]byte(text)); err != nil {
		f.Fatal(err)
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	return out.Bytes()
}

// FuzzRoundTrip stores any response and reads it back.
func FuzzRoundTrip(f *testing.F) {
	dir := f.TempDir()
	a := open(f, dir, "fuzz", Options{})
	f.Add("https://outlet.example/", 200, "Content-Type", "text/html", []byte("body"))
	f.Add("https://outlet.example/\n", 304, "content-length", "12\r\nX: y", []byte("\r\n\r\n"))
	f.Add("x", 999, "X-Archive-Orig-Content-Encoding", "gzip", []byte{0x1f, 0x8b, 8})
	f.Fuzz(func(t *testing.T, url string, status int, name, value string, body []byte) {
		rec := Record{URL: url, Fetched: time.Unix(1736000000, 1), Status: status, Header: http.Header{name: {value}}, Body: body}
		if checkRecord(rec) != nil {
			return
		}
		hash := hashOf(body)
		member, err := a.responseMember(rec, hash, origin{id: newID(), url: headerText(url), date: rec.Fetched.UTC().Format(warcTime)})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "one")
		if err := os.WriteFile(path, member, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := readAt(filepath.Dir(path), location{"one", 0}, hash)
		if err != nil {
			t.Fatal(err)
		}
		if got.Status != status || !bytes.Equal(got.Body, body) || !got.Fetched.Equal(rec.Fetched) || got.URL != headerText(url) {
			t.Errorf("got %+v", got)
		}
		if d := cmp.Diff(rec.Header, got.Header); d != "" && value == headerText(value) && validName(name) {
			t.Errorf("header (-put +got):\n%s", d)
		}
	})
}
