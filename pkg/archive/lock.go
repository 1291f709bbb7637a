//go:build unix

package archive

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// lockWriter takes the lock of a writer name, or says at once who has it. The
// kernel gives the lock back when the process ends, however it ends.
func lockWriter(dir, writer string) (*os.File, error) {
	path := filepath.Join(dir, writer+".lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		if err = f.Truncate(0); err == nil {
			_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
		}
		if err != nil {
			return nil, fmt.Errorf("archive: lock %s: %w", path, errors.Join(err, f.Close()))
		}
		return f, nil
	}
	holder := "another process"
	if text, e := os.ReadFile(path); e == nil && len(text) > 1 && len(text) < 20 {
		holder = "process " + strings.TrimSpace(string(text))
	}
	f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("%w: %s writes to %s as %q; give this one another writer name or stop that one", ErrLocked, holder, dir, writer)
	}
	return nil, fmt.Errorf("archive: lock %s: %w", path, err)
}
