# What people and scripts call. Needs make and Python 3.11 or newer.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
CLIENTS := .venv-clients
PACKAGES := finsync_site accounting_links invoicing connectors
CODE := manage.py $(PACKAGES) tests $(wildcard benchmarks) $(wildcard docs)

.PHONY: help setup demo up test clients clients-setup lint format types imports \
	migrations docs-check screenshots lock clean

help:
	@echo "make demo         try FinSync: sample data, practice books, no services"
	@echo "make test         all tests, on SQLite and, where it answers, PostgreSQL"
	@echo "make clients      practice ledgers against clients that others wrote"
	@echo "make setup        only prepare .venv/"
	@echo "make lint types imports migrations docs-check   what CI checks besides"
	@echo "make screenshots  take the pictures in docs/ anew (needs Chromium)"
	@echo "make lock         compile requirements*.txt from requirements*.in (needs uv)"

# The lock that was installed is kept beside it: nothing to do while it is the same.
setup:
	@if [ -x $(BIN)/python ] && cmp -s requirements-dev.txt .venv/installed.txt; \
	then exit 0; fi; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "FinSync needs Python 3.11 or newer: make PYTHON=python3.12" >&2; \
		exit 1; }; \
	echo "Preparing .venv/ (a minute, the first time) ..." >&2; \
	[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv || exit 1; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes -r requirements-dev.txt || exit 1; \
	cp requirements-dev.txt .venv/installed.txt

demo: setup
	@exec $(BIN)/python manage.py demo $(ARGS)

up: setup
	@exec $(BIN)/python manage.py up $(ARGS)

test: setup
	@exec $(BIN)/python -m tests.everywhere $(ARGS)

# Vendors' and strangers' libraries want old versions of much: they live by themselves.
clients-setup:
	@if [ -x $(CLIENTS)/bin/python ] && \
		cmp -s requirements-clients.txt $(CLIENTS)/installed.txt; \
	then exit 0; fi; \
	echo "Preparing $(CLIENTS)/ ..." >&2; \
	$(PYTHON) -m venv --clear $(CLIENTS) || exit 1; \
	$(CLIENTS)/bin/python -m pip install --quiet --disable-pip-version-check \
		--no-compile --no-deps --require-hashes -r requirements-clients.txt || exit 1; \
	cp requirements-clients.txt $(CLIENTS)/installed.txt

clients: setup clients-setup
	@exec $(CLIENTS)/bin/python -m pytest -q -n 2 --dist loadfile tests/clients $(ARGS)

lint: setup
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

format: setup
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

types: setup
	$(BIN)/mypy manage.py $(PACKAGES) tests

imports: setup
	$(BIN)/lint-imports

migrations: setup
	@state=$$(mktemp -d) && trap 'rm -rf "$$state"' EXIT && \
	FINSYNC_STATE="$$state" $(BIN)/python manage.py makemigrations --check --dry-run

docs-check: setup
	@state=$$(mktemp -d) && trap 'rm -rf "$$state"' EXIT && \
	FINSYNC_STATE="$$state" $(BIN)/python manage.py docs --check

screenshots: setup
	$(BIN)/python -m docs.screenshots

lock:
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
	uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-header requirements-clients.in \
		-o requirements-clients.txt

clean:
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
