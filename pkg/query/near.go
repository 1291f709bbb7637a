package query

import (
	"cmp"
	"slices"
)

// Place is a stretch of word positions in one field, End exclusive.
type Place struct{ Start, End int }

// Within finds the places where one place of each operand can be chosen, no two of
// them sharing a word, with at most gap other words inside the stretch from the first
// to the last. It answers the places that take part in such a choice; with first set,
// those of one choice only. Operands are at most MaxNear.
func Within(gap int, operands [][]Place, first bool) []Place {
	s := spread{gap: gap, full: 1<<len(operands) - 1, same: identical(operands), memo: map[state]step{}}
	for op, places := range operands {
		if len(places) == 0 {
			return nil
		}
		for _, p := range places {
			s.all = append(s.all, operandPlace{p, op})
		}
	}
	slices.SortFunc(s.all, func(a, b operandPlace) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.op, b.op))
	})
	var found []Place
	for i, p := range s.all {
		if s.blocked(p.op, 0) {
			continue
		}
		at := state{i, 1 << p.op}
		if s.least(at).gap > gap {
			continue
		}
		for at.i >= 0 {
			found = append(found, s.all[at.i].Place)
			next := s.least(at).next
			if next < 0 {
				break
			}
			at = state{next, at.used | 1<<s.all[next].op}
		}
		if first || len(found) >= maxSpans {
			break
		}
	}
	return found
}

type operandPlace struct {
	Place
	op int
}

// state is a choice that has come as far as place i, with the operands of used taken.
type state struct{ i, used int }

// step is the smallest sum of gaps that completes a choice, and the place it goes on with.
type step struct{ gap, next int }

// spread looks for choices of places by the smallest sum of gaps: the stretch of a
// choice, less its own words, is the sum of the gaps between neighbours.
type spread struct {
	gap  int
	full int
	same []int // for each operand, the one before it with the same places, or -1
	all  []operandPlace
	memo map[state]step
}

// blocked reports whether an equal operand has to be taken before op: equal operands
// are taken in their order, or each of their permutations would be tried.
func (s *spread) blocked(op, used int) bool {
	before := s.same[op]
	return before >= 0 && used&(1<<before) == 0
}

func (s *spread) least(at state) step {
	if at.used == s.full {
		return step{0, -1}
	}
	if known, ok := s.memo[at]; ok {
		return known
	}
	best := step{s.gap + 1, -1}
	end := s.all[at.i].End
	for j := at.i + 1; j < len(s.all) && s.all[j].Start-end < best.gap; j++ {
		p := s.all[j]
		if p.Start < end || at.used&(1<<p.op) != 0 || s.blocked(p.op, at.used) {
			continue
		}
		if g := p.Start - end + s.least(state{j, at.used | 1<<p.op}).gap; g < best.gap {
			best = step{g, j}
		}
	}
	s.memo[at] = best
	return best
}

func identical(operands [][]Place) []int {
	same := make([]int, len(operands))
	for i := range operands {
		same[i] = -1
		for j := i - 1; j >= 0; j-- {
			if slices.Equal(operands[i], operands[j]) {
				same[i] = j
				break
			}
		}
	}
	return same
}
