package query

import "fmt"

// SyntaxError says where a query cannot be understood. It is the fault of whoever
// wrote the query, never of the program.
type SyntaxError struct {
	Pos   int    // code points before the place, from 0
	Found string // what stands there
	Want  string // what could stand there
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("query, character %d: found %s, expected %s", e.Pos+1, e.Found, e.Want)
}

// found writes a piece of a query for an error, shortened.
func found(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return "the end of the query"
	}
	if len(r) > 40 {
		r = append(r[:40:40], '…')
	}
	return fmt.Sprintf("%q", string(r))
}
