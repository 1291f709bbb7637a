package page

import (
	"math"
	"strings"

	"golang.org/x/net/html/atom"
)

// A feature is something that can be said of a block; its weight says how much
// that speaks for the block being a part of the article.
type feature int

const (
	fBias feature = iota
	fLength
	fShort
	fLinked
	fAllLinked
	fManyLinks
	fSentence
	fSentences
	fCommas
	fDigits
	fP
	fLi
	fHeading
	fSubheading
	fCell
	fQuote
	fPre
	fDiv
	fCaptionTag
	fInArticle
	fInMain
	fInNav
	fInAside
	fInFooter
	fInHeader
	fInFigure
	fInForm
	fInTable
	fInList
	fInQuote
	fInHidden
	fInBody
	fInDetails
	fHintBody
	fHintContent
	fHintComment
	fHintRelated
	fHintShare
	fHintNav
	fHintSide
	fHintFoot
	fHintHead
	fHintAd
	fHintForm
	fHintConsent
	fHintMeta
	fHintDate
	fHintAuthor
	fHintTitle
	fHintCaption
	fHintBio
	fHintHidden
	fHintWall
	fHintBox
	fHintLead
	fSiblings // text in paragraphs of the same parent
	fCousins  // of the same grandparent
	fBefore   // text of the block before
	fAfter
	fBeforeLinked
	fAfterLinked
	fPosition
	fAfterTitle
	fPhrase
	fCopyright
	fColon
	fEllipsis    // ends as a cut-off teaser does
	fLong        // more than 150 letters
	fDateLine    // a short line with a date
	fByLine      // a short line that names an author
	fBold        // mostly in bold type
	fUpper       // all in capitals
	fMarks       // bars, bullets and arrows that part items of a line
	fRepeated    // the same text stands elsewhere on the page
	fInLD        // JSON-LD gives it as part of the article's body
	fNotInLD     // JSON-LD gives a long body without it
	fSummary     // the page's own description
	fUnderPhrase // the heading above is one of the page's own
	fNotice      // speaks to the reader about the page or its offers
	fNotices     // more than once
	fItalic      // mostly in italics
	fShortLi
	fShortDiv
	fShortP
	fLinkedLi
	fLinkedP
	fNearBody
	fNearContent
	fNearComment
	fNearRelated
	fNearShare
	fNearNav
	fNearSide
	fNearFoot
	fNearHead
	fNearAd
	fNearForm
	fNearConsent
	fNearMeta
	fNearDate
	fNearAuthor
	fNearTitle
	fNearCaption
	fNearBio
	fNearHidden
	fNearWall
	fNearBox
	fNearLead
	features
)

// vector holds a value for each feature, mostly 0 or 1.
type vector [features]float64

// hintFeatures and tagFeatures say which feature a bit stands for.
var hintFeatures = [...]feature{fHintBody, fHintContent, fHintComment, fHintRelated, fHintShare, fHintNav, fHintSide, fHintFoot, fHintHead,
	fHintAd, fHintForm, fHintConsent, fHintMeta, fHintDate, fHintAuthor, fHintTitle, fHintCaption, fHintBio, fHintHidden, fHintWall, fHintBox, fHintLead}

var tagFeatures = [...]feature{fInArticle, fInMain, fInNav, fInAside, fInFooter, fInHeader, fInFigure, fInForm, fInTable, fInList, fInQuote,
	fAllLinked, fInHidden, fInBody, fInDetails}

// plain is the mass of a block outside links.
func (b *block) plain() int { return b.mass - b.linked }

// size grows with the logarithm of a mass, 1 at about 1,000 letters.
func size(mass int) float64 { return math.Log1p(float64(mass)) / 7 }

