package claim

// quoted gives a quotation that fills a sentence to the speaker one clause away: who
// speaks in the sentence before, or is named right behind it.
func (r *reader) quoted(i int) {
	s := r.sentences[i]
	q := r.quoteIn(s)
	if q.len() < minContent+1 || i == 0 {
		return
	}
	before := r.sentences[i-1]
	if r.last.who.len() == 0 || !r.last.at.within(before) || r.gapAt(s.from)&blank != 0 && r.gapAt(s.from)&colon == 0 {
		return
	}
	d := draft{cue: cue{frame: after, act: "asserts"}, at: r.last.at, who: r.last.who, what: q, heir: true}
	r.drafts = append(r.drafts, d)
}

// quoteIn is the quotation that begins a sentence, none if there is more than a few
// words beside it.
func (r *reader) quoteIn(s span) span {
	for _, q := range r.quotesIn(s) {
		if q.from == s.from && q.to <= s.to && s.to-q.to <= 2 {
			return q
		}
	}
	return span{}
}

// headline handles the line without a verb of saying: "Speaker: P", "P: speaker", and
// where the verb comes last "P speaker", since nothing else follows a finite verb.
func (r *reader) headline(i int, title bool) {
	s := r.sentences[i]
	line := i == 0 && (title || len(r.sentences) == 1 || r.gapAt(s.to)&newline != 0)
	if !line || s.len() < 5 || s.len() > 30 {
		return
	}
	for k := s.from + 1; k < s.to; k++ {
		if r.gapAt(k)&colon == 0 {
			continue
		}
		left, right := span{s.from, k}, span{k, s.to}
		switch {
		case left.len() <= 5 && right.len() >= minContent+1 && r.speaks(left) && !r.is(right.from, relative):
			r.drafts = append(r.drafts, draft{cue: cue{frame: after, act: "asserts"}, at: span{k, k}, who: r.name(left), what: right})
			return
		case right.len() <= 7 && left.len() >= minContent+1 && r.speaks(right):
			r.drafts = append(r.drafts, draft{cue: cue{frame: after, act: "asserts"}, at: span{k, k}, who: r.name(right), what: left, left: true})
			return
		}
	}
	if r.code == "ur" {
		r.speakerLast(s)
	}
}

// speaks reports whether a part of a headline can be a speaker.
func (r *reader) speaks(s span) bool {
	if s.len() == 0 || r.pointsAt(s, final|that|negation) {
		return false
	}
	if r.pointsAt(s, head) {
		return true
	}
	start, end := r.words[s.from].start, r.words[s.to-1].end
	for _, m := range r.here {
		if m.Kind == "entity" && m.Start >= start && m.End <= end {
			return true
		}
	}
	return false
}

// speakerLast finds the name behind the last finite verb of an Urdu headline.
func (r *reader) speakerLast(s span) {
	for i := s.to - 1; i > s.from+minContent; i-- {
		if !r.is(i-1, final) && !(r.is(i-1, future) && r.is(i-1, stop)) {
			if r.is(i, stop|cont|negation|tail) {
				break
			}
			continue
		}
		if who := (span{i, s.to}); who.len() >= 2 && who.len() <= 6 && !r.is(i, stop|cont|tail) {
			r.drafts = append(r.drafts, draft{cue: cue{frame: after, act: "asserts"}, at: span{i, i}, who: who, what: span{s.from, i}, left: true})
		}
		return
	}
	who := r.headsAtEnd(s)
	if who.len() == 0 {
		who = r.titleAtEnd(s)
	}
	if who.len() >= 2 {
		r.drafts = append(r.drafts, draft{cue: cue{frame: after, act: "asserts"}, at: span{who.from, who.from}, who: who, what: span{s.from, who.from}, left: true})
	}
}

// titleAtEnd is the name of an office that ends a line: an adjective of origin, which
// opens a phrase, and a head behind it.
func (r *reader) titleAtEnd(s span) span {
	for i := s.to - 2; i > s.to-6 && i > s.from+minContent; i-- {
		if r.is(i, stop|tail|negation|marker) || r.is(i+1, stop|tail|negation|marker) {
			break
		}
		if r.is(i, origin) && r.pointsAt(span{i + 1, s.to}, head) && !r.is(i-1, tail|stop) {
			return span{i, s.to}
		}
	}
	return span{}
}

// headsAtEnd is the name of an entity that ends a line, none if its last word is not one.
func (r *reader) headsAtEnd(s span) span {
	end := r.words[s.to-1].end
	for _, m := range r.here {
		if m.Kind != "entity" || m.End != end {
			continue
		}
		for i := s.to - 1; i > s.from+minContent; i-- {
			if r.words[i].start == m.Start && !r.is(i-1, stop|tail) {
				return span{i, s.to}
			}
		}
	}
	return span{}
}
