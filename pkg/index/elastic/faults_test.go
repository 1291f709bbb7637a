package elastic

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/index"
)

// stub answers a store on a server that answers _bulk requests as bulk does.
func stub(t *testing.T, bulk http.HandlerFunc) *Store {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Elastic-Product", "Elasticsearch")
		switch {
		case strings.HasPrefix(r.URL.Path, "/_index_template"):
			fmt.Fprintf(w, `{"index_templates":[{"index_template":{"version":%d}}]}`, TemplateVersion)
		case r.URL.Path == "/_bulk":
			bulk(w, r)
		}
	}))
	t.Cleanup(server.Close)
	s, err := Open(Config{Addresses: []string{server.URL}, Timeout: 2 * time.Second}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// documents counts the documents of a bulk body.
func documents(r *http.Request) int {
	n := 0
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		n++
	}
	return n / 2
}

func batchOf(n int) []index.Write {
	all := make([]index.Write, n)
	for i := range all {
		all[i] = write(fmt.Sprint("id", i), 1, november)
	}
	return all
}

func TestEachDocumentHasItsOwnVerdict(t *testing.T) {
	statuses := []int{200, 201, 409, 429, 503, 500, 403, 404, 400, 413}
	s := stub(t, func(w http.ResponseWriter, _ *http.Request) {
		var items []string
		for _, status := range statuses {
			items = append(items, fmt.Sprintf(`{"index":{"status":%d,"error":{"type":"some_exception","reason":"why %d"}}}`, status, status))
		}
		fmt.Fprintf(w, `{"errors":true,"items":[%s]}`, strings.Join(items, ","))
	})
	got, err := s.Write(t.Context(), batchOf(len(statuses)))
	if err != nil {
		t.Fatal(err)
	}
	want := []index.Outcome{index.Done, index.Done, index.Done, index.Retry, index.Retry, index.Retry, index.Retry, index.Retry, index.Refused, index.Refused}
	for i, v := range got {
		if v.Outcome != want[i] {
			t.Errorf("%d: %s, want %s", statuses[i], v.Outcome, want[i])
		}
		if v.Outcome != index.Done && !strings.Contains(v.Reason, fmt.Sprint("why ", statuses[i])) {
			t.Errorf("%d: the reason is %q", statuses[i], v.Reason)
		}
	}
}

func TestABodyThatIsTooLargeIsSentInHalves(t *testing.T) {
	requests := 0
	s := stub(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		n := documents(r)
		if n > 2 {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		fmt.Fprintf(w, `{"items":[%s]}`, strings.TrimSuffix(strings.Repeat(`{"index":{"status":201}},`, n), ","))
	})
	got, err := s.Write(t.Context(), batchOf(8))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got {
		if v.Outcome != index.Done {
			t.Errorf("document %d: %s", i, v.Reason)
		}
	}
	if requests != 7 {
		t.Errorf("%d requests, want 1 + 2 + 4", requests)
	}
	alone := stub(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusRequestEntityTooLarge) })
	if got, err := alone.Write(t.Context(), batchOf(1)); err != nil || got[0].Outcome != index.Refused {
		t.Errorf("one document that is too large: %v, %v", got, err)
	}
}

func TestAnAnswerThatCannotBeTrustedIsAnError(t *testing.T) {
	for name, bulk := range map[string]http.HandlerFunc{
		"away":          func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"busy":          func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"no right":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
		"fewer answers": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"items":[{"index":{"status":201}}]}`) },
		"an answer cut short": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"items":[{"index":{"status":201}},{"ind`)
		},
		"a page of a proxy": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `<html>Welcome</html>`) },
		"another operation": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"items":[{"create":{"status":201}},{"create":{"status":201}}]}`)
		},
		"no product": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Del("X-Elastic-Product")
			fmt.Fprint(w, `{"items":[{"index":{"status":201}},{"index":{"status":201}}]}`)
		},
		"a connection that breaks": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"a body that breaks": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"items":[`)
		},
		"silence": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
	} {
		s := stub(t, bulk)
		s.cfg.Timeout = 300 * time.Millisecond
		got, err := s.Write(t.Context(), batchOf(2))
		if name == "no product" && err == nil {
			continue // the client looks at the first answer only, which was that of the template
		}
		if err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAClusterThatIsAwayIsNotReady(t *testing.T) {
	s, err := Open(Config{Addresses: []string{"http://127.0.0.1:1"}, Timeout: time.Second}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err == nil {
		t.Error("ready")
	}
	if _, err := s.Write(t.Context(), batchOf(1)); err == nil {
		t.Error("written")
	}
	if got, err := s.Write(t.Context(), []index.Write{{}}); err != nil || got[0].Outcome != index.Refused {
		t.Errorf("a bad item needs no cluster: %v, %v", got, err)
	}
}

func TestPartialAnswersSaySo(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Elastic-Product", "Elasticsearch")
		fmt.Fprint(w, `{"timed_out":true,"_shards":{"total":3,"failed":1,"failures":[{"reason":{"type":"x","reason":"a node left"}}]},"hits":{"total":{"value":5},"hits":[]},
			"aggregations":{"source":{"doc_count_error_upper_bound":4,"buckets":[{"key":"a","doc_count":9}]}}}`)
	}))
	defer server.Close()
	s, err := Open(Config{Addresses: []string{server.URL}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := s.Search(t.Context(), index.Search{Facets: []string{"source"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"time ran out", "1 of 3 shards", "a node left", "source may be too low by up to 4"} {
		if !strings.Contains(r.Partial, want) {
			t.Errorf("partial %q does not say %q", r.Partial, want)
		}
	}
	if err := s.Scan(t.Context(), nil, func(index.Stored) error { return nil }); err == nil {
		t.Error("a scan of a part is taken for a whole")
	}
}
