package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// segmentFile is a segment opened for writing.
type segmentFile interface {
	io.WriterAt
	Sync() error
	Truncate(size int64) error
	Close() error
}

func openSegment(path string) (segmentFile, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
}

var segmentPattern = regexp.MustCompile(`^([a-z0-9][a-z0-9-]{0,62})-(\d{8})\.warc\.gz$`)

func segmentName(writer string, n int) string { return fmt.Sprintf("%s-%08d.warc.gz", writer, n) }

// parseSegment takes a segment's name apart.
func parseSegment(name string) (writer string, n int, ok bool) {
	m := segmentPattern.FindStringSubmatch(name)
	if m == nil {
		return "", 0, false
	}
	n, err := strconv.Atoi(m[2])
	return m[1], n, err == nil
}

// segmentNames lists the segments in dir, of one writer or of all (""), in order.
func segmentNames(dir, writer string) ([]string, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	var names []string
	for _, f := range files {
		if w, _, ok := parseSegment(f.Name()); ok && (writer == "" || w == writer) {
			names = append(names, f.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// replaceFile writes a small file so that a crash leaves the old one or the new.
func replaceFile(dir, name string, data []byte, mode fs.FileMode) error {
	temp, err := os.CreateTemp(dir, "."+name+".*")
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	_, err = temp.Write(data)
	if err == nil {
		err = temp.Sync()
	}
	err = errors.Join(err, temp.Close())
	if err == nil {
		err = os.Chmod(temp.Name(), mode)
	}
	if err == nil {
		err = os.Rename(temp.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		return fmt.Errorf("archive: %w", errors.Join(err, os.Remove(temp.Name())))
	}
	return syncDir(dir)
}

// syncDir makes the names in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("archive: folder %s: %w", dir, err)
	}
	return nil
}

// removeTemporary takes away what replaceFile left when the process was killed.
func removeTemporary(dir, writer string) error {
	var problems []error
	for _, pattern := range []string{"." + indexName(writer+"-*.warc.gz") + ".*", "." + keyName(writer) + ".*"} {
		left, err := filepath.Glob(filepath.Join(dir, pattern))
		problems = append(problems, err)
		for _, path := range left {
			if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
				problems = append(problems, err)
			}
		}
	}
	return errors.Join(problems...)
}
