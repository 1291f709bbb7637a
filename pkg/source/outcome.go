package source

import (
	"fmt"
	"net/http"
	"time"
)

// Grade says how heavily a failed poll counts against an endpoint.
type Grade string

const (
	// Temporary failures pass by themselves: timeouts, 429, 502, 503, 504.
	Temporary Grade = "temporary"
	// Soft failures often pass: a refused connection, 404, other server errors, a feed cut short.
	Soft Grade = "soft"
	// Hard failures seldom pass: no such host, a bad certificate, HTML where a feed should be.
	Hard Grade = "hard"
	// Ours are failures on this side, such as a full stream. They never count against the source.
	Ours Grade = "ours"
)

// weight is what one failure adds to the score of an endpoint. The three steps
// are those of Media Cloud's rss-fetcher.
func (g Grade) weight() float64 {
	switch g {
	case Ours:
		return 0
	case Temporary:
		return 0.25
	case Soft:
		return 0.5
	default:
		return 1
	}
}

// Failure is why a poll gave nothing to read.
type Failure struct {
	Grade  Grade
	Reason string // a clause for people, such as "timed out after 30 s"
}

// Outcome is what one poll of an endpoint came to.
type Outcome struct {
	Asked     Ask           // the request as PollState.Ask gave it
	Status    int           // HTTP status of the final answer, 0 where none came
	Header    http.Header   // of the final answer
	Permanent string        // where the answer came from, if every redirect on the way was permanent
	BodyHash  string        // of the decoded body of a 200
	Failure   *Failure      // why there is nothing to read; where nil, a status other than 200 and 304 speaks for itself
	Fault     string        // what was wrong with a feed that could be read in part
	TTL       time.Duration // the feed's own ttl or update period
	SkipHours []int         // hours of the day, UTC, in which the feed asks to be left alone
	Sightings []Sighting    // the entries read and safely handed on, and those known already
	Ledger    Ledger        // of this poll; the zero value for a 304
}

// failure is what went wrong, nil where the poll succeeded.
func (o Outcome) failure() *Failure {
	switch {
	case o.Failure != nil:
		return o.Failure
	case o.Status == http.StatusNotModified && o.Asked.Full:
		return &Failure{Soft, "answered 304 Not Modified to a request without conditions"}
	case o.Status == http.StatusOK && o.Ledger.Failed > 0:
		return &Failure{Ours, "entries could not be handed on"}
	}
	return Refusal(o.Status, o.Header)
}

// Ledger accounts for every entry of a poll:
// Received = New + Known + the sum of Skipped + Failed.
type Ledger struct {
	Received int            `json:"received"`
	New      int            `json:"new"`
	Known    int            `json:"known"`
	Revised  int            `json:"revised"` // of Known, those whose content had changed
	Skipped  map[string]int `json:"skipped,omitempty"`
	Failed   int            `json:"failed"`
}

// Reasons may come from data, so a ledger keeps only so many.
const (
	maxReasons = 12
	maxSkip    = 60 // bytes of one
)

// Skip counts one more entry left out for a reason.
func (l *Ledger) Skip(reason string) { l.skip(reason, 1) }

func (l *Ledger) skip(reason string, n int) {
	reason = clip(reason, maxSkip)
	if l.Skipped == nil {
		l.Skipped = map[string]int{}
	}
	if _, known := l.Skipped[reason]; !known && len(l.Skipped) >= maxReasons {
		reason = "other"
	}
	l.Skipped[reason] += n
}

// Balanced reports whether every entry received is accounted for.
func (l Ledger) Balanced() bool {
	sum := l.New + l.Known + l.Failed
	for _, n := range l.Skipped {
		sum += n
	}
	return sum == l.Received && l.Revised <= l.Known
}

// Plus is the sum of two ledgers; neither is changed.
func (l Ledger) Plus(more Ledger) Ledger {
	sum := Ledger{
		Received: l.Received + more.Received, New: l.New + more.New, Known: l.Known + more.Known,
		Revised: l.Revised + more.Revised, Failed: l.Failed + more.Failed,
	}
	for _, part := range []map[string]int{l.Skipped, more.Skipped} {
		for reason, n := range part {
			sum.skip(reason, n)
		}
	}
	return sum
}

// Refusal is the failure that an HTTP answer other than 200 and 304 stands for.
// It is nil for those two.
func Refusal(status int, h http.Header) *Failure {
	reason := fmt.Sprintf("answered %d %s", status, http.StatusText(status))
	if h.Get("Cf-Mitigated") == "challenge" {
		return &Failure{Soft, reason + " with a challenge meant for browsers"}
	}
	switch status {
	case http.StatusOK, http.StatusNotModified:
		return nil
	case 0:
		return &Failure{Soft, "gave no answer"}
	case http.StatusForbidden:
		return &Failure{Soft, reason + ", which may be a limit on how often it may be asked"}
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusTooEarly,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return &Failure{Temporary, reason}
	case http.StatusNotFound:
		return &Failure{Soft, reason}
	}
	if status >= 500 {
		return &Failure{Soft, reason}
	}
	return &Failure{Hard, reason}
}
