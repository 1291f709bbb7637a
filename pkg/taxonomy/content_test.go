package taxonomy

import (
	"os"
	"testing"
)

func shipped(t testing.TB) *Taxonomy {
	t.Helper()
	taxonomy, err := Load(os.DirFS("../../configs"), "taxonomy")
	if err != nil {
		t.Fatalf("the shipped taxonomy does not load:\n%v", err)
	}
	return taxonomy
}

func TestShippedExamples(t *testing.T) {
	taxonomy := shipped(t)
	for _, f := range taxonomy.Test() {
		t.Errorf("%s:%d: %s %s: %q must match: %v; fired %v; score %g of %g %s", f.File, f.Line, f.Rule, f.Lang, f.Text, f.Want, f.Fired, f.Why.Score, f.Why.Threshold, f.Why.Missing)
	}
	t.Logf("%d examples, version %s", taxonomy.Examples(), taxonomy.Version())
}
