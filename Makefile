# Every target sets up what it needs, once. Nothing is assumed but Python 3.11 or later, make and git.
#   make PYTHON=/path/to/python3.12 …   to choose the interpreter
#   make JOBS=4 …                       to use more processes

JOBS ?= 2
BIN := .venv/bin
READY := .venv/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
UV := $(BIN)/uv -q pip install --python $(BIN)/python
CANDIDATES := python3 python3.13 python3.12 python3.11 /usr/bin/python3
# A file's tests run in one process, the files in the order in which they are collected; one process
# more than cores, as tests wait for processes of their own.
PARALLEL := -q -n $(shell expr $(JOBS) + 1) --dist loadfile --no-loadscope-reorder --durations=40
ENOUGH := import ensurepip, sys; sys.exit(sys.version_info < (3, 11))

# Fonts are scanned once, here, and no target reads or writes the user's own settings of Matplotlib.
export MPLCONFIGDIR := $(CURDIR)/.stamps/matplotlib

.DEFAULT_GOAL := help
.PHONY: help grade test engine class check nbval truth lab build lint bench lock clean

help: ## list these targets
	@echo "make …"
	@sed -n 's/^\([a-z]*\):.*## /  \1|/p' Makefile | while IFS='|' read -r name text; do \
		printf '%-10s %s\n' "$$name" "$$text"; done

grade: $(READY) ## grade the example cohort, apart (your own: autograder grade)
	@$(BIN)/autograder grade --submitted examples/submitted --jobs $(JOBS)

test: $(READY) ## everything that CI runs
	@$(MAKE) --no-print-directory -j 2 lint nbval
	@$(MAKE) --no-print-directory -j 1 check engine class

engine: $(READY) ## the engine's tests, with its wheel installed far from here
	@echo "Running the engine's tests"
	@$(BIN)/python tests/engine/environment.py .stamps/engine
	@.stamps/engine/bin/python -P -m pytest -c tests/engine/pytest.ini tests/engine $(PARALLEL)

class: $(READY) ## the class's tests: notebooks, checks, listed answers, the example cohort
	@echo "Running the class's tests"
	@$(BIN)/python -m pytest tests/class $(PARALLEL)

check: $(READY) ## prove that the committed notebooks are what their sources give, outputs apart
	@echo "Comparing the notebooks with their sources"
	@$(BIN)/autograder build --check --no-execute

nbval: $(READY) ## run the executed solutions again with nbval, strict: outputs are what they give
	@echo "Running the executed solutions with nbval"
	@$(BIN)/python tests/class/run_nbval.py --jobs $(JOBS)

truth: $(READY) ## measure how well the checks tell right from wrong (an hour)
	@$(BIN)/autograder truth --jobs $(JOBS) --write README.md --write README.es.md

lab: $(READY) ## open the class in JupyterLab
	@$(BIN)/jupyter lab notebooks/clase-059/notebook.ipynb

build: $(READY) ## regenerate solutions and student notebooks from their sources
	@$(BIN)/autograder build

lint: $(READY) ## ruff, mypy, and whether the messages and the schema of results are current
	@echo "Checking style, types, messages and the schema of results"
	@$(BIN)/ruff check --quiet && $(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m autograder.messages.update --check
	@$(BIN)/python -m autograder.schema --check

bench: $(READY) ## compare speed with stock nbgrader
	@$(BIN)/python -m benchmarks

lock: $(READY) ## resolve requirements.lock again from pyproject.toml
	@echo "Resolving requirements.lock"
	@$(BIN)/uv pip compile --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --no-header --no-annotate -q \
		--all-extras --group class pyproject.toml -o requirements.lock

clean: ## remove the environment and the caches (never marks or submissions)
	rm -rf .venv .stamps .autograder_cache .pytest_cache .ruff_cache .mypy_cache .hypothesis

$(READY): requirements.lock pyproject.toml
	@if ! $(BIN)/python -c '$(ENOUGH)' 2>/dev/null; then \
		for python in $(if $(PYTHON),"$(PYTHON)",$(CANDIDATES)) ''; do \
			"$$python" -c '$(ENOUGH)' 2>/dev/null && break; \
		done; \
		if [ -z "$$python" ]; then \
			echo "This needs Python 3.11 or later (with venv), and none of these is:" \
				"$(or $(PYTHON),$(CANDIDATES)). Install it, or run: make PYTHON=/path/to/python3.11" >&2; \
			exit 1; \
		fi; \
		echo "Creating .venv with $$("$$python" --version)"; \
		"$$python" -m venv --clear .venv; \
	fi
	@echo "Installing what requirements.lock names (a minute or two, only this time)"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt
	@$(PIP) install -qq --no-deps --no-compile --require-hashes -r .venv/uv.txt
	@$(UV) --no-deps --require-hashes -r requirements.lock 2> .venv/uv.log || { \
		echo "uv cannot install them here (.venv/uv.log says why): pip does, in some minutes"; \
		$(PIP) install -qq --no-deps --no-compile --require-hashes -r requirements.lock; }
	@$(BIN)/python -m compileall -qq -j 0 -x '[/.]tests?[/.]' .venv/lib || true  # some are templates
	@$(PIP) install -qq --no-build-isolation --no-deps -e .
	@$(BIN)/python -c 'import matplotlib.font_manager'
	@touch $@
