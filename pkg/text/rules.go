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
	'،': ",", '٬': ",", '٫': " ",
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
	{0x0610, 0x061A}, {0x061C, 0x061C}, {0x0640, 0x0640}, // honorifics, Arabic letter mark, tatweel
	{0x064B, 0x065F}, {0x0670, 0x0670}, // harakat, superscript alef
	{0x06D6, 0x06DC}, {0x06DF, 0x06E4}, {0x06E7, 0x06E8}, {0x06EA, 0x06ED}, // Quranic marks
	{0x0898, 0x089F}, {0x08CA, 0x08E1}, {0x08E3, 0x08FF}, //
	{0x093C, 0x093C}, {0x0951, 0x0954}, // Devanagari nukta and Vedic tones
	{0x09BC, 0x09BC}, {0x0A3C, 0x0A3C}, {0x0ABC, 0x0ABC}, {0x0B3C, 0x0B3C}, // nukta of its neighbours
	{0x180B, 0x180F},                                                       // Mongolian selectors
	{0x1AB0, 0x1ACE}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20F0}, {0xFE20, 0xFE2F}, // more combining diacritics, keycaps
	{0x02BE, 0x02BF},                                                       // half rings of transliteration
	{0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064}, {0x2066, 0x206F}, // zero width, joiners, bidi
	{0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, // variation selectors, byte order mark
}

// spaces are signs that UAX #29 lets stand inside a word, and that must not:
// each would make one token of a name and what is glued to it.
var spaces = []rune{
	'_', ':', '.', '\'', '’', '‘', '·', // the signs of design section 5
	0x02BB, 0x02BC, // letter apostrophes
	0x0387, 0x05F3, 0x05F4, 0x2024, 0x2027, 0x203F, 0x2040, 0x2054, 0x202F,
	0xFE13, 0xFE33, 0xFE34, 0xFE4D, 0xFE4E, 0xFE4F, 0xFE52, 0xFE55,
	0xFF07, 0xFF0E, 0xFF1A, 0xFF3F,
}

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
