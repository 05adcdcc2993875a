# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
WEEK := 2026-W33
# Tests start hundreds of processes: compiled once, the modules need not be compiled by each.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test check format bench fuzz crash sweep year mutants golden quality pictures requirements clean
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# The stamp is newer than the pins: dependencies are installed once, and again when the pins change.
.venv/runtime: requirements/runtime.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "digest needs Python 3.11 or newer; this is $(PYTHON). Try: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/runtime requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.venv/bench: .venv/dev requirements/bench.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

demo: .venv/runtime ## build the sample issue of one week, deliver it to outbox/, say what to open
	$(BIN)/digest preview weekly --week $(WEEK)
	@echo
	$(BIN)/digest subscribers import examples/subscribers.csv --status active --yes \
	  --consent "Yes, send me The Week in the Harbour. (Form on the front page)"
	@echo
	$(BIN)/digest send weekly --week $(WEEK) --yes

test: .venv/dev ## all tests
	$(BIN)/python -m pytest -n auto --dist worksteal

check: .venv/dev ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/bench ## ratios against peers and floors, for docs/measurements.md
	$(BIN)/python benchmarks/choose.py
	$(BIN)/python benchmarks/preview.py
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/slots.py
	$(BIN)/python benchmarks/schedule.py
	$(BIN)/python benchmarks/stories.py
	$(BIN)/python benchmarks/handing_over.py
	$(BIN)/python benchmarks/subscribers.py

fuzz: .venv/dev ## the property tests with many more examples
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest tests -k "property or hostile"

crash: .venv/dev ## a thousand kills of the sender; what became of the readers
	PYTHONPATH=tests $(BIN)/python -m crash

sweep: .venv/dev ## the slots around every clock change of every zone, 2020 to 2036
	PYTHONPATH=tests $(BIN)/python -m sweep

year: .venv/dev ## a simulated year, the race for slots, the service in real time, kills between due and sent
	PYTHONPATH=tests $(BIN)/python -m year

mutants: .venv/dev ## each guard removed once: a test must fail
	PYTHONPATH=tests $(BIN)/python -m mutants.run

quality: .venv/dev ## the letters' scores, for docs/quality.md (needs emailcheck)
	PYTHONPATH=tests $(BIN)/python -m quality

pictures: .venv/dev ## letters and workbench as screenshots, for README and docs (needs Chromium)
	PYTHONPATH=tests $(BIN)/python benchmarks/letter_pictures.py
	PYTHONPATH=tests $(BIN)/python benchmarks/workbench_pictures.py

golden: .venv/dev ## rewrite the golden files; read the diff
	$(BIN)/python -m pytest tests --golden

requirements: ## compile the pins anew (needs pip-tools on the PATH)
	cd requirements && for part in build runtime dev bench; do \
	  pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --no-header --output-file $$part.txt $$part.in; done

clean: ## remove what was made
	rm -rf .venv preview outbox digest.db digest.db-* digest.db.* dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
