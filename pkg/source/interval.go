package source

import (
	"math"
	"time"
)

// pace bounds how often an endpoint is asked.
type pace struct{ least, usual, most time.Duration }

// paceOf is the pace of a poll class; an unknown class goes at the hourly one.
func paceOf(class string) pace {
	switch class {
	case "breaking":
		return pace{15 * time.Minute, 20 * time.Minute, time.Hour}
	case "daily":
		return pace{6 * time.Hour, 12 * time.Hour, 24 * time.Hour}
	case "weekly":
		return pace{24 * time.Hour, 72 * time.Hour, 7 * 24 * time.Hour}
	default:
		return pace{30 * time.Minute, time.Hour, 3 * time.Hour}
	}
}

const (
	lowOverlap  = 1.0 / 3 // below: entries come and go between two polls
	highOverlap = 2.0 / 3 // above: nothing can be missed
	lyingLeast  = time.Hour
	dormant     = 30.0 // score from which an endpoint is asked once a week only
	weekly      = 7 * 24 * time.Hour
	jitterShare = 0.25 // of the wait, added at random
)

// LongestWait is longer than any wait that After plans. A later time in a stored
// state was written under a wrong clock.
const LongestWait = weekly + weekly/4 + 2*time.Hour

// adapt finds the next interval from what share of the listed entries was known.
// With little known, entries may already be slipping through: the interval is
// halved. With nothing new twice, it grows by half. Otherwise it returns to the
// usual pace of the class. The shares are those of Media Cloud's rss-fetcher.
func (s *PollState) adapt(l Ledger, late bool) {
	p := paceOf(s.Class)
	judged := l.New + l.Known
	switch {
	case late || judged == 0:
	case float64(l.Known) < lowOverlap*float64(judged):
		s.Interval /= 2
		s.Calm = 0
	case l.New == 0:
		if s.Calm++; s.Calm >= 2 {
			s.Interval += s.Interval / 2
		}
	case s.Interval > p.usual:
		s.Interval = max(p.usual, s.Interval/2)
		s.Calm = 0
	case float64(l.Known) > highOverlap*float64(judged):
		if s.Calm++; s.Calm >= 2 {
			s.Interval = min(p.usual, s.Interval+s.Interval/4)
		}
	default:
		s.Calm = 0
	}
	s.bound()
}

// quiet is adapt for an answer without entries to judge: 304, or the same body.
func (s *PollState) quiet() {
	if s.Calm++; s.Calm >= 2 {
		s.Interval += s.Interval / 2
	}
	s.bound()
}

func (s *PollState) bound() {
	p := paceOf(s.Class)
	least := p.least
	if s.Lying {
		least = max(least, min(lyingLeast, p.most))
	}
	if s.Interval == 0 {
		s.Interval = p.usual
	}
	s.Interval = max(least, min(s.Interval, p.most))
}

// backOff is the wait after a failure: an hour, or the interval where that is
// shorter, doubled for each full point of the score, up to a day, and a week for
// an endpoint that has long been dead. It is never given up: a surprising number
// of feeds return.
func (s *PollState) backOff() time.Duration {
	if s.Score >= dormant {
		return weekly
	}
	base := min(s.Interval, time.Hour)
	wait := float64(base) * math.Exp2(min(s.Score, 20))
	return time.Duration(min(wait, float64(24*time.Hour)))
}
