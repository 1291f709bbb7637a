package local

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/index"
	"github.com/sarhad-desk/sarhad/pkg/index/conformance"
)

// writeUntilKilled is the part of TestWhatIsDoneSurvivesAKill that is killed: it prints
// the id of each item as soon as Write has returned.
func writeUntilKilled(t *testing.T, dir string) {
	s := open(t, dir)
	for _, w := range conformance.Synthetic(400) {
		if _, err := s.Write(t.Context(), []index.Write{w}); err != nil {
			t.Fatal(err)
		}
		fmt.Println("done", w.Item.ID)
	}
}

func TestWhatIsDoneSurvivesAKill(t *testing.T) {
	if dir := os.Getenv("SARHAD_TEST_WRITE"); dir != "" {
		writeUntilKilled(t, dir)
		return
	}
	dir := t.TempDir()
	for round := range 3 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWhatIsDoneSurvivesAKill$")
		cmd.Env = append(os.Environ(), "SARHAD_TEST_WRITE="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var done []string
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if id, ok := strings.CutPrefix(lines.Text(), "done "); ok {
				if done = append(done, id); len(done) == 40+17*round {
					if err := cmd.Process.Kill(); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		_ = cmd.Wait() // it was killed
		s, err := Open(dir, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Get(t.Context(), done)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(done) || len(done) < 40 {
			t.Errorf("round %d: %d items were done, %d are there", round, len(done), len(got))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReopenedIndexHasItsItems(t *testing.T) {
	dir := t.TempDir()
	w := conformance.Synthetic(1)[0]
	s := open(t, dir)
	if _, err := s.Write(t.Context(), []index.Write{w}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := s.Write(t.Context(), []index.Write{w}); err == nil {
		t.Error("written to a closed index")
	}
	if err := s.Ready(t.Context()); err == nil {
		t.Error("a closed index is ready")
	}
	again := open(t, dir)
	if r, err := again.Search(t.Context(), index.Search{Size: 1}); err != nil || r.Total != 1 {
		t.Errorf("%v, %v", r, err)
	}
}

func TestABrokenIndexIsLeftAsItIs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "root.bolt")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is no index ", 4096)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(dir, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "archive") {
		t.Errorf("error %v", err)
	}
	if b, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(b), "this is no index") {
		t.Errorf("the file was changed: %v", err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a file was opened as a folder")
	}
}

func TestAnotherLayoutIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if err := s.library.SetInternal([]byte("layout"), []byte("0")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "layout") {
		t.Errorf("error %v", err)
	}
}
