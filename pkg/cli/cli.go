// Package cli is the command line. Every stage of the pipeline is a filter here,
// JSON Lines in and out, the same code that runs behind the bus; the rest of the
// commands start the program, ask a running one, and check what people write.
// Results go to standard output, everything else to standard error. The exit code
// is 0 where all went well, 1 where something failed, 2 where the command was wrong.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/sarhad-desk/sarhad/configs"
	"github.com/sarhad-desk/sarhad/pkg/app"
	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
	"github.com/sarhad-desk/sarhad/pkg/telemetry"
)

// program is what the commands share.
type program struct {
	in         io.Reader
	out, err   io.Writer
	version    string
	configFile string
	dataDir    string
	deskURL    string
	tokenFile  string
	json       bool
}

// usageError makes the exit code 2.
type usageError struct{ err error }

func (u usageError) Error() string { return u.err.Error() }
func (u usageError) Unwrap() error { return u.err }

func usage(err error) error { return usageError{err} }

// Main runs the command line and answers with the exit code.
func Main(args []string, version string) int {
	p := &program{in: os.Stdin, out: os.Stdout, err: os.Stderr, version: version}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return p.execute(ctx, args)
}

// Role runs one role, with its settings from --config and the environment.
func Role(role, version string) int {
	return Main(append([]string{"run", role}, os.Args[1:]...), version)
}

func (p *program) execute(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(p.err, "sarhad:", strings.ReplaceAll(err.Error(), "\n", "\n  "))
	var wrong usageError
	if errors.As(err, &wrong) || isUsage(err) {
		return 2
	}
	return 1
}

// isUsage recognises the errors that cobra makes of wrong arguments; it gives them no type.
func isUsage(err error) bool {
	for _, start := range []string{"unknown command", "accepts ", "requires ", "invalid argument", "required flag"} {
		if strings.HasPrefix(err.Error(), start) {
			return true
		}
	}
	return false
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "sarhad",
		Short:         "media monitoring for the Afghanistan-Pakistan frontier",
		Long:          "Sarhad collects RSS and web sources, tags what they say about the Afghanistan-Pakistan border, Wakhan, the TTP and contested information, and indexes it for search and trends. It records who asserts and who denies; it never decides what is true.",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	flags := root.PersistentFlags()
	flags.StringVar(&p.configFile, "config", "", "settings file; what it leaves out has the default of configs/sarhad.yaml")
	flags.StringVar(&p.dataDir, "data", "", "data folder, instead of the one in the settings")
	root.AddGroup(&cobra.Group{ID: "run", Title: "Run it"}, &cobra.Group{ID: "filter", Title: "Filters: JSON Lines in and out, no server needed"},
		&cobra.Group{ID: "ask", Title: "Ask a running desk"}, &cobra.Group{ID: "check", Title: "Check what people write"})
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("run", p.upCommand(), p.demoCommand(), p.runCommand(), p.busCommand(), p.elasticCommand())
	add("filter", p.feedCommand(), p.pageCommand(), p.tagCommand(), p.clusterCommand(), p.matchCommand(), p.spikesCommand())
	add("ask", p.searchCommand(), p.trendCommand(), p.dlqCommand(), p.doctorCommand())
	add("check", p.taxonomyCommand(), p.sourcesCommand(), p.alertsCommand(), p.archiveCommand())
	root.AddCommand(p.versionCommand())
	return root
}

// family is a command that only holds others, and takes the name of one.
func family(use, short string, members ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(members...)
	return c
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "print the version", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		_, err := fmt.Fprintln(p.out, "sarhad", p.version)
		return err
	}}
}

// settings are the defaults, the file and the environment, with --data above all. A
// mistake in them is one of the command line.
func (p *program) settings() (*config.Config, error) {
	cfg, err := config.Load(configs.Settings, p.configFile, os.Environ())
	if err != nil {
		return nil, usage(err)
	}
	if p.dataDir != "" {
		cfg.Data = p.dataDir
	}
	return cfg, nil
}

func (p *program) logger(cfg *config.Config) *slog.Logger { return telemetry.Logger(p.err, cfg.Log) }

// taxonomy loads the taxonomy in force.
func (p *program) taxonomy() (*taxonomy.Taxonomy, error) {
	cfg, err := p.settings()
	if err != nil {
		return nil, err
	}
	return app.LoadTaxonomy(cfg)
}

func (p *program) printJSON(value any) error {
	encoder := json.NewEncoder(p.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

func readAll(in io.Reader, files []string) ([]byte, error) {
	if len(files) == 0 || files[0] == "-" {
		return io.ReadAll(in)
	}
	return os.ReadFile(files[0])
}
