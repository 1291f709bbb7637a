package local

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	bleve "github.com/blevesearch/bleve_index_api"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/query"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// Names of the fields of the index that are no fields of a query.
const (
	fieldID      = "_id"
	fieldItem    = "item"    // the item as JSON, stored
	fieldVersion = "version" // eight bytes, stored
	fieldMonth   = "month"
)

// claimStride is how far the words of one claim are from those of the next: position
// ÷ claimStride is the number of the claim, in every field of claims.
const claimStride = 1 << 16

// document is an item on its way into the index.
type document struct {
	id     string
	fields []bleve.Field
}

func newDocument(w index.Write, analyzers *sync.Pool) (*document, error) {
	it := &w.Item
	stored, err := json.Marshal(it)
	if err != nil {
		return nil, fmt.Errorf("the item is not JSON: %w", err)
	}
	d := &document{id: it.ID}
	d.add(&field{name: fieldItem, options: bleve.StoreField, value: stored})
	d.add(&field{name: fieldVersion, options: bleve.StoreField, value: binary.BigEndian.AppendUint64(nil, uint64(w.Version))})
	for name, s := range map[string]string{"title": it.Title, "summary": it.Summary, "text": it.Text} {
		if s != "" {
			d.add(&field{name: name, options: positions, texts: []string{s}, analyzers: analyzers})
		}
	}
	d.addClaims(it.Claims, analyzers)
	for _, name := range query.KeyFields() {
		if name == "id" {
			continue
		}
		if values := query.Values(it, name); len(values) > 0 {
			d.add(&field{name: name, options: counted, terms: values})
		}
	}
	d.add(&field{name: fieldMonth, options: counted, terms: []string{index.Month(it)}})
	d.addTime("published", query.Published(it))
	d.addTime("seen", query.Seen(it))
	return d, nil
}

const (
	positions = bleve.IndexField | bleve.IncludeTermVectors
	counted   = bleve.IndexField | bleve.SkipFreqNorm | bleve.DocValues
	listed    = bleve.IndexField | bleve.SkipFreqNorm
)

func (d *document) add(f *field) { d.fields = append(d.fields, f) }

// addClaims indexes claims so that one condition after another can be asked of the
// same claim: every term stands at a position that tells its claim.
func (d *document) addClaims(claims []news.Claim, analyzers *sync.Pool) {
	if len(claims) == 0 {
		return
	}
	every := make([][]string, len(claims))
	for i := range every {
		every[i] = []string{anyClaim}
	}
	d.add(&field{name: claimField("every"), options: positions, perClaim: every})
	for _, name := range []string{"claim", "claimant", "target"} {
		texts := make([]string, len(claims))
		for i := range claims {
			texts[i] = query.ClaimText(&claims[i], name)
		}
		d.add(&field{name: claimField(name), options: positions, texts: texts, analyzers: analyzers})
	}
	for _, name := range []string{"act", "party", "about"} {
		values := make([][]string, len(claims))
		for i := range claims {
			values[i] = query.ClaimValues(&claims[i], name)
		}
		d.add(&field{name: claimField(name), options: positions, perClaim: values})
	}
}

// anyClaim is the term that stands once for each claim.
const anyClaim = "*"

func claimField(name string) string { return "claim." + name }

// addTime indexes a time exactly, for orders and the edges of ranges, and by its hour
// and day, so that a long range is a list of few terms.
func (d *document) addTime(name string, ms int64) {
	d.add(&field{name: name, options: counted, terms: []string{sortable(ms)}})
	d.add(&field{name: hourField(name), options: listed, terms: []string{sortable(floorDiv(ms, hour))}})
	d.add(&field{name: dayField(name), options: listed, terms: []string{sortable(floorDiv(ms, day))}})
}

const (
	hour = int64(3_600_000)
	day  = 24 * hour
)

func hourField(name string) string { return name + ".hour" }
func dayField(name string) string  { return name + ".day" }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && a < 0 {
		q--
	}
	return q
}

// sortable writes a number so that strings sort as numbers do.
func sortable(n int64) string { return fmt.Sprintf("%016x", uint64(n)^1<<63) }

// number reads what sortable wrote.
func number(b []byte) int64 {
	var n uint64
	for _, c := range b {
		d := uint64(c - '0')
		if c >= 'a' {
			d = uint64(c-'a') + 10
		}
		n = n<<4 | d
	}
	return int64(n ^ 1<<63)
}

