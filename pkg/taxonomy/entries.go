package taxonomy

import "sort"

// Entry describes a topic, narrative, entity, place or concept for lists.
type Entry struct {
	ID         string            `json:"id"`
	Kind       string            `json:"kind"` // topic, narrative, entity, place or concept
	Class      string            `json:"class,omitempty"`
	Label      string            `json:"label"`
	Labels     map[string]string `json:"labels,omitempty"`
	About      string            `json:"about,omitempty"`
	ToldBy     string            `json:"told_by,omitempty"`
	DisputedBy string            `json:"disputed_by,omitempty"`
	Parents    []string          `json:"parents,omitempty"`
	At         []float64         `json:"at,omitempty"` // latitude, longitude
	Aliases    []Alias           `json:"aliases,omitempty"`
	Version    string            `json:"version"`
	File       string            `json:"file"`
	Line       int               `json:"line"`
}

// Alias is one spelling as the files give it.
type Alias struct {
	Lang     string `json:"lang"`
	Form     string `json:"form"`
	Register string `json:"register,omitempty"`
	Context  string `json:"context,omitempty"`
}

// Entries lists everything of a kind ("" for all), rules first, each kind in the
// order of the files.
func (t *Taxonomy) Entries(kind string) []Entry {
	var out []Entry
	for _, r := range t.rules {
		if kind == "" || r.kind == kind {
			out = append(out, Entry{
				ID: r.spec.ID, Kind: r.kind, Label: r.spec.Label["en"], Labels: r.spec.Label, About: r.spec.About,
				ToldBy: r.spec.ToldBy, DisputedBy: r.spec.DisputedBy, Version: r.version, File: r.file, Line: r.line,
			})
		}
	}
	spellings := map[int32][]Alias{}
	for _, a := range t.aliases {
		spellings[a.node] = append(spellings[a.node], Alias{Lang: a.lang, Form: a.spec.Form, Register: a.spec.Register, Context: a.spec.Context})
	}
	for i, n := range t.nodes {
		if kind != "" && n.Kind != kind {
			continue
		}
		e := Entry{
			ID: n.ID, Kind: n.Kind, Class: n.Class, Label: t.Label(n.ID), Labels: n.Labels, About: n.About, At: n.At,
			Aliases: spellings[int32(i)], Version: n.version, File: n.file, Line: n.line,
		}
		for _, p := range n.parents {
			e.Parents = append(e.Parents, t.nodes[p].ID)
		}
		out = append(out, e)
	}
	rank := map[string]int{"topic": 0, "narrative": 1, "entity": 2, "place": 3, "concept": 4}
	sort.SliceStable(out, func(i, j int) bool { return rank[out[i].Kind] < rank[out[j].Kind] })
	return out
}
