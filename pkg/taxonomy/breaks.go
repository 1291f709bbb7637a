package taxonomy

import (
	"strings"
	"unicode/utf8"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

// verify kills the hits of one field that the text itself belies: those in another
// case than the alias demands, and those that run over a full stop, a comma, a colon
// or the end of a line: in "said the Taliban: Pakistan must …" nobody is named the
// Taliban of Pakistan. The hits are in order of their start, so one pass will do.
func (s *scanner) verify(field string, tokens []text.Token, hits []hit, offset int32) {
	at, cp := 0, 0
	for i := range hits {
		h := &hits[i]
		spec := &s.t.aliases[h.alias].spec
		if h.end-h.start < 2 && !spec.Cased {
			continue
		}
		at, cp = skip(field, at, cp, tokens[h.start-offset].Start)
		b, c := skip(field, at, cp, tokens[h.start-offset].End)
		for t := h.start - offset + 1; t < h.end-offset && !h.dead; t++ {
			gap, _ := skip(field, b, c, tokens[t].Start)
			h.dead = breaks(field[b:gap], field[gap:])
			b, c = skip(field, gap, tokens[t].Start, tokens[t].End)
		}
		h.dead = h.dead || spec.Cased && field[at:b] != spec.Form
	}
}

// breaks reports whether what stands between two tokens parts them. A point inside
// an abbreviation (T.T.P.) or after an initial is followed by a letter at once.
func breaks(between, after string) bool {
	for i, r := range between {
		switch r {
		case ',', ';', ':', '!', '?', '\n', '،', '؛', '؟', '۔', '।', '。', '，', '：', '；', '—', '|':
			return true
		case '.':
			rest := between[i+1:]
			next, _ := utf8.DecodeRuneInString(rest + after[:min(len(after), utf8.UTFMax)])
			if strings.ContainsRune(" \t\r\n\u00a0", next) {
				return true
			}
		}
	}
	return false
}
