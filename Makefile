# Kata Desktop. `make run` and `make test` do all the set-up they need; `make help` lists the rest.

.DEFAULT_GOAL := help
SHELL := /bin/bash

VENV := .venv
PY := $(VENV)/bin/python
SUDO ?=
export SUDO

.PHONY: help run test setup setup-run venv lint types contracts dead format unit ui e2e torture bench lock clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1\t/' | expand -t 12

run: setup-run ## set up what is missing, then start Kata Desktop (ARGS="--headless" passes options)
	@$(PY) -m kata_desktop $(ARGS)

test: setup lint types contracts dead ## everything: style, types, layers and the whole test suite
	$(if $(ARGS),$(PY) -m pytest $(ARGS),$(PY) -m tests.run)

setup: venv ## system packages, .venv with the development tools, the model server of the tests (SUDO=1: ask sudo)
	@packaging/system-packages run test
	@packaging/make-venv node

setup-run:
	@packaging/system-packages run
	@packaging/make-venv app

venv: ## only .venv with the development tools, no system packages
	@packaging/make-venv dev

lint: venv ## ruff: rules and format
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

format: venv ## let ruff rewrite what it can
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

types: venv ## mypy --strict
	$(VENV)/bin/mypy

contracts: venv ## import-linter: which room may import which
	$(VENV)/bin/lint-imports

dead: venv ## vulture: code nobody uses
	$(VENV)/bin/vulture

unit: venv ## tests of the engine: no Qt, no display
	@packaging/make-venv node
	$(PY) -m pytest tests/engine $(ARGS)

ui: setup ## tests of the windows, offscreen
	$(PY) -m pytest tests/ui $(ARGS)

e2e: setup ## tests of the whole program in a virtual desktop
	$(PY) -m pytest tests/e2e $(ARGS)

torture: setup ## long tests that kill, freeze and flood
	HYPOTHESIS_PROFILE=thorough $(PY) -m pytest -m torture --timeout 900 $(ARGS)

bench: setup ## figures side by side with floors and peers: start, memory, punctuality, store, scale
	@$(PY) -m benchmarks $(ARGS)

lock: venv ## compile requirements/*.lock anew from pyproject.toml
	@packaging/compile-locks

clean: ## remove everything that make made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist tests/e2e/shots
	find kata_desktop tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +
