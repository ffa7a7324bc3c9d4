# Everything a contributor types. `make demo` needs Python 3.11 or newer and make, nothing else.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

# Python of the virtual environment, and the newest stamps of what was installed into it.
BIN := .venv/bin
RUN := .venv/.installed-run
DEV := .venv/.installed-dev

# The first Python on this machine that is new enough; `make PYTHON=... test` takes another.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)

# pip of the environment; where that has none (Debian without python3-venv), a pip of the machine working on it.
define find_pip
if $(BIN)/python -m pip --version >/dev/null 2>&1; then pip="$(BIN)/python -m pip"; \
elif "$(PYTHON)" -m pip --version >/dev/null 2>&1; then pip="$(PYTHON) -m pip --python $(BIN)/python"; \
else \
	wheel=$$(ls /usr/share/python-wheels/pip-*.whl 2>/dev/null | tail -n 1 || true); \
	if [ -z "$$wheel" ]; then \
		echo "There is no pip for $(or $(PYTHON),python3). On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	pip="$(PYTHON) $$wheel/pip --python $(BIN)/python"; \
fi; \
quiet="--quiet --disable-pip-version-check"; \
export PYTHONWARNINGS=ignore
endef

.PHONY: help demo test lint docs soak bench lock clean

help:
	@echo "make demo    see Aftermath work on a sandbox of its own, no account needed"
	@echo "make test    run the tests"
	@echo "make lint    ruff, mypy, import contracts"
	@echo "make docs    write anew the pages that are made from the policy language"
	@echo "make soak    long random histories with injected faults"
	@echo "make bench   measure speed and cost in requests"
	@echo "make lock    write requirements*.txt anew from pyproject.toml"
	@echo "make clean   remove what the above left behind"

demo: $(RUN)
	@$(BIN)/aftermath demo

# One process more than there are cores, since tests wait for networks and for processes; 8 at most.
SIDE_BY_SIDE = -n "$$($(BIN)/python -c 'import os; print(min(os.cpu_count() + 1, 8))')" --dist worksteal --quiet -rfEs

test: $(DEV)
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

lint: $(DEV)
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

# Each is written beside its page first, so that none is left half done.
docs: $(DEV)
	@$(BIN)/aftermath policy reference > docs/policy.md.new; mv docs/policy.md.new docs/policy.md
	@mkdir -p docs/packs; for policy in rules/packs/*/policy.yaml; do \
		pack=$$(basename "$$(dirname "$$policy")"); page=docs/packs/$$pack.md; \
		$(BIN)/aftermath policy describe "$$pack" > "$$page.new"; mv "$$page.new" "$$page"; \
	done
	@for policy in docs/examples/*/policy.yaml; do \
		page=$${policy%.yaml}.md; $(BIN)/aftermath policy describe "$$policy" > "$$page.new"; mv "$$page.new" "$$page"; \
	done

soak: $(DEV)
	@$(BIN)/python -m pytest -m soak $(SIDE_BY_SIDE) --durations=5

bench: $(DEV)
	@$(BIN)/python -m pytest -m bench -s

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then echo "Aftermath needs Python 3.11 or newer, and found none." >&2; exit 1; fi
	@"$(PYTHON)" -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; "$(PYTHON)" -m venv --without-pip .venv; }

$(RUN): requirements.txt pyproject.toml | .venv/bin/python
	@$(find_pip); echo "Installing what Aftermath needs into .venv (once) ..."; \
	$$pip install $$quiet --no-compile --require-hashes -r requirements.txt; \
	$$pip install $$quiet --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.txt pyproject.toml | .venv/bin/python
	@$(find_pip); echo "Installing what Aftermath and its tests need into .venv (once) ..."; \
	$$pip install $$quiet --no-compile --require-hashes -r requirements-dev.txt; \
	$$pip install $$quiet --no-deps --no-build-isolation -e .
	@touch $@ $(RUN)

# No machine's own index or folder of wheels may find its way into the lock.
LOCK := env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null \
	CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --no-config --annotation-style=line --strip-extras --allow-unsafe \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	--build-deps-for editable

lock: $(DEV)
	@$(LOCK) -o requirements.txt pyproject.toml
	@$(LOCK) -c requirements.txt --extra dev -o requirements-dev.txt pyproject.toml
	@{ echo "# The driver for PostgreSQL, as locked in requirements-dev.txt. Written by: make lock"; \
		awk '/^[^ ]/ {wanted = /^psycopg/} wanted' requirements-dev.txt; } > requirements-postgres.txt

clean:
	@rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find rules connectors worker tests -name __pycache__ -type d -prune -exec rm -rf {} +
