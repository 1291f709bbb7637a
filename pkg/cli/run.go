package cli

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sarhad-desk/sarhad/pkg/app"
	"github.com/sarhad-desk/sarhad/pkg/config"
)

func (p *program) upCommand() *cobra.Command {
	var listen string
	command := &cobra.Command{
		Use:   "up",
		Short: "start everything in one process",
		Long:  "Starts all roles in this process, with NATS and the index embedded and all data in the data folder. The web desk is on http://127.0.0.1:8080. Nothing is collected from the network until a contact address for the User-Agent is set, on the desk or in the settings.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.deskSettings(listen)
			if err != nil {
				return err
			}
			return p.start(cmd.Context(), cfg, nil, "")
		},
	}
	command.Flags().StringVar(&listen, "listen", "", "address of the desk (127.0.0.1:8080)")
	return command
}

// deskSettings are the settings with another address for the desk, under the same
// rules; "" leaves the one in the settings.
func (p *program) deskSettings(listen string) (*config.Config, error) {
	cfg, err := p.settings()
	if err != nil || listen == "" {
		return cfg, err
	}
	cfg.Desk.Listen = listen
	if err := cfg.Check(); err != nil {
		return nil, usage(err)
	}
	return cfg, nil
}

func (p *program) demoCommand() *cobra.Command {
	var listen string
	command := &cobra.Command{
		Use:   "demo",
		Short: "the same with the demonstration corpus, no network",
		Long:  "Serves the bundled demonstration corpus from loopback as feeds and pages, and runs the whole pipeline on it. The texts are fictional retellings and say so. The data goes to a folder of its own, made anew each time unless --data names one.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.deskSettings(listen)
			if err != nil {
				return err
			}
			if p.dataDir == "" {
				if cfg.Data, err = os.MkdirTemp("", "sarhad-demo-"); err != nil {
					return err
				}
				defer os.RemoveAll(cfg.Data)
			}
			corpus, err := app.ServeDemo(cfg)
			if err != nil {
				return err
			}
			defer corpus.Close()
			return p.start(cmd.Context(), cfg, nil, fmt.Sprintf("DEMONSTRATION: %d fictional items of %d fictional outlets, served from %s.\n", corpus.Items, corpus.Outlets, corpus.Addr))
		},
	}
	command.Flags().StringVar(&listen, "listen", "", "address of the desk (127.0.0.1:8080)")
	return command
}

func (p *program) runCommand() *cobra.Command {
	var ready bool
	command := &cobra.Command{
		Use:       "run ROLE…",
		Short:     "run roles against an external NATS and Elasticsearch",
		Long:      "Runs one or more of the roles " + strings.Join(app.Roles(), ", ") + ". The settings say where NATS and Elasticsearch are: bus.url and index.url. With --ready it runs nothing, but asks the process that runs with the same settings whether it is ready: for health checks.",
		Args:      cobra.MatchAll(cobra.MinimumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: app.Roles(),
		RunE: func(cmd *cobra.Command, roles []string) error {
			cfg, err := p.settings()
			if err != nil {
				return err
			}
			if ready {
				return p.askReady(cmd.Context(), cfg, roles)
			}
			return p.start(cmd.Context(), cfg, roles, "")
		},
	}
	command.Flags().BoolVar(&ready, "ready", false, "ask the one that runs whether it is ready, and end")
	return command
}

// start runs the roles until the context ends, and tells a person where the desk is.
func (p *program) start(ctx context.Context, cfg *config.Config, roles []string, note string) error {
	began := time.Now()
	a, err := app.Start(ctx, cfg, p.logger(cfg), p.version, roles...)
	if err != nil {
		return err
	}
	go func() {
		if !awaitReady(ctx, a) {
			return
		}
		fmt.Fprint(p.err, note)
		if a.Addr() != nil && (len(roles) == 0 || slices.Contains(roles, "desk")) {
			fmt.Fprintf(p.err, "The desk is on http://%s (ready after %s; stop with Ctrl-C).\n", a.Addr(), time.Since(began).Round(10*time.Millisecond))
		}
	}()
	return a.Wait()
}
