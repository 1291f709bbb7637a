package claim

// contentAfter takes what follows the cue, or what precedes the claimant where
// nothing follows: "P, said the ministry on Monday."
func (r *reader) contentAfter(d *draft, s span) {
	d.what = span{d.at.to, s.to}
	if r.code == "en" && d.at.to < s.to && r.inverted(d, s) {
		return
	}
	opened := r.is(d.at.to-1, that)
	for i := d.at.to; !opened && d.frame != per && i < min(d.at.to+9, s.to) && r.gapAt(i)&(colon|opening|ending) == 0 && (!r.isCue(i, s) || r.is(i, claimword)); i++ {
		if r.is(i, that) {
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
		if g := r.gapAt(i); g&colon == 0 || g&(comma|ending|opening) != 0 {
			continue
		}
		if r.words[s.from].upper || i-s.from <= 3 && !r.pointsAt(span{s.from, i}, head) {
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
	if d.at.to+1 < s.to && r.is(d.at.to+1, amount) || r.is(d.at.to, negation|pronoun) || r.gapAt(d.at.to)&(opening|colon) != 0 {
		return false
	}
	end := d.at.to + 1
	for end < s.to && r.gapAt(end)&pause == 0 && !r.is(end, joint) {
		end++
	}
	return r.is(d.at.to, stop|times|addressee) && end-d.at.to <= 7
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
	if n := len(r.drafts); from == d.at.from && n > 0 && d.who.len() > 0 && d.who.from > r.drafts[n-1].at.to {
		d.what = r.drafts[n-1].what // what the relative clause is about
		d.what.to = min(d.what.to, d.who.from)
		return
	}
	for i := from; i < d.at.from-minContent; i++ { // a participle clause before the object
		if r.hasMarker() && r.is(i, that) && r.is(i-1, claimword) {
			d.what.from = i + 1
		}
	}
	if i := d.at.to; i < s.to && r.is(i, that) || r.is(d.at.to-1, that) {
		if r.points(d.what) || r.is(r.trim(d.what).to-1, claimword) {
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
