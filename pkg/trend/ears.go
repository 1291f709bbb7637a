package trend

import "math"

// The EARS methods of early aberration reporting (Hutwagner and others, 2003), as
// the R package surveillance computes them. They are kept for comparison: their
// false alarms depend on the volume of a series, and an earlier spike blinds them.

// C1 is the count at t less the mean of the seven points before it, in standard
// deviations of those, of which none is taken for less than smallest. Alarms are
// usual above 3.09. It is 0 where seven points are missing.
func C1(counts []float64, t int, smallest float64) float64 {
	return deviation(counts, t, t-7, smallest)
}

// C2 is C1 with two points between the count and its base.
func C2(counts []float64, t int, smallest float64) float64 {
	return deviation(counts, t, t-9, smallest)
}

// C3 is the sum of C2-1 over the count and the two before it, where positive. Alarms
// are usual above 1.96.
func C3(counts []float64, t int, smallest float64) float64 {
	sum := 0.0
	for k := t; k > t-3; k-- {
		sum += max(0, C2(counts, k, smallest)-1)
	}
	return sum
}

func deviation(counts []float64, t, from int, smallest float64) float64 {
	if from < 0 || t >= len(counts) {
		return 0
	}
	mean, squares := 0.0, 0.0
	for _, x := range counts[from : from+7] {
		mean += x / 7
	}
	for _, x := range counts[from : from+7] {
		squares += (x - mean) * (x - mean) / 6
	}
	return (counts[t] - mean) / max(smallest, math.Sqrt(squares))
}
