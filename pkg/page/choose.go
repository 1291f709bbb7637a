package page

import (
	"math"

	"golang.org/x/net/html/atom"
)

// A view is something that can be said of a block only when all blocks have been
// scored: how it stands to its neighbours and to the core of the article.
type view int

const (
	vBias view = iota
	vScore
	vBefore
	vAfter
	vBefore2
	vAfter2
	vWindow   // mean of the scores five blocks around, by mass
	vSiblings // mean of the scores under the same parent
	vTwins    // mean of the scores under the same parent with the same tag and class
	vInCore
	vFar1
	vFar2
	vFar3
	vFar4
	vAhead      // before the first sure paragraph
	vAheadTitle // and after the title
	vBehind     // after the last sure paragraph
	vBehindFar  // and how far
	vAheadFar
	vHeading
	vHeadingNext // the score of what follows a heading
	vHeadingSure // sure text follows a heading
	vList        // score of a list's other items
	vShare       // share of the page's gain in the parent
	vMass
	vScoreFar
	vPage
	vPrevLong // score of the nearest long line before, at most six blocks away
	vNextLong
	vMinLong // the lower of the two
	vMinLongP
	vMinLongCore
	vBehindFarAway // after the last sure paragraph of the core, outside it
	vBeforeLast    // in the core, before its last sure paragraph
	vCrowd         // how many twins
	vCrowdFar
	views
)

// look fills what can be said of block i in the light of the others.
func (l *layout) look(i int, c *context, v *[views]float64) {
	*v = [views]float64{vBias: 1}
	b := &l.blocks[i]
	v[vScore] = clamp(b.score)
	v[vMass], v[vPage] = size(b.mass), c.page
	l.lookBeside(i, v)
	l.lookAround(b.element, c, v)
	l.lookAlong(i, c, v)
	far := c.far[b.element] / 4
	v[vScoreFar], v[vCrowdFar] = v[vScore]*far, v[vCrowd]*far
	v[vBehindFarAway] = yes(i > c.coreLast) * far
	v[vBeforeLast] = v[vInCore] * yes(i > c.coreFirst && i < c.coreLast)
	v[vMinLongP], v[vMinLongCore] = v[vMinLong]*yes(b.tag == atom.P), v[vMinLong]*v[vInCore]
	if heading(b.tag) {
		v[vHeading], v[vHeadingNext] = 1, v[vAfter]
		v[vHeadingSure] = yes(i+1 < len(l.blocks) && l.blocks[i+1].score > 1)
	}
	if b.tag == atom.Li || b.tag == atom.Td || b.tag == atom.Dd {
		v[vList] = v[vSiblings]
	}
}

// lookBeside sets what the scores of the blocks before and after say.
func (l *layout) lookBeside(i int, v *[views]float64) {
	v[vBefore], v[vAfter] = l.scoreAt(i-1), l.scoreAt(i+1)
	v[vBefore2], v[vAfter2] = l.scoreAt(i-2), l.scoreAt(i+2)
	v[vWindow] = l.window(i)
	v[vPrevLong], v[vNextLong] = l.long(i, -1), l.long(i, 1)
	v[vMinLong] = math.Min(v[vPrevLong], v[vNextLong])
}

// lookAround sets what the elements around element e say.
func (l *layout) lookAround(e int, c *context, v *[views]float64) {
	u := &l.elements[l.unit(e)]
	if p := u.parent; p >= 0 {
		v[vSiblings] = c.mean[p]
		twins := c.twins[twin{p, u.node.DataAtom, attr(u.node, "class")}]
		v[vTwins], v[vCrowd] = twins.mean(), math.Log1p(twins.n)/4
		v[vShare] = c.share[p]
	}
	switch far := int(c.far[e]); far {
	case 0:
		v[vInCore] = 1
	case 1, 2, 3:
		v[int(vFar1)+far-1] = 1
	default:
		v[vFar4] = 1
	}
}

// lookAlong sets where block i stands to the sure paragraphs.
func (l *layout) lookAlong(i int, c *context, v *[views]float64) {
	if i < c.first {
		v[vAhead], v[vAheadFar] = 1, math.Log1p(float64(c.first-i))/3
		v[vAheadTitle] = yes(l.title >= 0 && i > l.title)
	}
	if i > c.last {
		v[vBehind], v[vBehindFar] = 1, math.Log1p(float64(i-c.last))/3
	}
}

