# This file only wraps: each target is a line or two that README.md gives for a machine without make.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help site test lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16

site: $(VENV)/.installed ## run every chapter that needs it and build _build/html/
	$(BIN)/texsor build .

test: $(VENV)/.installed ## lint, types, layers, tests, coverage: what CI runs
	$(BIN)/python -m pytest --cov --cov-report=term

lock: ## resolve requirements.txt into requirements.lock
	$(PYTHON) -m venv _build/lock
	_build/lock/bin/python -m pip install pip-tools==7.6.2
	_build/lock/bin/pip-compile --allow-unsafe --strip-extras --no-header --no-emit-options \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file=_build/lock.txt requirements.txt
	sed 's/+cpu$$//' _build/lock.txt > requirements.lock # any build of the same torch will do

clean: ## remove everything that was built, the environment excepted
	rm -rf _build .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.installed: requirements.txt requirements.lock pyproject.toml
	@echo "installing into $(VENV) (torch is large: some minutes the first time)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt -c requirements.lock -e .
	@touch $@
