package app

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/sarhad-desk/sarhad/configs"
	"github.com/sarhad-desk/sarhad/pkg/alert"
	"github.com/sarhad-desk/sarhad/pkg/bus"
	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/flow"
	"github.com/sarhad-desk/sarhad/pkg/news"
	"github.com/sarhad-desk/sarhad/pkg/page"
	"github.com/sarhad-desk/sarhad/pkg/source"
	"github.com/sarhad-desk/sarhad/pkg/taxonomy"
)

// place is a folder or file that a setting names, or the built-in one.
func place(setting, builtin string) (fs.FS, string) {
	if setting == "" {
		return configs.Files, builtin
	}
	clean := filepath.Clean(setting)
	return os.DirFS(filepath.Dir(clean)), filepath.Base(clean)
}

// LoadTaxonomy reads the taxonomy in force.
func LoadTaxonomy(cfg *config.Config) (*taxonomy.Taxonomy, error) {
	fsys, dir := place(cfg.Taxonomy, "taxonomy")
	return taxonomy.Load(fsys, dir)
}

// LoadCatalogue reads the catalogue in force, and tries the selectors of its list pages.
func LoadCatalogue(cfg *config.Config) (*source.Catalogue, error) {
	fsys, dir := place(cfg.Sources, "sources")
	catalogue, err := source.Load(fsys, dir)
	if err != nil {
		return nil, err
	}
	var problems config.Problems
	for _, s := range catalogue.Sources() {
		for _, list := range s.Lists {
			if err := page.CheckList(list); err != nil {
				problems.Add(dir, 0, "source %s: list %s: %v", s.ID, list.URL, err)
			}
		}
	}
	return catalogue, problems.Err()
}

// LoadAlerts reads the alert rules in force and tries their examples.
func LoadAlerts(cfg *config.Config, rules *taxonomy.Taxonomy) (*alert.Rules, error) {
	fsys, file := place(cfg.Alerts, "alerts.yaml")
	return alert.Load(fsys, file, rules, func(it *news.Item) { flow.Tag(rules, it) })
}

// remembered is how long an id is known across sources after it was last stored, and
// how long a match is not told of again.
const remembered = 30 * 24 * time.Hour

// Topology is everything the flow keeps on the bus.
func Topology(cfg *config.Config) bus.Topology {
	most := cfg.Bus.MaxMB << 20
	stream := func(name string, keep time.Duration) bus.Stream {
		return bus.Stream{Name: name, Subjects: []string{"sarhad." + name + ".>"}, MaxBytes: most, Keep: keep}
	}
	t := bus.Topology{
		Streams: []bus.Stream{
			{Name: flow.PollStream, Subjects: []string{"sarhad." + flow.PollStream + ".>"}, MaxBytes: 16 << 20},
			stream(flow.EntryStream, 0),
			stream("articles", 0),
			stream("tagged", flow.Window), // the clusterer rebuilds its memory from it
			stream("items", time.Hour),
			{Name: alert.Stream, Subjects: []string{"sarhad." + alert.Stream + ".>"}, MaxBytes: 64 << 20, Keep: 30 * 24 * time.Hour, Aside: true},
		},
		Buckets: []bus.Bucket{
			{Name: flow.PollBucket, MaxBytes: 1 << 30},
			{Name: flow.KnownBucket, MaxBytes: 1 << 30, Forget: remembered},
			{Name: flow.LeaseBucket, MaxBytes: 4 << 20},
			{Name: alert.Bucket, MaxBytes: 64 << 20, Forget: remembered},
			{Name: SettingsBucket, MaxBytes: 16 << 20, History: 10},
		},
	}
	return t
}

// joined reports every mistake of several files at once.
func joined(errs ...error) error {
	var problems config.Problems
	for _, err := range errs {
		problems.Merge("configuration", err)
	}
	if err := problems.Err(); err != nil {
		return fmt.Errorf("what is written in the configuration cannot be used:\n%w", err)
	}
	return nil
}
