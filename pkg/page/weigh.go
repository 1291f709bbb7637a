package page

import (
	"math"
	"strings"

	"golang.org/x/net/html/atom"
)

// plain is the mass of a block outside links.
func (b *block) plain() int { return b.mass - b.linked }

// size grows with the logarithm of a mass, 1 at about 1,000 letters.
func size(mass int) float64 { return math.Log1p(float64(mass)) / 7 }

// describe fills the vector of block i.
func (l *layout) describe(i int, v *vector) {
	*v = vector{fBias: 1}
	b := &l.blocks[i]
	s := string(l.text[b.start:b.end])
	b.measure(v)
	b.read(s, v)
	l.place(b.element, v)
	l.neighbours(i, v)
	short := b.mass < 60
	v[fShortLi], v[fShortDiv], v[fShortP] = yes(short && v[fLi] > 0), yes(short && v[fDiv] > 0), yes(short && v[fP] > 0)
	v[fLinkedLi], v[fLinkedP] = v[fLi]*v[fLinked], v[fP]*v[fLinked]
	v[fRepeated] = yes(l.repeats[s] > 1)
	v[fUnderPhrase] = yes(l.underPhrase(i))
	if l.told != "" {
		in := strings.Contains(l.told, key(s))
		v[fInLD], v[fNotInLD] = yes(in), yes(!in)
	}
	v[fSummary] = yes(l.summary != "" && key(s) == l.summary)
}

// measure sets what the counts of a block say.
func (b *block) measure(v *vector) {
	v[fLength] = size(b.mass)
	v[fShort], v[fLong] = yes(b.mass < 25), yes(b.mass > 150)
	v[fLinked] = float64(b.linked) / float64(b.mass)
	v[fAllLinked] = yes(b.linked*10 >= b.mass*9)
	v[fManyLinks] = yes(b.links > 3 && b.mass/b.links < 40)
	v[fSentences] = math.Min(1, float64(b.ends)/5)
	v[fCommas] = math.Min(1, float64(b.commas)/5)
	v[fDigits] = float64(b.digits) / float64(b.mass)
	v[fBold], v[fItalic] = yes(b.strong*10 > b.mass*8), yes(b.slanted*10 > b.mass*8)
	v[tagFeature(b.tag)] = 1
}

