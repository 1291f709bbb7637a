package text

import (
	"os"
	"strings"
	"testing"
)

// groups reads a table of key and spellings.
func groups(t *testing.T, file string) [][]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for _, row := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		key, spellings, _ := strings.Cut(row, "\t")
		out = append(out, append([]string{key}, strings.Split(spellings, "|")...))
	}
	return out
}

// keyOf answers the key of a name, its tokens joined by spaces.
func keyOf(key, name string) string {
	var terms []string
	for _, tok := range Tokens(name) {
		switch key {
		case "loose":
			terms = append(terms, Loose(tok.Term))
		case "latin":
			terms = append(terms, Latin(tok.Term))
		default:
			terms = append(terms, tok.Term)
		}
	}
	return strings.Join(terms, " ")
}

func TestSpellingsFoldTogether(t *testing.T) {
	pairs, apart := 0, 0
	for _, g := range groups(t, "testdata/spellings.tsv") {
		for _, s := range g[2:] {
			pairs++
			if a, b := keyOf(g[0], g[1]), keyOf(g[0], s); a != b || a == "" {
				apart++
				t.Logf("%s: %q and %q stay apart: %q, %q", g[0], g[1], s, a, b)
			}
		}
	}
	t.Logf("%d of %d pairs fold together", pairs-apart, pairs)
	if pairs < 400 || apart*20 > pairs {
		t.Errorf("%d of %d pairs stay apart, at most one in twenty may, of at least 400", apart, pairs)
	}
}

func TestNamesStayApart(t *testing.T) {
	rows := groups(t, "testdata/apart.tsv")
	for _, g := range rows {
		if a, b := keyOf(g[0], g[1]), keyOf(g[0], g[2]); a == b {
			t.Errorf("%s: %q and %q both fold to %q", g[0], g[1], g[2], a)
		}
	}
	if len(rows) < 150 {
		t.Errorf("%d pairs, want 150", len(rows))
	}
}
