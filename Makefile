# Kiun is built, run and checked with these commands; `make` alone lists them.

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
BUILD := src/kiun/ui/static/kiun/build
SETTINGS := DJANGO_SETTINGS_MODULE=kiun.config.settings

# Files whose age tells that a step has been done.
RUN_PACKAGES := $(VENV)/.run-packages
TEST_PACKAGES := $(VENV)/.test-packages
NODE_PACKAGES := frontend/node_modules/.package-lock.json
FRONT_END := $(BUILD)/.built
# The style sheet holds the classes that templates use.
FRONT_END_SOURCES := $(shell find frontend src/kiun \
	-path '*/node_modules' -prune -o -path '*/static/kiun/build' -prune -o \
	-type f \( -path 'frontend/*' -o -name '*.html' \) -print)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where it is set, each of the many programs that the tests start would compile the whole source anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test checks build messages lock clean \
	lint types contracts templates dependencies migrations api unit unit-postgresql browser

help:
	@echo "make run        serve Kiun at http://127.0.0.1:8000 with a demonstration town (PORT=8080 make run)"
	@echo "make test       everything that has to hold: style, types, contracts, tests on both databases, browser"
	@echo "make build      install packages, build the front end, compile messages"
	@echo "make messages   collect messages from the code into each room's catalogue"
	@echo "make lock       resolve requirements/*.in into the lock files"
	@echo "make clean      remove what was installed and built (not the data in var/)"

run: build
	@exec $(BIN)/kiun up --demo

build: $(RUN_PACKAGES) $(FRONT_END)
	@$(BIN)/python tools/messages.py compile

# --- packages -------------------------------------------------------------------------------------------------------

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "✗ Python 3.11 or newer is needed (Debian: apt-get install python3 python3-venv)." >&2; exit 1; }
	@echo "── Creating $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "✗ $(PYTHON) cannot create environments (Debian: apt-get install python3-venv)." >&2; exit 1; }

$(RUN_PACKAGES): requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "── Installing Python packages"
	@$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(TEST_PACKAGES): requirements/dev.txt $(RUN_PACKAGES)
	@echo "── Installing Python packages for the tests"
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

# --- front end ------------------------------------------------------------------------------------------------------

# Not `npm ci`: it refuses a lock file without the builds of Tailwind for other systems, which a registry of a closed
# network need not hold. `--no-save` keeps to the lock file all the same.
$(NODE_PACKAGES): frontend/package.json frontend/package-lock.json
	@command -v npm >/dev/null && node -e 'process.exit(Number(process.versions.node.split(".")[0] < 20))' || \
		{ echo "✗ Node.js 20 or newer with npm is needed (see docs/operations.md)." >&2; exit 1; }
	@echo "── Installing packages of the front end"
	@cd frontend && npm install --no-save --no-fund --no-audit --loglevel=error
	@touch $@

$(FRONT_END): $(FRONT_END_SOURCES) | $(NODE_PACKAGES)
	@echo "── Building the front end"
	@cd frontend && npm run --silent build
	@touch $@

# --- checks ---------------------------------------------------------------------------------------------------------

# The checks need one core each, the tests both.
test: $(TEST_PACKAGES)
	@$(MAKE) --no-print-directory --jobs 2 checks
	@$(MAKE) --no-print-directory unit unit-postgresql browser

checks: types lint contracts templates dependencies migrations api build

lint: $(TEST_PACKAGES)
	@echo "── Style"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(TEST_PACKAGES)
	@echo "── Types"
	@$(BIN)/mypy
	@$(BIN)/mypy tools

contracts: $(TEST_PACKAGES)
	@echo "── Floors of the house"
	@$(BIN)/lint-imports

templates: $(TEST_PACKAGES)
	@echo "── Templates"
	@find src -name '*.html' -print0 | xargs -0 -r $(BIN)/djade --check --target-version 5.2

dependencies: $(TEST_PACKAGES)
	@echo "── Declared packages"
	@$(BIN)/deptry src --config tools/deptry.toml

migrations: $(TEST_PACKAGES)
	@echo "── Migrations fit the models"
	@KIUN_DATA_DIR=build/test $(SETTINGS) $(BIN)/django-admin makemigrations --check --dry-run

# The description of the interface is committed and equals the code.
api: $(TEST_PACKAGES)
	@if [ -f src/kiun/config/management/commands/openapi.py ]; then \
		echo "── Description of the interface"; KIUN_DATA_DIR=build/test $(BIN)/kiun openapi --check; fi

# What never touches the database need not run on both.
WITHOUT_DATABASE := e2e analysis architecture kernel tools ui config/test_up.py config/test_supervisor.py \
	config/test_archive.py momentum/test_measured.py api/test_openapi.py goals/test_lint_goals.py \
	dashboard/test_report_layout.py \
	$(addprefix surveys/test_,answering.py grouping.py qr.py redaction.py)

# Whoever has finished takes over tests of the other: the last ones are long.
TWO := -n 2 --dist worksteal
PYTEST := KIUN_DATA_DIR=build/test $(BIN)/pytest $(TWO)

unit: $(TEST_PACKAGES) build
	@echo "── Tests on SQLite"
	@$(PYTEST) --ignore=tests/e2e

unit-postgresql: $(TEST_PACKAGES) build
	@echo "── Tests on PostgreSQL"
	@KIUN_DATA_DIR=build/test $(BIN)/python tools/postgres.py $(BIN)/pytest $(TWO) \
		$(foreach folder,$(WITHOUT_DATABASE),--ignore=tests/$(folder))

# The tests of a file share rows: they stay together, and the file that takes longest begins among the first.
browser: $(TEST_PACKAGES) build
	@echo "── Journeys in the browser"
	@KIUN_CHROMIUM="$$($(BIN)/python tools/programs.py chromium)" && \
		KIUN_LIBREOFFICE="$$($(BIN)/python tools/programs.py libreoffice)" && \
		export KIUN_CHROMIUM KIUN_LIBREOFFICE && $(PYTEST) --dist loadfile --no-loadscope-reorder tests/e2e

# --- maintenance ----------------------------------------------------------------------------------------------------

messages: $(RUN_PACKAGES)
	@$(BIN)/python tools/messages.py update
	@$(BIN)/python tools/messages.py compile

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock: $(TEST_PACKAGES)
	@$(BIN)/$(COMPILE) requirements/run.in requirements/build.in -o requirements/run.txt
	@$(BIN)/$(COMPILE) requirements/dev.in -c requirements/run.txt -o requirements/dev.txt
	@cd frontend && npm install --package-lock-only --no-fund --no-audit

clean:
	rm -rf $(VENV) frontend/node_modules $(BUILD) .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src -name '*.mo' -delete
