package text

import (
	"strings"

	"golang.org/x/net/html/charset"
)

// guessBytes bounds what is decoded to guess a charset.
const guessBytes = 8000

// The charsets that pages without any label turn out to be in, the likelier first.
const (
	latinCharsets  = "windows-1252 windows-1254 windows-1250"
	scriptCharsets = "windows-1256 windows-1251 koi8-r iso-8859-6 windows-1255 windows-1253"
	wideCharsets   = "shift_jis euc-jp euc-kr big5 gb18030"
)

// byBytes guesses the charset of bytes that nothing labels, or whose label is wrong:
// UTF-8 where most of what is beyond ASCII is; else the charset in which the start of
// the text is most like a language.
func byBytes(b []byte) string {
	good, bad := utf8Shape(b)
	if bad*5 <= good+bad {
		return "utf-8"
	}
	head := b[:min(len(b), guessBytes)]
	high, letters := 0, 0
	for _, c := range head {
		if c >= 0x80 {
			high++
		} else if c |= 0x20; 'a' <= c && c <= 'z' {
			letters++
		}
	}
	if high*2 < letters || high < 4 {
		return likest(head, latinCharsets, 0, "windows-1252")
	}
	if name := likest(head, scriptCharsets, 1.2, ""); name != "" {
		return name
	}
	return widest(head)
}

// likest answers the charset in which head is most like a language, if it is at least
// so much like one.
func likest(head []byte, names string, least float64, otherwise string) string {
	best, most := otherwise, least
	var id Identifier
	for _, name := range strings.Fields(names) {
		s, bad := try(head, name)
		if bad > 0 {
			continue
		}
		if id.Identify(Plain(s)); id.quality > most+0.05 {
			best, most = name, id.quality
		}
	}
	return best
}

// widest answers the charset of East Asia in which head makes most sense, windows-1252
// where it makes none.
func widest(head []byte) string {
	best, most := "windows-1252", 0
	for _, name := range strings.Fields(wideCharsets) {
		s, bad := try(head, name)
		if bad*50 > len(head) {
			continue
		}
		if sense := eastAsianSense(s, name); sense > most {
			best, most = name, sense
		}
	}
	return best
}

// commonIdeographs are the commonest of Chinese, in both ways of writing.
const commonIdeographs = "的一是不了在有人我他这個这们中来上大为和国國地到以说說时時要就出会會也你对對生能而子那得于着下自之年过過发發后後作里"

// eastAsianSense counts what is common in the language that a charset is for: syllables
// in Korean, which has no ideographs between them now, kana in Japanese, the commonest
// ideographs in Chinese, each of which stands for some ten others.
func eastAsianSense(s, name string) int {
	syllables, kanas, ideographs, common := 0, 0, 0, 0
	for _, r := range s {
		switch {
		case r < 0x3040:
		case scriptOf(r) == hangul:
			syllables++
		case scriptOf(r) == kana:
			kanas++
		case scriptOf(r) == han:
			ideographs++
			if strings.ContainsRune(commonIdeographs, r) {
				common++
			}
		}
	}
	switch name {
	case "euc-kr":
		return syllables - 4*ideographs
	case "shift_jis", "euc-jp":
		return 3*kanas - 2*syllables
	}
	return 10*common - 2*kanas - 2*syllables
}

// try decodes head and counts what does not decode, a character cut off at the end
// aside, and what would be a control, a box or for private use.
func try(head []byte, name string) (string, int) {
	enc, _ := charset.Lookup(name)
	out, err := enc.NewDecoder().Bytes(head)
	if err != nil {
		return "", len(head)
	}
	bad := 0
	s := string(out)
	for _, r := range s {
		if r == '\uFFFD' || 0x80 <= r && r < 0xA0 || 0x2500 <= r && r <= 0x259F || 0xE000 <= r && r <= 0xF8FF {
			bad++
		}
	}
	if strings.HasSuffix(s, "\uFFFD") && len(head) == guessBytes {
		bad--
	}
	return s, bad
}
