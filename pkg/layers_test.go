// Package pkg has no code of its own: this test keeps the order of the packages.
package pkg

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/sarhad-desk/sarhad/"

// lines are the packages of the design from the ground up. A package imports only
// packages on lines before its own; a subpackage stands on its parent's line and
// may import its parent.
var lines = [][]string{
	{"news", "config", "run", "telemetry"},
	{"text", "safehttp", "bus"},
	{"source", "feed", "page", "archive", "taxonomy", "claim", "story", "query", "notify"},
	{"index"},
	{"trend", "board", "export", "account"},
	{"alert", "flow"},
	{"desk"},
	{"app", "cli"},
}

// within lists imports that a line allows itself: telemetry speaks of the settings
// and the readiness of its own ground, and the command line starts the program.
var within = map[string][]string{"telemetry": {"config", "run"}, "cli": {"app"}}

// owners are the packages that alone may name a library.
var owners = map[string][]string{
	"github.com/mmcdole/gofeed":              {"feed"},
	"github.com/PuerkitoBio/goquery":         {"page"},
	"github.com/markusmobius/go-trafilatura": {}, // in a benchmark alone
	"github.com/nats-io/nats.go":             {"bus"},
	"github.com/nats-io/nats-server":         {"bus/embed"},
	"github.com/elastic/go-elasticsearch":    {"index/elastic"},
	"github.com/blevesearch/bleve":           {"index/local"},
	"github.com/spf13/cobra":                 {"cli"},
	"github.com/knadh/koanf":                 {"config"},
	"go.yaml.in/yaml":                        {"config"},
	"github.com/prometheus/client_golang":    {"telemetry"},
	"github.com/clipperhouse/uax29":          {"text"},
	"golang.org/x/net/html/charset":          {"text"},
	"golang.org/x/text":                      {"text"},
	"golang.org/x/net/publicsuffix":          {"safehttp"},
	"github.com/andybalholm/brotli":          {"safehttp"},
	"github.com/klauspost/compress":          {"safehttp"},
	"github.com/zeebo/xxh3":                  {"story"},
	"github.com/temoto/robotstxt":            {"flow"},
}

type imported struct{ file, pkg, path string }

func TestImportsPointDownward(t *testing.T) {
	line := map[string]int{}
	for n, names := range lines {
		for _, name := range names {
			line[name] = n
		}
	}
	for _, i := range imports(t) {
		rest, ours := strings.CutPrefix(i.path, module+"pkg/")
		if !ours {
			continue
		}
		from, to := top(i.pkg), top(rest)
		fromLine, known := line[from]
		if !known {
			t.Errorf("%s: package %s is on no line of the design", i.file, from)
			continue
		}
		toLine, known := line[to]
		switch {
		case !known:
			t.Errorf("%s imports %s, which is on no line of the design", i.file, rest)
		case from == to || slices.Contains(within[from], to):
		case toLine >= fromLine:
			t.Errorf("%s: %s (line %d) imports %s (line %d); a package imports only packages on lines before its own", i.file, i.pkg, fromLine, rest, toLine)
		}
	}
}

func TestEachLibraryHasOneOwner(t *testing.T) {
	for _, i := range imports(t) {
		for library, allowed := range owners {
			if i.path != library && !strings.HasPrefix(i.path, library+"/") {
				continue
			}
			if !slices.Contains(allowed, i.pkg) {
				t.Errorf("%s names %s; only %s may, ask it for what you need", i.file, i.path, strings.Join(allowed, ", "))
			}
		}
	}
}

// TestOnlySafehttpDials keeps the one way out: no other package makes an HTTP client
// or dials, except those that speak to an endpoint of the operator's configuration.
func TestOnlySafehttpDials(t *testing.T) {
	operator := []string{"safehttp", "bus", "bus/embed", "index/elastic", "cli"}
	forbidden := []string{"http.Get(", "http.Post(", "http.Client{", "http.DefaultClient", "net.Dial", "net.Dialer{", ".ParseURL("}
	walk(t, func(file, pkg string) {
		if slices.Contains(operator, pkg) {
			return
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range forbidden {
			if strings.Contains(string(text), f) {
				t.Errorf("%s uses %s…); addresses go out only through pkg/safehttp", file, f)
			}
		}
	})
}

func imports(t *testing.T) []imported {
	t.Helper()
	var out []imported
	walk(t, func(file, pkg string) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			out = append(out, imported{file, pkg, path})
		}
	})
	if len(out) == 0 {
		t.Fatal("no imports found: the test looks in the wrong place")
	}
	return out
}

// walk visits the Go files under pkg that are not tests, nor helpers of tests.
func walk(t *testing.T, visit func(file, pkg string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		if !strings.HasSuffix(pkg, "test") && pkg != "index/conformance" {
			visit(path, pkg)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func top(pkg string) string { name, _, _ := strings.Cut(pkg, "/"); return name }
