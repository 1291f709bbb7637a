package text

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// in answers s in a charset.
func in(t *testing.T, name, s string) string {
	t.Helper()
	enc, _ := charset.Lookup(name)
	switch name {
	case "utf-16le":
		enc = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case "utf-16be":
		enc = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case "utf-32le":
		enc = utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	}
	b, err := enc.NewEncoder().String(s)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

const (
	persian  = "<p>وزیر امور خارجه گفت که گفتگوها با همسایگان ادامه دارد و مرز باز خواهد شد.</p>"
	arabicIs = "<p>قال الوزير إن المحادثات مع الجيران مستمرة وإن المعبر سيفتح قريبا أمام التجار.</p>"
	russian  = "<p>Министр сообщил, что переговоры с соседями продолжаются и граница скоро откроется.</p>"
	german   = "<p>Der Minister für Äußeres erklärte, dass die Gespräche über die Straße weitergehen müssen.</p>"
	turkish  = "<p>Bakan, komşularla görüşmelerin sürdüğünü ve sınırın yakında açılacağını söyledi.</p>"
	chinese  = "<p>外交部长表示，与邻国的谈判仍在继续，边界很快将重新开放。</p>"
	japanese = "<p>外務大臣は、隣国との交渉は続いており、国境はまもなく開くと述べた。</p>"
)

func TestDecode(t *testing.T) {
	head := `<?xml version="1.0" encoding="UTF-16"?>` + persian
	for _, c := range []struct {
		name, bytes, contentType string
		kind                     Kind
		want, charset            string
	}{
		{"byte order mark before all labels", "\xEF\xBB\xBF" + persian, "text/html; charset=windows-1256", HTML, persian, "utf-8"},
		{"utf-16 with a mark", "\xFF\xFE" + in(t, "utf-16le", head), "", XML, head, "utf-16le"},
		{"utf-16 with a mark, big end first", "\xFE\xFF" + in(t, "utf-16be", head), "text/xml; charset=utf-8", XML, head, "utf-16be"},
		{"utf-16 without a mark", in(t, "utf-16le", head), "", XML, head, "utf-16le"},
		{"utf-16 without a mark, big end first", in(t, "utf-16be", head), "", XML, head, "utf-16be"},
		{"utf-32 without a mark", in(t, "utf-32le", head), "", XML, head, "utf-32le"},
		{"http before the declaration", in(t, "windows-1256", arabicIs), "text/html; charset=windows-1256", HTML, arabicIs, "windows-1256"},
		{"http in quotes", in(t, "windows-1251", russian), `text/html; charset="windows-1251"`, HTML, russian, "windows-1251"},
		{"http malformed", in(t, "windows-1251", russian), `text/html;; charset=windows-1251; =`, HTML, russian, "windows-1251"},
		{"xml declaration", in(t, "windows-1256", `<?xml version="1.0" encoding="windows-1256"?>`+arabicIs), "", XML, `<?xml version="1.0" encoding="windows-1256"?>` + arabicIs, "windows-1256"},
		{"meta charset", in(t, "windows-1251", `<meta charset=windows-1251>`+russian), "text/html", HTML, `<meta charset=windows-1251>` + russian, "windows-1251"},
		{"meta http-equiv", in(t, "gbk", `<META http-equiv="Content-Type" content="text/html; charset=gb2312">`+chinese), "", HTML, `<META http-equiv="Content-Type" content="text/html; charset=gb2312">` + chinese, "gbk"},
		{"declared utf-16, legible as ascii", head, "", XML, head, "utf-8"},
		{"labelled latin, is utf-8", persian, "text/html; charset=iso-8859-1", HTML, persian, "utf-8"},
		{"declared windows-1256, is utf-8", `<meta charset="windows-1256">` + persian, "", HTML, `<meta charset="windows-1256">` + persian, "utf-8"},
		{"labelled utf-8, is not", in(t, "windows-1251", russian), "text/html; charset=utf-8", HTML, russian, "windows-1251"},
		{"labelled utf-8, declared right", in(t, "windows-1256", `<meta charset=windows-1256>`+arabicIs), "text/html; charset=utf-8", HTML, `<meta charset=windows-1256>` + arabicIs, "windows-1256"},
		{"labelled utf-8, a few bytes are not", persian + persian + "\x96" + persian, "text/html; charset=utf-8", HTML, persian + persian + "\uFFFD" + persian, "utf-8"},
		{"iso-8859-1 is windows-1252", "caf\xE9 \x96 \x80", "text/plain; charset=iso-8859-1", HTML, "café – €", "windows-1252"},
		{"no label, arabic", in(t, "windows-1256", arabicIs), "", HTML, arabicIs, "windows-1256"},
		{"no label, russian", in(t, "windows-1251", russian), "", HTML, russian, "windows-1251"},
		{"no label, russian in koi8", in(t, "koi8-r", russian), "", HTML, russian, "koi8-r"},
		{"no label, german", in(t, "windows-1252", german), "", HTML, german, "windows-1252"},
		{"no label, turkish", in(t, "windows-1254", turkish), "", HTML, turkish, "windows-1254"},
		{"no label, chinese", in(t, "gb18030", chinese), "", HTML, chinese, "gb18030"},
		{"no label, japanese", in(t, "shift_jis", japanese), "", HTML, japanese, "shift_jis"},
		{"a registered label that browsers do not know", "\x82t\x82", "text/plain; charset=IBM850", HTML, "été", "ibm850"},
		{"empty", "", "", HTML, "", "utf-8"},
		{"one byte", "\xE9", "", HTML, "é", "windows-1252"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, name, err := Decode([]byte(c.bytes), c.contentType, c.kind)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want || name != c.charset {
				t.Errorf("got %q in %s, want %q in %s", got, name, c.want, c.charset)
			}
		})
	}
}

func TestDecodeReportsWhatItCannotRead(t *testing.T) {
	s, name, err := Decode([]byte("caf\xE9"), "text/html; charset=klingon", HTML)
	if !errors.Is(err, ErrCharset) || s != "café" || name != "windows-1252" {
		t.Errorf("an unknown label: %q in %s, %v", s, name, err)
	}
	if s, _, err := Decode([]byte("café"), "text/html; charset=klingon", HTML); err != nil || s != "café" {
		t.Errorf("an unknown label on UTF-8: %q, %v", s, err)
	}
	noise := strings.Repeat("\x00\x01\x02\xFF\x00\x00\x7F\x89PNG", 600)
	if s, _, err := Decode([]byte(noise), "text/html", HTML); !errors.Is(err, ErrBinary) || !utf8.ValidString(s) {
		t.Errorf("a picture: %v, valid %v", err, utf8.ValidString(s))
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(persian), "text/html; charset=utf-8", false)
	f.Add([]byte("\xFF\xFEa"), "", true)
	f.Add([]byte("\x00<\x00?"), ";charset=", true)
	f.Add([]byte("<?xml version='1.0' encoding='utf-7'?>\xE9"), "", true)
	f.Fuzz(func(t *testing.T, b []byte, contentType string, xml bool) {
		kind := HTML
		if xml {
			kind = XML
		}
		if s, _, _ := Decode(b, contentType, kind); !utf8.ValidString(s) {
			t.Errorf("Decode(%q, %q) = %q, which is not UTF-8", b, contentType, s)
		}
	})
}
