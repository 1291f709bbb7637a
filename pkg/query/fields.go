package query

import (
	"net/url"
	"slices"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// fieldKind says how the value of a field is written and compared.
type fieldKind int

const (
	textField  fieldKind = iota + 1 // words
	keyField                        // one of the values of Values
	dateField                       // a range of time
	claimText                       // words of a claim
	claimKey                        // a value of a claim
	claimParty                      // words of a claim's party, or the party's id
)

// fields are the names a query may put before a colon.
var fields = map[string]fieldKind{
	"title": textField, "summary": textField, "text": textField,
	"source": keyField, "owner": keyField, "country": keyField, "lang": keyField, "affiliation": keyField, "kind": keyField,
	"tag": keyField, "topic": keyField, "narrative": keyField, "entity": keyField, "place": keyField, "register": keyField,
	"story": keyField, "copies": keyField, "id": keyField, "url": keyField, "flag": keyField, "has": keyField, "is": keyField,
	"published": dateField, "seen": dateField,
	"claim": claimText, "claimant": claimParty, "target": claimText, "act": claimKey, "about": claimKey,
}

// FieldNames are the names a query may put before a colon, sorted.
func FieldNames() []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// TextFields answers the fields of an item that the field name In of a Words, Near
// or Prefix outside a Claim stands for.
func TextFields(in string) []string {
	if in == "" {
		return []string{"title", "summary", "text"}
	}
	return []string{in}
}

// KeyFields are the key fields of an item that an index keeps. The field url is kept
// as url and host, lang as lang and variant.
func KeyFields() []string {
	return []string{
		"source", "owner", "country", "lang", "variant", "affiliation", "kind", "tag", "topic", "narrative", "entity", "place", "register",
		"story", "copies", "id", "url", "host", "flag", "has", "is",
	}
}

// maxValue is the longest value, in bytes, that is kept; a longer address is not found
// by url: .
const maxValue = 1024

// Values answers the values of a key field of an item as an index keeps them and a
// query compares them, each once.
func Values(it *news.Item, field string) []string {
	var v []string
	add := func(s ...string) {
		for _, s := range s {
			if s = canonical(field, s); s != "" && len(s) <= maxValue && !slices.Contains(v, s) {
				v = append(v, s)
			}
		}
	}
	switch field {
	case "source":
		add(it.Source)
		for _, c := range it.Carriers {
			add(c.Source)
		}
	case "owner":
		add(it.Owner)
	case "country":
		add(it.Country)
	case "lang":
		add(it.Lang.Code)
	case "variant":
		add(it.Lang.Variant)
	case "affiliation":
		add(it.Affiliation)
	case "kind":
		add(it.Kind)
	case "story":
		add(it.Story)
	case "copies":
		if it.Copy != nil {
			add(it.Copy.Cluster)
		}
	case "id":
		add(it.ID)
	case "url":
		add(news.CanonicalURL(it.URL), news.CanonicalURL(it.Canonical))
	case "host":
		add(hosts(it.URL)...)
		add(hosts(it.Canonical)...)
	case "flag":
		add(it.Flags...)
	case "has":
		add(has(it)...)
	case "is":
		add(is(it)...)
	default:
		for _, t := range it.Tags {
			if field == "register" {
				for _, e := range t.Evidence {
					add(e.Register)
				}
			} else if field == "tag" || field == t.Kind {
				add(t.ID)
			}
		}
	}
	return v
}

// canonical is the one way a value of a key field is written.
func canonical(field, s string) string {
	s = strings.TrimSpace(s)
	switch field {
	case "url", "id":
		return s
	case "country":
		return strings.ToUpper(s)
	case "lang", "variant":
		return langCode(s)
	}
	return strings.ToLower(s)
}

// langCode writes a BCP 47 code in its usual case: ur-Latn, fa-AF.
func langCode(s string) string {
	parts := strings.Split(strings.ToLower(s), "-")
	for i, p := range parts[1:] {
		switch len(p) {
		case 2:
			parts[i+1] = strings.ToUpper(p)
		case 4:
			parts[i+1] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "-")
}

// hosts answers the host of an address and the domains it belongs to.
func hosts(raw string) []string {
	u, err := url.Parse(news.CanonicalURL(raw))
	if err != nil || u.Hostname() == "" {
		return nil
	}
	host := u.Hostname()
	all := []string{host}
	for {
		_, parent, ok := strings.Cut(host, ".")
		if !ok || !strings.Contains(parent, ".") {
			return all
		}
		all = append(all, parent)
		host = parent
	}
}

// what has: and is: may ask for.
var (
	hasValues = []string{"archive", "author", "claim", "entity", "media", "place", "story", "summary", "tag", "text"}
	isValues  = []string{"copy", "excerpt", "future", "original", "revised", "undated"}
	actValues = []string{"alleges", "asserts", "confirms", "denies", "no-comment", "questions"}
)

func has(it *news.Item) []string {
	var v []string
	for _, c := range []struct {
		name string
		yes  bool
	}{
		{"archive", len(it.Captures) > 0}, {"author", len(it.Authors) > 0}, {"claim", len(it.Claims) > 0},
		{"entity", hasTag(it, "entity")}, {"media", len(it.Media) > 0}, {"place", hasTag(it, "place")},
		{"story", it.Story != ""}, {"summary", it.Summary != ""}, {"tag", len(it.Tags) > 0}, {"text", it.Text != ""},
	} {
		if c.yes {
			v = append(v, c.name)
		}
	}
	return v
}

func hasTag(it *news.Item, kind string) bool {
	return slices.ContainsFunc(it.Tags, func(t news.Tag) bool { return t.Kind == kind })
}

func is(it *news.Item) []string {
	var v []string
	switch {
	case it.Copy == nil || it.Copy.Role == "original":
		v = append(v, "original")
	case it.Copy.Role == "excerpt":
		v = append(v, "copy", "excerpt")
	default:
		v = append(v, "copy")
	}
	if it.Rev > 1 {
		v = append(v, "revised")
	}
	if slices.Contains(it.Flags, "future-date") {
		v = append(v, "future")
	}
	if slices.Contains(it.Flags, "undated") {
		v = append(v, "undated")
	}
	return v
}
