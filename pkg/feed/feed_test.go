package feed

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sarhad-desk/sarhad/pkg/news"
)

func mustParse(t *testing.T, doc string, o Options) *Feed {
	t.Helper()
	f, err := Parse([]byte(doc), o)
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return f
}

func utc(y int, m time.Month, d, h, min, s int) *time.Time {
	t := time.Date(y, m, d, h, min, s, 0, time.UTC)
	return &t
}

func TestRSS(t *testing.T) {
	doc := `<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel>
 <title>Valley Post &amp; Courier</title><link>https://valley.example/</link><language> ur-PK </language>
 <ttl>45</ttl><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
 <skipHours><hour>24</hour><hour>3</hour><hour>x</hour></skipHours>
 <item>
  <title>Snow &lt;b&gt;closes&lt;/b&gt; the pass</title><link>/news/1?utm_source=rss</link><guid isPermaLink="false">p-1</guid>
  <description><![CDATA[<p>Trucks wait.</p>]]></description><content:encoded><![CDATA[<p>Trucks wait at the gate.</p>]]></content:encoded>
  <dc:creator>Gul Rehman</dc:creator><dc:creator>Asma Bibi</dc:creator><category>Roads</category><category>Roads</category><category>Winter</category>
  <pubDate>Tue, 03 Feb 2026 18:30 PKT</pubDate>
  <enclosure url="https://valley.example/a.jpg" type="image/jpeg" length="1"/><media:group><media:content url="/b.jpg"/></media:group>
 </item>
 <item><guid>https://valley.example/news/2</guid><title>Second</title></item>
</channel></rss>`
	f := mustParse(t, doc, Options{URL: "https://valley.example/feed.xml"})
	want := []news.Entry{
		{
			GUID: "p-1", URL: "https://valley.example/news/1?utm_source=rss", Title: "Snow closes the pass",
			Summary: "<p>Trucks wait.</p>", Content: "<p>Trucks wait at the gate.</p>",
			Authors: []string{"Gul Rehman", "Asma Bibi"}, Categories: []string{"Roads", "Winter"},
			Media:     []string{"https://valley.example/a.jpg", "https://valley.example/b.jpg"},
			Published: utc(2026, 2, 3, 13, 30, 0),
		},
		{GUID: "https://valley.example/news/2", URL: "https://valley.example/news/2", Title: "Second", Authors: []string{}, Categories: []string{}, Media: []string{}},
	}
	for i := range want {
		want[i].ID = news.ID("", want[i])
	}
	if d := cmp.Diff(want, f.Entries); d != "" {
		t.Errorf("entries (-want +got):\n%s", d)
	}
	f.Entries = nil
	head := &Feed{Format: "rss", Title: "Valley Post & Courier", Link: "https://valley.example/", Language: "ur-PK", TTL: 45 * time.Minute, SkipHours: []int{0, 3}}
	if d := cmp.Diff(head, f); d != "" {
		t.Errorf("feed (-want +got):\n%s", d)
	}
}

func TestAtomResolvesAgainstItsBases(t *testing.T) {
	doc := `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ps" xml:base="https://a.example/blog/index.html">
<title type="html">A &amp;amp; B</title><link href="/"/><author><name>The desk</name></author>
<entry xml:base="2026/feb.html"><id>tag:a.example,2026:1</id><title>One</title>
 <link rel="alternate" type="application/pdf" href="one.pdf"/><link rel="alternate" type="text/html" href="one"/>
 <link rel="enclosure" href="one.mp3"/><updated>2026-02-03T10:00:00+04:30</updated></entry>
</feed>`
	f := mustParse(t, doc, Options{})
	e := f.Entries[0]
	if f.Format != "atom" || f.Title != "A & B" || f.Language != "ps" || f.Link != "https://a.example/" {
		t.Errorf("feed = %+v", f)
	}
	if e.URL != "https://a.example/blog/2026/one" || e.Media[0] != "https://a.example/blog/2026/one.mp3" {
		t.Errorf("url %q, media %q", e.URL, e.Media)
	}
	if e.Published != nil || !e.Updated.Equal(*utc(2026, 2, 3, 5, 30, 0)) || !cmp.Equal(e.Authors, []string{"The desk"}) {
		t.Errorf("published %v, updated %v, authors %q", e.Published, e.Updated, e.Authors)
	}
}

