package cli

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

const rss = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Pass Post</title><link>https://pass.example/</link><language>en</language>
<item><guid>7</guid><link>/a?utm_source=x</link><title>Trucks &amp;amp; traders &lt;b&gt;wait&lt;/b&gt;</title><description>&lt;p&gt;A queue.&lt;/p&gt;</description>
<pubDate>Sat, 04 Jan 2025 09:30:00 +0500</pubDate><category>trade</category></item>
<item><guid>8</guid><link>https://pass.example/b</link><title>Snow</title><pubDate>the other day</pubDate></item>
</channel></rss>`

const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Ridge Radio</title><id>r</id><entry><id>r1</id><title>Rain</title><link href="https://ridge.example/1"/><updated>2025-01-03T10:00:00Z</updated></entry></feed>`

func keys(o object) string { return strings.Join(sortedKeys(o), " ") }

func TestFeedParse(t *testing.T) {
	cut := file(t, "cut.xml", rss[:strings.Index(rss, "<item><guid>8")])
	files := []string{file(t, "one.xml", rss), cut, file(t, "none.xml", ""), cut + ".missing", file(t, "page.html", "<html><body>no feed</body></html>"), file(t, "two.xml", atom)}
	code, out, errors := sarhad(t, "", append([]string{"feed", "parse", "--url", "https://pass.example/rss"}, files...)...)
	if code != 1 || !strings.Contains(errors, "4 of 6") {
		t.Errorf("exit %d, %q; want 1 and 4 of 6 files", code, errors)
	}
	got := objects(t, out)
	if len(got) != len(files) {
		t.Fatalf("%d objects, want %d", len(got), len(files))
	}
	for i, o := range got {
		if o["file"] != files[i] || keys(o) != "entries error file format language link title" {
			t.Errorf("object %d is of %v and has %s", i, o["file"], keys(o))
		}
		if _, ok := o["entries"].([]any); !ok {
			t.Errorf("object %d: entries %v, want a list", i, o["entries"])
		}
		if wrong := o["error"] != nil; wrong != (i != 0 && i != 5) {
			t.Errorf("object %d: error %v", i, o["error"])
		}
	}
	if got[0]["format"] != "rss" || got[5]["format"] != "atom" || got[0]["title"] != "Pass Post" || got[0]["language"] != "en" {
		t.Errorf("the heads are wrong: %v, %v", got[0], got[5])
	}
	if n := len(got[1]["entries"].([]any)); n != 1 {
		t.Errorf("%d entries of the feed that is cut, want 1", n)
	}
}

func TestFeedParseEntries(t *testing.T) {
	code, out, _ := sarhad(t, rss, "feed", "parse", "-", "--url", "https://pass.example/rss")
	if code != 0 {
		t.Fatalf("exit %d", code)
	}
	entries := objects(t, out)[0]["entries"].([]any)
	if len(entries) != 2 {
		t.Fatalf("%d entries, want 2", len(entries))
	}
	for i, e := range entries {
		e := e.(object)
		if keys(e) != "authors categories content guid id media published summary title updated url" {
			t.Errorf("entry %d has %s", i, keys(e))
		}
		for _, list := range []string{"authors", "categories", "media"} {
			if _, ok := e[list].([]any); !ok {
				t.Errorf("entry %d: %s is %v, want a list", i, list, e[list])
			}
		}
		if e["id"] == "" {
			t.Errorf("entry %d has no id", i)
		}
	}
	first, second := entries[0].(object), entries[1].(object)
	if first["title"] != "Trucks & traders wait" || !strings.HasPrefix(first["url"].(string), "https://pass.example/a") || first["published"] != "2025-01-04T04:30:00Z" {
		t.Errorf("the first entry is %v", first)
	}
	if second["published"] != nil || second["updated"] != nil {
		t.Errorf("a date that cannot be read is %v, %v, want null", second["published"], second["updated"])
	}
}

