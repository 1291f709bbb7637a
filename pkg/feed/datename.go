package feed

import "strings"

// name reads a word: month, weekday, half of the day, zone, or a word that means nothing here.
func (d *dateParts) name(w []word) int {
	key := dateKey(w[0].text)
	if m, ok := months[key]; ok && d.month < 0 {
		d.month = m
		return 1
	}
	if m, ok := solarMonths[key]; ok && d.month < 0 {
		d.month, d.solar = m, true
		return 1
	}
	switch key {
	case "am", "ق", "صبح":
		d.am = true
		return 1
	case "pm", "م", "شام":
		d.pm = true
		return 1
	case "a", "p": // a.m. and p.m.
		if len(w) > 2 && w[1].kind == '.' && dateKey(w[2].text) == "m" {
			d.am, d.pm = key == "a", key == "p"
			return 3
		}
	}
	if offset, ok := zones[key]; ok && d.hasTime {
		if !d.hasZone {
			d.offset = offset
		}
		if offset == 0 && len(w) > 1 && !d.hasZone { // GMT+5 and UTC +05:00
			return 1 + d.zone(w[1:])
		}
		d.hasZone = true
		return 1
	}
	if d.month < 0 && isASCII(key) && len(key) > 3 {
		if m, ok := months[key[:3]]; ok && strings.HasPrefix(fullMonths[m], key[:4]) {
			d.month = m // Sept, Marchh
		}
	}
	return 1
}

// zone reads an offset: +0500, +05:00, +5, +4:30, and -0700 behind stray marks. A
// hyphen that is no sign is passed over.
func (d *dateParts) zone(w []word) int {
	n := 0
	for n < len(w) && (w[n].kind == ' ' || w[n].kind == '-' && n+1 < len(w) && w[n+1].kind == '-') {
		n++
	}
	if n >= len(w) || w[n].kind != '+' && w[n].kind != '-' {
		return n
	}
	sign := 1
	if w[n].kind == '-' {
		sign = -1
	}
	n++
	if sign < 0 && !d.hasTime || d.hasZone && d.offset != 0 || n >= len(w) || w[n].kind != '0' {
		return n
	}
	digits, minutes := w[n].text, 0
	n++
	switch {
	case len(digits) <= 2 && n+1 < len(w) && w[n].kind == ':' && w[n+1].kind == '0':
		minutes = atoi(w[n+1].text)
		n += 2
		if n+1 < len(w) && w[n].kind == ':' && w[n+1].kind == '0' {
			n += 2 // seconds of an offset, always zero
		}
	case len(digits) == 3 || len(digits) == 4:
		minutes = atoi(digits[len(digits)-2:])
		digits = digits[:len(digits)-2]
	case len(digits) > 4:
		return n
	}
	if hours := atoi(digits); hours <= 15 && minutes < 60 {
		d.offset, d.hasZone = sign*(hours*3600+minutes*60), true
	}
	return n
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// dateKey folds the letters that the region's keyboards disagree on.
func dateKey(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'ي', 'ى', 'ې', 'ۍ', 'ئ', 'ے':
			return 'ی'
		case 'ك', 'ګ', 'گ':
			return 'ک'
		case 'أ', 'إ', 'آ':
			return 'ا'
		case 'ټ', 'ٹ':
			return 'ت'
		case 'ډ', 'ڈ':
			return 'د'
		case 'ړ', 'ڑ':
			return 'ر'
		case 'ږ', 'ژ':
			return 'ژ'
		case '\u093c', '\u0640': // nukta, tatweel
			return -1
		case '\u095e':
			return '\u092b' // fa with its nukta in one
		}
		return r
	}, strings.ToLower(s))
}
