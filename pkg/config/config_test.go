package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func defaults(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../../configs/sarhad.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "my.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadLaysFileAndEnvironmentOverTheDefaults(t *testing.T) {
	path := write(t, "data: /tmp/x\ncollect:\n  pause: 5s\n")
	cfg, err := Load(defaults(t), path, []string{"SARHAD_COLLECT_PAUSE=7s", "SARHAD_BUS_URL=nats://n:4222", "SARHAD_COLLECT_ALLOW=127.0.0.1:1,127.0.0.1:2", "HOME=/x", "SARHAD_CORPUS=/c"})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Data != "/tmp/x" || cfg.Collect.Pause != 7*time.Second || cfg.Bus.URL != "nats://n:4222" || cfg.Stop != 10*time.Second {
		t.Errorf("got %+v", cfg)
	}
	if allowed, err := cfg.Allowed(); err != nil || len(allowed) != 2 {
		t.Errorf("allowed %v, %v", allowed, err)
	}
}

func TestLoadListsEveryMistake(t *testing.T) {
	path := write(t, "log:\n  level: loud\nbus:\n  replicas: 2\n  max_mb: 1\ndesk:\n  listen: 0.0.0.0:80\ncollect:\n  allow: [10.0.0.1:80]\nindex:\n  url: elastic\n")
	_, err := Load(defaults(t), path, []string{"SARHAD_NO_SUCH=1"})
	if err == nil {
		t.Fatal("no mistake found")
	}
	for _, want := range []string{"my.yaml:2: log.level", "my.yaml:4: bus.replicas", "my.yaml:5: bus.max_mb", "my.yaml:7: desk.listen", "my.yaml:9: collect.allow", "my.yaml:11: index.url", "SARHAD_NO_SUCH"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in\n%v", want, err)
		}
	}
}

func TestLoadRefusesUnknownFieldsAndWrongTypes(t *testing.T) {
	for text, want := range map[string]string{
		"datta: x\n":                  "my.yaml:1: field datta not found",
		"stop: soon\n":                "my.yaml:1: ",
		"collect:\n  workers: many\n": "my.yaml:2: ",
		"":                            "the file is empty",
	} {
		if _, err := Load(defaults(t), write(t, text), nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
	if _, err := Load(defaults(t), "/no/such/file.yaml", nil); err == nil {
		t.Error("a missing file is no mistake")
	}
}
