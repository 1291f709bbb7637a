package text

// The rules of the folding table in the order they are applied: a later rule does
// not override an earlier one. What no rule names is folded through its Unicode
// compatibility form and then put in lower case; see newTable.

// span is an inclusive range of code points.
type span struct{ lo, hi rune }

// swaps name letters that are one letter in several encodings, or whose difference
// writers leave out at will within one language.
var swaps = map[rune]string{
	// Kaf and yeh of the Arabic, Persian, Sindhi and Urdu keyboards.
	'ك': "ک", 'ڪ': "ک",
	'ي': "ی", 'ى': "ی",
	// Heh: Arabic, Urdu goal, do-chashmee, Sorani ae, and their hamza forms, where
	// the hamza is an izafat that is as often left out.
	'ہ': "ه", 'ھ': "ه", 'ە': "ه", 'ۀ': "ه", 'ۂ': "ه",
	'ۃ': "ة",
	// Yeh barree with hamza is typed for hamza-yeh and yeh barree.
	'ۓ': "ئے",
	// Alef and waw that carry a hamza are as often written without it. Alef with
	// madda and yeh with hamza are letters of their own and stay.
	'أ': "ا", 'إ': "ا", 'ٱ': "ا", 'ٲ': "ا", 'ٳ': "ا",
	'ؤ': "و",
	// Separators inside numbers, as a Latin keyboard has them.
	'،': ",", '٬': ",", '٫': " ", '︐': ",", '︔': ";",
	// Latin letters that Unicode does not decompose.
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o",
	'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'þ': "th", 'Þ': "th", 'ł': "l", 'Ł': "l",
	'ħ': "h", 'Ħ': "h", 'ı': "i", 'İ': "i", 'ŧ': "t", 'Ŧ': "t",
	// Cyrillic yo is written ye; Greek final sigma is sigma.
	'﷼': "ریال",
	'ё': "е", 'Ё': "е", 'ς': "σ",
}

// swapAfter names pairs of code points that fold together: a base letter and the
// combining mark that would otherwise be dropped. Pairs that Unicode itself
// composes are added by newTable.
var swapAfter = map[[2]rune]string{
	{'ی', 0x0654}: "ئ", {'ى', 0x0654}: "ئ",
	{'ى', 0x0655}: "ی",
}

// drops are marks and controls that carry no letter.
var drops = []span{
	{0x00AD, 0x00AD},                                                       // soft hyphen
	{0x0300, 0x036F},                                                       // combining diacritics
	{0x0591, 0x05BD}, {0x05BF, 0x05BF}, {0x05C1, 0x05C2}, {0x05C4, 0x05C5}, // Hebrew points
	{0x05C7, 0x05C7},                                     //
	{0x0600, 0x0605}, {0x06DD, 0x06DD}, {0x08E2, 0x08E2}, // Arabic number and verse signs
	{0x070F, 0x070F}, {0x0610, 0x061A}, {0x061C, 0x061C}, {0x0640, 0x0640}, // honorifics, Arabic letter mark, tatweel
	{0x064B, 0x065F}, {0x0670, 0x0670}, // harakat, superscript alef
	{0x06D6, 0x06DC}, {0x06DF, 0x06E4}, {0x06E7, 0x06E8}, {0x06EA, 0x06ED}, // Quranic marks
	{0x0898, 0x089F}, {0x08CA, 0x08E1}, {0x08E3, 0x08FF}, //
	{0x093C, 0x093C}, {0x0951, 0x0954}, // Devanagari nukta and Vedic tones
	{0x09BC, 0x09BC}, {0x0A3C, 0x0A3C}, {0x0ABC, 0x0ABC}, {0x0B3C, 0x0B3C}, // nukta of its neighbours
	{0x180B, 0x180F},                                                                         // Mongolian selectors
	{0x1A7F, 0x1A7F}, {0x1AB0, 0x1ACE}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20F0}, {0xFE20, 0xFE2F}, // more combining diacritics, keycaps
	{0x02BE, 0x02BF},                                                       // half rings of transliteration
	{0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064}, {0x2066, 0x206F}, // zero width, joiners, bidi
	{0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, // variation selectors, byte order mark
}

