// Package query is the language in which people search, desks save searches and
// alerts watch.
//
// The same query must mean the same in Elasticsearch, in the embedded index and in
// memory, in every script; otherwise an alert and the list it links to disagree. So a
// query is parsed once, into a tree of ten kinds of node whose words are already
// folded by package text. Names that the taxonomy knows are spelled out in the tree. A
// back end translates the tree and decides nothing; the matcher of this package,
// which alerts and highlights use, is the reference the back ends are tested against.
//
// The language is described, with examples, in language.md (Help).
package query

import _ "embed"

//go:embed language.md
var language string

// Help is the description of the language, in Markdown.
func Help() string { return language }
