package page

import "strings"

// hint is what the class and id of an element say of its part in a page.
type hint uint32

const (
	hintBody    hint = 1 << iota // the article's text
	hintContent                  // something with content
	hintComment
	hintRelated // other articles
	hintShare
	hintNav
	hintSide
	hintFoot
	hintHead
	hintAd
	hintForm // newsletter, login, search
	hintConsent
	hintMeta // tags, categories, counts
	hintDate
	hintAuthor
	hintTitle
	hintCaption
	hintBio
	hintHidden
	hintWall
	hintBox  // fact boxes, tables of contents, widgets
	hintLead // standfirst
)

// words are the parts of class names and ids, and what each says.
var words = map[string]hint{
	"articlebody": hintBody, "storybody": hintBody, "entrycontent": hintBody, "postcontent": hintBody, "articlecontent": hintBody,
	"articletext": hintBody, "postbody": hintBody, "newstext": hintBody, "bodytext": hintBody, "storytext": hintBody,
	"maincontent": hintContent, "fulltext": hintBody, "richtext": hintBody, "wysiwyg": hintBody, "prose": hintBody, "bodycopy": hintBody,
	"copytext": hintBody, "storycontent": hintBody, "newsbody": hintBody, "articledetail": hintBody, "textbody": hintBody,
	"article": hintContent, "story": hintContent, "entry": hintContent, "post": hintContent, "content": hintContent, "text": hintContent,
	"main": hintContent, "artikel": hintContent, "beitrag": hintContent, "inhalt": hintContent, "single": hintContent, "blog": hintContent,
	"paragraph": hintBody, "absatz": hintBody, "fliesstext": hintBody,

	"comment": hintComment, "comments": hintComment, "commentlist": hintComment, "disqus": hintComment, "respond": hintComment,
	"reply": hintComment, "replies": hintComment, "discussion": hintComment, "kommentar": hintComment, "kommentare": hintComment,
	"commentaires": hintComment, "commentaire": hintComment, "comentarios": hintComment, "commenti": hintComment, "reactions": hintComment,
	"forum": hintComment, "trackback": hintComment, "pingback": hintComment, "leserbriefe": hintComment,

	"related": hintRelated, "recommended": hintRelated, "recommend": hintRelated, "recommendation": hintRelated, "recommendations": hintRelated,
	"teaser": hintRelated, "teasers": hintRelated, "similar": hintRelated, "popular": hintRelated, "trending": hintRelated, "latest": hintRelated,
	"mostread": hintRelated, "outbrain": hintRelated, "taboola": hintRelated, "readmore": hintRelated, "more": hintRelated, "mehr": hintRelated,
	"relatedposts": hintRelated, "yarpp": hintRelated, "jp": hintRelated, "alsoread": hintRelated, "recirculation": hintRelated,
	"recent": hintRelated, "carousel": hintRelated, "card": hintRelated, "cards": hintRelated, "ticker": hintRelated, "promo": hintRelated,
	"featured": 0, "crp": hintRelated, "upnext": hintRelated, "adjacent": hintRelated, "previous": hintRelated, "linklist": hintRelated, "linkbox": hintRelated,
	"recommendedarticles": hintRelated, "relatedarticles": hintRelated, "verwandte": hintRelated, "weitere": hintRelated, "interest": hintRelated,

	"share": hintShare, "sharing": hintShare, "social": hintShare, "sharedaddy": hintShare, "facebook": hintShare, "twitter": hintShare,
	"whatsapp": hintShare, "addthis": hintShare, "addtoany": hintShare, "follow": hintShare, "sharebar": hintShare, "socialmedia": hintShare,
	"shariff": hintShare, "likes": hintShare, "like": hintShare, "sociable": hintShare, "teilen": hintShare, "shares": hintShare, "vote": hintShare,
	"rating": hintShare, "ratings": hintShare, "print": hintShare, "toolbar": hintShare, "tools": hintShare, "feedback": hintShare, "bewertung": hintShare,

	"nav": hintNav, "navi": hintNav, "navigation": hintNav, "menu": hintNav, "breadcrumb": hintNav, "breadcrumbs": hintNav, "pagination": hintNav,
	"pager": hintNav, "navbar": hintNav, "topbar": hintNav, "skip": hintNav, "pagenav": hintNav, "navlinks": hintNav, "submenu": hintNav,
	"brotkrumen": hintNav, "crumbs": hintNav, "metanav": hintNav, "jump": hintNav, "paging": hintNav,

	"sidebar": hintSide, "aside": hintSide, "rail": hintSide, "secondary": hintSide, "sidecolumn": hintSide, "marginal": hintSide, "marginalspalte": hintSide,
	"footer": hintFoot, "copyright": hintFoot, "legal": hintFoot, "impressum": hintFoot, "colophon": hintFoot, "foot": hintFoot,
	"header": hintHead, "masthead": hintHead, "logo": hintHead, "banner": hintAd,

	"ad": hintAd, "ads": hintAd, "advert": hintAd, "advertisement": hintAd, "advertising": hintAd, "sponsor": hintAd, "sponsored": hintAd,
	"promoted": hintAd, "dfp": hintAd, "anzeige": hintAd, "werbung": hintAd, "adsbygoogle": hintAd, "affiliate": hintAd, "promotion": hintAd, "cta": hintAd,
	"shop": hintAd, "product": 0, "partner": hintAd, "publicidad": hintAd, "pub": hintAd,

	"newsletter": hintForm, "subscribe": hintForm, "subscription": hintForm, "signup": hintForm, "login": hintForm, "register": hintForm,
	"search": hintForm, "searchform": hintForm, "form": hintForm, "donate": hintForm, "donation": hintForm, "abo": hintForm, "optin": hintForm,
	"mailchimp": hintForm, "mailing": hintForm, "contact": hintForm, "kontakt": hintForm, "spenden": hintForm,

	"cookie": hintConsent, "cookies": hintConsent, "consent": hintConsent, "gdpr": hintConsent, "privacy": hintConsent, "popup": hintConsent,
	"modal": hintConsent, "overlay": hintConsent, "lightbox": hintConsent, "cmp": hintConsent, "onetrust": hintConsent, "dialog": hintConsent,

	"meta": hintMeta, "tags": hintMeta, "tag": hintMeta, "category": hintMeta, "categories": hintMeta, "keywords": hintMeta, "topics": hintMeta,
	"tagcloud": hintMeta, "taglist": hintMeta, "postmeta": hintMeta, "entrymeta": hintMeta, "postmetadata": hintMeta, "metadata": hintMeta, "schlagworte": hintMeta,
	"kicker": hintMeta, "topline": hintMeta, "overline": hintMeta, "roofline": hintMeta, "supertitle": hintMeta, "pretitle": hintMeta, "spitzmarke": hintMeta, "eyebrow": hintMeta, "dachzeile": hintMeta, "readingtime": hintMeta, "stats": hintMeta, "count": hintMeta,

	"date": hintDate, "time": hintDate, "published": hintDate, "pubdate": hintDate, "timestamp": hintDate, "datum": hintDate, "posted": hintDate,
	"dateline": hintDate, "publish": hintDate, "updated": hintDate, "datetime": hintDate, "fecha": hintDate, "postdate": hintDate, "created": hintDate, "day": hintDate,
	"author": hintAuthor, "authors": hintAuthor, "byline": hintAuthor, "autor": hintAuthor, "writer": hintAuthor, "vcard": hintAuthor, "auteur": hintAuthor,
	"headline": hintTitle, "title": hintTitle, "heading": hintTitle, "titel": hintTitle, "titre": hintTitle, "ueberschrift": hintTitle,

	"caption": hintCaption, "credit": hintCaption, "credits": hintCaption, "figcaption": hintCaption, "gallery": hintCaption, "slideshow": hintCaption,
	"bildunterschrift": hintCaption, "captiontext": hintCaption, "bu": hintCaption, "legende": hintCaption, "imagecaption": hintCaption, "photocredit": hintCaption,
	"bio": hintBio, "authorbox": hintBio, "aboutauthor": hintBio, "authorinfo": hintBio, "authorbio": hintBio, "biography": hintBio, "profile": hintBio, "autorenbox": hintBio,
	"hidden": hintHidden, "sr": hintHidden, "visuallyhidden": hintHidden, "noprint": hintHidden, "offscreen": hintHidden, "invisible": hintHidden, "noscript": hintHidden,
	"paywall": hintWall, "premium": hintWall, "piano": hintWall, "locked": hintWall, "regwall": hintWall,
	"infobox": hintBox, "factbox": hintBox, "widget": hintBox, "widgets": hintBox, "toc": hintBox, "textwidget": hintBox, "box": hintBox, "module": 0, "infokasten": hintBox,
	"lead": hintLead, "standfirst": hintLead, "teasertext": hintLead, "excerpt": hintLead, "summary": hintLead, "intro": hintLead, "subtitle": hintLead,
	"dek": hintLead, "deck": hintLead, "subheadline": hintLead, "lede": hintLead, "vorspann": hintLead, "chapo": hintLead, "abstract": hintLead,
}