func TestAVideoChannel(t *testing.T) {
	doc := `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><title>Channel</title>
<entry><id>v:1</id><title>The pass in winter</title><link rel="alternate" href="https://v.example/watch?v=1"/><published>2026-02-03T10:00:00+00:00</published>
<media:group><media:content url="https://v.example/v/1"/><media:thumbnail url="https://v.example/1.jpg"/><media:description>Snow, and the road.</media:description></media:group></entry></feed>`
	e := mustParse(t, doc, Options{}).Entries[0]
	if e.Summary != "Snow, and the road." || len(e.Media) != 2 || e.URL != "https://v.example/watch?v=1" {
		t.Errorf("%+v", e)
	}
}

func TestFormats(t *testing.T) {
	for _, c := range []struct{ name, doc, format, title, url string }{
		{"rdf", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item><title>T</title><link>http://x.example/1</link></item></rdf:RDF>`, "rdf", "T", "http://x.example/1"},
		{"atom of one entry", `<entry xmlns="http://www.w3.org/2005/Atom"><title>T</title><link href="http://x.example/1"/></entry>`, "atom", "T", "http://x.example/1"},
		{"atom with items", `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><item><title>T</title><link href="http://x.example/1"/></item></feed>`, "atom", "T", "http://x.example/1"},
		{"cdf", `<CHANNEL BASE="http://x.example/"><ITEM HREF="1"><TITLE>T</TITLE></ITEM></CHANNEL>`, "rss", "T", "http://x.example/1"},
		{"json", `{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{"id":7,"title":"T","url":"http://x.example/1"}]}`, "json", "T", "http://x.example/1"},
		{"news sitemap", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>http://x.example/1</loc><n:news><n:publication><n:name>P</n:name><n:language>fa</n:language></n:publication><n:publication_date>2026-02-03</n:publication_date><n:title>T</n:title></n:news></url></urlset>`, "newssitemap", "T", "http://x.example/1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := mustParse(t, c.doc, Options{})
			if f.Format != c.format || len(f.Entries) != 1 {
				t.Fatalf("format %q with %d entries", f.Format, len(f.Entries))
			}
			if e := f.Entries[0]; e.Title != c.title || e.URL != c.url {
				t.Errorf("entry %q at %q", e.Title, e.URL)
			}
		})
	}
}

func TestSitemapIndex(t *testing.T) {
	f := mustParse(t, `<sitemapindex><sitemap><loc>/a.xml</loc><lastmod>2026-02-03</lastmod></sitemap></sitemapindex>`, Options{URL: "https://x.example/s.xml"})
	if f.Format != FormatSitemapIndex || len(f.Sitemaps) != 1 || f.Sitemaps[0].URL != "https://x.example/a.xml" || f.Sitemaps[0].Modified == nil {
		t.Errorf("%+v", f)
	}
}

// item is a minimal RSS item.
func item(n string) string {
	return "<item><title>T" + n + "</title><link>http://x.example/" + n + "</link></item>"
}

func rssOf(body string) string { return `<rss version="2.0"><channel>` + body + `</channel></rss>` }

