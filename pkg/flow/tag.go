package flow

import (
	"context"

	"github.com/sarhad-desk/sarhad/pkg/claim"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// Tagger is the step that says what an item is about: language, tags with their
// evidence, and claims. The taxonomy is asked for at each item, so that another
// version takes over without a restart.
func Tagger(rules func() *taxonomy.Taxonomy) Step {
	return func(_ context.Context, it news.Item) ([]news.Item, error) {
		if !it.Sighting {
			Tag(rules(), &it)
		}
		return []news.Item{it}, nil
	}
}

// Tag fills in an item's language, tags, relevance and claims.
func Tag(rules *taxonomy.Taxonomy, it *news.Item) {
	it.Lang = text.Identify(it.Title+"\n"+it.Text, it.FeedLang)
	found := rules.Tag(it.Title, it.Text, it.Lang)
	it.Tags, it.Relevance = found.Tags, found.Relevance
	mentions := make([]claim.Mention, len(found.Mentions))
	for i, m := range found.Mentions {
		mentions[i] = claim.Mention{Concept: m.Concept, Kind: m.Kind, Field: m.Field, Start: m.Start, End: m.End}
	}
	it.Claims = claim.Extract(it.Title, it.Text, it.Lang, mentions)
}
