package source

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// PollState is everything remembered of an endpoint between two polls. It is kept
// as one JSON value, under 200 KiB with the memory of entries in it. It is saved
// only after the entries of the poll are acknowledged: validators saved earlier
// would hide the entries for good if the process died in between.
type PollState struct {
	URL          string        `json:"url"` // as the catalogue has it
	Class        string        `json:"class"`
	Moved        string        `json:"moved,omitempty"`      // where permanent redirects have been followed to for good
	MoveTo       string        `json:"move_to,omitempty"`    // where they point at present
	MoveCount    int           `json:"move_count,omitempty"` // how many polls in a row
	MoveSince    time.Time     `json:"move_since,omitzero"`
	ETag         string        `json:"etag,omitempty"`          // of the last 200, byte for byte
	LastModified string        `json:"last_modified,omitempty"` // of the last 200, byte for byte
	BodyHash     string        `json:"body_hash,omitempty"`     // of the last 200
	LastFull     time.Time     `json:"last_full,omitzero"`      // last unconditional request that was answered
	Lying        bool          `json:"lying,omitempty"`         // the validators stayed the same while the entries changed
	Truths       int           `json:"truths,omitempty"`        // changes in a row that the validators of a liar did show
	Interval     time.Duration `json:"interval"`                // nanoseconds
	Calm         int           `json:"calm,omitempty"`          // polls in a row that gave no reason to hurry
	Next         time.Time     `json:"next,omitzero"`
	Hold         time.Time     `json:"hold,omitzero"` // until when the host asked for quiet
	LastTry      time.Time     `json:"last_try,omitzero"`
	LastRead     time.Time     `json:"last_read,omitzero"`   // last 200 that could be read
	LastAnswer   time.Time     `json:"last_answer,omitzero"` // last such 200, or 304
	TTL          time.Duration `json:"ttl,omitempty"`        // the feed's own, at the last reading
	SkipHours    []int         `json:"skip_hours,omitempty"` // likewise
	LastNew      time.Time     `json:"last_new,omitzero"`    // last poll with a new entry
	Score        float64       `json:"score,omitempty"`      // weighed failures since the last success
	Trouble      string        `json:"trouble,omitempty"`    // reason of the last failure since the last success
	Since304     bool          `json:"since_304,omitempty"`
	Ours         string        `json:"ours,omitempty"` // why the last poll failed on this side
	Stopped      bool          `json:"stopped,omitempty"`
	Fault        string        `json:"fault,omitempty"`
	Listed       int           `json:"listed,omitempty"`  // most entries ever listed
	Empty        int           `json:"empty,omitempty"`   // readings in a row without entries
	Overlap      float64       `json:"overlap,omitempty"` // share of the entries known at the last reading with entries
	Low          int           `json:"low,omitempty"`     // readings in a row with little overlap
	Gaps         int           `json:"gaps,omitempty"`    // readings at which nothing was known any more
	Gap          *Gap          `json:"gap,omitempty"`     // the last of these
	Polls        int           `json:"polls"`
	Unchanged    int           `json:"unchanged"` // polls answered 304
	Last         Ledger        `json:"last"`      // of the last poll
	Total        Ledger        `json:"total"`
	State        string        `json:"state,omitempty"`
	Reason       string        `json:"reason,omitempty"`
	Since        time.Time     `json:"since,omitzero"`
	Seen         Seen          `json:"seen,omitzero"`
}

// Gap is a time in which entries have probably been missed.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Ask is the request to make.
type Ask struct {
	URL          string
	ETag         string // for If-None-Match, as received
	LastModified string // for If-Modified-Since, as received
	Full         bool   // unconditional
}

const (
	fullEvery   = 24 * time.Hour // least time between unconditional requests where validators are trusted
	moveSeen    = 3              // polls in a row before a permanent redirect is taken over
	moveFor     = 24 * time.Hour // and the least time they must span
	moveFailed  = 3.0            // score at which a taken-over address is given up
	trueAgain   = 10             // changes shown in a row before validators are believed again
	maxValidate = 512            // bytes of a validator
	maxMove     = 1000           // bytes of an address taken over
	maxReason   = 300            // bytes of a reason
	quietHost   = 5 * time.Minute
	oursWait    = 15 * time.Minute
)

// For fits the state to the endpoint as the catalogue has it now: a changed poll
// class takes effect, and a changed address starts afresh. The zero PollState
// becomes the state of an endpoint never polled.
func (s PollState) For(e Endpoint) PollState {
	if s.URL != e.URL {
		s = PollState{URL: e.URL}
	}
	if s.Class != e.Source.Poll {
		s.Class, s.Interval = e.Source.Poll, 0
	}
	s.bound()
	return s
}

