package flow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/news"
)

// Headers of a message.
const (
	headerSchema = "Sarhad-Schema"
	headerStage  = "Sarhad-Stage" // the stage that wrote it
	headerInput  = "Sarhad-Input" // for a single writer: the sequence of its input that this output answers
	headerRetry  = bus.HeaderRetry
)

var itemID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Subject is where a stream's items of one source go.
func Subject(stream, source string) string { return "sarhad." + stream + "." + source }

// Encode makes the message that carries an item out of a stage. The message id is
// the item's id, revision, stage and, once it has one, edition; for a sighting also
// the newest carrier, and for a dead letter tried again also its number, because
// those are other messages.
func Encode(stage Stage, it news.Item, retry string, input uint64) (bus.Message, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(it); err != nil {
		return bus.Message{}, Bad(fmt.Errorf("encode item %s: %w", it.ID, err))
	}
	id := fmt.Sprintf("%s.%d.%s", it.ID, it.Rev, stage.Name)
	if it.Edition > 0 {
		id += fmt.Sprintf(".e%d", it.Edition)
	}
	if it.Sighting {
		id += "." + it.Carriers[len(it.Carriers)-1].Source
	}
	header := map[string]string{headerSchema: strconv.Itoa(news.Schema), headerStage: stage.Name}
	if retry != "" {
		id += ".retry" + retry
		header[headerRetry] = retry
	}
	if input > 0 {
		header[headerInput] = strconv.FormatUint(input, 10)
	}
	return bus.Message{ID: id, Subject: Subject(stage.Out, it.Source), Header: header, Data: b.Bytes()}, nil
}

// Decode reads an item off a message, and refuses what no stage of this program wrote.
func Decode(d bus.Delivery) (news.Item, error) {
	var it news.Item
	if got := d.Header[headerSchema]; got != strconv.Itoa(news.Schema) {
		return it, Bad(fmt.Errorf("message has schema %q, expected %d", got, news.Schema))
	}
	if err := json.Unmarshal(d.Data, &it); err != nil {
		return it, Bad(fmt.Errorf("message is not an item: %w", err))
	}
	switch {
	case !itemID.MatchString(it.ID):
		return it, Bad(fmt.Errorf("item id %q, expected 32 hexadecimal digits", it.ID))
	case it.Rev < 1:
		return it, Bad(fmt.Errorf("item %s has revision %d, expected 1 or more", it.ID, it.Rev))
	case len(it.Carriers) == 0:
		return it, Bad(fmt.Errorf("item %s has no carrier", it.ID))
	case it.FirstSeen.IsZero():
		return it, Bad(errors.New("item " + it.ID + " has no time of first sight"))
	}
	return it, nil
}
