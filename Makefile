# 策问 Cewen.  `make` lists the targets.  Needs Python 3.11+ and the package registry that pip is set up for.
# The first interpreter that runs and is new enough; a name on the path may be a shim for one that is not there.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV   := .venv
BIN    := $(VENV)/bin
INDEX  ?= cewen-index
HOST   ?= 127.0.0.1
PORT   ?= 7860
DOCS   ?=
TESTS  ?= tests
SOURCES := assistant index_build prompts eval tests

.DEFAULT_GOAL := help
.PHONY: help run test check format eval bench lock clean

help: ## 列出全部目标 · list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

run: $(VENV)/ready ## 建立示例方案（或 DOCS=文件夹）的索引并打开问答页 · index the sample plans (or DOCS=folder), open the page
	$(BIN)/cewen build $(if $(DOCS),"$(DOCS)",--samples) --index "$(INDEX)" || [ $$? -eq 1 ]
	$(BIN)/cewen serve --index "$(INDEX)" --host $(HOST) --port $(PORT) --open

test: $(VENV)/ready ## 运行全部测试 · all tests (TESTS=path for some)
	$(BIN)/python -m pytest $(TESTS)

check: $(VENV)/ready ## 格式、静态检查与类型 · format, lint and types
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy

format: $(VENV)/ready ## 整理代码格式 · mend format and lint
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

eval: $(VENV)/ready ## 在示例方案上跑自带问题集 · the shipped question set over the sample plans
	$(BIN)/cewen build --samples --index reports/index
	$(BIN)/cewen eval eval/sets/samples.jsonl --index reports/index --report reports/samples

bench: $(VENV)/ready ## 与同类方案同场比速度 · speed against the rivals, in one run
	$(BIN)/python -m eval.bench

lock: ## 重新锁定依赖（需要 uv）· pin the dependencies again (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -q -o requirements.lock

clean: ## 删除环境与产物 · remove the environment and what was built
	rm -rf $(VENV) reports runs cewen-index build *.egg-info

$(VENV)/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11 以上（PYTHON=路径）· needs Python 3.11+ (PYTHON=path)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@
