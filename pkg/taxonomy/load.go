package taxonomy

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// source is a decoded file with the means to say where in it something stands.
type source struct {
	document
	doc *config.Document
}

// loader gathers the files, and every mistake in them.
type loader struct {
	sources  []source
	problems config.Problems
	langs    map[string]inflection
	t        *Taxonomy
	refs     map[string][]int32 // a resolved reference, by its text
}

// Load reads the YAML files of a folder (not of its subfolders) and builds the
// taxonomy. Any mistake refuses the whole: the error is config.Problems, with
// every mistake that was found, its file and line, and what was expected.
func Load(fsys fs.FS, dir string) (*Taxonomy, error) {
	files, err := config.Files(fsys, dir)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, config.Problems{{File: dir, What: "the folder holds no YAML file, expected at least one"}}
	}
	l := &loader{langs: map[string]inflection{}, refs: map[string][]int32{}}
	for _, file := range files {
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("read taxonomy file %s: %w", file, err)
		}
		s := source{}
		s.doc, err = config.Decode(file, data, &s.document)
		l.problems.Merge(file, err)
		if s.doc != nil {
			l.sources = append(l.sources, s)
		}
	}
	if err := l.problems.Err(); err != nil {
		return nil, err
	}
	return l.build()
}

func (l *loader) build() (*Taxonomy, error) {
	l.t = &Taxonomy{byID: map[string]int32{}, contextByID: map[string]int32{}}
	l.languages()
	l.declare()
	l.relate()
	l.contexts()
	l.aliases()
	l.rules()
	if err := l.problems.Err(); err != nil {
		return nil, err
	}
	if _, ok := l.t.byID["core"]; ok {
		l.t.core = newSet(len(l.t.nodes))
		l.t.include(l.t.core, "core", 0)
	}
	l.t.finish()
	l.t.warnings = l.warn()
	return l.t, nil
}

func (l *loader) languages() {
	for _, s := range l.sources {
		for _, code := range sortedKeys(s.Languages) {
			line := s.doc.Line("languages", code)
			if !oneOf(languageCodes(), code) {
				l.problems.Add(s.doc.File, line, "unknown language %q, expected one of %s", code, strings.Join(languageCodes(), " "))
				continue
			}
			if _, twice := l.langs[code]; twice {
				l.problems.Add(s.doc.File, line, "language %q is described twice, expected once", code)
				continue
			}
			in := s.Languages[code]
			in.Names, in.Words = foldSuffixes(in.Names), foldSuffixes(in.Words)
			l.langs[code] = in
		}
	}
}

// foldSuffixes writes suffixes in the alphabet of the canonical terms.
func foldSuffixes(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		if old, added, replaces := strings.Cut(s, ">"); replaces {
			out = append(out, text.Fold(old)+">"+text.Fold(added))
		} else {
			out = append(out, text.Fold(s))
		}
	}
	return out
}

// declare gives every concept, entity and place its number.
func (l *loader) declare() {
	for si, s := range l.sources {
		for i, c := range s.Concepts {
			l.node(si, node{ID: c.ID, Kind: "concept", mask: c.Mask, About: c.About, spec: c}, "concepts", i, c.Aliases)
		}
		for i, e := range s.Entities {
			l.class(s, "entities", i, "entity", e.Class)
			l.node(si, node{ID: e.ID, Kind: "entity", Class: e.Class, Labels: e.Label, About: e.About, spec: e}, "entities", i, e.Aliases)
		}
		for i, p := range s.Places {
			l.class(s, "places", i, "place", p.Class)
			n := node{ID: p.ID, Kind: "place", Class: p.Class, Labels: p.Label, About: p.About, spec: p}
			if len(p.At) != 0 && (len(p.At) != 2 || p.At[0] < -90 || p.At[0] > 90 || p.At[1] < -180 || p.At[1] > 180) {
				l.problems.Add(s.doc.File, s.doc.Line("places", i, "at"), "place %q is at %v, expected latitude and longitude in degrees", p.ID, p.At)
			} else if len(p.At) == 2 {
				n.At = p.At
			}
			l.node(si, n, "places", i, p.Aliases)
		}
	}
}

func (l *loader) class(s source, section string, i int, kind, class string) {
	if !oneOf(Classes(kind), class) {
		l.problems.Add(s.doc.File, s.doc.Line(section, i, "class"), "unknown class %q, expected one of %s", class, strings.Join(Classes(kind), " "))
	}
}

