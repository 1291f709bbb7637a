package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// link is one line of a manifest: a segment that was closed. Hash is the SHA-256
// of the line without its last member, and Prev the Hash of the line before, so
// that a line cannot be changed or left out without every later one showing it.
type link struct {
	N       int    `json:"n"`
	Time    string `json:"time"`
	Segment string `json:"segment"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
	Prev    string `json:"prev"`
	Hash    string `json:"hash,omitempty"`
}

// chain is the manifest of one writer, open for its next line.
type chain struct {
	path   string
	n      int
	head   string // Hash of the last line, "" before the first
	last   int    // highest segment number named
	closed map[string]bool
}

func manifestName(writer string) string { return writer + ".manifest" }

func (l link) seal() link {
	l.Hash = ""
	text, _ := json.Marshal(l) // a struct of strings and numbers always marshals
	sum := sha256.Sum256(text)
	l.Hash = hex.EncodeToString(sum[:])
	return l
}

// openChain reads a manifest. A last line without an end is one that a crash cut
// short before anything rested on it: it is taken away.
func openChain(dir, writer string) (*chain, error) {
	c := &chain{path: filepath.Join(dir, manifestName(writer)), closed: map[string]bool{}}
	text, err := os.ReadFile(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	whole := bytes.LastIndexByte(text, '\n') + 1
	if whole < len(text) {
		if err := os.Truncate(c.path, int64(whole)); err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
	}
	for i, line := range bytes.Split(bytes.TrimSuffix(text[:whole], []byte("\n")), []byte("\n")) {
		var l link
		if len(line) == 0 {
			continue
		}
		if err := json.Unmarshal(line, &l); err != nil {
			return nil, fmt.Errorf("archive: manifest %s:%d: %w", filepath.Base(c.path), i+1, err)
		}
		if _, n, ok := parseSegment(l.Segment); ok {
			c.last = max(c.last, n)
		}
		c.n, c.head, c.closed[l.Segment] = l.N, l.Hash, true
	}
	return c, nil
}

// append closes a segment in the manifest, with the hash of what is on disk.
func (c *chain) append(dir, segment string, size int64) error {
	sum, err := fileHash(filepath.Join(dir, segment), size)
	if err != nil {
		return err
	}
	l := link{
		N: c.n + 1, Time: time.Now().UTC().Format(time.RFC3339), Segment: segment,
		Bytes: size, SHA256: sum, Prev: c.head,
	}.seal()
	line, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if err := appendLine(c.path, line); err != nil {
		return err
	}
	c.n, c.head, c.closed[segment] = l.N, l.Hash, true
	return syncDir(dir)
}

func appendLine(path string, line []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	_, err = f.Write(append(line, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("archive: manifest: %w", err)
	}
	return nil
}

// fileHash is the SHA-256 of the first size bytes of a file, all of which must be there.
func fileHash(path string, size int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("archive: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if n, err := io.CopyN(h, f, size); err != nil {
		return "", fmt.Errorf("archive: %s holds %d of %d bytes: %w", filepath.Base(path), n, size, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// checkChain reads a manifest as evidence: what is wrong with it, line by line,
// and what it says of each segment.
func checkChain(dir, name string) (links map[string]link, head string, damage []Damage) {
	links = map[string]link{}
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return links, "", []Damage{{File: name, What: err.Error()}}
	}
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		if i == len(lines)-1 {
			if line != "" {
				damage = append(damage, Damage{File: name, What: "the last line has no end"})
			}
			break
		}
		var l link
		at := fmt.Sprintf("line %d: ", i+1)
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			damage = append(damage, Damage{File: name, What: at + err.Error()})
			continue
		}
		again, _ := json.Marshal(l.seal())
		switch {
		case string(again) != line:
			damage = append(damage, Damage{File: name, What: at + "its hash does not fit what it says"})
		case l.Prev != head || l.N != i+1:
			damage = append(damage, Damage{File: name, What: at + "does not follow the line before"})
		}
		links[l.Segment], head = l, l.Hash
	}
	return links, head, damage
}
