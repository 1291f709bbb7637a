package safehttp

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

const (
	bombRatio = 100     // decoded bytes for one on the wire …
	bombFloor = 1 << 20 // … once more than this was decoded
	zstdMax   = 8 << 20 // window a zstd content coding may ask for (RFC 9659)
)

// readBody reads the body of an answer to its end under every limit.
func (c *Client) readBody(answer *http.Response, limit int64, cancel context.CancelCauseFunc) ([]byte, int64, error) {
	if answer.ContentLength > c.cfg.MaxWire {
		return nil, 0, tooLarge("sent", c.cfg.MaxWire)
	}
	encoding, err := contentEncoding(answer.Header)
	if err != nil {
		return nil, 0, err
	}
	wire := &wireReader{from: answer.Body, limit: c.cfg.MaxWire}
	defer c.watch(wire, cancel)()
	body, err := decode(encoding, wire, limit, func() int64 { return wire.n.Load() })
	return body, wire.n.Load(), err
}

// Decode unpacks a body that came packed as a file (a sitemap.xml.gz), under the
// same limits as a content encoding: "gzip", "br", "zstd", or "" for none. The
// error is an *Error without a URL.
func Decode(encoding string, packed []byte, limit int64) ([]byte, error) {
	wire := &wireReader{from: bytes.NewReader(packed), limit: int64(len(packed))}
	body, err := decode(encoding, wire, limit, func() int64 { return wire.n.Load() })
	if err != nil {
		return nil, classify(context.Background(), "", err)
	}
	return body, nil
}

// contentEncoding is the single coding of a body, "" for none. Two layers are
// refused: no honest server sends them, and each multiplies what the other may do.
func contentEncoding(h http.Header) (string, error) {
	var layers []string
	for _, part := range strings.Split(strings.Join(h.Values("Content-Encoding"), ","), ",") {
		if name := strings.ToLower(strings.TrimSpace(part)); name != "" && name != "identity" {
			layers = append(layers, strings.TrimPrefix(name, "x-"))
		}
	}
	switch {
	case len(layers) == 0:
		return "", nil
	case len(layers) > 1:
		return "", fail(Encoding, "", "more than one content encoding: "+strings.Join(layers, ", "), nil)
	}
	return layers[0], nil
}

func decode(encoding string, wire io.Reader, limit int64, sent func() int64) ([]byte, error) {
	from, done, err := decoder(encoding, wire)
	if err != nil {
		return nil, asEncoding(encoding, err)
	}
	defer done()
	bounded := &decodedReader{from: from, limit: limit}
	if encoding != "" {
		bounded.sent = sent
	}
	body, err := io.ReadAll(bounded)
	if err != nil {
		return nil, asEncoding(encoding, err)
	}
	return body, nil
}

func decoder(encoding string, wire io.Reader) (io.Reader, func(), error) {
	switch encoding {
	case "":
		return wire, func() {}, nil
	case "gzip":
		r, err := gzip.NewReader(wire)
		if errors.Is(err, io.EOF) { // an empty body, which some servers label all the same
			return bytes.NewReader(nil), func() {}, nil
		}
		return r, func() {}, err
	case "br":
		return brotli.NewReader(wire), func() {}, nil
	case "zstd":
		r, err := zstd.NewReader(wire, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdMax))
		if err != nil {
			return nil, nil, err
		}
		return r, r.Close, nil
	}
	return nil, nil, fail(Encoding, "", "unknown content encoding "+encoding, nil)
}

// asEncoding tells what the decoder found wrong from what the network did.
func asEncoding(encoding string, err error) error {
	var own *Error
	var network *wireError
	switch {
	case errors.As(err, &own), encoding == "":
		return err
	case errors.As(err, &network):
		return network.err
	}
	return fail(Encoding, "", fmt.Sprintf("the body is not sound %s: %v", encoding, err), err)
}

func tooLarge(what string, limit int64) *Error {
	return fail(TooLarge, "", fmt.Sprintf("the body as %s is over the limit of %d bytes", what, limit), nil)
}

// wireError marks an error as the network's, however a decoder wraps it.
type wireError struct{ err error }

func (e *wireError) Error() string { return e.err.Error() }
func (e *wireError) Unwrap() error { return e.err }

// wireReader counts and bounds the bytes as sent.
type wireReader struct {
	from  io.Reader
	limit int64
	n     atomic.Int64
}

func (r *wireReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if r.n.Add(int64(n)) > r.limit {
		return 0, tooLarge("sent", r.limit)
	}
	if err != nil && err != io.EOF {
		err = &wireError{err}
	}
	return n, err
}

// decodedReader bounds the decoded bytes and their ratio to the sent ones.
type decodedReader struct {
	from  io.Reader
	limit int64
	n     int64
	sent  func() int64 // nil where the body is not encoded
}

func (r *decodedReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.n += int64(n)
	switch {
	case r.sent != nil && r.n > bombFloor && r.n > bombRatio*r.sent():
		return 0, fail(Bomb, "", fmt.Sprintf("the body unpacks to more than %d times its size", bombRatio), nil)
	case r.n > r.limit:
		return 0, tooLarge("decoded", r.limit)
	}
	return n, err
}

// watch calls the fetch off when a whole window brought fewer bytes than the
// minimum. The function it returns ends the watching.
func (c *Client) watch(wire *wireReader, cancel context.CancelCauseFunc) func() {
	var (
		mu      sync.Mutex
		timer   *time.Timer
		last    int64
		stopped bool
	)
	slow := fail(TooSlow, "", fmt.Sprintf("fewer than %d bytes came in %s", c.cfg.SlowBytes, c.cfg.SlowWindow), nil)
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(c.cfg.SlowWindow, func() {
		mu.Lock()
		defer mu.Unlock()
		now := wire.n.Load()
		switch {
		case stopped:
		case now-last < c.cfg.SlowBytes:
			cancel(slow)
		default:
			last = now
			timer.Reset(c.cfg.SlowWindow)
		}
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		stopped = true
		timer.Stop()
	}
}
