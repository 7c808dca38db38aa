# The two commands: `make run` shows the shop, `make test` proves it.
VENV := .venv
PYTHON := $(VENV)/bin/python
PIP_INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all:

.PHONY: run test lint lock clean secret

run: secret $(VENV)/demo.stamp $(VENV)/static.stamp
	$(PYTHON) manage.py demo

test: lint $(VENV)/dev.stamp
	$(PYTHON) -m pytest

lint: $(VENV)/dev.stamp
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/djlint --quiet --lint templates
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	@! grep -nE '://|--(extra-)?index-url|--find-links' requirements/*.txt || { echo 'A lock names a host.'; exit 1; }

# Resolves the locks anew: base is what production installs, demo adds the sandbox, dev the tests.
lock: $(VENV)/dev.stamp
	for set in base demo dev; do \
	  $(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	    $$([ $$set = base ] || echo --constraints requirements/base.txt) \
	    requirements/$$set.in --output-file requirements/$$set.txt >/dev/null || exit 1; \
	done

clean:
	rm -rf $(VENV) staticfiles var/demo.sqlite3* var/sandbox .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A secret of this checkout's own, in whatever .env there is already; everything else in .env.example has a default that
# suits a first look.
secret:
	@umask 077; touch .env; chmod 600 .env; grep -q '^SECRET_KEY=.' .env || { \
	  grep -v '^SECRET_KEY=' .env > .env.new; \
	  printf '# Made by make; .env.example explains every setting.\nSECRET_KEY=%s\n' \
	    "$$(python3 -c 'import secrets; print(secrets.token_urlsafe(50))')" >> .env.new; mv .env.new .env; }

$(VENV)/bin/python:
	python3 -m venv $(VENV)

$(VENV)/demo.stamp: requirements/demo.txt | $(VENV)/bin/python
	$(PIP_INSTALL) -r requirements/demo.txt
	@touch $@

# dev holds all that demo holds.
$(VENV)/dev.stamp: requirements/dev.txt | $(VENV)/bin/python
	$(PIP_INSTALL) -r requirements/dev.txt
	@touch $@ $(VENV)/demo.stamp

$(VENV)/static.stamp: $(VENV)/demo.stamp storefront/bundles.py $(shell find static -type f) | secret
	$(PYTHON) manage.py collectstatic --noinput --verbosity 0
	@touch $@
