package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/sarhad-desk/sarhad/pkg/index/elastic"
)

// elasticsearch is the real server that scripts/elasticsearch has started, with a
// prefix of its own for the indices of one test.
type elasticsearch struct {
	t                   testing.TB
	URL, user, password string
	Prefix              string
}

func newElasticsearch(t testing.TB) *elasticsearch {
	t.Helper()
	es := &elasticsearch{t: t, URL: needed(t, "SARHAD_TEST_ES_URL", "the real Elasticsearch"), user: os.Getenv("SARHAD_TEST_ES_USER"), password: os.Getenv("SARHAD_TEST_ES_PASSWORD"),
		Prefix: "e2e-" + strings.ToLower(rand.Text()[:8])}
	t.Cleanup(func() {
		var indices map[string]any
		_ = es.do(http.MethodGet, "/"+es.Prefix+"-*", nil, &indices)
		for name := range indices {
			_ = es.do(http.MethodDelete, "/"+name, nil, nil)
		}
	})
	return es
}

func (es *elasticsearch) do(method, path string, body, into any) error {
	return request(context.Background(), method, es.URL+path, es.user, es.password, body, into)
}

func (es *elasticsearch) must(method, path string, body, into any) {
	es.t.Helper()
	if err := es.do(method, path, body, into); err != nil {
		es.t.Fatal(err)
	}
}

// Bootstrap puts the index template there, as an administrator does.
func (es *elasticsearch) Bootstrap() {
	es.t.Helper()
	store, err := elastic.Open(elastic.Config{Addresses: []string{es.URL}, User: es.user, Password: es.password, Index: es.Prefix}, slog.New(slog.DiscardHandler))
	if err != nil {
		es.t.Fatal(err)
	}
	defer store.Close()
	if err := store.Bootstrap(context.Background()); err != nil {
		es.t.Fatal(err)
	}
	es.t.Cleanup(func() { _ = es.do(http.MethodDelete, "/_index_template/"+es.Prefix, nil, nil) })
}

// Key makes an API key that may do what a service of that name may, and no more.
func (es *elasticsearch) Key(service string) string {
	es.t.Helper()
	data, err := os.ReadFile("../../deploy/elasticsearch/" + service + ".json")
	if err != nil {
		es.t.Fatal(err)
	}
	role := json.RawMessage(strings.ReplaceAll(string(data), "items", es.Prefix))
	var key struct{ Encoded string }
	es.must(http.MethodPost, "/_security/api_key", map[string]any{"name": es.Prefix, "role_descriptors": map[string]any{service: role}}, &key)
	return key.Encoded
}

// Count is how many items can be searched now.
func (es *elasticsearch) Count() int {
	_ = es.do(http.MethodPost, "/"+es.Prefix+"-*/_refresh", nil, nil)
	return es.Searchable()
}

// Searchable is Count without a refresh of its own: the server's second does.
func (es *elasticsearch) Searchable() int {
	var got struct{ Count int }
	if err := es.do(http.MethodGet, "/"+es.Prefix+"-*/_count", nil, &got); err != nil {
		return 0
	}
	return got.Count
}

// IDs are the ids of all items, with how often each stands in the indices.
func (es *elasticsearch) IDs() map[string]int {
	es.t.Helper()
	es.must(http.MethodPost, "/"+es.Prefix+"-*/_refresh", nil, nil)
	ids := map[string]int{}
	var after any
	for {
		query := map[string]any{"size": 5000, "_source": false, "sort": []string{"seen", "k.id"}}
		if after != nil {
			query["search_after"] = after
		}
		var got struct {
			Hits struct {
				Hits []struct {
					ID   string `json:"_id"`
					Sort []any  `json:"sort"`
				} `json:"hits"`
			} `json:"hits"`
		}
		es.must(http.MethodPost, "/"+es.Prefix+"-*/_search", query, &got)
		if len(got.Hits.Hits) == 0 {
			return ids
		}
		for _, h := range got.Hits.Hits {
			ids[h.ID]++
			after = h.Sort
		}
	}
}
