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
	children []map[int32]int32
	outs     [][]int32
}

func newTrie() *trie { return &trie{children: []map[int32]int32{{}}, outs: [][]int32{nil}} }

func (t *trie) insert(symbols []int32, pattern int32) {
	state := int32(0)
	for _, c := range symbols {
		next, ok := t.children[state][c]
		if !ok {
			next = int32(len(t.children))
			if t.children[state] == nil {
				t.children[state] = map[int32]int32{}
			}
			t.children[state][c] = next
			t.children = append(t.children, nil)
			t.outs = append(t.outs, nil)
		}
		state = next
	}
	for _, p := range t.outs[state] {
		if p == pattern {
			return
		}
	}
	t.outs[state] = append(t.outs[state], pattern)
}

func (t *trie) build(symbols int) *automaton {
	states := len(t.children)
	size := 16
	for size < states*2 {
		size *= 2
	}
	a := &automaton{
		root: make([]int32, symbols+1), table: make([]edge, size),
		fail: make([]int32, states), dict: make([]int32, states), first: make([]int32, states+1),
	}
	for state, children := range t.children {
		for c, next := range children {
			if state == 0 {
				a.root[c] = next
			} else {
				a.put(int32(state), c, next)
			}
		}
		a.first[state] = int32(len(a.outs))
		a.outs = append(a.outs, t.outs[state]...)
	}
	a.first[states] = int32(len(a.outs))
	a.link(t)
	return a
}

// link sets the fail and dictionary links, breadth first.
func (a *automaton) link(t *trie) {
	queue := make([]int32, 0, len(t.children))
	for _, next := range t.children[0] {
		queue = append(queue, next)
	}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		if f := a.fail[state]; a.first[f] < a.first[f+1] {
			a.dict[state] = f
		} else {
			a.dict[state] = a.dict[f]
		}
		for c, next := range t.children[state] {
			a.fail[next] = a.next(a.fail[state], c)
			queue = append(queue, next)
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
