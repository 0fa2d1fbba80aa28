# Everything starts from a bare python3: scripts/bootstrap.py makes .venv from uv.lock.
# Paths are relative, so the folder may have spaces in its name.

PYTHON ?= python3
PORT ?= 8800
BIN := .venv/bin
# Two cores are the smallest machine we promise anything on.
WORKERS ?= 2

# Plain enough for the oldest Python there is to say what is wrong.
define CHECK_PYTHON
import sys
if sys.version_info < (3, 11):
    sys.exit("Seamline needs Python 3.11 or newer; this is " + sys.version.split()[0]
             + ". Name a newer one: make demo PYTHON=/path/to/python3.12")
endef
export CHECK_PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format snapshots reference bench soak ui lock dist kit clean

help:  ## say what can be made
	@echo "Seamline"
	@echo
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/  make \1\t\2/p' Makefile | expand -t 20
	@echo
	@echo "  PYTHON=…   the Python to set up with (3.11 or newer; now: $(PYTHON))"
	@echo "  PORT=…     the first port of the demo (now: $(PORT))"

setup:  ## make or refresh .venv, and the front end if it changed
	@$(PYTHON) -c "$$CHECK_PYTHON"
	@$(PYTHON) scripts/bootstrap.py

demo: setup  ## four nodes on this machine and the exercise, ready to click
	@$(BIN)/seamline demo --port $(PORT) $(DEMO)

test: setup lint  ## lint, then every test
	@$(BIN)/python scripts/browser.py --check
	@$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST)

lint: setup  ## types, style, floors, ceilings, catalogues, references
	@$(BIN)/python scripts/lint.py

format: setup  ## lay out the Python files as ruff does
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

snapshots: setup  ## take the pictures of the screens again (look at them before you commit)
	@SEAMLINE_SNAPSHOTS=write $(BIN)/python -m pytest -q -p no:xdist tests/browser/test_snapshots.py

reference: setup  ## write docs/reference/ and the glossary again, from the code
	@$(BIN)/python scripts/reference.py
	@$(BIN)/python scripts/glossary.py

bench: setup  ## the measurements of docs/benchmarks.md (takes a while, installs PostgreSQL's)
	@$(BIN)/python -m benchmarks $(BENCH)

soak: setup  ## the long versions: 500 kills, bad lines in network namespaces (root), many more examples
	@HYPOTHESIS_PROFILE=soak SEAMLINE_SOAK=1 $(BIN)/python -m pytest -n $(WORKERS) $(PYTEST)

ui: setup  ## build the front end again, changed or not
	@rm -f seamline/web/static/.stamp
	@$(PYTHON) scripts/bootstrap.py

lock: setup  ## newest versions of everything that pyproject.toml allows
	@$(BIN)/uv lock --upgrade --default-index https://pypi.org/simple
	@$(PYTHON) scripts/bootstrap.py

dist: setup  ## wheel and source archive in dist/
	@$(BIN)/uv build

kit: setup  ## a folder for a stick, dist/kit/, that installs with no network
	@$(BIN)/python scripts/kit.py --try $(KIT)

clean:  ## remove what was made here (the demo's folder stays)
	@rm -rf .venv dist seamline/web/static ui/node_modules
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
