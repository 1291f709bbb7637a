package cli

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sarhad-desk/sarhad/pkg/feed"
	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/page"
	"github.com/sarhad-desk/sarhad/pkg/query"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
)

func (p *program) feedCommand() *cobra.Command {
	var options feed.Options
	parse := &cobra.Command{
		Use:   "parse FILE…",
		Short: "read feeds into one JSON object a file",
		Long:  "Reads RSS, Atom, RDF, JSON Feed and news sitemaps. One JSON object a file, in order; a feed that is not well formed is read as far as it goes, and its object says in \"error\" what was wrong.",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			bad := 0
			for _, file := range files {
				out, wrong := p.parseFeed(file, options)
				if wrong {
					bad++
				}
				if err := p.printJSON(out); err != nil {
					return err
				}
			}
			if bad > 0 {
				return fmt.Errorf("%d of %d files had something wrong, each says what", bad, len(files))
			}
			return nil
		},
	}
	parse.Flags().StringVar(&options.URL, "url", "", "address the feed came from, for relative links")
	parse.Flags().StringVar(&options.ContentType, "content-type", "", "Content-Type header it came with")
	return family("feed", "read feeds", parse)
}

// parsedFeed is the object of formats.md.
type parsedFeed struct {
	File     string       `json:"file"`
	Format   string       `json:"format"`
	Title    string       `json:"title"`
	Link     string       `json:"link"`
	Language string       `json:"language"`
	Entries  []news.Entry `json:"entries"`
	Error    *string      `json:"error"`
}

func (p *program) parseFeed(file string, options feed.Options) (out parsedFeed, wrong bool) {
	out = parsedFeed{File: file, Entries: []news.Entry{}}
	data, err := readAll(p.in, []string{file})
	if err == nil {
		var read *feed.Feed
		read, err = feed.Parse(data, options)
		if read != nil {
			out.Format, out.Title, out.Link, out.Language = read.Format, read.Title, read.Link, read.Language
			out.Entries = append(out.Entries, read.Entries...)
		}
	}
	if err != nil {
		text := err.Error()
		out.Error, wrong = &text, true
	}
	return out, wrong
}

func (p *program) pageCommand() *cobra.Command {
	var options page.Options
	var jsonl bool
	extract := &cobra.Command{
		Use:   "extract FILE|-",
		Short: "extract the article of a page as JSON",
		Long:  "Reads one HTML page, or with --jsonl a batch of {\"id\",\"url\",\"html\" or \"html_base64\",\"content_type\"}, and answers title, text, authors, date and what else the page says of itself.",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			if jsonl {
				return filterLines(p.in, p.out, files, extractLine)
			}
			data, err := readAll(p.in, files)
			if err != nil {
				return err
			}
			article, err := page.Extract(data, options)
			if err != nil {
				return err
			}
			return p.printJSON(article)
		},
	}
	extract.Flags().StringVar(&options.URL, "url", "", "address of the page, for relative links and its canonical address")
	extract.Flags().StringVar(&options.ContentType, "content-type", "", "Content-Type header it came with")
	extract.Flags().BoolVar(&jsonl, "jsonl", false, "read JSON Lines")
	return family("page", "read article pages", extract)
}

func extractLine(line fields) (bool, error) {
	var address, html, encoded, contentType string
	err := errors.Join(line.get("url", &address), line.get("html", &html), line.get("html_base64", &encoded), line.get("content_type", &contentType))
	if err != nil {
		return false, err
	}
	data := []byte(html)
	switch {
	case encoded != "":
		if data, err = base64.StdEncoding.DecodeString(encoded); err != nil {
			return false, fmt.Errorf("field \"html_base64\": %w", err)
		}
	case html == "":
		return false, errors.New("no field \"html\" or \"html_base64\"")
	case contentType == "":
		contentType = "text/html; charset=utf-8"
	}
	article, err := page.Extract(data, page.Options{URL: address, ContentType: contentType})
	if err != nil {
		return false, err
	}
	raw, err := encode(article)
	if err != nil {
		return false, err
	}
	delete(line, "html")
	delete(line, "html_base64")
	var said fields
	if err := json.Unmarshal(raw, &said); err != nil {
		return false, err
	}
	for name, value := range said {
		if name != "url" || address == "" {
			line[name] = value
		}
	}
	return true, nil
}

func (p *program) tagCommand() *cobra.Command {
	return p.filterCommand("tag [FILE|-]", "tag JSON Lines with language, topics, entities, places and claims",
		"Reads {\"id\",\"title\",\"text\",…} and answers the same with \"lang\", \"relevance\", \"tags\" with their evidence, and \"claims\".",
		func(rules *taxonomy.Taxonomy) filter {
			return func(line fields) (bool, error) {
				_, err := tagLine(rules, line)
				return true, err
			}
		})
}

