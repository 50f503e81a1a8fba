# Targets are documented by `make help`. VENV and PYTHON may be set from outside.

VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test lint types unit bench tables train clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  \1\t/' | expand -t 12

demo: $(VENV)/.llm ## set up, then optimise a compiler-generated file with the shipped model
	@$(BIN)/python examples/demo.py

test: $(VENV)/.llm $(VENV)/.test ## set up, then run lint, type check and all tests
	@tools/oracles.sh
	@$(MAKE) --no-print-directory lint types unit

lint: $(VENV)/.test ## ruff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.test ## pyright, strict on the five packages
	@$(BIN)/pyright

unit: $(VENV)/.llm $(VENV)/.test ## the tests alone
	@$(BIN)/python -m pytest -n $(WORKERS)

bench: $(VENV)/.llm ## measure: writes benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks

tables: $(VENV)/.base ## regenerate the cost tables (needs llvm-mca 19)
	@$(BIN)/python -m superopt.cost.derive

train: $(VENV)/.llm ## train the shipped model again (CPU or GPU)
	@$(BIN)/python -m proposer.model.train

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .ruff_cache build dist *.egg-info

# --- environment: one stamp for each set of requirements --------------------------------------------

$(VENV)/.base: pyproject.toml
	@tools/venv.sh $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.llm: $(VENV)/.base
	@echo "installing the language-model extra (torch is large: a minute or two)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[llm]'
	@touch $@

$(VENV)/.test: $(VENV)/.base
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@
