package query

import (
	"strings"
	"unicode"
)

// scanner walks over the characters of a query.
type scanner struct {
	in  []rune
	pos int
}

const quotes = "\"“”„«»"

func (s *scanner) peek() rune {
	if s.pos < len(s.in) {
		return s.in[s.pos]
	}
	return 0
}

// invisible marks come along when right-to-left text is pasted and mean nothing here.
func invisible(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) || r == '\uFEFF' }

func blank(r rune) bool { return unicode.IsSpace(r) || invisible(r) || r == '\u0000' }

func comma(r rune) bool { return r == ',' || r == '،' || r == '，' }

func minus(r rune) bool { return r == '-' || r == '−' }

// skip moves to the next character that means something, and reports whether there is one.
func (s *scanner) skip() bool {
	for s.pos < len(s.in) && blank(s.in[s.pos]) {
		s.pos++
	}
	return s.pos < len(s.in)
}

// take moves over r if it stands here.
func (s *scanner) take(r rune) bool {
	if s.pos < len(s.in) && s.in[s.pos] == r {
		s.pos++
		return true
	}
	return false
}

// keyword moves over an operator word that stands here by itself.
func (s *scanner) keyword(word string) bool {
	end := s.pos
	for _, r := range word {
		if end >= len(s.in) || s.in[end] != r {
			return false
		}
		end++
	}
	if end < len(s.in) && !blank(s.in[end]) && !strings.ContainsRune("()"+quotes, s.in[end]) {
		return false
	}
	s.pos = end
	return true
}

// word reads to the next blank, parenthesis or quotation mark, or comma in a list.
func (s *scanner) word(list bool) string {
	start := s.pos
	for s.pos < len(s.in) {
		r := s.in[s.pos]
		if unicode.IsSpace(r) || r == '(' || r == ')' || list && comma(r) || strings.ContainsRune(quotes, r) {
			break
		}
		s.pos++
	}
	return string(s.in[start:s.pos])
}

// quoted reads what stands between quotation marks; ok is false if none closes it.
func (s *scanner) quoted() (string, bool) {
	closing := "\"”“"
	switch s.in[s.pos] {
	case '"':
		closing = "\""
	case '«', '»':
		closing = "«»"
	}
	start := s.pos + 1
	for i := start; i < len(s.in); i++ {
		if strings.ContainsRune(closing, s.in[i]) {
			s.pos = i + 1
			return string(s.in[start:i]), true
		}
	}
	return "", false
}

// field reads a name and the colon after it; without both it moves nowhere.
func (s *scanner) field() string {
	i := s.pos
	for i < len(s.in) && (s.in[i] >= 'a' && s.in[i] <= 'z' || s.in[i] >= 'A' && s.in[i] <= 'Z' || s.in[i] == '_') {
		i++
	}
	if i == s.pos || i >= len(s.in) || s.in[i] != ':' {
		return ""
	}
	name := string(s.in[s.pos:i])
	s.pos = i + 1
	return name
}

// number reads decimal digits of the scripts of the region; -1 where there are none
// or too many.
func (s *scanner) number() int {
	n, digits := 0, 0
	for s.pos < len(s.in) {
		d := digit(s.in[s.pos])
		if d < 0 {
			break
		}
		if n, digits = n*10+d, digits+1; digits > 4 {
			return -1
		}
		s.pos++
	}
	if digits == 0 {
		return -1
	}
	return n
}

func digit(r rune) int {
	for _, zero := range []rune{'0', '٠', '۰', '०'} {
		if r >= zero && r <= zero+9 {
			return int(r - zero)
		}
	}
	return -1
}

// rest answers what stands from pos to the next blank, for an error.
func (s *scanner) rest(pos int) string {
	end := pos
	for end < len(s.in) && !unicode.IsSpace(s.in[end]) {
		end++
	}
	return string(s.in[pos:end])
}
