package safehttp

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

const maxURL = 8 << 10

// hostNames turns names into ASCII as browsers look them up; underscores pass,
// since real outlets have them.
var hostNames = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.StrictDomainName(false))

// checkURL parses an address from data and refuses what needs no look at the
// network to be refused.
func (c *Client) checkURL(rawurl string) (*url.URL, error) {
	u, err := parseURL(rawurl)
	if err != nil {
		return nil, err
	}
	port := portOf(u)
	if c.cfg.Pin != "" {
		if net.JoinHostPort(u.Hostname(), strconv.Itoa(int(port))) != c.cfg.Pin {
			return nil, fail(Forbidden, rawurl, "this client is pinned to "+c.cfg.Pin, nil)
		}
		return u, nil
	}
	addr, notIP := netip.ParseAddr(u.Hostname())
	if notIP == nil {
		target := netip.AddrPortFrom(addr, port)
		if c.allow[target] {
			return u, nil
		}
		if why := forbidden(addr); why != "" {
			return nil, fail(Forbidden, rawurl, addr.String()+" is not a public address ("+why+")", nil)
		}
	}
	if c.cfg.Contact == "" {
		return nil, fail(Forbidden, rawurl, ErrNoContact.Error(), ErrNoContact)
	}
	if !c.ports[port] && !(notIP != nil && c.allowsPort(port)) {
		return nil, fail(Forbidden, rawurl, "port "+strconv.Itoa(int(port))+" is not open to addresses from data", nil)
	}
	return u, nil
}

// allowsPort lets a name through to the dialer, which compares the exact address.
func (c *Client) allowsPort(port uint16) bool {
	for a := range c.allow {
		if a.Port() == port {
			return true
		}
	}
	return false
}

func parseURL(rawurl string) (*url.URL, error) {
	if len(rawurl) > maxURL {
		return nil, fail(BadURL, rawurl, "the address is over 8 KiB long", nil)
	}
	u, err := url.Parse(strings.TrimSpace(rawurl))
	if err != nil {
		return nil, fail(BadURL, "", "the address does not parse: "+err.Error(), err)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fail(BadURL, rawurl, "expected http or https", nil)
	case u.User != nil:
		return nil, fail(BadURL, rawurl, "the address carries a user name", nil)
	case u.Opaque != "" || u.Hostname() == "":
		return nil, fail(BadURL, rawurl, "the address has no host", nil)
	}
	host, reason := asciiHost(u.Hostname())
	if reason != "" {
		return nil, fail(BadURL, rawurl, reason, nil)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, fail(BadURL, rawurl, "the port is not a number between 1 and 65535", nil)
		}
		u.Host = net.JoinHostPort(host, port)
	} else if u.Host = host; strings.Contains(host, ":") {
		u.Host = "[" + host + "]"
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// asciiHost is the host as it is looked up: an IP address in canonical form, or a
// name in ASCII and lower case. The odd spellings of IPv4 (0x7f.1, 2130706433,
// 0177.0.0.1), which some resolvers read as addresses, end in a numeric label and
// are refused, as the URL standard does.
func asciiHost(host string) (ascii, reason string) {
	if addr, err := netip.ParseAddr(host); err == nil {
		if addr.Zone() != "" {
			return "", "the address has a zone"
		}
		return addr.String(), ""
	}
	ascii, err := hostNames.ToASCII(strings.TrimSuffix(host, "."))
	if again, e := hostNames.ToASCII(ascii); err != nil || e != nil || again != ascii || ascii == "" || len(ascii) > 253 {
		return "", "the host name is not valid"
	}
	for _, r := range ascii {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_') {
			return "", "the host name is not valid"
		}
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 {
			return "", "the host name is not valid"
		}
	}
	if last := labels[len(labels)-1]; last[0] >= '0' && last[0] <= '9' {
		return "", "the host is neither a name nor an address in plain form"
	}
	return ascii, ""
}

func portOf(u *url.URL) uint16 {
	if n, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
		return uint16(n)
	}
	if u.Scheme == "https" {
		return 443
	}
	return 80
}

// Domain is the registrable domain of an address by the Public Suffix List, the
// unit that one owner runs and that politeness counts: "https://www.dawn.com/x"
// is of "dawn.com". An IP address stands for itself, with its port where the
// address names one; what is no address at all answers "".
func Domain(rawurl string) string {
	u, err := parseURL(rawurl)
	if err != nil {
		return ""
	}
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err == nil {
		return u.Host
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}
