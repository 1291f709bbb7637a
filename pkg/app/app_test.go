package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/configs"
	"github.com/sarhad-desk/sarhad/pkg/bus/bustest"
	"github.com/sarhad-desk/sarhad/pkg/config"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func settings(t *testing.T) *config.Config {
	t.Helper()
	cfg, err := config.Load(configs.Settings, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data, cfg.Desk.Listen = t.TempDir(), "127.0.0.1:0"
	return cfg
}

func TestThePictureInTheReadmeIsTheFlow(t *testing.T) {
	f := (steps{}).Flow()
	if err := f.Check(); err != nil {
		t.Error(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if picture := f.Picture(); !strings.Contains(string(readme), picture) {
		t.Errorf("README.md does not show the flow, which is\n%s", picture)
	}
}

func TestRolesAreTheStagesAndTheDesk(t *testing.T) {
	var names []string
	for _, s := range (steps{}).Flow() {
		names = append(names, s.Name)
	}
	if got, want := strings.Join(append(names, "desk"), " "), strings.Join(Roles(), " "); got != want {
		t.Errorf("the flow has %s, the roles are %s", got, want)
	}
}

func TestWhatShipsIsRight(t *testing.T) {
	cfg := settings(t)
	rules, err := LoadTaxonomy(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range rules.Test() {
		t.Errorf("%s:%d: %s, want match %t: %s", f.File, f.Line, f.Rule, f.Want, f.Text)
	}
	if _, err := LoadAlerts(cfg, rules); err != nil {
		t.Error(err)
	}
	catalogue, err := LoadCatalogue(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(catalogue.Sources()); n < 80 {
		t.Errorf("%d sources, want at least 80", n)
	}
}

func TestBadFilesStopTheStartWithEveryMistake(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"sources/a.yaml":  "sources:\n  - id: Bad Id\n    name: x\n    colour: red\n",
		"taxonomy/t.yaml": "topics: 7\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg := settings(t)
	cfg.Sources, cfg.Taxonomy = filepath.Join(dir, "sources"), filepath.Join(dir, "taxonomy")
	_, err := Start(context.Background(), cfg, quiet(), "test")
	if err == nil {
		t.Fatal("started with bad files")
	}
	for _, want := range []string{"a.yaml:4: ", "t.yaml:1: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in\n%v", want, err)
		}
	}
	if _, err := Start(context.Background(), settings(t), quiet(), "test", "driver"); err == nil || !strings.Contains(err.Error(), `role "driver"`) {
		t.Errorf("an unknown role: %v", err)
	}
}

func get(t *testing.T, address, path string) (int, string) {
	t.Helper()
	response, err := http.Get("http://" + address + path)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body)
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not in time: " + what)
		}
	}
}

// TestABusThatIsAwayIsWaitedFor starts a role before its NATS server.
func TestABusThatIsAwayIsWaitedFor(t *testing.T) {
	server := bustest.Process(t)
	url := server.URL
	server.Kill()
	cfg := settings(t)
	cfg.Bus.URL, cfg.Ops.Listen = url, "127.0.0.1:0"
	a, err := Start(context.Background(), cfg, quiet(), "test", "tagger")
	if err != nil {
		t.Fatal(err)
	}
	address := a.Addr().String()
	eventually(t, "readyz says what it waits for", func() bool {
		code, body := get(t, address, "/readyz")
		return code == http.StatusServiceUnavailable && strings.Contains(body, "bus: no answer yet")
	})
	if code, _ := get(t, address, "/healthz"); code != http.StatusOK {
		t.Errorf("healthz answers %d while it waits", code)
	}
	server.Start()
	eventually(t, "ready once the server is there", func() bool { code, _ := get(t, address, "/readyz"); return code == http.StatusOK })
	a.Stop()
	if err := a.Wait(); err != nil {
		t.Error(err)
	}
}

// TestAnIndexThatIsAwayIsWaitedFor points the desk at an address where nobody listens.
func TestAnIndexThatIsAwayIsWaitedFor(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	cfg := settings(t)
	cfg.Index.URL = fmt.Sprintf("http://%s", free.Addr())
	a, err := Start(context.Background(), cfg, quiet(), "test", "desk", "indexer")
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "readyz names the index", func() bool {
		code, body := get(t, a.Addr().String(), "/readyz")
		return code == http.StatusServiceUnavailable && strings.Contains(body, "index: ") && strings.Contains(body, "refused")
	})
	a.Stop()
	if err := a.Wait(); err != nil {
		t.Error(err)
	}
}

func TestASecondProcessOnTheSameDataIsRefused(t *testing.T) {
	cfg := settings(t)
	first, err := Start(context.Background(), cfg, quiet(), "test")
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "first ready", func() bool { ready, _ := first.Ready(); return ready })
	second, err := Start(context.Background(), cfg, quiet(), "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Wait(); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("the second process: %v", err)
	}
	first.Stop()
	if err := first.Wait(); err != nil {
		t.Error(err)
	}
}
