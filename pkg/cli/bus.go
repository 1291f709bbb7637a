package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/sarhad-desk/sarhad/pkg/app"
	"github.com/sarhad-desk/sarhad/pkg/config"
)

func (p *program) busCommand() *cobra.Command {
	return family("bus", "look after a NATS server of Sarhad", &cobra.Command{
		Use:   "setup",
		Short: "make the streams, buckets and consumers on an external NATS",
		Long: "Connects to bus.url, as a user who may make streams, and makes what the roles will only be allowed to use. " +
			"To be run once before the roles, and after every update. It works by starting a tagger and stopping it again: articles that wait already may be tagged meanwhile.",
		Example: "  SARHAD_BUS_URL=nats://nats:4222 SARHAD_BUS_USER=operator SARHAD_BUS_PASSWORD_FILE=operator.txt sarhad bus setup",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.settings()
			if err != nil {
				return err
			}
			if cfg.Bus.URL == "" {
				return usage(errors.New("bus.url is not set: without it NATS runs inside the process and needs no setup"))
			}
			cfg.Ops.Listen = ""
			return setUpBus(cmd.Context(), cfg, p.logger(cfg), p.version)
		},
	})
}

// setUpBus starts a role, which opens the bus before all else, until it is ready.
func setUpBus(ctx context.Context, cfg *config.Config, log *slog.Logger, version string) error {
	a, err := app.Start(ctx, cfg, log, version, "tagger")
	if err != nil {
		return err
	}
	watching, done := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Wait(); done() }()
	ready := awaitReady(watching, a)
	a.Stop()
	if err := <-ended; err != nil {
		return err
	}
	if !ready {
		return fmt.Errorf("the bus was not ready: %w", context.Cause(watching))
	}
	return nil
}

// awaitReady reports whether a is ready before ctx ends.
func awaitReady(ctx context.Context, a *app.App) bool {
	for {
		if ready, _ := a.Ready(); ready {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// askReady asks the process that runs with the same settings whether it is ready.
func (p *program) askReady(ctx context.Context, cfg *config.Config, roles []string) error {
	address := cfg.Ops.Listen
	if slices.Contains(roles, "desk") {
		address = cfg.Desk.Listen
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return usage(errors.New("ops.listen is not set: nothing answers whether these roles are ready"))
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return usage(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(p.out, io.LimitReader(response.Body, 64<<10)); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.New("not ready")
	}
	return nil
}
