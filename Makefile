PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Where this is set, as images of Python do, every worker and every command that a test starts
# would compile all there is anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test test-all bench bench-million bench-night bench-check scale chaos soak test-cancellation test-floors test-pythons test-wheel test-ray coverage bench-postgres check-figures docs check check-guards format fuzz clean

help:
	@echo "make demo    export an emulated workspace to demo-export/, and make demo-report/report.html"
	@echo "make test    run the tests, but for the longest"
	@echo "make test-all  run all tests"
	@echo "make bench   measure against a bare loop over aiohttp and msgspec, and rivals"
	@echo "make bench-million  measure an export of a million conversations"
	@echo "make bench-night    measure the night after an export of 400,000 conversations"
	@echo "make bench-postgres measure loads of an export into PostgreSQL against a bare COPY"
	@echo "make bench-check    compare with the instruction counts stored last"
	@echo "make scale   share rate windows between processes, and export 50 workspaces at once"
	@echo "make check   linters and type checkers"
	@echo "make docs    build the documentation to site/, and check it"
	@echo "make chaos   export and read while everything goes wrong, and compare with the truth"
	@echo "make soak    ask as hundreds of workers over bad connections, and compare every answer"
	@echo "make test-cancellation  cut operations off at every await there is"
	@echo "make test-floors  run demo and tests with the lowest versions that are allowed"
	@echo "make test-pythons  run unit and contract tests on every Python here but the newest"
	@echo "make test-wheel   run them on the built wheel, without the source tree"
	@echo "make test-ray     export on Ray, kill its processes, and compare with the truth"
	@echo "make coverage     run the tests and tell what they do not run"
	@echo "make format  format the code"
	@echo "make fuzz    look for input that brings out anything but our own errors"
	@echo "make check-figures  compare the figures of 20 workspaces with plain Python's"
	@echo "make check-guards  take out each guard of SECURITY.md and see its test fail"
	@echo "make clean   remove what make made"

# One stamp for each group, so that the demo does not wait for the checkers. The pip that comes with
# Python 3.11 knows no groups.
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

$(VENV)/.cli: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install 'pip>=25.1'
	$(PIP) install -e '.[cli,report]'
	touch $@

$(VENV)/.test: $(VENV)/.cli
	$(PIP) install -e . --group test
	touch $@

$(VENV)/.bench: $(VENV)/.cli
	$(PIP) install -e . --group bench
	touch $@

$(VENV)/.ray: $(VENV)/.test
	$(PIP) install -e . --group ray
	touch $@

$(VENV)/.check: $(VENV)/.test
	$(PIP) install -e . --group check
	touch $@

$(VENV)/.docs: $(VENV)/.cli
	$(PIP) install -e . --group docs
	touch $@

$(VENV)/.fuzz: $(VENV)/.test
	$(PIP) install -e . --group fuzz
	touch $@

demo: $(VENV)/.cli
	$(BIN)/intercom-async emulate --conversations 2500 -- \
	    $(BIN)/intercom-async export --out demo-export --streams all
	@mkdir -p demo-report
	$(BIN)/intercom-async report demo-export --out demo-report/report.html

# Without the tests that take half of the time, which prove what others do, many times over.
test: $(VENV)/.test
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal -m 'not long'

test-all: $(VENV)/.test
	$(BIN)/python $(WITH) -m pytest --numprocesses auto --dist worksteal

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

bench-night: $(VENV)/.bench
	$(BIN)/python -m benchmarks --night

bench-million: $(VENV)/.bench
	$(BIN)/python -m benchmarks --million

bench-postgres: $(VENV)/.bench
	$(BIN)/python -m benchmarks.postgres

bench-check: $(VENV)/.bench
	$(BIN)/python -m benchmarks.check

scale: $(VENV)/.bench
	$(BIN)/python -m benchmarks.scale

check: $(VENV)/.check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/basedpyright
	PATH="$(CURDIR)/$(BIN):$$PATH" basedpyright --verifytypes intercom_async --ignoreexternal

# As much as a long night of a bad network, in minutes. SEED=… repeats what a run laid on.
chaos: $(VENV)/.test
	$(BIN)/python tests/export/test_store_killed.py
	$(BIN)/python -m tests.export.test_postgresql_killed 20
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m tests.chaos.mirror $(if $(SEED),--seed $(SEED))

# SEED=… repeats what is asked, given up and laid on.
soak: $(VENV)/.test
	$(BIN)/python -m tests.load.soak --seconds 60 $(if $(SEED),--seed $(SEED))

# Cut off at every single await; the tests themselves take a sample.
test-cancellation: $(VENV)/.test
	$(BIN)/python -m pytest tests/cancellation --every-await

# Unit and contract tests: what differs by Python and by what is installed would show in them.
FAST := tests/contract tests/changes tests/transport tests/export/test_store.py \
    $(wildcard tests/test_*.py)
EXTRAS := tests/report tests/cli/test_cli_export.py $(wildcard tests/export/test_convert_*.py)

# PART=yes leaves out what neither is fast nor needs an extra.
test-floors: $(VENV)/.cli
	$(PIP) install 'uv>=0.8'
	$(BIN)/python -m tools.floors $(if $(PART),$(FAST) $(EXTRAS))

test-pythons:
	$(PYTHON) -m tools.pythons test $(FAST)

test-wheel: $(VENV)/.test
	$(BIN)/python -m tools.wheel $(FAST)

test-ray: $(VENV)/.ray
	$(BIN)/python -m pytest tests/clusters

# All of what decides, and nearly all of the rest.
coverage: $(VENV)/.test
	rm -rf .coverage && mkdir .coverage
	$(MAKE) test-all WITH='-m coverage run'
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --fail-under=95
	$(BIN)/python -m coverage report --include='*/core/*,*/net/*' --fail-under=100

check-figures: $(VENV)/.test
	FIGURES_SEEDS=20 $(BIN)/python -m pytest tests/report/test_figures_plain.py --numprocesses auto

# Warnings are errors, and so is a link that leads nowhere or a public name without a place.
docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

check-guards: $(VENV)/.test
	$(BIN)/python tests/security/guards.py

fuzz: $(VENV)/.fuzz
	$(BIN)/python tests/fuzz/run.py 30

format: $(VENV)/.check
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) demo-export demo-report site dist build .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