const html = `<html lang="ru"><head><title>Снег на перевале</title><meta property="article:published_time" content="2025-01-04T23:30:00+05:00"></head>
<body><article><h1>Снег на перевале</h1><p>Перевал закрыт уже третий день, сообщили водители, которые ждут у шлагбаума вместе с грузом фруктов и лекарств.</p>
<p>Дорожная служба обещает расчистить путь к вечеру, если не начнётся новая метель, и просит не выезжать без цепей.</p></article></body></html>`

// windows1251 writes Russian as it was written before Unicode.
func windows1251(s string) []byte {
	var b []byte
	for _, r := range s {
		switch {
		case r >= 'А' && r <= 'я':
			r += 0xC0 - 'А'
		case r == 'ё':
			r = 0xB8
		}
		b = append(b, byte(r))
	}
	return b
}

func TestPageExtractLines(t *testing.T) {
	line := func(o object) string {
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		return string(b) + "\n"
	}
	in := line(object{"id": "a", "url": "https://ridge.example/a", "html": html, "mine": object{"deep": []int{1}}}) +
		line(object{"id": "b", "url": "https://ridge.example/b", "html_base64": base64.StdEncoding.EncodeToString(windows1251(html)), "content_type": "text/html; charset=windows-1251"}) +
		line(object{"id": "c", "url": "https://ridge.example/c"}) +
		line(object{"id": "d", "html_base64": "***"}) +
		line(object{"id": "e", "html": 7}) +
		"{\n" +
		line(object{"id": "f", "html": html})
	code, out, _ := sarhad(t, in, "page", "extract", "--jsonl")
	if code != 1 {
		t.Errorf("exit %d, want 1", code)
	}
	got := objects(t, out)
	if len(got) != 7 {
		t.Fatalf("%d lines, want 7", len(got))
	}
	for _, i := range []int{0, 1, 6} {
		for _, name := range []string{"id", "url", "canonical_url", "title", "text", "authors", "published", "published_from", "lang", "site", "description", "image", "flags"} {
			if _, ok := got[i][name]; !ok {
				t.Errorf("line %d has no %s", i, name)
			}
		}
		_, authors := got[i]["authors"].([]any)
		_, flags := got[i]["flags"].([]any)
		if !authors || !flags || got[i]["title"] != "Снег на перевале" || got[i]["published"] != "2025-01-04T23:30:00+05:00" {
			t.Errorf("line %d: %v", i, got[i])
		}
		if text, _ := got[i]["text"].(string); !strings.Contains(text, "лекарств.\n\nДорожная") {
			t.Errorf("line %d: text %q", i, text)
		}
	}
	if got[0]["url"] != "https://ridge.example/a" || fmt.Sprint(got[0]["mine"]) != "map[deep:[1]]" || got[0]["html"] != nil || got[1]["html_base64"] != nil {
		t.Errorf("what came in comes out as %v", got[0])
	}
	badLines(t, got, map[int]string{2: "c", 3: "d", 4: "e", 5: ""})
}

// badLines checks which lines are answered as bad, by the id they bring ("" where there is none).
func badLines(t *testing.T, got []object, bad map[int]string) {
	t.Helper()
	for i, o := range got {
		id, wanted := bad[i]
		said, _ := o["error"].(string)
		switch {
		case !wanted && said != "":
			t.Errorf("line %d is bad: %s", i+1, said)
		case wanted && said == "":
			t.Errorf("line %d is not answered as bad: %v", i+1, o)
		case wanted && id != "" && (o["id"] != id || len(o) != 2):
			t.Errorf("line %d: %v, want the id %s and an error", i+1, o, id)
		case wanted && id == "" && (o["id"] != nil || o["line"] != float64(i+1) || len(o) != 3):
			t.Errorf("line %d: %v, want no id, the number of the line and an error", i+1, o)
		}
	}
}

func TestPageExtract(t *testing.T) {
	code, out, _ := sarhad(t, html, "page", "extract", "-", "--url", "https://ridge.example/a")
	if o := objects(t, out)[0]; code != 0 || o["url"] != "https://ridge.example/a" || o["title"] != "Снег на перевале" {
		t.Errorf("exit %d, %v", code, o)
	}
	if code, out, errors := sarhad(t, "", "page", "extract"); code != 1 || out != "" || errors == "" {
		t.Errorf("an empty page: exit %d, %q, %q", code, out, errors)
	}
}

