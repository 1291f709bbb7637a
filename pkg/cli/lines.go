package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
)

// maxLine bounds one line of input: a page in base64 fits, a file that is not JSON Lines does not.
const maxLine = 64 << 20

// fields are one line's object; what a filter does not know passes through untouched.
type fields map[string]json.RawMessage

// get decodes a field; a field that is absent or null leaves into as it is.
func (f fields) get(name string, into any) error {
	raw, ok := f[name]
	if !ok || string(raw) == "null" {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("field %q: found %.40s, expected %T", name, raw, deref(into))
	}
	return nil
}

func deref(into any) any {
	switch into.(type) {
	case *string:
		return ""
	case *[]string:
		return []string{}
	}
	return into
}

// has reports whether a field is there and says something.
func (f fields) has(name string) bool {
	raw, ok := f[name]
	return ok && string(raw) != "null"
}

func (f fields) set(name string, value any) error {
	raw, err := encode(value)
	if err != nil {
		return fmt.Errorf("field %q: %w", name, err)
	}
	f[name] = raw
	return nil
}

// encode is JSON without HTML escapes, so that text stays readable.
func encode(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// filter works on one line: it changes the fields, or drops the line by answering false.
type filter func(line fields) (keep bool, err error)

// result is what became of one line: fields to print, or what is wrong with it.
type result struct {
	n     int
	id    json.RawMessage
	line  fields // nil where the line is dropped
	wrong error
}

var errNoObject = errors.New("not a JSON object")

// filterLines passes every line of the files ("-" or none: standard input) through
// the filter, in order, several lines at once.
func filterLines(in io.Reader, out io.Writer, files []string, work filter) error {
	return filterInTurn(in, out, files, work, nil)
}

// filterInTurn passes the lines through one filter, several at once, and what is left
// of them through a second, one after the other in their order. A bad line is answered
// in place, and makes the whole end with an error once all is done.
func filterInTurn(in io.Reader, out io.Writer, files []string, work, turn filter) error {
	reader, closeAll, err := open(in, files)
	if err != nil {
		return err
	}
	defer closeAll()
	readErr := make(chan error, 1)
	pending := make(chan chan result, 4*runtime.GOMAXPROCS(0))
	go func() {
		defer close(pending)
		readErr <- atOnce(reader, pending, work)
	}()
	w := bufio.NewWriterSize(out, 1<<16)
	bad := 0
	for done := range pending {
		r := <-done
		if turn != nil && r.line != nil && r.wrong == nil {
			r = r.through(turn)
		}
		if r.print(w) {
			bad++
		}
	}
	if err := errors.Join(<-readErr, w.Flush()); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d bad lines, each answered in its place", bad)
	}
	return nil
}

// atOnce filters the lines side by side, and hands over the place of each result in their order.
func atOnce(reader io.Reader, pending chan<- chan result, work filter) error {
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	return eachLine(reader, func(n int, line []byte, err error) {
		done := make(chan result, 1)
		pending <- done
		slots <- struct{}{}
		go func() {
			done <- one(n, line, err, work)
			<-slots
		}()
	})
}

func one(n int, line []byte, err error, work filter) result {
	r := result{n: n, wrong: err}
	if err != nil {
		return r
	}
	if json.Unmarshal(line, &r.line) != nil || r.line == nil {
		r.wrong = errNoObject
		return r
	}
	if r.line.has("id") {
		r.id = r.line["id"]
	}
	return r.through(work)
}

// through is the result after a filter; a filter that panics costs its line alone.
func (r result) through(work filter) (after result) {
	defer func() {
		if p := recover(); p != nil {
			after.wrong = fmt.Errorf("internal error: %v", p)
		}
	}()
	after = r
	keep, err := work(r.line)
	if after.wrong = err; err == nil && !keep {
		after.line = nil
	}
	return after
}

// print writes the result, and reports whether it is that of a bad line.
func (r result) print(w *bufio.Writer) (bad bool) {
	var value any = r.line
	switch {
	case r.wrong != nil && r.id == nil:
		value = map[string]any{"id": nil, "line": r.n, "error": r.wrong.Error()}
	case r.wrong != nil:
		value = map[string]any{"id": r.id, "error": r.wrong.Error()}
	case r.line == nil:
		return false
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // whose values come from a parser; a failed write shows at the flush
	return r.wrong != nil
}

// eachLine calls visit with each line that is not blank, numbered from 1, and with an
// error in place of a line that is too long.
func eachLine(r io.Reader, visit func(n int, line []byte, err error)) error {
	reader := bufio.NewReaderSize(r, 1<<16)
	for n := 1; ; n++ {
		line, err := readLine(reader, maxLine)
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		switch line = bytes.TrimSpace(line); {
		case errors.Is(err, errLongLine):
			visit(n, nil, fmt.Errorf("%w, expected at most %d MB", err, maxLine>>20))
		case len(line) > 0:
			visit(n, line, nil)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.Is(err, errLongLine):
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
}

var errLongLine = errors.New("the line is too long")

// readLine reads a line of up to most bytes; a longer one is passed over.
func readLine(reader *bufio.Reader, most int) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := reader.ReadSlice('\n')
		if long = long || len(line)+len(part) > most; long {
			line = nil
		} else {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case long && (err == nil || errors.Is(err, io.EOF)):
			return nil, errLongLine
		}
		return line, err
	}
}

func open(in io.Reader, files []string) (io.Reader, func(), error) {
	if len(files) == 0 || len(files) == 1 && files[0] == "-" {
		return in, func() {}, nil
	}
	var readers []io.Reader
	var opened []*os.File
	closeAll := func() {
		for _, f := range opened {
			f.Close()
		}
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		opened, readers = append(opened, f), append(readers, f, bytes.NewReader([]byte{'\n'}))
	}
	return io.MultiReader(readers...), closeAll, nil
}
