package trend

import (
	"math"
	"time"
)

// base is what is known of a series before the point under judgement.
type base struct {
	rules rules
	past  []seen
	first int // of past that is within the history
}

// seen is a point that has been judged.
type seen struct {
	start    time.Time
	slot     int        // of the weekly pattern
	count    float64    // as it enters the base: a spike is cut to the size of the largest usual count
	exposure float64    //
	flat     float64    // expected count without the weekly pattern
	expected float64    // expected count
	evidence [9]float64 // log-likelihood of each of the dispersions, summed over this point and all before it
}

// dispersions are the values that the ratio of variance to mean may have, and widths
// the stretch each of them stands for. One value is never chosen: probabilities are
// averaged over all of them.
var (
	dispersions = [9]float64{1.02, 1.3, 1.7, 2.2, 2.9, 3.8, 5, 7, 12}
	widths      = [9]float64{.2, .34, .45, .6, .8, 1.05, 1.6, 3.5, 5}
)

// prior is what is believed of the dispersions before any count is seen: an
// exponential distribution, wider where there is more to count, since a burst in a
// series of one article a week is small.
func prior(mean float64) [9]float64 {
	var p [9]float64
	scale := 0.6 + 0.5*min(mean, 4)
	for i, d := range dispersions {
		p[i] = widths[i] * math.Exp(-(d-1)/scale)
	}
	return p
}

const (
	priorCount  = 0.5  // articles in half a period, before any period is seen
	minExposure = 0.2  // of the usual: with less, a few articles would seem a multitude
	gapExposure = 0.1  // of the usual: with less, a point says nothing about the base
	spikeBelow  = 1e-4 // such a point says nothing about the dispersion
	clipBelow   = 2e-3 // the base takes no count beyond this quantile
)

func (b *base) judge(p Point, exposure float64) Judgement {
	s := seen{start: p.Start, count: float64(max(0, p.Count)), exposure: exposure}
	if b.rules.cycle > 0 {
		s.slot = int(p.Start.Weekday())
	}
	if exposure <= 0 {
		return Judgement{P: 1, Level: None}
	}
	window, history := b.before(p.Start)
	rate, usual := level(window, history)
	j := Judgement{P: 1, Level: None}
	if len(window) > 0 {
		s.flat = rate * max(exposure, minExposure*usual)
		s.expected = s.flat * pattern(history, b.rules.cycle)[s.slot]
		j.Expected = s.expected
	}
	if len(b.past) > 0 {
		s.evidence = b.past[len(b.past)-1].evidence
	}
	if len(window) >= b.rules.atLeast {
		m := mixture(history, rate*usual)
		j.P = m.exceed(s.count, s.expected)
		j.Level = grade(p.Count, j.P)
		if j.P >= spikeBelow {
			s.learn()
		}
		if j.P < 10*clipBelow {
			s.count = min(s.count, max(m.quantile(clipBelow, s.expected), 1))
		}
	}
	if len(window) < b.rules.atLeast || exposure >= gapExposure*usual {
		b.past = append(b.past, s)
	}
	return j
}

func grade(count int, p float64) Level {
	switch {
	case p < alertBelow && count >= alertCount:
		return Alert
	case p < watchBelow && count >= watchCount:
		return Watch
	}
	return None
}

// before answers the window and the history that a point at start may be judged from.
func (b *base) before(start time.Time) (window, history []seen) {
	step := b.rules.step
	last := start.Add(-time.Duration(b.rules.guard)*step - step/2)
	end := len(b.past)
	for end > 0 && b.past[end-1].start.After(last) {
		end--
	}
	oldest := start.Add(-time.Duration(b.rules.guard+b.rules.history)*step - step/2)
	for b.first < end && b.past[b.first].start.Before(oldest) {
		b.first++
	}
	from := end
	edge := start.Add(-time.Duration(b.rules.guard+b.rules.window)*step - step/2)
	for from > b.first && b.past[from-1].start.After(edge) {
		from--
	}
	return b.past[from:end], b.past[b.first:end]
}

