package source

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// States of an endpoint's health.
const (
	StateNew      = "new"      // never polled
	StateHealthy  = "healthy"  // read, and nothing to remark
	StateDegraded = "degraded" // read, but something may be missing
	StateFailing  = "failing"  // could not be read; asked again at Next
	StateGone     = "gone"     // says that it is gone for good; asked again only when resumed
)

// quietFor is how long a healthy endpoint may bring nothing new before its health says so.
const quietFor = 7 * 24 * time.Hour

// Health is what people are told of an endpoint: how it stands, why, since when,
// and when it is asked next (zero where it is not).
type Health struct {
	State  string    `json:"state"`
	Reason string    `json:"reason,omitempty"`
	Since  time.Time `json:"since,omitzero"`
	Next   time.Time `json:"next,omitzero"`
}

// Health tells how the endpoint stands.
func (s PollState) Health() Health {
	h := Health{State: s.State, Reason: s.Reason, Since: s.Since, Next: s.Next}
	if h.State == "" {
		h.State = StateNew
	}
	return h
}

// settle finds state and reason, and notes the time where the state changed.
func (s *PollState) settle(now time.Time) {
	state, reason := s.standing()
	if state != s.State {
		s.State, s.Since = state, now
	}
	s.Reason = clip(reason, maxReason)
}

func (s *PollState) standing() (state, reason string) {
	switch {
	case s.Stopped:
		return StateGone, s.Trouble + "; it is not asked again until someone resumes it or mends its address"
	case s.Trouble != "" && s.Since304:
		return StateFailing, s.Trouble + "; it answers 304 Not Modified since, which proves nothing until it can be read anew"
	case s.Trouble != "":
		return StateFailing, s.Trouble
	case s.LastRead.IsZero():
		return StateNew, s.Ours
	}
	remarks := s.remarks()
	if len(remarks) > 0 {
		return StateDegraded, strings.Join(remarks, "; ")
	}
	return StateHealthy, s.note()
}

// remarks are the reasons why entries may be missing although the endpoint answers.
func (s *PollState) remarks() []string {
	var all []string
	if s.Fault != "" {
		all = append(all, "read in part: "+s.Fault)
	}
	if s.Empty > 0 && s.Listed == 0 {
		all = append(all, "has never listed an entry")
	} else if s.Empty > 1 {
		all = append(all, fmt.Sprintf("lists no entries any more, it has listed up to %d", s.Listed))
	}
	if s.Low > 1 {
		all = append(all, fmt.Sprintf("entries come faster than polls: only %.0f %% were known, some may have been missed", 100*s.Overlap))
	}
	if s.Lying {
		all = append(all, "its validators stay the same when its entries change, so it is asked without them")
	}
	if !s.Last.Balanced() {
		all = append(all, "the ledger of the last poll does not add up")
	}
	return all
}

// note says of a healthy endpoint what is worth knowing.
func (s *PollState) note() string {
	switch {
	case s.Ours != "":
		return "not read at the last try for a reason on this side: " + s.Ours
	case s.Moved != "":
		return "moved for good to " + s.Moved
	case s.MoveCount > 0:
		return "redirects permanently to " + s.MoveTo
	case !s.LastNew.IsZero() && s.LastAnswer.Sub(s.LastNew) > quietFor:
		return "answers as it should, with nothing new since " + s.LastNew.Format(time.DateOnly)
	case s.Since304:
		return "unchanged since it was last read"
	}
	return ""
}

// clip bounds a reason and keeps it on one line, free of control and format characters.
func clip(reason string, most int) string {
	reason = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(reason, "\uFFFD"))
	reason = strings.Join(strings.Fields(reason), " ")
	if len(reason) <= most {
		return reason
	}
	cut := most
	for !utf8.RuneStart(reason[cut]) {
		cut--
	}
	return reason[:cut] + "…"
}
