package trend

import "math"

// tail is the probability of count or more under a negative binomial distribution of
// this mean and a variance of dispersion times the mean, dispersion > 1. It is the
// regularised incomplete beta function I_q(count, r) with r = mean/(dispersion-1) and
// q = 1-1/dispersion.
func tail(count, mean, dispersion float64) float64 {
	if count <= 0 {
		return 1
	}
	if mean <= 0 {
		return 0
	}
	return beta(1-1/dispersion, count, mean/(dispersion-1))
}

// logMass is the logarithm of the probability of exactly count under the same distribution.
func logMass(count, mean, dispersion float64) float64 {
	r := mean / (dispersion - 1)
	a, _ := math.Lgamma(count + r)
	b, _ := math.Lgamma(r)
	c, _ := math.Lgamma(count + 1)
	return a - b - c - r*math.Log(dispersion) + count*math.Log1p(-1/dispersion)
}

// beta is the regularised incomplete beta function I_x(a, b), by its continued
// fraction (Abramowitz and Stegun 26.5.8), evaluated by Lentz's method.
func beta(x, a, b float64) float64 {
	if x <= 0 {
		return 0
	}
	if x >= 1 {
		return 1
	}
	if x > (a+1)/(a+b+2) {
		return 1 - beta(1-x, b, a)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab - la - lb + a*math.Log(x) + b*math.Log1p(-x))
	return front * fraction(x, a, b) / a
}

func fraction(x, a, b float64) float64 {
	const tiny, enough = 1e-300, 1e-12
	c, d := 1.0, 1-(a+b)*x/(a+1)
	if math.Abs(d) < tiny {
		d = tiny
	}
	d = 1 / d
	h := d
	for m := 1.0; m < 2000; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		for _, term := range []float64{even, odd} {
			if d = 1 + term*d; math.Abs(d) < tiny {
				d = tiny
			}
			if c = 1 + term/c; math.Abs(c) < tiny {
				c = tiny
			}
			d = 1 / d
			h *= c * d
			if math.Abs(c*d-1) < enough {
				return h
			}
		}
	}
	return h
}
