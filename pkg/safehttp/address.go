package safehttp

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// denied are the blocks inside the unicast space that must never be dialled: the
// IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its
// successors) entire, whether or not an entry is globally reachable, and the few
// addresses that clouds give to their own control plane.
var denied = []struct {
	prefix netip.Prefix
	name   string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "this network"},
	{netip.MustParsePrefix("10.0.0.0/8"), "private use"},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared address space"},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback"},
	{netip.MustParsePrefix("168.63.129.16/32"), "a cloud's control plane"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link local"},
	{netip.MustParsePrefix("172.16.0.0/12"), "private use"},
	{netip.MustParsePrefix("192.0.0.0/24"), "IETF protocol assignments"},
	{netip.MustParsePrefix("192.0.2.0/24"), "documentation"},
	{netip.MustParsePrefix("192.31.196.0/24"), "AS112"},
	{netip.MustParsePrefix("192.52.193.0/24"), "AMT"},
	{netip.MustParsePrefix("192.88.99.0/24"), "6to4 relay"},
	{netip.MustParsePrefix("192.168.0.0/16"), "private use"},
	{netip.MustParsePrefix("192.175.48.0/24"), "AS112"},
	{netip.MustParsePrefix("198.18.0.0/15"), "benchmarking"},
	{netip.MustParsePrefix("198.51.100.0/24"), "documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "documentation"},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
	{netip.MustParsePrefix("::ffff:0:0/96"), "IPv4-mapped"},
	{netip.MustParsePrefix("::/128"), "unspecified"},
	{netip.MustParsePrefix("::1/128"), "loopback"},
	{netip.MustParsePrefix("::/96"), "IPv4-compatible"},
	{netip.MustParsePrefix("64:ff9b::/96"), "NAT64"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "NAT64, local"},
	{netip.MustParsePrefix("100::/64"), "discard only"},
	{netip.MustParsePrefix("2001::/32"), "Teredo"},
	{netip.MustParsePrefix("2001::/23"), "IETF protocol assignments"},
	{netip.MustParsePrefix("2001:db8::/32"), "documentation"},
	{netip.MustParsePrefix("2002::/16"), "6to4"},
	{netip.MustParsePrefix("2620:4f:8000::/48"), "AS112"},
	{netip.MustParsePrefix("3ffe::/16"), "returned 6bone"},
	{netip.MustParsePrefix("3fff::/20"), "documentation"},
	{netip.MustParsePrefix("5f00::/16"), "segment routing"},
	{netip.MustParsePrefix("fc00::/7"), "unique local"},
	{netip.MustParsePrefix("fe80::/10"), "link local"},
	{netip.MustParsePrefix("fec0::/10"), "site local"},
	{netip.MustParsePrefix("ff00::/8"), "multicast"},
}

// global6 is all that IANA has given out as IPv6 global unicast; the rest of the
// space is refused without having to be named.
var global6 = netip.MustParsePrefix("2000::/3")

// forbidden names the reason why addr must not be dialled, "" where it may be.
func forbidden(addr netip.Addr) string {
	if !addr.IsValid() {
		return "not an address"
	}
	if addr.Zone() != "" {
		return "an address with a zone"
	}
	for _, d := range denied {
		if d.prefix.Contains(addr) {
			return d.name
		}
	}
	if !addr.Is4() && !global6.Contains(addr) {
		return "not global unicast"
	}
	return ""
}

// checkDial is asked for each address a name resolved to, before the connection
// is made: nothing a resolver says later can change the answer.
func (c *Client) checkDial(network, address string) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil || (network != "tcp4" && network != "tcp6") {
		return fail(Forbidden, "", fmt.Sprintf("%s %s is not an address to connect to", network, address), err)
	}
	if c.cfg.Pin != "" || c.allow[target] {
		return nil
	}
	if why := forbidden(target.Addr()); why != "" {
		return fail(Forbidden, "", fmt.Sprintf("%s is not a public address (%s)", target.Addr(), why), nil)
	}
	if !c.ports[target.Port()] {
		return fail(Forbidden, "", fmt.Sprintf("port %d is not open to addresses from data", target.Port()), nil)
	}
	if c.cfg.Contact == "" {
		return fail(Forbidden, "", ErrNoContact.Error(), ErrNoContact)
	}
	return nil
}

// newTransport makes the one transport. It knows no proxy: behind one, the check
// of the address would see the proxy's.
func (c *Client) newTransport() *http.Transport {
	dialer := &net.Dialer{
		Timeout:  c.cfg.ConnectTimeout,
		Resolver: c.cfg.Resolver,
		Control: func(network, address string, _ syscall.RawConn) error {
			return c.checkDial(network, address)
		},
	}
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.cfg.RootCAs},
		TLSHandshakeTimeout:    c.cfg.ConnectTimeout,
		ResponseHeaderTimeout:  c.cfg.HeaderTimeout,
		MaxResponseHeaderBytes: c.cfg.MaxHeader,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        30 * time.Second,
	}
}