func (l *loader) node(si int, n node, section string, i int, aliases map[string][]aliasSpec) {
	s := l.sources[si]
	line := s.doc.Line(section, i, "id")
	if !validID(n.ID) {
		l.problems.Add(s.doc.File, line, "the id is %q, expected small letters, digits and hyphens", n.ID)
		return
	}
	if first, twice := l.t.byID[n.ID]; twice {
		o := l.t.nodes[first]
		l.problems.Add(s.doc.File, line, "id %q stands twice, first at %s:%d, expected once", n.ID, o.file, o.line)
		return
	}
	if n.Kind != "concept" && n.Labels["en"] == "" {
		l.problems.Add(s.doc.File, line, "%s %q has no English label, expected label: {en: …}", n.Kind, n.ID)
	}
	n.file, n.line, n.section, n.index, n.source, n.forms = s.doc.File, line, section, i, si, aliases
	n.version = digest(n.spec)
	l.t.byID[n.ID] = int32(len(l.t.nodes))
	l.t.nodes = append(l.t.nodes, n)
}

func validID(id string) bool {
	if id == "" || len(id) > 64 || id[0] == '-' || id[len(id)-1] == '-' {
		return false
	}
	for _, r := range id {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-') {
			return false
		}
	}
	return true
}

// digest is the content hash of a specification: 12 hex digits of SHA-256 over
// its JSON, in which maps are sorted and comments and layout are gone.
func digest(parts ...any) string {
	h := sha256.New()
	for _, p := range parts {
		data, err := json.Marshal(p)
		if err != nil {
			data = []byte(err.Error())
		}
		h.Write(data)
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// relate resolves parents, and what concepts include.
func (l *loader) relate() {
	for i := range l.t.nodes {
		n := &l.t.nodes[i]
		switch spec := n.spec.(type) {
		case entitySpec:
			l.parents(n, "entity", "parent", nonEmpty(spec.Parent))
		case placeSpec:
			l.parents(n, "place", "in", spec.In)
		case conceptSpec:
			for _, ref := range spec.Includes {
				l.exists(ref, n.file, l.line(n, "includes"))
			}
			if len(spec.Includes) == 0 && len(spec.Aliases) == 0 {
				l.problems.Add(n.file, n.line, "concept %q has neither aliases nor includes, expected one of them", n.ID)
			}
		}
	}
	for i := range l.t.nodes {
		if n := &l.t.nodes[i]; l.t.isBelow(int32(i), int32(i)) {
			l.problems.Add(n.file, n.line, "%q is its own parent in the end, expected a tree", n.ID)
			n.parents = nil
		}
	}
	for i := range l.t.nodes {
		for _, p := range l.t.nodes[i].parents {
			l.t.nodes[p].children = append(l.t.nodes[p].children, int32(i))
		}
	}
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func (l *loader) line(n *node, field string) int {
	return l.sources[n.source].doc.Line(n.section, n.index, field)
}

func (l *loader) parents(n *node, kind, field string, ids []string) {
	for _, id := range ids {
		p, ok := l.t.byID[id]
		if !ok || l.t.nodes[p].Kind != kind {
			l.problems.Add(n.file, l.line(n, field), "%q is no known %s, expected the id of one", id, kind)
			continue
		}
		n.parents = append(n.parents, p)
	}
}

func (l *loader) exists(ref, file string, line int) bool {
	id, _ := strings.CutPrefix(ref, "in:")
	if _, ok := l.t.byID[id]; !ok {
		l.problems.Add(file, line, "%q is no known concept, entity or place, expected the id of one, or in: and an id", ref)
		return false
	}
	return true
}

func (l *loader) contexts() {
	for _, s := range l.sources {
		for i, c := range s.Contexts {
			line := s.doc.Line("contexts", i)
			if !validID(c.ID) || len(c.Any) == 0 || c.Within < 0 {
				l.problems.Add(s.doc.File, line, "context %q needs an id, at least one reference under any, and within of 0 or more", c.ID)
				continue
			}
			if _, twice := l.t.contextByID[c.ID]; twice {
				l.problems.Add(s.doc.File, line, "context %q stands twice, expected once", c.ID)
				continue
			}
			l.t.contextByID[c.ID] = int32(len(l.t.contexts))
			l.t.contexts = append(l.t.contexts, context{
				ID: c.ID, within: int32(c.Within), version: digest(c),
				any:  l.set(c.Any, s.doc.File, s.doc.Line("contexts", i, "any")),
				none: l.set(c.None, s.doc.File, s.doc.Line("contexts", i, "none")),
			})
		}
	}
}

// set resolves references to the nodes they stand for.
func (l *loader) set(refs []string, file string, line int) set {
	out := newSet(len(l.t.nodes))
	for _, ref := range refs {
		if l.exists(ref, file, line) {
			l.t.include(out, ref, 0)
		}
	}
	return out
}