// describe fills the vector of block i.
func (l *layout) describe(i int, v *vector) {
	*v = vector{}
	b := &l.blocks[i]
	e := &l.elements[b.element]
	s := string(l.text[b.start:b.end])
	v[fBias] = 1
	v[fLength] = size(b.mass)
	v[fShort] = yes(b.mass < 25)
	v[fLinked] = float64(b.linked) / float64(b.mass)
	v[fAllLinked] = yes(b.linked*10 >= b.mass*9)
	v[fManyLinks] = yes(b.links > 3 && b.mass/b.links < 40)
	v[fSentence] = yes(endsSentence(s))
	v[fSentences] = math.Min(1, float64(b.ends)/5)
	v[fCommas] = math.Min(1, float64(b.commas)/5)
	v[fDigits] = float64(b.digits) / float64(b.mass)
	v[fColon] = yes(strings.HasSuffix(s, ":"))
	v[tagFeature(b.tag)] = 1
	for bit, f := range tagFeatures {
		if e.tags&(1<<bit) != 0 {
			v[f] = 1
		}
	}
	for bit, f := range hintFeatures {
		if e.hints&(1<<bit) != 0 {
			v[f] = 1
		}
	}
	if p := l.elements[l.unit(b.element)].parent; p >= 0 {
		v[fSiblings] = size(l.prose[p])
		if g := l.elements[p].parent; g >= 0 {
			v[fCousins] = size(l.cousins[g])
		}
	}
	if i > 0 {
		v[fBefore], v[fBeforeLinked] = size(l.blocks[i-1].plain()), yes(l.blocks[i-1].linked*2 > l.blocks[i-1].mass)
	}
	if i+1 < len(l.blocks) {
		v[fAfter], v[fAfterLinked] = size(l.blocks[i+1].plain()), yes(l.blocks[i+1].linked*2 > l.blocks[i+1].mass)
	}
	near := e.own
	if e.parent > 0 {
		near |= l.elements[e.parent].own
	}
	for bit := range hintFeatures {
		if near&(1<<bit) != 0 {
			v[int(fNearBody)+bit] = 1
		}
	}
	short := b.mass < 60
	v[fShortLi], v[fShortDiv], v[fShortP] = yes(short && v[fLi] > 0), yes(short && v[fDiv] > 0), yes(short && v[fP] > 0)
	v[fLinkedLi], v[fLinkedP] = v[fLi]*v[fLinked], v[fP]*v[fLinked]
	v[fEllipsis] = yes(strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...") || strings.HasSuffix(s, "[…]") || strings.HasSuffix(s, "[...]"))
	v[fLong] = yes(b.mass > 150)
	v[fDateLine] = yes(b.mass < 60 && b.digits >= 3 && hasDate(s))
	v[fByLine] = yes(b.mass < 60 && byline(s))
	n := counts(s, b.mass)
	v[fNotice], v[fNotices] = yes(n > 0), yes(n > 1)
	v[fItalic] = yes(b.slanted*10 > b.mass*8)
	v[fBold] = yes(b.strong*10 > b.mass*8)
	v[fUpper] = yes(b.mass > 3 && strings.ToUpper(s) == s && strings.ToLower(s) != s)
	v[fMarks] = yes(b.mass < 200 && strings.ContainsAny(s, "|•·»›→▸▶"))
	v[fRepeated] = yes(l.repeats[s] > 1)
	v[fUnderPhrase] = yes(l.underPhrase(i))
	if l.told != "" {
		in := strings.Contains(l.told, key(s))
		v[fInLD], v[fNotInLD] = yes(in), yes(!in)
	}
	v[fSummary] = yes(l.summary != "" && key(s) == l.summary)
	v[fPosition] = float64(i) / float64(len(l.blocks))
	v[fAfterTitle] = yes(l.title >= 0 && i > l.title)
	v[fPhrase] = yes(boilerplate(s))
	v[fCopyright] = yes(strings.Contains(s, "©") || strings.HasPrefix(s, "Copyright"))
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
	for i := range l.blocks {
		l.addProse(&l.blocks[i])
	}
	l.repeats = map[string]int{}
	for i := range l.blocks {
		b := &l.blocks[i]
		if b.linked*2 < b.mass {
			l.repeats[string(l.text[b.start:b.end])]++
		}
	}
	var v vector
	for i := range l.blocks {
		l.describe(i, &v)
		sum := 0.0
		for f, w := range weights {
			sum += w * v[f]
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

// counts is how many of the notices stand in a line of at most 600 letters.
func counts(s string, mass int) int {
	if mass > 600 {
		return 0
	}
	n := 0
	s = strings.ToLower(s)
	for _, w := range notices {
		if strings.Contains(s, w) {
			n++
		}
	}
	return n
}

// hasDate reports whether a short line holds a date.
func hasDate(s string) bool {
	_, ok := findDate(s, false)
	return ok
}

// byline reports whether a short line begins as one that names an author does.
func byline(s string) bool {
	s = strings.ToLower(s)
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
			return boilerplate(string(l.text[b.start:b.end]))
		}
	}
	return false
}
