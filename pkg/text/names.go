package text

import "strings"

// looseLetters joins the letters that names are confused in: retroflex and Pashto
// letters with their plain ones, the yehs, the hehs, nasal noon.
var looseLetters = strings.NewReplacer(
	"ټ", "ت", "ٹ", "ت", "ډ", "د", "ڈ", "د", "ړ", "ر", "ڑ", "ر", "ڼ", "ن", "ں", "ن",
	"ګ", "گ", "ځ", "ز", "څ", "س", "ښ", "ش", "ږ", "ژ", "ة", "ه", "آ", "ا",
	"ئ", "ی", "ے", "ی", "ې", "ی", "ۍ", "ی", "ँ", "ं",
)

// Loose answers the looser key of a folded term. It merges ordinary words (کے and کی)
// and is for names only.
func Loose(term string) string { return looseLetters.Replace(term) }

// latinSounds are the spellings of one sound in Roman transliterations of Urdu, Pashto
// and Persian, the longer first.
var latinSounds = strings.NewReplacer(
	"kh", "k", "gh", "g", "ph", "f", "zh", "z", "sh", "s", "dh", "d", "th", "t", "bh", "b", "jh", "j",
	"ee", "i", "ii", "i", "ie", "i", "y", "i", "e", "i", "oo", "u", "uu", "u", "ou", "u", "o", "u",
	"aa", "a", "q", "k", "v", "w", "ck", "k", "c", "k", "x", "ks",
)

// Latin answers the key that the Roman spellings of one name share: Tehrik, Tehreek and
// Tahrik. It answers a term of another script unchanged, and is for names only.
func Latin(term string) string {
	for i := 0; i < len(term); i++ {
		if term[i] >= 0x80 {
			return term
		}
	}
	key := latinSounds.Replace(term)
	out := make([]byte, 0, len(key))
	for i := 0; i < len(key); i++ {
		if len(out) > 0 && out[len(out)-1] == key[i] {
			continue
		}
		out = append(out, key[i])
	}
	return string(out)
}
