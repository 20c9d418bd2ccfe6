# Two commands matter: `make run` (the portal with sample data) and `make test` (everything the tests need, then all tests).
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000
UV := uv==0.13.9

.PHONY: help run test lint bench tck conformance manual lock messages screens scaled nightly check-python clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

check-python:
	@test -n "$(PYTHON)" || { echo "Guicheng needs Python 3.11 or newer. On Debian 12 or Ubuntu 24.04: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }

# uv installs the hash-locked set several times faster than pip; pip alone does it as well (see README).
$(VENV)/.installed: requirements.txt | check-python
	@echo "-- environment: $(VENV) ($$($(PYTHON) --version))"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check "$(UV)" 2>/dev/null || true
	@if test -x $(BIN)/uv; then VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements.txt; \
	 else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt; fi
	@touch $@

$(VENV)/.installed-tests: tests/requirements.txt $(VENV)/.installed
	@echo "-- packages for tests"
	@if test -x $(BIN)/uv; then VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r tests/requirements.txt; \
	 else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r tests/requirements.txt; fi
	@touch $@

run: $(VENV)/.installed ## set up on first use, then serve the portal with sample data on http://127.0.0.1:8000
	@DEMO=1 $(BIN)/python manage.py setup --demo
	@DEMO=1 $(BIN)/python manage.py serve --port $(PORT)

test: $(VENV)/.installed-tests ## lint, then all tests on SQLite and PostgreSQL, with real Redis and Chromium
	@$(BIN)/python -m tests.everything

nightly: $(VENV)/.installed-tests ## the long runs: random walks, fuzzing, crash and race series
	@$(BIN)/python -m tests.everything --nightly

lint: $(VENV)/.installed-tests ## ruff, mypy --strict on the pure layers, the import rule
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/architecture

bench: $(VENV)/.installed-tests ## figures as ratios within one run; writes bench.json
	@$(BIN)/python -m tests.bench

manual: $(VENV)/.installed ## the whole manual in both languages, HTML and PDF, into the folder that the portal serves (minutes)
	@$(BIN)/python manage.py manual --lang zh -v 2
	@$(BIN)/python manage.py manual --lang en -v 2

tck: $(VENV)/.installed-tests ## the whole DMN Technology Compatibility Kit, when conformance/ lies beside the checkout
	@$(BIN)/python -m pytest -q -rA tests/conformance/test_dmn_tck.py

screens: $(VENV)/.installed-tests ## photograph every screen into docs/screens/
	@SCREENS=1 $(BIN)/python -m tests.everything --sqlite --only tests/acceptance

messages: $(VENV)/.installed-tests ## merge portal/locale/fragments/*.json into the zh_Hans catalogue
	@$(BIN)/python -m portal.locale.build

conformance: $(VENV)/.installed-tests ## every outside suite through the commands, on SQLite and PostgreSQL (needs conformance/ beside the checkout)
	@$(BIN)/python -m tests.everything --sqlite --only tests/conformance
	@$(BIN)/python -m tests.everything --sqlite --nightly --only tests/conformance

lock: ## compile requirements.in into hash-locked requirement files
	@$(BIN)/uv pip compile -q --no-header --generate-hashes --python-version 3.11 requirements.in -o requirements.txt
	@$(BIN)/uv pip compile -q --no-header --generate-hashes --python-version 3.11 tests/requirements.in -o tests/requirements.txt

scaled: $(VENV)/.installed ## PostgreSQL + Redis + web + Celery workers on this machine (DATABASE_URL and REDIS_URL name them)
	@test -n "$$DATABASE_URL" -a -n "$$REDIS_URL" || { echo "Set DATABASE_URL=postgres://user:password@host/name and REDIS_URL=redis://host:6379/0 first (see docs/operating.md)."; exit 1; }
	@$(BIN)/python manage.py setup
	@$(BIN)/python manage.py scaled --port $(PORT)

clean: ## remove the environment and the embedded database
	rm -rf $(VENV) var bench.json
