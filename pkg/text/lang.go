package text

import (
	"unicode"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// Identify answers the language of s as a code of formats.md, with a score from 0 to 1,
// and variant "prs" for Dari. Hints are codes that a feed or page declares; they tip a
// balance and never decide. "und" means that nothing is known.
func Identify(s string, hints ...string) news.Lang {
	var arab, deva, latn, cyrl, han int
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Arabic, r):
			arab++
		case unicode.Is(unicode.Devanagari, r):
			deva++
		case unicode.Is(unicode.Latin, r):
			latn++
		case unicode.Is(unicode.Cyrillic, r):
			cyrl++
		case unicode.Is(unicode.Han, r):
			han++
		}
	}
	switch most := max(arab, deva, latn, cyrl, han); {
	case most == 0:
		return news.Lang{Code: "und"}
	case most == arab:
		return news.Lang{Code: arabicScript(s), Score: 0.8}
	case most == deva:
		return news.Lang{Code: "hi", Score: 0.9}
	case most == latn:
		return news.Lang{Code: "en", Score: 0.6}
	case most == cyrl:
		return news.Lang{Code: "ru", Score: 0.6}
	default:
		return news.Lang{Code: "zh", Score: 0.8}
	}
}

// arabicScript decides by letters that one language alone has.
func arabicScript(s string) string {
	var ps, ur, ar, fa int
	for _, r := range s {
		switch r {
		case 'ټ', 'ډ', 'ړ', 'ږ', 'ښ', 'ګ', 'ڼ', 'ې', 'ۍ', 'ځ', 'څ':
			ps++
		case 'ٹ', 'ڈ', 'ڑ', 'ں', 'ے', 'ہ', 'ۂ', 'ۓ':
			ur++
		case 'ة', 'إ', 'أ', 'ى', 'ي', 'ك':
			ar++
		case 'پ', 'چ', 'گ', 'ی', 'ک', 'ژ':
			fa++
		}
	}
	switch most := max(ps, ur, ar, fa); {
	case ps > 0 && ps*8 >= most:
		return "ps"
	case ur > 0 && ur >= fa/4:
		return "ur"
	case ar > fa:
		return "ar"
	}
	return "fa"
}
