package query

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// value is one value of a list, and where it stands.
type value struct {
	raw string
	pos int
}

// list reads a value, or values in parentheses or with commas, of a key field.
func (p *parser) list(name string) (Node, error) {
	start := p.pos
	values, err := p.listed(name)
	if err != nil {
		return nil, err
	}
	if fields[name] == claimParty {
		return p.party(name, values)
	}
	var keys []Keys
	add := func(in string, v ...string) {
		at := slices.IndexFunc(keys, func(k Keys) bool { return k.In == in })
		if at < 0 {
			keys, at = append(keys, Keys{In: in}), len(keys)
		}
		for _, v := range v {
			if !slices.Contains(keys[at].Any, v) {
				keys[at].Any = append(keys[at].Any, v)
			}
		}
	}
	for _, v := range values {
		clean := strings.TrimSpace(text.Clean(v.raw))
		if clean == "" {
			return nil, p.fail(v.pos, "a value for "+name)
		}
		if want := wrong(name, clean); want != "" {
			return nil, p.fail(v.pos, want)
		}
		p.keys(name, clean, add)
	}
	of := make([]Node, len(keys))
	for i, k := range keys {
		of[i] = k
	}
	return or(of), p.spend(len(keys), start)
}

// listed reads the values themselves.
func (p *parser) listed(name string) ([]value, error) {
	open := p.pos
	if !p.take('(') {
		return p.commas(name)
	}
	var values []value
	for {
		for p.skip() && (comma(p.peek()) || p.keyword("OR") || p.keyword("|")) {
			if comma(p.peek()) {
				p.pos++
			}
		}
		if p.pos >= len(p.in) {
			return nil, p.fail(p.pos, fmt.Sprintf("a closing parenthesis for the one at character %d", open+1))
		}
		if p.take(')') {
			if len(values) == 0 {
				return nil, p.fail(open, "a value for "+name)
			}
			return values, nil
		}
		v, err := p.value(name)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
}

// commas reads value,value without blanks.
func (p *parser) commas(name string) ([]value, error) {
	var values []value
	for {
		v, err := p.value(name)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		if p.pos+1 >= len(p.in) || !comma(p.peek()) || blank(p.in[p.pos+1]) {
			return values, nil
		}
		p.pos++
	}
}

func (p *parser) value(name string) (value, error) {
	v := value{pos: p.pos}
	if err := p.count(p.pos); err != nil {
		return v, err
	}
	if p.pos < len(p.in) && strings.ContainsRune(quotes, p.peek()) {
		raw, ok := p.quoted()
		if !ok {
			return v, p.fail(v.pos, "a quotation mark that closes this one")
		}
		v.raw = raw
		return v, nil
	}
	v.raw = p.word(name != "url")
	switch {
	case v.raw == "" || v.raw == "AND" || v.raw == "NOT":
		return v, p.fail(v.pos, "a value for "+name)
	case strings.ContainsRune(v.raw, '*'):
		return v, p.fail(v.pos, "a whole value: * is for words of the text")
	}
	return v, nil
}

var (
	countryCode = regexp.MustCompile(`^[A-Za-z]{2}$`)
	langTag     = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)
)

// wrong answers what a value of a field should have been, or "".
func wrong(name, v string) string {
	oneOf := func(all []string) string {
		if slices.Contains(all, strings.ToLower(v)) {
			return ""
		}
		return "one of " + strings.Join(all, ", ")
	}
	switch name {
	case "has":
		return oneOf(hasValues)
	case "is":
		return oneOf(isValues)
	case "act":
		return oneOf(actValues)
	case "kind":
		return oneOf(news.Kinds())
	case "country":
		if !countryCode.MatchString(v) {
			return "a country code of two letters, such as AF or PK"
		}
	case "lang":
		if !langTag.MatchString(v) {
			return "a language code, such as ps, ur, fa, ur-Latn or prs"
		}
	}
	return ""
}

// keys adds what a value of a field stands for.
func (p *parser) keys(name, v string, add func(in string, v ...string)) {
	switch name {
	case "lang":
		add("lang", langCode(v))
		add("variant", langCode(v))
	case "url":
		if u := news.CanonicalURL(v); u != "" {
			add("url", u)
		} else if strings.Contains(v, "/") {
			add("url", news.CanonicalURL("https://"+v), news.CanonicalURL("http://"+v))
		} else {
			add("host", strings.ToLower(v))
		}
	case "tag", "topic", "narrative", "entity", "place", "about":
		add(name, canonical(name, v))
		if p.names != nil {
			if concept, _ := p.names.Spellings(fold(v)); concept != "" {
				add(name, canonical(name, concept))
			}
		}
	default:
		add(name, canonical(name, v))
	}
}

// party makes the condition that a party of a claim is one of the values: by its
// words, by another spelling of its name, or by its id.
func (p *parser) party(name string, values []value) (Node, error) {
	ids := Keys{In: "party"}
	var of []Node
	for _, v := range values {
		terms := fold(v.raw)
		if len(terms) == 0 {
			return nil, p.fail(v.pos, "a name or an id for "+name)
		}
		n := Words{In: name, Any: []Phrase{terms}}
		before := len(p.expansions)
		n.Any = append(n.Any, p.expand(v.raw, terms, v.pos)...)
		ids.Any = append(ids.Any, canonical(name, text.Clean(v.raw)))
		if len(p.expansions) > before {
			ids.Any = append(ids.Any, canonical(name, p.expansions[before].Concept))
		}
		if err := p.spend(1+len(n.Any), v.pos); err != nil {
			return nil, err
		}
		of = append(of, n)
	}
	return Or{Of: append(of, ids)}, nil
}
