package flow

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/temoto/robotstxt"

	"github.com/sarhad-desk/sarhad/pkg/safehttp"
)

const (
	robotsAgent = "Sarhad"
	robotsSize  = 500 << 10
	robotsFor   = 24 * time.Hour   // how long an answer is kept
	robotsRetry = 10 * time.Minute // how long a failure is
	robotsHosts = 4096             // hosts remembered at once
)

// ErrRobots is a page that its host asks robots not to fetch.
var ErrRobots = errors.New("robots.txt asks not to fetch this page")

// Robots honours robots.txt as RFC 9309 has it: no file, or any other answer of the
// 400s, allows everything; a host that fails to answer, or answers with 500s, is
// left alone until it does.
type Robots struct {
	client func() *safehttp.Client
	now    func() time.Time
	mu     sync.Mutex
	hosts  map[string]*robots
}

type robots struct {
	once  sync.Once
	until time.Time
	rules *robotstxt.RobotsData
	err   error
}

// NewRobots makes a Robots that remembers nothing.
func NewRobots(client func() *safehttp.Client, now func() time.Time) *Robots {
	return &Robots{client: client, now: now, hosts: map[string]*robots{}}
}

// Allow answers nil where the page may be fetched, ErrRobots where its host asks
// otherwise, and what went wrong where the host's wish cannot be learnt.
func (r *Robots) Allow(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return fmt.Errorf("address %q has no host", address)
	}
	host := r.host(u.Scheme + "://" + u.Host)
	host.once.Do(func() { r.fetch(ctx, u, host) })
	if host.err != nil {
		return host.err
	}
	path := u.EscapedPath()
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if !host.rules.TestAgent(path, robotsAgent) {
		return ErrRobots
	}
	return nil
}

// host is what is remembered of a host, made anew when it is out of date.
func (r *Robots) host(key string) *robots {
	r.mu.Lock()
	defer r.mu.Unlock()
	if have := r.hosts[key]; have != nil && (have.until.IsZero() || r.now().Before(have.until)) {
		return have
	}
	if len(r.hosts) >= robotsHosts {
		clear(r.hosts)
	}
	r.hosts[key] = &robots{}
	return r.hosts[key]
}

func (r *Robots) fetch(ctx context.Context, page *url.URL, host *robots) {
	keep := robotsFor
	response, err := r.client().Get(ctx, safehttp.Request{URL: page.Scheme + "://" + page.Host + "/robots.txt", MaxBytes: robotsSize, Accept: "text/plain,*/*;q=0.5"})
	switch {
	case err != nil && safehttp.ClassOf(err) == safehttp.TooLarge:
		host.rules, err = robotstxt.FromStatusAndBytes(http.StatusNotFound, nil)
	case err == nil && response.Status >= 500:
		err = fmt.Errorf("robots.txt of %s: %w", page.Host, &StatusError{response.Status})
	case err == nil && response.Status != http.StatusOK:
		host.rules, err = robotstxt.FromStatusAndBytes(http.StatusNotFound, nil)
	case err == nil:
		host.rules, err = robotstxt.FromBytes(response.Body)
	}
	if err != nil {
		host.err, keep = fmt.Errorf("robots.txt of %s cannot be learnt: %w", page.Host, err), robotsRetry
		if safehttp.ClassOf(err) == safehttp.Canceled || errors.Is(err, safehttp.ErrNoContact) {
			keep = 0
		}
	}
	r.mu.Lock()
	host.until = r.now().Add(keep)
	r.mu.Unlock()
}
