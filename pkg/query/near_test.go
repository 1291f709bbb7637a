package query

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// tryAll answers whether one place of each operand can be chosen within gap, by trying
// every choice.
func tryAll(gap int, operands [][]Place, chosen []Place) bool {
	if len(operands) == 0 {
		first, last, own := chosen[0].Start, chosen[0].End, 0
		for _, p := range chosen {
			first, last, own = min(first, p.Start), max(last, p.End), own+p.End-p.Start
		}
		return last-first-own <= gap
	}
	return slices.ContainsFunc(operands[0], func(p Place) bool {
		for _, c := range chosen {
			if p.Start < c.End && c.Start < p.End {
				return false
			}
		}
		return tryAll(gap, operands[1:], append(chosen, p))
	})
}

func TestWithinEqualsTryingEveryChoice(t *testing.T) {
	const seed = 7
	rnd := rand.New(rand.NewPCG(seed, seed))
	hits := 0
	for range 20000 {
		operands := make([][]Place, 2+rnd.IntN(3))
		for i := range operands {
			if i > 0 && rnd.IntN(4) == 0 {
				operands[i] = operands[rnd.IntN(i)]
				continue
			}
			for range 1 + rnd.IntN(4) {
				start := rnd.IntN(14)
				operands[i] = append(operands[i], Place{start, start + 1 + rnd.IntN(3)})
			}
		}
		gap := rnd.IntN(5)
		want := tryAll(gap, operands, nil)
		got := Within(gap, operands, false)
		if (len(got) > 0) != want || (len(Within(gap, operands, true)) > 0) != want {
			t.Fatalf("seed %d: gap %d, places %v: found %v, want some: %v", seed, gap, operands, got, want)
		}
		if want {
			hits++
		}
	}
	if hits < 2000 || hits > 18000 {
		t.Errorf("%d of 20000 cases match: the cases say little", hits)
	}
}

func TestWithinEndsOnRepetition(t *testing.T) {
	same := make([]Place, 50_000)
	for i := range same {
		same[i] = Place{i * 3, i*3 + 1}
	}
	operands := [][]Place{same, same, same, same, same, same, same, {{200_000, 200_001}}}
	if got := Within(20, operands, false); len(got) != 0 {
		t.Errorf("found %v", got[:min(8, len(got))])
	}
}
