// Package alert watches arriving items for what somebody asked to be told of, and
// sees to it that they are told: a notice is stored on the bus before anybody is
// called, is called until it has arrived, and says why it was raised.
package alert

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"regexp"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/query"
)

// Rule is a saved search that tells somebody of each new match.
type Rule struct {
	ID        string        `yaml:"id"`
	Name      string        `yaml:"name"`
	Query     string        `yaml:"query"`       // in the query language
	Webhook   string        `yaml:"webhook"`     // address that gets the notice; "" for the desk alone
	SecretIn  string        `yaml:"secret_file"` // file of the secret that signs the notice
	Copies    bool          `yaml:"copies"`      // tell of copies too, not of originals alone
	Cooldown  time.Duration `yaml:"cooldown"`    // matches within it are counted, and told with the next notice
	Match     []string      `yaml:"must_match"`
	MatchNone []string      `yaml:"must_not_match"`

	version string
	names   query.Names
	parsed  *query.Query
	at      time.Time // when it was parsed: "seen:<2h" means two hours from then
}

const freshFor = time.Minute // how long a parsed query is taken for one of now

// match matches an item as the query would be understood now.
func (r *Rule) match(it *news.Item, now time.Time) ([]news.Span, bool) {
	if now.Sub(r.at) > freshFor {
		if parsed, err := query.Parse(r.Query, r.names, now); err == nil {
			r.parsed, r.at = parsed, now
		}
	}
	return r.parsed.Match(it)
}

// Version identifies the rule's text.
func (r *Rule) Version() string { return r.version }

var ruleID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// Rules are the checked rules of one file.
type Rules struct{ rules []*Rule }

// All are the rules in the order of the file.
func (r *Rules) All() []*Rule { return r.rules }

// Load reads a file of rules; the error is config.Problems. tag prepares an example
// text as the pipeline would, so that a rule on tags can be tried on it.
func Load(fsys fs.FS, file string, names query.Names, tag func(*news.Item)) (*Rules, error) {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, config.Problems{{File: file, What: err.Error()}}
	}
	var read struct {
		Alerts []*Rule `yaml:"alerts"`
	}
	doc, err := config.Decode(file, data, &read)
	if err != nil {
		return nil, err
	}
	var problems config.Problems
	seen := map[string]bool{}
	for i, r := range read.Alerts {
		wrong := func(key, format string, args ...any) {
			problems.Add(file, doc.Line("alerts", i, key), "alert %s: %s: %s", r.ID, key, fmt.Sprintf(format, args...))
		}
		if !ruleID.MatchString(r.ID) || seen[r.ID] {
			wrong("id", "found %q, expected a name of its own of a-z, 0-9 and -", r.ID)
		}
		seen[r.ID] = true
		r.check(names, tag, wrong)
		sum := sha256.Sum256([]byte(r.Query + "\x00" + r.Webhook))
		r.version = hex.EncodeToString(sum[:4])
	}
	return &Rules{rules: read.Alerts}, problems.Err()
}

func (r *Rule) check(names query.Names, tag func(*news.Item), wrong func(key, format string, args ...any)) {
	if r.Name == "" {
		wrong("name", "is empty, expected what people call the alert")
	}
	if _, err := Endpoint(r.Webhook); r.Webhook != "" && err != nil {
		wrong("webhook", "%v", err)
	}
	if r.Cooldown < 0 {
		wrong("cooldown", "found %s, expected 0 or more", r.Cooldown)
	}
	r.names, r.at = names, time.Now()
	parsed, err := query.Parse(r.Query, names, r.at)
	if err != nil {
		wrong("query", "%v", err)
		return
	}
	r.parsed = parsed
	if len(r.Match) == 0 {
		wrong("must_match", "is empty, expected an example that the alert tells of")
	}
	for kind, examples := range map[string][]string{"must_match": r.Match, "must_not_match": r.MatchNone} {
		for _, example := range examples {
			it := &news.Item{Text: example, FirstSeen: time.Now(), Published: time.Now()}
			tag(it)
			if _, matches := parsed.Match(it); matches != (kind == "must_match") {
				wrong(kind, "the query says %t to %q", matches, example)
			}
		}
	}
}

// Endpoint is the host and port of a webhook's address, which a client is pinned to.
func Endpoint(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return "", fmt.Errorf("found %q, expected an http or https address without user and password", address)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}
