// Package configs carries the built-in settings, catalogue, taxonomy, alert rules
// and demonstration corpus inside the program, so that it runs with no files beside it.
package configs

import "embed"

// Settings is configs/sarhad.yaml.
//
//go:embed sarhad.yaml
var Settings []byte

// Files holds sources, taxonomy, demo and alerts.yaml as they stand in this folder.
//
//go:embed sources taxonomy demo alerts.yaml
var Files embed.FS
