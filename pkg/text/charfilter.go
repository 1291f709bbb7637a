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
//
// Emoji outside the Basic Multilingual Plane are four rules on the high surrogates of
// that plane: the filter works on UTF-16 units, and a low surrogate alone is no word.
func CharFilter() []string {
	t := folding()
	var rules []string
	for r := rune(0); r <= unicode.MaxRune; r++ {
		e := t.get(r)
		switch {
		case e&op == opKeep || e&later != 0 || t.caseOnly(r) || inSpans(r, []span{pictureplane}):
		case e&op == opDrop:
			rules = append(rules, rule(string(r), ""))
		case e&op == opSwap:
			rules = append(rules, rule(string(r), string(rune(e&value))))
		default:
			rules = append(rules, rule(string(r), t.expansions[e&value]))
		}
	}
	for r := pictureplane.lo; r <= pictureplane.hi; r += 0x400 {
		high, _ := utf16.EncodeRune(r)
		rules = append(rules, fmt.Sprintf(`\u%04X => \u0020`, high))
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
