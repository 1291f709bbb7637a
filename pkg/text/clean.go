package text

import (
	"strings"
	"unicode"
)

// Clean makes s safe to print on one line of a log, a mail or a table: line breaks and
// tabs become spaces; other controls, bidirectional controls and bytes that are not
// UTF-8 are removed. Joiners, which Persian, Urdu and Hindi spell with, stay.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r' || r == 0x0085 || r == 0x2028 || r == 0x2029:
			return ' '
		case unicode.IsControl(r) || r == unicode.ReplacementChar:
			return -1
		case r == 0x061C || r == 0x200E || r == 0x200F || 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x206F:
			return -1
		case r == 0xFEFF || 0xFFF9 <= r && r <= 0xFFFB || 0xE0000 <= r && r <= 0xE007F:
			return -1
		}
		return r
	}, s)
}

// Runes answers the code points start to end of s, end exclusive; limits outside s are
// moved to its ends.
func Runes(s string, start, end int) string {
	start = max(start, 0)
	from, to, n := len(s), len(s), 0
	for i := range s {
		if n == start {
			from = i
		}
		if n >= end {
			to = i
			break
		}
		n++
	}
	return s[min(from, to):to]
}