func TestBrokenFeedsAreReadAsFarAsTheyGo(t *testing.T) {
	two := item("1") + item("2")
	for _, c := range []struct {
		name, doc string
		entries   int
		first     string // title of the first entry
		kind      Kind
		reason    string // contained in the error
	}{
		{"undeclared entity", rssOf(`<item><title>a&nbsp;b &eacute;t&eacute;</title></item>`), 1, "a b été", Malformed, "entity &nbsp;"},
		{"bare ampersand", rssOf(`<item><title>Q & A</title><link>http://x.example/?a=1&b=2</link></item>`), 1, "Q & A", Malformed, "ampersand"},
		{"control characters", rssOf("<item><title>a\x01\x0bb\ufffe</title></item>"), 1, "ab", Malformed, "does not allow"},
		{"reference to nothing", rssOf(`<item><title>a&#0;b&#x1F;c</title></item>`), 1, "abc", Malformed, "reference"},
		{"html inside", rssOf(`<item><title>T1</title><description>one<br>two<p>three</description></item>` + item("2")), 2, "T1", Malformed, "<p> is not closed"},
		{"stray end tag", rssOf(`<item><title>T1</b></title></item>` + item("2")), 2, "T1", Malformed, "closes nothing"},
		{"item never closed", rssOf(`<item><title>T1</title><item><title>T2</title></item>`), 2, "T1", Malformed, "not closed before the next"},
		{"title never closed", rssOf(`<item><title>T1<link>http://x.example/1</link></item>` + item("2")), 2, "T1 http://x.example/1", Malformed, "not closed"},
		{"a < b", rssOf(`<item><title>3 < 4 <5</title></item>`), 1, "3 < 4 <5", Malformed, "begins no tag"},
		{"unquoted attribute", rssOf(`<item><title>T1</title><enclosure url=http://x.example/a.mp3 type=audio/mpeg/></item>`), 1, "T1", Malformed, "without quotes"},
		{"double hyphen in a comment", rssOf(`<!-- a -- b -->` + two), 2, "T1", "", ""},
		{"text before", "<b>Warning</b>: something in line 3\n" + rssOf(two), 2, "T1", Malformed, "before the feed"},
		{"declaration late", "\n\n<?xml version=\"1.0\"?>" + rssOf(two), 2, "T1", "", ""},
		{"wrong version", "<?xml version=\"1.1\"?>" + rssOf(two), 2, "T1", "", ""},
		{"case", `<rss><channel><Item><Title>T1</title></Item></channel></rss>`, 1, "T1", "", ""},
		{"cut between entries", `<rss><channel>` + two, 2, "T1", Cut, "inside <channel>"},
		{"cut inside a title", `<rss><channel>` + two + `<item><title>T`, 2, "T1", Cut, "inside <title>"},
		{"cut inside an address", `<rss><channel>` + item("1") + `<item><title>T2</title><link>http://x.example/21`, 1, "T1", Cut, "inside <link>"},
		{"cut behind an address", `<rss><channel>` + item("1") + `<item><link>http://x.example/2</link><description>lo`, 2, "T1", Cut, "inside <description>"},
		{"cut inside a tag", `<rss><channel>` + item("1") + `<item><link>http://x.example/2</link><enclosure url="ht`, 2, "T1", Cut, "inside a tag"},
		{"cut inside character data", `<rss><channel>` + item("1") + `<item><title><![CDATA[half`, 1, "T1", Cut, "inside a tag"},
		{"cut inside an entity", `<rss><channel>` + item("1") + `<item><title>half&am`, 1, "T1", Cut, "inside <title>"},
		{"json cut", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"T1"},{"id":"2","ti`, 1, "T1", Cut, "ends before"},
		{"json item of a wrong type", `{"items":[{"id":"1","title":["x"]},{"id":"2","title":"T2"},null]}`, 1, "T2", Malformed, "does not read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Parse([]byte(c.doc), Options{})
			if len(f.Entries) != c.entries {
				t.Fatalf("%d entries, want %d (%v)", len(f.Entries), c.entries, err)
			}
			if f.Entries[0].Title != c.first {
				t.Errorf("first title %q, want %q", f.Entries[0].Title, c.first)
			}
			checkError(t, err, c.kind, c.reason)
		})
	}
}

func checkError(t *testing.T, err error, kind Kind, reason string) {
	t.Helper()
	if kind == "" {
		if err != nil {
			t.Errorf("error %v", err)
		}
		return
	}
	var e *Error
	if !errors.As(err, &e) || e.Kind != kind || !strings.Contains(e.Reason, reason) {
		t.Errorf("error %v, want %s with %q", err, kind, reason)
	}
}

