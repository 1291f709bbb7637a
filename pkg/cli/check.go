package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sarhad-desk/sarhad/pkg/app"
	"github.com/sarhad-desk/sarhad/pkg/archive"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

func (p *program) taxonomyCommand() *cobra.Command {
	check := &cobra.Command{Use: "check", Short: "list mistakes and what deserves a look", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		rules, err := p.taxonomy()
		if err != nil {
			return err
		}
		for _, problem := range rules.Check() {
			fmt.Fprintln(p.out, problem)
		}
		fmt.Fprintf(p.err, "taxonomy %s: %d entries, no mistakes\n", rules.Version(), len(rules.Entries("")))
		return nil
	}}
	test := &cobra.Command{Use: "test", Short: "run every example of every rule", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		rules, err := p.taxonomy()
		if err != nil {
			return err
		}
		failures := rules.Test()
		for _, f := range failures {
			want := map[bool]string{true: "must match", false: "must not match"}[f.Want]
			fmt.Fprintf(p.out, "%s:%d: %s %s: %s\n    fired: %s; score %.2f of %.2f %s\n", f.File, f.Line, f.Rule, want, f.Text, strings.Join(f.Fired, ", "), f.Why.Score, f.Why.Threshold, f.Why.Missing)
		}
		fmt.Fprintf(p.err, "%d examples, %d fail\n", rules.Examples(), len(failures))
		if len(failures) > 0 {
			return errors.New("examples fail")
		}
		return nil
	}}
	return family("taxonomy", "check, test and explain the taxonomy", check, test, p.explainCommand())
}

func (p *program) explainCommand() *cobra.Command {
	c := &cobra.Command{Use: "explain TEXT", Short: "say how a text is read and why each rule fires or not", Args: cobra.ExactArgs(1), RunE: func(_ *cobra.Command, args []string) error {
		rules, err := p.taxonomy()
		if err != nil {
			return err
		}
		e := rules.Explain(args[0])
		if p.json {
			return p.printJSON(e)
		}
		fmt.Fprintf(p.out, "language  %s %s (%.2f)\ntokens   ", e.Lang.Code, e.Lang.Variant, e.Lang.Score)
		for _, t := range e.Tokens {
			fmt.Fprint(p.out, " ", t.Term)
		}
		fmt.Fprintln(p.out)
		for _, m := range e.Mentions {
			fmt.Fprintf(p.out, "names     %s (%s %s) at %d–%d: %s\n", m.Concept, m.Kind, m.Class, m.Start, m.End, m.Term)
		}
		for _, m := range e.Dropped {
			fmt.Fprintf(p.out, "ignored   %s at %d–%d: %s\n", m.Concept, m.Start, m.End, m.Term)
		}
		for _, r := range e.Rules {
			fired := map[bool]string{true: "fires", false: "does not fire"}[r.Fired]
			fmt.Fprintf(p.out, "rule      %s %s: score %.2f of %.2f %s\n", r.ID, fired, r.Score, r.Threshold, r.Missing)
		}
		return nil
	}}
	c.Flags().BoolVar(&p.json, "json", false, "print JSON")
	return c
}

func (p *program) alertsCommand() *cobra.Command {
	return family("alerts", "check the alert rules", &cobra.Command{Use: "check", Short: "check the rules and run their examples", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		cfg, err := p.settings()
		if err != nil {
			return err
		}
		rules, err := app.LoadTaxonomy(cfg)
		if err != nil {
			return err
		}
		alerts, err := app.LoadAlerts(cfg, rules)
		if err != nil {
			return err
		}
		for _, r := range alerts.All() {
			fmt.Fprintf(p.out, "%s\t%s\t%s\n", r.ID, r.Name, r.Query)
		}
		return nil
	}})
}

func (p *program) archiveCommand() *cobra.Command {
	return family("archive", "look after the archive of raw bytes", &cobra.Command{Use: "verify", Short: "read every record again and compare hashes", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		cfg, err := p.settings()
		if err != nil {
			return err
		}
		a, err := archive.Open(filepath.Join(cfg.Data, "archive"), "", slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		defer a.Close()
		report, err := a.Verify(cmd.Context())
		if err != nil {
			return err
		}
		for _, d := range report.Damage {
			fmt.Fprintln(p.out, d)
		}
		fmt.Fprintf(p.out, "%d segments, %d records, %d revisits, %d bytes\n", report.Segments, report.Records, report.Revisits, report.Bytes)
		for writer, head := range report.Heads {
			fmt.Fprintf(p.out, "head %s %s\n", writer, head)
		}
		if !report.OK() {
			return fmt.Errorf("%d records are damaged", len(report.Damage))
		}
		return nil
	}})
}

func (p *program) sourcesCommand() *cobra.Command {
	return family("sources", "list and try the catalogue of sources", p.sourcesListCommand(), p.sourcesCheckCommand())
}

func (p *program) sourcesListCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "list the sources", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		cfg, err := p.settings()
		if err != nil {
			return err
		}
		catalogue, err := app.LoadCatalogue(cfg)
		if err != nil {
			return err
		}
		if p.json {
			for _, s := range catalogue.Sources() {
				if err := p.printJSON(s); err != nil {
					return err
				}
			}
			return nil
		}
		w := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
		for _, s := range catalogue.Sources() {
			review := "unreviewed"
			if s.Affiliation.Reviewed() {
				review = "reviewed by " + s.Affiliation.ReviewedBy
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s (%s)\t%s\t%s\n", s.ID, s.Name, s.Country, strings.Join(s.Languages, ","), s.Affiliation.Label, review, s.Poll, s.Status)
		}
		return w.Flush()
	}}
	list.Flags().BoolVar(&p.json, "json", false, "JSON Lines, one source a line")
	return list
}

func (p *program) sourcesCheckCommand() *cobra.Command {
	check := &cobra.Command{
		Use: "check [ID…]", Short: "try the addresses of the sources and say what is wrong",
		Long: "Asks each address once, politely, with the contact address of the settings in the User-Agent, and says what it answers: how many entries, which are new to read, or what is wrong.",
		RunE: func(cmd *cobra.Command, ids []string) error {
			cfg, err := p.settings()
			if err != nil {
				return err
			}
			results, err := app.CheckSources(cmd.Context(), cfg, p.version, p.logger(cfg), ids)
			if err != nil {
				return err
			}
			bad := 0
			for r := range results {
				if r.Wrong != "" {
					bad++
				}
				if p.json {
					if err := p.printJSON(r); err != nil {
						return err
					}
					continue
				}
				said := fmt.Sprintf("ok, %s, %d entries, newest %s", r.Format, r.Entries, r.Newest)
				if r.Wrong != "" {
					said = "WRONG: " + text.Clean(r.Wrong)
				}
				fmt.Fprintf(p.out, "%s  %s  %s\n", r.Source, r.URL, said)
			}
			if bad > 0 {
				return fmt.Errorf("%d addresses are wrong", bad)
			}
			return nil
		},
	}
	check.Flags().BoolVar(&p.json, "json", false, "JSON Lines, one address a line")
	return check
}