// Ask is the request to make now. It is unconditional where there are no
// validators to send or they have been found lying, and otherwise at most once in
// 24 hours, to find out whether they lie.
func (s PollState) Ask(now time.Time) Ask {
	a := Ask{URL: s.URL, ETag: s.ETag, LastModified: s.LastModified}
	if s.Moved != "" {
		a.URL = s.Moved
	}
	since := now.Sub(s.LastFull)
	if s.Lying || since >= fullEvery || since < -time.Hour || a.ETag == "" && a.LastModified == "" {
		a.ETag, a.LastModified, a.Full = "", "", true
	}
	return a
}

// Resume makes a stopped or postponed endpoint due at once and lets the next
// request be unconditional. Its health changes only by what it then answers.
func (s PollState) Resume(now time.Time) PollState {
	s.Stopped, s.Next, s.Hold, s.LastFull = false, now, time.Time{}, time.Time{}
	s.settle(now)
	return s
}

// After is the state after a poll that ended now. It is a pure function: jitter
// answers numbers in [0, 1), and the state it is called on stays as it was.
func (s PollState) After(o Outcome, now time.Time, jitter func() float64) PollState {
	now = now.Round(0).UTC() // times are compared across restarts, so by the wall clock
	late := now.Sub(s.LastAnswer) > 2*(s.Interval+s.Interval/4)
	s.Polls++
	s.LastTry, s.Hold, s.Ours, s.Stopped = now, time.Time{}, "", false
	s.Last, s.Total = o.Ledger, s.Total.Plus(o.Ledger)
	s.bound()
	failure := o.failure()
	if o.Asked.Full && o.Status != 0 && (failure == nil || failure.Grade != Ours) {
		s.LastFull = now
	}
	switch {
	case failure != nil:
		s.failed(*failure, o, now, jitter)
	case o.Status == http.StatusNotModified:
		s.unchanged(o, now, jitter)
	default:
		s.read(o, now, late, jitter)
	}
	s.settle(now)
	return s
}

// read is After for a 200 with a feed in it.
func (s *PollState) read(o Outcome, now time.Time, late bool, jitter func() float64) {
	first := s.LastRead.IsZero()
	s.trust(o)
	s.keepValidators(o)
	s.follow(o, now)
	s.coverage(o.Ledger, first, now)
	s.Seen = s.Seen.With(o.Sightings, now)
	s.Score, s.Trouble, s.Since304, s.Fault = 0, "", false, clip(o.Fault, maxReason)
	s.LastRead, s.LastAnswer, s.TTL, s.SkipHours = now, now, o.TTL, skipHours(o.SkipHours)
	if o.Ledger.New > 0 {
		s.LastNew = now
	}
	if !first {
		s.adapt(o.Ledger, late)
	}
	s.plan(o, now, jitter)
}

// unchanged is After for a 304. The server answers, but what it last sent is all
// there is: an endpoint whose last answer could not be read is no healthier for it.
func (s *PollState) unchanged(o Outcome, now time.Time, jitter func() float64) {
	if tag := o.Header.Get("ETag"); tag != "" && len(tag) <= maxValidate {
		s.ETag = tag
	}
	if modified := o.Header.Get("Last-Modified"); modified != "" && len(modified) <= maxValidate {
		s.LastModified = modified
	}
	s.Unchanged++
	s.Since304, s.LastAnswer = true, now
	s.Seen = s.Seen.Still(now)
	s.follow(o, now)
	s.quiet()
	s.plan(o, now, jitter)
}

// plan sets the next poll after an answer: the interval, or longer where the feed
// or its headers ask for it, but never longer than the class allows.
func (s *PollState) plan(o Outcome, now time.Time, jitter func() float64) {
	most := paceOf(s.Class).most
	wait := max(s.Interval, min(most, max(s.TTL, Freshness(o.Header, now))))
	next := now.Add(spread(wait, jitter))
	s.Next = avoid(next, s.SkipHours, now.Add(most+most/4))
}

func spread(wait time.Duration, jitter func() float64) time.Duration {
	return wait + time.Duration(jitterShare*float64(wait)*jitter())
}

// failed is After for a poll that gave nothing to read.
func (s *PollState) failed(f Failure, o Outcome, now time.Time, jitter func() float64) {
	if f.Grade == Ours {
		s.Ours = clip(f.Reason, maxReason)
		s.Seen = s.Seen.With(o.Sightings, now)
		wait := oursWait
		if s.Score > 0 {
			wait = s.backOff()
		}
		s.Next = now.Add(spread(wait, jitter))
		return
	}
	if o.Status == http.StatusOK {
		s.keepValidators(o)
	}
	s.Score = min(s.Score+f.Grade.weight(), 2*dormant)
	s.Trouble, s.Since304, s.Calm = clip(f.Reason, maxReason), false, 0
	s.MoveTo, s.MoveCount = "", 0
	if s.Moved != "" && (s.Score >= moveFailed || o.Status == http.StatusGone) {
		s.forget()
		s.Trouble = clip(s.Trouble+" at the address it had moved to; the former address is asked again", maxReason)
	} else if o.Status == http.StatusGone {
		s.Stopped, s.Next = true, time.Time{}
		return
	}
	s.postpone(o, now, jitter)
}

