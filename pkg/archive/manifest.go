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

// What a line of a manifest can tell.
const (
	eventClosed  = "closed"  // a segment got its last record
	eventRemoved = "removed" // a body was taken out of it, and it is now this
	eventExpired = "expired" // it was deleted when its time was over
)

// link is one line of a manifest. Hash is the SHA-256 of the line without its last
// member, and Prev the Hash of the line before, so that a line cannot be changed
// or left out without every later one showing it.
type link struct {
	N       int    `json:"n"`
	Time    string `json:"time"`
	Event   string `json:"event"`
	Segment string `json:"segment"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
	Body    string `json:"body,omitempty"` // removed: the hash of the body
	Reason  string `json:"reason,omitempty"`
	Prev    string `json:"prev"`
	Hash    string `json:"hash,omitempty"`
}

// chain is the manifest of one writer, open for its next line.
type chain struct {
	path     string
	size     int64 // of the file, up to the end of the last line
	n        int
	head     string          // Hash of the last line, "" before the first
	last     int             // highest segment number named
	segments map[string]link // the last line about each
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
// short before anything rested on it: it is written over.
func openChain(dir, writer string) (*chain, error) {
	c := &chain{path: filepath.Join(dir, manifestName(writer)), segments: map[string]link{}}
	text, err := os.ReadFile(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	c.size = int64(bytes.LastIndexByte(text, '\n') + 1)
	if c.size < int64(len(text)) {
		if err := os.Truncate(c.path, c.size); err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
	}
	for i, line := range bytes.Split(text[:c.size], []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var l link
		if err := json.Unmarshal(line, &l); err != nil {
			return nil, fmt.Errorf("archive: manifest %s:%d: %w", filepath.Base(c.path), i+1, err)
		}
		c.take(l)
	}
	return c, nil
}

func (c *chain) take(l link) {
	if _, n, ok := parseSegment(l.Segment); ok {
		c.last = max(c.last, n)
	}
	c.n, c.head, c.segments[l.Segment] = l.N, l.Hash, l
}

// append adds a line and returns once it is on disk. After an error the next line
// is written over what this one left.
func (c *chain) append(l link) error {
	l.N, l.Prev, l.Time = c.n+1, c.head, time.Now().UTC().Format(time.RFC3339)
	l = l.seal()
	line, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	line = append(line, '\n')
	f, err := os.OpenFile(c.path, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	_, err = f.WriteAt(line, c.size)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("archive: manifest: %w", err)
	}
	if c.size == 0 {
		if err := syncDir(filepath.Dir(c.path)); err != nil {
			return err
		}
	}
	c.size += int64(len(line))
	c.take(l)
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

// checkChain reads a manifest as evidence: its lines, and what is wrong with them.
func checkChain(dir, name string) (links []link, head string, damage []Damage) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, "", []Damage{{File: name, What: err.Error()}}
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
		links, head = append(links, l), l.Hash
	}
	return links, head, damage
}
