package claim

import (
	"slices"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// telling is a claim with what decides whether it is worth a place beside others.
type telling struct {
	news.Claim
	plain    bool // asserted, in the words of the reporter
	headline bool
}

// plain reports whether a claim is a bare assertion: nothing is denied or alleged,
// nothing is quoted, and the sentence is not itself the statement.
func (r *reader) plain(c *news.Claim, d *draft) bool {
	return c.Act == "asserts" && !d.pointed && !slices.Contains(r.quotesIn(d.what), d.what)
}

// distinct leaves out the claims that name too little to be set beside another, the
// headline that the body repeats, and the further assertions of a claimant that name
// nothing new. What is denied, alleged or quoted needs one thing that the taxonomy
// knows; a plain assertion two.
func distinct(told []telling) []telling {
	kept := told[:0:0]
	for i, t := range told {
		if least := 1; len(t.About) < least || t.plain && len(t.About) <= least {
			continue
		}
		if t.headline && slices.ContainsFunc(told, func(o telling) bool { return !o.headline && repeats(&t, &o) }) {
			continue
		}
		if t.plain && slices.ContainsFunc(kept, func(o telling) bool {
			return o.plain && sameClaimant(&o.Claim, &told[i].Claim) && fresh(&told[i], &o) < 2
		}) {
			continue
		}
		kept = append(kept, t)
	}
	return kept
}

// repeats reports whether a claim of the body names half of what the headline names.
func repeats(headline, body *telling) bool {
	return headline.Act == body.Act && 2*fresh(headline, body) <= len(headline.About)
}

// fresh is the number of things that a claim names and another does not.
func fresh(c, other *telling) int {
	n := 0
	for _, concept := range c.About {
		if !slices.Contains(other.About, concept) {
			n++
		}
	}
	return n
}

// sameClaimant reports whether two claims are one party's: the same entity, or the
// same words.
func sameClaimant(a, b *news.Claim) bool {
	if a.ClaimantID != "" || b.ClaimantID != "" {
		return a.ClaimantID == b.ClaimantID
	}
	return a.Claimant != nil && b.Claimant != nil && *a.Claimant == *b.Claimant
}
