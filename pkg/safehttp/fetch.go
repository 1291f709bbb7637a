package safehttp

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"
)

const maxErrorBody = 64 << 10 // decoded bytes kept of an answer of 400 or above

// follow asks req.URL and then each address it is sent on to, under the same rules.
func (c *Client) follow(ctx context.Context, req Request) (*Response, error) {
	u, err := c.checkURL(req.URL)
	if err != nil {
		return nil, err
	}
	limit := req.MaxBytes
	if limit <= 0 {
		limit = c.cfg.MaxBytes
	}
	extra, permanent, seen := req.Header, true, map[string]bool{}
	for hop := 0; ; hop++ {
		seen[u.String()] = true
		h := c.header(extra, req.Accept)
		setValidator(h, "If-None-Match", req.ETag)
		setValidator(h, "If-Modified-Since", req.LastModified)
		res, err := c.once(ctx, http.MethodGet, u, h, nil, limit)
		if err != nil {
			return nil, err
		}
		location := res.Header.Get("Location")
		if !redirects(res.Status) || location == "" {
			if hop > 0 && permanent {
				res.Permanent = res.URL
			}
			return res, nil
		}
		next, err := c.nextHop(u, location, hop, seen)
		if err != nil {
			return nil, err
		}
		if permanent = permanent && (res.Status == 301 || res.Status == 308); u.Scheme == "https" && next.Scheme == "http" {
			if len(extra) > 0 {
				return nil, fail(Redirect, u.String(), "credentials would leave TLS on the way to "+next.String(), nil)
			}
			permanent = false
		}
		if !sameOrigin(u, next) {
			extra = nil
		}
		u = next
	}
}

func redirects(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && a.Hostname() == b.Hostname() && portOf(a) == portOf(b)
}

// nextHop is the checked target of a redirect that u answered with.
func (c *Client) nextHop(u *url.URL, location string, hop int, seen map[string]bool) (*url.URL, error) {
	from := u.String()
	switch {
	case c.cfg.Pin != "":
		return nil, fail(Redirect, from, "a pinned client follows no redirect", nil)
	case hop >= c.cfg.MaxRedirects:
		return nil, fail(Redirect, from, "more redirects than are followed", nil)
	}
	ref, err := url.Parse(strings.TrimSpace(location))
	if err != nil {
		return nil, fail(Redirect, from, "the redirect's target does not parse", err)
	}
	next, err := c.checkURL(u.ResolveReference(ref).String())
	if err != nil {
		return nil, err
	}
	if seen[next.String()] {
		return nil, fail(Redirect, from, "redirects in a circle, back to "+next.String(), nil)
	}
	return next, nil
}

// setValidator sends a stored validator as it was received. One that cannot be a
// header value cannot have been received as one, and is left out.
func setValidator(h http.Header, name, value string) {
	if value != "" && httpguts.ValidHeaderFieldValue(value) {
		h[name] = []string{value}
	}
}

func remoteIP(conn net.Conn) string {
	if at, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil {
		return at.Addr().Unmap().String()
	}
	return ""
}

// once is one request and its answer, without redirects.
func (c *Client) once(ctx context.Context, method string, u *url.URL, h http.Header, body []byte, limit int64) (*Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var payload io.Reader
	if body != nil {
		payload = bytes.NewReader(body)
	}
	var server string
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { server = remoteIP(i.Conn) }})
	req, err := http.NewRequestWithContext(traced, method, u.String(), payload)
	if err != nil {
		return nil, fail(BadURL, u.String(), err.Error(), err)
	}
	req.Header = h
	answer, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, classify(ctx, u.String(), err)
	}
	defer answer.Body.Close()
	res := &Response{
		Status: answer.StatusCode, Header: answer.Header, URL: u.String(),
		ContentType: answer.Header.Get("Content-Type"), IP: server,
	}
	if redirects(res.Status) && res.Header.Get("Location") != "" || res.Status == http.StatusNotModified || res.Status == http.StatusNoContent {
		return res, nil
	}
	if res.Status >= 400 {
		limit = min(limit, maxErrorBody)
	}
	res.Body, res.Wire, err = c.readBody(answer, limit, cancel)
	if err != nil && res.Status >= 400 {
		res.Body, err = nil, nil // what matters is the status
	}
	if err != nil {
		return nil, classify(ctx, u.String(), err)
	}
	return res, nil
}
