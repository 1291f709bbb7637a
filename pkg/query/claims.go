package query

// claims puts what is said of claims into Claim nodes. Within one And, everything
// said of claims is said of one claim: its conditions, alternatives of conditions and
// single exclusions. A group excluded as a whole is asked of any claim.
func claims(n Node) Node {
	switch n := n.(type) {
	case Not:
		return Not{Of: claims(n.Of)}
	case Or:
		if ofClaim(n) {
			return Claim{Of: n}
		}
		of := make([]Node, len(n.Of))
		for i, o := range n.Of {
			of[i] = claims(o)
		}
		return or(of)
	case And:
		return claimsOfAnd(n)
	}
	if ofClaim(n) {
		return Claim{Of: n}
	}
	return n
}

func claimsOfAnd(n And) Node {
	var of, said, excluded []Node
	for _, o := range n.Of {
		if x, ok := o.(Not); ok && claimLeaf(x.Of) {
			excluded = append(excluded, o)
		} else if ofClaim(o) {
			said = append(said, o)
		} else {
			of = append(of, claims(o))
		}
	}
	if len(said) == 0 {
		for _, x := range excluded {
			of = append(of, claims(x))
		}
		return and(of)
	}
	return and(append(of, Claim{Of: and(append(said, excluded...))}))
}

// ofClaim reports whether n is a condition of a claim and of nothing else.
func ofClaim(n Node) bool {
	switch n := n.(type) {
	case And:
		positive := false
		for _, o := range n.Of {
			if x, ok := o.(Not); ok && claimLeaf(x.Of) {
				continue
			}
			if !ofClaim(o) {
				return false
			}
			positive = true
		}
		return positive
	case Or:
		for _, o := range n.Of {
			if !ofClaim(o) {
				return false
			}
		}
		return true
	}
	return claimLeaf(n)
}

// claimLeaf reports whether n is one field of a claim.
func claimLeaf(n Node) bool {
	switch n := n.(type) {
	case Words:
		return fields[n.In] >= claimText
	case Near:
		return fields[n.In] >= claimText
	case Prefix:
		return fields[n.In] >= claimText
	case Keys:
		return n.In == "party" || fields[n.In] >= claimText
	case Or:
		return ofParty(n)
	}
	return false
}

// ofParty reports whether n is a party of a claim, by its names or by its id.
func ofParty(n Or) bool {
	last := len(n.Of) - 1
	for i, o := range n.Of {
		switch o := o.(type) {
		case Words:
			if i == last || fields[o.In] != claimParty {
				return false
			}
		case Keys:
			if i != last || o.In != "party" {
				return false
			}
		default:
			return false
		}
	}
	return true
}
