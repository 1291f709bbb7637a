package index

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"regexp"
)

// ErrCursor is wrapped by the error for a cursor that is not one of this search.
var ErrCursor = errors.New("the cursor does not belong to this search")

// Cursor is a place in an ordered list of hits.
type Cursor struct {
	Order Order  `json:"o"`
	Query uint32 `json:"q"`           // of the query it belongs to
	At    int64  `json:"t,omitempty"` // time of the last hit, milliseconds since 1970
	ID    string `json:"i,omitempty"` // its id
	Skip  int    `json:"s,omitempty"` // with Relevance: hits already listed
}

// Encode writes the cursor as an opaque string.
func (c Cursor) Encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Start reads the cursor of s, which is nil for the first page, and checks the rest of s.
func Start(s Search) (*Cursor, error) {
	if s.Size < 0 || s.Size > MaxSize {
		return nil, fmt.Errorf("index: a page of %d items, expected 0 to %d", s.Size, MaxSize)
	}
	if s.Order < Newest || s.Order > FirstSeen {
		return nil, fmt.Errorf("index: order %d", s.Order)
	}
	if err := Fields(s.Facets...); err != nil {
		return nil, err
	}
	if s.Cursor == "" {
		return nil, nil
	}
	var c Cursor
	b, err := base64.RawURLEncoding.DecodeString(s.Cursor)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil || c.Order != s.Order || c.Query != fingerprint(s) || c.Skip < 0 || c.Skip > MaxRelevant || (s.Order != Relevance && c.ID == "") {
		return nil, fmt.Errorf("index: %w", ErrCursor)
	}
	return &c, nil
}

// After makes the cursor of the page that follows a page of s whose last hit has this
// time and id and is the n-th of all.
func After(s Search, at int64, id string, n int) string {
	c := Cursor{Order: s.Order, Query: fingerprint(s)}
	if s.Order == Relevance {
		if n >= MaxRelevant {
			return ""
		}
		c.Skip = n
	} else {
		c.At, c.ID = at, id
	}
	return c.Encode()
}

var moment = regexp.MustCompile(`[<>]=?[0-9-]+T[0-9:.]+Z`)

// fingerprint tells the query of one search from that of another. Bounds of time do
// not count: "the last two hours" has others on the next page.
func fingerprint(s Search) uint32 {
	h := fnv.New32a()
	h.Write([]byte(moment.ReplaceAllString(Asked(s.Query).String(), "")))
	return h.Sum32()
}
