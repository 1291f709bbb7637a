package news

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/url"
	"path"
	"sort"
	"strings"
)

// trackers are query parameters that name a campaign or a click, never an article.
var trackers = map[string]bool{
	"fbclid": true, "gclid": true, "dclid": true, "yclid": true, "msclkid": true, "mc_cid": true, "mc_eid": true,
	"igshid": true, "ocid": true, "cmpid": true, "ns_campaign": true, "ns_mchannel": true, "ns_source": true,
	"at_medium": true, "at_campaign": true, "ref_src": true, "wt_mc": true, "_ga": true,
}

// CanonicalURL is the address of an article without what does not tell two
// articles apart: scheme and host in lower case, default port, fragment, tracking
// parameters, dot segments, order of the other parameters. The path keeps its case
// and its trailing slash. It answers "" for anything but an absolute http or https
// address.
func CanonicalURL(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" || u.User != nil {
		return ""
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.Host = canonicalHost(u)
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	} else if strings.Contains(u.Path, "/.") || strings.Contains(u.Path, "//") {
		u.RawPath = ""
		slash := strings.HasSuffix(u.Path, "/")
		if u.Path = path.Clean(u.Path); slash && u.Path != "/" {
			u.Path += "/"
		}
	}
	u.RawQuery = canonicalQuery(u.RawQuery)
	u.ForceQuery = false
	return u.String()
}

func canonicalHost(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	port := u.Port()
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		if strings.Contains(host, ":") {
			return "[" + host + "]"
		}
		return host
	}
	return net.JoinHostPort(host, port)
}

// canonicalQuery drops trackers and sorts the rest by name, keeping the order of equal names.
func canonicalQuery(raw string) string {
	if raw == "" {
		return ""
	}
	var kept []string
	for _, pair := range strings.Split(raw, "&") {
		name, _, _ := strings.Cut(pair, "=")
		lower := strings.ToLower(name)
		if pair == "" || trackers[lower] || strings.HasPrefix(lower, "utm_") {
			continue
		}
		kept = append(kept, pair)
	}
	sort.SliceStable(kept, func(i, j int) bool {
		a, _, _ := strings.Cut(kept[i], "=")
		b, _, _ := strings.Cut(kept[j], "=")
		return a < b
	})
	return strings.Join(kept, "&")
}

// ID is the identity of an entry at a source: 128 bits of SHA-256, in hex, over
// the canonical URL; else over source and guid; else over source, title, published
// time and summary. It answers "" where the entry has none of these: such an
// entry is skipped and counted.
func ID(source string, e Entry) string {
	if u := CanonicalURL(e.URL); u != "" {
		return digest("url", u)
	}
	if guid := strings.TrimSpace(e.GUID); guid != "" {
		return digest("guid", source, guid)
	}
	title, summary := strings.TrimSpace(e.Title), strings.TrimSpace(e.Summary)
	if title == "" && summary == "" {
		return ""
	}
	published := ""
	if e.Published != nil {
		published = e.Published.UTC().Format("2006-01-02T15:04:05Z")
	}
	return digest("text", source, title, published, summary)
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
