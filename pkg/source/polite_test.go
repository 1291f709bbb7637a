package source

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

// critic is a server that judges its readers as the feed-reader score does: by
// unconditional requests, validators it never sent or has since replaced, requests
// that come too soon, and requests in a time for which it asked for quiet.
type critic struct {
	t        *testing.T
	name     string
	change   time.Duration // how often the feed changes
	etag     bool
	modified bool
	refuse   func(n int) bool // whether the n-th request is answered 429 with Retry-After of two hours

	requests, full int
	etags, dates   map[string]bool
	lastETag       string
	lastModified   string
	last, lastFull time.Time
	quiet          time.Time
	faults         []string
}

func (c *critic) fault(now time.Time, format string, args ...any) {
	c.faults = append(c.faults, now.Sub(start).String()+": "+fmt.Sprintf(format, args...))
}

func (c *critic) answer(a Ask, now time.Time) Outcome {
	c.judge(a, now)
	c.requests++
	c.last = now
	if c.refuse != nil && c.refuse(c.requests) {
		c.quiet = now.Add(2 * time.Hour)
		return Outcome{Asked: a, Status: 429, Header: headers("Retry-After", "7200")}
	}
	version := now.Sub(start) / c.change
	tag, date := fmt.Sprintf("W/%q", version), start.Add(version*c.change).Format(http.TimeFormat)
	o := Outcome{Asked: a, Status: 200, Header: http.Header{}, BodyHash: tag, Ledger: Ledger{Received: 20, New: 1, Known: 19}}
	if c.lastFull.IsZero() {
		o.Ledger = Ledger{Received: 20, New: 20}
	}
	if c.etag && a.ETag == tag || !c.etag && c.modified && a.LastModified == date {
		return Outcome{Asked: a, Status: 304, Header: http.Header{}}
	}
	if a.Full && c.lastETag == tag {
		o.Ledger = Ledger{Received: 20, Known: 20}
	}
	if c.lastETag = tag; c.etag {
		o.Header.Set("ETag", tag)
		c.etags[tag] = true
	}
	if c.lastModified = date; c.modified {
		o.Header.Set("Last-Modified", date)
		c.dates[date] = true
	}
	if a.Full {
		c.lastFull = now
	}
	return o
}

func (c *critic) judge(a Ask, now time.Time) {
	switch {
	case a.ETag != "" && !c.etags[a.ETag], a.LastModified != "" && !c.dates[a.LastModified]:
		c.fault(now, "invented validators %q, %q", a.ETag, a.LastModified)
	case a.ETag != "" && a.ETag != c.lastETag, a.LastModified != "" && a.LastModified != c.lastModified:
		c.fault(now, "validators out of sequence %q, %q", a.ETag, a.LastModified)
	}
	if a.ETag == "" && a.LastModified == "" {
		if c.full++; (c.etag || c.modified) && !c.lastFull.IsZero() && now.Sub(c.lastFull) < 24*time.Hour {
			c.fault(now, "unconditional after %v", now.Sub(c.lastFull))
		}
	}
	if gap := now.Sub(c.last); !c.last.IsZero() && gap < time.Hour {
		c.fault(now, "again after %v", gap)
	}
	if now.Before(c.quiet) {
		c.fault(now, "asked %v before the end of Retry-After", c.quiet.Sub(now))
	}
}

func TestAWeekWithoutAFault(t *testing.T) {
	for _, c := range []*critic{
		{name: "both validators", change: 5 * time.Hour, etag: true, modified: true},
		{name: "date only", change: 7 * time.Hour, modified: true},
		{name: "etag only", change: 50 * time.Minute, etag: true},
		{name: "no validators", change: 5 * time.Hour},
		{name: "static", change: 1000 * time.Hour, etag: true},
		{name: "refusing every tenth", change: 5 * time.Hour, etag: true, refuse: func(n int) bool { return n%10 == 0 }},
		{name: "refusing the first", change: 5 * time.Hour, etag: true, refuse: func(n int) bool { return n < 3 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.t, c.etags, c.dates = t, map[string]bool{}, map[string]bool{}
			r := rand.New(rand.NewPCG(1, 2))
			s := PollState{}.For(endpoint("hourly"))
			for now, i := start, 0; now.Before(start.Add(7 * day)); i++ {
				s = s.After(c.answer(s.Ask(now), now), now, r.Float64)
				if i%5 == 0 { // a restart, shortly after the poll
					text, err := json.Marshal(s)
					if err != nil {
						t.Fatal(err)
					}
					s = PollState{}
					if err := json.Unmarshal(text, &s); err != nil {
						t.Fatal(err)
					}
					s = s.For(endpoint("hourly"))
				}
				now = s.Next
			}
			for _, f := range c.faults {
				t.Error(f)
			}
			if c.requests < 40 {
				t.Errorf("%d requests in a week: politeness is no reason to stay away", c.requests)
			}
			if s.Lying {
				t.Error("honest validators marked as lying")
			}
		})
	}
}
