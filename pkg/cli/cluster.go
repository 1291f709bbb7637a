package cli

import (
	"errors"
	"io"

	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/story"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
)

// clusterLines tags lines side by side where they have no tags, and then adds them
// to one clusterer in their order.
func clusterLines(in io.Reader, out io.Writer, files []string, rules *taxonomy.Taxonomy) error {
	copies := story.New(story.Config{Window: flow.Window})
	return filterInTurn(in, out, files,
		func(line fields) (bool, error) { return true, tagOnce(rules, line) },
		func(line fields) (bool, error) { return true, place(copies, line) })
}

// tagOnce tags a line that has no tags.
func tagOnce(rules *taxonomy.Taxonomy, line fields) error {
	if line.has("tags") {
		return nil
	}
	_, err := tagLine(rules, line)
	return err
}

// place says which line a line copies and what story it belongs to.
func place(copies *story.Clusterer, line fields) error {
	it, err := itemOf(line)
	if err != nil {
		return err
	}
	if it.ID == "" {
		return errors.New("no field \"id\"")
	}
	if err := errors.Join(line.get("lang", &it.Lang), line.get("tags", &it.Tags)); err != nil {
		return err
	}
	copied, id := copies.Add(it)
	return errors.Join(line.set("copy", copied), line.set("story", id))
}
