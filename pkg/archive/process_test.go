package archive

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// child is the program of the tests that need a second process: it opens the
// archive, says so, stores page after page, and prints the hash of each one that
// Put has promised, until it is killed or its input ends.
func child(dir, writer string) int {
	a, err := OpenWith(dir, writer, Options{SegmentBytes: 32 << 10}, nil)
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	fmt.Println("open")
	ended := make(chan struct{})
	go func() { io.Copy(io.Discard, os.Stdin); close(ended) }()
	for n := 1000; ; n++ {
		select {
		case <-ended:
			a.Close()
			return 0
		default:
		}
		rec := page(n)
		rec.URL += "?" + writer
		rec.Body = append(rec.Body, writer...)
		sum, err := a.Put(context.Background(), rec)
		if err != nil {
			fmt.Println("error", err)
			return 1
		}
		fmt.Println(sum)
	}
}

// start runs the child and gives its lines.
func start(t *testing.T, dir, writer string) (*exec.Cmd, io.Closer, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SARHAD_ARCHIVE_CHILD="+dir, "SARHAD_ARCHIVE_WRITER="+writer)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the child says nothing")
	}
	return cmd, in, lines
}

func TestKilled(t *testing.T) {
	dir := t.TempDir()
	var promised []string
	for range 4 {
		cmd, _, lines := start(t, dir, "scraper")
		for n := 0; n < 60 && lines.Scan(); n++ {
			promised = append(promised, lines.Text())
		}
		cmd.Process.Kill()
		for lines.Scan() { // promised before the kill reached it
			if len(lines.Text()) == 64 {
				promised = append(promised, lines.Text())
			}
		}
		cmd.Wait()
	}
	a := open(t, dir, "scraper", Options{})
	for _, sum := range promised {
		load(t, a, sum)
	}
	store(t, a, page(1))
	sound(t, a)
}

func TestOneWriterAName(t *testing.T) {
	dir := t.TempDir()
	cmd, in, lines := start(t, dir, "scraper")
	_, err := Open(dir, "scraper", nil)
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", cmd.Process.Pid)) {
		t.Errorf("Open = %v, want who holds the lock", err)
	}
	a := open(t, dir, "collector", Options{}) // another name is welcome
	if _, err := Open(dir, "collector", nil); !errors.Is(err, ErrLocked) {
		t.Errorf("Open twice in one process = %v", err)
	}
	if _, second, said := start(t, dir, "collector"); !strings.Contains(said.Text(), "in use") {
		t.Errorf("a second process says %q", said.Text())
	} else {
		second.Close()
	}
	in.Close()
	for lines.Scan() {
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	open(t, dir, "scraper", Options{}) // given up by the process that ended
	store(t, a, page(1))
	sound(t, a)
}

func TestReaderSeesOtherProcesses(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, "collector", Options{})
	reader := open(t, dir, "", Options{})
	cmd, in, lines := start(t, dir, "scraper")
	var sums []string
	for n := 0; n < 400 && lines.Scan(); n++ {
		sums = append(sums, lines.Text())
		if n%7 == 0 {
			load(t, a, lines.Text())
			load(t, reader, lines.Text())
			if n%49 == 0 {
				sound(t, reader)
			}
		}
	}
	in.Close()
	for lines.Scan() {
	}
	cmd.Wait()
	for _, sum := range sums {
		load(t, a, sum)
		load(t, reader, sum)
	}
	if r := sound(t, reader); r.Records < 400 || r.Segments < 2 {
		t.Errorf("report %+v", r)
	}
}