// postpone sets the next poll after a failure. A 429 also slows the regular pace
// and adds up to an hour at random, so that feeds refused together do not return
// together.
func (s *PollState) postpone(o Outcome, now time.Time, jitter func() float64) {
	wait := s.backOff()
	asked, said := RetryAfter(o.Status, o.Header, now)
	wait = max(wait, asked)
	if o.Status == http.StatusTooManyRequests {
		s.Interval *= 2
		s.bound()
		s.Hold = now.Add(max(asked, quietHost))
	} else if said {
		s.Hold = now.Add(asked)
	}
	wait = spread(wait, jitter)
	if o.Status == http.StatusTooManyRequests {
		wait += time.Duration(jitter() * float64(time.Hour))
	}
	s.Next = now.Add(wait)
}

// keepValidators stores what a 200 sent, byte for byte, also where the body did not
// change: servers renew validators for the same body.
func (s *PollState) keepValidators(o Outcome) {
	s.ETag, s.LastModified, s.BodyHash = o.Header.Get("ETag"), o.Header.Get("Last-Modified"), o.BodyHash
	if len(s.ETag) > maxValidate {
		s.ETag = ""
	}
	if len(s.LastModified) > maxValidate {
		s.LastModified = ""
	}
}

// trust compares the validators of a 200 with those of the one before. The same
// validators over other entries are lies: a conditional request would have been
// answered 304.
func (s *PollState) trust(o Outcome) {
	changed := s.BodyHash != "" && o.BodyHash != s.BodyHash && o.Ledger.New+o.Ledger.Revised > 0
	if !changed || s.ETag == "" && s.LastModified == "" {
		return
	}
	same := s.ETag != "" && o.Header.Get("ETag") == s.ETag ||
		s.ETag == "" && o.Header.Get("Last-Modified") == s.LastModified
	switch {
	case same && o.Asked.Full:
		s.Lying, s.Truths = true, 0
	case s.Lying && !same:
		if s.Truths++; s.Truths >= trueAgain {
			s.Lying, s.Truths = false, 0
		}
	}
}

// follow takes a permanent redirect over once it has been seen in several polls in a
// row over a day: a mistake on the other side is often mended within hours.
func (s *PollState) follow(o Outcome, now time.Time) {
	target := o.Permanent
	if target == "" || target == s.URL || target == s.Moved || !followable(o.Asked.URL, target) {
		s.MoveTo, s.MoveCount = "", 0
		return
	}
	if target != s.MoveTo {
		s.MoveTo, s.MoveCount, s.MoveSince = target, 0, now
	}
	if s.MoveCount++; s.MoveCount >= moveSeen && now.Sub(s.MoveSince) >= moveFor {
		s.Moved, s.MoveTo, s.MoveCount = target, "", 0
	}
}

// followable refuses addresses that the catalogue would refuse, and a step down from https.
func followable(from, to string) bool {
	u, err := url.Parse(to)
	if err != nil || news.CanonicalURL(to) == "" || len(to) > maxMove {
		return false
	}
	was, err := url.Parse(from)
	return err == nil && (was.Scheme != "https" || u.Scheme == "https")
}

// forget returns to the address of the catalogue and drops what belonged to the other.
func (s *PollState) forget() {
	s.Moved, s.ETag, s.LastModified, s.BodyHash, s.LastFull = "", "", "", "", time.Time{}
	s.Score, s.Lying, s.Truths = 0, false, 0
}

// coverage notes how much of a reading was known, which is how sure it is that
// nothing was missed since the one before.
func (s *PollState) coverage(l Ledger, first bool, now time.Time) {
	if l.Received == 0 {
		s.Empty++
		return
	}
	s.Empty, s.Listed = 0, max(s.Listed, l.Received)
	judged := l.New + l.Known
	if first || judged == 0 {
		return
	}
	s.Overlap = float64(l.Known) / float64(judged)
	if s.Overlap >= lowOverlap {
		s.Low = 0
		return
	}
	s.Low++
	if l.Known == 0 {
		s.Gaps++
		s.Gap = &Gap{From: s.LastAnswer, To: now}
	}
}

// skipHours keeps the hours that exist, once each.
func skipHours(hours []int) []int {
	var kept []int
	for h := range 24 {
		if slices.Contains(hours, h) {
			kept = append(kept, h)
		}
	}
	return kept
}
