package local

import (
	"slices"
	"sort"
	"strings"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"

	"github.com/sarhad-desk/sarhad/pkg/query"
)

// locations are the positions of the terms of a query in one document, ascending.
type locations map[fieldTerm][]int

type fieldTerm struct{ field, term string }

func locate(d *search.DocumentMatch) locations {
	all := locations{}
	for i := range d.FieldTermLocations {
		l := &d.FieldTermLocations[i]
		key := fieldTerm{l.Field, l.Term}
		all[key] = append(all[key], int(l.Location.Pos)-1)
	}
	for key, at := range all {
		if !sort.IntsAreSorted(at) {
			slices.Sort(at)
		}
		all[key] = slices.Compact(at)
	}
	return all
}

// places finds a phrase in a field.
func (l locations) places(field string, phrase query.Phrase) []query.Place {
	var found []query.Place
	for _, at := range l[fieldTerm{field, phrase[0]}] {
		stands := true
		for i, term := range phrase[1:] {
			if _, ok := slices.BinarySearch(l[fieldTerm{field, term}], at+i+1); !ok {
				stands = false
				break
			}
		}
		if stands {
			found = append(found, query.Place{Start: at, End: at + len(phrase)})
		}
	}
	return found
}

// operands finds the phrases of each operand of n in a field.
func (l locations) operands(field string, n query.Near) [][]query.Place {
	operands := make([][]query.Place, len(n.Of))
	for i, any := range n.Of {
		for _, phrase := range any {
			operands[i] = append(operands[i], l.places(field, phrase)...)
		}
	}
	return operands
}

func (l locations) near(field string, n query.Near) bool {
	return len(query.Within(n.Gap, l.operands(field, n), true)) > 0
}

// claimsNear answers the numbers of the claims that satisfy n by themselves.
func (l locations) claimsNear(n query.Near) map[int]bool {
	byClaim := map[int][][]query.Place{}
	for i, places := range l.operands(claimField(n.In), n) {
		for _, p := range places {
			claim := p.Start / claimStride
			if byClaim[claim] == nil {
				byClaim[claim] = make([][]query.Place, len(n.Of))
			}
			byClaim[claim][i] = append(byClaim[claim][i], p)
		}
	}
	found := map[int]bool{}
	for claim, operands := range byClaim {
		if len(query.Within(n.Gap, operands, true)) > 0 {
			found[claim] = true
		}
	}
	return found
}

// claim finds the documents that may have such a claim, and looks at the positions of
// their terms, which tell one claim from another.
func (c *compiler) claim(n query.Claim) (search.Searcher, error) {
	may, err := c.mayClaim(n.Of)
	if err != nil {
		return nil, err
	}
	if excluded := exclusions(n.Of); len(excluded) > 0 {
		var optional []search.Searcher
		for _, x := range excluded {
			s, err := c.mayClaim(x)
			if err != nil {
				return nil, closeAll(append(optional, may), err)
			}
			optional = append(optional, s)
		}
		should, err := searcher.NewDisjunctionSearcher(c.ctx, c.reader, optional, 0, located)
		if err != nil {
			return nil, closeAll(append(optional, may), err)
		}
		if may, err = searcher.NewBooleanSearcher(c.ctx, c.reader, may, should, nil, located); err != nil {
			return nil, closeAll([]search.Searcher{should}, err)
		}
	}
	return searcher.NewFilteringSearcher(c.ctx, may, func(_ *search.SearchContext, d *search.DocumentMatch) bool {
		return len(locate(d).claims(n.Of)) > 0
	}), nil
}

// mayClaim finds the documents with the terms of a condition in any of their claims.
func (c *compiler) mayClaim(n query.Node) (search.Searcher, error) {
	switch n := n.(type) {
	case query.And:
		var must []search.Searcher
		for _, of := range n.Of {
			if _, ok := of.(query.Not); ok {
				continue
			}
			s, err := c.mayClaim(of)
			if err != nil {
				return nil, closeAll(must, err)
			}
			must = append(must, s)
		}
		return c.conjunction(must, located)
	case query.Or:
		var all []search.Searcher
		for _, of := range n.Of {
			s, err := c.mayClaim(of)
			if err != nil {
				return nil, closeAll(all, err)
			}
			all = append(all, s)
		}
		return c.disjunction(all, located)
	case query.Words:
		return c.oneOf(claimField(n.In), n.Any)
	case query.Near:
		return c.operands(claimField(n.In), n)
	case query.Prefix:
		return c.prefix(n, []string{claimField(n.In)}, located)
	case query.Keys:
		return c.keys(claimField(n.In), n.Any, located)
	}
	return c.keys(claimField("every"), []string{anyClaim}, located)
}

// exclusions lists the conditions that a Claim excludes.
func exclusions(n query.Node) []query.Node {
	var all []query.Node
	switch n := n.(type) {
	case query.Not:
		return []query.Node{n.Of}
	case query.And:
		for _, of := range n.Of {
			all = append(all, exclusions(of)...)
		}
	case query.Or:
		for _, of := range n.Of {
			all = append(all, exclusions(of)...)
		}
	}
	return all
}

// claims answers the numbers of the claims that satisfy a condition.
func (l locations) claims(n query.Node) map[int]bool {
	found := map[int]bool{}
	add := func(places []query.Place) {
		for _, p := range places {
			found[p.Start/claimStride] = true
		}
	}
	switch n := n.(type) {
	case query.And:
		return l.allClaims(n)
	case query.Or:
		for _, of := range n.Of {
			for i := range l.claims(of) {
				found[i] = true
			}
		}
	case query.Words:
		for _, phrase := range n.Any {
			add(l.places(claimField(n.In), phrase))
		}
	case query.Near:
		return l.claimsNear(n)
	case query.Prefix:
		for key, at := range l {
			if key.field == claimField(n.In) && strings.HasPrefix(key.term, n.Stem) {
				for _, p := range at {
					found[p/claimStride] = true
				}
			}
		}
	case query.Keys:
		for _, v := range n.Any {
			for _, p := range l[fieldTerm{claimField(n.In), v}] {
				found[p/claimStride] = true
			}
		}
	}
	return found
}

// allClaims answers the claims that satisfy every part of n, which has a part that is
// no exclusion.
func (l locations) allClaims(n query.And) map[int]bool {
	var found map[int]bool
	for _, of := range n.Of {
		if _, ok := of.(query.Not); ok {
			continue
		}
		of := l.claims(of)
		if found == nil {
			found = of
			continue
		}
		for i := range found {
			if !of[i] {
				delete(found, i)
			}
		}
	}
	for _, of := range n.Of {
		if not, ok := of.(query.Not); ok {
			for i := range l.claims(not.Of) {
				delete(found, i)
			}
		}
	}
	return found
}