// level is the count to be expected of a unit of exposure, and the usual exposure.
// It is the rate of the window where that differs from the rate of the history by
// more than chance, and drawn to the latter where it does not.
func level(window, history []seen) (rate, usual float64) {
	if len(window) == 0 {
		return 0, 0
	}
	short, usual := mean(window)
	long, _ := mean(history)
	squares, expected := 1.0, 1.0
	for _, s := range history {
		if s.expected > 0 {
			squares += (s.count - s.expected) * (s.count - s.expected)
			expected += s.expected
		}
	}
	spread := max(1, squares/expected)
	variance := spread * long / (usual * float64(len(window)))
	gap := short - long
	return long + gap*max(0, 1-variance/max(gap*gap, 1e-300)), usual
}

func mean(points []seen) (rate, usual float64) {
	counts, exposure := 0.0, 0.0
	for _, s := range points {
		counts += s.count
		exposure += s.exposure
	}
	usual = exposure / float64(len(points))
	return (counts + priorCount) / (exposure + priorCount*usual), usual
}

// pattern is the factor of each slot of the week, drawn together towards 1 by as much
// as chance alone would have spread them (positive-part James and Stein, 1961).
func pattern(history []seen, cycle int) []float64 {
	if cycle == 0 {
		return []float64{1}
	}
	factors := make([]float64, cycle)
	counts, flats := make([]float64, cycle), make([]float64, cycle)
	squares, total, sum := 0.0, 0.0, 0.0
	for _, s := range history {
		if s.flat > 0 {
			counts[s.slot] += s.count
			flats[s.slot] += s.flat
			squares += (s.count - s.expected) * (s.count - s.expected)
			total += s.flat
			sum += s.count
		}
	}
	for i := range factors {
		factors[i] = 1
	}
	if total == 0 || sum == 0 {
		return factors
	}
	spread, chi := max(1, squares/total), 0.0
	for i := range factors {
		if flats[i] > 0 {
			factors[i] = counts[i] / flats[i] * total / sum
			chi += (factors[i] - 1) * (factors[i] - 1) * flats[i] / spread
		}
	}
	keep := max(0, 1-float64(cycle-2)/max(chi, 1e-9))
	for i := range factors {
		factors[i] = 1 + keep*(factors[i]-1)
	}
	return factors
}

// learn adds what the point says of the dispersion.
func (s *seen) learn() {
	if s.expected <= 0 {
		return
	}
	for i, d := range dispersions {
		s.evidence[i] += logMass(s.count, s.expected, d)
	}
}

// weights are what is believed of the dispersions.
type weights [9]float64

func mixture(history []seen, mean float64) weights {
	var w weights
	before := prior(mean)
	first, last := history[0].evidence, history[len(history)-1].evidence
	best := math.Inf(-1)
	for i := range w {
		w[i] = math.Log(before[i]) + last[i] - first[i]
		best = max(best, w[i])
	}
	sum := 0.0
	for i := range w {
		w[i] = math.Exp(w[i] - best)
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}

// exceed is the probability of more than count, and half of that of count itself:
// with whole numbers as small as these the usual tail would be far too cautious.
func (w weights) exceed(count, mean float64) float64 {
	p := 0.0
	for i, d := range dispersions {
		if w[i] > 1e-9 {
			p += w[i] * (tail(count, mean, d) + tail(count+1, mean, d)) / 2
		}
	}
	return min(1, p)
}

// quantile is the smallest whole count whose exceedance is below p.
func (w weights) quantile(p, mean float64) float64 {
	high := math.Ceil(mean) + 1
	for w.exceed(high, mean) >= p {
		high *= 2
	}
	low := 0.0
	for high-low > 1 {
		mid := math.Floor((low + high) / 2)
		if w.exceed(mid, mean) < p {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
