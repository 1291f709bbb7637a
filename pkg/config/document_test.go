package config

import (
	"errors"
	"strings"
	"testing"
)

type outlet struct {
	Name string `yaml:"name"`
	Age  int    `yaml:"age"`
}

func TestDecodeListsEveryMistakeWithItsLine(t *testing.T) {
	var into struct {
		Outlets []outlet `yaml:"outlets"`
	}
	text := "outlets:\n  - name: A\n    agee: 3\n  - name: B\n    age: many\n"
	_, err := Decode("x.yaml", []byte(text), &into)
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 2 {
		t.Fatalf("got %v, want two problems", err)
	}
	if problems[0].Line != 3 || problems[1].Line != 5 {
		t.Errorf("lines %d and %d, want 3 and 5", problems[0].Line, problems[1].Line)
	}
	if !strings.Contains(err.Error(), "x.yaml:3: ") {
		t.Errorf("no file and line in %q", err)
	}
}

func TestLineFollowsKeysAndIndices(t *testing.T) {
	var into map[string]any
	doc, err := Decode("x.yaml", []byte("a:\n  - b: 1\n  - b: 2\n    c: 3\n"), &into)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path []any
		want int
	}{{[]any{"a"}, 1}, {[]any{"a", 0, "b"}, 2}, {[]any{"a", 1, "c"}, 4}, {[]any{"a", 1, "missing"}, 3}} {
		if got := doc.Line(c.path...); got != c.want {
			t.Errorf("Line(%v) = %d, want %d", c.path, got, c.want)
		}
	}
}

func TestDecodeRefusesWhatIsNotYAML(t *testing.T) {
	for _, text := range []string{"", "a: [1", "\tx: 1"} {
		var into map[string]any
		if _, err := Decode("x.yaml", []byte(text), &into); err == nil {
			t.Errorf("Decode(%q) found no mistake", text)
		}
	}
}
