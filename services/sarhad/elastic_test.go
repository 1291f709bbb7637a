package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
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
	t.Cleanup(func() { _ = es.do(http.MethodDelete, "/"+es.Prefix+"-*?expand_wildcards=all", nil, nil) })
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

// Key makes an API key that may do what a service of that name may, and no more.
func (es *elasticsearch) Key(service string) string {
	es.t.Helper()
	data, err := os.ReadFile("../../deploy/elasticsearch/" + service + ".json")
	if err != nil {
		es.t.Fatal(err)
	}
	var roles map[string]any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(data), "items", es.Prefix)), &roles); err != nil {
		es.t.Fatal(err)
	}
	var key struct{ Encoded string }
	es.must(http.MethodPost, "/_security/api_key", map[string]any{"name": es.Prefix, "role_descriptors": roles}, &key)
	return key.Encoded
}

// Count is how many items can be searched now.
func (es *elasticsearch) Count() int {
	var got struct{ Count int }
	_ = es.do(http.MethodPost, "/"+es.Prefix+"-*/_refresh", nil, nil)
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
		query := map[string]any{"size": 5000, "_source": false, "sort": []string{"first_seen", "id"}}
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
