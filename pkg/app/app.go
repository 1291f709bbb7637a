// Package app is the one place that knows everything: it reads the settings, opens
// what the roles stand on, joins the stages to the bus, and starts and stops them.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/alert"
	"github.com/sarhad-desk/sarhad/pkg/archive"
	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/bus/embed"
	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/run"
	"github.com/sarhad-desk/sarhad/pkg/safehttp"
	"github.com/sarhad-desk/sarhad/pkg/source"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
	"github.com/sarhad-desk/sarhad/pkg/telemetry"
)

// Roles are the names of all roles.
func Roles() []string {
	return []string{"collector", "scraper", "tagger", "clusterer", "indexer", "alerter", "desk"}
}

// App is a started set of roles. Use Start.
type App struct {
	cfg     *config.Config
	log     *slog.Logger
	version string
	roles   []string
	group   *run.Group
	ready   *run.Readiness
	metrics *telemetry.Metrics
	web     *web

	catalogue *source.Catalogue
	rules     *taxonomy.Taxonomy
	alerts    *alert.Rules
	out       *outbound
	bus       *bus.Bus
	archive   *archive.Archive
	store     Store
}

// Run starts the roles and works until ctx ends; the error is what failed on the way.
func Run(ctx context.Context, cfg *config.Config, log *slog.Logger, version string, roles ...string) error {
	a, err := Start(ctx, cfg, log, version, roles...)
	if err != nil {
		return err
	}
	return a.Wait()
}

// Start reads what people have written, opens the listener, and begins to open the
// rest: a bus or an index that is away at the start is waited for, and /readyz says
// so. A mistake in a file stops the start with every mistake listed.
func Start(ctx context.Context, cfg *config.Config, log *slog.Logger, version string, roles ...string) (*App, error) {
	if len(roles) == 0 {
		roles = Roles()
	}
	for _, r := range roles {
		if !slices.Contains(Roles(), r) {
			return nil, fmt.Errorf("role %q, expected one or more of %s", r, strings.Join(Roles(), ", "))
		}
	}
	a := &App{cfg: cfg, log: log, version: version, roles: roles, ready: run.NewReadiness(), metrics: telemetry.NewMetrics()}
	if err := a.read(); err != nil {
		return nil, err
	}
	a.group = run.New(ctx, log)
	if err := a.listen(); err != nil {
		a.group.Stop()
		_ = a.group.Wait(cfg.Stop)
		return nil, err
	}
	a.ready.Waiting("start", "opening bus, archive and index")
	a.group.Go("start", a.open)
	return a, nil
}

// Wait blocks until the roles have stopped.
func (a *App) Wait() error {
	err := a.group.Wait(a.cfg.Stop)
	a.log.Info("stopped", "roles", a.roles)
	return err
}

// Stop ends the work; Wait says when it has ended.
func (a *App) Stop() { a.group.Stop() }

// Addr is where the desk, or the role's metrics, are served; nil where nothing is.
func (a *App) Addr() net.Addr { return a.web.addr() }

// Ready reports whether everything is open, with a line on each part.
func (a *App) Ready() (bool, []string) { return a.ready.State() }

func (a *App) has(roles ...string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(a.roles, r) })
}

// read loads what people have written, and lists every mistake in all of it.
func (a *App) read() error {
	var sourcesErr, rulesErr, alertsErr error
	a.rules, rulesErr = LoadTaxonomy(a.cfg)
	a.catalogue, sourcesErr = LoadCatalogue(a.cfg)
	if rulesErr == nil {
		a.alerts, alertsErr = LoadAlerts(a.cfg, a.rules)
	}
	if err := joined(sourcesErr, rulesErr, alertsErr); err != nil {
		return err
	}
	allowed, err := a.cfg.Allowed()
	if err != nil {
		return err
	}
	a.out, err = newOutbound(a.version, allowed, a.log)
	return err
}

// open opens bus, archive and index, waiting where need be, and starts the roles.
func (a *App) open(ctx context.Context) error {
	for _, step := range []struct {
		name string
		open func(context.Context) error
	}{{"bus", a.openBus}, {"settings", a.openSettings}, {"archive", a.openArchive}, {"index", a.openIndex}} {
		a.ready.Waiting(step.name, "opening")
		if err := step.open(ctx); err != nil {
			return fmt.Errorf("open %s: %w", step.name, err)
		}
		a.ready.Ready(step.name)
	}
	a.start()
	a.ready.Ready("start")
	a.log.Info("ready", "roles", a.roles, "sources", len(a.catalogue.Sources()), "taxonomy", a.rules.Version())
	return nil
}

