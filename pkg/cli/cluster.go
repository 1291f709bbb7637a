package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/story"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
)

// clusterLines tags lines side by side where they have no tags, and then adds them
// to one clusterer in their order.
func clusterLines(in io.Reader, out io.Writer, files []string, rules *taxonomy.Taxonomy) error {
	tagged, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := filterLines(in, writer, files, func(line fields) (bool, error) {
			if _, has := line["tags"]; has {
				return true, nil
			}
			_, err := tagLine(rules, line)
			return true, err
		})
		writer.CloseWithError(nil)
		done <- err
	}()
	copies := story.New(story.Config{Window: flow.Window})
	w := bufio.NewWriterSize(out, 1<<16)
	err := eachLine(tagged, func(_ int, line []byte) {
		w.Write(clusterLine(copies, line))
		w.WriteByte('\n')
	})
	tagged.CloseWithError(err) // so that the tagging ends too
	return errors.Join(err, <-done, w.Flush())
}

func clusterLine(copies *story.Clusterer, line []byte) []byte {
	var object fields
	if err := json.Unmarshal(line, &object); err != nil {
		return fault(map[string]any{"id": nil, "error": err.Error()}).out
	}
	if _, failed := object["error"]; failed {
		return line
	}
	it, err := itemOf(object)
	if err == nil {
		err = errors.Join(object.get("lang", &it.Lang), object.get("tags", &it.Tags))
	}
	if err != nil {
		return fault(map[string]any{"id": object["id"], "error": fmt.Sprint(err)}).out
	}
	copied, id := copies.Add(it)
	if err := errors.Join(object.set("copy", copied), object.set("story", id)); err != nil {
		return fault(map[string]any{"id": object["id"], "error": err.Error()}).out
	}
	out, err := encode(object)
	if err != nil {
		return fault(map[string]any{"id": object["id"], "error": err.Error()}).out
	}
	return out
}
