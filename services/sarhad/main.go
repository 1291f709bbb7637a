// Command sarhad is everything in one process, and the command line.
package main

import (
	"os"

	"github.com/sarhad-desk/sarhad/pkg/cli"
)

var version = "dev"

func main() { os.Exit(cli.Main(os.Args[1:], version)) }