// pairs are two neighbouring words of one class name that together say more.
var pairs = map[[2]string]hint{
	{"article", "body"}: hintBody, {"story", "body"}: hintBody, {"entry", "content"}: hintBody, {"post", "content"}: hintBody,
	{"article", "content"}: hintBody, {"article", "text"}: hintBody, {"post", "body"}: hintBody, {"news", "text"}: hintBody,
	{"content", "body"}: hintBody, {"body", "text"}: hintBody, {"story", "content"}: hintBody, {"body", "content"}: hintBody, {"news", "body"}: hintBody,
	{"news", "content"}: hintBody, {"post", "text"}: hintBody, {"article", "detail"}: hintBody, {"news", "detail"}: hintBody, {"main", "text"}: hintBody,
	{"rich", "text"}: hintBody, {"body", "copy"}: hintBody, {"field", "body"}: hintBody, {"story", "text"}: hintBody, {"single", "content"}: hintBody,
	{"theme", "content"}: hintBody, {"text", "body"}: hintBody, {"entry", "text"}: hintBody, {"ce", "bodytext"}: hintBody, {"detail", "text"}: hintBody,
	{"screen", "reader"}: hintHidden, {"sr", "only"}: hintHidden, {"visually", "hidden"}: hintHidden, {"most", "read"}: hintRelated,
	{"read", "more"}: hintRelated, {"read", "also"}: hintRelated, {"also", "read"}: hintRelated, {"about", "author"}: hintBio, {"author", "box"}: hintBio,
	{"author", "bio"}: hintBio, {"author", "info"}: hintBio, {"wp", "caption"}: hintCaption, {"fact", "box"}: hintBox, {"info", "box"}: hintBox,
	{"image", "credit"}: hintCaption, {"reading", "time"}: hintMeta, {"read", "time"}: hintMeta, {"entry", "meta"}: hintMeta, {"post", "meta"}: hintMeta,
	{"entry", "date"}: hintDate, {"post", "date"}: hintDate, {"you", "may"}: hintRelated, {"link", "list"}: hintRelated, {"sign", "up"}: hintForm,
}

