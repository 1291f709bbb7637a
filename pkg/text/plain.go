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
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			b.WriteString(html.UnescapeString(s))
			break
		}
		b.WriteString(html.UnescapeString(s[:i]))
		s = s[i:]
		n := tagLength(s)
		if n == 0 {
			b.WriteByte('<')
			s = s[1:]
			continue
		}
		name := tagName(s[:n])
		if !inline[name] {
			b.WriteByte(' ')
		}
		s = s[n:]
		if name == "script" || name == "style" {
			s = afterElement(s, name)
		}
	}
	return foldSpace(b.String())
}

// inline names the elements inside a word or line; any other ends a word.
var inline = map[string]bool{
	"a": true, "abbr": true, "b": true, "bdi": true, "bdo": true, "big": true, "cite": true, "code": true, "em": true,
	"font": true, "i": true, "ins": true, "del": true, "mark": true, "q": true, "s": true, "small": true, "span": true,
	"strong": true, "sub": true, "sup": true, "tt": true, "u": true, "wbr": true,
}

// tagLength answers the length of the tag, comment or declaration that s begins with,
// 0 where '<' is only a sign.
func tagLength(s string) int {
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
	case c == '!' || c == '?' || c == '/' || 'a' <= c|0x20 && c|0x20 <= 'z':
	default:
		return 0
	}
	var quote byte
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && s[i-1] == '=':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	if i := strings.IndexByte(s, '>'); i >= 0 {
		return i + 1
	}
	return 0
}

func tagName(tag string) string {
	name := strings.TrimLeft(tag, "</!?")
	if i := strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }); i >= 0 {
		name = name[:i]
	}
	return strings.ToLower(name)
}

// afterElement answers what follows the end tag of the element name.
func afterElement(s, name string) string {
	for {
		i := strings.Index(s, "</")
		if i < 0 {
			return ""
		}
		s = s[i:]
		if n := len("</") + len(name); len(s) >= n && strings.EqualFold(s[2:n], name) {
			return s
		}
		s = s[2:]
	}
}

func foldSpace(s string) string { return strings.Join(strings.Fields(s), " ") }
