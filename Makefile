# Patravali's commands; `make help` lists them. Everything they need is installed by the first one called.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
CODE := flows eoffice_api storage docs_templates infra tests
# uv names the host of an index in a header only when told one; this text stands there instead.
COMPILE := $(BIN)/python -m uv pip compile --quiet --generate-hashes --no-emit-index-url --universal \
	--python-version 3.11 --custom-compile-command "make lock"
# pyright would look for a newer version of itself at each run.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.PHONY: help setup run demo minio debian oldest test chaos bench soak lint format lock clean

help: ## what can be done here
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: .venv/.set-up ## install everything into .venv (the other commands do it when needed)

.venv/.set-up: requirements-dev.lock requirements-bootstrap.lock pyproject.toml .ci/set-up
	@.ci/set-up

run: setup ## start the whole stack, carry a file and a complaint through their lives, serve until Ctrl-C
	@exec $(BIN)/patravali up

demo: setup ## the same, and end: status 0 only if all of it held
	@exec $(BIN)/patravali demo

lint: setup ## format, lint, types and the direction of imports
	@$(BIN)/ruff format --check --quiet $(CODE)
	@$(BIN)/ruff check --quiet $(CODE)
	@$(BIN)/pyright
	@$(BIN)/lint-imports

minio: setup ## build MinIO for the tests, once for this machine (some minutes)
	@$(BIN)/python -m infra.minio.build

debian: ## install what the tests need of Debian (root only): PostgreSQL 15, Redis
	@.ci/debian-packages

# The programs' folder of the oldest PostgreSQL that an office may have; any run of pytest takes it by this variable.
POSTGRES_15 := /usr/lib/postgresql/15/bin
ON_15 := tests/migrations $(addprefix tests/integration/,test_debian_postgres.py test_transaction.py \
	test_database_roles.py backup/test_drill.py rules/test_office_file.py rules/test_receipt.py rules/test_complaint.py)

oldest: setup debian ## the part of the tests that is run on PostgreSQL 15 too
	@if [ -x $(POSTGRES_15)/postgres ]; then \
		TEST_POSTGRES=$(POSTGRES_15) $(BIN)/pytest -n 2 --dist loadfile $(ON_15); fi

test: lint minio oldest ## every check and every test
	@$(BIN)/pytest -n 2 --dist loadfile

chaos: setup ## kill every part at random under load and prove that nothing is lost
	@exec $(BIN)/patravali chaos

bench: setup ## measure the whole stack and print the table
	@exec $(BIN)/patravali bench

soak: setup ## random lives against the model, many more than in `make test`
	@$(BIN)/pytest --hypothesis-profile=soak tests/properties

format: setup ## put the code in order
	@$(BIN)/ruff check --quiet --fix-only $(CODE)
	@$(BIN)/ruff format --quiet $(CODE)

lock: setup ## pin the dependencies anew, as few changed as possible
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	@sed -n 's/^/uv==/p' <<<"$$($(BIN)/python -m uv --version | cut -d' ' -f2)" \
		| $(COMPILE) --no-annotate - -o requirements-bootstrap.lock

clean: ## remove the environment and the caches; the office's data stays
	@rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
	@find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
