package story

// maxChain is how many of the newest documents under one key are looked at: a key
// that is under more says little.
const maxChain = 64

// postings leads from keys to the numbers of documents, newest first. Numbers only
// grow, so that the nodes of the oldest documents are the oldest nodes and go first.
// Positions count nodes ever added, modulo 2^32.
type postings struct {
	heads map[uint32]uint32 // key to the position of its newest node
	nodes []node
	first uint32 // position of nodes[0]
}

type node struct {
	key    uint32
	number uint32
	back   uint32 // how many nodes before this one the next older of the key is, 0 where there is none
}

func newPostings() postings { return postings{heads: map[uint32]uint32{}} }

func (p *postings) add(key, number uint32) {
	at := p.first + uint32(len(p.nodes))
	n := node{key: key, number: number}
	if head, ok := p.heads[key]; ok {
		n.back = at - head
	}
	p.nodes = append(p.nodes, n)
	p.heads[key] = at
}

// each calls f with the newest numbers under the key.
func (p *postings) each(key uint32, f func(number uint32)) {
	head, ok := p.heads[key]
	if !ok {
		return
	}
	i := head - p.first
	for range maxChain {
		n := p.nodes[i]
		f(n.number)
		if n.back == 0 || n.back > i {
			return
		}
		i -= n.back
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
