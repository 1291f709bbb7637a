package local

import (
	"context"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"
	bleve "github.com/blevesearch/bleve_index_api"

	"github.com/sarhad-desk/sarhad/pkg/query"
)

// compiler turns a query into a searcher of the library.
type compiler struct {
	ctx    context.Context
	reader bleve.IndexReader
}

// How a searcher is asked to work: for the documents only, with scores, or with the
// positions of the terms.
var (
	plain   = search.SearcherOptions{Score: "none"}
	scored  = search.SearcherOptions{}
	located = search.SearcherOptions{Score: "none", IncludeTermVectors: true}
)

// titleBoost is how much more a word counts in a title.
const titleBoost = 2

func (c *compiler) node(n query.Node, o search.SearcherOptions) (search.Searcher, error) {
	switch n := n.(type) {
	case query.All:
		return searcher.NewMatchAllSearcher(c.ctx, c.reader, 1, plain)
	case query.And:
		return c.and(n, o)
	case query.Or:
		return c.any(n.Of, o)
	case query.Not:
		return c.and(query.And{Of: []query.Node{n}}, o)
	case query.Words:
		return c.words(n, o)
	case query.Near:
		return c.near(n)
	case query.Prefix:
		return c.prefix(n, query.TextFields(n.In), plain)
	case query.Keys:
		return c.keys(keyField(n.In), n.Any, plain)
	case query.Range:
		return c.times(n)
	case query.Claim:
		return c.claim(n)
	}
	return nil, fmt.Errorf("index: a query has an unknown part %T", n)
}

// keyField is the name a key field is indexed under.
func keyField(name string) string {
	if name == "id" {
		return fieldID
	}
	return name
}

// list compiles nodes one by one and closes what it has made if one fails.
func (c *compiler) list(nodes []query.Node, o search.SearcherOptions) ([]search.Searcher, error) {
	var all []search.Searcher
	for _, n := range nodes {
		s, err := c.node(n, o)
		if err != nil {
			return nil, closeAll(all, err)
		}
		all = append(all, s)
	}
	return all, nil
}

func closeAll(all []search.Searcher, err error) error {
	for _, s := range all {
		_ = s.Close() // the error that led here says more
	}
	return err
}

func (c *compiler) and(n query.And, o search.SearcherOptions) (search.Searcher, error) {
	var wanted, unwanted []query.Node
	for _, of := range n.Of {
		if not, ok := of.(query.Not); ok {
			unwanted = append(unwanted, not.Of)
		} else {
			wanted = append(wanted, of)
		}
	}
	if len(wanted) == 0 {
		wanted = []query.Node{query.All{}}
	}
	must, err := c.list(wanted, o)
	if err != nil {
		return nil, err
	}
	all, err := c.conjunction(must, o)
	if err != nil || len(unwanted) == 0 {
		return all, err
	}
	none, err := c.any(unwanted, plain)
	if err != nil {
		return nil, closeAll([]search.Searcher{all}, err)
	}
	s, err := searcher.NewBooleanSearcher(c.ctx, c.reader, all, nil, none, o)
	if err != nil {
		return nil, closeAll([]search.Searcher{all, none}, err)
	}
	return s, nil
}

func (c *compiler) any(nodes []query.Node, o search.SearcherOptions) (search.Searcher, error) {
	all, err := c.list(nodes, o)
	if err != nil {
		return nil, err
	}
	return c.disjunction(all, o)
}

func (c *compiler) conjunction(all []search.Searcher, o search.SearcherOptions) (search.Searcher, error) {
	if len(all) == 1 {
		return all[0], nil
	}
	s, err := searcher.NewConjunctionSearcher(c.ctx, c.reader, all, o)
	if err != nil {
		return nil, closeAll(all, err)
	}
	return s, nil
}

func (c *compiler) disjunction(all []search.Searcher, o search.SearcherOptions) (search.Searcher, error) {
	if len(all) == 1 {
		return all[0], nil
	}
	s, err := searcher.NewDisjunctionSearcher(c.ctx, c.reader, all, 1, o)
	if err != nil {
		return nil, closeAll(all, err)
	}
	return s, nil
}

