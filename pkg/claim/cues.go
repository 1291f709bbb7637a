package claim

import (
	"strings"
	"sync"

	"github.com/sarhad-desk/sarhad/pkg/text"
)

// frame says where claimant and content stand around a cue.
type frame int

const (
	whoCueWhat frame = iota // WHO claimed that WHAT
	cueWhoWhat              // according to WHO, WHAT
	whatCueWho              // WHAT, said WHO
	whoWhatCue              // WHO ne WHAT ki tardeed ki
)

type cue struct {
	words  []string // folded; "*" for up to three words
	act    string   // "" for a phrase that is no claim and hides cues inside it
	frame  frame
	hedged bool
	marks  []string // particles that end the claimant, for whoWhatCue
}

// tables are the folded cues by language, made at first use and never changed.
var tables = sync.OnceValue(func() map[string][]cue {
	made := map[string][]cue{}
	for _, code := range []string{"en", "ur", "ps", "fa", "hi", "ur-Latn"} {
		made[code] = cuesOf(code)
	}
	return made
})

// cuesOf makes the cues of a language. The tables are ours; the classes follow the
// report verbs, denials and hedges that are described for news text in the literature.
func cuesOf(code string) []cue {
	switch code {
	case "en":
		return table(nil, map[string]string{
			"asserts":   "claimed that|claims that|said that|says that|asserted that|maintained that|declared that|stated that|insisted that|claimed|claims|said|told * that|announced that",
			"alleges":   "alleged that|alleges that|accused|accuses|alleged|blamed",
			"denies":    "denied that|denies that|denied reports that|denied claims that|denied|denies|rejected claims that|rejected * claims that|rejected|rejects|refuted|dismissed claims that|dismissed|dismissed as|called * false|called * baseless",
			"confirms":  "confirmed that|confirms that|confirmed|acknowledged that|acknowledged",
			"questions": "questioned whether|asked whether",
		}, map[string]string{"asserts": "according to"}, nil, "did not deny|has not denied|neither confirmed nor denied|declined to comment|did not comment|did not confirm|not confirmed|could not be confirmed|said to be")
	case "ur":
		return table([]string{"نے"}, map[string]string{
			"asserts":  "کا کہنا ہے کہ|کا کہنا تھا کہ|نے کہا ہے کہ|نے کہا کہ|نے دعوی کیا ہے کہ|نے دعوی کیا کہ|کا دعوی ہے کہ|کے مطابق|نے بتایا کہ|نے اعلان کیا کہ",
			"alleges":  "نے الزام لگایا کہ|نے الزام عائد کیا کہ|کا الزام ہے کہ",
			"confirms": "نے تصدیق کی ہے کہ|نے تصدیق کی کہ",
		}, nil, map[string]string{"denies": "کی تردید کی|کی تردید کر دی|کو مسترد کر دیا|کو مسترد کیا|مسترد کر دیا|کو بے بنیاد قرار دیا|کو جھوٹا قرار دیا", "confirms": "کی تصدیق کی|کی تصدیق کر دی"}, "تردید نہیں کی|تصدیق نہیں|تبصرہ نہیں|تردید یا تصدیق")
	case "ps":
		return table([]string{"د"}, map[string]string{
			"asserts":  "وايي چې|وویل چې|ویلي چې|ویلي دي چې|ادعا وکړه چې|ادعا کړې چې|ادعا کوي چې|په وینا",
			"alleges":  "تور لګوي چې|تور پورې کړ چې|تورن کړ چې",
			"denies":   "دا ادعا رد کړه چې|رد کړه چې|ردوي چې",
			"confirms": "تایید کړه چې|تاییدوي چې|پخلی وکړ چې",
		}, nil, map[string]string{"denies": "رد کړل|رد کړ|رد کړې|رد کړي|ردوي|بې بنسټه وبلل|بې بنسټه بللي"}, "څه نه دي ویلي|رد نه کړ|تایید نه کړ")
	case "fa":
		return table([]string{"را", "این"}, map[string]string{
			"asserts":  "گفت که|گفته است که|گفته که|می گوید که|گفته اند که|گفتند که|می گوید|گفت|گفته است|ادعا کرد که|ادعا کرده است که|ادعا کرده که|اعلام کرد که|اعلام کرد|افزود که|تاکید کرد که",
			"alleges":  "متهم کرد که|متهم کرده که",
			"confirms": "تایید کرد که|تایید کرده است که",
			"denies":   "این ادعا را رد کرد که|رد کرد که",
		}, map[string]string{"asserts": "به گفته|به گفتهٔ|بر اساس گزارش|به نقل از"}, map[string]string{"denies": "را رد کرد|را رد کرده است|را رد کرده|را تکذیب کرد|تکذیب کرد|را بی اساس خواند", "confirms": "را تایید کرد"}, "رد نکرد|تایید نکرد|اظهارنظر نکرده|گفته می شود")
	case "hi":
		return table([]string{"ने"}, map[string]string{
			"asserts":  "ने दावा किया है कि|ने दावा किया कि|का दावा है कि|ने कहा कि|ने कहा है कि|का कहना है कि|के अनुसार|के मुताबिक|ने बताया कि",
			"alleges":  "ने आरोप लगाया कि|का आरोप है कि",
			"confirms": "ने पुष्टि की कि|ने पुष्टि की है कि",
		}, nil, map[string]string{"denies": "का खंडन किया|का खंडन किया है|को खारिज कर दिया|को खारिज किया|से इनकार किया|को नकार दिया", "confirms": "की पुष्टि की"}, "खंडन नहीं किया|पुष्टि नहीं|टिप्पणी नहीं")
	case "ur-Latn":
		return table([]string{"ne"}, map[string]string{
			"asserts":  "ne kaha ke|ne kaha hai ke|ne kaha keh|ka kehna hai ke|ka kehna hai keh|ne dawa kiya ke|ne dawa kiya hai ke|ne daawa kiya ke|ka dawa hai ke|ke mutabiq|ne bataya ke",
			"alleges":  "ne ilzam lagaya ke|ka ilzam hai ke",
			"confirms": "ne tasdeeq ki ke",
		}, nil, map[string]string{"denies": "ki tardeed ki|ki tardeed kar di|ko mustarad kar diya|ko mustarad kiya|ko be bunyad qarar diya", "confirms": "ki tasdeeq ki"}, "tardeed nahi ki|tasdeeq nahi|tabsra nahi")
	}
	return nil
}

