# Plain `make` lists the targets. Needs Python 3.11 or newer and make, nothing else.

PYTHON ?= python3.11
VENV ?= .venv
PORT ?= 8000
AT ?=
E ?=
B ?=
SCALE ?= full
CHUNK ?= 600
export PORT AT E B SCALE CHUNK

MAKEFLAGS += --no-print-directory --no-builtin-rules
.DEFAULT_GOAL := help
.PHONY: help demo test check bench campaign lock messages clean

RUN := $(VENV)/bin/python
# Inside an environment of its own pip needs no advice about newer pips.
PIP := $(RUN) -m pip --disable-pip-version-check --no-input -qq

define HELP
make demo      start the demo on http://127.0.0.1:8000 (PORT=8001 for another port,
               AT=2028-03-01 to start its clock on another day)
make test      run the whole test suite, on SQLite and on PostgreSQL, and slices of the
               campaign
make check     format, lint, types, imports, migrations, lock files
make bench     measure intake, release, sweep, search and the lists of the workplace
               against their targets, or B=search of them; the first run loads a million
               registrations
make campaign  run the long experiments, or E=E15,E16 of them; CHUNK=600 seconds at a time,
               the same command goes on; SCALE=ci for the slices of `make test`
make lock      write requirements*.txt anew after a change of pyproject.toml
make messages  collect the sentences to translate (needs GNU gettext)
make clean     remove the virtual environment, the demo's data and caches
endef

help:
	@:$(info $(HELP))

demo: $(VENV)/run.stamp
	@exec $(RUN) manage.py demo --port "$$PORT" $(if $(AT),--at "$$AT") --stop-with-parent

test: $(VENV)/dev.stamp
	@exec $(RUN) -m tests

# The checks read the settings but serve nobody and store nothing.
check: export SECRET_KEY = only-for-make-check
check: export DATABASE_URL = sqlite://:memory:
check: $(VENV)/dev.stamp
	@$(RUN) .ci/tidy.py
	@$(RUN) .ci/lock.py check
	@$(RUN) -m ruff format --check --quiet .
	@$(RUN) -m ruff check --quiet .
	@$(VENV)/bin/typos --exclude var
	@$(RUN) .ci/tidy.py templates | xargs -0 $(VENV)/bin/djade --check --target-version 5.2
	@$(VENV)/bin/lint-imports --no-logo
	@$(RUN) manage.py makemigrations --check --dry-run
	@$(RUN) -m mypy . .ci

bench: $(VENV)/dev.stamp
	@$(RUN) -m tests.bench $$B

campaign: $(VENV)/dev.stamp
	@$(RUN) -m tests.campaign "$$E" --scale "$$SCALE" --chunk "$$CHUNK"

lock: $(VENV)/dev.stamp
	@$(RUN) .ci/lock.py write

messages: $(VENV)/dev.stamp
	@command -v xgettext >/dev/null || \
	  { echo "GNU gettext is not installed; on Debian: apt-get install gettext"; exit 1; }
	@SECRET_KEY=only-for-messages $(RUN) manage.py makemessages --locale en --no-wrap \
	  --add-location file --ignore var --ignore tests --ignore "$(VENV)"

clean:
	@if [ -f "$(VENV)/pyvenv.cfg" ]; then rm -rf "$(VENV)"; fi
	@rm -rf var/demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Each stamp is written when its step is complete, so a step that was interrupted runs again.

NOT_INSTALLED = { echo "The installation did not finish. Run the same command again."; exit 1; }

$(VENV)/run.stamp: requirements.txt $(VENV)/venv.stamp
	@echo "Installing what the site needs into $(VENV), about a minute the first time."
	@$(PIP) install --require-hashes -r requirements.txt || $(NOT_INSTALLED)
	@touch "$@"

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/venv.stamp
	@echo "Installing what the tests need into $(VENV), about two minutes the first time."
	@$(PIP) install --require-hashes -r requirements-dev.txt || $(NOT_INSTALLED)
	@touch "$@"

# 3: too old. 4: Debian splits venv off. Anything else: there is no such program.
define CHECK_PYTHON
import importlib.util, sys
old = sys.version_info < (3, 11)
sys.exit(3 if old else 0 if importlib.util.find_spec("ensurepip") else 4)
endef
export CHECK_PYTHON

$(VENV)/venv.stamp:
	@$(PYTHON) -c "$$CHECK_PYTHON" 2>/dev/null; case $$? in \
	  0) ;; \
	  3) echo "$(PYTHON) is too old: the portal needs Python 3.11 or newer. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1;; \
	  4) echo "$(PYTHON) cannot make virtual environments; on Debian: apt-get install python3.11-venv"; exit 1;; \
	  *) echo "$(PYTHON) was not found. Install Python 3.11 or name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1;; \
	esac
	@$(PYTHON) -m venv "$(VENV)" || $(NOT_INSTALLED)
	@touch "$@"
