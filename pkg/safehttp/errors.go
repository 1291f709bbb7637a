package safehttp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"strings"
	"unicode"
)

// Class says what kind of failure a fetch met, for health, back-off and metrics.
type Class string

// The classes. Forbidden, BadURL and Redirect are refusals of ours; the others
// are what the network or the server did.
const (
	BadURL    Class = "bad-url"   // not an absolute http or https address we would ask
	Forbidden Class = "forbidden" // the address or port is not one to connect to
	DNS       Class = "dns"       // the name has no address, or the resolver failed
	Connect   Class = "connect"   // no connection, or it broke before an answer
	TLS       Class = "tls"       // certificate or handshake
	Timeout   Class = "timeout"   // the total, connect or header time ran out
	TooSlow   Class = "too-slow"  // the body came slower than the minimum speed
	TooLarge  Class = "too-large" // header, wire or decoded bytes over the limit
	Bomb      Class = "bomb"      // the body unpacks to more than a hundred times its size
	Redirect  Class = "redirect"  // too many, in a circle, or one that must not be followed
	Encoding  Class = "encoding"  // unknown, nested or broken content encoding
	Protocol  Class = "protocol"  // the answer is not HTTP, or was cut off
	Canceled  Class = "canceled"  // the caller gave up; says nothing about the server
)

// ErrNoContact is wrapped by the Forbidden error of a Client without a contact.
var ErrNoContact = errors.New("no contact address is set for the User-Agent")

// Error is the failure of one call.
type Error struct {
	Class  Class
	URL    string // the address in hand when it failed, without password or control characters
	Reason string // a sentence without a full stop, fit to show to a person
	Err    error  // the cause, may be nil
}

func (e *Error) Error() string {
	text := string(e.Class) + ": " + e.Reason
	if e.URL != "" {
		text = e.URL + ": " + text
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// ClassOf is the class of a failure, "" where err is nil or not from here.
func ClassOf(err error) Class {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return ""
}

const shownURL = 300 // bytes of an address that an error repeats

func fail(class Class, rawurl, reason string, err error) *Error {
	return &Error{Class: class, URL: shown(rawurl), Reason: shown(reason), Err: err}
}

// shown makes hostile text fit for a log line.
func shown(text string) string {
	if u, err := url.Parse(text); err == nil && u.User != nil {
		u.User = nil
		text = u.String()
	}
	if len(text) > shownURL {
		text = strings.ToValidUTF8(text[:shownURL], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

// classify gives the error of a round trip or of reading a body its class.
func classify(ctx context.Context, rawurl string, err error) *Error {
	var own *Error
	if errors.As(err, &own) || errors.As(context.Cause(ctx), &own) {
		return fail(own.Class, rawurl, own.Reason, err)
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return fail(Canceled, rawurl, "the fetch was called off", err)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fail(Timeout, rawurl, "the time for the whole fetch ran out", err)
	}
	var (
		dns     *net.DNSError
		network net.Error
		op      *net.OpError
	)
	switch {
	case errors.As(err, &dns):
		return fail(DNS, rawurl, dnsReason(dns), err)
	case isTLS(err):
		return fail(TLS, rawurl, err.Error(), err)
	case isHeaderLimit(err):
		return fail(TooLarge, rawurl, "the header of the answer is over the limit", err)
	case errors.As(err, &network) && network.Timeout():
		return fail(Timeout, rawurl, "the server kept us waiting: "+err.Error(), err)
	case errors.As(err, &op) && op.Op == "dial":
		return fail(Connect, rawurl, err.Error(), err)
	}
	return fail(Protocol, rawurl, err.Error(), err)
}

func dnsReason(e *net.DNSError) string {
	switch {
	case e.IsNotFound:
		return "the name " + e.Name + " has no address"
	case e.IsTimeout:
		return "the resolver did not answer for " + e.Name
	}
	return "looking up " + e.Name + ": " + e.Err
}

func isTLS(err error) bool {
	var (
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	return errors.As(err, &verify) || errors.As(err, &record) || errors.As(err, &alert) ||
		errors.As(err, &authority) || errors.As(err, &hostname) || errors.As(err, &invalid) ||
		strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// isHeaderLimit knows the two errors of net/http, which have no type, by their words.
func isHeaderLimit(err error) bool {
	text := err.Error()
	return strings.Contains(text, "server response headers exceeded") ||
		strings.Contains(text, "response header list larger than advertised limit")
}
