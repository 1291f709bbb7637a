package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
)

// twoEntries is what the bad documents below begin with.
func twoEntries() string { return item("1") + item("2") }

func TestHostileDocuments(t *testing.T) {
	laughs := `<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`
	for _, c := range []struct {
		name, doc string
		entries   int
		kind      Kind
		reason    string
	}{
		{"billion laughs", laughs + rssOf(`<item><title>&c;&c;</title></item>`), 1, Malformed, "not escaped"},
		{"external entity", `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + rssOf(`<item><title>&x;</title></item>`), 1, Malformed, "not escaped"},
		{"external parameter entity", `<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://169.254.169.254/"> %x;]>` + rssOf(item("1")), 1, "", ""},
		{"three million elements nested", `<rss version="2.0" xmlns:x="u"><channel>` + twoEntries() + strings.Repeat("<x:a>", 3_000_000), 2, TooDeep, "256"},
		{"nested and closed", rssOf(twoEntries() + "<item>" + strings.Repeat("<x:a>", 300) + strings.Repeat("</x:a>", 300) + "</item>"), 2, TooDeep, "256"},
		{"many elements", rssOf(twoEntries() + strings.Repeat("<a/>", MaxElements)), 2, TooMany, "elements"},
		{"many entries", rssOf(strings.Repeat(item("1"), MaxEntries+10)), MaxEntries, TooMany, "10 are left out"},
		{"many attributes", rssOf(twoEntries() + "<item><enclosure " + attributes(maxAttributes+1) + "/></item>"), 2, TooMany, "attributes"},
		{"many namespaces", rssOf(twoEntries() + strings.Repeat("<a "+namespaces(100)+">", 200) + strings.Repeat("<b/>", 100_000)), 2, TooMany, "namespace"},
		{"attribute without an end", rssOf(twoEntries() + `<item a="` + strings.Repeat("x", 1<<20)), 2, Cut, "inside a tag"},
		{"comment without an end", `<rss><channel>` + twoEntries() + "<!--" + strings.Repeat("<item/>", 1000), 2, Cut, "inside a tag"},
		{"text in pieces", rssOf(twoEntries() + `<item><x:a>` + strings.Repeat(strings.Repeat("x", 200)+"<b/>", 90_000) + `</x:a></item>`), 2, TooMany, "pieces"},
		{"character data in pieces", rssOf(twoEntries() + `<item><x:a>` + strings.Repeat("<![CDATA[xx]]>", 2_000_000) + `</x:a></item>`), 2, TooMany, "pieces"},
		{"document types without an end", strings.Repeat("<![[[[>", 1_000_000) + rssOf(twoEntries()), 2, Malformed, "document type"},
		{"end tags of nothing", rssOf(twoEntries() + strings.Repeat("</a>", 2_000_000)), 2, Malformed, "closes nothing"},
		{"a long author", rssOf(item("1") + "<item><link>http://x.example/2</link><author>" + strings.Repeat("a@b (", 1_000_000) + "</author></item>"), 2, "", ""},
		{"json nested", `{"items":` + strings.Repeat("[", 100_000), 0, TooDeep, "256"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Parse([]byte(c.doc), Options{})
			if len(f.Entries) != c.entries {
				t.Errorf("%d entries, want %d (%v)", len(f.Entries), c.entries, err)
			}
			checkError(t, err, c.kind, c.reason)
			for _, e := range f.Entries {
				if len(e.Title) > 100 || strings.Contains(e.Title, "root:") {
					t.Errorf("title %.200q", e.Title)
				}
			}
		})
	}
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d="1"`, i)
	}
	return b.String()
}

func namespaces(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` xmlns:n%d="u%d"`, i, i)
	}
	return b.String()
}

func TestTooLarge(t *testing.T) {
	_, err := Parse(make([]byte, MaxBytes+1), Options{})
	checkError(t, err, TooLarge, "at most")
}

func TestALargeSitemapIsReadUpToItsBound(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`)
	for i := range 50_000 {
		fmt.Fprintf(&b, `<url><loc>http://x.example/%d</loc><news:news><news:publication><news:name>P</news:name><news:language>en</news:language></news:publication><news:publication_date>2026-02-03</news:publication_date><news:title>T</news:title></news:news></url>`, i)
	}
	f, err := Parse([]byte(b.String()+"</urlset>"), Options{})
	if f.Format != FormatNewsSitemap || len(f.Entries) != MaxEntries || f.Dropped != 50_000-MaxEntries {
		t.Errorf("%s with %d entries, %d dropped", f.Format, len(f.Entries), f.Dropped)
	}
	checkError(t, err, TooMany, "45000 are left out")
}

