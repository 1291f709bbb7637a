package text

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// CharFilter answers the folding table as the rules of an Elasticsearch char_filter
// of type mapping. An analyzer of this char_filter, the tokenizer "standard" and the
// filter "lowercase" makes the terms that Tokens makes; what is lower case only is
// left to that filter.
func CharFilter() []string {
	t := folding()
	var rules []string
	for r := rune(0); r <= unicode.MaxRune; r++ {
		e := t.get(r)
		to := ""
		switch e & op {
		case opKeep:
			continue
		case opSwap:
			if rune(e&value) == lower(r) {
				continue
			}
			to = string(rune(e & value))
		case opExpand:
			to = t.expansions[e&value]
		}
		rules = append(rules, rule(string(r), to))
	}
	for pair, to := range t.pairs {
		rules = append(rules, rule(string(pair[:]), to))
	}
	slices.Sort(rules)
	return rules
}

func rule(from, to string) string { return escape(from) + " => " + escape(to) }

// escape writes s in UTF-16 escapes, as the mapping parser reads them.
func escape(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, `\u%04X`, u)
	}
	return b.String()
}
