package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// sarhad runs a command line on the given input.
func sarhad(t *testing.T, in string, args ...string) (code int, out, errors string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := &program{in: strings.NewReader(in), out: &stdout, err: &stderr, version: "test"}
	code = p.execute(context.Background(), args)
	return code, stdout.String(), stderr.String()
}

// file writes a fixture and answers with its path.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// object is a line of output.
type object = map[string]any

// objects reads JSON Lines, every line of which must be an object.
func objects(t *testing.T, out string) []object {
	t.Helper()
	var all []object
	for _, line := range strings.Split(strings.TrimSuffix(out, "\n"), "\n") {
		var o object
		if err := json.Unmarshal([]byte(line), &o); err != nil || o == nil {
			t.Fatalf("output line %q is no JSON object: %v", line, err)
		}
		all = append(all, o)
	}
	return all
}

func TestEveryCommandHasHelp(t *testing.T) {
	var paths []string
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			paths = append(paths, strings.TrimPrefix(sub.CommandPath(), "sarhad "))
			walk(sub)
		}
	}
	walk((&program{}).root())
	all := " " + strings.Join(paths, ", ") + ","
	for _, want := range strings.Split("up, demo, run, feed, feed parse, page, page extract, tag, cluster, match, spikes, search, trend, taxonomy, taxonomy check, "+
		"taxonomy test, taxonomy explain, sources, sources list, sources check, alerts check, archive verify, dlq, dlq list, dlq show, dlq retry, dlq drop, doctor, bus setup, elastic setup, version", ", ") {
		if !strings.Contains(all, " "+want+",") {
			t.Errorf("there is no command %q", want)
		}
	}
	for _, path := range paths {
		code, out, errors := sarhad(t, "", append(strings.Fields(path), "--help")...)
		if code != 0 || errors != "" || !strings.Contains(out, "Usage:\n  sarhad "+path) {
			t.Errorf("%s --help: exit %d, %q, %q", path, code, out, errors)
		}
	}
}

func TestExitCodes(t *testing.T) {
	feed := file(t, "good.xml", rss)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{}, 0, ""},
		{[]string{"version"}, 0, ""},
		{[]string{"help", "tag"}, 0, ""},
		{[]string{"feed"}, 0, ""},
		{[]string{"feed", "parse", feed}, 0, ""},
		{[]string{"spikes", "no-such-file"}, 1, "no-such-file"},
		{[]string{"tag", "no-such-file"}, 1, "no-such-file"},
		{[]string{"page", "extract", "no-such-file"}, 1, "no-such-file"},
		{[]string{"search", "x", "--desk", "http://127.0.0.1:1"}, 1, "sarhad up"},
		{[]string{"collect"}, 2, "unknown command"},
		{[]string{"feed", "eat"}, 2, "unknown command"},
		{[]string{"dlq", "forget", "1"}, 2, "unknown command"},
		{[]string{"tag", "--colour"}, 2, "unknown flag"},
		{[]string{"tag", "-z"}, 2, "unknown shorthand"},
		{[]string{"feed", "parse", "--url"}, 2, "needs an argument"},
		{[]string{"search", "x", "--size", "many"}, 2, "invalid argument"},
		{[]string{"tag", "a", "b"}, 2, "at most 1"},
		{[]string{"feed", "parse"}, 2, "at least 1"},
		{[]string{"match"}, 2, "between 1 and 2"},
		{[]string{"search"}, 2, "accepts 1"},
		{[]string{"version", "now"}, 2, "unknown command"},
		{[]string{"run"}, 2, "at least 1"},
		{[]string{"run", "driver"}, 2, `"driver"`},
		{[]string{"match", "(border"}, 2, "query, character"},
		{[]string{"match", "colour:red"}, 2, "query, character"},
		{[]string{"spikes", "--period", "month"}, 2, "expected day or week"},
		{[]string{"tag", "--config", "no-such-file"}, 2, "no-such-file"},
		{[]string{"elastic", "setup"}, 2, "required flag"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			code, out, errors := sarhad(t, "", c.args...)
			if code != c.code || !strings.Contains(errors, c.says) {
				t.Errorf("exit %d, want %d; standard error %q, want %q in it", code, c.code, errors, c.says)
			}
			if c.code != 0 && out != "" {
				t.Errorf("standard output %q, want nothing", out)
			}
		})
	}
}

