package feed

import (
	"strings"
	"time"
	"unicode"
)

// maxDate is the length, in bytes, beyond which a text is no date.
const maxDate = 160

// date is the first of the texts that reads as a time, in UTC; nil where none does.
func date(raws ...string) *time.Time {
	for _, raw := range raws {
		if t, ok := parseDate(raw); ok {
			return &t
		}
	}
	return nil
}

// parseDate reads a date as feeds write it: RFC 3339 and RFC 822 and what people
// make of them, numeric dates with the day first, month names of the languages of
// the region, solar Hijri dates, seconds since 1970. A time without a zone is taken
// as UTC. A text without a day, or with a day that no calendar has, is no date.
func parseDate(raw string) (time.Time, bool) {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > maxDate {
		return time.Time{}, false
	}
	d := dateParts{month: -1}
	if !d.read(words(raw)) {
		return time.Time{}, false
	}
	return d.time()
}

// word is a run of digits, a run of letters or a single mark.
type word struct {
	text string
	kind byte // '0' digits, 'a' letters, else the mark itself
}

// words splits a text, with every digit as an ASCII digit. White space is one space mark.
func words(raw string) []word {
	var out []word
	var run []rune
	kind := byte(0)
	flush := func() {
		if len(run) > 0 {
			out = append(out, word{string(run), kind})
			run = run[:0]
		}
	}
	for _, r := range raw {
		k := byte(0)
		switch {
		case unicode.IsDigit(r):
			r, k = digit(r), '0'
		case unicode.IsLetter(r) || unicode.IsMark(r):
			k = 'a'
		case unicode.Is(unicode.Cf, r):
			continue // direction marks
		case unicode.IsSpace(r):
			r = ' '
		}
		if k != kind || k == 0 {
			flush()
		}
		if kind = k; k != 0 {
			run = append(run, r)
		} else if r == ' ' {
			if len(out) > 0 && out[len(out)-1].kind != ' ' {
				out = append(out, word{" ", ' '})
			}
		} else {
			out = append(out, word{string(r), mark1(r)})
		}
	}
	flush()
	return out
}

// mark1 is the mark as one byte, the minus sign and dashes as a hyphen.
func mark1(r rune) byte {
	switch r {
	case '−', '–', '—':
		return '-'
	case '،':
		return ','
	}
	if r < 0x80 {
		return byte(r)
	}
	return '?'
}

// digit is the ASCII digit of the same value: the decimal digits of every script stand in runs of ten.
func digit(r rune) rune {
	switch {
	case r >= '0' && r <= '9':
		return r
	case r >= 0x660 && r <= 0x669:
		return r - 0x660 + '0'
	case r >= 0x6F0 && r <= 0x6F9:
		return r - 0x6F0 + '0'
	case r >= 0x966 && r <= 0x96F:
		return r - 0x966 + '0'
	}
	return '?'
}

// dateParts are the parts of a date as far as they are known.
type dateParts struct {
	year, month, day int
	solar            bool // the month is one of the solar Hijri calendar
	hasYear, hasDay  bool
	hour, min, sec   int
	nano             int
	hasTime          bool
	pm, am           bool
	offset           int // seconds east of UTC
	hasZone          bool
	loose            []string // numbers that are not yet day or year
	epoch            int64    // seconds since 1970, where the text is nothing else
}

// read takes the words in order, the longest form first.
func (d *dateParts) read(w []word) bool {
	if len(w) == 1 && w[0].kind == '0' && (len(w[0].text) == 10 || len(w[0].text) == 13) {
		d.epoch = number(w[0].text[:10])
		return true
	}
	for i := 0; i < len(w); {
		n := 0
		switch w[i].kind {
		case '0':
			if n = d.clock(w[i:]); n == 0 {
				if n = d.numeric(w[i:]); n == 0 {
					n = d.compact(w[i:])
				}
			}
		case 'a':
			n = d.name(w[i:])
		case '+', '-':
			n = d.zone(w[i:])
		default:
			n = 1
		}
		if n == 0 {
			return false
		}
		i += n
	}
	return d.settle()
}

// clock reads h:m, h:m:s and h:m:s.fraction, once.
func (d *dateParts) clock(w []word) int {
	if d.hasTime || len(w) < 3 || w[1].kind != ':' || w[2].kind != '0' || len(w[0].text) > 2 || len(w[2].text) > 2 {
		return 0
	}
	d.hour, d.min, d.hasTime = atoi(w[0].text), atoi(w[2].text), true
	n := 3
	if len(w) > n+1 && w[n].kind == ':' && w[n+1].kind == '0' && len(w[n+1].text) <= 2 {
		d.sec = atoi(w[n+1].text)
		n += 2
		if len(w) > n+1 && (w[n].kind == '.' || w[n].kind == ',' || w[n].kind == ':') && w[n+1].kind == '0' {
			d.nano = atoi((w[n+1].text + "000000000")[:9])
			n += 2
		}
	}
	return n
}

