package cli

import (
	"fmt"
	"strings"
	"testing"
)

func TestCluster(t *testing.T) {
	long := "Traders at the Torkham crossing said on Monday that forty lorries of onions had been waiting since Friday, and that the drivers had run out of fuel, food and patience while both sides argued over a wall."
	in := items + fmt.Sprintf(`{"id":10000001,"title":"Forty lorries wait at Torkham","text":%q,"source":"x","published":"2025-01-06T10:00:00Z","tags":[]}
{"id":"copy","title":"Forty lorries wait at Torkham","text":%q,"source":"y","published":null,"keep":[1]}
{"id":"bad","text":"x","tags":"all"}
{"text":"somebody without an id"}
`, long, long)
	code, out, errors := sarhad(t, in, "cluster", "--jsonl")
	if code != 1 || !strings.Contains(errors, "2 bad lines") {
		t.Errorf("exit %d, %q", code, errors)
	}
	before, got := objects(t, in), objects(t, out)
	if len(got) != len(before) {
		t.Fatalf("%d lines, want %d", len(got), len(before))
	}
	badLines(t, got, map[int]string{len(got) - 2: "bad", len(got) - 1: ""})
	for i, o := range got[:len(got)-2] {
		copied, _ := o["copy"].(object)
		if o["id"] != before[i]["id"] || copied["cluster"] == nil || copied["cluster"] == "" || o["story"] == nil || o["story"] == "" || o["tags"] == nil {
			t.Errorf("line %d: %v", i+1, o)
		}
		if !strings.Contains(" original copy excerpt ", fmt.Sprintf(" %v ", copied["role"])) {
			t.Errorf("%v: role %v", o["id"], copied["role"])
		}
	}
	last := got[len(got)-3]
	if c := last["copy"].(object); c["cluster"] != "10000001" || c["role"] != "copy" || c["of"] != "10000001" || fmt.Sprint(last["keep"]) != "[1]" {
		t.Errorf("the copy is %v", last)
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		query, ids string
		spans      bool
	}{
		{"واخان", "ur ps hi", true},
		{"=واخان", "ur ps", true},
		{"tag:ttp lang:en", "en", false},
		{"lang:fa", "fa", false},
		{`"South Waziristan"`, "en ur-Latn", true},
		{"nobodywritesthis", "", false},
	} {
		code, out, errors := sarhad(t, items, "match", c.query, "--jsonl")
		if code != 0 {
			t.Errorf("%s: exit %d, %s", c.query, code, errors)
		}
		if out == "" {
			out = `{"id":""}`
		}
		var ids []string
		for _, o := range objects(t, out) {
			id := o["id"].(string)
			if ids = append(ids, id); id == "" {
				continue
			}
			spans, ok := o["spans"].([]any)
			if !ok || c.spans && len(spans) == 0 {
				t.Errorf("%s: spans of %s are %v", c.query, id, o["spans"])
			}
			for _, s := range spans {
				s := s.(object)
				part(t, o, s["field"], s["start"], s["end"])
			}
			if o["tags"] != nil {
				t.Errorf("%s: %s has got tags", c.query, id)
			}
		}
		if got := strings.Join(ids, " "); got != c.ids {
			t.Errorf("%s finds %q, want %q", c.query, got, c.ids)
		}
	}
}
