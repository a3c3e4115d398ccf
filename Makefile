# Every target in one sentence: `make help`. Needs only Python ≥ 3.11 and make.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test check bench assets docs pictures clean chromium

help: ## Show what each target does.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

$(VENV)/.run: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/.run

assets: $(VENV)/.run ## Build the front-end bundles into service/static/build (skipped when up to date).
	@$(BIN)/python frontend/assets.py

run: $(VENV)/.run assets ## Start web and scheduler on SQLite under var/ with the demo city; prints address and accounts.
	@$(BIN)/tibanping run --demo --port $(PORT)

chromium:
	@if ! command -v chromium >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; fi

test: $(VENV)/.dev assets chromium ## Install what the tests need, then run the whole suite.
	$(BIN)/python -m pytest -n 2 --dist loadfile -q

check: $(VENV)/.dev ## Format, lint, types, imports, diagrams and docs: the definition of clean.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/tibanping check --strict $(wildcard processes/*.bpmn processes/*.dmn)
	$(BIN)/python -m pytest -q tests/test_layout.py tests/test_docs.py

bench: $(VENV)/.dev ## Measure speed and write benchmarks/results/.
	$(BIN)/python -m benchmarks

docs: $(VENV)/.dev ## Rewrite the generated reference pages.
	$(BIN)/python -m docs.build

pictures: $(VENV)/.dev assets chromium ## Take the pictures of the documentation again, of the demo city of today.
	$(BIN)/python -m docs.pictures

clean: ## Remove what was built, keep var/.
	rm -rf $(VENV) build dist service/static/build frontend/node_modules .mypy_cache .ruff_cache .pytest_cache
