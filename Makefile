# What can be done in a clone. Each step says in one line what it is doing.

PYTHON ?= python3
PORT ?= 8000
ROWS ?= 100000
DB ?= sqlite
N ?= 20
SECONDS ?= 600
WORLDS ?= 20000
VENV := .venv
RUN := $(VENV)/bin
PIP := $(RUN)/python -m pip --disable-pip-version-check -qq install
say = @printf '== %s\n'

# What is printed appears at once, in a log too.
export PYTHONUNBUFFERED = 1

.PHONY: prove prove-api prove-denied prove-injection prove-scripts prove-kill prove-load help install demo serve messages screenshots check style types layers budgets quick test test-sqlite test-postgres test-browser bench bench-access lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo      start with the sample company on http://127.0.0.1:8000 (PORT= to change)"
	@echo "make serve     start with your own data (make one first: $(RUN)/bodega init)"
	@echo "make install   only make the environment, in $(VENV) (PYTHON= to choose a Python)"
	@echo "make check     the quick half of the tests, for every commit"
	@echo "make test      everything: SQLite, PostgreSQL, browser"
	@echo "make prove      compare worlds that differ only in what somebody may not see (WORLDS=20000, on both databases)"
	@echo "make prove-kill  kill what runs again and again and count what was left (N= how often, on each database)"
	@echo "make prove-load  60 requests a second for ten minutes (ROWS=1000000, DB=sqlite or postgres, SECONDS=)"
	@echo "make prove-denied  try every write as everybody who may not: nothing is written, nothing stale is let through"
	@echo "make prove-injection  fill every parameter with what does not belong there (EACH= how much, PAYLOADS= a file of yours)"
	@echo "make prove-api  ask every address of the API as its document describes it, rightly and wrongly (EXAMPLES= of each)"
	@echo "make prove-scripts  put scripts into every field and file and look at every page in a browser: none runs"
	@echo "make bench     measure (ROWS=1000000, DB=sqlite or postgres)"
	@echo "make bench-access  measure what it costs that people see different things (the same)"
	@echo "make messages  bring the catalogues of texts up to date; it lists what is still to translate"
	@echo "make screenshots  take a picture of every page, in build/screenshots and docs/images (ONLY=chosen: the latter alone)"
	@echo "make lock      choose new versions of what we stand on"
	@echo "make clean     remove what was made, but not your data"

# --- The environment: made anew only where a lock file or pyproject.toml is newer than what is installed. ---

$(VENV)/made:
	$(say) "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Bodega needs Python 3.11 or newer: make PYTHON=python3.13 …"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); echo "On Debian: apt-get install python3-venv"; exit 1; }
	@touch $@

$(VENV)/runtime.stamp: requirements/runtime.lock pyproject.toml | $(VENV)/made
	$(say) "Installing what Bodega stands on (a minute the first time)"
	@$(PIP) --require-hashes -r requirements/runtime.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock pyproject.toml | $(VENV)/made
	$(say) "Installing what checks and tests it (two minutes the first time)"
	@$(PIP) --require-hashes -r requirements/dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/runtime.stamp

install: $(VENV)/runtime.stamp
	@echo "$(VENV) is ready: $(RUN)/bodega --help"

# --- To use it. ---

demo: $(VENV)/runtime.stamp
	@BODEGA_DEMO=yes BODEGA_BASE_URL=http://127.0.0.1:$(PORT) $(RUN)/bodega demo
	@BODEGA_DEMO=yes BODEGA_BASE_URL=http://127.0.0.1:$(PORT) exec $(RUN)/bodega serve --port $(PORT)

serve: $(VENV)/runtime.stamp
	@exec $(RUN)/bodega serve --port $(PORT)

# --- To check it. ---

style: $(VENV)/dev.stamp
	$(say) "Style"
	@$(RUN)/ruff check --quiet .
	@$(RUN)/ruff format --quiet --check --diff .

types: $(VENV)/dev.stamp
	$(say) "Types"
	@$(RUN)/mypy --no-error-summary --show-traceback

layers: $(VENV)/dev.stamp
	$(say) "Layers"
	@$(RUN)/lint-imports --no-cache --no-logo > .layers.log 2>&1 || { cat .layers.log; rm -f .layers.log; exit 1; }
	@rm -f .layers.log

budgets: $(VENV)/dev.stamp
	$(say) "Sizes"
	@$(RUN)/python tools/budgets.py

quick: style types layers budgets
	$(say) "Quick tests, on SQLite"
	@$(RUN)/pytest -q -n 2 -m "not slow and not browser"

check: quick

test-sqlite: style types layers budgets
	$(say) "All tests, on SQLite"
	@$(RUN)/pytest -q -n 2 -m "not browser"

test-postgres: test-sqlite
	$(say) "All tests that know a database, on PostgreSQL"
	@tools/postgres run $(RUN)/pytest -q -n 2 -m "not browser" --ignore tests/lib --ignore tests/layers

