package source

// byNext holds the endpoints of a domain, the one due first on top.
type byNext []*planned

func (q byNext) Len() int           { return len(q) }
func (q byNext) Less(i, j int) bool { return q[i].next.Before(q[j].next) }
func (q byNext) Swap(i, j int)      { q[i], q[j] = q[j], q[i]; q[i].at, q[j].at = i, j }

func (q *byNext) Push(x any) {
	p := x.(*planned)
	p.at = len(*q)
	*q = append(*q, p)
}

func (q *byNext) Pop() any {
	last := len(*q) - 1
	p := (*q)[last]
	(*q)[last] = nil
	*q, p.at = (*q)[:last], -1
	return p
}

// byReady holds waiting domains, the one that opens first on top.
type byReady []*domain

func (q byReady) Len() int           { return len(q) }
func (q byReady) Less(i, j int) bool { return q[i].opens().Before(q[j].opens()) }
func (q byReady) Swap(i, j int)      { q[i], q[j] = q[j], q[i]; q[i].at, q[j].at = i, j }
func (q *byReady) Push(x any)        { pushDomain((*[]*domain)(q), x) }
func (q *byReady) Pop() any          { return popDomain((*[]*domain)(q)) }

// byTurn holds ready domains, the one longest unserved on top.
type byTurn []*domain

func (q byTurn) Len() int           { return len(q) }
func (q byTurn) Less(i, j int) bool { return q[i].turn < q[j].turn }
func (q byTurn) Swap(i, j int)      { q[i], q[j] = q[j], q[i]; q[i].at, q[j].at = i, j }
func (q *byTurn) Push(x any)        { pushDomain((*[]*domain)(q), x) }
func (q *byTurn) Pop() any          { return popDomain((*[]*domain)(q)) }

func pushDomain(q *[]*domain, x any) {
	d := x.(*domain)
	d.at = len(*q)
	*q = append(*q, d)
}

func popDomain(q *[]*domain) any {
	last := len(*q) - 1
	d := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return d
}