// table makes cues of phrases parted by "|": those between claimant and content,
// those before the claimant, those at the end, and those that are no claims.
func table(marks []string, between, before, last map[string]string, none string) []cue {
	var cues []cue
	add := func(frame frame, phrases map[string]string) {
		for act, list := range phrases {
			for _, phrase := range strings.Split(list, "|") {
				cues = append(cues, cue{words: folded(phrase), act: act, frame: frame, hedged: act == "alleges", marks: marks})
			}
		}
	}
	add(whoCueWhat, between)
	add(cueWhoWhat, before)
	add(whoWhatCue, last)
	add(whoCueWhat, map[string]string{"": none})
	return cues
}

func folded(phrase string) []string {
	var words []string
	for _, part := range strings.Fields(phrase) {
		if part == "*" {
			words = append(words, part)
			continue
		}
		for _, t := range text.Tokens(part) {
			words = append(words, t.Term)
		}
	}
	return words
}

// joints are words left out at the start of a claimant or a content.
func joints() []string {
	return []string{"that", "and", "but", "while", "also", "has", "have", "had", "as", "the", "که", "کہ", "اور", "لیکن", "جب", "چې", "او", "خو", "و", "اما", "कि", "और", "लेकिन", "ke", "keh", "aur", "lekin"}
}

// tails are words left out at the end.
func tails() []string {
	return []string{"and", "has", "have", "had", "also", "was", "that", "نے", "کے", "کا", "کی", "है", "ने", "के", "का", "की", "ne", "ka", "ki", "ke", "او", "چې", "که", "را"}
}