// items are of our own wording, in six languages, with what breaks counting: marks that have no width and letters beyond 16 bits.
const items = `{"id":"en","title":"TTP denies role in South Waziristan attack 🛻🛻","text":"A 🛻 burned. The TTP denied on Sunday that its fighters attacked the post in South Waziristan.","source":"a","published":"2025-01-04T10:00:00Z"}
{"id":"ur","title":"واخان کے بارے میں دعویٰ","text":"🛻 طالبان کے ترجمان نے کہا کہ واخان پر قبضے کی خبر درست نہیں ہے۔ ٹی ٹی پی نے بھی بیان جاری کیا۔","source":"b","published":null}
{"id":"ps","text":"د طالبانو ویاندوی وویل چې په واخان کې کومه پېښه نه ده شوې.","source":"c"}
{"id":"fa","title":"مرز پاکستان و افغانستان بسته شد","text":"سخنگوی طالبان گفت که گذرگاه تورخم در مرز افغانستان و پاکستان بسته است.","url":"https://d.example/1"}
{"id":"hi","title":"वाखान पर दावा","text":"तालिबान के प्रवक्ता ने कहा कि वाखान पर कब्ज़े की ख़बर ग़लत है।"}
{"id":"ur-Latn","text":"TTP ne kaha ke South Waziristan mein hamla us ne nahi kiya."}
{"id":"none","title":"","text":""}
`

func TestTag(t *testing.T) {
	in := strings.Replace(items, `{"id":"en",`, `{"id":"en","n":12345678901234567890,"html":"<b>&","deep":{"a":[null,1.50]},`, 1)
	code, out, errors := sarhad(t, in, "tag", "--jsonl")
	if code != 0 {
		t.Fatalf("exit %d, %s", code, errors)
	}
	for _, untouched := range []string{`"n":12345678901234567890`, `"html":"<b>&"`, `"deep":{"a":[null,1.50]}`} {
		if !strings.Contains(out, untouched) {
			t.Errorf("%s does not pass through untouched", untouched)
		}
	}
	before, after := objects(t, in), objects(t, out)
	if len(after) != len(before) {
		t.Fatalf("%d lines, want %d", len(after), len(before))
	}
	for i, o := range after {
		for name, value := range before[i] {
			if fmt.Sprint(o[name]) != fmt.Sprint(value) {
				t.Errorf("%s: field %s was %v and is %v", o["id"], name, value, o[name])
			}
		}
		if r, ok := o["relevance"].(float64); !ok || r < 0 || r > 1 {
			t.Errorf("%s: relevance %v", o["id"], o["relevance"])
		}
		lang := o["lang"].(object)
		if _, ok := lang["score"].(float64); !ok || i < 5 && lang["code"] != o["id"] {
			t.Errorf("%s: lang %v", o["id"], lang)
		}
		checkTags(t, o)
		checkClaims(t, o)
	}
}

// part is the stretch of a field between two offsets in code points.
func part(t *testing.T, o object, field any, from, to any) string {
	t.Helper()
	name, _ := field.(string)
	text, _ := o[name].(string)
	start, end := int(from.(float64)), int(to.(float64))
	if start < 0 || start >= end || end > utf8.RuneCountInString(text) {
		t.Errorf("%s: offsets %d to %d in the %d code points of %q", o["id"], start, end, utf8.RuneCountInString(text), name)
		return ""
	}
	return string([]rune(text)[start:end])
}

func checkTags(t *testing.T, o object) {
	t.Helper()
	tags, ok := o["tags"].([]any)
	if !ok || len(tags) == 0 && o["id"] != "none" {
		t.Errorf("%s: tags %v", o["id"], o["tags"])
	}
	for _, tag := range tags {
		tag := tag.(object)
		evidence, _ := tag["evidence"].([]any)
		if tag["id"] == "" || !strings.Contains(" topic narrative entity place ", fmt.Sprintf(" %v ", tag["kind"])) || tag["rule_version"] == "" || len(evidence) == 0 {
			t.Errorf("%s: tag %v", o["id"], tag)
		}
		for _, e := range evidence {
			e := e.(object)
			if got := part(t, o, e["field"], e["start"], e["end"]); got != e["term"] {
				t.Errorf("%s: evidence %v stands on %q", o["id"], e, got)
			}
		}
	}
}

