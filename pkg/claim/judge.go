package claim

import "github.com/sarhad-desk/sarhad/pkg/news"

// trim leaves joining words out at the start of a content, and particles at its end.
func (r *reader) trim(s span) span {
	for s.len() > 0 && (r.is(s.from, joint|that) || r.code != "en" && r.is(s.from, marker)) && r.gapAt(s.from)&opening == 0 {
		s.from++
	}
	for s.len() > 0 && (r.is(s.to-1, tail|joint|that) || r.hasMarker() && r.is(s.to-1, relative)) && r.gapAt(s.to)&(closing|ending) == 0 {
		s.to--
	}
	return s
}

// ownWords narrows a content to the quotation that ends it, the words that are the
// claimant's own.
func (r *reader) ownWords(s span) span {
	for _, q := range r.quotesIn(s) {
		if q.len() >= minContent && q.from > s.from && q.from < s.to && q.to >= s.to-1 && q.to <= s.to {
			return q
		}
	}
	return s
}

// judge settles act and hedge by the words of the content, and reports whether it is
// a statement at all: demands and wishes are none.
func (r *reader) judge(d *draft, c *news.Claim) bool {
	var seen class
	negated, near := -1, false
	end := min(d.what.to, d.what.from+40)
	for i := d.what.from; i < end; i++ {
		w := r.words[i].class
		seen |= w
		if w&negation != 0 {
			negated = i
		}
	}
	for i := max(d.what.from, negated-9); negated >= 0 && i < min(end, negated+10); i++ {
		near = near || r.is(i, contested)
	}
	if c.Act == "asserts" && !d.pointed && negated >= 0 && near && (seen&future == 0 || seen&modal != 0) {
		c.Act = "denies"
	}
	if d.act == "asserts" && !d.pointed && r.is(d.what.from, condition) {
		return false
	}
	if c.Act == "asserts" && !d.pointed && (seen&(wish|able|subjunctive) != 0 && r.unchecked(d.what) || r.cutOff(d.what)) {
		return false
	}
	if seen&modal != 0 && c.Act == "asserts" && !d.pointed && r.demands(d.what) {
		return false
	}
	for i := d.at.from; i < d.at.to; i++ {
		seen |= r.words[i].class
	}
	if seen&hedge != 0 {
		c.Hedged = true
	}
	if c.Hedged && c.Act == "asserts" {
		c.Act = "alleges"
	}
	return true
}

// unchecked reports whether the main verb of a content is one of hoping, of being able
// or of wanting done: such a content is no statement that could be checked.
func (r *reader) unchecked(s span) bool {
	early, late := span{s.from, min(s.to, s.from+7)}, span{max(s.from, s.to-3), s.to}
	if !r.hasMarker() {
		return r.pointsAt(early, wish|able)
	}
	for i := s.from; i+1 < min(s.to, s.from+14); i++ {
		if r.is(i, wish) && r.is(i+1, final) {
			return true
		}
	}
	if r.pointsAt(s, joint) {
		return false // the verb at the end is that of another clause
	}
	return r.pointsAt(late, able|wish) || r.is(s.to-1, subjunctive)
}

// cutOff reports whether a content ends where the text breaks off.
func (r *reader) cutOff(s span) bool {
	return s.to == len(r.words) && r.broken
}

// demands reports whether the main verb of a content is what ought to be: near its
// start where the verb comes early, at its end where it comes last.
func (r *reader) demands(s span) bool {
	part := span{max(s.from, s.to-4), s.to}
	if r.code == "en" || r.code == "fa" || r.code == "ps" {
		part = span{s.from, min(s.to, s.from+7)}
	}
	return r.pointsAt(part, modal)
}
