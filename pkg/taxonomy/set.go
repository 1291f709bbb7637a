package taxonomy

import (
	"slices"
	"strings"
)

// set is a set of node numbers.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) has(i int32) bool { return s[i>>6]&(1<<(uint(i)&63)) != 0 }
func (s set) add(i int32)      { s[i>>6] |= 1 << (uint(i) & 63) }

func (s set) meets(o set) bool {
	for i, w := range s {
		if w&o[i] != 0 {
			return true
		}
	}
	return false
}

func (s set) empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

func (s set) clear() {
	for i := range s {
		s[i] = 0
	}
}

// members calls f for every number in the set.
func (s set) members(n int, f func(int32)) {
	for i := int32(0); int(i) < n; i++ {
		if s.has(i) {
			f(i)
		}
	}
}

const maxInclude = 16 // how deep concepts may include concepts

// include adds what a reference stands for: a node with all it includes, and
// after "in:" all nodes below it too.
func (t *Taxonomy) include(out set, ref string, depth int) {
	id, below := strings.CutPrefix(ref, "in:")
	i, ok := t.byID[id]
	if !ok || depth > maxInclude {
		return
	}
	out.add(i)
	if below {
		t.descend(out, i)
	}
	if c, ok := t.nodes[i].spec.(conceptSpec); ok {
		for _, r := range c.Includes {
			t.include(out, r, depth+1)
		}
	}
}

// descend adds everything below a node.
func (t *Taxonomy) descend(out set, i int32) {
	for _, child := range t.nodes[i].children {
		if !out.has(child) || len(t.nodes[child].children) > 0 {
			out.add(child)
			t.descend(out, child)
		}
	}
}

// isBelow reports whether a has b among its parents, or theirs.
func (t *Taxonomy) isBelow(a, b int32) bool {
	seen := map[int32]bool{}
	queue := slices.Clone(t.nodes[a].parents)
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		if p == b {
			return true
		}
		if !seen[p] {
			seen[p] = true
			queue = append(queue, t.nodes[p].parents...)
		}
	}
	return false
}
