package feed

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// legal drops the characters that XML 1.0 has no place for: C0 controls but tab
// and line ends, U+FFFE, U+FFFF, and what is not UTF-8.
func legal(s string) (string, faults) {
	var f faults
	bad := illegal(s, 0)
	if bad < 0 {
		return s, f
	}
	if strings.IndexByte(s, 0) >= 0 && strings.Trim(s, "\x00 \r\n\t") == "" {
		return "", f
	}
	f.add(-1, "characters that XML does not allow")
	var b strings.Builder
	b.Grow(len(s))
	from := 0
	for bad >= 0 {
		b.WriteString(s[from:bad])
		_, size := utf8.DecodeRuneInString(s[bad:])
		from = bad + size
		bad = illegal(s, from)
	}
	b.WriteString(s[from:])
	return b.String(), f
}

// illegal is the place of the first character at or behind from that XML does not allow, -1 where there is none.
func illegal(s string, from int) int {
	for i := from; i < len(s); {
		c := s[i]
		switch {
		case c < 0x20:
			if c != '\t' && c != '\n' && c != '\r' {
				return i
			}
			i++
		case c < utf8.RuneSelf:
			i++
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
				return i
			}
			i += size
		}
	}
	return -1
}

// ampersands mends the references in in[a:b]: entities that XML does not know
// become the characters HTML gives them, references to illegal characters go, and
// any other ampersand is escaped.
func (g *gate) ampersands(a, b int) {
	for a < b {
		at := strings.IndexByte(g.in[a:b], '&')
		if at < 0 {
			break
		}
		a += at
		s, n, reason := reference(g.in[a:b])
		if reason != "" {
			g.faults.add(a, reason)
			g.replace(a, a+n, s)
		}
		a += n
	}
	g.pos = b
}

// maxReference is longer than the longest reference HTML knows, 33 bytes with its ends.
const maxReference = 40

// reference reads the reference at the ampersand that s begins with: what stands
// for it in well-formed XML, how many bytes it takes, and what was wrong with it.
func reference(s string) (string, int, string) {
	end := strings.IndexByte(s[:min(len(s), maxReference)], ';')
	if end < 2 {
		return "&amp;", 1, "an ampersand that is not escaped"
	}
	name, whole := s[1:end], s[:end+1]
	switch name {
	case "amp", "lt", "gt", "quot", "apos":
		return whole, end + 1, ""
	}
	if name[0] == '#' {
		return numeric(name[1:], whole, end+1)
	}
	if text := html.UnescapeString(whole); text != whole && !strings.HasSuffix(text, ";") {
		return html.EscapeString(text), end + 1, "the entity " + whole + " is not declared"
	}
	return "&amp;", 1, "an ampersand that is not escaped"
}

func numeric(digits, whole string, size int) (string, int, string) {
	base := 10
	if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return "&amp;", 1, "an ampersand that is not escaped"
	}
	switch {
	case n >= 0x80 && n < 0xA0: // Windows-1252 taken for Latin-1, as HTML reads it
		return html.UnescapeString(whole), size, "a reference to a control character"
	case n > utf8.MaxRune || !utf8.ValidRune(rune(n)) || illegal(string(rune(n)), 0) >= 0:
		return "", size, "a reference to a character that XML does not allow"
	case whole[2] == 'X':
		return "&#x" + digits + ";", size, "a reference written with a capital X"
	}
	return whole, size, ""
}