func (c *compiler) words(n query.Words, o search.SearcherOptions) (search.Searcher, error) {
	var all []search.Searcher
	for _, field := range query.TextFields(n.In) {
		for _, phrase := range n.Shortest() {
			s, err := c.phrase(field, phrase, o)
			if err != nil {
				return nil, closeAll(all, err)
			}
			all = append(all, s)
		}
	}
	return c.disjunction(all, o)
}

// phrase finds terms side by side. A single term can be scored; of several, the
// documents that hold them all are looked at.
func (c *compiler) phrase(field string, phrase query.Phrase, o search.SearcherOptions) (search.Searcher, error) {
	if len(phrase) == 1 {
		boost := 1.0
		if field == "title" {
			boost = titleBoost
		}
		return searcher.NewTermSearcher(c.ctx, c.reader, phrase[0], field, boost, o)
	}
	o.IncludeTermVectors = true
	all, err := c.together(field, phrase, o)
	if err != nil {
		return nil, err
	}
	return searcher.NewFilteringSearcher(c.ctx, all, func(_ *search.SearchContext, d *search.DocumentMatch) bool {
		return len(locate(d).places(field, phrase)) > 0
	}), nil
}

// together finds the documents with every term of a phrase in a field.
func (c *compiler) together(field string, phrase query.Phrase, o search.SearcherOptions) (search.Searcher, error) {
	var all []search.Searcher
	for i, term := range phrase {
		if slices.Contains(phrase[:i], term) {
			continue
		}
		s, err := searcher.NewTermSearcher(c.ctx, c.reader, term, field, 1, o)
		if err != nil {
			return nil, closeAll(all, err)
		}
		all = append(all, s)
	}
	return c.conjunction(all, o)
}

func (c *compiler) near(n query.Near) (search.Searcher, error) {
	var all []search.Searcher
	for _, field := range query.TextFields(n.In) {
		s, err := c.operands(field, n)
		if err != nil {
			return nil, closeAll(all, err)
		}
		all = append(all, searcher.NewFilteringSearcher(c.ctx, s, func(_ *search.SearchContext, d *search.DocumentMatch) bool {
			return locate(d).near(field, n)
		}))
	}
	return c.disjunction(all, located)
}

// operands finds the documents with a phrase of every operand in a field, and keeps
// the positions.
func (c *compiler) operands(field string, n query.Near) (search.Searcher, error) {
	var must []search.Searcher
	for _, any := range n.Of {
		s, err := c.oneOf(field, any)
		if err != nil {
			return nil, closeAll(must, err)
		}
		must = append(must, s)
	}
	return c.conjunction(must, located)
}

func (c *compiler) oneOf(field string, any []query.Phrase) (search.Searcher, error) {
	var all []search.Searcher
	for _, phrase := range any {
		s, err := c.together(field, phrase, located)
		if err != nil {
			return nil, closeAll(all, err)
		}
		all = append(all, s)
	}
	return c.disjunction(all, located)
}

func (c *compiler) prefix(n query.Prefix, fields []string, o search.SearcherOptions) (search.Searcher, error) {
	var all []search.Searcher
	for _, field := range fields {
		terms, err := c.terms(c.reader.FieldDictPrefix(field, []byte(n.Stem)))
		if err != nil {
			return nil, closeAll(all, err)
		}
		s, err := c.keys(field, terms, o)
		if err != nil {
			return nil, closeAll(all, err)
		}
		all = append(all, s)
	}
	return c.disjunction(all, o)
}

// keys finds the documents with one of the terms.
func (c *compiler) keys(field string, terms []string, o search.SearcherOptions) (search.Searcher, error) {
	if len(terms) == 0 {
		return searcher.NewMatchNoneSearcher(c.reader)
	}
	if len(terms) == 1 {
		return searcher.NewTermSearcher(c.ctx, c.reader, terms[0], field, 1, o)
	}
	return searcher.NewMultiTermSearcher(c.ctx, c.reader, terms, field, 1, o, false)
}

// terms lists a dictionary.
func (c *compiler) terms(dict bleve.FieldDict, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	defer dict.Close()
	var all []string
	for {
		entry, err := dict.Next()
		if err != nil || entry == nil {
			return all, err
		}
		all = append(all, entry.Term)
	}
}
