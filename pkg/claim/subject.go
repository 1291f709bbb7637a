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
		if to > from && r.isCue(to, s) {
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
	s.from = max(s.from, min(r.leadEnd(s.from, s.to), s.to))
	for i := s.from + 1; i < s.to; i++ {
		if r.gapAt(i)&bracket != 0 && i+3 >= s.to {
			s.to = i
		}
	}
	for s.len() > 1 && !r.isLatin() && r.is(s.from, tail) && !r.is(s.from, pronoun|pointer|head) && !r.genitive(s.from) {
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

// mentionEnds reports whether the words are just an entity or a place of the taxonomy.
func (r *reader) mentionEnds(from, to int) bool {
	for _, m := range r.mentions {
		if m.Kind != "concept" && m.Start == r.words[from].start && m.End == r.words[to-1].end {
			return true
		}
	}
	return false
}

// heritage is the claimant of the claim before, in this sentence or the one before.
func (r *reader) heritage() span {
	if n := len(r.drafts); n > 0 {
		return r.drafts[n-1].who
	}
	if r.last != nil {
		return r.last.who
	}
	return span{}
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

// subject finds the claimant that stands before a verb of saying, for languages that
// do not mark it.
func (r *reader) subject(cueFrom int, s span) (who span, heir bool) {
	if r.hasMarker() {
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

// nameAtEnd cuts a phrase to the entity that ends it, where nothing in it heads a
// claimant: a headline leaves out what would part the two.
func (r *reader) nameAtEnd(s span) span {
	if s.len() <= 2 || r.pointsAt(s, head) {
		return s
	}
	for _, m := range r.mentions {
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
func (r *reader) plausible(who span) bool {
	if r.code != "ps" && r.code != "fa" || who.len() == 0 || r.pointsAt(who, head|pronoun) {
		return true
	}
	start, end := r.words[who.from].start, r.words[who.to-1].end
	for _, m := range r.mentions {
		if m.Start >= start && m.End <= end && m.Kind != "concept" {
			return true
		}
	}
	return who.len() <= 4 && !r.pointsAt(who, joint|claimword)
}

func (r *reader) isLatin() bool { return r.code == "en" }

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
		case r.code != "en" && (r.is(i-1, that) || r.is(i-1, joint) && i > s.from+1 && r.is(i-2, stop)):
			return i
		}
	}
	return s.from
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

// agentUnmarked finds the claimant of a verb-final clause without a marker, and where
// its object begins: behind the first phrase, at a word that opens an object.
func (r *reader) agentUnmarked(cueFrom int, s span) (who span, rest int) {
	from := s.from
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
