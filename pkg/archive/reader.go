package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	maxHead   = 512 << 10           // bytes of a WARC header, and about as many of an HTTP header
	maxMember = maxBody + 8*maxHead // unpacked bytes of one record
)

// warcRecord is one record as read: its header, by lower-case name, and its block.
type warcRecord struct {
	header map[string]string
	block  []byte // nil where only the header was asked for
}

func (w *warcRecord) kind() string { return w.header["warc-type"] }

func (w *warcRecord) origin() origin {
	return origin{id: w.header["warc-record-id"], url: w.header["warc-target-uri"], date: w.header["warc-date"]}
}

// payloadHash is the hash that the record says its body has.
func (w *warcRecord) payloadHash() (Hash, bool) {
	text, ok := strings.CutPrefix(w.header["warc-payload-digest"], digestPrefix)
	if !ok {
		return Hash{}, false
	}
	return parseHash(text)
}

// packedReader counts what the gzip reader takes, byte for byte: it offers
// ReadByte, so nothing is read ahead of the member's end.
type packedReader struct {
	from *bufio.Reader
	n    int64
}

func (p *packedReader) Read(b []byte) (int, error) {
	n, err := p.from.Read(b)
	p.n += int64(n)
	return n, err
}

func (p *packedReader) ReadByte() (byte, error) {
	b, err := p.from.ReadByte()
	if err == nil {
		p.n++
	}
	return b, err
}

// memberReader reads records one after the other.
type memberReader struct {
	packed packedReader
	zip    *gzip.Reader
	plain  *bufio.Reader
}

func newMemberReader(from io.Reader) *memberReader {
	m := &memberReader{plain: bufio.NewReaderSize(nil, 16<<10)}
	m.packed.from = bufio.NewReaderSize(from, 64<<10)
	return m
}

// next reads one member to its end, checking its CRC. It answers io.EOF at the
// end of the input, and an error that says what is wrong for anything but one
// whole WARC record. The block is kept where keep says so of the header.
func (m *memberReader) next(keep func(*warcRecord) bool) (*warcRecord, error) {
	var err error
	if m.zip == nil {
		m.zip, err = gzip.NewReader(&m.packed)
	} else {
		err = m.zip.Reset(&m.packed)
	}
	if err != nil {
		return nil, err
	}
	m.zip.Multistream(false)
	m.plain.Reset(io.LimitReader(m.zip, maxMember+1))
	rec, length, err := readHeader(m.plain)
	if err != nil {
		return nil, noEOF(err)
	}
	if keep(rec) {
		var block bytes.Buffer
		if _, err = io.CopyN(&block, m.plain, length); err == nil {
			rec.block = block.Bytes()
			if rec.block == nil {
				rec.block = []byte{}
			}
		}
	} else {
		_, err = io.CopyN(io.Discard, m.plain, length)
	}
	if err != nil {
		return nil, noEOF(err)
	}
	rest, err := io.ReadAll(io.LimitReader(m.plain, 5))
	if err == nil && string(rest) != "\r\n\r\n" {
		err = errors.New("the record does not end where its length says")
	}
	return rec, err
}

// noEOF keeps an input that ends inside a record apart from one that ends between two.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readHeader reads the version line and the named fields.
func readHeader(r *bufio.Reader) (*warcRecord, int64, error) {
	left := maxHead
	version, err := readLine(r, &left)
	if err != nil {
		return nil, 0, err
	}
	if version != "WARC/1.1" && version != "WARC/1.0" {
		return nil, 0, fmt.Errorf("version line %.40q: expected WARC/1.1", version)
	}
	rec := &warcRecord{header: make(map[string]string, 12)}
	for {
		line, err := readLine(r, &left)
		if err != nil {
			return nil, 0, err
		}
		if line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" {
			return nil, 0, fmt.Errorf("header line %.40q: expected a name and a value", line)
		}
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := rec.header[name]; !twice {
			rec.header[name] = strings.Trim(value, " \t")
		}
	}
	length, err := strconv.ParseUint(rec.header["content-length"], 10, 63)
	if err != nil || length > maxMember {
		return nil, 0, fmt.Errorf("length %.40q: expected at most %d", rec.header["content-length"], maxMember)
	}
	return rec, int64(length), nil
}

