package archive

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// readWithWarcio prints every record as another tool reads it, digests checked.
const readWithWarcio = `
import hashlib, json, sys
from warcio.archiveiterator import ArchiveIterator
for path in sys.argv[1:]:
    with open(path, "rb") as f:
        for r in ArchiveIterator(f, check_digests="raise"):
            body = r.content_stream().read()
            h = r.rec_headers
            print(json.dumps({
                "type": r.rec_type, "uri": h.get_header("WARC-Target-URI") or "", "date": h.get_header("WARC-Date") if r.rec_type != "warcinfo" else "",
                "status": r.http_headers.get_statuscode() if r.http_headers else "",
                "content_type": (r.http_headers.get_header("Content-Type") if r.http_headers else "") or "",
                "sha256": hashlib.sha256(body).hexdigest() if r.rec_type == "response" else "",
                "refers": h.get_header("WARC-Refers-To-Target-URI") or "",
            }))
`

func TestWarcioReadsIt(t *testing.T) {
	python := os.Getenv("SARHAD_PYTHON")
	if python == "" {
		python = "python3"
	}
	if err := exec.Command(python, "-c", "import warcio").Run(); err != nil {
		t.Skipf("no %s with the warcio package to read with: %v", python, err)
	}
	type line struct{ Type, URI, Date, Status, Content_type, SHA256, Refers string }
	dir := t.TempDir()
	a := open(t, dir, "scraper", Options{SegmentBytes: 2 << 10})
	want := map[string][]line{}
	for n := range 12 {
		rec := page(n % 10) // the last two are revisits
		rec.Fetched = rec.Fetched.Add(time.Duration(n) * time.Minute)
		rec.URL += fmt.Sprintf("?n=%d", n)
		rec.Header.Set("Content-Encoding", "gzip")
		if n == 4 {
			rec.Body = nil
		}
		sum := store(t, a, rec)
		l := line{Type: "response", URI: rec.URL, Date: rec.Fetched.Format(warcTime), Status: "200", Content_type: "text/html; charset=utf-8", SHA256: sum}
		if n >= 10 {
			l.Type, l.SHA256, l.Refers = "revisit", "", fmt.Sprintf("%s?n=%d", page(n%10).URL, n%10)
		}
		want[l.Type] = append(want[l.Type], l)
	}
	a.Close()
	files, _ := filepath.Glob(filepath.Join(dir, "*.warc.gz"))
	out, err := exec.Command(python, append([]string{"-c", readWithWarcio}, files...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("warcio: %v\n%s", err, out)
	}
	got := map[string][]line{}
	for _, text := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		got[l.Type] = append(got[l.Type], l)
	}
	if len(got["warcinfo"]) != len(files) || len(files) < 2 {
		t.Errorf("%d warcinfo records in %d segments", len(got["warcinfo"]), len(files))
	}
	delete(got, "warcinfo")
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-stored +read):\n%s", d)
	}
}
