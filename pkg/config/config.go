// Package config reads what people write: the program's own settings and, through
// Decode, every other YAML file of the project. A mistake is reported with file,
// line, what was found and what was expected, and all mistakes at once, because a
// desk that mends a catalogue of a hundred sources should not have to start the
// program a hundred times.
package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/rawbytes"
	"github.com/knadh/koanf/v2"
)

// Config are the settings of one process. Zero values are not usable: start from
// Load, which lays a file and the environment over the built-in defaults.
type Config struct {
	Data     string        `yaml:"data"`     // folder of the archive, the embedded bus and the embedded index
	Contact  string        `yaml:"contact"`  // address in the User-Agent; nothing is collected from the network without one
	Sources  string        `yaml:"sources"`  // folder of the catalogue, "" for the built-in one
	Taxonomy string        `yaml:"taxonomy"` // folder of the taxonomy, "" for the built-in one
	Alerts   string        `yaml:"alerts"`   // file of the alert rules, "" for the built-in one
	Stop     time.Duration `yaml:"stop"`     // how long work under way may take to finish at the end
	Log      Log           `yaml:"log"`
	Desk     Desk          `yaml:"desk"`
	Ops      Ops           `yaml:"ops"`
	Bus      Bus           `yaml:"bus"`
	Index    Index         `yaml:"index"`
	Collect  Collect       `yaml:"collect"`
	Demo     bool          `yaml:"-"` // set by the demonstration: every page says so
}

// Log says how the process logs on standard error.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn or error
	Format string `yaml:"format"` // text or json
}

// Desk is the web desk.
type Desk struct {
	Listen    string `yaml:"listen"`
	TokenFile string `yaml:"token_file"` // required for any address but loopback
}

// Ops is the listener for /metrics, /healthz and /readyz of roles without a desk.
type Ops struct {
	Listen string `yaml:"listen"` // "" for none
}

// Bus is the NATS server; with no URL it runs inside the process.
type Bus struct {
	URL          string `yaml:"url"`
	User         string `yaml:"user"`
	PasswordFile string `yaml:"password_file"`
	CAFile       string `yaml:"ca_file"`
	Monitor      string `yaml:"monitor"`  // address of the server's monitoring port, for doctor
	Replicas     int    `yaml:"replicas"` // 1 or 3
	MaxMB        int64  `yaml:"max_mb"`   // bound of each of the pipeline's streams
}

// Index is Elasticsearch; with no URL the embedded index is used.
type Index struct {
	URL        string        `yaml:"url"`
	Name       string        `yaml:"name"` // of the alias, and what every index begins with
	APIKeyFile string        `yaml:"api_key_file"`
	CAFile     string        `yaml:"ca_file"`
	Replicas   int           `yaml:"replicas"`
	Refresh    time.Duration `yaml:"refresh"` // how soon what is stored is found
}

// Collect bounds what the collector and the scraper do to the network.
type Collect struct {
	Workers int           `yaml:"workers"` // polls under way at once
	Pages   bool          `yaml:"pages"`   // fetch the article's page, not the feed alone
	Pause   time.Duration `yaml:"pause"`   // between two requests to one registrable domain
	Spread  time.Duration `yaml:"spread"`  // over how long the first polls are spread, 0s for as long as they need
	Allow   []string      `yaml:"allow"`   // loopback host:port pairs that may be fetched, for tests and the demonstration
	Robots  bool          `yaml:"robots"`  // honour robots.txt for pages
}

// Load lays the YAML file (none where path is "") and the environment over the
// defaults. An environment variable is SARHAD_ and the key in capitals with _ for
// each dot: SARHAD_INDEX_API_KEY_FILE. The error is Problems.
func Load(defaults []byte, path string, environ []string) (*Config, error) {
	k := koanf.New(".")
	if err := k.Load(rawbytes.Provider(defaults), yaml.Parser()); err != nil {
		return nil, fmt.Errorf("built-in configuration: %w", err)
	}
	var problems Problems
	doc := &Document{}
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, Problems{{File: path, What: err.Error()}}
		}
		if doc, err = Decode(path, data, &Config{}); err != nil {
			return nil, err
		}
		if err := k.Load(rawbytes.Provider(data), yaml.Parser()); err != nil {
			return nil, yamlProblems(path, err)
		}
	}
	if err := k.Load(environment(k.Keys(), environ, &problems), nil); err != nil {
		return nil, fmt.Errorf("read environment: %w", err)
	}
	cfg := &Config{}
	if err := k.UnmarshalWithConf("", cfg, koanf.UnmarshalConf{Tag: "yaml"}); err != nil {
		problems.Add("environment", 0, "%v", err)
		return nil, problems
	}
	cfg.check(path, doc, &problems)
	return cfg, problems.Err()
}

