// Command collector runs the collector against an external NATS and Elasticsearch.
package main

import (
	"os"

	"github.com/sarhad-desk/sarhad/pkg/cli"
)

var version = "dev"

func main() { os.Exit(cli.Role("collector", version)) }
