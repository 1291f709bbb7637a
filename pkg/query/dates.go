package query

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

const dateShape = "a day, month or year (2026-11-01, 2026-11, 2026), a range (2026-11-01..2026-11-07), today, yesterday, or an age such as 7d or >2h"

// date reads the value of published: or seen: .
func (p *parser) date(name string) (Node, error) {
	start := p.pos
	if err := p.count(start); err != nil {
		return nil, err
	}
	raw := strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		if d := digit(r); d >= 0 {
			return rune('0' + d)
		}
		return r
	}, p.word(false))
	n, ok := p.dateRange(name, raw)
	if !ok {
		return nil, p.fail(start, dateShape)
	}
	if n.From >= n.To {
		return nil, p.fail(start, "a range whose beginning is before its end")
	}
	return n, nil
}

func (p *parser) dateRange(name, raw string) (Range, bool) {
	n := Range{In: name, From: Earliest, To: Latest}
	if from, to, ok := strings.Cut(raw, ".."); ok {
		if from == "" && to == "" {
			return n, false
		}
		if from != "" {
			if n.From, _, ok = p.moment(from); !ok {
				return n, false
			}
		}
		if to != "" {
			if _, n.To, ok = p.moment(to); !ok {
				return n, false
			}
		}
		return n, true
	}
	op := raw[:len(raw)-len(strings.TrimLeft(raw, "<>="))]
	value := raw[len(op):]
	from, to, ok := p.moment(value)
	if !ok {
		return n, false
	}
	if age.MatchString(value) { // an age: > is older, that is earlier
		switch op {
		case "", "<", "<=":
			n.From = from
		case ">", ">=":
			n.To = from
		default:
			return n, false
		}
		return n, true
	}
	switch op {
	case "":
		n.From, n.To = from, to
	case ">":
		n.From = to
	case ">=":
		n.From = from
	case "<":
		n.To = from
	case "<=":
		n.To = to
	default:
		return n, false
	}
	return n, true
}

var age = regexp.MustCompile(`^(\d{1,5})(m|h|d|w|mo|y)$`)

// moment answers the beginning and the end of a day, a month, a minute … or, for an
// age, the moment that long ago twice.
func (p *parser) moment(s string) (from, to int64, ok bool) {
	if m := age.FindStringSubmatch(s); m != nil {
		n, err := strconv.Atoi(m[1])
		at := ago(p.now, n, m[2]).UnixMilli()
		return at, at, err == nil
	}
	zone := p.now.Location()
	midnight := time.Date(p.now.Year(), p.now.Month(), p.now.Day(), 0, 0, 0, 0, zone)
	switch strings.ToLower(s) {
	case "now":
		return p.now.UnixMilli(), p.now.UnixMilli(), true
	case "today":
		return midnight.UnixMilli(), midnight.AddDate(0, 0, 1).UnixMilli(), true
	case "yesterday":
		return midnight.AddDate(0, 0, -1).UnixMilli(), midnight.UnixMilli(), true
	}
	for _, f := range []struct {
		layout string
		next   func(time.Time) time.Time
	}{
		{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
		{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
		{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
		{"2006-01-02T15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
		{"2006-01-02T15:04:05", func(t time.Time) time.Time { return t.Add(time.Second) }},
		{"2006-01-02T15:04Z07:00", func(t time.Time) time.Time { return t.Add(time.Minute) }},
		{"2006-01-02T15:04:05.999Z07:00", func(t time.Time) time.Time { return t }},
	} {
		if t, err := time.ParseInLocation(f.layout, s, zone); err == nil {
			return t.UnixMilli(), f.next(t).UnixMilli(), true
		}
	}
	return 0, 0, false
}

func ago(now time.Time, n int, unit string) time.Time {
	switch unit {
	case "m":
		return now.Add(-time.Duration(n) * time.Minute)
	case "h":
		return now.Add(-time.Duration(n) * time.Hour)
	case "d":
		return now.AddDate(0, 0, -n)
	case "w":
		return now.AddDate(0, 0, -7*n)
	case "mo":
		return now.AddDate(0, -n, 0)
	}
	return now.AddDate(-n, 0, 0)
}