// Check holds settings that were changed after Load, by flags, against the same rules.
func (c *Config) Check() error {
	var problems Problems
	c.check("", &Document{}, &problems)
	return problems.Err()
}

// environment maps SARHAD_* variables to known keys; an unknown one is a mistake, since it was meant for something.
func environment(keys, environ []string, problems *Problems) *env.Env {
	known := map[string]string{}
	for _, key := range keys {
		known["SARHAD_"+strings.ToUpper(strings.ReplaceAll(key, ".", "_"))] = key
	}
	return env.Provider(".", env.Opt{
		Prefix:      "SARHAD_",
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			key, ok := known[name]
			switch {
			case ok && key == "collect.allow":
				return key, strings.Split(value, ",")
			case ok:
				return key, value
			case name == "SARHAD_CORPUS" || name == "SARHAD_BENCH" || strings.HasPrefix(name, "SARHAD_TEST_") || strings.HasPrefix(name, "SARHAD_ES_"):
				return "", nil
			}
			problems.Add("environment", 0, "%s names no setting; settings are listed by 'sarhad up --help' and in configs/sarhad.yaml", name)
			return "", nil
		},
	})
}

func (c *Config) check(file string, doc *Document, problems *Problems) {
	if file == "" {
		file = "configuration"
	}
	wrong := func(key, format string, args ...any) {
		var steps []any
		for _, step := range strings.Split(key, ".") {
			steps = append(steps, step)
		}
		problems.Add(file, doc.Line(steps...), "%s: %s", key, fmt.Sprintf(format, args...))
	}
	oneOf := func(key, value string, allowed ...string) {
		for _, a := range allowed {
			if value == a {
				return
			}
		}
		wrong(key, "found %q, expected one of %s", value, strings.Join(allowed, ", "))
	}
	if c.Data == "" {
		wrong("data", "is empty, expected a folder")
	}
	oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	oneOf("log.format", c.Log.Format, "text", "json")
	if c.Bus.Replicas != 1 && c.Bus.Replicas != 3 {
		wrong("bus.replicas", "found %d, expected 1 or 3", c.Bus.Replicas)
	}
	if c.Bus.MaxMB < 16 || c.Bus.MaxMB > 1<<20 {
		wrong("bus.max_mb", "found %d, expected 16 to 1048576", c.Bus.MaxMB)
	}
	if c.Index.Replicas < 0 || c.Index.Refresh < 0 {
		wrong("index", "found %d replicas and a refresh of %s, expected 0 or more", c.Index.Replicas, c.Index.Refresh)
	}
	if c.Collect.Pause < 0 || c.Collect.Spread < 0 {
		wrong("collect", "found a pause of %s and a spread of %s, expected 0 or more", c.Collect.Pause, c.Collect.Spread)
	}
	if c.Collect.Workers < 1 || c.Collect.Workers > 1024 {
		wrong("collect.workers", "found %d, expected 1 to 1024", c.Collect.Workers)
	}
	if c.Stop <= 0 {
		wrong("stop", "found %s, expected a time like 10s", c.Stop)
	}
	c.checkAddresses(wrong)
}

func (c *Config) checkAddresses(wrong func(key, format string, args ...any)) {
	for key, address := range map[string]string{"desk.listen": c.Desk.Listen, "ops.listen": c.Ops.Listen} {
		if address == "" && key == "ops.listen" {
			continue
		}
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			wrong(key, "found %q, expected host:port", address)
			continue
		}
		if ip, err := netip.ParseAddr(host); key == "desk.listen" && c.Desk.TokenFile == "" && host != "localhost" && (err != nil || !ip.IsLoopback()) {
			wrong(key, "found %q, which others can reach: set desk.token_file first, or listen on 127.0.0.1", address)
		}
	}
	for key, address := range map[string]string{"index.url": c.Index.URL, "bus.monitor": c.Bus.Monitor} {
		if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			wrong(key, "found %q, expected an http or https address", address)
		}
	}
	if _, err := c.Allowed(); err != nil {
		wrong("collect.allow", "%v", err)
	}
}

// Allowed are the loopback addresses that may be fetched.
func (c *Config) Allowed() ([]netip.AddrPort, error) {
	var out []netip.AddrPort
	for _, s := range c.Collect.Allow {
		a, err := netip.ParseAddrPort(strings.TrimSpace(s))
		if err != nil || !a.Addr().IsLoopback() {
			return nil, fmt.Errorf("found %q, expected a loopback address with port like 127.0.0.1:8090", s)
		}
		out = append(out, a)
	}
	return out, nil
}

// Secret reads a secret from its file, "" where no file is named.
func Secret(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	return strings.TrimSpace(string(data)), nil
}