test-browser: test-postgres
	$(say) "Tests in a browser"
	@tools/chromium > /dev/null
	@$(RUN)/pytest -q -m browser tests/browser

test: test-browser

# Nobody learns what they may not see; the last line says how many worlds, leaks and seeded faults there were.
prove: $(VENV)/dev.stamp
	$(say) "Comparing $(WORLDS) worlds"
	@$(RUN)/python -m tests.proofs.prove --worlds $(WORLDS) --db both

# Kills what runs N times on each database, and counts what was left.
prove-kill: $(VENV)/dev.stamp
	$(say) "Killing workers $(N) times on each database"
	@BODEGA_KILLS=$(N) $(RUN)/pytest -q tests/platform/test_kill.py
	@BODEGA_KILLS=$(N) tools/postgres --durable run $(RUN)/pytest -q tests/platform/test_kill.py
	$(say) "Killing web, worker, import and PostgreSQL $(N) times on each database"
	@$(RUN)/python -m tests.proofs.kill --kills $(N) --db sqlite
	@$(RUN)/python -m tests.proofs.kill --kills $(N) --db postgres

# Many people at work at once in the company of the bench.
prove-load: $(VENV)/dev.stamp
	@$(RUN)/python -m tests.proofs.load --db $(DB) --rows $(ROWS) --seconds $(SECONDS)

# Every write by everybody who may not do it; rights that were taken; records and fields that are not theirs.
DENIED := tests/proofs/test_denied.py tests/proofs/test_assigned.py tests/proofs/test_touched.py tests/proofs/test_stale.py
prove-denied: $(VENV)/dev.stamp
	$(say) "Writes by those who may not, on each database"
	@$(RUN)/pytest -q -s --show-capture=no $(DENIED)
	@tools/postgres run $(RUN)/pytest -q -s --show-capture=no $(DENIED)

# Each parameter of each address with EACH of the payloads in turn, and with those of a file (PAYLOADS=, one a line).
EACH ?= 12
prove-injection: $(VENV)/dev.stamp
	$(say) "What does not belong there, in every parameter, on each database"
	@BODEGA_PROVE=yes EACH=$(EACH) BODEGA_PAYLOADS=$(PAYLOADS) $(RUN)/pytest -q -s --show-capture=no tests/proofs/test_injection.py
	@BODEGA_PROVE=yes EACH=$(EACH) BODEGA_PAYLOADS=$(PAYLOADS) tools/postgres run $(RUN)/pytest -q -s --show-capture=no tests/proofs/test_injection.py

# Each address of the API, where `make test` asks one type of each kind.
EXAMPLES ?= 2
prove-api: $(VENV)/dev.stamp
	$(say) "Asking the API, $(EXAMPLES) examples of each address"
	@BODEGA_EXAMPLES=$(EXAMPLES) $(RUN)/pytest -q tests/surfaces/api/test_every_operation.py

# Texts that try to be run, in every field and file, on every page, in a real browser.
prove-scripts: $(VENV)/dev.stamp
	$(say) "Showing scripts in every place on every page"
	@tools/chromium > /dev/null
	@$(RUN)/python -m tests.proofs.scripts

bench: $(VENV)/dev.stamp
	@$(RUN)/python -m bench.run --rows $(ROWS) --db $(DB)

# Lists, counts and reports of six people in a company of a thousand, and moving very many deals.
bench-access: $(VENV)/dev.stamp
	@$(RUN)/python -m bench.access --rows $(ROWS) --db $(DB)

# --- To look after it. ---

LOCK := $(RUN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 --quiet --upgrade

lock: | $(VENV)/made
	$(say) "Choosing versions"
	@$(PIP) uv
	@$(LOCK) pyproject.toml requirements/runtime.in --output-file requirements/runtime.lock
	@$(LOCK) pyproject.toml requirements/runtime.in requirements/dev.in --constraint requirements/runtime.lock --output-file requirements/dev.lock

# English stands in the program; the other languages in src/bodega/web/locale. What is compiled is committed with it.
messages: $(VENV)/dev.stamp
	$(say) "Texts"
	@DJANGO_SETTINGS_MODULE=bodega.web.settings PYTHONPATH=src $(RUN)/python tools/messages.py

# Every page at three widths and in both themes, to be looked at in build/screenshots; those of README and guide in docs/images.
screenshots: $(VENV)/dev.stamp
	@tools/chromium > /dev/null
	@$(RUN)/python -m tests.browser.pictures $(ONLY)

clean:
	$(say) "Removing $(VENV), caches and test databases; data/ stays"
	@tools/postgres stop 2> /dev/null || true
	@rm -rf $(VENV) .postgres .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	@find . -name __pycache__ -not -path './data/*' -prune -exec rm -rf {} +
