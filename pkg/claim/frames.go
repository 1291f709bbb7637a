package claim

// frames drafts the claims of a sentence, one a cue, the longest cue at each place.
func (r *reader) frames(s span) {
	for i := s.from; i < s.to; {
		c, n := r.cueAt(i, s.to)
		if n == 0 {
			i++
			continue
		}
		at := span{i, i + n}
		i += n
		if c.frame == none || c.frame == lead || r.denied(at, s) || r.noun(c, at, s) {
			continue
		}
		if d, ok := r.draft(c, at, s); ok {
			r.drafts = append(r.drafts, d)
		}
	}
}

// cueAt is the longest phrase of the lexicon that begins at word i.
func (r *reader) cueAt(i, end int) (found cue, n int) {
	if !r.is(i, opens) {
		return cue{}, 0
	}
	node, ok := int32(0), false
	for k := i; k < end; k++ {
		if r.words[k].id < 0 || k > i && r.words[k].before&(ending|blank) != 0 {
			break
		}
		if node, ok = r.edges[edge{node, r.words[k].id}]; !ok {
			break
		}
		if c := r.cues[node]; c.frame != 0 {
			found, n = c, k+1-i
		}
	}
	return found, n
}

// denied reports whether a negation stands right before the cue.
func (r *reader) denied(at, s span) bool {
	return at.from > s.from && r.is(at.from-1, negation) && r.gapAt(at.from)&pause == 0
}

// noun reports whether an English cue is no verb of saying: the noun of the same form,
// "the claims that", or a passive, "is alleged".
func (r *reader) noun(c cue, at, s span) bool {
	if r.code != "en" || at.from == s.from {
		return false
	}
	if r.is(at.from-1, be) && (c.frame == after || c.frame == called) {
		return true
	}
	if !r.is(at.from, claimword) {
		return false
	}
	n := len(r.drafts)
	return r.is(at.from-1, pointer|adjective|falsity|tail) || n > 0 && r.drafts[n-1].at.to == at.from
}

func (r *reader) is(i int, c class) bool { return r.words[i].class&c != 0 }

// draft finds claimant and content around a cue.
func (r *reader) draft(c cue, at, s span) (draft, bool) {
	d := draft{cue: c, at: at}
	switch c.frame {
	case after, also, marked, per, passive:
		r.sourceBefore(&d, s)
		r.contentAfter(&d, s)
	case object, blame:
		r.objectBefore(&d, s)
		return d, !r.pointsAt(span{max(d.what.from, at.from-6), at.from}, petition)
	case shows:
		r.objectBefore(&d, s)
		return d, r.shown(&d)
	case called:
		return d, r.rebuttal(&d, s)
	case by:
		r.passiveBy(&d, s)
	case source:
		r.contentOfSource(&d, s)
	case bare:
		r.unattributed(&d, s)
	case whole:
		return d, r.statement(&d, s)
	case verdict:
		d.what = s
		return d, r.pointsAt(span{max(s.from, at.from-8), at.from}, carrier|claimword)
	case exposed:
		d.what = s
		return d, r.pointsAt(s, falsity)
	}
	return d, true
}

// sourceBefore finds the claimant in front of a cue, as its frame has it.
func (r *reader) sourceBefore(d *draft, s span) {
	from := d.at.from
	switch {
	case d.frame == also:
		d.who, d.heir = r.joined(from, s)
	case d.frame == marked:
		d.who, _, d.heir = r.agent(from, s)
	case d.frame == after, d.frame == passive && !r.hasMarker():
		d.who, d.heir = r.subject(from, s)
	default:
		d.who = r.phraseBefore(from, s)
	}
	if d.who.len() == 0 && d.frame == per && r.is(from, pronoun) {
		d.who = span{from, from + 1}
	}
}

// shown takes as content what the published pictures are of.
func (r *reader) shown(d *draft) bool {
	for i := d.what.from; i < d.what.to; i++ {
		if r.is(i, carrier) {
			d.what.from = i + 1
			return true
		}
	}
	return false
}

// passiveBy handles "WHAT was denied by WHO".
func (r *reader) passiveBy(d *draft, s span) {
	d.who = r.phraseAfter(d.at.to, s)
	d.what = span{r.clauseStart(d.at.from, s), d.at.from}
	if r.points(d.what) {
		d.pointed, d.what.to = true, max(d.at.to, d.who.to)
	}
}

// unattributed takes what follows a hedge, or the clause around it where it is an
// adverb inside.
func (r *reader) unattributed(d *draft, s span) {
	d.what = span{d.at.to, s.to}
	opens := r.is(d.at.to-1, that)
	inside := r.leadEnd(s.from, d.at.from) < d.at.from || r.code == "en" && r.is(d.at.to-1, stop)
	if d.what.len() < minContent || inside && !opens {
		d.what = span{r.clauseStart(d.at.from, s), s.to}
	}
}

// pointsAt reports whether a word of class c is in a run.
func (r *reader) pointsAt(s span, c class) bool {
	for i := s.from; i < s.to; i++ {
		if r.is(i, c) {
			return true
		}
	}
	return false
}

func (r *reader) hasMarker() bool { return r.code == "ur" || r.code == "hi" || r.code == "ur-Latn" }

// rebuttal handles "called the pictures old": the content is the whole of it, unless
// it is spelled out.
func (r *reader) rebuttal(d *draft, s span) bool {
	limit := min(d.at.to+24, s.to)
	for i := d.at.to; i < limit; i++ {
		if r.gapAt(i)&(ending|blank) != 0 && i > d.at.to {
			return false
		}
		if !r.is(i, falsity) {
			continue
		}
		d.who, d.heir = r.subject(d.at.from, s)
		object := span{d.at.to, i}
		for k := object.from + 1; k < object.to; k++ {
			if r.is(k, that) && r.is(k-1, claimword) {
				d.what = span{k + 1, object.to}
				return d.what.len() >= minContent
			}
		}
		d.pointed = true
		d.what = span{d.start(), i + 1}
		return true
	}
	return false
}

// statement is a clause that is itself the claim: "the group claimed responsibility
// for the attack".
func (r *reader) statement(d *draft, s span) bool {
	d.pointed = true
	switch r.code {
	case "en":
		d.who, d.heir = r.subject(d.at.from, s)
		d.what = span{d.start(), r.clauseEnd(d.at.to, s)}
	case "fa", "ps":
		if r.code == "fa" && !r.pointsAt(span{max(s.from, d.at.from-14), d.at.to}, duty) {
			return false
		}
		d.who, _ = r.agentUnmarked(d.at.from, s)
		d.what = span{d.start(), d.at.to}
	default:
		d.who, _, d.heir = r.agent(d.at.from, s)
		d.what = span{d.start(), d.at.to}
	}
	return d.who.len() > 0 && d.what.len() >= minContent
}
