package taxonomy

// automaton is Aho-Corasick (Aho and Corasick, "Efficient string matching", 1975)
// over one symbol a token instead of bytes: boundaries are those of the tokenizer
// in every script, and five thousand patterns need a few thousand states. It is
// immutable once built.
type automaton struct {
	root  []int32 // symbol to state, for the state that most tokens meet
	table []edge  // open addressing, a power of two long
	fail  []int32
	dict  []int32 // nearest proper suffix state that ends a pattern, 0 for none
	first []int32 // state to its first output; first[state+1] ends them
	outs  []int32 // pattern numbers
}

type edge struct {
	key  uint64 // state<<32 | symbol, 0 for an empty place
	next int32
}

// trie is the automaton under construction.
type trie struct {
	next  map[uint64]int32
	edges []link // in the order of their ends: the i-th leads to state i+1
	outs  [][]int32
}

type link struct{ state, symbol int32 }

func newTrie() *trie { return &trie{next: map[uint64]int32{}, outs: [][]int32{nil}} }

func (t *trie) insert(symbols []int32, pattern int32) {
	state := int32(0)
	for _, c := range symbols {
		key := uint64(state)<<32 | uint64(c)
		next, ok := t.next[key]
		if !ok {
			next = int32(len(t.outs))
			t.next[key] = next
			t.edges = append(t.edges, link{state, c})
			t.outs = append(t.outs, nil)
		}
		state = next
	}
	t.outs[state] = append(t.outs[state], pattern)
}

func (t *trie) build(symbols int) *automaton {
	states := len(t.outs)
	size := 16
	for size < states*2 {
		size *= 2
	}
	a := &automaton{
		root: make([]int32, symbols+1), table: make([]edge, size),
		fail: make([]int32, states), dict: make([]int32, states), first: make([]int32, states+1),
	}
	for i, e := range t.edges {
		if e.state == 0 {
			a.root[e.symbol] = int32(i + 1)
		} else {
			a.put(e.state, e.symbol, int32(i+1))
		}
	}
	for state, outs := range t.outs {
		a.first[state] = int32(len(a.outs))
		a.outs = append(a.outs, outs...)
	}
	a.first[states] = int32(len(a.outs))
	a.link(t)
	return a
}

// link sets the fail and dictionary links, the states near the root first: those
// of a state rest on those of shorter ones.
func (a *automaton) link(t *trie) {
	depth := make([]int32, len(t.outs))
	deepest := int32(0)
	for i, e := range t.edges {
		depth[i+1] = depth[e.state] + 1 // an edge's start is older than its end
		deepest = max(deepest, depth[i+1])
	}
	levels := make([][]int32, deepest+1)
	for i := range t.edges {
		levels[depth[i+1]] = append(levels[depth[i+1]], int32(i+1))
	}
	for d := int32(1); d <= deepest; d++ {
		for _, state := range levels[d] {
			e := t.edges[state-1]
			if d > 1 {
				a.fail[state] = a.next(a.fail[e.state], e.symbol)
			}
			if f := a.fail[state]; a.first[f] < a.first[f+1] {
				a.dict[state] = f
			} else {
				a.dict[state] = a.dict[f]
			}
		}
	}
}

func slot(key uint64, size int) int {
	key *= 0x9E3779B97F4A7C15
	return int(key>>32) & (size - 1)
}

func (a *automaton) put(state, symbol, next int32) {
	key := uint64(state)<<32 | uint64(symbol)
	i := slot(key, len(a.table))
	for a.table[i].key != 0 {
		i = (i + 1) & (len(a.table) - 1)
	}
	a.table[i] = edge{key, next}
}

func (a *automaton) edge(state, symbol int32) (int32, bool) {
	key := uint64(state)<<32 | uint64(symbol)
	for i := slot(key, len(a.table)); a.table[i].key != 0; i = (i + 1) & (len(a.table) - 1) {
		if a.table[i].key == key {
			return a.table[i].next, true
		}
	}
	return 0, false
}

// next is the state after one more token of the given symbol, which is not 0.
func (a *automaton) next(state, symbol int32) int32 {
	for state != 0 {
		if next, ok := a.edge(state, symbol); ok {
			return next
		}
		state = a.fail[state]
	}
	return a.root[symbol]
}
