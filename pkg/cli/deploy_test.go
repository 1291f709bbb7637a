package cli

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/configs"
	"github.com/sarhad-desk/sarhad/pkg/app"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/run"
	"github.com/sarhad-desk/sarhad/pkg/telemetry"
)

const deploy = "../../deploy/"

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// service is what the tests look at in one service of compose.yaml.
type service struct {
	name        string
	command     []string
	environment []string // NAME=value
	secrets     []string
	networks    []string
	volumes     []string
	about       object
}

// compose reads compose.yaml as a list of services and the names that it declares.
func compose(t *testing.T) (services map[string]service, declared object) {
	t.Helper()
	var file object
	if _, err := config.Decode("compose.yaml", []byte(read(t, deploy+"compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	services = map[string]service{}
	for name, about := range file["services"].(object) {
		about := about.(object)
		s := service{name: name, about: about, command: words(about["command"]), networks: words(about["networks"]), volumes: words(about["volumes"])}
		settings, _ := about["environment"].(object)
		for key, value := range settings {
			s.environment = append(s.environment, key+"="+regexp.MustCompile(`\$\{\w+:-(.*?)\}`).ReplaceAllString(fmt.Sprint(value), "$1"))
		}
		secrets, _ := about["secrets"].([]any)
		for _, secret := range secrets {
			if long, ok := secret.(object); ok {
				secret = long["source"]
			}
			s.secrets = append(s.secrets, secret.(string))
		}
		services[name] = s
	}
	return services, file
}

func words(list any) []string {
	all, _ := list.([]any)
	var out []string
	for _, one := range all {
		out = append(out, fmt.Sprint(one))
	}
	return out
}

// value is what a service's environment says of a setting.
func (s service) value(name string) string {
	for _, pair := range s.environment {
		if v, ok := strings.CutPrefix(pair, name+"="); ok {
			return v
		}
	}
	return ""
}

func TestComposeRunsEveryRole(t *testing.T) {
	services, _ := compose(t)
	nats := read(t, deploy+"nats/nats-server.conf")
	for _, role := range app.Roles() {
		s, ok := services[role]
		if !ok {
			t.Errorf("compose.yaml has no service %s", role)
			continue
		}
		if got := strings.Join(s.command, " "); got != "run "+role {
			t.Errorf("%s runs %q", role, got)
		}
		health, _ := s.about["healthcheck"].(object)
		if got := strings.Join(words(health["test"]), " "); got != "CMD /program run "+role+" --ready" {
			t.Errorf("%s: health is checked with %q", role, got)
		}
		if user := s.value("SARHAD_BUS_USER"); user != role || !strings.Contains(nats, "user: "+user+",") || !slices.Contains(s.secrets, "nats-"+user) {
			t.Errorf("%s is the bus user %q, with the secrets %v", role, user, s.secrets)
		}
		cfg, err := config.Load(configs.Settings, "", s.environment)
		if err != nil {
			t.Errorf("%s: %v", role, err)
			continue
		}
		if _, _, err := net.SplitHostPort(cfg.Ops.Listen); err != nil {
			t.Errorf("%s: ops.listen: %v", role, err)
		}
		if needs := role == "indexer" || role == "desk"; needs != (cfg.Index.URL != "" && cfg.Index.APIKeyFile != "" && cfg.Index.CAFile != "") {
			t.Errorf("%s: the index is at %q, with the key %q", role, cfg.Index.URL, cfg.Index.APIKeyFile)
		}
		if archives := role == "collector" || role == "scraper"; archives != slices.Contains(s.volumes, "archive:/data") {
			t.Errorf("%s: volumes %v", role, s.volumes)
		}
	}
}

func TestComposeKeepsItsContainersIn(t *testing.T) {
	services, file := compose(t)
	secrets, volumes, networks := file["secrets"].(object), file["volumes"].(object), file["networks"].(object)
	for name, s := range services {
		if got := words(s.about["cap_drop"]); strings.Join(got, " ") != "ALL" {
			t.Errorf("%s: cap_drop %v", name, got)
		}
		if name != "elasticsearch" && (s.about["read_only"] != true || s.about["user"] != "1000:1000") {
			t.Errorf("%s: read_only %v, user %v", name, s.about["read_only"], s.about["user"])
		}
		if s.about["privileged"] != nil || strings.Join(words(s.about["security_opt"]), " ") != "no-new-privileges:true" {
			t.Errorf("%s may gain privileges", name)
		}
		if image := fmt.Sprint(s.about["image"]); strings.Contains(image, "/") || strings.HasSuffix(image, ":latest") {
			t.Errorf("%s: image %s, want a plain name and a version", name, image)
		}
		for _, secret := range s.secrets {
			if secrets[secret] == nil {
				t.Errorf("%s: secret %s is not declared", name, secret)
			}
		}
		for _, network := range s.networks {
			if _, ok := networks[network]; !ok {
				t.Errorf("%s: network %s is not declared", name, network)
			}
		}
		for _, volume := range s.volumes {
			from, _, _ := strings.Cut(volume, ":")
			if _, ok := volumes[from]; !ok && !inDeploy(from) {
				t.Errorf("%s: volume %s is neither declared nor in deploy", name, from)
			}
		}
		for _, port := range words(s.about["ports"]) {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to others", name, port)
			}
		}
		for _, pair := range s.environment {
			if name, value, _ := strings.Cut(pair, "="); strings.Contains(name, "PASSWORD") && !strings.HasPrefix(value, "/run/secrets/") {
				t.Errorf("%s is not a file of secrets", name)
			}
		}
	}
	if inside := networks["inside"].(object); inside["internal"] != true {
		t.Error("the network inside is not internal")
	}
}

// inDeploy reports whether a file or folder is beside compose.yaml, or is that of the secrets.
func inDeploy(path string) bool {
	_, err := os.Stat(deploy + path)
	return path == "./secrets" || strings.HasPrefix(path, "./") && err == nil
}

// TestComposeSetupCommands checks the commands of the setup services as far as the command line goes.
func TestComposeSetupCommands(t *testing.T) {
	services, _ := compose(t)
	for _, name := range []string{"setup-bus", "setup-index"} {
		s := services[name]
		if _, err := config.Load(configs.Settings, "", s.environment); err != nil || len(s.command) == 0 {
			t.Errorf("%s: %v: %v", name, s.command, err)
		}
		if code, _, errors := sarhad(t, "", append(s.command, "--help")...); code != 0 {
			t.Errorf("%s: %s", name, errors)
		}
	}
}

func TestDockerfile(t *testing.T) {
	text := read(t, deploy+"Dockerfile")
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "../../go.mod"))[1]
	for _, want := range []string{"FROM golang:" + version + "-", "\nFROM scratch\n", "CGO_ENABLED=0 go build", "\nUSER 1000:1000\n", "ENTRYPOINT [\"/program\"]"} {
		if !strings.Contains(text, want) {
			t.Errorf("the Dockerfile has no %q", want)
		}
	}
	for _, from := range regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(text, -1) {
		if strings.Contains(from[1], "/") {
			t.Errorf("%s is no plain image name", from[1])
		}
	}
	var environment []string
	for _, pair := range regexp.MustCompile(`SARHAD_\w+=\S+`).FindAllString(text, -1) {
		environment = append(environment, pair)
	}
	if _, err := config.Load(configs.Settings, "", environment); err != nil || len(environment) == 0 {
		t.Errorf("the settings of the image, %v: %v", environment, err)
	}
}

