package archive

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	digestPrefix   = "sha256:"
	revisitProfile = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
	httpResponse   = "application/http; msgtype=response"
	warcTime       = "2006-01-02T15:04:05.999999999Z"
	originalPrefix = "X-Archive-Orig-" // the custom of web archives for a header that no longer holds of the stored bytes
)

// origin names a stored response for the revisits that refer to it.
type origin struct {
	id, url, date string
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return digestPrefix + hex.EncodeToString(sum[:])
}

// newID is a record identifier: a random UUID (RFC 9562, version 4) as a URN.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// field is one WARC header line.
type field struct{ name, value string }

// member packs one WARC record as one gzip member.
func (a *Archive) member(fields []field, block ...[]byte) ([]byte, error) {
	length := 0
	for _, b := range block {
		length += len(b)
	}
	var out bytes.Buffer
	z := a.zips.Get().(*gzip.Writer)
	defer a.zips.Put(z)
	z.Reset(&out)
	var head bytes.Buffer
	head.WriteString("WARC/1.1\r\n")
	for _, f := range append(fields, field{"Content-Length", strconv.Itoa(length)}) {
		fmt.Fprintf(&head, "%s: %s\r\n", f.name, f.value)
	}
	head.WriteString("\r\n")
	for _, part := range append(append([][]byte{head.Bytes()}, block...), []byte("\r\n\r\n")) {
		if _, err := z.Write(part); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (a *Archive) responseMember(rec Record, hash Hash, o origin) ([]byte, error) {
	head := httpHead(rec, true)
	block := sha256.New()
	block.Write(head)
	block.Write(rec.Body)
	return a.member(append(address(rec), []field{
		{"WARC-Type", "response"},
		{"WARC-Record-ID", o.id},
		{"WARC-Date", o.date},
		{"WARC-Target-URI", o.url},
		{"Content-Type", httpResponse},
		{"WARC-Payload-Digest", digestPrefix + hex.EncodeToString(hash[:])},
		{"WARC-Block-Digest", digestPrefix + hex.EncodeToString(block.Sum(nil))},
	}...), head, rec.Body)
}

// address is the line that names the server, where it is known.
func address(rec Record) []field {
	if rec.IP == "" {
		return nil
	}
	return []field{{"WARC-IP-Address", rec.IP}}
}

func (a *Archive) revisitMember(rec Record, hash Hash, first origin) ([]byte, error) {
	head := httpHead(rec, false)
	return a.member(append(address(rec), []field{
		{"WARC-Type", "revisit"},
		{"WARC-Record-ID", newID()},
		{"WARC-Date", rec.Fetched.UTC().Format(warcTime)},
		{"WARC-Target-URI", headerText(rec.URL)},
		{"WARC-Profile", revisitProfile},
		{"WARC-Refers-To", first.id},
		{"WARC-Refers-To-Target-URI", first.url},
		{"WARC-Refers-To-Date", first.date},
		{"Content-Type", httpResponse},
		{"WARC-Payload-Digest", digestPrefix + hex.EncodeToString(hash[:])},
		{"WARC-Block-Digest", digestOf(head)},
	}...), head)
}

// infoMember is the first record of a segment.
func (a *Archive) infoMember(segment string, now time.Time) ([]byte, error) {
	block := []byte("software: Sarhad\r\nformat: WARC File Format 1.1\r\n" +
		"conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n")
	return a.member([]field{
		{"WARC-Type", "warcinfo"},
		{"WARC-Record-ID", newID()},
		{"WARC-Date", now.UTC().Format(warcTime)},
		{"WARC-Filename", segment},
		{"Content-Type", "application/warc-fields"},
		{"WARC-Block-Digest", digestOf(block)},
	}, block)
}

// movedHeaders say how a body was sent; they would be untrue of the decoded one
// and are kept under another name.
func movedHeaders() []string {
	return []string{"Content-Encoding", "Content-Length", "Transfer-Encoding"}
}

// httpHead is the status line and header of rec, names in order. With body it
// states the length of the stored body.
func httpHead(rec Record, body bool) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", rec.Status, http.StatusText(rec.Status))
	for _, name := range slices.Sorted(maps.Keys(rec.Header)) {
		if !validName(name) {
			continue
		}
		written := name
		if slices.Contains(movedHeaders(), textproto.CanonicalMIMEHeaderKey(name)) || strings.HasPrefix(name, originalPrefix) {
			written = originalPrefix + name
		}
		for _, value := range rec.Header[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", written, headerText(value))
		}
	}
	if body {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(rec.Body))
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

func validName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"(),/:;<=>?@[\\]{}", r)
	})
}

// headerText is text that cannot end a header line. It works on bytes: a header
// need not be UTF-8, and what was received is kept.
func headerText(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			b[i] = ' '
		}
	}
	return strings.Trim(string(b), " \t")
}