func TestCharsets(t *testing.T) {
	utf16le := func(s string) string {
		var b bytes.Buffer
		for _, r := range s {
			b.Write([]byte{byte(r), byte(r >> 8)})
		}
		return b.String()
	}
	doc := `<?xml version="1.0" encoding="%s"?>` + rssOf("<item><title>خبر</title></item>")
	for _, c := range []struct{ name, doc, contentType string }{
		{"UTF-16 without a byte order mark", utf16le(fmt.Sprintf(doc, "utf-16")), ""},
		{"UTF-8 under a wrong label", fmt.Sprintf(doc, "iso-8859-1"), "application/rss+xml"},
		{"UTF-8 under a wrong HTTP label", fmt.Sprintf(doc, "utf-8"), "text/xml; charset=us-ascii"},
		{"an unknown label", fmt.Sprintf(doc, "x-unknown"), ""},
		{"windows-1256", "<?xml version=\"1.0\" encoding=\"windows-1256\"?>" + rssOf("<item><title>\xce\xc8\xd1</title></item>"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Parse([]byte(c.doc), Options{ContentType: c.contentType})
			if len(f.Entries) != 1 || f.Entries[0].Title != "خبر" {
				t.Errorf("%+v (%v)", f.Entries, err)
			}
		})
	}
}

// FuzzParse holds the gate to its word: what it lets through is well formed, within
// the bounds, and no surprise to the parser behind it.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		rssOf(twoEntries()), `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="xhtml"><div>x</div></title></entry></feed>`,
		`<rss><a b=c d><!-- -- --><![CDATA[x]]>&nbsp;&#1;</a>`, `{"items":[{"title":1}]}`, `<CHANNEL><ITEM HREF="x"/></CHANNEL>`,
		`<urlset><url><loc>x</loc><news><title>t</title></news></url></urlset>`, "<rss xml:base='a'><item><item></rss>",
		"<rdf:RDF><x:y:z/></rdf:RDF>", "<feed><entry><content type='html'>&lt;b", `<rss><channel><item><pubDate>1/2/3</pubDate></item>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := Parse(b, Options{URL: "http://x.example/"}); err != nil && (strings.Contains(err.Error(), "gave up") || strings.Contains(err.Error(), "XML syntax")) {
			t.Fatal(err)
		}
		doc, _ := legal(string(b))
		g := admit(doc, 0, 100, faults{})
		if g.format() == "" {
			return
		}
		d, depth := xml.NewDecoder(bytes.NewReader(g.out)), 0
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatalf("%v in %q", err, g.out)
			}
			switch token.(type) {
			case xml.StartElement:
				depth++
			case xml.EndElement:
				depth--
			}
			if depth > MaxDepth {
				t.Fatalf("depth %d", depth)
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"Tue, 03 Feb 2026 18:30 PKT", "۱۴ دلو ۱۴۰۴", "2026-02-03T18:30+04:30", "1/2/3 4:5:6.7 pm GMT+-3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d := date(s); d != nil && (d.Year() < 1899 || d.Year() > 2201) {
			t.Errorf("date(%q) = %v", s, d)
		}
	})
}

// large is the concatenation of what a busy site serves: many entries with markup in them.
func large() []byte {
	body := strings.Repeat("<p>The council of the upper valley met for a <a href=\"http://x.example/\">third</a> day &amp; agreed on the road.</p>\n", 6)
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, `<item><title>Entry %d &amp; more</title><link>http://x.example/%d</link><guid isPermaLink="false">%d</guid><pubDate>Tue, 03 Feb 2026 18:30:00 +0500</pubDate><description><![CDATA[%s]]></description></item>`, i, i, i, body)
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + rssOf(b.String()))
}

func BenchmarkGofeedAlone(b *testing.B) {
	benchmark(b, func(doc []byte) { _, _ = gofeed.NewParser().Parse(bytes.NewReader(doc)) })
}

func BenchmarkParse(b *testing.B) {
	benchmark(b, func(doc []byte) { _, _ = Parse(doc, Options{}) })
}

func BenchmarkGate(b *testing.B) {
	benchmark(b, func(doc []byte) { _ = admit(string(doc), 0, MaxEntries, faults{}) })
}

func benchmark(b *testing.B, read func([]byte)) {
	docs := map[string][][]byte{"made": {large()}}
	if os.Getenv("SARHAD_CORPUS") != "" {
		for _, r := range manifest(b, corpus(b)) {
			if doc, err := os.ReadFile(filepath.Join(corpus(b), r["file"])); err == nil && r["bozo"] == "0" {
				docs["corpus"] = append(docs["corpus"], doc)
			}
		}
	}
	for _, name := range []string{"made", "corpus"} {
		b.Run(name, func(b *testing.B) {
			size := 0
			for _, doc := range docs[name] {
				size += len(doc)
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for _, doc := range docs[name] {
					read(doc)
				}
			}
		})
	}
}
