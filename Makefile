.PHONY: install demo test test-languages lint lock clean
PYTHON ?= python3
BIN := .venv/bin
UV ?= uv
PYTEST := $(BIN)/pytest -n 2 --dist loadscope --no-loadscope-reorder
export PYTHONDONTWRITEBYTECODE := # what is compiled once is not compiled by each process that a test starts

install: .venv/.ready ## the environment alone
.venv/.ready: requirements.lock pyproject.toml scripts/install
	@PYTHON="$(PYTHON)" scripts/install requirements.lock

.venv/.ready-dev: requirements-dev.lock pyproject.toml scripts/install
	@PYTHON="$(PYTHON)" scripts/install requirements-dev.lock

demo: install ## set up, ask one question, serve the pages
	@$(BIN)/samverk demo

test: .venv/.ready-dev ## all tests
	@$(PYTEST)

test-languages: .venv/.ready-dev ## every page and state in both languages, light and dark, wide and narrow
	@SAMVERK_THOROUGH=1 $(PYTEST) -m languages

lint: .venv/.ready-dev ## style, types, and the floors of the house
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

lock: ## renew the locks
	$(UV) pip compile -q --universal --generate-hashes --no-annotate --no-header --extra build pyproject.toml -o requirements.lock
	$(UV) pip compile -q --universal --generate-hashes --no-annotate --no-header --extra build --extra chroma pyproject.toml -o requirements-chroma.lock
	$(UV) pip compile -q --universal --generate-hashes --no-annotate --no-header --extra build --extra chroma --extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache
