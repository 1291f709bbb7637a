package page

import "strings"

// openings are how lines begin that belong to a page and not to its article.
var openings = []string{
	"read more", "read also", "also read", "read:", "more from", "related:", "related ", "see also", "also see", "share this", "follow us", "sign up", "subscribe",
	"advertisement", "click here", "all rights reserved", "copyright", "posted in", "filed under", "tags:", "tagged", "categories:", "leave a reply",
	"leave a comment", "your email", "photo:", "image:", "photo by", "photograph:", "credit:", "getty images", "download", "watch:", "watch |", "listen to",
	"most popular", "recommended", "skip to", "loading", "updated:", "published:", "last updated", "by submitting", "join our", "get the", "print", "comments",
	"view all", "show more", "more stories", "related articles", "you may also", "you might also", "don't miss", "up next", "next article", "previous article",
	"originally published", "this article was", "this story was", "about the author", "share", "reprints", "source:", "more:", "latest", "trending",
	"mehr zum thema", "lesen sie", "lies auch", "weitere artikel", "weitere informationen", "weiterlesen", "teilen", "foto:", "bild:", "quelle:", "anzeige", "das könnte",
	"auch interessant", "newsletter", "kommentare", "zurück", "zum thema", "ähnliche", "verwandte", "schlagwörter", "alle rechte", "impressum", "datenschutz", "drucken",
	"schon gelesen", "mehr dazu", "siehe auch", "vorschau", "empfohlen", "themen:", "über den autor", "über die autorin", "werbung", "mehr lesen", "jetzt ", "artikel ",
	"lire aussi", "à lire", "partager", "suivez", "abonnez", "crédit", "photo :", "publicité", "tous droits", "articles liés", "voir aussi", "sur le même",
	"leggi anche", "condividi", "iscriviti", "vedi anche", "potrebbe interessarti", "lee también", "lea también", "lea más", "lea:", "leer más", "leé también", "compartir",
	"suscríbete", "te puede interesar", "puedes ver", "mira:", "ver también", "también puede", "no te pierdas", "le puede interesar", "te recomendamos",
	"leia também", "leia mais", "veja também", "compartilhe", "czytaj", "zobacz", "udostępnij", "polecamy", "читайте также", "поделиться", "подписывайтесь", "lees ook", "deel dit",
	"läs även", "les også", "læs også", "čtěte také", "přečtěte si", "haberin devamı", "ayrıca okuyun",
	"یہ بھی پڑھیں", "مزید پڑھیں", "مزید خبریں", "شیئر کریں", "متعلقہ", "اشتہار", "بیشتر بخوانید", "همچنان بخوانید", "مطالب مرتبط", "اخبار مرتبط", "به اشتراک", "خبرهای مرتبط",
	"نور ولولئ", "دا هم ولولئ", "شریکول", "اړوند", "اقرأ أيضا", "اقرأ المزيد", "شارك", "مواضيع ذات صلة", "यह भी पढ़ें", "ये भी पढ़ें", "और पढ़ें", "शेयर करें", "संबंधित",
}

// noticeWords stand in lines that speak to the reader about the page, the outlet or its offers.
var noticeWords = []string{
	"newsletter", "subscri", "sign up", "cookie", "our app", "whatsapp", "telegram", "google news", "follow us", "our youtube", "affiliate", "commission", "privacy policy",
	"terms of", "all rights reserved", "javascript", "your browser", "log in", "sign in", "click here", "donat", "support our", "breaking news", "contact us", "advertis",
	"submit your", "letter to the editor", "opt-out", "abonn", "affiliate-link", "provision", "externe inhalte", "externer inhalt", "externen inhalt", "drittplattform",
	"personenbezogene daten", "einverstanden", "datenschutz", "registrier", "anmelden", "spende", "unterstützen sie", "unterstütze", "inscri", "suscr", "únete", "nuestro canal",
	"iscriviti", "assine", "hacemos periodismo", "@", "http://", "https://", "www.", "facebook", "twitter", "instagram",
	"سبسکرائب", "واٹس ایپ", "فالو کریں", "اشتراک", "کانال تلگرام", "چینل", "सब्सक्राइब", "फॉलो करें", "व्हाट्सएप",
}

// boilerplate reports whether a short lower-case line begins as one of the page's own lines does.
func boilerplate(line string) bool {
	if len(line) > 400 {
		return false
	}
	for _, o := range openings {
		if strings.HasPrefix(line, o) {
			return true
		}
	}
	return false
}

// notices counts the notice words that stand in a lower-case line.
func notices(line string) int {
	n := 0
	for _, w := range noticeWords {
		if strings.Contains(line, w) {
			n++
		}
	}
	return n
}
