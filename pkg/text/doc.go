// Package text is the one reading of text that every part of Sarhad shares.
//
// A name of the frontier comes in four scripts and, within one script, in the
// letters of three keyboards: a desk that searches, a rule that tags and an alert
// that matches must call the same two spellings equal, or one of them is wrong. So
// there is one folding table here. Go folds with it, the char_filter of
// Elasticsearch and the analyzer of the embedded index are printed from it, and
// words are cut by Unicode Standard Annex 29 everywhere, in the version of that
// annex that Elasticsearch 8 speaks.
//
// There are two keys. The canonical key (Fold, Tokens) joins what is one spelling in
// two encodings, or differs in marks that people leave out at will. The loose key
// (Loose, and Latin for Roman spellings) also joins letters that are often confused in
// names; it merges ordinary words too, and is for names only.
//
// The package also says in which language a text is (Identify), and turns bytes from
// outside into plain text (Decode, Plain, Clean).
//
// Offsets count Unicode code points of the text as given; a byte that is not UTF-8
// counts as one code point, as in a range loop.
package text
