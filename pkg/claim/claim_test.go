package claim

import (
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

func TestExtract(t *testing.T) {
	for _, c := range []struct{ lang, in, act, claimant, content string }{
		{"en", "The provincial governor denied that the corridor had been seized.", "denies", "The provincial governor", "corridor had been seized"},
		{"en", "The ministry claimed that seventy fighters were killed in the raid.", "asserts", "The ministry", "seventy fighters were killed"},
		{"en", "According to border police, the crossing was closed for two days.", "asserts", "border police", "crossing was closed"},
		{"ur", "وزارت کا کہنا ہے کہ سرحدی گزرگاہ دو دن بند رہی۔", "asserts", "وزارت", "گزرگاہ دو دن بند رہی"},
		{"ur", "ترجمان نے دعویٰ کیا کہ چوکی پر قبضہ کر لیا گیا ہے۔", "asserts", "ترجمان", "چوکی پر قبضہ"},
		{"fa", "سخنگوی وزارت گفت که گذرگاه باز است و رفت‌وآمد عادی است.", "asserts", "سخنگوی وزارت", "گذرگاه باز است"},
		{"hi", "प्रवक्ता ने दावा किया कि चौकी पर कब्ज़ा कर लिया गया है।", "asserts", "प्रवक्ता", "चौकी पर"},
		{"ur-Latn", "Tarjuman ne dawa kiya ke chowki par qabza ho gaya hai.", "asserts", "Tarjuman", "chowki par qabza"},
		{"ps", "وزارت وايي چې پوله دوه ورځې تړل شوې وه.", "asserts", "وزارت", "پوله دوه ورځې"},
	} {
		claims := Extract("", c.in, news.Lang{Code: c.lang}, nil)
		if len(claims) != 1 {
			t.Errorf("%s: %d claims in %q", c.lang, len(claims), c.in)
			continue
		}
		got := claims[0]
		if got.Act != c.act || got.Claimant == nil || *got.Claimant != c.claimant || !strings.Contains(got.Text, c.content) {
			t.Errorf("%s: %q: act %s claimant %v text %q", c.lang, c.in, got.Act, got.Claimant, got.Text)
		}
		if runes := []rune(c.in); string(runes[got.Start:got.End]) != got.Text {
			t.Errorf("%s: span %d–%d is not the text", c.lang, got.Start, got.End)
		}
	}
}

func TestNoClaimWhereNothingIsClaimed(t *testing.T) {
	for lang, in := range map[string]string{
		"en": "The spokesman neither confirmed nor denied the report of a clash.",
		"ur": "ترجمان نے خبر کی تصدیق نہیں کی اور تبصرہ نہیں کیا۔",
		"fa": "سخنگو این گزارش را رد نکرد و چیزی بیشتر نگفت.",
		"xx": "Nobody said anything that we could read.",
	} {
		if claims := Extract("", in, news.Lang{Code: lang}, nil); len(claims) != 0 {
			t.Errorf("%s: %q gives %+v", lang, in, claims)
		}
	}
}
