package text

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Kind says where in the bytes a declaration of their charset is looked for.
type Kind int

// The kinds of document.
const (
	HTML Kind = iota // in a meta element near the start
	XML              // in the XML declaration
)

// ErrCharset is reported beside a text whose declared charset is unknown and whose
// bytes are not UTF-8; the text is then read as windows-1252.
var ErrCharset = errors.New("unknown charset")

// ErrBinary is reported for bytes that are no text in any charset.
var ErrBinary = errors.New("not a text")

const declarationBytes = 4096

var (
	xmlDeclaration = regexp.MustCompile(`^\s{0,64}<\?xml[^>]{0,200}?encoding\s{0,8}=\s{0,8}["']([A-Za-z0-9._:-]{1,40})["']`)
	httpParameter  = regexp.MustCompile(`(?i)charset\s{0,8}=\s{0,8}["']?([A-Za-z0-9._:-]{1,40})`)
	metaCharset    = regexp.MustCompile(`(?i)<meta[^>]{0,400}?charset\s{0,8}=\s{0,8}["']?\s{0,8}([A-Za-z0-9._:-]{1,40})`)
)

// Decode answers b as UTF-8 and the charset it was read in. A byte order mark decides
// first, then the shape of UTF-16 without one, then the charset of contentType, the
// document's own declaration, and the bytes. A label that is not UTF-8 is overruled
// where the bytes are valid UTF-8 beyond ASCII, which no other charset is by chance;
// a label that says UTF-8 where a fifth of the bytes beyond ASCII are not is not
// believed. What cannot be decoded becomes U+FFFD. The text is returned beside the
// error too, so that a reader may go on.
func Decode(b []byte, contentType string, kind Kind) (string, string, error) {
	if name, enc, skip := byMark(b); enc != nil {
		return decodeWith(b[skip:], enc, name)
	}
	if name, enc := byZeros(b); enc != nil {
		return decodeWith(b, enc, name)
	}
	if bytes.Count(b[:min(len(b), declarationBytes)], []byte{0}) > declarationBytes/16 {
		return strings.ToValidUTF8(string(b), "\uFFFD"), "", ErrBinary
	}
	var unknown string
	for _, label := range []string{httpCharset(contentType), declared(b, kind)} {
		if label == "" {
			continue
		}
		enc, name := lookup(label)
		if enc == nil {
			unknown = label
			continue
		}
		if strings.HasPrefix(name, "utf-16") {
			continue // the declaration was legible as ASCII, so it is not
		}
		if believed(b, name) {
			return decodeWith(b, enc, name)
		}
	}
	enc, name := charset.Lookup(byBytes(b))
	s, name, err := decodeWith(b, enc, name)
	if unknown != "" && name != "utf-8" && err == nil {
		err = fmt.Errorf("%w %q", ErrCharset, unknown)
	}
	return s, name, err
}

// lookup answers the encoding of a label as browsers read it, or as IANA registers it.
func lookup(label string) (encoding.Encoding, string) {
	if enc, name := charset.Lookup(label); enc != nil && name != "replacement" {
		return enc, name
	}
	enc, err := ianaindex.IANA.Encoding(label)
	if err != nil || enc == nil {
		return nil, ""
	}
	return enc, strings.ToLower(label)
}

func decodeWith(b []byte, enc encoding.Encoding, name string) (string, string, error) {
	if name == "utf-8" {
		return strings.ToValidUTF8(string(b), "\uFFFD"), name, nil
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(out), "\uFFFD"), name, fmt.Errorf("decode %s: %w", name, err)
	}
	return strings.TrimPrefix(strings.ToValidUTF8(string(out), "\uFFFD"), "\uFEFF"), name, nil
}

func byMark(b []byte) (string, encoding.Encoding, int) {
	switch {
	case bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")):
		return "utf-8", unicode.UTF8, 3
	case bytes.HasPrefix(b, []byte("\xFF\xFE\x00\x00")):
		return "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(b, []byte("\x00\x00\xFE\xFF")):
		return "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(b, []byte("\xFF\xFE")):
		return "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), 2
	case bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), 2
	}
	return "", nil, 0
}

// byZeros recognises UTF-16 and UTF-32 without a byte order mark: markup begins with
// ASCII, so that every other byte of its start is zero, or three of four.
func byZeros(b []byte) (string, encoding.Encoding) {
	switch {
	case bytes.HasPrefix(b, []byte("<\x00\x00\x00")):
		return "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case bytes.HasPrefix(b, []byte("\x00\x00\x00<")):
		return "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case bytes.HasPrefix(b, []byte("\x4C\x6F\xA7\x94")):
		return "ibm037", charmap.CodePage037
	}
	head := b[:min(len(b), 256)]
	if len(head) < 4 {
		return "", nil
	}
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
	}
	few, many := len(head)/32, len(head)/5
	switch {
	case zeros[1] > many && zeros[0] <= few:
		return "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[0] > many && zeros[1] <= few:
		return "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return "", nil
}

func httpCharset(contentType string) string {
	if m := httpParameter.FindStringSubmatch(contentType); m != nil {
		return m[1]
	}
	return ""
}

func declared(b []byte, kind Kind) string {
	head := b[:min(len(b), declarationBytes)]
	if m := xmlDeclaration.FindSubmatch(head); m != nil {
		return string(m[1])
	}
	if kind == HTML {
		if m := metaCharset.FindSubmatch(head); m != nil {
			return string(m[1])
		}
	}
	return ""
}

// believed reports whether the bytes allow the charset.
func believed(b []byte, name string) bool {
	good, bad := utf8Shape(b)
	if name == "utf-8" {
		return bad*5 <= good+bad
	}
	return good == 0 || bad > 0
}

// utf8Shape counts the sequences of b beyond ASCII that are UTF-8, and the bytes that
// are not. A sequence cut off at the very end counts as neither, unless it is all there is.
func utf8Shape(b []byte) (good, bad int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r != utf8.RuneError || n > 1:
			good++
		case utf8.FullRune(b[i:]) || good == 0:
			bad++
		}
		i += n
	}
	return good, bad
}
