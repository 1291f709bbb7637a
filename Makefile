# Sarhad's commands. 'make help' lists them.

SHELL := /bin/bash
GO ?= go
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)
ROLES := collector scraper tagger clusterer indexer alerter desk

.DEFAULT_GOAL := help
.PHONY: help build up demo test e2e lint fuzz bench clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

build: ## compile bin/sarhad and one program a role
	@echo "compiling (the first time takes a few minutes, later ones seconds)…" >&2
	@mkdir -p bin
	@$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/sarhad ./services/sarhad

roles: build ## compile the programs of the roles too
	@$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/ $(addprefix ./services/,$(ROLES))

up: build ## start everything in one process; desk on http://127.0.0.1:8080
	@exec bin/sarhad up

demo: build ## the same with the demonstration corpus, served from loopback; no network
	@exec bin/sarhad demo

test: ## everything that must pass: vet, layers, unit tests, the real engines, end to end
	@scripts/test

e2e: ## the end-to-end tests alone
	@scripts/test e2e

lint: ## formatting and vet
	@test -z "$$(gofmt -l pkg services configs)" || { gofmt -l pkg services configs; echo 'run gofmt -w on these' >&2; exit 1; }
	@$(GO) vet ./...

fuzz: ## each fuzz target for FUZZTIME (10s)
	@scripts/fuzz

bench: build ## the figures of the README, measured side by side on this machine
	@scripts/bench

clean: ## remove what was built here
	rm -rf bin build
