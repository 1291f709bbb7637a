package text

import (
	"html"
	"strings"
	"unicode"
)

// Plain answers the text of a piece of markup: tags and comments dropped, scripts and
// styles with their content, entities decoded once, white space folded to single
// spaces. Tags that end a line end a word. Text without markup is its own plain text,
// and a '<' that begins no tag stays.
func Plain(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	last := strings.LastIndexByte(s, '>') // no tag ends beyond
	budget := 4 * len(s)
	if strings.Contains(s, "<![CDATA[") {
		s = strings.ReplaceAll(s, "]]>", " ")
		last = strings.LastIndexByte(s, '>')
	}
	for at := 0; at < len(s); {
		i := strings.IndexByte(s[at:], '<')
		if i < 0 {
			b.WriteString(html.UnescapeString(s[at:]))
			break
		}
		b.WriteString(html.UnescapeString(s[at : at+i]))
		at += i
		n := tagLength(s[at:], last-at, &budget)
		if n == 0 {
			b.WriteByte('<')
			at++
			continue
		}
		name := tagName(s[at : at+n])
		if !inline[name] {
			b.WriteByte(' ')
		}
		if at += n; (name == "script" || name == "style") && s[at-n+1] != '/' {
			at += elementLength(s[at:], name)
		}
	}
	return strings.Join(strings.Fields(strings.ToValidUTF8(b.String(), "\uFFFD")), " ")
}

// inline names the elements inside a word or line; any other ends a word.
var inline = map[string]bool{
	"a": true, "abbr": true, "b": true, "bdi": true, "bdo": true, "big": true, "cite": true, "code": true, "em": true,
	"font": true, "i": true, "ins": true, "del": true, "mark": true, "q": true, "s": true, "small": true, "span": true,
	"strong": true, "sub": true, "sup": true, "tt": true, "u": true, "wbr": true,
}

// tagLength answers the length of the tag, comment or declaration that s begins with,
// 0 where '<' is only a sign. No '>' stands after last.
func tagLength(s string, last int, budget *int) int {
	if len(s) < 2 {
		return 0
	}
	switch c := s[1]; {
	case strings.HasPrefix(s, "<!--"):
		if i := strings.Index(s[4:], "-->"); i >= 0 {
			return 4 + i + 3
		}
		return len(s)
	case strings.HasPrefix(s, "<![CDATA["):
		return len("<![CDATA[")
	case last < 0 || c != '!' && c != '?' && c != '/' && (c|0x20 < 'a' || c|0x20 > 'z'):
		return 0
	}
	if i := tagEnd(s, budget); i > 0 {
		return i + 1
	}
	return strings.IndexByte(s, '>') + 1
}

// tagEnd finds the '>' that ends the tag, passing by those in quoted attributes; 0
// where a quote does not end. What such searches read in vain is bounded by the budget.
func tagEnd(s string, budget *int) int {
	var quote byte
	for i := 1; i < len(s) && i < *budget; i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && s[i-1] == '=':
			quote = c
		case c == '>':
			return i
		}
	}
	*budget -= len(s)
	return 0
}

func tagName(tag string) string {
	name := strings.TrimLeft(tag, "</!?")
	if i := strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }); i >= 0 {
		name = name[:i]
	}
	return strings.ToLower(name)
}

// elementLength answers the length of what stands before the end tag of the element
// name; all of s where there is none.
func elementLength(s, name string) int {
	for at := 0; ; {
		i := strings.Index(s[at:], "</")
		if i < 0 {
			return len(s)
		}
		at += i
		if n := at + 2 + len(name); n <= len(s) && strings.EqualFold(s[at+2:n], name) {
			return at
		}
		at += 2
	}
}
