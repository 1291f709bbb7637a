package claim

// nest settles which of the drafts of a sentence stand, and where each content ends.
func (r *reader) nest(s span) {
	for i := 0; i < len(r.drafts); i++ {
		d := &r.drafts[i]
		for j := i + 1; j < len(r.drafts); j++ {
			o := &r.drafts[j]
			if d.frame == object && d.at.to <= o.at.from && o.at.to <= d.what.from { // … in which it was said that
				r.drafts = append(r.drafts[:j], r.drafts[j+1:]...)
				j--
				continue
			}
			if !d.what.has(o.at.from) || d.pointed {
				continue
			}
			switch drop := r.meet(d, o); drop {
			case outer:
				r.drafts = append(r.drafts[:i], r.drafts[i+1:]...)
				i, j = i-1, len(r.drafts)
			case inner:
				r.drafts = append(r.drafts[:j], r.drafts[j+1:]...)
				j--
			}
		}
	}
	for i := range r.drafts {
		r.settle(i, s)
	}
}

type choice int

const (
	both choice = iota
	outer
	inner
)

// meet decides between a draft and one whose cue stands in its content, and answers
// which of them to drop.
func (r *reader) meet(d, o *draft) choice {
	switch o.frame {
	case verdict:
		if d.act == "asserts" {
			d.act = "denies"
		}
		return inner
	case bare:
		if r.is(o.at.to-1, that) && o.at.from-d.what.from > 4 && !d.left {
			d.what.to = o.at.from
			o.who, o.heir, o.what.from = d.who, true, o.at.from
			return both
		}
		d.hedged = true
		return inner
	case exposed:
		return inner
	}
	begin := o.start()
	joined := o.heir && o.at.from > d.at.to
	switch {
	case d.left || begin <= d.at.from && begin >= d.who.from && d.who.len() > 0 && !joined:
		return r.meetLeft(d, o)
	case joined:
		d.what.to = begin
		return both
	case d.act == "denies" && !r.parted(d.at.to, begin):
		return inner
	case begin-d.what.from <= 4:
		return outer
	}
	d.what.to = max(begin, d.what.from)
	return both
}

// meetLeft handles a content before its claimant with a cue inside.
func (r *reader) meetLeft(d, o *draft) choice {
	if d.left {
		return outer
	}
	return inner
}

// parted reports whether a clause ends between two words.
func (r *reader) parted(from, to int) bool {
	for i := from + 1; i <= to && i < len(r.words); i++ {
		if r.gapAt(i)&(comma|colon) != 0 && !r.is(i, that) || r.is(i-1, joint) {
			return true
		}
	}
	return false
}

// settle ends the content of a draft before the next attribution, and in a text
// without punctuation behind the finite verb.
func (r *reader) settle(i int, s span) {
	d := &r.drafts[i]
	if d.pointed {
		if i+1 < len(r.drafts) && r.drafts[i+1].start() > d.at.to {
			d.what.to = min(d.what.to, r.drafts[i+1].start())
			for r.is(d.what.to-1, joint) && d.what.to > d.at.to {
				d.what.to--
			}
		}
		return
	}
	if i+1 < len(r.drafts) {
		if next := r.drafts[i+1].start(); next > d.what.from && next < d.what.to {
			d.what.to = next
		}
	}
	if i > 0 && d.left {
		d.what.from = max(d.what.from, min(r.drafts[i-1].at.to, d.what.to))
	}
	if r.unpunctuated && !d.left {
		for k := d.what.from + minContent; k+1 < d.what.to; k++ {
			if r.is(k, final) && !r.is(k+1, cont|final|stop) {
				d.what.to = k + 1
				break
			}
		}
	}
}
