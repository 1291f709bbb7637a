package story

import "slices"

// A text is compared by its shingles of three words. Of a long text a sketch keeps
// those whose hash is a multiple of a power of two, so that two sketches can be
// compared at the coarser of their scales and a part is still found in its whole
// (FracMinHash: Irber and others, 2022).
const (
	maxSketch = 128 // hashes kept of a text
	maxKeys   = 32  // of these that the index knows it by
	width     = 3   // words of a shingle
)

type sketch struct {
	hashes []uint32 // ordered, distinct, all multiples of 1<<scale
	scale  uint8
}

func sketchOf(terms []uint32) sketch {
	all := make([]uint32, 0, len(terms))
	for i := 0; i+width <= len(terms); i++ {
		all = append(all, mix(terms[i], terms[i+1], terms[i+2]))
	}
	if len(all) == 0 && len(terms) > 0 {
		all = append(all, mix(terms[0], terms[len(terms)-1], uint32(len(terms))))
	}
	slices.Sort(all)
	s := sketch{hashes: slices.Compact(all)}
	for len(s.hashes) > maxSketch {
		s.scale++
		s.hashes = slices.DeleteFunc(s.hashes, func(h uint32) bool { return h&(1<<s.scale-1) != 0 })
	}
	s.hashes = append(make([]uint32, 0, len(s.hashes)), s.hashes...) // no more than is kept
	return s
}

// sample is the part of the sketch that the index knows the text by.
func (s sketch) sample() []uint32 {
	scale, keys := s.scale, s.hashes
	for len(keys) > maxKeys {
		scale++
		next := make([]uint32, 0, len(keys)/2)
		for _, h := range keys {
			if h&(1<<scale-1) == 0 {
				next = append(next, h)
			}
		}
		keys = next
	}
	return keys
}

// overlap is the share of the shingles of s that are in o, of those of o that are in
// s, and the resemblance of the two.
func (s sketch) overlap(o sketch) (inOther, ofOther, resemblance float64) {
	mask := uint32(1)<<max(s.scale, o.scale) - 1
	var a, b, both float64
	i, j := 0, 0
	for i < len(s.hashes) || j < len(o.hashes) {
		switch {
		case j == len(o.hashes) || i < len(s.hashes) && s.hashes[i] < o.hashes[j]:
			if s.hashes[i]&mask == 0 {
				a++
			}
			i++
		case i == len(s.hashes) || s.hashes[i] > o.hashes[j]:
			if o.hashes[j]&mask == 0 {
				b++
			}
			j++
		default:
			if s.hashes[i]&mask == 0 {
				a, b, both = a+1, b+1, both+1
			}
			i, j = i+1, j+1
		}
	}
	if a == 0 || b == 0 {
		return 0, 0, 0
	}
	return both / a, both / b, both / (a + b - both)
}

// mix hashes three terms in their order.
func mix(a, b, c uint32) uint32 {
	h := uint64(a)*0x9E3779B97F4A7C15 ^ uint64(b)*0xC2B2AE3D27D4EB4F ^ uint64(c)*0x165667B19E3779F9
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	h ^= h >> 32
	return uint32(h)
}
