package flow

import (
	"context"
	"slices"

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
			slim(rules(), &it)
		}
		return []news.Item{it}, nil
	}
}

const (
	carried     = 225 << 10 // bytes an item may take with its tags; copies, story and headers come on top
	slimText    = 60 << 10  // a text below this never comes near
	slimmedTags = 2         // places of evidence that a tag keeps on an item that is too large
)

// slim makes a tagged item fit into a message: first the evidence is cut, then the
// summary dropped, then the text halved and tagged again.
func slim(rules *taxonomy.Taxonomy, it *news.Item) {
	for round := 0; len(it.Text) > slimText && size(it) > carried; round++ {
		if round > 1 {
			it.Text = cut(it.Text, len(it.Text)/2)
			it.Flags = append(it.Flags, "text-cut")
			Tag(rules, it)
		}
		if round > 0 {
			it.Summary = ""
		}
		for i := range it.Tags {
			it.Tags[i].Evidence = it.Tags[i].Evidence[:min(len(it.Tags[i].Evidence), slimmedTags)]
		}
	}
}

// size is how many bytes an item takes in a message.
func size(it *news.Item) int {
	m, err := Encode(Stage{}, *it, "", 0)
	if err != nil {
		return 0
	}
	return len(m.Data)
}

// Tag fills in an item's language, tags, relevance and claims.
func Tag(rules *taxonomy.Taxonomy, it *news.Item) {
	it.Lang = text.Identify(it.Title+"\n"+it.Text, it.FeedLang)
	found := rules.Tag(it.Title, it.Text, it.Lang)
	it.Tags, it.Relevance = found.Tags, found.Relevance
	it.Claims = nil
	if !slices.ContainsFunc(it.Tags, func(t news.Tag) bool { return t.Kind == "topic" || t.Kind == "narrative" }) {
		return // claims are read where an item is about something that is watched
	}
	mentions := make([]claim.Mention, len(found.Mentions))
	for i, m := range found.Mentions {
		mentions[i] = claim.Mention{Concept: m.Concept, Kind: m.Kind, Field: m.Field, Start: m.Start, End: m.End}
	}
	it.Claims = claim.Extract(it.Title, it.Text, it.Lang, mentions)
}
