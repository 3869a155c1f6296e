# Every target works from a bare clone with make and Python 3.11 or newer; set-up runs once and again when its two inputs change.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.policykg-ready
PYTEST := $(BIN)/python -m pytest
JOBS ?= 2
AGAINST ?=
# Which of the laws `make bench` takes: 1 for all, 8 for every eighth.
BENCH_SHARE ?= 1

.PHONY: help setup app test check unit slow eval bench clean
.DEFAULT_GOAL := help

help:
	@echo "make app    set up, read the sample corpus and open the app (http://127.0.0.1:8501)"
	@echo "make test   check + all tests + evaluation floors"
	@echo "make setup | check | unit | eval | bench | clean"

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "policykg needs Python 3.11 or newer: make PYTHON=python3.12 setup" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "python3 has no venv module: install python3-venv and try again" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

app: $(READY)
	$(BIN)/policykg ingest
	$(BIN)/policykg app

test: check slow eval

check: $(READY)
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -n $(JOBS) -m "not slow and not browser"

unit: $(READY)
	$(PYTEST) -n $(JOBS) -m "not slow and not browser"

# The rest of the tests: wheels, kills, large inputs, a real browser.
slow: $(READY)
	$(PYTEST) -n $(JOBS) -m "slow or browser"

eval: $(READY)
	$(BIN)/python -m tests.evaluate $(if $(AGAINST),--against $(AGAINST))

bench: $(READY)
	$(BIN)/python -m tests.bench
	test ! -f ../shared/laws.tar.xz || $(BIN)/python -m tests.bench.scale $(BENCH_SHARE)
	test ! -f ../shared/laws.tar.xz || $(BIN)/python -m tests.bench.others

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .grimp_cache .hypothesis
