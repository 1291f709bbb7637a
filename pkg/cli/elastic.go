package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sarhad-desk/sarhad/pkg/app"
	"github.com/sarhad-desk/sarhad/pkg/config"
)

// services are what gets a key of its own: the indexer writes, the desk reads.
func services() []string { return []string{"indexer", "reader"} }

func (p *program) elasticCommand() *cobra.Command {
	var user, passwordFile, roles, out string
	setup := &cobra.Command{
		Use:   "setup",
		Short: "put the index template and make API keys of least privilege",
		Long: "Prepares the Elasticsearch that index.url names: puts the index template, and makes one API key for each of " + strings.Join(services(), ", ") +
			", good for a year, with the rights that the file of that name in --roles describes. The keys are written to --out as NAME.key, for index.api_key_file. " +
			"It works as an administrator, whose name and password are used this once and kept nowhere. Run again it makes new keys; earlier ones stay good until they expire or are invalidated.",
		Example: "  SARHAD_INDEX_URL=https://elasticsearch:9200 sarhad elastic setup --password-file admin.txt --roles deploy/elasticsearch --out secrets",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.settings()
			if err != nil {
				return err
			}
			if cfg.Index.URL == "" {
				return usage(errors.New("index.url is not set: without it the index is embedded and needs no keys"))
			}
			password, err := config.Secret(passwordFile)
			if err != nil {
				return err
			}
			descriptors, err := readRoles(roles, cfg.Index.Name)
			if err != nil {
				return err
			}
			if err := app.SetupElastic(cmd.Context(), cfg, user, password, out, descriptors, p.logger(cfg)); err != nil {
				return err
			}
			for _, name := range services() {
				fmt.Fprintln(p.out, filepath.Join(out, name+".key"))
			}
			return nil
		},
	}
	setup.Flags().StringVar(&user, "user", "elastic", "an administrator of the cluster")
	setup.Flags().StringVar(&passwordFile, "password-file", "", "file of the administrator's password")
	setup.Flags().StringVar(&roles, "roles", "deploy/elasticsearch", "folder of the role descriptors")
	setup.Flags().StringVar(&out, "out", "", "folder to write the keys to")
	for _, name := range []string{"password-file", "out"} {
		_ = setup.MarkFlagRequired(name) // fails only for a flag that is not there
	}
	return family("elastic", "look after an Elasticsearch of Sarhad", setup)
}

// readRoles reads the role descriptors of the services, and has them speak of the
// indices as the settings call them.
func readRoles(folder, index string) (map[string]json.RawMessage, error) {
	roles := map[string]json.RawMessage{}
	for _, name := range services() {
		path := filepath.Join(folder, name+".json")
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("role of the %s: %w", name, err)
		}
		if !json.Valid(data) {
			return nil, fmt.Errorf("role of the %s: %s is not JSON", name, path)
		}
		renamed := strings.NewReplacer(`"items"`, `"`+index+`"`, `"items-*"`, `"`+index+`-*"`).Replace(string(data))
		roles[name] = json.RawMessage(renamed)
	}
	return roles, nil
}