// read sets what the words of a block say.
func (b *block) read(s string, v *vector) {
	lower := strings.ToLower(s)
	v[fSentence] = yes(endsSentence(s))
	v[fColon] = yes(strings.HasSuffix(s, ":"))
	v[fEllipsis] = yes(strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...") || strings.HasSuffix(s, "[…]") || strings.HasSuffix(s, "[...]"))
	v[fDateLine] = yes(b.mass < 60 && b.digits >= 3 && hasDate(s))
	v[fByLine] = yes(b.mass < 60 && byline(lower))
	v[fUpper] = yes(b.mass > 3 && lower != s && strings.ToUpper(s) == s)
	v[fMarks] = yes(b.mass < 200 && strings.ContainsAny(s, "|•·»›→▸▶"))
	v[fPhrase] = yes(boilerplate(lower))
	v[fCopyright] = yes(strings.Contains(s, "©") || strings.HasPrefix(s, "Copyright"))
	if b.mass <= 600 {
		n := notices(lower)
		v[fNotice], v[fNotices] = yes(n > 0), yes(n > 1)
	}
}

// place sets what the elements around a block say.
func (l *layout) place(e int, v *vector) {
	at := &l.elements[e]
	for bit, f := range tagFeatures {
		if at.tags&(1<<bit) != 0 {
			v[f] = 1
		}
	}
	near := at.own
	if at.parent > 0 {
		near |= l.elements[at.parent].own
	}
	for bit, f := range hintFeatures {
		v[f] = yes(at.hints&(1<<bit) != 0)
		v[int(fNearBody)+bit] = yes(near&(1<<bit) != 0)
	}
	if p := l.elements[l.unit(e)].parent; p >= 0 {
		v[fSiblings] = size(l.prose[p])
		if g := l.elements[p].parent; g >= 0 {
			v[fCousins] = size(l.cousins[g])
		}
	}
}

// neighbours sets what the blocks beside a block and its place in the page say.
func (l *layout) neighbours(i int, v *vector) {
	if i > 0 {
		v[fBefore], v[fBeforeLinked] = size(l.blocks[i-1].plain()), yes(l.blocks[i-1].linked*2 > l.blocks[i-1].mass)
	}
	if i+1 < len(l.blocks) {
		v[fAfter], v[fAfterLinked] = size(l.blocks[i+1].plain()), yes(l.blocks[i+1].linked*2 > l.blocks[i+1].mass)
	}
	v[fPosition] = float64(i) / float64(len(l.blocks))
	v[fAfterTitle] = yes(l.title >= 0 && i > l.title)
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func tagFeature(a atom.Atom) feature {
	switch a {
	case atom.P:
		return fP
	case atom.Li, atom.Dd, atom.Dt:
		return fLi
	case atom.H1, atom.H2:
		return fHeading
	case atom.H3, atom.H4, atom.H5, atom.H6:
		return fSubheading
	case atom.Td, atom.Th:
		return fCell
	case atom.Blockquote:
		return fQuote
	case atom.Pre:
		return fPre
	case atom.Figcaption, atom.Caption, atom.Legend, atom.Summary:
		return fCaptionTag
	}
	return fDiv
}

// endsSentence reports whether s ends as a sentence does, closing quotes aside.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, "\"'”’»)]“ ")
	for _, end := range [...]string{".", "!", "?", "۔", "؟", "।", "。", "！", "？", "…"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// weigh scores every block: above 0 it is more likely than not a part of the article.
func (l *layout) weigh() {
	l.prose, l.cousins = make([]int, len(l.elements)), make([]int, len(l.elements))
	l.repeats = map[string]int{}
	for i := range l.blocks {
		b := &l.blocks[i]
		l.addProse(b)
		if b.linked*2 < b.mass {
			l.repeats[string(l.text[b.start:b.end])]++
		}
	}
	l.weighWith(&weights)
}

func (l *layout) weighWith(w *vector) {
	var v vector
	for i := range l.blocks {
		l.describe(i, &v)
		sum := 0.0
		for f, x := range w {
			sum += x * v[f]
		}
		l.blocks[i].score = sum
	}
}

// unit is the outermost element that holds the same blocks as element e, at most
// four levels up: the div around a paragraph stands for the paragraph.
func (l *layout) unit(e int) int {
	for range 4 {
		p := l.elements[e].parent
		if p < 0 || l.elements[p].from != l.elements[e].from || l.elements[p].to != l.elements[e].to {
			return e
		}
		switch l.elements[p].node.DataAtom {
		case atom.Body, atom.Article, atom.Main, atom.Section:
			return e
		}
		e = p
	}
	return e
}

// addProse counts the block, if it is running text, for the elements around it.
func (l *layout) addProse(b *block) {
	if b.plain() < 40 || b.linked*3 > b.mass {
		return
	}
	unit := l.unit(b.element)
	l.prose[unit] += b.plain()
	if p := l.elements[unit].parent; p >= 0 {
		l.prose[p] += b.plain()
		if g := l.elements[p].parent; g >= 0 {
			l.cousins[g] += b.plain()
		}
	}
}

// hasDate reports whether a short line holds a date.
func hasDate(s string) bool {
	_, ok := findDate(s, false)
	return ok
}

// byline reports whether a short line begins as one that names an author does.
func byline(s string) bool {
	for _, o := range [...]string{"by ", "von ", "par ", "por ", "di ", "text:", "autor", "author", "written by", "تحریر", "نویسنده", "लेखक", "bericht von", "reporting by", "editing by"} {
		if strings.HasPrefix(s, o) {
			return true
		}
	}
	return false
}

// underPhrase reports whether the last heading or short bold line at most six
// blocks above block i is one of the page's own.
func (l *layout) underPhrase(i int) bool {
	for j := i - 1; j >= 0 && j >= i-6; j-- {
		b := &l.blocks[j]
		if heading(b.tag) || b.mass < 40 && b.strong == b.mass {
			return boilerplate(strings.ToLower(string(l.text[b.start:b.end])))
		}
	}
	return false
}
