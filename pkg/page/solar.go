package page

import "time"

// solarDate answers the Gregorian day of a day of the solar Hijri calendar, as
// Afghanistan and Iran count it: six months of 31 days, then 30, leap years by the
// cycle of 33 years, which is exact from 1178 to 1633; years from 1340 to 1450 are read.
func solarDate(year, month, day int) (time.Time, bool) {
	if year < 1340 || year > 1450 || month < 1 || month > 12 || day < 1 || day > 31 || month > 6 && day > 30 {
		return time.Time{}, false
	}
	days := 365*(year-1400) + leaps(year) - leaps(1400)
	days += 31*min(month-1, 6) + 30*max(month-7, 0) + day - 1
	return time.Date(2021, 3, 21, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days), true // 1 Hamal 1400
}

// leaps counts the leap years before a year.
func leaps(year int) int {
	n := year / 33 * 8
	for _, leap := range [...]int{1, 5, 9, 13, 17, 22, 26, 30} {
		if year%33 > leap {
			n++
		}
	}
	return n
}
