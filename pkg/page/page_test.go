package page

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const newsPage = `<!DOCTYPE html><html lang="en-GB"><head>
<title>Crossing reopens after nine days | The Frontier Gazette</title>
<link rel="canonical" href="https://www.gazette.example/border/crossing-reopens?utm_source=x">
<meta property="og:site_name" content="The Frontier Gazette"><meta property="og:image" content="/img/gate.jpg">
<meta name="description" content="Lorries moved again on Thursday morning.">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebPage","name":"x"},
{"@type":"NewsArticle","headline":"Crossing reopens after nine days","datePublished":"2024-05-17T23:30:00+05:00",
"author":[{"@type":"Person","name":"Zarmina Gul"},{"@type":"Person","name":"Imran Shah"}],}]}</script></head>
<body class="single has-sidebar comments-open">
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/pakistan">Pakistan</a></li><li><a href="/afghanistan">Afghanistan</a></li></ul></nav></header>
<main><article><h1>Crossing reopens after nine days</h1>
<div class="byline">By <a rel="author" href="/a/zg">Zarmina Gul</a></div><time datetime="2024-05-17">17 May 2024</time>
<div class="share-buttons"><a href="#">Facebook</a> <a href="#">WhatsApp</a></div>
<div class="entry-content">
<p>The main crossing reopened on Thursday after nine days, and the first lorries loaded with fruit moved before noon, officials on both sides said.</p>
<figure><img src="q.jpg"><figcaption>Lorries wait at the gate. Photo: A. Khan</figcaption></figure>
<h2>What was agreed</h2>
<p>Both sides agreed on three points after talks in the customs house, according to a statement that was read to reporters:</p>
<ul><li>drivers need one paper instead of three;</li><li>fresh goods are cleared first;</li><li>the gate stays open until eight in the evening.</li></ul>
<blockquote><p>“We lost a whole harvest of grapes in this week,” said a trader who had slept in his lorry since the closure began.</p></blockquote>
<p><a href="/x">Also read: Why the gate was closed</a></p>
<p>A spokesman for the ministry denied that the closure had anything to do with the shooting of last week, and called such reports baseless.</p>
</div></article>
<section id="comments"><h3>3 comments</h3><div class="comment"><p>This is what I have been saying for years, they should never have closed it in the first place, and everybody knows why.</p></div></section></main>
<aside class="sidebar"><h3>Most read</h3><ul><li><a href="/1">Snow closes the pass for the season</a></li><li><a href="/2">Wheat prices fall in three provinces</a></li></ul></aside>
<footer><p>© 2024 The Frontier Gazette. All rights reserved.</p></footer></body></html>`

