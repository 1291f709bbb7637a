package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Problem is one mistake in a file that a person wrote.
type Problem struct {
	File string
	Line int    // 1-based, 0 where the mistake has no place
	What string // what was found and what was expected, in a sentence without a full stop
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.What
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.What)
}

// Problems are all the mistakes found, so that a person mends them in one go.
type Problems []Problem

// Add notes a mistake.
func (p *Problems) Add(file string, line int, format string, args ...any) {
	*p = append(*p, Problem{File: file, Line: line, What: fmt.Sprintf(format, args...)})
}

// Merge adds what err holds: its Problems one by one, any other error as a whole.
func (p *Problems) Merge(file string, err error) {
	var more Problems
	switch {
	case err == nil:
	case errors.As(err, &more):
		*p = append(*p, more...)
	default:
		*p = append(*p, Problem{File: file, What: err.Error()})
	}
}

// Err is nil where there are no mistakes, else the list as one error.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// Document is a decoded YAML file that still knows where everything stood.
type Document struct {
	File string
	root *yaml.Node
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// Decode reads one YAML document into the value that into points to. Unknown
// fields and wrong types are mistakes; every one of them is in the error, which
// is Problems. The Document is returned even then, where the file is YAML at all.
func Decode(file string, data []byte, into any) (*Document, error) {
	doc := &Document{File: file, root: &yaml.Node{}}
	if err := yaml.Unmarshal(data, doc.root); err != nil {
		return nil, yamlProblems(file, err)
	}
	if doc.root.Kind == 0 {
		return nil, Problems{{File: file, What: "the file is empty, expected YAML"}}
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		return doc, yamlProblems(file, err)
	}
	return doc, nil
}

func yamlProblems(file string, err error) error {
	var problems Problems
	var typed *yaml.TypeError
	messages := []string{err.Error()}
	if errors.As(err, &typed) {
		messages = typed.Errors
	}
	for _, message := range messages {
		line := 0
		if m := yamlLine.FindStringSubmatch(message); m != nil {
			line, _ = strconv.Atoi(m[1])
			message = m[2]
		}
		problems.Add(file, line, "%s", strings.TrimPrefix(message, "yaml: "))
	}
	return problems
}

// Line is the line of the node that the path of map keys (string) and sequence
// indices (int) leads to, or of the last node on the way that exists.
func (d *Document) Line(steps ...any) int {
	if d == nil || d.root == nil || len(d.root.Content) == 0 {
		return 0
	}
	node := d.root.Content[0]
	line := node.Line
	for _, step := range steps {
		next, at := child(node, step)
		if next == nil {
			return line
		}
		node, line = next, at
	}
	return line
}

func child(node *yaml.Node, step any) (*yaml.Node, int) {
	switch key := step.(type) {
	case int:
		if node.Kind == yaml.SequenceNode && key >= 0 && key < len(node.Content) {
			return node.Content[key], node.Content[key].Line
		}
	case string:
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				return node.Content[i+1], node.Content[i].Line
			}
		}
	}
	return nil, 0
}

// Files lists the YAML files of a folder in name order, as paths inside fsys.
func Files(fsys fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("read folder %s: %w", dir, err)
	}
	var files []string
	for _, e := range entries {
		if ext := path.Ext(e.Name()); !e.IsDir() && (ext == ".yaml" || ext == ".yml") {
			files = append(files, path.Join(dir, e.Name()))
		}
	}
	sort.Strings(files)
	return files, nil
}

// Encode writes a value as YAML.
func Encode(value any) ([]byte, error) { return yaml.Marshal(value) }
