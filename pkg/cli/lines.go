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

type result struct {
	out []byte
	bad bool
}

// filterLines passes every line of the files ("-" or none: standard input) through
// the filter, in order, several lines at once. A bad line is answered in place, and
// makes the whole end with an error once all is done.
func filterLines(in io.Reader, out io.Writer, files []string, work filter) error {
	reader, closeAll, err := open(in, files)
	if err != nil {
		return err
	}
	defer closeAll()
	pending := make(chan chan result, 4*runtime.GOMAXPROCS(0))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	readErr := make(chan error, 1)
	go func() {
		defer close(pending)
		readErr <- eachLine(reader, func(n int, line []byte) {
			done := make(chan result, 1)
			pending <- done
			slots <- struct{}{}
			go func() {
				done <- one(n, line, work)
				<-slots
			}()
		})
	}()
	w := bufio.NewWriterSize(out, 1<<16)
	bad := 0
	for done := range pending {
		r := <-done
		if r.bad {
			bad++
		}
		if r.out != nil {
			w.Write(r.out)
			w.WriteByte('\n')
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

func one(n int, line []byte, work filter) (r result) {
	object := fields{}
	if err := json.Unmarshal(line, &object); err != nil || object == nil {
		return fault(map[string]any{"id": nil, "line": n, "error": "not a JSON object"})
	}
	defer func() {
		if p := recover(); p != nil {
			r = fault(map[string]any{"id": object["id"], "error": fmt.Sprintf("internal error: %v", p)})
		}
	}()
	keep, err := work(object)
	if err != nil {
		return fault(map[string]any{"id": object["id"], "error": err.Error()})
	}
	if !keep {
		return result{}
	}
	out, err := encode(object)
	if err != nil {
		return fault(map[string]any{"id": object["id"], "error": err.Error()})
	}
	return result{out: out}
}

func fault(object map[string]any) result {
	out, err := encode(object)
	if err != nil {
		out = []byte(`{"id":null,"error":"unprintable error"}`)
	}
	return result{out: out, bad: true}
}

// eachLine calls visit with each line that is not blank, numbered from 1.
func eachLine(r io.Reader, visit func(n int, line []byte)) error {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 1<<16), maxLine)
	n := 0
	for scanner.Scan() {
		n++
		if line := bytes.TrimSpace(scanner.Bytes()); len(line) > 0 {
			visit(n, bytes.Clone(line))
		}
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("line %d: %w (a line may have %d MB)", n+1, err, maxLine>>20)
	}
	return nil
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