func (a *App) openBus(ctx context.Context) error {
	cfg := bus.Config{URL: a.cfg.Bus.URL, User: a.cfg.Bus.User, CA: a.cfg.Bus.CAFile, Replicas: a.cfg.Bus.Replicas, Name: "sarhad " + strings.Join(a.roles, " ")}
	var err error
	if cfg.Password, err = config.Secret(a.cfg.Bus.PasswordFile); err != nil {
		return err
	}
	if a.cfg.Bus.Monitor != "" {
		cfg.Monitor = []string{a.cfg.Bus.Monitor}
	}
	if cfg.URL == "" {
		server, err := embed.Start(embed.Config{Dir: a.cfg.Data, MaxStore: (4*a.cfg.Bus.MaxMB + 4<<10) << 20, Log: a.log})
		if err != nil {
			return err
		}
		a.group.OnStop("embedded bus", func(context.Context) error { server.Shutdown(); return nil })
		cfg.InProcess = server
	}
	a.ready.Waiting("bus", "no answer yet")
	if a.bus, err = bus.Connect(ctx, cfg, a.log); err != nil {
		return err
	}
	a.group.OnStop("bus", func(context.Context) error { a.bus.Close(); return nil })
	topology := Topology(a.cfg)
	for _, s := range (steps{}).Flow() {
		if s.In != "" {
			topology.Consumers = append(topology.Consumers, s.Consumer())
		}
	}
	return a.bus.Declare(ctx, topology)
}

func (a *App) openSettings(ctx context.Context) error {
	return a.out.follow(ctx, a.bus, a.group, a.cfg.Contact)
}

// openArchive opens the archive as a writer of its own: one process writes one
// series of segments, and replicas of a role on one machine take numbered ones.
func (a *App) openArchive(context.Context) error {
	if !a.has("collector", "scraper") {
		return nil
	}
	name := "all"
	if len(a.roles) < len(Roles()) {
		name = strings.Join(a.roles, "-")
	}
	if host, err := os.Hostname(); err == nil && a.cfg.Bus.URL != "" {
		name += "-" + strings.ToLower(strings.ReplaceAll(host, ".", "-"))
	}
	var err error
	for replica := 1; replica <= maxReplicas; replica++ {
		writer := name
		if replica > 1 {
			writer = fmt.Sprintf("%s-%d", name, replica)
		}
		a.archive, err = archive.Open(filepath.Join(a.cfg.Data, "archive"), writer, a.log)
		if !errors.Is(err, archive.ErrLocked) || a.cfg.Bus.URL == "" {
			break
		}
	}
	if err != nil {
		return err
	}
	a.group.OnStop("archive", func(context.Context) error { return a.archive.Close() })
	return nil
}

// maxReplicas bounds the processes of one role that write to one archive on one machine.
const maxReplicas = 32

// start begins the work of the roles.
func (a *App) start() {
	pace := safehttp.NewPacer(a.cfg.Collect.Pause)
	s := a.steps(pace)
	runner := &flow.Runner{Bus: a.bus, Log: a.log, Metrics: a.metrics}
	for _, stage := range s.Flow() {
		if !a.has(stage.Name) || stage.In == "" {
			continue
		}
		work := func(ctx context.Context) error { return runner.Run(ctx, stage) }
		if stage.Name == "alerter" { // one at a time: it counts what the cooldown keeps quiet
			work = func(ctx context.Context) error {
				return flow.Leased(ctx, a.bus, "alerter", a.log, func(ctx context.Context) error { return runner.Run(ctx, stage) })
			}
		}
		a.group.Go(stage.Name, work)
	}
	if a.has("collector") {
		a.group.Go("collector", a.collector(pace).Run)
	}
	if a.has("alerter") {
		a.group.Go("notifier", s.watcher.Deliver)
	}
	if a.has("clusterer") {
		a.group.Go("janitor", func(ctx context.Context) error { return a.bus.Janitor(ctx, time.Minute) })
	}
	if a.has("desk") {
		a.web.serve(a.desk())
	}
	a.group.Go("gauges", a.gauges)
}

func (a *App) steps(pace *safehttp.Pacer) steps {
	s := steps{
		rules: func() *taxonomy.Taxonomy { return a.rules }, cluster: flow.NewClusterer(), store: a.store,
		watcher: &alert.Watcher{Bus: a.bus, Rules: a.alerts, Log: a.log, Now: time.Now},
		scraper: &flow.Scraper{HTTP: a.out.client, Pace: pace, Archive: a.archive, Pages: a.cfg.Collect.Pages, May: a.out.may},
	}
	if a.cfg.Collect.Robots {
		s.scraper.Robots = flow.NewRobots(a.out.client, time.Now)
	}
	return s
}

func (a *App) collector(pace *safehttp.Pacer) *flow.Collector {
	return &flow.Collector{
		Bus: a.bus, HTTP: a.out.client, May: a.out.may, Pace: pace, Archive: a.archive, Catalogue: a.catalogue, Index: a.store,
		Workers: a.cfg.Collect.Workers, Pause: a.cfg.Collect.Pause, Spread: a.cfg.Collect.Spread,
		Metrics: a.metrics, Log: a.log, Now: time.Now, Jitter: rand.Float64,
	}
}

// restingLooks is how often memory is given back after a burst: the bus lets go of
// its caches over some seconds, and pools need two collections to empty.
const restingLooks = 4

// gauges brings the levels of the bus into the metrics. Where nothing has moved
// since the last look, what a burst has left behind is given back to the machine.
func (a *App) gauges(ctx context.Context) error {
	var before uint64
	resting := 0 // looks in a row at which nothing had moved
	for {
		if h, err := a.bus.Health(ctx); err == nil {
			a.level(h)
			moved := uint64(0)
			for _, s := range h.Streams {
				moved += s.Last
			}
			if resting++; moved != before {
				resting = 0
			}
			if before = moved; 0 < resting && resting <= restingLooks {
				debug.FreeOSMemory()
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(15 * time.Second):
		}
	}
}