func TestWhatIsNoFeedIsNamed(t *testing.T) {
	for _, c := range []struct{ name, doc, reason string }{
		{"nothing", "", "empty"},
		{"white space", " \n\t ", "empty"},
		{"zero bytes", "\x00\x00\x00\x00", "empty"},
		{"a page", "<!DOCTYPE html><html><body><p>News</p></body></html>", "HTML page"},
		{"a captcha", "<html><head><title>Just a moment...</title></head><body>cf-chl</body></html>", "captcha"},
		{"a page that shows a feed", "<html><body><rss><channel><item/></channel></rss></body></html>", "HTML page"},
		{"other xml", "<opml><body/></opml>", `"opml"`},
		{"plain text", "Service unavailable", "neither"},
		{"ordinary sitemap", "<urlset><url><loc>http://x.example/</loc></url></urlset>", "without news tags"},
		{"other json", `{"error":"no such feed"}`, "no JSON Feed"},
		{"json list", `[1,2]`, "no JSON Feed"},
		{"a comment", "<!-- nothing here", "neither"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Parse([]byte(c.doc), Options{})
			if f.Format != "" || len(f.Entries) != 0 {
				t.Errorf("format %q, %d entries", f.Format, len(f.Entries))
			}
			checkError(t, err, NotFeed, c.reason)
		})
	}
}

func TestTitlesArePlain(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{"<![CDATA[<b>Bold</b> &amp; <i>slanted</i>]]>", "Bold & slanted"},
		{"a\n  b\t c", "a b c"},
		{"Files\u202egpj.exe", "Filesgpj.exe"},
		{"\u2067قومی\u2069 خبر", "قومی خبر"},
		{"می‌شود", "می‌شود"},
		{"AT&amp;amp;T", "AT&T"},
	} {
		f, _ := Parse([]byte(rssOf("<item><title>"+c.raw+"</title></item>")), Options{})
		if got := f.Entries[0].Title; got != c.want {
			t.Errorf("title %q gives %q, want %q", c.raw, got, c.want)
		}
	}
}

func TestLinks(t *testing.T) {
	for _, c := range []struct{ link, site, from, want string }{
		{"https://a.example/x", "https://s.example/", "https://f.example/feed", "https://a.example/x"},
		{"/x", "https://s.example/section/", "https://f.example/feed", "https://s.example/x"},
		{"x", "", "https://f.example/rss/feed", "https://f.example/rss/x"},
		{"//a.example/x", "https://s.example/", "", "https://a.example/x"},
		{"javascript:alert(1)", "https://s.example/", "", ""},
		{"file:///etc/passwd", "", "https://f.example/", ""},
		{"http://a.example/with space", "", "", "http://a.example/with%20space"},
		{"http://a.example/li\nne", "", "", "http://a.example/line"},
		{"http://a.example/%zz", "", "", "http://a.example/%zz"},
		{"/x", "", "", "/x"},
	} {
		f, _ := Parse([]byte(rssOf("<link>"+c.site+"</link><item><title>T</title><link>"+c.link+"</link></item>")), Options{URL: c.from})
		if got := f.Entries[0].URL; got != c.want {
			t.Errorf("link %q at %q from %q gives %q, want %q", c.link, c.site, c.from, got, c.want)
		}
	}
}

func TestGUIDsThatIdentifyNothing(t *testing.T) {
	f, _ := Parse([]byte(rssOf(`<item><guid isPermaLink="false">1</guid><title>A</title></item><item><guid isPermaLink="false">1</guid><title>B</title></item>`)), Options{})
	if f.Entries[0].ID == f.Entries[1].ID || f.Entries[0].ID == "" {
		t.Errorf("two articles under one guid have the ids %q and %q", f.Entries[0].ID, f.Entries[1].ID)
	}
	f, _ = Parse([]byte(rssOf(`<item><guid>1</guid><title>A</title><link>http://x.example/a</link></item><item><guid>1</guid><title>B</title><link>http://x.example/b</link></item>`)), Options{})
	if f.Entries[0].GUID != "1" || f.Entries[0].ID == f.Entries[1].ID {
		t.Errorf("entries with addresses: %+v", f.Entries)
	}
	f, _ = Parse([]byte(rssOf(`<item/>`)), Options{})
	if f.Entries[0].ID != "" {
		t.Errorf("an empty entry has the id %q", f.Entries[0].ID)
	}
}
