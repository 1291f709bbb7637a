package elastic

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/query"
)

// listed is the number of spellings from which on they are asked for as one list,
// which is fast and has no score of its own.
const listed = 16

// dsl turns a query into the query language of Elasticsearch. Terms are folded
// already, so nothing is analysed again: whitespace only parts them.
func dsl(n query.Node, scored bool) object {
	switch n := n.(type) {
	case query.And:
		return dslAnd(n, scored)
	case query.Or:
		return anyOf(dslOr(n, scored), false)
	case query.Not:
		return object{"bool": object{"must_not": []object{dsl(n.Of, false)}}}
	case query.Words:
		return dslWords(n, query.TextFields(n.In), scored)
	case query.Near:
		return dslNear(n, query.TextFields(n.In))
	case query.Prefix:
		return dslPrefix(n, query.TextFields(n.In))
	case query.Keys:
		return object{"terms": object{"k." + n.In: n.Any}}
	case query.Range:
		return dslRange(n)
	case query.Claim:
		return object{"nested": object{"path": "claims", "score_mode": "none", "query": dslClaim(n.Of)}}
	}
	return object{"match_all": object{}}
}

// searchable is a whole query, with scores or as a filter that can be cached.
func searchable(q *query.Query, scored bool) object {
	if scored {
		return dsl(q.Root, true)
	}
	return object{"bool": object{"filter": []object{dsl(q.Root, false)}}}
}

func dslAnd(n query.And, scored bool) object {
	b := map[string][]object{}
	for _, of := range n.Of {
		switch part := of.(type) {
		case query.Not:
			b["must_not"] = append(b["must_not"], dsl(part.Of, false))
		case query.Words, query.Near, query.Or, query.And:
			kind := "filter"
			if scored {
				kind = "must"
			}
			b[kind] = append(b[kind], dsl(of, scored))
		default:
			b["filter"] = append(b["filter"], dsl(of, false))
		}
	}
	return object{"bool": b}
}

// dslOr joins the words of one field into one condition: a long list of words is one
// clause then.
func dslOr(n query.Or, scored bool) []object {
	var all []object
	words := map[string]*query.Words{}
	var fields []string
	for _, of := range n.Of {
		w, ok := of.(query.Words)
		if !ok {
			all = append(all, dsl(of, scored))
			continue
		}
		if words[w.In] == nil {
			words[w.In] = &query.Words{In: w.In}
			fields = append(fields, w.In)
		}
		words[w.In].Any = append(words[w.In].Any, w.Any...)
	}
	for _, field := range fields {
		all = append(all, dslWords(*words[field], query.TextFields(field), scored))
	}
	return all
}

// anyOf joins conditions of which one is enough; best scores by the best of them, not
// by their sum.
func anyOf(all []object, best bool) object {
	switch {
	case len(all) == 1:
		return all[0]
	case best:
		return object{"dis_max": object{"queries": all, "tie_breaker": 0.1}}
	}
	return object{"bool": object{"should": all, "minimum_should_match": 1}}
}

func dslWords(n query.Words, fields []string, scored bool) object {
	var single []string
	var phrases []query.Phrase
	for _, p := range n.Shortest() {
		if len(p) == 1 {
			single = append(single, p[0])
		} else {
			phrases = append(phrases, p)
		}
	}
	var all []object
	for _, field := range fields {
		boost := 1.0
		if field == "title" {
			boost = 2
		}
		if len(single) > listed || len(single) > 1 && !scored {
			all = append(all, object{"terms": object{field: single}})
		} else {
			for _, term := range single {
				all = append(all, object{"term": object{field: object{"value": term, "boost": boost}}})
			}
		}
		for _, p := range phrases {
			all = append(all, object{"match_phrase": object{field: object{"query": strings.Join(p, " "), "analyzer": "whitespace", "boost": boost}}})
		}
	}
	return anyOf(all, scored)
}

func dslPrefix(n query.Prefix, fields []string) object {
	var all []object
	for _, field := range fields {
		all = append(all, object{"prefix": object{field: object{"value": n.Stem}}})
	}
	return anyOf(all, false)
}

