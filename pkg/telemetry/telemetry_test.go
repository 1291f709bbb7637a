package telemetry

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/run"
)

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestHandler(t *testing.T) {
	m, ready := NewMetrics(), run.NewReadiness()
	h := m.Handler(ready)
	m.Stage("tagger", "done", 3)
	m.Took("tagger", time.Millisecond)
	m.Poll("ok")
	m.Entries("new", 2)
	m.Level("lag", "tagger", 4)
	_, body := get(t, h, "/metrics")
	for _, want := range []string{`sarhad_stage_items_total{outcome="done",stage="tagger"} 3`, `sarhad_polls_total{outcome="ok"} 1`, `sarhad_entries_total{outcome="new"} 2`, `sarhad_level{name="tagger",what="lag"} 4`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in the metrics", want)
		}
	}
	ready.Waiting("index", "connection refused")
	if code, body := get(t, h, "/readyz"); code != http.StatusServiceUnavailable || body != "index: connection refused\n" {
		t.Errorf("readyz answers %d %q", code, body)
	}
	ready.Ready("index")
	if code, _ := get(t, h, "/readyz"); code != http.StatusOK {
		t.Errorf("readyz answers %d", code)
	}
	if code, _ := get(t, h, "/healthz"); code != http.StatusOK {
		t.Errorf("healthz answers %d", code)
	}
}

func TestLoggerHonoursLevelAndFormat(t *testing.T) {
	var out strings.Builder
	log := Logger(&out, config.Log{Level: "warn", Format: "json"})
	log.Info("hidden")
	log.Warn("shown", "item", "x")
	if got := out.String(); strings.Contains(got, "hidden") || !strings.Contains(got, `"item":"x"`) {
		t.Errorf("logged %q", got)
	}
}
