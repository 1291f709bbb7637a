package page

import "strings"

// openings are how lines begin that belong to a page and not to its article.
var openings = []string{
	"read more", "read also", "also read", "more from", "related:", "related stories", "see also", "share this", "follow us", "sign up", "subscribe",
	"advertisement", "click here", "all rights reserved", "copyright", "posted in", "filed under", "tags:", "tagged", "categories:", "leave a reply",
	"leave a comment", "your email", "photo:", "image:", "photo by", "photograph:", "credit:", "getty images", "download", "watch:", "listen to", "most popular", "recommended",
	"skip to", "loading", "updated:", "published:", "last updated", "by submitting", "join our", "get the", "print", "comments", "view all", "show more", "more stories",
	"mehr zum thema", "lesen sie", "weitere artikel", "weitere informationen", "weiterlesen", "teilen", "foto:", "bild:", "quelle:", "anzeige", "das könnte",
	"auch interessant", "newsletter", "kommentare", "zurück", "zum thema", "ähnliche", "verwandte", "schlagwörter", "alle rechte", "impressum", "datenschutz", "drucken",
	"lire aussi", "à lire", "partager", "suivez", "abonnez", "crédit", "photo :", "publicité", "tous droits", "articles liés", "voir aussi",
	"leggi anche", "condividi", "iscriviti", "lee también", "leer más", "compartir", "suscríbete", "te puede interesar", "leia também", "czytaj", "zobacz", "udostępnij",
	"читайте также", "поделиться", "подписывайтесь", "lees ook", "deel dit",
	"یہ بھی پڑھیں", "مزید پڑھیں", "مزید خبریں", "شیئر کریں", "بیشتر بخوانید", "همچنان بخوانید", "مطالب مرتبط", "اخبار مرتبط", "به اشتراک", "نور ولولئ", "دا هم ولولئ", "شریکول",
	"اقرأ أيضا", "اقرأ المزيد", "شارك", "यह भी पढ़ें", "ये भी पढ़ें", "और पढ़ें", "शेयर करें",
}

// boilerplate reports whether a short line begins as one of the page's own lines does.
func boilerplate(s string) bool {
	if len(s) > 400 {
		return false
	}
	s = strings.ToLower(s)
	for _, o := range openings {
		if strings.HasPrefix(s, o) {
			return true
		}
	}
	return false
}