func (d *document) ID() string { return d.id }

func (d *document) AddIDField() {
	d.add(&field{name: fieldID, options: bleve.IndexField | bleve.StoreField | bleve.SkipFreqNorm | bleve.DocValues, terms: []string{d.id}, value: []byte(d.id)})
}

func (d *document) VisitFields(visit bleve.FieldVisitor) {
	for _, f := range d.fields {
		visit(f)
	}
}

func (d *document) VisitComposite(bleve.CompositeFieldVisitor) {}
func (d *document) HasComposite() bool                         { return false }
func (d *document) NumPlainTextBytes() uint64                  { return 0 }
func (d *document) Indexed() bool                              { return true }
func (d *document) Size() int                                  { return int(d.StoredFieldsBytes()) }

func (d *document) StoredFieldsBytes() uint64 {
	n := 0
	for _, f := range d.fields {
		n += len(f.Value())
	}
	return uint64(n)
}

// field is one field of a document: stored bytes, whole terms, terms of each claim, or
// texts to be cut into words.
type field struct {
	name      string
	options   bleve.FieldIndexingOptions
	value     []byte
	terms     []string
	perClaim  [][]string
	texts     []string
	analyzers *sync.Pool // of *text.Analyzer

	length int
	freqs  bleve.TokenFrequencies
}

func (f *field) Name() string                                     { return f.name }
func (f *field) Value() []byte                                    { return f.value }
func (f *field) ArrayPositions() []uint64                         { return nil }
func (f *field) EncodedFieldType() byte                           { return 't' }
func (f *field) Options() bleve.FieldIndexingOptions              { return f.options }
func (f *field) AnalyzedLength() int                              { return f.length }
func (f *field) AnalyzedTokenFrequencies() bleve.TokenFrequencies { return f.freqs }
func (f *field) NumPlainTextBytes() uint64                        { return 0 }

// Analyze lists the terms of the field. The library calls it on several goroutines, for
// different documents.
func (f *field) Analyze() {
	b := frequencies{locate: f.options.IncludeTermVectors()}
	switch {
	case f.texts != nil:
		a := f.analyzers.Get().(*text.Analyzer)
		for i, s := range f.texts {
			tokens := a.Tokens(s)
			for _, t := range tokens {
				if len(f.texts) > 1 && t.Pos >= claimStride {
					break
				}
				b.add(t.Term, i*claimStride+t.Pos)
			}
		}
		f.analyzers.Put(a)
	case f.perClaim != nil:
		for i, terms := range f.perClaim {
			for _, t := range terms {
				b.add(t, i*claimStride)
			}
		}
	default:
		for _, t := range f.terms {
			b.add(t, 0)
		}
	}
	f.length = len(b.uses)
	f.freqs = b.build()
}

// frequencies gathers the terms of a field in few allocations.
type frequencies struct {
	locate bool
	number map[string]int
	terms  []string
	counts []int
	uses   []use
}

type use struct{ term, pos int }

func (b *frequencies) add(term string, pos int) {
	n, ok := b.number[term]
	if !ok {
		if b.number == nil {
			b.number = map[string]int{}
		}
		term = strings.Clone(term)
		n = len(b.terms)
		b.number[term] = n
		b.terms, b.counts = append(b.terms, term), append(b.counts, 0)
	}
	b.counts[n]++
	b.uses = append(b.uses, use{n, pos})
}

func (b *frequencies) build() bleve.TokenFrequencies {
	freqs := make(bleve.TokenFrequencies, len(b.terms))
	all := make([]bleve.TokenFreq, len(b.terms))
	for i, term := range b.terms {
		all[i].Term = []byte(term)
		all[i].SetFrequency(b.counts[i])
		freqs[term] = &all[i]
	}
	if !b.locate {
		return freqs
	}
	places := make([]bleve.TokenLocation, len(b.uses))
	pointers := make([]*bleve.TokenLocation, len(b.uses))
	at := 0
	for i, n := range b.counts {
		all[i].Locations = pointers[at : at : at+n]
		at += n
	}
	for i, u := range b.uses {
		places[i].Position = u.pos + 1
		all[u.term].Locations = append(all[u.term].Locations, &places[i])
	}
	return freqs
}