// spaces are signs that the standard lets stand inside a word or be one, and that must
// not: each would make one token of a name and what is glued to it.
var spaces = []span{
	{'_', '_'}, {':', ':'}, {'.', '.'}, {'\'', '\''}, {'"', '"'}, {'‘', '’'}, {'·', '·'}, // of design section 5; " joins Hebrew letters
	{0x02BB, 0x02BC},                                                       // letter apostrophes
	{0x0387, 0x0387}, {0x05F3, 0x05F4}, {0x2024, 0x2024}, {0x2027, 0x2027}, // points between letters
	{0x202F, 0x202F}, {0x203F, 0x2040}, {0x2054, 0x2054}, // narrow space and ties
	{0xFE13, 0xFE13}, {0xFE33, 0xFE34}, {0xFE4D, 0xFE4F}, {0xFE52, 0xFE52}, {0xFE55, 0xFE55}, // presentation forms
	{0xFF07, 0xFF07}, {0xFF0E, 0xFF0E}, {0xFF1A, 0xFF1A}, {0xFF3F, 0xFF3F}, // of these signs
	{0x00B8, 0x00B8}, {0x02C2, 0x02C5}, {0x02D2, 0x02DF}, {0x02E5, 0x02EB}, {0x02ED, 0x02ED}, {0x02EF, 0x02FF}, // modifier signs
	{0x055A, 0x055F}, {0x058A, 0x058A}, // Armenian punctuation
	{0x109E, 0x109F}, {0x19DA, 0x19DA}, {0x19DE, 0x19DF}, {0x1AA0, 0x1AA6}, {0x1AA8, 0x1AAD}, // signs of Burmese and Tai
	{0xAA77, 0xAA79}, {0xAADE, 0xAADF}, {0x1173A, 0x1173F}, //
	{0x3006, 0x3006}, {0x309B, 0x309C}, {0x30A0, 0x30A0}, {0x16FE2, 0x16FE2}, // of Japanese and Chinese
	{0xA708, 0xA716}, {0xA720, 0xA721}, {0xA789, 0xA78A}, {0xAB5B, 0xAB5B}, // more modifier signs
}

// pictures are emoji and what Lucene takes for emoji; each parts words. Those beyond
// the Basic Multilingual Plane share four high surrogates, see CharFilter.
var pictures = []span{
	{0x00A9, 0x00A9}, {0x00AE, 0x00AE}, {0x203C, 0x203C}, {0x2049, 0x2049}, {0x2122, 0x2122}, {0x2139, 0x2139},
	{0x2194, 0x2199}, {0x21A9, 0x21AA}, {0x231A, 0x231B}, {0x2328, 0x2328}, {0x2388, 0x2388}, {0x23CF, 0x23CF},
	{0x23E9, 0x23FA}, {0x24C2, 0x24C2}, {0x25AA, 0x25AB}, {0x25B6, 0x25B6}, {0x25C0, 0x25C0}, {0x25FB, 0x25FE},
	{0x2600, 0x27BF}, {0x2934, 0x2935}, {0x2B05, 0x2B07}, {0x2B1B, 0x2B1C}, {0x2B50, 0x2B50}, {0x2B55, 0x2B55},
	{0x3030, 0x3030}, {0x303D, 0x303D}, {0x3297, 0x3297}, {0x3299, 0x3299},
	pictureplane,
}

var pictureplane = span{0x1F000, 0x1FFFF}

// digits are the zeros of the decimal digits that fold to ASCII.
var digits = []rune{0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6}

// compatible are the ranges that fold through their compatibility form: Latin,
// Greek, Cyrillic, Arabic and Indic letters, letter-like signs, presentation
// forms, full and half width, and the mathematical letters of fancy type.
var compatible = []span{
	{0x00A0, 0x06FF}, {0x0900, 0x0A7F}, {0x1D00, 0x1FFF}, {0x2000, 0x24FF}, {0x2C60, 0x2C7F},
	{0xA720, 0xA7FF}, {0xFB00, 0xFB06}, {0xFB50, 0xFDFF}, {0xFE70, 0xFEFF}, {0xFF01, 0xFFEF}, {0x1D400, 0x1D7FF},
}

// barePresentation are presentation forms of marks, which decompose to a space or a
// tatweel and the mark. In text they stand inside words.
var barePresentation = []span{{0xFC5E, 0xFC63}, {0xFCF2, 0xFCF4}, {0xFE70, 0xFE7F}}
