package page

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

// moment is a date as a page writes it.
type moment struct {
	time.Time
	clock bool // with a time of day
	zoned bool // with an offset or the name of a zone
	exact bool // not one of two readings of the order of day and month
}

// piece is a number, a word or a separator of a written date.
type piece struct {
	kind   byte // n number, w word, or the separator itself
	value  int
	digits int
	word   string // folded
}

// maxDate is how much of a string is looked through for a date, in bytes.
const maxDate = 300

// findDate reads the first date in a string, in the forms and languages pages use.
// Where 3/4/2024 could be read both ways, monthFirst says which.
func findDate(s string, monthFirst bool) (moment, bool) {
	if len(s) > maxDate {
		s = s[:maxDate]
	}
	p := pieces(s)
	for i := range p {
		if d, next, ok := dayAt(p, i, monthFirst); ok {
			clock(p, i, next, &d)
			return d, true
		}
	}
	return moment{}, false
}

// pieces cuts a string, digits of every script read as numbers. White space and
// direction marks are left out.
func pieces(s string) []piece {
	out := make([]piece, 0, 16)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch v := digit(r); {
		case v >= 0:
			j, value, digits := i, 0, 0
			for j < len(s) {
				r, n := utf8.DecodeRuneInString(s[j:])
				v := digit(r)
				if v < 0 || digits == 14 {
					break
				}
				value, digits, j = value*10+v, digits+1, j+n
			}
			out = append(out, piece{kind: 'n', value: value, digits: digits})
			i = j
		case unicode.IsLetter(r) || unicode.IsMark(r):
			j := i
			for j < len(s) {
				r, n := utf8.DecodeRuneInString(s[j:])
				if !unicode.IsLetter(r) && !unicode.IsMark(r) || j > i && cjk(r) {
					break
				}
				j += n
			}
			out = append(out, piece{kind: 'w', word: text.Fold(s[i:j])})
			i = j
		case unicode.IsSpace(r) || unicode.Is(unicode.Cf, r):
			i += n
		default:
			c := byte('?')
			switch {
			case r == '–' || r == '−':
				c = '-'
			case r == '،':
				c = ','
			case r < 0x80:
				c = byte(r)
			}
			out = append(out, piece{kind: c})
			i += n
		}
	}
	return out
}

// cjk reports whether a letter is a word by itself.
func cjk(r rune) bool { return r >= 0x2E80 && r < 0xD7B0 }

// digit is the value of a decimal digit, -1 for any other code point.
func digit(r rune) int {
	for _, zero := range [...]rune{'0', '٠', '۰', '०', '০'} {
		if r >= zero && r <= zero+9 {
			return int(r - zero)
		}
	}
	return -1
}

// dayAt reads a date that begins at piece i, and answers the piece after it.
func dayAt(p []piece, i int, monthFirst bool) (moment, int, bool) {
	switch {
	case p[i].kind == 'n' && p[i].digits >= 8 && (p[i].digits == 8 || p[i].digits >= 12):
		v := p[i].value
		for d := p[i].digits; d > 8; d-- {
			v /= 10
		}
		d, ok := civil(v/10000, v/100%100, v%100)
		return d, i + 1, ok
	case p[i].kind == 'n' && p[i].digits == 4:
		return yearFirst(p, i)
	case p[i].kind == 'n' && p[i].digits <= 2:
		return dayFirst(p, i, monthFirst)
	case p[i].kind == 'w':
		return monthNameFirst(p, i)
	}
	return moment{}, 0, false
}

// yearFirst reads 2024-05-17, 2024. május 17., 2024年5月17日 and د ۱۴۰۳ کال د ثور ۲۸.
func yearFirst(p []piece, i int) (moment, int, bool) {
	year := p[i].value
	j := i + 1
	if m, k, ok := monthName(p, fillers(p, j)); ok {
		if k = fillers(p, k); k < len(p) && p[k].kind == 'n' && p[k].digits <= 2 {
			d, ok := named(year, m, p[k].value)
			return d, k + 1, ok
		}
		return moment{}, 0, false
	}
	if j+3 > len(p) {
		return moment{}, 0, false
	}
	if !separates(p[j]) || p[j+1].kind != 'n' || p[j+1].digits > 2 || j+3 >= len(p) {
		return moment{}, 0, false
	}
	k := j + 2
	if !separates(p[k]) || p[k+1].kind != 'n' || p[k+1].digits > 2 {
		return moment{}, 0, false
	}
	d, ok := civil(year, p[j+1].value, p[k+1].value)
	return d, k + 2, ok
}

// separates reports whether a piece stands between the numbers of a date.
func separates(p piece) bool {
	switch p.kind {
	case '-', '/', '.':
		return true
	case 'w':
		return p.word == "年" || p.word == "月" || p.word == "년" || p.word == "월"
	}
	return false
}