func TestSettingsThatAreWrongAreListed(t *testing.T) {
	path := file(t, "sarhad.yaml", "log:\n  level: loud\nbus:\n  replicas: 2\n")
	code, _, errors := sarhad(t, "", "sources", "list", "--config", path)
	if code != 2 || !strings.Contains(errors, ":2: ") || !strings.Contains(errors, ":4: ") {
		t.Errorf("exit %d, %q; want 2 and both lines", code, errors)
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		code, out, errors := sarhad(t, "", "completion", shell)
		if code != 0 || errors != "" || !strings.Contains(out, "sarhad") {
			t.Errorf("completion %s: exit %d, %d bytes, %q", shell, code, len(out), errors)
		}
	}
	if code, out, _ := sarhad(t, "", "__complete", "run", "s"); code != 0 || !strings.HasPrefix(out, "scraper\n") {
		t.Errorf("run s completes to %q, exit %d", out, code)
	}
}

func TestTheCatalogueAndTheTaxonomyAreListed(t *testing.T) {
	code, out, _ := sarhad(t, "", "sources", "list", "--json")
	if code != 0 {
		t.Fatalf("exit %d", code)
	}
	for _, s := range objects(t, out) {
		if s["id"] == "" || s["country"] == "" || s["affiliation"] == nil {
			t.Errorf("a source without id, country or affiliation: %v", s)
		}
	}
	code, out, _ = sarhad(t, "", "taxonomy", "explain", "--json", "Officials spoke of the Wakhan corridor.")
	if code != 0 || !strings.Contains(out, `"wakhan"`) {
		t.Errorf("taxonomy explain: exit %d, %s", code, out)
	}
	if code, _, errors := sarhad(t, "", "alerts", "check"); code != 0 {
		t.Errorf("alerts check: exit %d, %s", code, errors)
	}
}

// TestTheDeskIsAsked answers in place of the desk.
func TestTheDeskIsAsked(t *testing.T) {
	var asked []string
	answers := map[string]string{
		"GET /api/v1/search":       `{"total":1,"hits":[{"item":{"id":"a","title":"A\u202etitle","url":"https://example.org/a","source":"s","published":"2026-01-02T03:04:05Z","lang":{"code":"en"}}}]}`,
		"GET /api/v1/trend":        `{"starts":["2026-01-02T00:00:00Z"],"series":{"ttp":[3]},"total":[4]}`,
		"GET /api/v1/dlq":          `{"letters":[{"number":7,"stage":"scraper","reason":"no page","attempts":3}]}`,
		"GET /api/v1/doctor":       `{"checks":[{"name":"bus","state":"red","found":"full","fix":"make room"}]}`,
		"POST /api/v1/dlq/7/retry": ``, "DELETE /api/v1/dlq/7": ``,
	}
	desk := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Authorization")+" "+r.Method+" "+r.URL.Path)
		answer, ok := answers[r.Method+" "+r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			answer = `{"title":"There is no such dead letter","detail":"number 9"}`
		}
		fmt.Fprint(w, answer)
	}))
	defer desk.Close()
	token := file(t, "token", "secret\n")
	for _, c := range []struct {
		args string
		code int
		want string // in what is printed
	}{
		{"search wakhan", 0, "https://example.org/a"},
		{"search wakhan --json", 0, `"total":1`},
		{"trend wakhan", 0, "2026-01-02 00:00  4      3"},
		{"dlq list", 0, "no page"},
		{"dlq retry 7", 0, ""},
		{"dlq drop 7", 0, ""},
		{"dlq drop 9", 1, "no such dead letter: number 9"},
		{"doctor", 1, "make room"},
		{"doctor --json", 1, `"state":"red"`},
	} {
		code, out, errors := sarhad(t, "", append(strings.Fields(c.args), "--desk", desk.URL, "--token-file", token)...)
		if code != c.code || !strings.Contains(out+errors, c.want) {
			t.Errorf("%s: exit %d, %q %q; want %d and %q", c.args, code, out, errors, c.code, c.want)
		}
		if strings.Contains(out, "\u202e") {
			t.Errorf("%s prints a character that turns the line around: %q", c.args, out)
		}
	}
	for _, one := range asked {
		if !strings.HasPrefix(one, "Bearer secret ") {
			t.Errorf("asked without the token: %s", one)
		}
	}
}
