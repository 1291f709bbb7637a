// Package elastic keeps items in an Elasticsearch cluster, one index a month.
//
// What may not happen is that an item is lost or stored wrongly without anybody
// noticing. So a batch is one synchronous request whose answer is read document by
// document; an index is never made by the server on its own, because without our
// template it would guess the fields; and an older version of an item is refused by
// the server itself. Requests go over the client's transport and are written here:
// what is sent can be read in dsl.go and template.go.
//
// An index is called items-2026.11-v1 after its month and the version of the
// template. It is written to as items-2026.11 and searched as items, both of them
// aliases, so that Migrate can put an index of another version in its place at once.
package elastic

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/elastic/go-elasticsearch/v8"
)

// Config says where the cluster is and how indices are made.
type Config struct {
	Addresses []string // https://host:9200
	APIKey    string   // as the cluster encodes it; or
	User      string
	Password  string
	CACert    []byte // PEM, where the cluster's certificate is not of a public authority

	Index    string        // name that everything begins with; "" is "items"
	Shards   int           // of a month's index; 0 is 1
	Replicas int           // copies beside the first
	Refresh  time.Duration // how soon what is stored is found; 0 is 5 s
	Timeout  time.Duration // of one request; 0 is 30 s
}

// Store is a cluster. Its methods may be called from many goroutines.
type Store struct {
	cfg    Config
	log    *slog.Logger
	client *elasticsearch.BaseClient
	http   *http.Transport

	version int // of the template: TemplateVersion, but for the test of Migrate

	mu     sync.Mutex
	months map[string]bool // months whose index is known to be there
}

// Open makes a client. It does not reach for the cluster: Ready does.
func Open(cfg Config, log *slog.Logger) (*Store, error) {
	if cfg.Index == "" {
		cfg.Index = "items"
	}
	cfg.Shards = max(cfg.Shards, 1)
	if cfg.Refresh <= 0 {
		cfg.Refresh = 5 * time.Second
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 30 * time.Second
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		MaxIdleConnsPerHost: 16, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true,
	}
	client, err := elasticsearch.NewBaseClient(elasticsearch.Config{
		Addresses: cfg.Addresses, APIKey: cfg.APIKey, Username: cfg.User, Password: cfg.Password, CACert: cfg.CACert,
		Transport: transport, DisableRetry: true, DisableMetaHeader: true,
	})
	if err != nil {
		return nil, fmt.Errorf("elasticsearch client: %w", err)
	}
	return &Store{cfg: cfg, log: log, client: client, http: transport, version: TemplateVersion, months: map[string]bool{}}, nil
}

// Close lets go of idle connections.
func (s *Store) Close() error {
	s.http.CloseIdleConnections()
	return nil
}

// Error is an answer of the cluster that says no.
type Error struct {
	Status int    // of HTTP
	Type   string // as Elasticsearch names it
	Reason string
}

func (e *Error) Error() string {
	return fmt.Sprintf("elasticsearch answers %d %s: %s", e.Status, e.Type, e.Reason)
}

// missing reports whether err says that an index or alias is not there.
func missing(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

// maxAnswer bounds what is read of one answer.
const maxAnswer = 512 << 20

// call sends one request and reads the answer into out, which may be nil.
func (s *Store) call(ctx context.Context, method, path, contentType string, body []byte, out any) error {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("elasticsearch %s %s: %w", method, path, err)
	}
	if body != nil {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := s.client.Perform(req)
	if err != nil {
		return fmt.Errorf("elasticsearch %s %s: %w", method, path, err)
	}
	defer res.Body.Close()
	answer := io.LimitReader(res.Body, maxAnswer)
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %w", method, path, refusal(res.StatusCode, answer))
	}
	if out == nil {
		_, err = io.Copy(io.Discard, answer)
	} else {
		err = json.NewDecoder(answer).Decode(out)
	}
	if err != nil {
		return fmt.Errorf("elasticsearch %s %s: answer: %w", method, path, err)
	}
	return nil
}

// refusal reads what the cluster says of an error, or shows what stands there instead.
func refusal(status int, answer io.Reader) *Error {
	text, _ := io.ReadAll(io.LimitReader(answer, 64<<10)) // a cut text is still the best there is to show
	e := &Error{Status: status, Type: http.StatusText(status), Reason: fmt.Sprintf("%.300q", text)}
	var detailed struct {
		Error json.RawMessage `json:"error"`
	}
	var said cause
	if json.Unmarshal(text, &detailed) == nil && json.Unmarshal(detailed.Error, &said) == nil && said.Type != "" {
		e.Type, e.Reason = said.Type, said.deepest()
	}
	return e
}

// cause is how Elasticsearch describes an error.
type cause struct {
	Type         string  `json:"type"`
	Reason       string  `json:"reason"`
	CausedBy     *cause  `json:"caused_by"`
	FailedShards []shard `json:"failed_shards"`
}

type shard struct {
	Reason *cause `json:"reason"`
}

// deepest is the reason with that of the causes below it.
func (c *cause) deepest() string {
	reason := c.Reason
	if len(c.FailedShards) > 0 && c.FailedShards[0].Reason != nil {
		return reason + ": " + c.FailedShards[0].Reason.deepest()
	}
	if c.CausedBy != nil && c.CausedBy.Reason != "" {
		return reason + ": " + c.CausedBy.deepest()
	}
	return reason
}

const (
	asJSON  = "application/json"
	asLines = "application/x-ndjson"
)

// ask sends a JSON body.
func (s *Store) ask(ctx context.Context, method, path string, body, out any) error {
	var b []byte
	if body != nil {
		var err error
		if b, err = json.Marshal(body); err != nil {
			return fmt.Errorf("elasticsearch %s %s: %w", method, path, err)
		}
	}
	return s.call(ctx, method, path, asJSON, b, out)
}

// Refresh makes what is stored so far findable.
func (s *Store) Refresh(ctx context.Context) error {
	if err := s.ask(ctx, http.MethodPost, "/"+s.cfg.Index+"/_refresh", nil, nil); err != nil && !missing(err) {
		return err
	}
	return nil
}
