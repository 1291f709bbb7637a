package claim

// agent finds the claimant of a language that marks it: the phrase before the nearest
// marker. It answers too where the rest of the clause begins. A verb joined to another
// clause, or with no marker of its own, has the claimant of the claim before.
func (r *reader) agent(cueFrom int, s span) (who span, rest int, heir bool) {
	if cueFrom > s.from && r.is(cueFrom-1, joint) && len(r.drafts) > 0 {
		return r.heritage(), cueFrom, true
	}
	for i := cueFrom - 1; i >= s.from && cueFrom-i < maxReach; i-- {
		if r.is(i, that) && len(r.drafts) > 0 && i == r.drafts[len(r.drafts)-1].at.to-1 && i < cueFrom-1 {
			return r.heritage(), i + 1, true
		}
		if r.is(i, relative) && r.gapAt(i)&comma != 0 && len(r.drafts) > 0 { // …, which Kabul denies
			return r.within(i+1, cueFrom, s), cueFrom, false
		}
		if !r.is(i, marker) || r.gapAt(i)&pause != 0 && r.gapAt(i)&(bracket|closing) == 0 {
			continue
		}
		if r.is(i, pronoun) { // a pronoun that the marker is written with
			return span{i, i + 1}, i + 1, false
		}
		if who = r.phraseBefore(i, s); who.len() > 0 {
			if who.len() > 3 {
				who = r.nameAtEnd(who)
			}
			return who, i + 1, false
		}
	}
	return r.unmarkedAgent(cueFrom, s)
}

// within is the claimant of a relative clause.
func (r *reader) within(from, cueFrom int, s span) span {
	for from < cueFrom && r.is(from, tail) && !r.is(from, marker) {
		from++
	}
	to := from
	for to < cueFrom && !r.is(to, stop|marker|tail|claimword) {
		to++
	}
	return r.name(span{from, to})
}

// unmarkedAgent is for the tenses without a marker: the phrase that opens the clause,
// up to a word that points to the object or a mention's end.
func (r *reader) unmarkedAgent(cueFrom int, s span) (span, int, bool) {
	from := r.leadEnd(r.clauseStart(cueFrom, s), cueFrom)
	to := from
	for to < cueFrom && to-from < maxName && !r.is(to, stop|claimword) && !(to > from && r.is(to, pointer) && !r.is(to, tail)) {
		to++
		if r.mentionEnds(from, to) {
			break
		}
	}
	if to < cueFrom && !r.is(to, pointer|claimword) && !r.mentionEnds(from, to) && to-from > 1 {
		for to = from + 1; to < cueFrom && r.is(to, tail|head); to++ {
			if r.is(to, tail) && to+1 < cueFrom && !r.is(to, head) {
				to++ // the genitive and what it belongs to
			}
		}
	}
	who := r.name(span{from, to})
	if who.len() == 0 || to == cueFrom {
		if h := r.heritage(); h.len() > 0 && who.len() == 0 {
			return h, from, true
		}
	}
	return who, to, false
}

// mentionEnds reports whether the words are just an entity or a place of the taxonomy,
// and no part of a longer name or of the title of an office.
func (r *reader) mentionEnds(from, to int) bool {
	start, end, found := r.words[from].start, r.words[to-1].end, false
	for _, m := range r.here {
		if m.Kind == "concept" || m.Start != start {
			continue
		}
		if m.End > end {
			return false
		}
		found = found || m.End == end
	}
	for i := to; found && i < min(to+4, len(r.words)) && !r.is(i, stop|pointer|claimword|opener); i++ {
		if r.is(i, head) {
			return false
		}
	}
	return found
}

// heritage is the claimant of the claim before, in this sentence or the one before.
func (r *reader) heritage() span {
	if n := len(r.drafts); n > 0 {
		return r.drafts[n-1].who
	}
	return r.last.who
}

// agentUnmarked finds the claimant of a verb-final clause without a marker, and where
// its object begins: behind the first phrase, at a word that opens an object.
func (r *reader) agentUnmarked(cueFrom int, s span) (who span, rest int) {
	from := r.dateline(s)
	if n := len(r.drafts); n > 0 && r.drafts[n-1].at.to > from {
		from = r.drafts[n-1].at.to
	}
	for i := from + 1; i < cueFrom; i++ {
		if r.is(i-1, that) && i > from+1 {
			from = i
		}
	}
	if from < cueFrom && from > s.from && r.is(from, joint) {
		return r.heritage(), from + 1
	}
	from = r.leadEnd(from, cueFrom)
	from = r.skipAdjunct(from, cueFrom)
	to, headSeen := from, false
	for to < cueFrom && to-from < maxName {
		if to > from && (r.gapAt(to)&pause != 0 || r.is(to, stop|duty) || to+1 < cueFrom && r.is(to+1, infinitive) || r.is(to, opener) && (headSeen || !r.genitive(to) || !r.genitive(from))) {
			break
		}
		headSeen = headSeen || r.is(to, head)
		to++
		if r.mentionEnds(from, to) && !(to < cueFrom && r.is(to, head)) {
			break
		}
	}
	who = r.name(span{from, to})
	if to == cueFrom && who.len() > 2 || to < cueFrom && r.is(to, marker) && !headSeen && who.len() > 1 {
		who, to = span{who.from, who.from + 1}, who.from+1
	}
	return who, to
}

// genitive reports whether word i is the particle of the Pashto genitive, which opens
// an object only behind the head of the claimant.
func (r *reader) genitive(i int) bool {
	return r.code == "ps" && r.words[i].end-r.words[i].start == 1
}
