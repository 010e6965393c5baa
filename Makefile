# Every way to use a checkout of netmon. `make` alone lists them; the first one that needs
# Python sets up .venv by itself, from the hash-locked list of packages.

PYTHON  ?= python3
PROJECT ?= .
REPEAT  ?= 3
# Tests that run side by side: a third of their time they wait. Networks of namespaces wait most of it.
TESTS   ?= $(shell expr $$(nproc) + 1)
LABS    ?= 5
VENV    := .venv
BIN     := $(VENV)/bin
READY   := $(VENV)/.ready
DEVICES := $(VENV)/.devices
GRAFANA := $(VENV)-grafana/.ready
# Only the files that hold such tests: each worker would otherwise read thousands of others first.
MARKED   = $$(grep -rlF --include='*.py' 'pytest.mark.$(1)' tests)
LOCK    := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
           --no-emit-index-url --no-emit-find-links --no-header --annotation-style line

# Tests start hundreds of programs, and each would compile all of netmon anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test types tests check run scenarios lab bench dashboards nightly lock clean
.DELETE_ON_ERROR:

help:  ## list these commands
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
	  || sed -nE 's/^([a-z]+):.*## (.*)/  make \1: \2/p' $(MAKEFILE_LIST)

demo: $(READY)  ## a simulated province on this machine, watched while it breaks
	@$(BIN)/netmon demo

test: $(READY) $(DEVICES) $(GRAFANA)  ## style, types and every test that this machine can run
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@$(MAKE) --no-print-directory --jobs=2 types tests

# mypy keeps one core busy for a minute: it takes what the tests leave, which wait a third of their time.
types:
	nice -n 19 $(BIN)/mypy

tests:
	$(BIN)/python -m pytest -n $(TESTS) -m "not nightly and not netns"
	$(BIN)/python -m pytest -n $(LABS) --dist loadgroup -m "netns and not nightly" $(call MARKED,netns)

check: $(READY)  ## is PROJECT's inventory right? (the sample province unless PROJECT=DIR)
	@$(BIN)/netmon check $(PROJECT)

run: $(READY)  ## the service on PROJECT
	@$(BIN)/netmon run $(PROJECT)

scenarios: $(READY)  ## PROJECT's scripts of faults in virtual time: does netmon say what it should?
	@$(BIN)/netmon simulate $(PROJECT)

lab: $(READY)  ## real kernels, routers and agents in network namespaces
	$(BIN)/python -m tests.lab

bench: $(READY)  ## what a ping, a device, a sample and a verdict cost here, beside other tools (some minutes)
	$(BIN)/python -m tests.bench.run --history var/bench.jsonl

dashboards: $(READY)  ## Grafana's dashboards anew, from netmon/dashboards
	$(BIN)/python -m netmon.dashboards grafana/dashboards

nightly: $(READY) $(DEVICES) $(GRAFANA)  ## the long tests, then the others REPEAT times, each time with new examples
	$(BIN)/python -m pytest --hypothesis-profile=new -n $(LABS) --dist loadgroup -m nightly $(call MARKED,nightly)
	for turn in $$(seq $(REPEAT)); do \
	  $(BIN)/python -m pytest -q -n $(TESTS) -m "not nightly and not netns" --hypothesis-profile=new \
	    --hypothesis-seed=$$(date +%Y%m%d)$$turn || exit 1; \
	  $(BIN)/python -m pytest -q -n $(LABS) --dist loadgroup -m "netns and not nightly" $(call MARKED,netns) || exit 1; \
	done

lock: $(READY)  ## resolve the dependencies anew into requirements*.lock
	$(LOCK) --upgrade pyproject.toml -o requirements.lock >/dev/null
	$(LOCK) --upgrade --extra dev --extra lan -c requirements.lock pyproject.toml -o requirements-dev.lock >/dev/null
	echo "grafana-client>=5.1,<6" | $(LOCK) --upgrade - -o requirements-grafana.lock >/dev/null

clean:  ## remove what the other commands made
	rm -rf $(VENV) $(VENV)-grafana dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

# A lock names all that is needed: with --no-deps nothing is resolved a second time. Python compiles what is imported
# when it is: to do so for all of it beforehand is a fifth of the set-up.
# Debian splits ensurepip off into python3-venv, and a venv made without it has no pip.
$(READY): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "netmon needs Python 3.11 or newer as $(PYTHON): apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python cannot make virtual environments here: apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) (once; about a minute) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@

# What real devices answered, for tests/recordings: 57 MB, so only the tests fetch it. Where it cannot be had they skip,
# and say why.
$(DEVICES): requirements-recordings.lock $(READY)
	@echo "Fetching recordings of real devices (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $< && touch $@ \
	  || echo "no recordings: the tests of real devices are skipped"

# What hands dashboards to Grafana brings a fork of urllib3 that overwrites urllib3 itself: it gets a place of its own.
$(GRAFANA): requirements-grafana.lock
	@echo "Setting up $(@D) (once) ..."
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r $< && touch $@ \
	  || echo "no grafana-client: the tests that need it are skipped"
