package elastic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/sarhad-desk/sarhad/pkg/query"
	"github.com/sarhad-desk/sarhad/pkg/text"
)

// TemplateVersion is the version of the fields below. It is part of the name of an
// index; a change of the fields raises it.
const TemplateVersion = 1

// ErrTemplate is wrapped by the error for a cluster without our index template, or with
// one of another version. Nothing is written then: whoever runs the cluster has to
// call Bootstrap or Migrate.
var ErrTemplate = errors.New("the index template is not the one this program needs")

type object = map[string]any

// Template is the index template: how texts are cut into words, and every field with
// its type. A document with any other field is refused.
func Template(cfg Config) ([]byte, error) { return template(cfg, TemplateVersion) }

func template(cfg Config, version int) ([]byte, error) {
	return json.MarshalIndent(object{
		"index_patterns": []string{cfg.Index + "-*"},
		"priority":       200,
		"version":        version,
		"_meta":          object{"description": "Items of Sarhad, one index a month. Generated: do not edit."},
		"template": object{
			"settings": object{"index": object{
				"number_of_shards": cfg.Shards, "number_of_replicas": cfg.Replicas,
				"refresh_interval": fmt.Sprintf("%dms", cfg.Refresh.Milliseconds()),
				"analysis": object{
					"char_filter": object{"fold": object{"type": "mapping", "mappings": text.CharFilter()}},
					"analyzer":    object{"words": object{"type": "custom", "char_filter": []string{"fold"}, "tokenizer": "standard", "filter": []string{"lowercase"}}},
				},
			}},
			"mappings": object{
				"_meta": object{"version": version}, "dynamic": "strict", "properties": properties(),
			},
		},
	}, "", "  ")
}

func properties() object {
	words, key, moment := object{"type": "text", "analyzer": "words"}, object{"type": "keyword"}, object{"type": "date", "format": "epoch_millis"}
	keys := object{}
	for _, name := range query.KeyFields() {
		keys[name] = key
	}
	return object{
		"title": words, "summary": words, "text": words,
		"published": moment, "seen": moment,
		"k": object{"properties": keys},
		"claims": object{"type": "nested", "properties": object{
			"claim": words, "claimant": words, "target": words, "act": key, "party": key, "about": key,
		}},
		"item": object{"type": "object", "enabled": false},
	}
}

// Bootstrap puts the index template into the cluster. It never replaces a newer one.
func (s *Store) Bootstrap(ctx context.Context) error {
	found, err := s.templateVersion(ctx)
	if err != nil {
		return err
	}
	if found > s.version {
		return fmt.Errorf("elasticsearch: template %s has version %d, this program %d: %w", s.cfg.Index, found, s.version, ErrTemplate)
	}
	body, err := template(s.cfg, s.version)
	if err != nil {
		return fmt.Errorf("elasticsearch: template: %w", err)
	}
	return s.call(ctx, http.MethodPut, s.templatePath(), asJSON, body, nil)
}

func (s *Store) templatePath() string { return "/_index_template/" + s.cfg.Index }

// templateVersion answers the version of the template in the cluster, 0 where there is none.
func (s *Store) templateVersion(ctx context.Context) (int, error) {
	var answer struct {
		Templates []struct {
			Template struct {
				Version int `json:"version"`
			} `json:"index_template"`
		} `json:"index_templates"`
	}
	err := s.ask(ctx, http.MethodGet, s.templatePath(), nil, &answer)
	if missing(err) || err == nil && len(answer.Templates) == 0 {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return answer.Templates[0].Template.Version, nil
}

// Ready reports whether the cluster answers and has our template.
func (s *Store) Ready(ctx context.Context) error {
	found, err := s.templateVersion(ctx)
	if err != nil {
		return err
	}
	if found != s.version {
		return fmt.Errorf("elasticsearch: template %s has version %d (0: there is none), this program needs %d: %w", s.cfg.Index, found, s.version, ErrTemplate)
	}
	return nil
}

// month answers the alias a month is written to.
func (s *Store) month(name string) string { return s.cfg.Index + "-" + name }

// ensure makes the index of a month where there is none. The template is looked for
// first: an index made without it would have to be thrown away.
func (s *Store) ensure(ctx context.Context, month string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.months[month] {
		return nil
	}
	if err := s.Ready(ctx); err != nil {
		return err
	}
	if err := s.ask(ctx, http.MethodHead, "/_alias/"+month, nil, nil); err == nil {
		s.months[month] = true
		return nil
	} else if !missing(err) {
		return err
	}
	name := s.versioned(month)
	err := s.ask(ctx, http.MethodPut, "/"+name, object{"aliases": object{month: object{"is_write_index": true}, s.cfg.Index: object{}}}, nil)
	var e *Error
	if errors.As(err, &e) && e.Type == "resource_already_exists_exception" { // another indexer was first
		err = nil
	}
	if err == nil {
		s.months[month] = true
		s.log.Info("made an index", "index", name)
	}
	return err
}

// versioned names the index behind the alias of a month.
func (s *Store) versioned(month string) string { return fmt.Sprintf("%s-v%d", month, s.version) }

func (s *Store) forget(month string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.months, month)
}

// CreateKey makes an API key whose rights are those of a role descriptor, such as those
// under deploy/elasticsearch. It answers the key as Config.APIKey takes it.
func (s *Store) CreateKey(ctx context.Context, name string, role json.RawMessage, life time.Duration) (string, error) {
	var answer struct {
		Encoded string `json:"encoded"`
	}
	err := s.ask(ctx, http.MethodPost, "/_security/api_key", object{
		"name": name, "expiration": fmt.Sprintf("%dm", int(life.Minutes())), "role_descriptors": object{name: role},
	}, &answer)
	return answer.Encoded, err
}
