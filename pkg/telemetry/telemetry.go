// Package telemetry is how a running Sarhad tells people about itself: logs on
// standard error, metrics for Prometheus, and the two questions an orchestrator
// asks, is it alive and is it ready.
package telemetry

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/sarhad-desk/sarhad/pkg/config"
	"github.com/sarhad-desk/sarhad/pkg/run"
)

// Logger makes the process's logger.
func Logger(w io.Writer, c config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// Metrics are the figures of one process, in a registry of their own so that
// several processes can live in one test.
type Metrics struct {
	registry *prometheus.Registry
	items    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	polls    *prometheus.CounterVec
	entries  *prometheus.CounterVec
	gauges   *prometheus.GaugeVec
}

// NewMetrics makes the registry with all metrics at zero.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		items:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sarhad_stage_items_total", Help: "Items a stage has finished, by outcome: done, filtered, bad, again."}, []string{"stage", "outcome"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "sarhad_stage_seconds", Help: "Time a stage spends on one batch.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 9)}, []string{"stage"}),
		polls:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sarhad_polls_total", Help: "Polls of sources, by outcome class."}, []string{"outcome"}),
		entries:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sarhad_entries_total", Help: "Entries received by the collector: received = new + known + skipped + failed."}, []string{"outcome"}),
		gauges:   prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "sarhad_level", Help: "Levels: stream fill, consumer lag, dead letters, sources by health."}, []string{"what", "name"}),
	}
	m.registry.MustRegister(m.items, m.seconds, m.polls, m.entries, m.gauges,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Stage counts n items that a stage has finished.
func (m *Metrics) Stage(stage, outcome string, n int) {
	m.items.WithLabelValues(stage, outcome).Add(float64(n))
}

// Took records how long a stage worked on one batch.
func (m *Metrics) Took(stage string, d time.Duration) {
	m.seconds.WithLabelValues(stage).Observe(d.Seconds())
}

// Poll counts one poll of a source.
func (m *Metrics) Poll(outcome string) { m.polls.WithLabelValues(outcome).Inc() }

// Entries counts entries that the collector received.
func (m *Metrics) Entries(outcome string, n int) {
	m.entries.WithLabelValues(outcome).Add(float64(n))
}

// Level sets a gauge.
func (m *Metrics) Level(what, name string, value float64) {
	m.gauges.WithLabelValues(what, name).Set(value)
}

// Handler serves /metrics, /healthz (the process answers) and /readyz (its parts
// have what they need; 503 with a line a part where not).
func (m *Metrics) Handler(ready *run.Readiness) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		ok, lines := ready.State()
		if !ok {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprintln(w, strings.Join(lines, "\n"))
	})
	return mux
}
