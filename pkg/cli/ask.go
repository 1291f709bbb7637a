package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// askFlags adds what the commands share that speak to a running desk.
func (p *program) askFlags(c *cobra.Command) {
	c.Flags().StringVar(&p.deskURL, "desk", "http://127.0.0.1:8080", "address of the running desk")
	c.Flags().StringVar(&p.tokenFile, "token-file", "", "file of the desk's token")
	c.Flags().BoolVar(&p.json, "json", false, "print the desk's JSON answer")
}

// ask sends one request to the desk's API and decodes its answer.
func (p *program) ask(ctx context.Context, method, path string, query url.Values, body, into any) error {
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(data)
	}
	address := strings.TrimRight(p.deskURL, "/") + "/api/v1" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return usage(err)
	}
	token, err := config.Secret(p.tokenFile)
	if err != nil {
		return err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	request.Header.Set("Content-Type", "application/json")
	client := &http.Client{Timeout: 2 * time.Minute}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("the desk does not answer: %w; start it with 'sarhad up', or name it with --desk", err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return problem(response.Status, data)
	}
	if into == nil {
		return nil
	}
	if p.json {
		if _, err := fmt.Fprintln(p.out, strings.TrimSpace(string(data))); err != nil {
			return err
		}
	}
	return json.Unmarshal(data, into)
}

// problem reads an answer of RFC 9457.
func problem(status string, data []byte) error {
	var said struct {
		Title  string `json:"title"`
		Detail string `json:"detail"`
	}
	if json.Unmarshal(data, &said) == nil && said.Title != "" {
		return errors.New(strings.TrimSuffix(said.Title+": "+said.Detail, ": "))
	}
	return fmt.Errorf("the desk answered %s: %.200s", status, data)
}

func (p *program) searchCommand() *cobra.Command {
	var order, cursor string
	var size int
	c := &cobra.Command{
		Use: "search QUERY", Short: "search a running desk", Args: cobra.ExactArgs(1),
		Example: "  sarhad search 'tag:wakhan act:denies lang:(ur ps)'",
		RunE: func(cmd *cobra.Command, args []string) error {
			var found struct {
				Total int    `json:"total"`
				Next  string `json:"next"`
				Hits  []struct {
					Item struct {
						ID, Title, URL, Source string
						Published              time.Time
						Lang                   struct{ Code string }
					} `json:"item"`
				} `json:"hits"`
			}
			query := url.Values{"q": {args[0]}, "order": {order}, "cursor": {cursor}, "size": {strconv.Itoa(size)}}
			if err := p.ask(cmd.Context(), http.MethodGet, "/search", query, nil, &found); err != nil || p.json {
				return err
			}
			for _, h := range found.Hits {
				it := h.Item
				fmt.Fprintf(p.out, "%s  %-7s %-18s %s\n    %s\n", it.Published.Format("2006-01-02 15:04"), it.Lang.Code, it.Source, text.Clean(it.Title), it.URL)
			}
			fmt.Fprintf(p.err, "%d of %d\n", len(found.Hits), found.Total)
			if found.Next != "" {
				fmt.Fprintf(p.err, "more with --cursor %s\n", found.Next)
			}
			return nil
		},
	}
	c.Flags().StringVar(&order, "order", "newest", "newest, relevance or first-seen")
	c.Flags().StringVar(&cursor, "cursor", "", "where an earlier answer stopped")
	c.Flags().IntVar(&size, "size", 20, "hits a page, up to 200")
	p.askFlags(c)
	return c
}