// TestAlertsSpeakOfMetricsThereAre reads the metrics that a role serves.
func TestAlertsSpeakOfMetricsThereAre(t *testing.T) {
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if _, err := config.Decode("alerts.yml", []byte(read(t, deploy+"prometheus/alerts.yml")), &file); err != nil {
		t.Fatal(err)
	}
	metrics := telemetry.NewMetrics()
	metrics.Poll("new")
	metrics.Level("dead letters", "", 1)
	metrics.Level("stream fill", "items", 0.5)
	answer := httptest.NewRecorder()
	metrics.Handler(run.NewReadiness()).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	web := read(t, "../app/web.go")
	count := 0
	for _, rule := range file.Groups[0].Rules {
		count++
		if rule.Annotations["summary"] == "" || rule.Annotations["action"] == "" || rule.For == "" {
			t.Errorf("%s says too little", rule.Alert)
		}
		for _, name := range regexp.MustCompile(`sarhad_\w+`).FindAllString(rule.Expr, -1) {
			if !strings.Contains(answer.Body.String(), "\n"+name+"{") {
				t.Errorf("%s: there is no metric %s", rule.Alert, name)
			}
		}
		for _, what := range regexp.MustCompile(`what=("[^"]+")`).FindAllStringSubmatch(rule.Expr, -1) {
			if !strings.Contains(web, "Level("+what[1]) {
				t.Errorf("%s: no level is called %s", rule.Alert, what[1])
			}
		}
	}
	if count != 4 {
		t.Errorf("%d alerts, want 4", count)
	}
}

