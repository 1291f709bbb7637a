package safehttp

import (
	"net/netip"
	"testing"
)

func TestForbidden(t *testing.T) {
	for _, tt := range []struct {
		addr, why string
	}{
		{"0.0.0.0", "this network"}, {"0.1.2.3", "this network"}, {"0.255.255.255", "this network"},
		{"1.0.0.1", ""}, {"1.1.1.1", ""}, {"8.8.8.8", ""}, {"9.255.255.255", ""},
		{"10.0.0.0", "private use"}, {"10.255.255.255", "private use"}, {"11.0.0.0", ""},
		{"100.63.255.255", ""}, {"100.64.0.0", "shared address space"}, {"100.100.100.200", "shared address space"},
		{"100.127.255.255", "shared address space"}, {"100.128.0.0", ""},
		{"126.255.255.255", ""}, {"127.0.0.1", "loopback"}, {"127.255.255.254", "loopback"}, {"128.0.0.0", ""},
		{"168.63.129.15", ""}, {"168.63.129.16", "a cloud's control plane"}, {"168.63.129.17", ""},
		{"169.253.255.255", ""}, {"169.254.0.1", "link local"}, {"169.254.169.254", "link local"}, {"169.254.170.2", "link local"}, {"169.255.0.0", ""},
		{"172.15.255.255", ""}, {"172.16.0.1", "private use"}, {"172.31.255.255", "private use"}, {"172.32.0.0", ""},
		{"192.0.0.1", "IETF protocol assignments"}, {"192.0.0.9", "IETF protocol assignments"}, {"192.0.0.192", "IETF protocol assignments"},
		{"192.0.1.1", ""}, {"192.0.2.7", "documentation"}, {"192.31.196.1", "AS112"}, {"192.52.193.1", "AMT"},
		{"192.88.99.1", "6to4 relay"}, {"192.167.255.255", ""}, {"192.168.1.1", "private use"}, {"192.169.0.0", ""}, {"192.175.48.6", "AS112"},
		{"198.17.255.255", ""}, {"198.18.0.1", "benchmarking"}, {"198.19.255.255", "benchmarking"}, {"198.20.0.0", ""},
		{"198.51.100.5", "documentation"}, {"203.0.113.9", "documentation"}, {"203.0.114.0", ""},
		{"223.255.255.255", ""}, {"224.0.0.1", "multicast"}, {"239.255.255.250", "multicast"},
		{"240.0.0.1", "reserved"}, {"255.255.255.255", "reserved"},
		{"::", "unspecified"}, {"::1", "loopback"}, {"::2", "IPv4-compatible"}, {"::127.0.0.1", "IPv4-compatible"}, {"::a9fe:a9fe", "IPv4-compatible"},
		{"::ffff:127.0.0.1", "IPv4-mapped"}, {"::ffff:8.8.8.8", "IPv4-mapped"}, {"::ffff:0:127.0.0.1", "not global unicast"},
		{"64:ff9b::7f00:1", "NAT64"}, {"64:ff9b::a9fe:a9fe", "NAT64"}, {"64:ff9b::808:808", "NAT64"}, {"64:ff9b:1::1", "NAT64, local"}, {"64:ff9b:2::1", "not global unicast"},
		{"100::1", "discard only"}, {"100:0:0:1::1", "not global unicast"}, {"1fff::1", "not global unicast"},
		{"2001::1", "Teredo"}, {"2001:0:7f00:1::", "Teredo"}, {"2001:2::1", "IETF protocol assignments"}, {"2001:10::1", "IETF protocol assignments"},
		{"2001:20::1", "IETF protocol assignments"}, {"2001:1ff::1", "IETF protocol assignments"}, {"2001:200::1", ""},
		{"2001:4860:4860::8888", ""}, {"2001:db8::1", "documentation"},
		{"2002:7f00:1::", "6to4"}, {"2002:a9fe:a9fe::1", "6to4"}, {"2003::1", ""}, {"2606:4700::1111", ""}, {"2620:4f:8000::1", "AS112"},
		{"2a00:1450:4001::65", ""}, {"3ffe::1", "returned 6bone"}, {"3fff::1", "documentation"}, {"3fff:1000::1", ""}, {"4000::1", "not global unicast"},
		{"5f00::1", "segment routing"}, {"fc00::1", "unique local"}, {"fd00:ec2::254", "unique local"},
		{"fe80::1", "link local"}, {"fe80::1%eth0", "an address with a zone"}, {"2a00::1%eth0", "an address with a zone"}, {"febf::1", "link local"},
		{"fec0::1", "site local"}, {"feff::1", "site local"}, {"ff02::1", "multicast"}, {"ff0e::1", "multicast"},
	} {
		if got := forbidden(netip.MustParseAddr(tt.addr)); got != tt.why {
			t.Errorf("forbidden(%s) = %q, want %q", tt.addr, got, tt.why)
		}
	}
	if forbidden(netip.Addr{}) == "" {
		t.Error("the zero address passes")
	}
}

func TestCheckDial(t *testing.T) {
	c := newClient(t, Config{Contact: "desk@sarhad.example", AllowPorts: []uint16{8443}, Allow: []netip.AddrPort{
		netip.MustParseAddrPort("127.0.0.1:9000"), netip.MustParseAddrPort("[::1]:9000"),
	}})
	for _, tt := range []struct {
		network, address string
		ok               bool
	}{
		{"tcp4", "8.8.8.8:443", true}, {"tcp4", "8.8.8.8:80", true}, {"tcp4", "8.8.8.8:8443", true}, {"tcp6", "[2606:4700::1111]:443", true},
		{"tcp4", "8.8.8.8:22", false}, {"tcp4", "8.8.8.8:9000", false}, {"tcp4", "127.0.0.1:9000", true}, {"tcp6", "[::1]:9000", true},
		{"tcp4", "127.0.0.1:9001", false}, {"tcp4", "127.0.0.1:80", false}, {"tcp4", "127.0.0.2:9000", false},
		{"tcp6", "[::ffff:127.0.0.1]:9000", false}, {"udp4", "8.8.8.8:443", false}, {"unix", "/run/docker.sock", false}, {"tcp4", "", false},
	} {
		err := c.checkDial(tt.network, tt.address)
		if (err == nil) != tt.ok {
			t.Errorf("checkDial(%s, %s) = %v, want allowed: %v", tt.network, tt.address, err, tt.ok)
		}
		if err != nil && ClassOf(err) != Forbidden {
			t.Errorf("checkDial(%s, %s): class %q", tt.network, tt.address, ClassOf(err))
		}
	}
}
