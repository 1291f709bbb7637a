package text

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// The classifier is a naive Bayes over three kinds of evidence, each in nats and each
// held down because its pieces are not independent: letters outside an alphabet,
// function words, and trigrams of folded words.
const (
	maxLangs     = 32   // languages of one script
	wordWeight   = 2.2  // for each function word
	strange      = -3.0 // a letter outside the alphabet
	foreignForm  = -2.0 // a letter outside whose folded form is inside
	keyboardForm = -0.8 // the same for the letters that Arabic and Persian keyboards exchange
	gramWeight   = 0.25 // for each nat of a trigram
	unseenBits   = 15   // surprise of a trigram that is not listed
	natsPerBit   = 0.6931
	hintWeight   = 2.5  // for the language that a feed or page declares
	rareWeight   = -1.5 // for languages that need more proof
	homeWeight   = 1.5  // for the languages of the frontier's press, before anything is read
)

// script is one of the scripts that several languages of ours share.
type script int

const (
	arabic script = iota
	devanagari
	latin
	cyrillic
	scripts
)

// scriptLangs names the languages told apart in each script. Those without a table
// of trigrams are told by letters and words.
var scriptLangs = [scripts]string{
	arabic:     "ar fa ur ps pnb skr sd ckb ug",
	devanagari: "hi mr ne",
	latin:      "en ur-Latn de fr es it pt nl tr az id uz tk ku so sw pl sv vi cs hu ro da nb fi hr ca",
	cyrillic:   "ru uk bg sr tg uz kk ky mn tt",
}

// home names the languages that Sarhad collects, rare those that need more proof.
const (
	home = " en ur ps fa ar hi ur-Latn "
	rare = " skr tk ku tt ca " // seldom met, and close to a language often met
)

// model is what is known of the languages of one script.
type model struct {
	langs   []string
	open    bool                // languages unknown here are written in the script too
	words   map[string]uint32   // which languages have the function word
	grams   map[uint64]int32    // trigram to its row
	rows    [][maxLangs]float32 // nats of a trigram by language, less the unseen
	letters map[rune][2]uint32  // languages with the letter, and with its folded form
}

// models answers the models of all scripts, built on first use.
var models = sync.OnceValue(func() *[scripts]model {
	var m [scripts]model
	for s := range m {
		m[s] = newModel(strings.Fields(scriptLangs[s]))
		m[s].open = script(s) == latin || script(s) == cyrillic
	}
	return &m
})

func newModel(langs []string) model {
	m := model{langs: langs, words: map[string]uint32{}, grams: map[uint64]int32{}, letters: map[rune][2]uint32{}}
	var a Analyzer
	for i, lang := range langs {
		bit := uint32(1) << i
		for _, t := range a.Tokens(functionWords[lang]) {
			if m.words[t.Term]&bit == 0 {
				m.words[strings.Clone(t.Term)] |= bit
			}
		}
		for _, r := range alphabets[lang] {
			l := m.letters[r]
			l[0] |= bit
			m.letters[r] = l
		}
		m.addGrams(i, trigrams[lang])
	}
	m.addForms()
	return m
}

// addGrams reads a row of the table of trigrams: numbers are surprises in bits.
func (m *model) addGrams(lang int, table string) {
	bits := unseenBits
	for _, f := range strings.Fields(table) {
		if n, err := strconv.Atoi(f); err == nil {
			bits = n
			continue
		}
		r := []rune(f)
		key := pack(r[0], r[1], r[2])
		row, ok := m.grams[key]
		if !ok {
			row = int32(len(m.rows))
			m.grams[key] = row
			m.rows = append(m.rows, [maxLangs]float32{})
		}
		m.rows[row][lang] = float32(unseenBits-bits) * natsPerBit * gramWeight
	}
}

// addForms notes for each letter which languages know it by its folded form.
func (m *model) addForms() {
	folded := map[string]uint32{}
	for r, l := range m.letters {
		folded[Fold(string(r))] |= l[0]
	}
	t := folding()
	for _, page := range []span{{0x0041, 0x024F}, {0x0400, 0x04FF}, {0x0600, 0x06FF}, {0x1E00, 0x1EFF}} {
		for r := page.lo; r <= page.hi; r++ {
			key := t.close(string(r))
			if langs := folded[key]; langs != 0 {
				l := m.letters[r]
				l[1] |= langs
				m.letters[r] = l
			}
		}
	}
}

func pack(a, b, c rune) uint64 { return uint64(a)<<42 | uint64(b)<<21 | uint64(c) }

const exchanged = "كيىکیه"

// evidence is what a text says for each language of a model.
type evidence struct {
	nats  [maxLangs]float32
	words int               // words seen
	known [maxLangs]int     // function words of the language among them
	grams int               // trigrams seen
	fits  [maxLangs]float32 // nats of the trigrams alone
}

// word adds what one folded word says.
func (m *model) word(e *evidence, term string) {
	e.words++
	if langs, ok := m.words[term]; ok {
		for i := range m.langs {
			if langs>>i&1 != 0 {
				e.nats[i] += wordWeight
				e.known[i]++
			}
		}
	}
	a, b := rune('_'), rune(0)
	for i, c := range term {
		if i == 0 {
			b = c
			continue
		}
		m.gram(e, pack(a, b, c))
		a, b = b, c
	}
	if utf8.RuneCountInString(term) > 0 {
		m.gram(e, pack(a, b, '_'))
	}
}

func (m *model) gram(e *evidence, key uint64) {
	e.grams++
	row, ok := m.grams[key]
	if !ok {
		return
	}
	for i := range m.langs {
		e.nats[i] += m.rows[row][i]
		e.fits[i] += m.rows[row][i]
	}
}

// letter adds what the n occurrences of one letter as written say.
func (m *model) letter(e *evidence, r rune, n int) {
	l, ok := m.letters[r]
	if !ok {
		return
	}
	for i := range m.langs {
		switch {
		case l[0]>>i&1 != 0:
		case l[1]>>i&1 != 0 && strings.ContainsRune(exchanged, r):
			e.nats[i] += keyboardForm * float32(n)
		case l[1]>>i&1 != 0:
			e.nats[i] += foreignForm * float32(n)
		default:
			e.nats[i] += strange * float32(n)
		}
	}
}
