package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/run"
	"github.com/sarhad-desk/sarhad/pkg/safehttp"
)

// SettingsBucket holds the settings that the desk can change.
const SettingsBucket = "settings"

const contactKey = "contact"

// outbound is the one client for addresses that came from data. Its User-Agent
// carries the contact address, which can be set while the program runs; until then
// it reaches the allowed loopback addresses only.
type outbound struct {
	version string
	allowed []netip.AddrPort
	log     *slog.Logger
	fixed   bool // the settings file names a contact, so that the desk cannot change it
	now     atomic.Pointer[contacted]
	kv      *bus.KV
}

type contacted struct {
	contact string
	client  *safehttp.Client
}

func newOutbound(version string, allowed []netip.AddrPort, log *slog.Logger) (*outbound, error) {
	o := &outbound{version: version, allowed: allowed, log: log}
	return o, o.use("")
}

// use makes a client with another contact; requests under way keep theirs.
func (o *outbound) use(contact string) error {
	client, err := safehttp.New(safehttp.Config{Contact: contact, Version: o.version, Allow: o.allowed, Log: o.log})
	if err == nil {
		o.now.Store(&contacted{contact, client})
	}
	return err
}

func (o *outbound) client() *safehttp.Client { return o.now.Load().client }

// Contact is the address in the User-Agent, and whether the settings file fixes it.
func (o *outbound) Contact() (contact string, fixed bool) { return o.now.Load().contact, o.fixed }

// may reports whether an address may be asked now.
func (o *outbound) may(address string) bool {
	if o.now.Load().contact != "" {
		return true
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	at, err := netip.ParseAddrPort(u.Host)
	if err != nil {
		return false
	}
	for _, a := range o.allowed {
		if a == at {
			return true
		}
	}
	return false
}

// follow takes the contact from the settings file, or else from the bus, where the
// desk puts it, and keeps following it there.
func (o *outbound) follow(ctx context.Context, b *bus.Bus, group *run.Group, configured string) error {
	var err error
	if o.kv, err = b.KV(ctx, SettingsBucket); err != nil {
		return err
	}
	if configured != "" {
		o.fixed = true
		if configured, err = checkContact(configured); err != nil {
			return err
		}
		return o.use(configured)
	}
	value, _, err := o.kv.Get(ctx, contactKey)
	if err != nil && !errors.Is(err, bus.ErrNoKey) {
		return err
	}
	if err == nil {
		o.set(value)
	}
	group.Go("settings", func(ctx context.Context) error {
		for ctx.Err() == nil {
			err := o.kv.Watch(ctx, contactKey, func(c bus.Change) { o.set(c.Value) })
			if ctx.Err() == nil {
				o.log.Warn("settings are not followed", "err", err)
				time.Sleep(time.Second)
			}
		}
		return nil
	})
	return nil
}

func (o *outbound) set(value []byte) {
	var contact string
	if json.Unmarshal(value, &contact) != nil {
		return
	}
	if err := o.use(contact); err != nil {
		o.log.Error("contact address not usable", "err", err)
	}
}

// SetContact stores the contact address for all processes of the flow.
func (o *outbound) SetContact(ctx context.Context, contact string) error {
	if o.fixed {
		return errors.New("the contact address is fixed in the settings file")
	}
	contact, err := checkContact(contact)
	if err != nil {
		return err
	}
	value, err := json.Marshal(contact)
	if err != nil {
		return err
	}
	if _, err := o.kv.Put(ctx, contactKey, value); err != nil {
		return err
	}
	return o.use(contact)
}

// checkContact takes a mail address or a web address.
func checkContact(s string) (string, error) {
	s = strings.TrimSpace(s)
	if a, err := mail.ParseAddress(s); err == nil && a.Name == "" {
		return a.Address, nil
	}
	if u, err := url.Parse(s); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil {
		return u.String(), nil
	}
	return "", fmt.Errorf("contact %q, expected a mail address or a web address where the operators of sources can reach you", s)
}
