package taxonomy

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// naive finds every alias at every token by comparing word by word.
func naive(t *Taxonomy, body, lang string) []string {
	forms := map[int32][]string{}
	loose := map[int32]bool{}
	v := newVocabulary(t.vocabulary.langs, len(t.aliases))
	patterns := make([][]spelling, len(t.aliases))
	for i, a := range t.aliases {
		patterns[i] = v.spellings(a.spec, a.lang, t.nodes[a.node].Kind != "concept")
	}
	for id, f := range v.families {
		parts := strings.Split(id, " ")
		loose[f], forms[f] = parts[0] == "true", parts[1:]
	}
	holds := func(f int32, term string) bool {
		for _, form := range forms[f] {
			if form == term || loose[f] && looseKey(form) != "" && looseKey(form) == looseKey(term) {
				return true
			}
		}
		return false
	}
	tokens := text.Tokens(body)
	seen := map[string]bool{}
	for n, a := range t.aliases {
		if len(a.spec.Only) > 0 && !langMatches(a.spec.Only, lang) {
			continue
		}
		for _, s := range patterns[n] {
			for i := 0; i+len(s.families) <= len(tokens); i++ {
				all := true
				for j, f := range s.families {
					all = all && holds(f, tokens[i+j].Term)
				}
				for j := i + 1; all && j < i+len(s.families); j++ {
					all = !breaks(text.Runes(body, tokens[j-1].End, tokens[j].Start), text.Runes(body, tokens[j].Start, tokens[j].End))
				}
				all = all && (!a.spec.Cased || text.Runes(body, tokens[i].Start, tokens[i+len(s.families)-1].End) == a.spec.Form)
				if all {
					seen[fmt.Sprint(t.nodes[a.node].ID, " ", i, " ", i+len(s.families))] = true
				}
			}
		}
	}
	return sortedKeys(seen)
}

func FuzzScanAgainstNaive(f *testing.F) {
	taxonomy, err := load(f, names)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"Tehrik-e-Taliban Upland and Tehreek i Taliban", "تحریک طالبان، ٹی ٹی پی", "تی‌تی‌پی تیتیپی تی تی پی", "Taliban’s #Taliban_Upland Talibans",
		"ذبیح‌الله مجاهد ذبیحالله", "वाखान तालिबानी पख़्तून", "\xffTaliban\x00Wakhan", "tehriktaliban upland e i e",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 1<<12 {
			return
		}
		s := newScanner(taxonomy)
		s.scan("", body, "und")
		seen := map[string]bool{}
		for _, h := range s.hits {
			seen[fmt.Sprint(taxonomy.nodes[h.node].ID, " ", h.start-fieldGap, " ", h.end-fieldGap)] = true
		}
		got := sortedKeys(seen)
		want := naive(taxonomy, body, "und")
		sort.Strings(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-naive +automaton):\n%s", body, diff)
		}
	})
}

func FuzzTag(f *testing.F) {
	taxonomy, err := load(f, ruled)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("red. blue green", "crimson grey", "en")
	f.Add("\xf0\x9f", "red\u202e blue۔ سرخ", "ur")
	f.Fuzz(func(t *testing.T, title, body, lang string) {
		r := taxonomy.Tag(title, body, news.Lang{Code: lang})
		if r.Relevance < 0 || r.Relevance > 1 {
			t.Errorf("relevance %v", r.Relevance)
		}
		for _, m := range r.Mentions {
			field := map[string]string{"title": title, "text": body}[m.Field]
			if got := text.Runes(field, m.Start, m.End); got != m.Term || m.Start >= m.End {
				t.Errorf("%q at %d-%d of the %s, the term is %q", got, m.Start, m.End, m.Field, m.Term)
			}
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add(small)
	f.Add(strings.Replace(small, "near: 5", "near: -5", 1))
	f.Add("topics: [{id: t, threshold: .nan, clues: [{any: [x]}]}]")
	f.Fuzz(func(t *testing.T, file string) {
		if len(file) > 1<<13 {
			return
		}
		taxonomy, err := load(t, file)
		if err == nil {
			taxonomy.Tag("North Company", file, news.Lang{})
			taxonomy.Test()
		}
	})
}
