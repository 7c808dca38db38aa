# The two commands: `make run` shows the shop, `make test` proves it.
VENV := .venv
PYTHON := $(VENV)/bin/python
PIP_INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all:

.PHONY: run test lint bench bench-growth lock messages clean secret

run: secret $(VENV)/demo.stamp $(VENV)/static.stamp
	$(PYTHON) manage.py demo

test: lint $(VENV)/dev.stamp
	$(PYTHON) -m pytest --numprocesses auto --dist loadfile -m "not browser"
	$(PYTHON) -m pytest --numprocesses auto --dist loadfile -m browser

# What each kind of page costs as the catalogue grows; SIZES="1000 100000", and DATABASE_URL for an empty PostgreSQL.
SIZES ?= 1000 10000 100000 1000000
bench-growth: $(VENV)/dev.stamp
	@for size in $(SIZES); do mkdir -p var/growth; \
	  DATABASE_URL=$${DATABASE_URL:-sqlite:///var/growth/$$size.sqlite3} $(PYTHON) -m tests.bench.growth --beats $$size --afresh || exit 1; \
	done

lint: $(VENV)/dev.stamp
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/djlint --quiet --lint templates
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	@! grep -nE '://|--(extra-)?index-url|--find-links' requirements/*.txt || { echo 'A lock names a host.'; exit 1; }

# How fast the pages are beside a bare Django view and nginx (needs wrk); BENCH holds its options, as --rounds 2.
bench: $(VENV)/dev.stamp
	$(PYTHON) -m tests.bench.pages $(BENCH)

# Resolves the locks anew: base is what production installs, demo adds the sandbox, dev the tests.
lock: $(VENV)/dev.stamp
	for set in base demo dev; do \
	  $(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	    $$([ $$set = base ] || echo --constraints requirements/base.txt) \
	    requirements/$$set.in --output-file requirements/$$set.txt >/dev/null || exit 1; \
	done

# Gathers what is marked for translation into storefront/locale, and compiles what is translated (needs GNU gettext).
messages: $(VENV)/dev.stamp
	$(PYTHON) manage.py makemessages --locale fr --locale pt --locale sw --no-obsolete --add-location file \
	  --ignore $(VENV) --ignore var --ignore staticfiles
	$(PYTHON) manage.py compilemessages --ignore $(VENV) --verbosity 0

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
