// Package local keeps items in one folder of one machine, in an index of the bleve
// library.
//
// A desk on one laptop gets the same answers as one with a cluster. So the index is
// used below the level at which bleve analyses texts and queries: terms come from
// package text, conditions from package query, and what bleve does is keep postings,
// positions and stored documents, durably. Every write is on disk when Write returns.
//
// One process has the index. A second one is refused with ErrInUse.
package local