func TestExtractNewsPage(t *testing.T) {
	a, err := Extract([]byte(newsPage), Options{URL: "https://www.gazette.example/border/crossing-reopens?fbclid=1"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"The main crossing reopened on Thursday after nine days, and the first lorries loaded with fruit moved before noon, officials on both sides said.",
		"What was agreed",
		"Both sides agreed on three points after talks in the customs house, according to a statement that was read to reporters:",
		"drivers need one paper instead of three;", "fresh goods are cleared first;", "the gate stays open until eight in the evening.",
		"“We lost a whole harvest of grapes in this week,” said a trader who had slept in his lorry since the closure began.",
		"A spokesman for the ministry denied that the closure had anything to do with the shooting of last week, and called such reports baseless.",
	}
	if d := cmp.Diff(want, strings.Split(a.Text, "\n\n")); d != "" {
		t.Errorf("paragraphs (-want +got):\n%s", d)
	}
	got := []string{a.Title, a.CanonicalURL, a.Published.Format(time.RFC3339), a.PublishedFrom, a.Lang, a.Site, a.Description, a.Image, strings.Join(a.Authors, "+"), strings.Join(a.Flags, "+")}
	meta := []string{"Crossing reopens after nine days", "https://www.gazette.example/border/crossing-reopens", "2024-05-17T23:30:00+05:00", FromJSONLD, "en-GB",
		"The Frontier Gazette", "Lorries moved again on Thursday morning.", "https://www.gazette.example/img/gate.jpg", "Zarmina Gul+Imran Shah", ""}
	if d := cmp.Diff(meta, got); d != "" {
		t.Errorf("what the page says of itself (-want +got):\n%s", d)
	}
}

// regional are short pages in the scripts of the region, with what must come of them.
var regional = []struct {
	name, page, title, text, published, from string
}{
	{"Pashto flash", `<html lang="ps"><head><title>د پولې دروازه بېرته پرانیستل شوه - خبرونه</title></head><body><div class="menu"><a href="/">کور</a> <a href="/n">خبرونه</a></div>
<h1>د پولې دروازه بېرته پرانیستل شوه</h1><span class="date">۲۸ ثور ۱۴۰۳</span><p>چارواکي وايي، د پولې دروازه نن سهار له نهو ورځو وروسته د سوداګرو پر مخ پرانیستل شوه.</p>
<div class="footer">ټول حقونه خوندي دي</div></body></html>`,
		"د پولې دروازه بېرته پرانیستل شوه", "چارواکي وايي، د پولې دروازه نن سهار له نهو ورځو وروسته د سوداګرو پر مخ پرانیستل شوه.", "2024-05-17", FromTime},
	{"Urdu", `<html lang="ur" dir="rtl"><head><meta property="og:title" content="سرحد نو دن بعد کھول دی گئی"><meta charset="utf-8"></head><body><ul class="nav"><li><a href="/">صفحہ اول</a></li></ul>
<div class="story"><h2>سرحد نو دن بعد کھول دی گئی</h2><div class="story-date">۱۷ مئی ۲۰۲۴</div>
<div class="story-text"><p>حکام کے مطابق سرحدی گزرگاہ نو روز کی بندش کے بعد جمعرات کی صبح تجارت کے لیے کھول دی گئی ہے۔</p>
<p>تاجروں کا کہنا ہے کہ بندش کے دوران پھل اور سبزی سے لدے درجنوں ٹرک کھڑے رہے اور لاکھوں روپے کا نقصان ہوا۔</p>
<p><a href="/x">مزید پڑھیں: گزرگاہ کیوں بند کی گئی تھی</a></p></div></div></body></html>`,
		"سرحد نو دن بعد کھول دی گئی", "حکام کے مطابق سرحدی گزرگاہ نو روز کی بندش کے بعد جمعرات کی صبح تجارت کے لیے کھول دی گئی ہے۔\n\nتاجروں کا کہنا ہے کہ بندش کے دوران پھل اور سبزی سے لدے درجنوں ٹرک کھڑے رہے اور لاکھوں روپے کا نقصان ہوا۔", "2024-05-17", FromTime},
	{"Dari", `<html lang="fa-AF"><head><title>گذرگاه مرزی باز شد</title></head><body><h1>گذرگاه مرزی باز شد</h1><p class="meta">کابل - پنجشنبه ۲۷ ثور ۱۴۰۳ ساعت ۰۸:۳۰</p>
<article><p>مقام‌های محلی می‌گویند گذرگاه مرزی پس از نه روز بسته بودن، صبح پنجشنبه به روی کاروان‌های تجارتی باز شد.</p>
<p>بازرگانان می‌گویند در این مدت ده‌ها لاری میوه در دو سوی مرز مانده بود و زیان آن‌ها به میلیون‌ها افغانی می‌رسد.</p></article></body></html>`,
		"گذرگاه مرزی باز شد", "مقام‌های محلی می‌گویند گذرگاه مرزی پس از نه روز بسته بودن، صبح پنجشنبه به روی کاروان‌های تجارتی باز شد.\n\nبازرگانان می‌گویند در این مدت ده‌ها لاری میوه در دو سوی مرز مانده بود و زیان آن‌ها به میلیون‌ها افغانی می‌رسد.", "2024-05-16", FromText},
	{"Hindi", `<html lang="hi"><head><title>नौ दिन बाद खुली सीमा चौकी</title></head><body><h1>नौ दिन बाद खुली सीमा चौकी</h1><span class="publish-time">१७ मई २०२४</span>
<div class="article-body"><p>अधिकारियों के अनुसार नौ दिन की बंदी के बाद गुरुवार सुबह सीमा चौकी को व्यापार के लिए फिर से खोल दिया गया।</p></div></body></html>`,
		"नौ दिन बाद खुली सीमा चौकी", "अधिकारियों के अनुसार नौ दिन की बंदी के बाद गुरुवार सुबह सीमा चौकी को व्यापार के लिए फिर से खोल दिया गया।", "2024-05-17", FromTime},
}

func TestExtractRegionalPages(t *testing.T) {
	for _, c := range regional {
		a, err := Extract([]byte(c.page), Options{URL: "https://news.example/1"})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		published := ""
		if a.Published != nil {
			published = a.Published.Format("2006-01-02")
		}
		if d := cmp.Diff([]string{c.title, c.text, c.published, c.from}, []string{a.Title, a.Text, published, a.PublishedFrom}); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

func TestOldCharset(t *testing.T) {
	line := "\xc3\xda\xe1\xe4 \xc7\xe1\xe3\xd3\xc4\xe6\xe1\xe6\xe4 \xdd\xca\xcd \xc7\xe1\xe3\xda\xc8\xd1 \xc7\xe1\xcd\xcf\xe6\xcf\xed \xc3\xe3\xc7\xe3 \xc7\xe1\xd4\xc7\xcd\xe4\xc7\xca \xc8\xda\xcf \xca\xd3\xda\xc9 \xc3\xed\xc7\xe3 \xe3\xe4 \xc7\xe1\xc5\xdb\xe1\xc7\xde." // in windows-1256
	page := `<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256"></head><body><p>` + line + "</p></body></html>"
	a, err := Extract([]byte(page), Options{})
	if err != nil || a.Text != "أعلن المسؤولون فتح المعبر الحدودي أمام الشاحنات بعد تسعة أيام من الإغلاق." {
		t.Errorf("%+v, error %v", a, err)
	}
}

func TestFlags(t *testing.T) {
	para := "<p>" + sentence + "</p>"
	long := strings.Repeat(para, 3)
	ld := func(s string) string { return `<script type="application/ld+json">` + s + `</script>` }
	for _, c := range []struct{ name, page, flag string }{
		{"short", string(wrap("<h1>Gate open</h1>" + para)), FlagShort},
		{"paywall in JSON-LD", string(wrap(ld(`{"@type":"NewsArticle","isAccessibleForFree":"False"}`) + long)), FlagPaywall},
		{"paywall in metadata", string(wrap(`<meta property="article:content_tier" content="locked">` + long)), FlagPaywall},
		{"paywall on the page", string(wrap(long + `<div class="paywall"><p>Subscribe to go on reading</p></div>`)), FlagPaywall},
		{"mobile variant", strings.Replace(string(wrap(long)), "<html ", "<html amp ", 1), FlagAMP},
		{"text in metadata only", string(wrap(ld(`{"@type":"NewsArticle","articleBody":"` + sentence + `\n` + sentence + `"}`))), FlagMetadata},
		{"no text", string(wrap("")), FlagNoText},
		{"cookie wall", string(wrap("<div><p>We and our partners use cookies to store and access data on a device, and need your consent before the page is shown.</p></div>")), FlagCookieWall},
		{"further pages", strings.Replace(string(wrap(long)), "<title>", `<link rel="next" href="https://example.org/a?page=2"><title>`, 1), FlagMultiPage},
	} {
		a, err := Extract([]byte(c.page), Options{URL: "https://example.org/a"})
		if err != nil || !slices.Contains(a.Flags, c.flag) {
			t.Errorf("%s: %+v, error %v", c.name, a, err)
		}
	}
	a, err := Extract(wrap(strings.Repeat(long, 4)), Options{})
	if err != nil || len(a.Flags) > 0 {
		t.Errorf("a plain page has the flags %v, error %v", a.Flags, err)
	}
}

func TestCanonicalStaysOnTheSite(t *testing.T) {
	for _, c := range []struct{ page, says, want string }{
		{"https://www.paper.example/a", "https://paper.example/b", "https://paper.example/b"},
		{"https://m.paper.com.pk/a", "https://www.paper.com.pk/b", "https://www.paper.com.pk/b"},
		{"https://paper.com.pk/a", "https://other.com.pk/b", ""},
		{"https://paper.example/a", "https://other.example/a", ""},
		{"https://paper.example/a", "/b?utm_source=x", "https://paper.example/b"},
		{"https://paper.example/a", "https://paper.example/", ""},
		{"https://paper.example/a", "javascript:alert(1)", ""},
		{"https://a.example.org/x", "https://evil.org/x", ""},
		{"https://192.0.2.1/a", "https://198.0.2.1/a", ""},
	} {
		a, err := Extract(wrap(`<link rel="canonical" href="`+c.says+`"><p>`+sentence+`</p>`), Options{URL: c.page})
		if err != nil || a.CanonicalURL != c.want {
			t.Errorf("%s says %s: %q, want %q, error %v", c.page, c.says, a.CanonicalURL, c.want, err)
		}
	}
}

func TestPublishedDay(t *testing.T) {
	for _, c := range []struct{ name, url, head, body, want, from string }{
		{"the shown day moves an instant in UTC", "", `<meta property="article:published_time" content="2024-05-16T20:30:00Z">`, `<time class="published">17 May 2024</time>`, "2024-05-17T00:30:00+04:00", FromMeta},
		{"so does the address", "https://example.org/2024/05/17/gate", `<meta property="article:published_time" content="2024-05-16T20:30:00Z">`, "", "2024-05-17T00:30:00+04:00", FromMeta},
		{"an offset of its own stays", "https://example.org/2024/05/17/gate", `<meta property="article:published_time" content="2024-05-16T20:30:00+05:00">`, "", "2024-05-16T20:30:00+05:00", FromMeta},
		{"the address", "https://example.org/2024/05/17/gate", "", "", "2024-05-17T00:00:00Z", FromURL},
		{"the order of day and month by the shown date", "", `<meta name="pubdate" content="06/05/2024">`, "<time>6 May 2024</time>", "2024-05-06T00:00:00Z", FromMeta},
		{"a script of the page", "", `<script>window.state = {"publishedAt":"2024-05-17T08:00:00+05:00"}</script>`, "", "2024-05-17T08:00:00+05:00", FromMeta},
		{"the dateline of the text", "", "", "<p>Peshawar, 17 May 2024 – " + sentence + "</p>", "2024-05-17T00:00:00Z", FromText},
	} {
		page := "<html lang=en-GB><head><title>Gate open</title>" + c.head + "</head><body><h1>Gate open</h1>" + c.body + "<p>" + sentence + "</p></body></html>"
		a, err := Extract([]byte(page), Options{URL: c.url})
		if err != nil || a.Published == nil {
			t.Errorf("%s: %+v, error %v", c.name, a, err)
			continue
		}
		if got := a.Published.Format(time.RFC3339); got != c.want || a.PublishedFrom != c.from {
			t.Errorf("%s: %s from %s, want %s from %s", c.name, got, a.PublishedFrom, c.want, c.from)
		}
	}
}

func TestTextThatWaitsForAScript(t *testing.T) {
	for _, around := range [][2]string{{"<script type='text/template'>", "</script>"}, {"<noscript>", "</noscript>"}} {
		page := wrap("<div class=post-content>" + around[0] + "<p>" + sentence + "</p><p>" + sentence + " So it is.</p>" + around[1] + "</div>")
		a, err := Extract(page, Options{})
		if err != nil || strings.Count(a.Text, sentence) != 2 {
			t.Errorf("in %s: %+v, error %v", around[0], a, err)
		}
	}
}

func TestErrorsAreNamed(t *testing.T) {
	_, err := Extract([]byte("<html><body></body></html>"), Options{})
	if !errors.Is(err, ErrNoText) {
		t.Errorf("error %v", err)
	}
}
