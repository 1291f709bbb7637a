package claim

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

// TestSentences reads our own sentences of each language, with the claims that a
// reader finds in them.
func TestSentences(t *testing.T) {
	for code := range tables() {
		t.Run(code, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join("testdata", code+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, f := range fixtures(string(b)) {
				n++
				f.check(t, code)
			}
			if n < 60 {
				t.Errorf("%d sentences, want 60", n)
			}
		})
	}
}

type fixture struct {
	sentence string
	claims   []string
}

// fixtures reads sentences and, indented below each, its claims.
func fixtures(s string) []fixture {
	var out []fixture
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "", line[0] == '#':
		case line[0] == ' ':
			last := &out[len(out)-1]
			last.claims = append(last.claims, strings.TrimSpace(line))
		default:
			out = append(out, fixture{sentence: line})
		}
	}
	return out
}

func (f fixture) check(t *testing.T, code string) {
	got := Extract("", f.sentence, news.Lang{Code: code}, nil)
	bad := len(got) != len(f.claims)
	for i, c := range got {
		bad = bad || i >= len(f.claims) || !f.matches(f.claims[i], c)
	}
	if !bad {
		return
	}
	t.Errorf("%s\n\twant %s", f.sentence, strings.Join(f.claims, "\n\t     "))
	for _, c := range got {
		t.Logf("\tgot  %s%s | %s | %s", c.Act, map[bool]string{true: "?"}[c.Hedged], str(c.Claimant), c.Text)
	}
}

func (f fixture) matches(want string, c news.Claim) bool {
	part := strings.SplitN(want, " | ", 3)
	if len(part) != 3 {
		return false
	}
	act, hedged := strings.CutSuffix(part[0], "?")
	content := part[2] == c.Text
	if part[2] == "*" {
		content = strings.TrimRight(f.sentence, ".۔।") == c.Text
	}
	if first, last, ok := strings.Cut(part[2], "…"); ok {
		content = strings.HasPrefix(c.Text, strings.TrimSpace(first)) && strings.HasSuffix(c.Text, strings.TrimSpace(last))
	}
	return act == c.Act && hedged == c.Hedged && part[1] == str(c.Claimant) && content
}