func (p *program) trendCommand() *cobra.Command {
	var by, interval, zone, from, to string
	c := &cobra.Command{
		Use: "trend QUERY", Short: "counts over time from a running desk", Args: cobra.ExactArgs(1),
		Example: "  sarhad trend 'wakhan' --by topic --interval day",
		RunE: func(cmd *cobra.Command, args []string) error {
			var got struct {
				Starts []time.Time      `json:"starts"`
				Series map[string][]int `json:"series"`
				Total  []int            `json:"total"`
			}
			query := url.Values{"q": {args[0]}, "by": {by}, "interval": {interval}, "zone": {zone}, "from": {from}, "to": {to}}
			if err := p.ask(cmd.Context(), http.MethodGet, "/trend", query, nil, &got); err != nil || p.json {
				return err
			}
			w := tabwriter.NewWriter(p.out, 0, 4, 2, ' ', 0)
			names := sortedKeys(got.Series)
			fmt.Fprintln(w, "start\ttotal\t"+strings.Join(names, "\t"))
			for i, at := range got.Starts {
				fmt.Fprintf(w, "%s\t%d", at.Format("2006-01-02 15:04"), got.Total[i])
				for _, name := range names {
					fmt.Fprintf(w, "\t%d", got.Series[name][i])
				}
				fmt.Fprintln(w)
			}
			return w.Flush()
		},
	}
	c.Flags().StringVar(&by, "by", "", "split by topic, narrative, source, lang or country")
	c.Flags().StringVar(&interval, "interval", "day", "hour, day, week or month")
	c.Flags().StringVar(&zone, "zone", "UTC", "time zone of the buckets, like Asia/Kabul")
	c.Flags().StringVar(&from, "from", "", "first day, like 2026-11-01")
	c.Flags().StringVar(&to, "to", "", "last day")
	p.askFlags(c)
	return c
}

// deadLetter is one dead letter as the desk tells of it.
type deadLetter struct {
	Number   uint64    `json:"number"`
	Stage    string    `json:"stage"`
	Reason   string    `json:"reason"`
	Place    string    `json:"place"`
	Attempts int       `json:"attempts"`
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Subject  string    `json:"subject"`
	Data     []byte    `json:"data"`
}

func (p *program) dlqCommand() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "list the dead letters", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		var got struct {
			Letters []deadLetter `json:"letters"`
		}
		if err := p.ask(cmd.Context(), http.MethodGet, "/dlq", nil, nil, &got); err != nil || p.json {
			return err
		}
		for _, l := range got.Letters {
			fmt.Fprintf(p.out, "%d  %s  %s  %d attempts  %s\n", l.Number, l.Last.Format(time.RFC3339), l.Stage, l.Attempts, text.Clean(l.Reason))
		}
		return nil
	}}
	show := &cobra.Command{Use: "show NUMBER", Short: "show one whole", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		var l deadLetter
		if err := p.ask(cmd.Context(), http.MethodGet, "/dlq/"+url.PathEscape(args[0]), nil, nil, &l); err != nil || p.json {
			return err
		}
		fmt.Fprintf(p.out, "stage     %s\nreason    %s\nplace     %s\nattempts  %d\nfirst     %s\nlast      %s\nsubject   %s\n\n%s\n", l.Stage, text.Clean(l.Reason), l.Place, l.Attempts, l.First.Format(time.RFC3339), l.Last.Format(time.RFC3339), l.Subject, text.Clean(string(l.Data)))
		return nil
	}}
	act := func(use, short, method, suffix string) *cobra.Command {
		return &cobra.Command{Use: use + " NUMBER…", Short: short, Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
			for _, number := range args {
				if err := p.ask(cmd.Context(), method, "/dlq/"+url.PathEscape(number)+suffix, nil, nil, nil); err != nil {
					return err
				}
			}
			return nil
		}}
	}
	c := family("dlq", "dead letters: what no retry could help", list, show, act("retry", "send back to the stage that gave up on them", http.MethodPost, "/retry"), act("drop", "delete them", http.MethodDelete, ""))
	for _, sub := range c.Commands() {
		p.askFlags(sub)
	}
	return c
}

func (p *program) doctorCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "doctor", Short: "say what is wrong with a running Sarhad, and how to mend it", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var got struct {
				Checks []struct{ Name, State, Found, Fix string }
			}
			if err := p.ask(cmd.Context(), http.MethodGet, "/doctor", nil, nil, &got); err != nil {
				return err
			}
			red := 0
			for _, check := range got.Checks {
				if check.State == "red" {
					red++
				}
				if p.json {
					continue
				}
				fmt.Fprintf(p.out, "%-5s  %-22s %s\n", check.State, check.Name, check.Found)
				if check.Fix != "" {
					fmt.Fprintf(p.out, "       %-22s → %s\n", "", check.Fix)
				}
			}
			if red > 0 {
				return fmt.Errorf("%d checks are red", red)
			}
			return nil
		},
	}
	p.askFlags(c)
	return c
}