// readLine reads a line of at most *left bytes, without its end.
func readLine(r *bufio.Reader, left *int) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if *left -= len(part); *left < 0 {
			return "", errors.New("the header is over the limit")
		}
		line = append(line, part...)
		if err == nil {
			return strings.TrimRight(string(line), "\r\n"), nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return "", noEOF(err)
		}
	}
}

// scan reads the records of r from offset from up to size, calling each with the
// offset of the record and the offset behind it. It answers the offset where it
// stopped: size without an error, else the start of what is no whole record.
func scan(r io.ReaderAt, from, size int64, keep func(*warcRecord) bool, each func(at, end int64, rec *warcRecord) error) (int64, error) {
	m := newMemberReader(io.NewSectionReader(r, from, size-from))
	for at := from; ; {
		rec, err := m.next(keep)
		if errors.Is(err, io.EOF) && from+m.packed.n == at {
			return at, nil
		}
		if err != nil {
			return at, fmt.Errorf("%w at byte %d: %w", ErrDamaged, at, err)
		}
		end := from + m.packed.n
		if err := each(at, end, rec); err != nil {
			return at, err
		}
		at = end
	}
}

// location is where a record stands.
type location struct {
	segment string
	offset  int64
}

// readMemberAt reads one record, its block too where keep is set.
func readMemberAt(dir string, at location, keep bool) (*warcRecord, error) {
	f, err := os.Open(filepath.Join(dir, at.segment))
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	defer f.Close()
	m := newMemberReader(io.NewSectionReader(f, at.offset, 1<<62))
	rec, err := m.next(func(*warcRecord) bool { return keep })
	if err != nil {
		return nil, fmt.Errorf("%w: %s at byte %d: %w", ErrDamaged, at.segment, at.offset, noEOF(err))
	}
	return rec, nil
}

// readAt reads the response at a place and checks that its body has the hash.
func readAt(dir string, at location, hash Hash) (*Record, error) {
	w, err := readMemberAt(dir, at, true)
	if err != nil {
		return nil, err
	}
	rec, err := w.response()
	if err == nil && sha256.Sum256(rec.Body) != hash {
		err = errors.New("the body does not have the hash it is stored under")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s at byte %d: %w", ErrDamaged, at.segment, at.offset, err)
	}
	return rec, nil
}

// response is the HTTP response that a response or revisit record holds.
func (w *warcRecord) response() (*Record, error) {
	if kind := w.kind(); kind != "response" && kind != "revisit" {
		return nil, fmt.Errorf("a record of type %.20q holds no response", kind)
	}
	fetched, err := time.Parse(time.RFC3339Nano, w.header["warc-date"])
	if err != nil {
		return nil, fmt.Errorf("date: %w", err)
	}
	head, body, ok := bytes.Cut(w.block, []byte("\r\n\r\n"))
	if !ok {
		return nil, errors.New("no HTTP header")
	}
	rec := &Record{
		URL: w.header["warc-target-uri"], Fetched: fetched.UTC(), Header: http.Header{}, Body: body, IP: w.header["warc-ip-address"],
	}
	lines := strings.Split(string(head), "\r\n")
	protocol, status, _ := strings.Cut(lines[0], " ")
	code, _, _ := strings.Cut(status, " ")
	if rec.Status, err = strconv.Atoi(code); err != nil || !strings.HasPrefix(protocol, "HTTP/") {
		return nil, fmt.Errorf("status line %.40q", lines[0])
	}
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok || textproto.CanonicalMIMEHeaderKey(name) == "Content-Length" {
			continue
		}
		name = strings.TrimPrefix(name, originalPrefix)
		rec.Header[name] = append(rec.Header[name], strings.Trim(value, " \t"))
	}
	return rec, nil
}
