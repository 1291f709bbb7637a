package feed

import "time"

// gregorian converts a date of the solar Hijri calendar as Iran and Afghanistan
// keep it. A year is a leap year where its remainder by 33 is one of eight values,
// which agrees with the equinox from 1178 to 1633 of that calendar; the anchor is
// 1 Farvardin (Hamal) 1400, 21 March 2021.
func gregorian(year, month, day int) (y, m, d int, ok bool) {
	if year < 1300 || year > 1500 || month < 1 || month > 12 || day < 1 || day > solarDays(year, month) {
		return 0, 0, 0, false
	}
	days := 0
	for k := min(year, 1400); k < max(year, 1400); k++ {
		days += 365
		if solarLeap(k) {
			days++
		}
	}
	if year < 1400 {
		days = -days
	}
	for k := 1; k < month; k++ {
		days += solarDays(year, k)
	}
	t := time.Date(2021, 3, 21, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days+day-1)
	return t.Year(), int(t.Month()), t.Day(), true
}

func solarDays(year, month int) int {
	switch {
	case month <= 6:
		return 31
	case month <= 11 || solarLeap(year):
		return 30
	}
	return 29
}

func solarLeap(year int) bool {
	switch year % 33 {
	case 1, 5, 9, 13, 17, 22, 26, 30:
		return true
	}
	return false
}