// roots are beginnings that mark a word which is not listed whole.
var roots = []struct {
	prefix string
	hint   hint
}{
	{"comment", hintComment}, {"kommentar", hintComment}, {"related", hintRelated}, {"recommend", hintRelated}, {"newsletter", hintForm},
	{"sidebar", hintSide}, {"breadcrumb", hintNav}, {"navig", hintNav}, {"social", hintShare}, {"cookie", hintConsent}, {"footer", hintFoot},
	{"articlebod", hintBody}, {"share", hintShare}, {"teaser", hintRelated}, {"advert", hintAd}, {"banner", hintAd}, {"menu", hintNav},
	{"caption", hintCaption}, {"author", hintAuthor}, {"paywall", hintWall}, {"sponsor", hintAd}, {"subscri", hintForm},
}

// classes remembers what class names and ids say, because a page repeats them.
type classes map[string]hint

// of answers for the value of one class or id attribute.
func (c classes) of(value string) hint {
	if value == "" {
		return 0
	}
	h, known := c[value]
	if !known {
		h = classify(value)
		c[value] = h
	}
	return h
}

// classify splits a value at everything but letters and at lower-to-upper case, and adds up what the words say.
func classify(value string) hint {
	if len(value) > 1000 {
		value = value[:1000]
	}
	var h hint
	for _, name := range strings.Fields(value) {
		last := ""
		for _, w := range split(name) {
			h |= lookup(w) | pairs[[2]string{last, w}]
			last = w
		}
	}
	return h
}

func lookup(w string) hint {
	if h, known := words[w]; known {
		return h
	}
	for _, r := range roots {
		if strings.HasPrefix(w, r.prefix) {
			return r.hint
		}
	}
	return 0
}

// split answers the lower-case words of one class name: artBody-text_2 is art, body, text.
func split(name string) []string {
	var out []string
	start, lower := -1, false
	for i := 0; i <= len(name); i++ {
		var c byte
		if i < len(name) {
			c = name[i]
		}
		isLower, isUpper := c >= 'a' && c <= 'z' || c >= 0x80, c >= 'A' && c <= 'Z'
		if start >= 0 && (!isLower && !isUpper || lower && isUpper) {
			out = append(out, strings.ToLower(name[start:i]))
			start = -1
		}
		if start < 0 && (isLower || isUpper) {
			start = i
		}
		lower = isLower
	}
	return out
}
