package query

import (
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// Document is an item made ready to be matched by many queries: each field is cut
// into words once, when the first query asks for it. It must not be used by two
// goroutines at once.
type Document struct {
	Item   *news.Item
	texts  [3]*words // title, summary, text
	values map[string][]string
	claims []claimDocument
}

// words are the tokens of one field and where each term stands.
type words struct {
	tokens []text.Token
	at     map[string][]int
}

type claimDocument struct {
	claim *news.Claim
	texts map[string]*words
}

// NewDocument makes an item ready to be matched. The item must not change while the
// document is in use.
func NewDocument(it *news.Item) *Document {
	return &Document{Item: it, values: map[string][]string{}}
}

// Published and Seen answer the times of an item that ranges compare and orders sort
// by, in milliseconds since 1970. An item that says no time of publication counts by
// the time it was first seen.
func Published(it *news.Item) int64 {
	if it.Published.IsZero() {
		return Seen(it)
	}
	return it.Published.UnixMilli()
}

// Seen is described at Published.
func Seen(it *news.Item) int64 { return it.FirstSeen.UnixMilli() }

func cut(s string) *words {
	w := &words{tokens: text.Tokens(s)}
	w.at = make(map[string][]int, len(w.tokens))
	for i, t := range w.tokens {
		w.at[t.Term] = append(w.at[t.Term], i)
	}
	return w
}

func (d *Document) text(field string) *words {
	at, s := 2, &d.Item.Text
	switch field {
	case "title":
		at, s = 0, &d.Item.Title
	case "summary":
		at, s = 1, &d.Item.Summary
	}
	if d.texts[at] == nil {
		d.texts[at] = cut(*s)
	}
	return d.texts[at]
}

func (d *Document) keys(field string) []string {
	v, ok := d.values[field]
	if !ok {
		v = Values(d.Item, field)
		d.values[field] = v
	}
	return v
}

func (d *Document) claim(i int) *claimDocument {
	if d.claims == nil {
		d.claims = make([]claimDocument, len(d.Item.Claims))
	}
	c := &d.claims[i]
	if c.claim == nil {
		*c = claimDocument{claim: &d.Item.Claims[i], texts: map[string]*words{}}
	}
	return c
}

func (c *claimDocument) text(field string) *words {
	if w := c.texts[field]; w != nil {
		return w
	}
	w := cut(ClaimText(c.claim, field))
	c.texts[field] = w
	return w
}

// ClaimText answers the words of a text field of a claim: claim, claimant or target.
func ClaimText(c *news.Claim, field string) string {
	switch {
	case field == "claim":
		return c.Text
	case field == "claimant" && c.Claimant != nil:
		return *c.Claimant
	case field == "target" && c.Target != nil:
		return *c.Target
	}
	return ""
}

// ClaimValues answers the values of a key field of a claim: act, about or party, the
// id of its claimant.
func ClaimValues(c *news.Claim, field string) []string {
	var v []string
	add := func(s string) {
		if s = canonical(field, s); s != "" {
			v = append(v, s)
		}
	}
	switch field {
	case "act":
		add(c.Act)
	case "party":
		add(c.ClaimantID)
	case "about":
		for _, a := range c.About {
			add(a)
		}
	}
	return v
}
