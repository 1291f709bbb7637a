package text

import (
	"bufio"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

type line struct{ lang, text string }

// ownLines reads testdata/LANG.txt.
func ownLines(t testing.TB) []line {
	t.Helper()
	var lines []line
	for _, lang := range []string{"en", "ur", "ps", "fa", "prs", "ar", "hi", "ur-Latn"} {
		b, err := os.ReadFile(filepath.Join("testdata", lang+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range strings.Split(strings.TrimSpace(string(b)), "\n") {
			lines = append(lines, line{lang, s})
		}
	}
	return lines
}

func nearLines(t testing.TB) []line {
	t.Helper()
	f, err := os.Open("testdata/near.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []line
	for sc := bufio.NewScanner(f); sc.Scan(); {
		lang, s, _ := strings.Cut(sc.Text(), "\t")
		lines = append(lines, line{lang, s})
	}
	return lines
}

func corpusLines(t testing.TB) []line {
	t.Helper()
	dir := os.Getenv("SARHAD_CORPUS")
	if dir == "" {
		t.Skip("SARHAD_CORPUS is unset")
	}
	b, err := os.ReadFile(filepath.Join(dir, "langid", "langid.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []line
	for _, row := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		f := strings.Split(row, "\t")
		lang := f[1]
		if lang == "ur" && f[2] == "Latn" {
			lang = "ur-Latn"
		}
		lines = append(lines, line{lang, f[len(f)-1]})
	}
	return lines
}

func report(t *testing.T, lines []line, show bool) {
	type cell struct{ right, of int }
	acc := map[string]*cell{}
	add := func(k string, ok bool) {
		if acc[k] == nil {
			acc[k] = &cell{}
		}
		acc[k].of++
		if ok {
			acc[k].right++
		}
	}
	core := " en ur ps fa ar hi ur-Latn "
	for _, l := range lines {
		want := l.lang
		if want == "prs" {
			want = "fa"
		}
		got := Identify(l.text)
		size := "<20"
		if n := len([]rune(l.text)); n >= 60 {
			size = "60+"
		} else if n >= 20 {
			size = "20-59"
		}
		if strings.Contains(core, " "+want+" ") {
			add("~all "+size, got.Code == want)
		} else {
			add("~stolen", !(strings.Contains(core, " "+got.Code+" ") && got.Score >= 0.5))
		}
		add(l.lang+" "+size, got.Code == want)
		if show && got.Code != want {
			t.Logf("%s as %v: %s", l.lang, got, l.text)
		}
	}
	var keys []string
	for k := range acc {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		t.Logf("%-14s %d of %d  %.3f", k, acc[k].right, acc[k].of, float64(acc[k].right)/float64(acc[k].of))
	}
}

func TestReport(t *testing.T) {
	report(t, ownLines(t), true)
	report(t, nearLines(t), true)
	report(t, corpusLines(t), true)
}