func dslRange(n query.Range) object {
	bounds := object{"format": "epoch_millis"}
	if n.From != query.Earliest {
		bounds["gte"] = n.From
	}
	if n.To != query.Latest {
		bounds["lt"] = n.To
	}
	return object{"range": object{n.In: bounds}}
}

// dslNear asks for intervals. Theirs are minimal and know of no operand that must not
// overlap another, so each combination of phrase lengths is asked for by itself, and,
// where operands share a word, in each order: of ordered intervals of known lengths
// the shortest has the fewest gaps, and none overlap.
func dslNear(n query.Near, fields []string) object {
	var ways []object
	combine(n.ByLength(), nil, func(chosen [][]query.Phrase) {
		operands := make([]object, len(chosen))
		for i, any := range chosen {
			operands[i] = interval(any)
		}
		if !n.Shared() {
			ways = append(ways, allOf(operands, n.Gap, false))
			return
		}
		seen := map[string]bool{}
		permute(operands, 0, func(order []object) {
			key, err := json.Marshal(order)
			if err != nil || seen[string(key)] {
				return
			}
			seen[string(key)] = true
			ways = append(ways, allOf(distinct(order), n.Gap, true))
		})
	})
	rule := ways[0]
	if len(ways) > 1 {
		rule = object{"any_of": object{"intervals": ways}}
	}
	var all []object
	for _, field := range fields {
		all = append(all, object{"intervals": object{field: rule}})
	}
	return anyOf(all, false)
}

// combine calls each with every choice of one group for each operand.
func combine(groups [][][]query.Phrase, chosen [][]query.Phrase, each func([][]query.Phrase)) {
	if len(chosen) == len(groups) {
		each(chosen)
		return
	}
	for _, group := range groups[len(chosen)] {
		combine(groups, append(chosen[:len(chosen):len(chosen)], group), each)
	}
}

// permute calls each with every order of all[from:].
func permute(all []object, from int, each func([]object)) {
	if from == len(all) {
		each(all)
		return
	}
	for i := from; i < len(all); i++ {
		all[from], all[i] = all[i], all[from]
		permute(all, from+1, each)
		all[from], all[i] = all[i], all[from]
	}
}

// distinct answers operands of which no two are equal. Of equal neighbours Lucene makes
// one source that repeats, and counts the inner words of their phrases as gaps; so each
// is given an alternative of its own that no text holds.
func distinct(operands []object) []object {
	all := make([]object, len(operands))
	for i, o := range operands {
		never := object{"match": object{"query": fmt.Sprintf("\uE000%d", i), "analyzer": "whitespace"}}
		all[i] = object{"any_of": object{"intervals": []object{o, never}}}
	}
	return all
}

func allOf(operands []object, gap int, ordered bool) object {
	return object{"all_of": object{"intervals": operands, "max_gaps": gap, "ordered": ordered}}
}

// interval asks for one of several phrases of the same length.
func interval(any []query.Phrase) object {
	var all []object
	for _, p := range any {
		all = append(all, object{"match": object{"query": strings.Join(p, " "), "analyzer": "whitespace", "max_gaps": 0, "ordered": true}})
	}
	if len(all) == 1 {
		return all[0]
	}
	return object{"any_of": object{"intervals": all}}
}

// dslClaim turns the condition of one claim into a query within that claim.
func dslClaim(n query.Node) object {
	inClaim := func(field string) []string { return []string{"claims." + field} }
	switch n := n.(type) {
	case query.And:
		b := map[string][]object{}
		for _, of := range n.Of {
			if not, ok := of.(query.Not); ok {
				b["must_not"] = append(b["must_not"], dslClaim(not.Of))
			} else {
				b["filter"] = append(b["filter"], dslClaim(of))
			}
		}
		return object{"bool": b}
	case query.Or:
		var all []object
		for _, of := range n.Of {
			all = append(all, dslClaim(of))
		}
		return anyOf(all, false)
	case query.Words:
		return dslWords(n, inClaim(n.In), false)
	case query.Near:
		return dslNear(n, inClaim(n.In))
	case query.Prefix:
		return dslPrefix(n, inClaim(n.In))
	case query.Keys:
		return object{"terms": object{"claims." + n.In: n.Any}}
	}
	return object{"match_none": object{}}
}
