# Two commands: `make certify` is the main job, `make test` is what continuous integration runs.
# Needs Python 3.11 or later with venv, and make. Every step is idempotent.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# A clean machine's answer must not depend on the caller's Python settings.
unexport PYTHONPATH PYTHONHOME

PYTHONS ?= python3.11 python3.12 python3.13

.PHONY: certify evidence test lint types unit recheck without-heyoka lemmas mutations pythons gallery docs clean

# Numbers within 15 nominal seconds a system. What was interrupted goes on where it ended.
certify: $(VENV)/.installed
	$(BIN)/neutralmodes certify --all --budget 15 --resume --out certificates --workers $(WORKERS)

# The same with numbers of full length.
evidence: $(VENV)/.installed
	$(BIN)/neutralmodes certify --all --resume --out build/evidence --workers $(WORKERS)

test: lint types unit recheck without-heyoka docs

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-test
	$(BIN)/mypy

unit: $(VENV)/.installed-torch
	HYPOTHESIS_PROFILE=ci $(BIN)/pytest -n $(WORKERS) --hypothesis-seed=0 -m "not slow"

# The independent checker, alone, over certificates made just now, with the seconds of each.
recheck: $(VENV)/.installed-test
	rm -rf build/certificates
	$(BIN)/neutralmodes certify --all --no-evidence --out build/certificates --workers $(WORKERS)
	$(BIN)/python benchmarks/recheck.py build/certificates

# Everything but heyoka has wheels everywhere, so the same answers must come without it.
without-heyoka: $(VENV)/.installed-test
	NEUTRALMODES_NO_HEYOKA=1 HYPOTHESIS_PROFILE=ci $(BIN)/pytest -n $(WORKERS) --hypothesis-seed=0 -m "numbers and not slow"

lemmas: $(VENV)/.installed
	for lemma in proofs_check/lemmas/[a-z]*.py; do $(BIN)/python "$$lemma" || exit 1; done

# The wheel in a bare environment of every Python of PYTHONS that is here.
pythons: $(VENV)/.installed-test
	rm -rf build/dist
	$(BIN)/python -m hatchling build -t wheel -t sdist -d build/dist
	for python in $(PYTHONS); do command -v "$$python" >/dev/null || { echo "no $$python here"; continue; }; \
		tests/bare_install.sh "$$python" build/dist/*.whl "build/pythons/$$(basename "$$python")" || exit 1; done

# docs/gallery/NAME.svg of every certificate in certificates/.
gallery: $(VENV)/.installed
	$(BIN)/python docs/_generated.py

# The documentation site, in site/, with pictures of the certificates that `make certify` has left;
# a broken link or an unknown name is an error.
docs: $(VENV)/.installed-docs
	$(BIN)/mkdocs build --strict

# Hours: every certificate of the catalogue, 300 mutants of each kind, and 300 mutants of the checker.
mutations: $(VENV)/.installed-test
	rm -rf build/certificates
	$(BIN)/neutralmodes certify --all --no-evidence --out build/certificates --workers $(WORKERS)
	cd proofs_check && ../$(BIN)/python -m mutations --checker 300 ../build/certificates/*.json

clean:
	rm -rf $(VENV) build dist certificates site .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or later with venv found; set PYTHON=..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[report]'
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@

# The CPU build of torch: PyPI's own for Linux brings gigabytes. No wheel: its tests are skipped; no network: no waiting.
$(VENV)/.installed-torch: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --constraint constraints.txt \
		--retries 0 --extra-index-url https://download.pytorch.org/whl/cpu --editable '.[torch]' \
		|| echo "torch was not installed: its tests are skipped"
	touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[docs]'
	touch $@
