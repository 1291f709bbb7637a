package story

// maxChain is how many of the newest documents under one key are looked at: a key
// that is under more says little.
const maxChain = 64

// postings leads from keys to the numbers of documents, newest first. Numbers only
// grow, so that the nodes of the oldest documents are the oldest nodes and go first.
type postings struct {
	heads map[uint32]uint64 // key to the position of its newest node
	nodes []node
	first uint64 // position of nodes[0]
}

type node struct {
	key    uint32
	number uint32
	next   uint64 // position of the next older node of the key
}

func newPostings() postings { return postings{heads: map[uint32]uint64{}, first: 1} }

func (p *postings) add(key, number uint32) {
	p.nodes = append(p.nodes, node{key, number, p.heads[key]})
	p.heads[key] = p.first + uint64(len(p.nodes)) - 1
}

// each calls f with the newest numbers under the key.
func (p *postings) each(key uint32, f func(number uint32)) {
	at := p.heads[key]
	for n := 0; n < maxChain && at >= p.first; n++ {
		node := p.nodes[at-p.first]
		f(node.number)
		at = node.next
	}
}

// trim drops the nodes of documents before number.
func (p *postings) trim(number uint32) {
	for len(p.nodes) > 0 && p.nodes[0].number < number {
		if key := p.nodes[0].key; p.heads[key] == p.first {
			delete(p.heads, key)
		}
		p.nodes = p.nodes[1:]
		p.first++
	}
}