func TestReady(t *testing.T) {
	status := http.StatusServiceUnavailable
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintln(w, r.URL.Path)
	}))
	defer server.Close()
	if code, _, errors := sarhad(t, "", "run", "tagger", "--ready"); code != 2 || !strings.Contains(errors, "ops.listen is not set") {
		t.Errorf("without ops.listen: exit %d, %s", code, errors)
	}
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	for _, host := range []string{"127.0.0.1", "0.0.0.0", "[::]", ""} {
		t.Setenv("SARHAD_OPS_LISTEN", host+":"+port)
		for status = range map[int]bool{http.StatusOK: true, http.StatusServiceUnavailable: true} {
			code, out, errors := sarhad(t, "", "run", "tagger", "--ready")
			if out != "/readyz\n" || (code == 0) != (status == http.StatusOK) || code > 1 {
				t.Errorf("listening on %q, status %d: exit %d, %q, %s", host, status, code, out, errors)
			}
		}
	}
	server.Close()
	if code, _, _ := sarhad(t, "", "run", "tagger", "--ready"); code != 1 {
		t.Errorf("nobody there: exit %d, want 1", code)
	}
}

// TestRolesRunWithTheRightsTheyAreGiven sets up the NATS server that compose.yaml
// runs, as its operator, and then starts each role as the user it is there.
func TestRolesRunWithTheRightsTheyAreGiven(t *testing.T) {
	users := append(app.Roles(), "operator")
	server := bustest.ProcessOf(t, func(dir, client, monitor string) string {
		var passwords strings.Builder
		for _, user := range users {
			fmt.Fprintf(&passwords, "%s_PASSWORD = %q\n", strings.ToUpper(user), "of "+user)
		}
		conf := strings.NewReplacer("0.0.0.0:4222", client, "/var/lib/nats", filepath.Join(dir, "store")).Replace(read(t, deploy+"nats/nats-server.conf"))
		for name, text := range map[string]string{"passwords.conf": passwords.String(), "nats-server.conf": conf} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return strings.ReplaceAll(read(t, deploy+"compose-nats.conf"), "0.0.0.0:8222", strings.TrimPrefix(monitor, "http://"))
	})
	t.Setenv("SARHAD_DATA", t.TempDir())
	if code, _, errors := sarhad(t, "", "bus", "setup"); code != 2 || !strings.Contains(errors, "bus.url is not set") {
		t.Errorf("without bus.url: exit %d, %s", code, errors)
	}
	t.Setenv("SARHAD_BUS_URL", server.URL)
	t.Setenv("SARHAD_BUS_MONITOR", server.Monitor)
	as := func(user string) {
		t.Setenv("SARHAD_BUS_USER", user)
		t.Setenv("SARHAD_BUS_PASSWORD_FILE", file(t, user, "of "+user))
	}
	as("operator")
	for range 2 {
		if code, _, errors := sarhad(t, "", "bus", "setup"); code != 0 {
			t.Fatalf("bus setup: exit %d, %s", code, errors)
		}
	}
	for _, role := range app.Roles() {
		as(role)
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listener.Close()
		t.Setenv("SARHAD_OPS_LISTEN", listener.Addr().String())
		t.Setenv("SARHAD_DESK_LISTEN", listener.Addr().String())
		runUntilReady(t, role)
	}
}

// runUntilReady runs a role until its health check says that it is ready, and stops it.
func runUntilReady(t *testing.T, role string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var log bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		p := &program{in: strings.NewReader(""), out: &bytes.Buffer{}, err: &log, version: "test"}
		ended <- p.execute(ctx, []string{"run", role})
	}()
	said := ""
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		code, out, errors := sarhad(t, "", "run", role, "--ready")
		if said = out + errors; code == 0 {
			break
		}
	}
	stop()
	if code := <-ended; code != 0 || strings.Contains(said, "sarhad:") {
		t.Errorf("%s: exit %d; it was last heard to say %q\n%s", role, code, said, log.String())
	}
	for _, line := range strings.Split(log.String(), "\n") {
		if !strings.Contains(strings.ToLower(line), "permissions violation") {
			continue
		}
		t.Errorf("%s lacks a right: %s", role, line)
	}
}
