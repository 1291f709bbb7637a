package desk

import (
	"slices"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// piece is a stretch of a text, marked or not.
type piece struct {
	Text string
	Mark bool
}

const (
	snippetBefore = 90  // code points shown before the first match
	snippetLength = 320 // and in all
)

func inField(spans []news.Span, field string) []news.Span {
	var out []news.Span
	for _, s := range spans {
		if s.Field == field {
			out = append(out, s)
		}
	}
	return out
}

// pieces parts a text at the spans, overlapping ones joined; spans outside it are cut.
func pieces(s string, spans []news.Span) []piece { return part([]rune(s), spans, 0) }

// part parts the runes, which begin at offset in the text that the spans belong to.
func part(runes []rune, spans []news.Span, offset int) []piece {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b news.Span) int { return a.Start - b.Start })
	var out []piece
	at := 0
	for _, s := range spans {
		start, end := max(s.Start-offset, at), min(s.End-offset, len(runes))
		if start >= end {
			continue
		}
		if start > at {
			out = append(out, piece{Text: string(runes[at:start])})
		}
		if n := len(out); n > 0 && out[n-1].Mark && start == at {
			out[n-1].Text += string(runes[start:end])
		} else {
			out = append(out, piece{Text: string(runes[start:end]), Mark: true})
		}
		at = end
	}
	if at < len(runes) {
		out = append(out, piece{Text: string(runes[at:])})
	}
	return out
}

// snippet is a few lines of a text around its first match.
func snippet(s string, spans []news.Span) []piece {
	runes := []rune(s)
	start := 0
	if len(spans) > 0 {
		first := slices.MinFunc(spans, func(a, b news.Span) int { return a.Start - b.Start })
		start = max(0, min(first.Start, len(runes))-snippetBefore)
		for start > 0 && start < len(runes) && runes[start-1] != ' ' && runes[start-1] != '\n' {
			start--
		}
	}
	end := min(start+snippetLength, len(runes))
	out := part(runes[start:end], spans, start)
	if start > 0 {
		out = append([]piece{{Text: "… "}}, out...)
	}
	if end < len(runes) {
		out = append(out, piece{Text: " …"})
	}
	return out
}