// numeric reads three numbers with one mark between them.
func (d *dateParts) numeric(w []word) int {
	if d.hasDay || len(w) < 5 || w[2].kind != '0' || w[4].kind != '0' || w[1].kind != w[3].kind || strings.IndexByte("-/.", w[1].kind) < 0 {
		if !d.hasDay && len(d.loose) == 0 && len(w) == 3 && w[1].kind == '-' && w[2].kind == '0' && len(w[0].text) == 4 && len(w[2].text) == 2 {
			d.setYear(w[0].text) // 2026-03, the month alone
			d.month, d.day, d.hasDay = atoi(w[2].text), 1, true
			return 3
		}
		return 0
	}
	a, b, c := w[0].text, w[2].text, w[4].text
	switch {
	case len(a) == 4 && len(b) <= 2 && len(c) <= 2:
		d.setYear(a)
		d.month, d.day = atoi(b), atoi(c)
	case len(c) == 4 && len(a) <= 2 && len(b) <= 2, len(a) <= 2 && len(b) <= 2 && len(c) == 2:
		d.setYear(c)
		d.day, d.month = atoi(a), atoi(b)
		if d.month > 12 || w[1].kind == '/' && meridiem(w[5:]) {
			d.day, d.month = d.month, d.day
		}
	default:
		return 0
	}
	d.hasDay = true
	return 5
}

// meridiem reports whether the words name a half of the day in English, the mark of American dates.
func meridiem(w []word) bool {
	for _, x := range w {
		if s := strings.ToLower(x.text); s == "am" || s == "pm" {
			return true
		}
	}
	return false
}

// compact reads 20060102, 150405 behind a T, and keeps any other number for later.
func (d *dateParts) compact(w []word) int {
	s := w[0].text
	switch {
	case len(s) == 8 && !d.hasDay:
		d.setYear(s[:4])
		d.month, d.day, d.hasDay = atoi(s[4:6]), atoi(s[6:]), true
	case (len(s) == 6 || len(s) == 4) && d.hasDay && !d.hasTime && d.hasYear:
		d.hour, d.min, d.hasTime = atoi(s[:2]), atoi(s[2:4]), true
		if len(s) == 6 {
			d.sec = atoi(s[4:])
		}
	case len(s) <= 4:
		d.loose = append(d.loose, s)
	default:
		return 0
	}
	return 1
}

// settle finds day and year among the loose numbers.
func (d *dateParts) settle() bool {
	for _, s := range d.loose {
		switch {
		case !d.hasYear && (len(s) == 4 || d.hasDay):
			d.setYear(s)
		case !d.hasDay && len(s) <= 2:
			d.day, d.hasDay = atoi(s), true
		case !d.hasTime && d.hasDay && d.hasYear && len(s) <= 2:
			d.hour, d.hasTime = atoi(s), true // Mon, 02 Jan 2006 15 -0700
		default:
			return false
		}
	}
	return d.hasYear && d.hasDay && d.month > 0
}

// setYear takes a year of two digits as one between 1970 and 2069.
func (d *dateParts) setYear(s string) {
	d.year, d.hasYear = atoi(s), true
	if len(s) <= 2 {
		if d.year += 1900; d.year < 1970 {
			d.year += 100
		}
	}
}

func (d *dateParts) time() (time.Time, bool) {
	if d.epoch != 0 {
		return time.Unix(d.epoch, 0).UTC(), true
	}
	if d.pm && d.hour < 12 {
		d.hour += 12
	} else if d.am && d.hour == 12 {
		d.hour = 0
	}
	year, month, day := d.year, d.month, d.day
	if d.solar || year >= 1300 && year < 1450 {
		var ok bool
		if year, month, day, ok = gregorian(d.year, d.month, d.day); !ok {
			return time.Time{}, false
		}
	}
	if year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || d.hour > 24 || d.min > 59 || d.sec > 60 {
		return time.Time{}, false
	}
	midnight := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if midnight.Day() != day {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, d.hour, d.min, d.sec, d.nano, time.UTC)
	return t.Add(-time.Duration(d.offset) * time.Second), true
}

// atoi reads at most nine ASCII digits.
func atoi(s string) int { return int(number(s[:min(len(s), 9)])) }

func number(s string) int64 {
	n := int64(0)
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n
}
