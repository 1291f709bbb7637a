package claim

const (
	maxName  = 14 // words of a claimant
	maxReach = 34 // words between a claimant's marker and the verb
)

// phraseBefore is the noun phrase that ends before word end.
func (r *reader) phraseBefore(end int, s span) span {
	if n := len(r.drafts); n > 0 && r.drafts[n-1].at.to <= end {
		s.from = r.drafts[n-1].at.to
	}
	from := end
	for from > s.from && end-from < maxName {
		if r.is(from-1, stop) || from < end && r.gapAt(from)&pause != 0 {
			break
		}
		if n := r.leadBefore(from, s); n > 0 {
			break
		}
		from--
	}
	for i := end - 1; i > from; i-- {
		if r.is(i-1, agency) && !r.is(i, agency) {
			from = i
			break
		}
	}
	return r.name(span{from, end})
}

// leadBefore is the number of words of a clause-opening phrase that ends before word i.
func (r *reader) leadBefore(i int, s span) int {
	for n := min(4, i-s.from); n > 1; n-- {
		if c, k := r.cueAt(i-n, i); k == n && c.frame == lead {
			return n
		}
	}
	return 0
}

// phraseAfter is the noun phrase that begins at word from.
func (r *reader) phraseAfter(from int, s span) span {
	to := from
	for to < s.to && to-from < maxName {
		w := &r.words[to]
		if to > from && (w.before&pause != 0 || w.class&that != 0) || w.class&(stop|times) != 0 && !r.pairs(to, s) {
			break
		}
		if to > from && (r.isCue(to, s) || r.is(to, pronoun)) {
			break
		}
		to++
	}
	return r.name(span{from, to})
}

// pairs reports whether the joint at word i is followed by the head of another name.
func (r *reader) pairs(i int, s span) bool {
	return r.is(i, joint) && r.pointsAt(span{i + 1, min(i+4, s.to)}, head)
}

// isCue reports whether a cue of a claim begins at word i.
func (r *reader) isCue(i int, s span) bool {
	c, n := r.cueAt(i, s.to)
	return n > 0 && c.frame != lead && c.frame != none
}

// name leaves joining words and adverbs out of a claimant, at both ends.
func (r *reader) name(s span) span {
	for i := s.from; i+2 < s.to && r.hasMarker(); i++ { // an object put before its subject
		if r.is(i, claimword) && r.is(i+1, tail) {
			s.from = i + 2
		}
	}
	s.from = max(s.from, min(r.leadEnd(s.from, s.to), s.to))
	for i := s.from + 1; i < s.to; i++ {
		if r.gapAt(i)&bracket != 0 && i+3 >= s.to {
			s.to = i
		}
	}
	for s.len() > 1 && r.code != "en" && r.is(s.from, tail) && !r.is(s.from, pronoun|pointer|head) && !r.genitive(s.from) {
		s.from++
	}
	for s.len() > 0 && r.is(s.from, joint|that|times) && !r.is(s.from, head) {
		s.from++
	}
	for s.len() > 0 && r.is(s.to-1, joint|that|tail|times|marker) && !r.is(s.to-1, pronoun|head) {
		s.to--
	}
	if s.len() == 0 {
		return span{}
	}
	if s.len() == 1 && r.is(s.from, tail|addressee) && !r.is(s.from, pronoun|head) {
		return span{}
	}
	return s
}

// leadEnd skips the phrases and marks that may open a clause.
func (r *reader) leadEnd(i, end int) int {
	for i < end {
		c, n := r.cueAt(i, end)
		if c.frame != lead {
			break
		}
		i += n
	}
	return i
}

// clauseStart is where the clause of a cue begins: behind the last pause that is not
// the end of an apposition.
func (r *reader) clauseStart(cueFrom int, s span) int {
	for i := cueFrom - 1; i > s.from; i-- {
		if r.gapAt(i)&(comma|colon|closing|newline|ending) != 0 || r.is(i-1, that) {
			return i
		}
	}
	return s.from
}

// clauseEnd is the first pause behind word i.
func (r *reader) clauseEnd(i int, s span) int {
	for i++; i < s.to; i++ {
		if r.gapAt(i)&(comma|colon|newline) != 0 || r.is(i, that) {
			return i
		}
	}
	return s.to
}

// nameAtEnd cuts a phrase to the entity that ends it, where nothing in it heads a
// claimant: a headline leaves out what would part the two.
func (r *reader) nameAtEnd(s span) span {
	if s.len() <= 2 || r.pointsAt(s, head) {
		return s
	}
	for _, m := range r.here {
		if m.Kind != "entity" || m.End != r.words[s.to-1].end {
			continue
		}
		for i := s.from; i < s.to; i++ {
			if r.words[i].start == m.Start {
				return span{i, s.to}
			}
		}
	}
	return s
}

// plausible reports whether a phrase that nothing marks as the claimant can be one:
// an office, a pronoun, something that the taxonomy knows, or a name of a few words.
func (r *reader) plausible(d *draft) bool {
	who := d.who
	if r.code != "ps" && r.code != "fa" || who.len() == 0 || r.pointsAt(who, head|pronoun) {
		return true
	}
	start, end := r.words[who.from].start, r.words[who.to-1].end
	for _, m := range r.here {
		if m.Start >= start && m.End <= end && m.Kind != "concept" {
			return true
		}
	}
	return who.len() <= 4 && !r.pointsAt(who, joint|claimword) && !(d.frame == after && r.genitive(who.from))
}