func checkClaims(t *testing.T, o object) {
	t.Helper()
	claims, ok := o["claims"].([]any)
	if !ok {
		t.Errorf("%s: claims %v", o["id"], o["claims"])
	}
	for _, c := range claims {
		c := c.(object)
		field := c["field"]
		if field == nil {
			field = "text"
		}
		if got := part(t, o, field, c["start"], c["end"]); got != c["text"] {
			t.Errorf("%s: claim %v stands on %q", o["id"], c, got)
		}
		if who, ok := c["claimant"].(string); ok && part(t, o, field, c["claimant_start"], c["claimant_end"]) != who {
			t.Errorf("%s: the claimant of %v does not stand there", o["id"], c)
		}
		if _, ok := c["about"].([]any); !ok {
			t.Errorf("%s: about %v", o["id"], c["about"])
		}
		if _, has := c["target"]; !has {
			t.Errorf("%s: claim %v has no target, not even null", o["id"], c)
		}
	}
}

const badInput = "\ufeff" + `{"id":"a","title":"Snow on the Khyber Pass"}
{"id":"b","text":7}
not JSON

[1]
{"id":"c"}
{"id":"d","text":"x","published":"soon"}
null
{"text":9}
{"id":"e","error":"mine","text":"Rain over Torkham"}`

func TestBadLinesAreAnsweredInPlace(t *testing.T) {
	for _, args := range [][]string{{"tag"}, {"cluster"}, {"match", "snow OR rain"}, {"tag", file(t, "items.jsonl", badInput)}, {"match", "snow OR rain", "-"}} {
		t.Run(strings.Join(args[:1], " "), func(t *testing.T) {
			code, out, errors := sarhad(t, badInput, args...)
			got := objects(t, out)
			if code != 1 || !strings.Contains(errors, "7 bad lines") || len(got) != 9 {
				t.Fatalf("exit %d, %d lines, %q", code, len(got), errors)
			}
			if got[0]["id"] != "a" || got[8]["id"] != "e" || got[8]["error"] != "mine" || len(got[8]) < 4 {
				t.Errorf("good lines: %v, %v", got[0], got[8])
			}
			for i, want := range []object{{"id": "b"}, {"line": 3.0}, {"line": 5.0}, {"id": "c"}, {"id": "d"}, {"line": 8.0}, {"line": 9.0}} {
				o := got[i+1]
				if o["id"] != want["id"] || o["line"] != want["line"] || o["error"] == nil {
					t.Errorf("answer %d: %v, want %v and an error", i+2, o, want)
				}
			}
		})
	}
}

func TestLinesThatAreTooLongAreAnsweredInPlace(t *testing.T) {
	var seen []string
	err := eachLine(strings.NewReader("a\n"+strings.Repeat("x", maxLine+1)+"\nb\n"+strings.Repeat("y", maxLine+7)), func(n int, line []byte, err error) {
		seen = append(seen, fmt.Sprintf("%d%s %t", n, line, err != nil))
	})
	if got := strings.Join(seen, " "); err != nil || got != "1a false 2 true 3b false 4 true" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestAPanicCostsItsLineAlone(t *testing.T) {
	var out strings.Builder
	err := filterLines(strings.NewReader(`{"id":1}`+"\n"+`{"id":2}`), &out, nil, func(line fields) (bool, error) {
		if string(line["id"]) == "1" {
			panic("boom")
		}
		return true, nil
	})
	if want := `{"error":"internal error: boom","id":1}` + "\n" + `{"id":2}` + "\n"; err == nil || out.String() != want {
		t.Errorf("%q, %v", out.String(), err)
	}
}
