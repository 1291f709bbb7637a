package archive

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Every gzip member of a segment carries, in the extra field of its header
// (RFC 1952, 2.3.1.1), a mark that nobody outside can know beforehand. Behind a
// damaged place the next record is found by it. To look for anything that unpacks
// to a record would not do: a hostile page can hold such a thing, unpacked.
const (
	keyBytes   = 32
	markBytes  = 16
	gzipHead   = 10 // without options
	extraFlag  = 4  // FEXTRA, in the fourth byte of the header
	extraHead  = 2 + 4
	markOffset = gzipHead + extraHead
)

// key is what a writer's marks are made from.
type key []byte

func keyName(writer string) string { return writer + ".key" }

// mark is the mark of one segment's members.
func (k key) mark(segment string) []byte {
	if len(k) != keyBytes {
		return nil
	}
	sum := sha256.Sum256(append(bytes.Clone(k), segment...))
	return sum[:markBytes]
}

func readKey(dir, writer string) key {
	k, err := os.ReadFile(filepath.Join(dir, keyName(writer)))
	if err != nil || len(k) != keyBytes {
		return nil
	}
	return k
}

// ownKey is the writer's key, made the first time.
func ownKey(dir, writer string) (key, error) {
	if k := readKey(dir, writer); k != nil {
		return k, nil
	}
	k := make(key, keyBytes)
	rand.Read(k)
	return k, replaceFile(dir, keyName(writer), k, 0o600)
}

// appendMarked adds a member, as compress/gzip wrote it, with a mark put into its header.
func appendMarked(to, member, mark []byte) []byte {
	to = append(to, member[:gzipHead]...)
	to[len(to)-gzipHead+3] |= extraFlag
	to = binary.LittleEndian.AppendUint16(to, 4+markBytes)
	to = append(to, 'S', 'h')
	to = binary.LittleEndian.AppendUint16(to, markBytes)
	to = append(to, mark...)
	return append(to, member[gzipHead:]...)
}

// markOf is the mark that a segment's members carry: as its first one has it, or
// from the writer's key where that one is damaged; nil where both are lost.
func (a *Archive) markOf(r io.ReaderAt, segment string) []byte {
	head := make([]byte, markOffset+markBytes)
	if _, err := r.ReadAt(head, 0); err == nil && isMarked(head) {
		if m := newMemberReader(io.NewSectionReader(r, 0, 1<<62)); m.sound() {
			return head[markOffset:]
		}
	}
	writer, _, _ := parseSegment(segment)
	return readKey(a.dir, writer).mark(segment)
}

func isMarked(head []byte) bool {
	return head[0] == 0x1f && head[1] == 0x8b && head[2] == 8 && head[3] == extraFlag &&
		string(head[gzipHead:markOffset]) == "\x14\x00Sh\x10\x00"
}

// sound reports whether a whole record stands at the reader's place.
func (m *memberReader) sound() bool {
	_, err := m.next(headersOnly)
	return err == nil
}

// resync is the offset of the next whole record with this mark at or behind from, or -1.
func resync(r io.ReaderAt, mark []byte, from, size int64) (int64, error) {
	const step = 64 << 10
	if len(mark) == 0 {
		return -1, nil
	}
	buf := make([]byte, step+markBytes-1) // overlapping, so that no mark is cut in two
	for base := from + markOffset; base < size; base += step {
		n, err := r.ReadAt(buf[:min(int64(len(buf)), size-base)], base)
		if err != nil && !errors.Is(err, io.EOF) {
			return -1, fmt.Errorf("archive: %w", err)
		}
		for seen := 0; ; {
			i := bytes.Index(buf[seen:n], mark)
			if i < 0 {
				break
			}
			at := base + int64(seen+i) - markOffset
			if newMemberReader(io.NewSectionReader(r, at, size-at)).sound() {
				return at, nil
			}
			seen += i + 1
		}
	}
	return -1, nil
}
