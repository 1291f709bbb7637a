package cli

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const roles = "../../deploy/elasticsearch"

// cluster asks the Elasticsearch of the tests.
type cluster struct {
	t                   *testing.T
	url, user, password string
}

func newCluster(t *testing.T) cluster {
	t.Helper()
	c := cluster{t, os.Getenv("SARHAD_TEST_ES_URL"), os.Getenv("SARHAD_TEST_ES_USER"), os.Getenv("SARHAD_TEST_ES_PASSWORD")}
	if c.url == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("SARHAD_TEST_ES_URL is not set, and CI tests against a real Elasticsearch: scripts/elasticsearch start")
		}
		t.Skip("SARHAD_TEST_ES_URL is not set: scripts/elasticsearch start prints it")
	}
	return c
}

// ask sends a request as the administrator, or with an API key, and answers with the status.
func (c cluster) ask(method, path, key string, body, into any) int {
	c.t.Helper()
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		content = bytes.NewReader(data)
	}
	request, err := http.NewRequest(method, c.url+path, content)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.SetBasicAuth(c.user, c.password)
	if key != "" {
		request.Header.Set("Authorization", "ApiKey "+key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if into != nil && response.StatusCode < 300 {
		if err := json.Unmarshal(answer, into); err != nil {
			c.t.Fatal(err)
		}
	}
	return response.StatusCode
}

func TestElasticSetup(t *testing.T) {
	c := newCluster(t)
	name := fmt.Sprintf("setup%d", os.Getpid())
	out := filepath.Join(t.TempDir(), "secrets")
	t.Setenv("SARHAD_INDEX_URL", c.url)
	t.Setenv("SARHAD_INDEX_NAME", name)
	t.Cleanup(func() { c.ask(http.MethodDelete, "/_index_template/"+name, "", nil, nil) })
	code, printed, errors := sarhad(t, "", "elastic", "setup", "--user", c.user, "--password-file", file(t, "password", c.password+"\n"), "--roles", roles, "--out", out)
	if code != 0 || printed != filepath.Join(out, "indexer.key")+"\n"+filepath.Join(out, "reader.key")+"\n" {
		t.Fatalf("exit %d, %q, %s", code, printed, errors)
	}
	if strings.Contains(errors, c.password) {
		t.Error("the password is in the log")
	}
	if status := c.ask(http.MethodGet, "/_index_template/"+name, "", nil, nil); status != http.StatusOK {
		t.Errorf("the index template answers %d", status)
	}
	for service, may := range map[string]map[string]bool{
		"indexer": {"read": true, "index": true, "delete": false, "delete_index": false, "manage": false},
		"reader":  {"read": true, "index": false, "delete": false, "delete_index": false, "manage": false},
	} {
		key := c.key(filepath.Join(out, service+".key"))
		var asked []string
		for privilege := range may {
			asked = append(asked, privilege)
		}
		var got struct {
			Index map[string]map[string]bool `json:"index"`
		}
		body := object{"index": []object{{"names": []string{name + "-2025.01", "others"}, "privileges": asked}}}
		if status := c.ask(http.MethodPost, "/_security/user/_has_privileges", key, body, &got); status != http.StatusOK {
			t.Fatalf("the key of the %s answers %d", service, status)
		}
		for privilege, allowed := range may {
			if got.Index[name+"-2025.01"][privilege] != allowed || got.Index["others"][privilege] {
				t.Errorf("the %s: %s is %v, want %t on its own indices and no other", service, privilege, got.Index, allowed)
			}
		}
	}
}

// key reads a key that only its owner can read, and sees to its end.
func (c cluster) key(path string) string {
	c.t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		c.t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		c.t.Errorf("%s has mode %v, want 0600", path, info.Mode())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	key := strings.TrimSpace(string(data))
	plain, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		c.t.Fatal(err)
	}
	id, _, _ := strings.Cut(string(plain), ":")
	c.t.Cleanup(func() {
		c.ask(http.MethodDelete, "/_security/api_key", "", object{"ids": []string{id}}, nil)
	})
	return key
}

func TestElasticSetupSaysWhatIsMissing(t *testing.T) {
	password, bad := file(t, "password", "x"), t.TempDir()
	if err := os.WriteFile(filepath.Join(bad, "indexer.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		url, password, roles string
		code                 int
		says                 string
	}{
		{"", password, roles, 2, "index.url is not set"},
		{"elasticsearch:9200", password, roles, 2, "index.url"},
		{"http://127.0.0.1:1", password + ".none", roles, 1, "password.none"},
		{"http://127.0.0.1:1", password, t.TempDir(), 1, "role of the indexer"},
		{"http://127.0.0.1:1", password, bad, 1, "is not JSON"},
		{"http://127.0.0.1:1", password, roles, 1, "refused"},
	} {
		t.Setenv("SARHAD_INDEX_URL", c.url)
		out := filepath.Join(t.TempDir(), "out")
		code, _, errors := sarhad(t, "", "elastic", "setup", "--password-file", c.password, "--roles", c.roles, "--out", out)
		if code != c.code || !strings.Contains(errors, c.says) {
			t.Errorf("%+v: exit %d, %s", c, code, errors)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%+v: it has made the folder of the keys", c)
		}
	}
}