// dayFirst reads 17.5.2024, 17/05/24, 5/17/2024 and 17 May 2024.
func dayFirst(p []piece, i int, monthFirst bool) (moment, int, bool) {
	day := p[i].value
	if m, k, ok := monthName(p, fillers(p, i+1)); ok {
		k = fillers(p, k)
		if k < len(p) && p[k].kind == 'n' && (p[k].digits == 4 || p[k].digits == 2 && !follows(p, k, ':')) {
			d, ok := named(century(p[k]), m, day)
			return d, k + 1, ok
		}
		return moment{}, 0, false
	}
	if i+4 >= len(p) || !separates(p[i+1]) || p[i+3].kind != p[i+1].kind || p[i+2].kind != 'n' || p[i+2].digits > 2 || p[i+4].kind != 'n' {
		return moment{}, 0, false
	}
	if p[i+4].digits != 4 && (p[i+4].digits != 2 || p[i].digits+p[i+2].digits < 3) {
		return moment{}, 0, false
	}
	year, mon := century(p[i+4]), p[i+2].value
	exact := day > 12 || mon > 12 || day == mon || p[i+1].kind == '.'
	if mon > 12 || monthFirst && day <= 12 && p[i+1].kind == '/' {
		day, mon = mon, day
	}
	d, ok := civil(year, mon, day)
	d.exact = exact
	return d, i + 5, ok
}

func follows(p []piece, i int, kind byte) bool { return i+1 < len(p) && p[i+1].kind == kind }

// century is the year that two digits stand for.
func century(p piece) int {
	switch {
	case p.digits != 2:
		return p.value
	case p.value < 70:
		return 2000 + p.value
	}
	return 1900 + p.value
}

// monthNameFirst reads May 17, 2024.
func monthNameFirst(p []piece, i int) (moment, int, bool) {
	m, k, ok := monthName(p, i)
	if !ok {
		return moment{}, 0, false
	}
	if k = fillers(p, k); k >= len(p) || p[k].kind != 'n' || p[k].digits > 2 {
		return moment{}, 0, false
	}
	y := fillers(p, k+1)
	if y >= len(p) || p[y].kind != 'n' || p[y].digits != 4 {
		return moment{}, 0, false
	}
	d, ok := named(p[y].value, m, p[k].value)
	return d, y + 1, ok
}

// monthName reads the name of a month at piece i, of one word or two.
func monthName(p []piece, i int) (month, int, bool) {
	if i >= len(p) || p[i].kind != 'w' {
		return month{}, 0, false
	}
	if i+1 < len(p) && p[i+1].kind == 'w' {
		if m, ok := months[p[i].word+" "+p[i+1].word]; ok {
			return m, i + 2, true
		}
	}
	m, ok := months[p[i].word]
	return m, i + 1, ok
}

// fillers steps over what may stand between day, month and year.
func fillers(p []piece, i int) int {
	for n := 0; i < len(p) && n < 3; n++ {
		switch {
		case p[i].kind == '.' || p[i].kind == ',' || p[i].kind == '-' || p[i].kind == '/' || p[i].kind == '?' || p[i].kind == '\'':
		case p[i].kind == 'w' && filler(p[i].word):
		default:
			return i
		}
		i++
	}
	return i
}

func filler(w string) bool {
	switch w {
	case "st", "nd", "rd", "th", "de", "del", "of", "د", "کال", "سال", "er", "ο", "ماه", "el", "den", "го", "года", "م":
		return true
	}
	return false
}

// named is a date with the month's name, in the calendar of that name.
func named(year int, m month, day int) (moment, bool) {
	if m.solar {
		t, ok := solarDate(year, m.number, day)
		return moment{Time: t, exact: true}, ok
	}
	return gregorian(year, m.number, day)
}

// civil is a date in numbers; a year around 1400 is one of the solar Hijri calendar.
func civil(year, mon, day int) (moment, bool) {
	if year >= 1340 && year <= 1420 {
		t, ok := solarDate(year, mon, day)
		return moment{Time: t, exact: true}, ok
	}
	return gregorian(year, mon, day)
}

func gregorian(year, mon, day int) (moment, bool) {
	if year < 1970 || year > 2100 || mon < 1 || mon > 12 || day < 1 || day > 31 {
		return moment{}, false
	}
	t := time.Date(year, time.Month(mon), day, 0, 0, 0, 0, time.UTC)
	return moment{Time: t, exact: true}, t.Day() == day
}

// dateOf reads a date of a machine's making: RFC 3339 and what is near it, else findDate.
func dateOf(s string, monthFirst bool) (moment, bool) {
	s = strings.TrimSpace(s)
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02T15:04Z07:00", time.RFC1123Z} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1970 && t.Year() <= 2100 {
			return moment{Time: t, clock: true, zoned: true, exact: true}, true
		}
	}
	return findDate(s, monthFirst)
}
