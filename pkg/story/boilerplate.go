package story

const (
	minSentence  = 5         // words; a shorter sentence may come anywhere
	repeatedFrom = 2         // earlier items of the outlet with the sentence that make it boilerplate
	maxSentences = 1_500_000 // of a generation
)

// boilerplate counts in how many items an outlet has put a sentence: what stands in
// every one is a teaser, a disclaimer or a list of other headlines. It forgets in
// two generations, the older of which goes when the younger is full.
type boilerplate struct {
	young, old map[uint64]uint8
}

func newBoilerplate() *boilerplate {
	return &boilerplate{young: map[uint64]uint8{}, old: map[uint64]uint8{}}
}

func (b *boilerplate) repeated(key uint64) bool {
	return int(b.young[key])+int(b.old[key]) >= repeatedFrom
}

func (b *boilerplate) count(key uint64) {
	if len(b.young) >= maxSentences {
		b.old, b.young = b.young, map[uint64]uint8{}
	}
	if n := b.young[key]; n < 255 {
		b.young[key] = n + 1
	}
}
