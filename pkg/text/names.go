package text

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// looseLetters joins the letters that names are confused in: the retroflex letters of
// Pashto and Urdu with the plain ones, the letters Pashto dialects pronounce apart, all
// yehs, all hehs, alef with and without madda; in Devanagari the nasals and the length
// of i and u. Hamza is left out.
const looseLetters = "ټت ٹت ډد ڈد ړر ڑر ڼن ںن ګگ ځز څس ښش ږژ ةه آا ئی ےی ېی ۍی ء ँं ीि ूु ईइ ऊउ"

// looseTable answers looseLetters by code point, from firstLoose: 0 for what stays.
var looseTable = sync.OnceValue(func() *[lastLoose - firstLoose]rune {
	var t [lastLoose - firstLoose]rune
	for _, pair := range strings.Fields(looseLetters) {
		r := []rune(pair)
		if t[r[0]-firstLoose] = leftOut; len(r) == 2 {
			t[r[0]-firstLoose] = r[1]
		}
	}
	return &t
})

const (
	firstLoose, lastLoose = 0x0600, 0x0980
	leftOut               = -1
)

// Loose answers the looser key of a folded term. It merges ordinary words too (کے and
// کی), and is for names only.
func Loose(term string) string {
	t := looseTable()
	changes := func(r rune) bool { return r >= firstLoose && r < lastLoose && t[r-firstLoose] != 0 }
	if strings.IndexFunc(term, changes) >= 0 {
		term = strings.Map(func(r rune) rune {
			if changes(r) {
				return t[r-firstLoose]
			}
			return r
		}, term)
	}
	return anusvara(term)
}

// anusvara writes a nasal consonant before a stop as the dot that may stand for it.
func anusvara(term string) string {
	const virama = "्"
	if !strings.Contains(term, virama) {
		return term
	}
	for _, nasal := range []string{"ङ", "ञ", "ण", "न", "म"} {
		from := nasal + virama
		for at := strings.Index(term, from); at >= 0; {
			rest := term[at+len(from):]
			if r, _ := utf8.DecodeRuneInString(rest); 'क' <= r && r <= 'भ' && r != 'न' && r != 'ण' {
				term = term[:at] + "ं" + rest
			}
			next := strings.Index(term[at+1:], from)
			if next < 0 {
				break
			}
			at += 1 + next
		}
	}
	return term
}

// latinRules rewrite the Roman spellings of Urdu, Pashto, Dari and Arabic names, the
// first that fits at each place. Capital letters in the key are single sounds: X for
// sh, C for ch. A rule that ends in $ holds at the end of a term, one that ends in ~
// not before a vowel.
var latinRules = []struct{ from, to string }{
	{"ullah$", "ula"}, {"ollah$", "ula"}, {"allah$", "ula"}, {"ulla$", "ula"},
	{"uddin$", "udin"}, {"oddin$", "udin"}, {"eddin$", "udin"}, {"addin$", "udin"},
	{"tsch", "C"}, {"tch", "C"}, {"ndz", "nz"}, {"med$", "mad"}, {"dzh", "j"},
	{"kh", "k"}, {"gh", "g"}, {"ph", "f"}, {"zh", "z"}, {"sh", "X"}, {"ch", "C"}, {"dh", "d"}, {"th", "t"}, {"bh", "b"}, {"jh", "j"}, {"dj", "j"}, {"ck", "k"},
	{"aah$", "a"}, {"eh$", "a"}, {"ah$", "a"}, {"oh$", "u"}, {"uh$", "u"}, {"eh", "ah"},
	{"ee", "i"}, {"ii", "i"}, {"ie", "i"}, {"iy", "i"}, {"oo", "u"}, {"ou", "u"}, {"uu", "u"}, {"aa", "a"},
	{"aw~", "au"}, {"ow~", "au"}, {"ei", "ai"}, {"ey~", "ai"}, {"ay~", "ai"}, {"yy", "y"}, {"y~", "i"}, {"ihu", "iu"},
	{"q", "k"}, {"c", "k"}, {"v", "w"}, {"x", "ks"}, {"o", "u"}, {"e", "i"},
}

// Latin answers the key that the Roman spellings of one name share: Tehrik, Tehreek and
// Tahrik, or Wakhan and Vakhan. It answers a term in another script unchanged, and is
// for names only.
//
// There is no standard spelling; the rules join the confusions that phonetic keys for
// Roman Urdu such as UrduPhone join, and those of Dari and Pashto transliteration.
func Latin(term string) string {
	rules := latinByFirst()
	var key [64]byte
	out := key[:0]
	for i := 0; i < len(term); {
		c := term[i]
		if c >= utf8.RuneSelf {
			return term
		}
		to, n := term[i:i+1], 1
		for _, r := range rules[c] {
			if r.fits(term[i:]) {
				to, n = r.to, len(r.from)
				break
			}
		}
		for j := 0; j < len(to); j++ {
			if len(out) == 0 || out[len(out)-1] != to[j] || '0' <= to[j] && to[j] <= '9' {
				out = append(out, to[j])
			}
		}
		i += n
	}
	return string(out)
}

// latinRule is a compiled rule: how it ends is 0, '$' or '~'.
type latinRule struct {
	from, to string
	end      byte
}

// latinByFirst answers the rules by the letter they begin with, in their order.
var latinByFirst = sync.OnceValue(func() *[128][]latinRule {
	var t [128][]latinRule
	for _, r := range latinRules {
		c := latinRule{from: strings.TrimRight(r.from, "$~"), to: r.to}
		if len(c.from) < len(r.from) {
			c.end = r.from[len(c.from)]
		}
		t[c.from[0]] = append(t[c.from[0]], c)
	}
	return &t
})

// fits reports whether the rule holds where rest begins.
func (r latinRule) fits(rest string) bool {
	if !strings.HasPrefix(rest, r.from) {
		return false
	}
	after := rest[len(r.from):]
	switch r.end {
	case '$':
		return after == ""
	case '~':
		return after == "" || strings.IndexByte("aeiouy", after[0]) < 0
	}
	return true
}