// long is the score of the nearest line of more than 80 letters on one side of block i.
func (l *layout) long(i, step int) float64 {
	for n, j := 0, i+step; n < 6 && j >= 0 && j < len(l.blocks); n, j = n+1, j+step {
		if l.blocks[j].mass > 80 {
			return clamp(l.blocks[j].score)
		}
	}
	return -2
}

func clamp(x float64) float64 { return math.Max(-4, math.Min(4, x)) }

// scoreAt is the score of block i, low beyond the ends of the page.
func (l *layout) scoreAt(i int) float64 {
	if i < 0 || i >= len(l.blocks) {
		return -2
	}
	return clamp(l.blocks[i].score)
}

// window is the mean score of the five blocks on each side, by mass.
func (l *layout) window(i int) float64 {
	sum, all := 0.0, 1.0
	for j := max(0, i-5); j < min(len(l.blocks), i+6); j++ {
		if j != i {
			m := math.Min(float64(l.blocks[j].mass), 300)
			sum, all = sum+m*clamp(l.blocks[j].score), all+m
		}
	}
	return sum / all
}

// twin names the elements that a page repeats: same parent, tag and class.
type twin struct {
	parent int
	tag    atom.Atom
	class  string
}

type tally struct{ sum, n float64 }

func (t tally) mean() float64 { return t.sum / math.Max(1, t.n) }

// context is what the views of one page share.
type context struct {
	far                 []float64 // see distances
	mean, share         []float64 // of each element: score of its children's blocks, share of the page's gain
	twins               map[twin]tally
	first, last         int // sure paragraphs
	coreFirst, coreLast int // of the core
	page                float64
}

func (l *layout) context(core int) *context {
	c := &context{far: l.distances(core), mean: make([]float64, len(l.elements)), share: make([]float64, len(l.elements)), twins: map[twin]tally{}, first: len(l.blocks), last: -1, coreFirst: len(l.blocks), coreLast: -1}
	sums := make([]tally, len(l.elements))
	total := 1.0
	for i := range l.blocks {
		b := &l.blocks[i]
		gain := math.Max(0, b.gain())
		total += gain
		if b.score > 1.5 && b.mass > 80 {
			c.first, c.last = min(c.first, i), i
			if c.far[b.element] == 0 {
				c.coreFirst, c.coreLast = min(c.coreFirst, i), i
			}
		}
		u := &l.elements[l.unit(b.element)]
		p := u.parent
		if p < 0 {
			continue
		}
		sums[p].sum += clamp(b.score)
		sums[p].n++
		c.share[p] += gain
		k := twin{p, u.node.DataAtom, attr(u.node, "class")}
		t := c.twins[k]
		c.twins[k] = tally{t.sum + clamp(b.score), t.n + 1}
	}
	for i := range sums {
		c.mean[i] = sums[i].mean()
		c.share[i] /= total
	}
	c.page = math.Log1p(total) / 10
	return c
}

// threshold is the outcome of the second pass above which a block is kept. It is a
// little below 0 because a lost paragraph costs a reader more than a line too many;
// between -0.3 and 0.3 the figures of the tests hardly differ.
const threshold = -0.2

// choose keeps the blocks that belong to the article.
func (l *layout) choose(core int) {
	c := l.context(core)
	var v [views]float64
	last := -1
	for i := range l.blocks {
		l.look(i, c, &v)
		b := &l.blocks[i]
		b.final = 0
		for k, w := range viewWeights {
			b.final += w * v[k]
		}
		b.keep = b.final > threshold && i != l.title && b.tag != atom.H1
		if b.keep && !heading(b.tag) {
			last = i
		}
	}
	for i := last + 1; i < len(l.blocks); i++ {
		l.blocks[i].keep = false
	}
}

// distances answers for each element how many levels one has to climb from element
// e to reach an element around both, at most 4.
func (l *layout) distances(e int) []float64 {
	far := make([]float64, len(l.elements))
	for i := range far {
		far[i] = 4
	}
	for up := 0.0; e >= 0 && up < 4; up++ {
		for i := e; i < l.elements[e].end; i++ {
			far[i] = math.Min(far[i], up)
		}
		e = l.elements[e].parent
	}
	return far
}
