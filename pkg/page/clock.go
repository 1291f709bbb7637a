package page

import "time"

// zones are names of zones that pages of the region and news agencies write, in
// seconds east of Greenwich. IST is India's.
var zones = map[string]int{
	"gmt": 0, "utc": 0, "z": 0, "pkt": 5 * 3600, "aft": 4*3600 + 1800, "ist": 5*3600 + 1800, "irst": 3*3600 + 1800, "cet": 3600, "cest": 7200,
	"mez": 3600, "mesz": 7200, "bst": 3600, "est": -5 * 3600, "edt": -4 * 3600, "pst": -8 * 3600, "pdt": -7 * 3600, "cst": -6 * 3600, "cdt": -5 * 3600,
	"msk": 3 * 3600, "aest": 10 * 3600, "jst": 9 * 3600,
}

// clock adds the time of day, and the zone, that stand within four pieces after
// the date that ends before piece next, or right before the date at piece from.
func clock(p []piece, from, next int, d *moment) {
	for i := next; i < len(p) && i < next+5; i++ {
		if clockAt(p, i, d) {
			return
		}
		if p[i].kind == 'n' {
			break
		}
	}
	for i := max(0, from-8); i < from; i++ {
		if clockAt(p, i, d) {
			return
		}
	}
}

// clockAt reads 14:05, 14:05:59, 2:05 PM with a zone after it.
func clockAt(p []piece, i int, d *moment) bool {
	if i+2 >= len(p) || p[i].kind != 'n' || p[i].digits > 2 || p[i].value > 23 || p[i+1].kind != ':' ||
		p[i+2].kind != 'n' || p[i+2].digits != 2 || p[i+2].value > 59 {
		return false
	}
	hour, minute, second := p[i].value, p[i+2].value, 0
	i += 3
	if i+1 < len(p) && p[i].kind == ':' && p[i+1].kind == 'n' && p[i+1].value < 60 {
		second = p[i+1].value
		i += 2
	}
	if i+1 < len(p) && p[i].kind == '.' && p[i+1].kind == 'n' {
		i += 2 // fractions of a second
	}
	if i < len(p) && p[i].kind == 'w' {
		switch p[i].word {
		case "pm", "p":
			if hour < 12 {
				hour += 12
			}
			i++
		case "am", "a":
			hour %= 12
			i++
		}
	}
	zone := time.UTC
	if offset, ok := offsetAt(p, i); ok {
		d.zoned = true
		if offset != 0 {
			zone = time.FixedZone("", offset)
		}
	}
	y, m, day := d.Date()
	d.Time = time.Date(y, m, day, hour, minute, second, 0, zone)
	d.clock = true
	return true
}

// offsetAt reads +05:00, +0430, GMT+5, PKT or Z at piece i.
func offsetAt(p []piece, i int) (int, bool) {
	base, named := 0, false
	for ; i < len(p) && (p[i].kind == 'w' || p[i].kind == '(' || p[i].kind == ','); i++ {
		if o, ok := zones[p[i].word]; ok {
			base, named = o, true
			i++
			break
		}
		if p[i].kind == 'w' {
			return 0, false
		}
	}
	if i+1 >= len(p) || p[i].kind != '+' && p[i].kind != '-' || p[i+1].kind != 'n' {
		return base, named
	}
	seconds := 0
	switch n := p[i+1]; {
	case n.digits == 4:
		seconds = n.value/100*3600 + n.value%100*60
	case n.digits <= 2 && i+3 < len(p) && p[i+2].kind == ':' && p[i+3].kind == 'n':
		seconds = n.value*3600 + p[i+3].value*60
	case n.digits <= 2 && (named || n.digits == 2):
		seconds = n.value * 3600
	default:
		return base, named
	}
	if seconds > 15*3600 {
		return base, named
	}
	if p[i].kind == '-' {
		seconds = -seconds
	}
	return seconds, true
}
