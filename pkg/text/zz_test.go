package text

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestZZ(t *testing.T) {
	for _, name := range []string{"/tmp/text/oos.tsv", "/tmp/text/eval.tsv", "own", "corpus"} {
		var lines []line
		switch name {
		case "own":
			lines = ownLines(t)
		case "corpus":
			lines = corpusLines(t)
		default:
			f, _ := os.Open(name)
			sc := bufio.NewScanner(f)
			sc.Buffer(nil, 1<<20)
			for sc.Scan() {
				p := strings.SplitN(sc.Text(), "\t", 3)
				lines = append(lines, line{p[0], p[2]})
			}
		}
		var id Identifier
		for _, l := range lines {
			got := id.Identify(l.text)
			best, letters := id.script()
			if best >= int(scripts) || letters == 0 {
				continue
			}
			m := &models()[best]
			for i, x := range m.langs {
				if x == got.Code {
					fmt.Printf("ZZ\t%s\t%s\t%s\t%d\t%.3f\t%d\t%d\t%.3f\n", name, l.lang, got.Code, id.e.grams, float64(id.e.fits[i])/gramWeight/float64(max(1, id.e.grams)), id.e.known[i], id.e.words, got.Score)
				}
			}
		}
	}
}
