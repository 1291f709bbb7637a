package elastic

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sarhad-desk/sarhad/pkg/index/conformance"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var tests atomic.Int64

// cluster answers a store on the Elasticsearch of the tests, under a name of its own.
func cluster(t testing.TB) *Store {
	t.Helper()
	address := os.Getenv("SARHAD_TEST_ES_URL")
	if address == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("SARHAD_TEST_ES_URL is not set, and CI tests against a real Elasticsearch: scripts/elasticsearch start")
		}
		t.Skip("SARHAD_TEST_ES_URL is not set: scripts/elasticsearch start prints it")
	}
	s, err := Open(Config{
		Addresses: []string{address}, User: os.Getenv("SARHAD_TEST_ES_USER"), Password: os.Getenv("SARHAD_TEST_ES_PASSWORD"),
		Index: fmt.Sprintf("test%d-%d", os.Getpid(), tests.Add(1)), Refresh: time.Hour,
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Bootstrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { remove(t, s) })
	return s
}

// remove deletes what a test has made. The test's own context has ended by then.
func remove(t testing.TB, s *Store) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	names, err := s.indices(ctx)
	if err != nil {
		t.Error(err)
	}
	for _, name := range names {
		if err := s.ask(ctx, http.MethodDelete, "/"+name, nil, nil); err != nil {
			t.Error(err)
		}
	}
	if err := s.ask(ctx, http.MethodDelete, s.templatePath(), nil, nil); err != nil && !missing(err) {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestConformance(t *testing.T) {
	conformance.Run(t, func(t *testing.T) conformance.Store { return cluster(t) })
}