// tagLine tags the item that a line holds, and sets the fields of formats.md.
func tagLine(rules *taxonomy.Taxonomy, line fields) (*news.Item, error) {
	it, err := itemOf(line)
	if err != nil {
		return nil, err
	}
	flow.Tag(rules, it)
	tags, claims := it.Tags, it.Claims
	if tags == nil {
		tags = []news.Tag{}
	}
	if claims == nil {
		claims = []news.Claim{}
	}
	return it, errors.Join(line.set("lang", it.Lang), line.set("relevance", it.Relevance), line.set("tags", tags), line.set("claims", claims))
}

// itemOf reads the fields of a line that the stages look at.
func itemOf(line fields) (*news.Item, error) {
	it := &news.Item{Schema: news.Schema, Rev: 1}
	var published string
	err := errors.Join(line.get("title", &it.Title), line.get("text", &it.Text), line.get("url", &it.URL),
		line.get("source", &it.Source), line.get("published", &published), line.get("country", &it.Country), line.get("kind", &it.Kind))
	if err != nil {
		return nil, err
	}
	if !line.has("text") && !line.has("title") {
		return nil, errors.New("no field \"text\" or \"title\"")
	}
	if it.ID, err = line.id(); err != nil {
		return nil, err
	}
	it.Owner = it.Source
	if published != "" {
		if it.Published, err = parseTime(published); err != nil {
			return nil, fmt.Errorf("field \"published\": %w", err)
		}
	}
	it.FirstSeen = it.Published
	it.Carriers = []news.Carrier{{Source: it.Source, Seen: it.FirstSeen}}
	return it, nil
}

// id is the id of a line, as text where it is a number, "" where there is none.
func (f fields) id() (string, error) {
	var text string
	var number json.Number
	switch {
	case !f.has("id"):
		return "", nil
	case json.Unmarshal(f["id"], &text) == nil:
		return text, nil
	case json.Unmarshal(f["id"], &number) == nil:
		return number.String(), nil
	}
	return "", fmt.Errorf("field \"id\": found %.40s, expected a string or a number", f["id"])
}

func parseTime(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02", "2006-01", "2006"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("found %q, expected an RFC 3339 time or a date", s)
}

func (p *program) clusterCommand() *cobra.Command {
	command := p.filterCommand("cluster [FILE|-]", "find copies and stories among JSON Lines",
		"Reads {\"id\",\"title\",\"text\",\"source\",\"published\"} in order of arrival and answers the same with \"copy\" {cluster, role, of} and \"story\". Lines without tags are tagged first.", nil)
	command.RunE = func(cmd *cobra.Command, files []string) error {
		rules, err := p.taxonomy()
		if err != nil {
			return err
		}
		return clusterLines(p.in, p.out, files, rules)
	}
	return command
}

func (p *program) matchCommand() *cobra.Command {
	var jsonl bool
	command := &cobra.Command{
		Use:   "match QUERY [FILE|-]",
		Short: "print the JSON Lines that a query matches",
		Long:  "Reads JSON Lines and prints those that the query matches, with the \"spans\" that matched. The query language is that of the search page.",
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			rules, err := p.taxonomy()
			if err != nil {
				return err
			}
			parsed, err := query.Parse(args[0], rules, time.Now())
			if err != nil {
				return usage(err)
			}
			return filterLines(p.in, p.out, args[1:], func(line fields) (bool, error) { return matchLine(rules, parsed, line) })
		},
	}
	command.Flags().BoolVar(&jsonl, "jsonl", true, "JSON Lines in and out (the only form there is)")
	return command
}

func matchLine(rules *taxonomy.Taxonomy, parsed *query.Query, line fields) (bool, error) {
	it, err := itemOf(line)
	if err != nil {
		return false, err
	}
	if err := taggedItem(rules, line, it); err != nil {
		return false, err
	}
	spans, matches := parsed.Match(it)
	if !matches {
		return false, nil
	}
	if spans == nil {
		spans = []news.Span{}
	}
	return true, line.set("spans", spans)
}

// taggedItem takes over the tags that a line brings, or tags it.
func taggedItem(rules *taxonomy.Taxonomy, line fields, it *news.Item) error {
	if !line.has("tags") {
		flow.Tag(rules, it)
		return nil
	}
	return errors.Join(line.get("lang", &it.Lang), line.get("tags", &it.Tags), line.get("claims", &it.Claims), line.get("copy", &it.Copy), line.get("story", &it.Story))
}

// filterCommand is a command that passes JSON Lines through a filter made of the taxonomy.
func (p *program) filterCommand(use, short, long string, make func(*taxonomy.Taxonomy) filter) *cobra.Command {
	var jsonl bool
	name, _, _ := strings.Cut(use, " ")
	command := &cobra.Command{
		Use: use, Short: short, Long: long, Args: cobra.MaximumNArgs(1),
		Example: "  sarhad " + name + " items.jsonl > out.jsonl",
		RunE: func(cmd *cobra.Command, files []string) error {
			rules, err := p.taxonomy()
			if err != nil {
				return err
			}
			return filterLines(p.in, p.out, files, make(rules))
		},
	}
	command.Flags().BoolVar(&jsonl, "jsonl", true, "JSON Lines in and out (the only form there is)")
	return command
}
