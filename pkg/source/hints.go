package source

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is the longest that a server may put us off: values of many days
// are seen in practice and mean no more than "not now".
const maxRetryAfter = 24 * time.Hour

// RetryAfter is how long a 429 or 503 asks to be left alone, given in seconds or as
// a date, between 0 and 24 hours; said is false where it does not ask.
func RetryAfter(status int, h http.Header, now time.Time) (wait time.Duration, said bool) {
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return 0, false
	}
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, ok := deltaSeconds(value); ok {
		return min(seconds, maxRetryAfter), true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return max(0, min(date.Sub(now), maxRetryAfter)), true
}

// Freshness is how long an answer says of itself that it stays fresh (RFC 9111,
// section 4.2): max-age less Age, else Expires less Date. It is 0 where it does
// not say, or forbids to keep it.
func Freshness(h http.Header, now time.Time) time.Duration {
	age, said := time.Duration(0), false
	for _, directive := range strings.Split(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(name) {
		case "no-store", "no-cache":
			return 0
		case "max-age":
			if d, ok := deltaSeconds(strings.Trim(value, `"`)); ok && !said {
				age, said = d, true
			}
		}
	}
	if said {
		spent, _ := deltaSeconds(h.Get("Age"))
		return max(0, age-spent)
	}
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, expires.Sub(now))
}

// deltaSeconds reads a count of seconds of any length without overflow.
func deltaSeconds(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if tenYears := int64(10 * 365 * 24 * 3600); err != nil || n > tenYears {
		n = tenYears
	}
	return time.Duration(n) * time.Second, true
}

// avoid moves a time out of the hours (0 to 23, UTC) in which a feed asks to be
// left alone, by whole hours, so that what spread the time stays in it. Where that
// leads past the latest time, it stays as it is.
func avoid(t time.Time, hours []int, latest time.Time) time.Time {
	for later := t; !later.After(latest) && later.Sub(t) < 24*time.Hour; later = later.Add(time.Hour) {
		if !slices.Contains(hours, later.UTC().Hour()) {
			return later
		}
	}
	return t
}
