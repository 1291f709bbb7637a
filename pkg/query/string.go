package query

import (
	"fmt"
	"strings"
	"time"
)

// String writes the query in the language, so that parsing it again gives the same
// tree where the same names are known. Words are folded, ages are moments.
func (q *Query) String() string {
	if _, ok := q.Root.(All); ok {
		return ""
	}
	var b strings.Builder
	write(&b, q.Root, false)
	return b.String()
}

// write prints a node; inside is true where an And or Or needs parentheses.
func write(b *strings.Builder, n Node, inside bool) {
	switch n := n.(type) {
	case And:
		writeAll(b, n.Of, " ", inside)
	case Or:
		if party, ok := partyValue(n); ok {
			b.WriteString(party)
			return
		}
		writeAll(b, n.Of, " OR ", inside)
	case Not:
		b.WriteByte('-')
		write(b, n.Of, true)
	case Claim:
		write(b, n.Of, inside)
	case Words:
		b.WriteString(prefixOf(n.In))
		if n.Exact {
			b.WriteByte('=')
		}
		b.WriteString(n.Any[0].quoted())
	case Near:
		writeNear(b, n)
	case Prefix:
		b.WriteString(prefixOf(n.In) + n.Stem + "*")
	case Keys:
		writeKeys(b, n)
	case Range:
		writeRange(b, n)
	}
}

func writeAll(b *strings.Builder, of []Node, between string, inside bool) {
	if inside {
		b.WriteByte('(')
	}
	for i, n := range of {
		if i > 0 {
			b.WriteString(between)
		}
		write(b, n, true)
	}
	if inside {
		b.WriteByte(')')
	}
}

func prefixOf(field string) string {
	if field == "" {
		return ""
	}
	return field + ":"
}

func (p Phrase) quoted() string { return `"` + strings.Join(p, " ") + `"` }

// partyValue prints what the parser made of claimant:value.
func partyValue(n Or) (string, bool) {
	if !ofParty(n) {
		return "", false
	}
	var values []string
	for _, o := range n.Of {
		if w, ok := o.(Words); ok {
			values = append(values, w.Any[0].quoted())
		}
	}
	return "claimant:(" + strings.Join(values, ", ") + ")", true
}

func writeNear(b *strings.Builder, n Near) {
	fmt.Fprintf(b, "%snear(%d", prefixOf(n.In), n.Gap)
	for _, any := range n.Of {
		quoted := make([]string, len(any))
		for i, phrase := range any {
			quoted[i] = "=" + phrase.quoted()
		}
		if len(quoted) == 1 {
			b.WriteString(", " + quoted[0])
		} else {
			b.WriteString(", (" + strings.Join(quoted, " OR ") + ")")
		}
	}
	b.WriteByte(')')
}

func writeKeys(b *strings.Builder, n Keys) {
	name := n.In
	switch name {
	case "host":
		name = "url"
	case "variant":
		name = "lang"
	}
	quoted := make([]string, len(n.Any))
	for i, v := range n.Any {
		quoted[i] = `"` + v + `"`
	}
	if len(quoted) == 1 {
		b.WriteString(name + ":" + quoted[0])
		return
	}
	b.WriteString(name + ":(" + strings.Join(quoted, ", ") + ")")
}

func writeRange(b *strings.Builder, n Range) {
	at := func(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }
	switch {
	case n.From == Earliest:
		fmt.Fprintf(b, "%s:<%s", n.In, at(n.To))
	case n.To == Latest:
		fmt.Fprintf(b, "%s:>=%s", n.In, at(n.From))
	default:
		fmt.Fprintf(b, "%s:>=%s %s:<%s", n.In, at(n.From), n.In, at(n.To))
	}
}
