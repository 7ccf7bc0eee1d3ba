PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Where this is set, as images of Python do, every worker and every command that a test starts
# would compile all there is anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test bench bench-million bench-night bench-check chaos soak test-cancellation test-floors check check-guards docs format fuzz clean

help:
	@echo "make demo    export an emulated workspace to demo-export/, and make demo-report/report.html"
	@echo "make test    run the tests"
	@echo "make bench   measure against a bare loop over aiohttp and msgspec, and rivals"
	@echo "make bench-million  measure an export of a million conversations"
	@echo "make bench-night    measure the night after an export of 400,000 conversations"
	@echo "make bench-check    compare with the instruction counts stored last"
	@echo "make check   linters and type checkers"
	@echo "make docs    build the documentation to site/, and check it"
	@echo "make chaos   export and read while everything goes wrong, and compare with the truth"
	@echo "make soak    ask as hundreds of workers over bad connections, and compare every answer"
	@echo "make test-cancellation  cut operations off at every await there is"
	@echo "make test-floors  run demo and tests with the lowest versions that are allowed"
	@echo "make format  format the code"
	@echo "make fuzz    look for input that brings out anything but our own errors"
	@echo "make check-guards  take out each guard of SECURITY.md and see its test fail"
	@echo "make clean   remove what make made"

# One stamp for each set of extras, so that the demo does not wait for the checkers.
$(VENV)/.cli: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[cli,report]'
	touch $@

$(VENV)/.test: $(VENV)/.cli
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

$(VENV)/.bench: $(VENV)/.cli
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	touch $@

$(VENV)/.check: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[check]'
	touch $@

$(VENV)/.docs: $(VENV)/.cli
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	touch $@

$(VENV)/.fuzz: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	touch $@

demo: $(VENV)/.cli
	$(BIN)/intercom-async emulate --conversations 2500 -- \
	    $(BIN)/intercom-async export --out demo-export --streams all
	@mkdir -p demo-report
	$(BIN)/intercom-async report demo-export --out demo-report/report.html

test: $(VENV)/.test
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

bench-night: $(VENV)/.bench
	$(BIN)/python -m benchmarks --night

bench-million: $(VENV)/.bench
	$(BIN)/python -m benchmarks --million

bench-check: $(VENV)/.bench
	$(BIN)/python -m benchmarks.check

check: $(VENV)/.check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/basedpyright
	PATH="$(CURDIR)/$(BIN):$$PATH" basedpyright --verifytypes intercom_async --ignoreexternal

# As much as a long night of a bad network, in minutes. SEED=… repeats what a run laid on.
chaos: $(VENV)/.test
	$(BIN)/python tests/export/test_store_killed.py
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED))

# SEED=… repeats what is asked, given up and laid on.
soak: $(VENV)/.test
	$(BIN)/python -m tests.load.soak --seconds 60 $(if $(SEED),--seed $(SEED))

# Cut off at every single await; the tests themselves take a sample.
test-cancellation: $(VENV)/.test
	$(BIN)/python -m pytest tests/cancellation --every-await

test-floors: $(VENV)/.cli
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
	$(BIN)/python tools/floors.py

# Warnings are errors, and so is a link that leads nowhere or a public name without a place.
docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

check-guards: $(VENV)/.test
	$(BIN)/python tests/security/guards.py

fuzz: $(VENV)/.fuzz
	$(BIN)/python tests/fuzz/run.py 30

format: $(VENV)/.check
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) demo-export demo-report site dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
