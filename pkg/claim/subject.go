package claim

// subject finds the claimant that stands before a verb of saying, for languages that
// do not mark it.
func (r *reader) subject(cueFrom int, s span) (who span, heir bool) {
	if r.hasMarker() {
		if cueFrom > s.from && r.is(cueFrom-1, joint) && len(r.drafts) > 0 {
			return r.heritage(), true
		}
		return r.phraseBefore(cueFrom, s), false
	}
	if cueFrom == s.from {
		return r.heritage(), r.heritage().len() > 0
	}
	joined := r.is(cueFrom-1, joint)
	if n := len(r.drafts); n > 0 && r.gapAt(cueFrom)&comma != 0 && cueFrom-r.drafts[n-1].at.to <= 6 && !r.drafts[n-1].left {
		return r.heritage(), true // one verb of a list: blamed X, said that Y
	}
	if joined && len(r.drafts) > 0 {
		return r.heritage(), true
	}
	from := r.subjectStart(cueFrom, s, joined)
	for range 2 { // a clause that is an adjunct alone has its subject before it
		if from > s.from && r.is(from, stop|relative) && !r.is(from, pronoun) && !r.pointsAt(span{from, cueFrom}, head) {
			from = r.subjectStart(from, s, false)
		}
	}
	if n := len(r.drafts); n > 0 && r.drafts[n-1].frame == source && r.drafts[n-1].who.to < cueFrom {
		from = max(from, r.drafts[n-1].who.to)
	}
	from = r.leadEnd(from, cueFrom)
	from = r.skipAdjunct(from, cueFrom)
	who = r.opensWith(from, cueFrom, s)
	if joined {
		who = r.headed(who)
	}
	if who.len() == 0 && len(r.drafts) == 0 && from < cueFrom {
		return span{}, false
	}
	if who.len() == 0 {
		return r.heritage(), r.heritage().len() > 0
	}
	return who, false
}

// joined finds the claimant of a participle: that of the claim before, or the subject
// that opens the sentence.
func (r *reader) joined(cueFrom int, s span) (span, bool) {
	if len(r.drafts) > 0 || cueFrom == s.from {
		h := r.heritage()
		return h, h.len() > 0
	}
	if r.gapAt(cueFrom)&pause == 0 { // captions saying
		if who := r.phraseBefore(cueFrom, s); who.len() > 0 && who.len() <= 3 {
			return who, false
		}
	}
	from := r.skipAdjunct(r.leadEnd(s.from, cueFrom), cueFrom)
	return r.headed(r.opensWith(from, cueFrom, s)), false
}

// pair reports whether the joint at word i joins two claimants, not two clauses: all
// words back to the pause are a short name.
func (r *reader) pair(i int, s span) bool {
	k := i
	for k > s.from && r.gapAt(k)&pause == 0 && i-k < 6 {
		k--
		if r.is(k, stop|joint|that) {
			return false
		}
	}
	return i-k > 0 && i-k < 5 && (k == s.from || r.gapAt(k)&comma != 0) && (r.words[i-1].upper || r.is(i-1, head))
}

// subjectStart goes back from a verb to where its clause begins, over an apposition:
// "the mullah, a spokesman, said".
func (r *reader) subjectStart(cueFrom int, s span, joined bool) int {
	apposed := r.gapAt(cueFrom)&(comma|bracket) != 0
	for i := cueFrom - 1; i > s.from; i-- {
		g := r.gapAt(i)
		switch {
		case g&(ending|newline|closing|colon) != 0:
			return i
		case g&comma != 0 && (apposed || r.is(i, relative) || r.code == "en" && joined):
			apposed = false
		case g&comma != 0:
			return i
		case joined && i == cueFrom-1:
		case r.code == "en" && r.is(i-1, joint|that) && !joined && !r.pair(i-1, s):
			return i
		case r.code != "en" && (r.is(i-1, that) && (r.opened(i) || i > s.from+1 && r.is(i-2, stop)) || r.is(i-1, joint) && i > s.from+1 && r.is(i-2, stop)):
			return i
		}
	}
	return s.from
}

// opened reports whether the word before i opens the content of a cue, and not a
// relative clause.
func (r *reader) opened(i int) bool {
	n := len(r.drafts)
	return n > 0 && (r.drafts[n-1].at.to == i || r.drafts[n-1].what.from == i)
}

// skipAdjunct skips a phrase of place or time that opens a clause without a comma.
func (r *reader) skipAdjunct(from, cueFrom int) int {
	if from >= cueFrom || !r.is(from, stop) || r.is(from, pronoun|head) {
		return from
	}
	for i := from + 1; i < min(from+5, cueFrom-1); i++ { // a postposition ends it, or a head follows
		if r.code == "ps" && r.is(i, stop) {
			return i + 1
		}
		if r.code != "ps" && r.is(i, head) {
			return i
		}
	}
	return min(from+2, cueFrom)
}

// opensWith is the noun phrase from word from on, before the verb.
func (r *reader) opensWith(from, cueFrom int, s span) span {
	to := from
	for to < cueFrom && to-from < maxName {
		w := &r.words[to]
		if to > from && w.before&(pause&^bracket) != 0 || w.class&(that|relative) != 0 && w.class&pointer == 0 && to > from || w.class&(stop|times) != 0 && w.class&pronoun == 0 {
			break
		}
		if w.class&joint != 0 && to+1 >= cueFrom {
			break
		}
		if r.code == "ps" && to > from && w.class&addressee != 0 && r.addressed(to, cueFrom) {
			break
		}
		to++
	}
	return r.name(span{from, to})
}

// addressed reports whether a Pashto phrase from word i on ends in "to".
func (r *reader) addressed(i, end int) bool {
	for ; i < end; i++ {
		if r.is(i, stop) {
			return true
		}
	}
	return false
}

// headed cuts a phrase behind its head where another verb follows before the cue: a
// "this" and its noun, or up to the word that heads a claimant and names behind it.
func (r *reader) headed(who span) span {
	if who.len() > 2 && r.is(who.from, pointer) && r.code != "en" {
		return span{who.from, who.from + 2}
	}
	for i := who.from; i < who.to; i++ {
		if r.is(i, pronoun) && i == who.from {
			return span{i, i + 1}
		}
		if !r.is(i, head) {
			continue
		}
		for i++; i < who.to && (r.words[i].upper || r.is(i, head)); i++ {
		}
		return span{who.from, i}
	}
	return who
}
