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
		if c.frame == none || c.frame == lead || r.denied(at, s) || r.noun(at, s) {
			continue
		}
		if d, ok := r.draft(c, at, s); ok {
			r.drafts = append(r.drafts, d)
		}
	}
}

// cueAt is the longest phrase of the lexicon that begins at word i.
func (r *reader) cueAt(i, end int) (found cue, n int) {
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

// noun reports whether an English cue is the noun of the same form: "the claims that".
func (r *reader) noun(at, s span) bool {
	if r.code != "en" || !r.is(at.from, claimword) || at.from == s.from {
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
	case after:
		d.who, d.heir = r.subject(at.from, s)
		r.contentAfter(&d, s)
	case marked:
		d.who, _, d.heir = r.agent(at.from, s)
		r.contentAfter(&d, s)
	case also:
		d.who, d.heir = r.joined(at.from, s)
		r.contentAfter(&d, s)
	case per, passive:
		d.who = r.phraseBefore(at.from, s)
		if d.who.len() == 0 && c.frame == per && r.is(at.from, pronoun) {
			d.who = span{at.from, at.from + 1}
		}
		if c.frame == passive && !r.hasMarker() {
			d.who, d.heir = r.subject(at.from, s)
		}
		r.contentAfter(&d, s)
	case object, blame:
		r.objectBefore(&d, s)
		return d, !r.pointsAt(span{max(d.what.from, at.from-6), at.from}, petition)
	case shows:
		r.objectBefore(&d, s)
		for i := d.what.from; i < d.what.to; i++ {
			if r.is(i, carrier) {
				d.what.from = i + 1
				return d, true
			}
		}
		return d, false
	case called:
		return d, r.rebuttal(&d, s)
	case by:
		d.who = r.phraseAfter(at.to, s)
		d.what = span{r.clauseStart(at.from, s), at.from}
		if r.points(d.what) {
			d.pointed, d.what.to = true, max(at.to, d.who.to)
		}
	case source:
		r.contentOfSource(&d, s)
	case bare:
		d.what = span{at.to, s.to}
		if d.what.len() < minContent || (r.leadEnd(s.from, at.from) < at.from || r.code == "en" && r.is(at.to-1, stop)) && !r.is(at.to-1, that) {
			d.what = span{r.clauseStart(at.from, s), s.to}
		}
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

// pointsAt reports whether a word of class c is in a run.
func (r *reader) pointsAt(s span, c class) bool {
	for i := s.from; i < s.to; i++ {
		if r.is(i, c) {
			return true
		}
	}
	return false
}

// contentAfter takes what follows the cue, or what precedes the claimant where
// nothing follows: "P, said the ministry on Monday."
func (r *reader) contentAfter(d *draft, s span) {
	d.what = span{d.at.to, s.to}
	if r.code == "en" && d.at.to < s.to && r.inverted(d, s) {
		return
	}
	opened := r.is(d.at.to-1, that)
	for i := d.at.to; !opened && d.frame != per && i < min(d.at.to+9, s.to) && r.gapAt(i)&(colon|opening|ending) == 0 && (!r.isCue(i, s) || r.is(i, claimword)); i++ {
		if r.is(i, that) && !r.is(i, pointer) || r.code == "en" && r.words[i].class&that != 0 {
			d.what.from, opened = i+1, true
		}
	}
	if !opened && r.code == "en" {
		r.skipAddressee(d, s)
	}
	if object := r.objectAfter(d.at.to, s); d.act == "denies" && !opened && r.code == "en" && r.points(object) {
		d.pointed, d.what = true, span{d.start(), object.to}
		return
	}
	edge := d.start()
	left := span{r.dateline(s), edge}
	if left.len() < minContent || opened && d.what.len() >= minContent {
		return
	}
	if d.what.len() < minContent || r.gapAt(edge)&(comma|closing) != 0 && r.aside(d, s) {
		d.what, d.left = left, true
		if n := r.nameAtEnd(d.who); d.frame == marked {
			d.who, d.what.to = n, n.from
		}
	}
}

// objectAfter is the object of an English verb, up to the next clause.
func (r *reader) objectAfter(from int, s span) span {
	for i := from + 1; i < s.to; i++ {
		if r.gapAt(i)&(comma|colon|opening) != 0 || r.is(i, joint) {
			return span{from, i}
		}
	}
	return span{from, s.to}
}

// dateline is the first word behind the place and agency that open a report.
func (r *reader) dateline(s span) int {
	for i := s.from + 1; i < min(s.from+7, s.to); i++ {
		if g := r.gapAt(i); g&colon != 0 && g&(comma|ending) == 0 && r.words[s.from].upper {
			return i
		}
	}
	return s.from
}

// aside reports whether what follows a cue of saying is an aside, not the content:
// short, and a time, a place or an occasion.
func (r *reader) aside(d *draft, s span) bool {
	if d.at.to >= s.to || r.gapAt(d.at.to)&comma != 0 {
		return true
	}
	return r.is(d.at.to, stop|times|addressee) && !r.is(d.at.to, negation|pronoun) && r.gapAt(d.at.to)&(opening|colon) == 0
}

// inverted handles `P, said the commander.` and `“P,” said the commander.`
func (r *reader) inverted(d *draft, s span) bool {
	g := r.gapAt(d.at.from)
	left := span{r.dateline(s), d.at.from}
	if d.frame == also || d.at.from == s.from || left.len() < minContent || r.is(d.at.to-1, that) {
		return false
	}
	who := r.phraseAfter(d.at.to, s)
	if who.len() == 0 || r.gapAt(d.at.to)&pause != 0 {
		return false
	}
	if g&closing != 0 || g&comma != 0 && who.to-d.at.to <= 8 && r.endsAfter(who, s) && left.len() > minContent && !r.is(who.from, pronoun) {
		d.who, d.heir, d.what, d.left = who, false, left, true
		return true
	}
	return false
}

// endsAfter reports whether nothing but a time follows a claimant.
func (r *reader) endsAfter(who, s span) bool {
	return who.to == s.to || r.gapAt(who.to)&pause != 0 || r.pointsAt(span{who.to, min(who.to+2, s.to)}, times)
}

// skipAddressee leaves out whom a claimant tells: "told reporters on Sunday …".
func (r *reader) skipAddressee(d *draft, s span) {
	i := d.at.to
	if i+1 < s.to && r.is(i, stop) && r.is(i+1, times) {
		i += 2
	}
	for i < min(s.to, d.at.to+5) && (r.is(i, addressee) || i > d.at.to && r.is(i-1, addressee) && r.is(i, stop) && i+1 < s.to && r.is(i+1, times)) {
		i++
	}
	for i > d.at.to && i < s.to && r.is(i, times) {
		i++
	}
	d.what.from = i
}

// contentOfSource handles "according to WHO, WHAT" and "WHAT, according to WHO".
func (r *reader) contentOfSource(d *draft, s span) {
	d.who = r.phraseAfter(d.at.to, s)
	end := max(d.who.to, d.at.to)
	for i := end; i < min(end+8, s.to); i++ {
		if r.gapAt(i)&(comma|colon) != 0 {
			end = i
			break
		}
	}
	d.what = span{end, s.to}
	if before := (span{r.leadEnd(s.from, s.to), d.at.from}); before.len() >= minContent && (d.what.len() < minContent+3 || r.gapAt(d.at.from)&(comma|closing) != 0 && r.gapAt(end)&comma == 0) {
		d.what, d.left = before, true
	}
}

// objectBefore handles the verb-final "WHO [marker] WHAT rejected", with "that WHAT"
// behind the verb where the object only points to it.
func (r *reader) objectBefore(d *draft, s span) {
	var from int
	if r.code == "fa" || r.code == "ps" {
		d.who, from = r.agentUnmarked(d.at.from, s)
	} else {
		d.who, from, d.heir = r.agent(d.at.from, s)
	}
	d.what = span{r.lastClause(from, d.at.from), d.at.from}
	for i := from; i < d.at.from-minContent; i++ { // a participle clause before the object
		if r.hasMarker() && r.is(i, that) && r.is(i-1, claimword) {
			d.what.from = i + 1
		}
	}
	if i := d.at.to; i < s.to && r.is(i, that) || r.is(d.at.to-1, that) {
		if r.points(d.what) {
			d.what = span{d.at.to, s.to}
			return
		}
	}
	if i := r.relativeThat(d.at.to, s); i > 0 && r.points(d.what) {
		d.what = span{i, s.to}
		return
	}
	if r.points(d.what) && d.act != "confirms" || r.trim(d.what).len() < minContent {
		d.pointed = true
		d.what = span{min(d.start(), d.what.from), d.at.to}
	}
	if d.frame == blame {
		d.what.to = d.at.to
	}
}

func (r *reader) hasMarker() bool { return r.code == "ur" || r.code == "hi" || r.code == "ur-Latn" }

// lastClause is where the last clause of a verb-final run begins: behind a joint that
// follows a verb.
func (r *reader) lastClause(from, to int) int {
	for i := to - 1; i > from+1; i-- {
		if r.is(i-1, joint) && r.is(i-2, final|stop) && !r.is(i-2, tail) {
			return i
		}
	}
	return from
}

// relativeThat finds the content behind "… in which it was said that", 0 for none.
func (r *reader) relativeThat(from int, s span) int {
	if from >= s.to || !r.is(from, relative) || !r.hasMarker() {
		return 0
	}
	for i := from; i < min(from+12, s.to); i++ {
		if r.is(i, that) {
			return i + 1
		}
	}
	return 0
}

// points reports whether a run of words only points to a claim: "these reports",
// "ان تصاویر کو". Such an object has no content of its own.
func (r *reader) points(s span) bool {
	own, pointers := 0, 0
	if s.len() > 0 && r.is(s.from, pointer) {
		pointers++
	}
	for i := s.from; i < s.to; i++ {
		switch c := r.words[i].class; {
		case c&(claimword|carrier) != 0:
			pointers++
		case c&(pointer|tail|stop|times|adjective|falsity|joint) != 0:
		default:
			own++
		}
	}
	return own == 0 || own == 1 && pointers > 0
}

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
