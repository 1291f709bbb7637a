package page

import (
	"encoding/json"
	"strings"
)

// story is what the JSON-LD of a page says of its article. Types and properties
// are those of schema.org.
type story struct {
	rank                         int // how surely the object is the page's article, 0 for none
	headline, body, description  string
	published, created, modified string
	authors                      []string
	image, lang, site, url       string
	locked                       bool // isAccessibleForFree is false
}

// ranks of types: what is not listed but ends in Article is an article too.
var ranks = map[string]int{
	"NewsArticle": 5, "ReportageNewsArticle": 5, "AnalysisNewsArticle": 5, "OpinionNewsArticle": 5, "BackgroundNewsArticle": 5,
	"ReviewNewsArticle": 5, "LiveBlogPosting": 5, "Article": 4, "BlogPosting": 4, "Report": 4, "ScholarlyArticle": 4, "TechArticle": 4,
	"SocialMediaPosting": 3, "Recipe": 3, "Review": 2, "VideoObject": 2, "CreativeWork": 2, "Event": 2, "Product": 1, "WebPage": 1, "ItemPage": 1,
}

// read adds the objects of one script. A script that is no JSON even after mending is passed over.
func (s *story) read(script string) {
	script = strings.TrimSpace(script)
	var v any
	if json.Unmarshal([]byte(script), &v) != nil && json.Unmarshal([]byte(mend(script)), &v) != nil {
		return
	}
	s.visit(v, 0)
}

// mend undoes what pages commonly do to JSON: comment and CDATA wrappers, bare
// control characters within strings, commas before a closing bracket.
func mend(s string) string {
	for _, wrap := range []string{"<!--", "//<![CDATA[", "<![CDATA[", "/*<![CDATA[*/", "-->", "//]]>", "]]>", "/*]]>*/", ";"} {
		s = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s), wrap), wrap))
	}
	out := make([]byte, 0, len(s))
	quoted, escaped := false, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted && c < ' ':
			c = ' '
		case !quoted && (c == ']' || c == '}'):
			for l := len(out); l > 0 && (out[l-1] == ' ' || out[l-1] == ',' || out[l-1] == '\n' || out[l-1] == '\t' || out[l-1] == '\r'); l-- {
				out = out[:l-1]
			}
		}
		out = append(out, c)
	}
	return string(out)
}

// visit looks for the page's article in a value, not in the parts that hold others'.
func (s *story) visit(v any, depth int) {
	if depth > 12 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			s.visit(e, depth+1)
		}
	case map[string]any:
		r := rank(v["@type"])
		if r == 0 && v["datePublished"] != nil {
			r = 1
		}
		if r > s.rank {
			s.take(v, r)
		}
		for _, key := range [...]string{"@graph", "mainEntity", "mainEntityOfPage", "article"} {
			if e, ok := v[key]; ok {
				s.visit(e, depth+1)
			}
		}
	}
}

func rank(v any) int {
	best := 0
	for _, t := range list(v) {
		name := t[strings.LastIndexAny(t, "/#:")+1:]
		r, known := ranks[name]
		if !known && strings.HasSuffix(name, "Article") {
			r = 4
		}
		best = max(best, r)
	}
	return best
}

func (s *story) take(v map[string]any, r int) {
	*s = story{
		rank: r, headline: str(v["headline"]), body: str(v["articleBody"]), description: str(v["description"]),
		published: str(v["datePublished"]), created: str(v["dateCreated"]), modified: str(v["dateModified"]),
		authors: names(v["author"]), image: address(v["image"]), lang: str(v["inLanguage"]), url: address(v["url"]),
	}
	if s.headline == "" {
		s.headline = str(v["name"])
	}
	if s.body == "" {
		s.body = str(v["reviewBody"])
	}
	if n := names(v["publisher"]); len(n) > 0 {
		s.site = n[0]
	}
	switch free := v["isAccessibleForFree"].(type) {
	case bool:
		s.locked = !free
	case string:
		s.locked = strings.EqualFold(free, "false")
	}
}

// str is a string, or the first of a list of them.
func str(v any) string {
	if l := list(v); len(l) > 0 {
		return l[0]
	}
	return ""
}

// list is a string or a list of strings, blanks left out.
func list(v any) []string {
	switch v := v.(type) {
	case string:
		if v = strings.TrimSpace(v); v != "" {
			return []string{v}
		}
	case []any:
		var out []string
		for _, e := range v {
			if t, ok := e.(string); ok && strings.TrimSpace(t) != "" {
				out = append(out, strings.TrimSpace(t))
			}
		}
		return out
	case map[string]any:
		return list(v["@value"])
	}
	return nil
}

// names are those of a person or organisation, or of a list of them.
func names(v any) []string {
	switch v := v.(type) {
	case string:
		return list(v)
	case []any:
		var out []string
		for _, e := range v {
			if _, nested := e.([]any); !nested {
				out = append(out, names(e)...)
			}
		}
		return out
	case map[string]any:
		return list(v["name"])
	}
	return nil
}

// address is that of an image or page, or of the first in a list.
func address(v any) string {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if _, nested := e.([]any); !nested {
				if a := address(e); a != "" {
					return a
				}
			}
		}
	case map[string]any:
		return first(str(v["url"]), str(v["contentUrl"]), str(v["@id"]))
	}
	return str(v)
}
