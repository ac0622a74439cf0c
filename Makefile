# The commands of pushbench. `make` alone lists them. The work is done by the scripts in scripts/.
.DEFAULT_GOAL := help
.PHONY: help build test test-browser observe pictures bench bench-speed calibrate complexity evidence demo cluster-demo report plan csv out compare gate reference micro fuzz soak lint tidy format clean setup-build setup-run setup-report setup-test setup-lint setup-evidence setup-counting setup-fuzz setup-seen
.PHONY: history share community install container
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

BUILD   ?= build
PREFIX  ?= /usr/local
OTHER_BUILDS = build-asan build-tsan build-fuzz
PRESET_OF_build-asan = asan-ubsan
PRESET_OF_build-tsan = tsan
# The Python that has the packages is looked for when it is needed, not on every call.
PYTHON_CLI = PY=$$(scripts/setup --python report) && exec env PYTHONPATH=scripts "$$PY" -m pushbench
export BUILD
# `cd` of the scripts must not look for scripts/.. elsewhere.
unexport CDPATH

help: ## this list
	@echo "pushbench: what does a notification cost by polling, WebSocket and SSE?"
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1\t/p' Makefile | expand -t 20

build: setup-build ## the servers and the load generator, into build/bin/ (Release)
	@scripts/build polling_server websocket_server sse_server push_server loadgen floor_server floor_loadgen floor_hose floor_reader wan_relay shared_programs

test: setup-test ## build and run all tests
	@scripts/build
	@scripts/test

test-browser: setup-run setup-test setup-seen ## try the demo in a real browser, and what browsers and proxies do
	@scripts/build push_server loadgen
	@npm ci --prefix tests/browser --no-audit --no-fund >/dev/null || echo 'no packages from npm: what needs a browser is skipped'
	@scripts/test browser

observe: ## what browsers and proxies do, once more, into results/observed.json
	@PUSHBENCH_RECORD=1 $(MAKE) test-browser
	@$(PYTHON_CLI) readme

pictures: setup-run setup-test setup-seen ## take the pictures of the demo and of the reference report once more
	@scripts/build push_server
	@npm ci --prefix tests/browser --no-audit --no-fund >/dev/null
	@PUSHBENCH_PICTURES=1 scripts/test pictures

bench: setup-run build ## run the benchmark: PROFILE=smoke|default|full, RESUME=<run-id>, ARGS='...'
	@$(PYTHON_CLI) bench $(if $(PROFILE),--profile '$(PROFILE)') --build '$(BUILD)' $(if $(RESUME),--resume '$(RESUME)') $(ARGS)

calibrate: setup-run build ## check the meter itself on this machine, in 20 seconds
	@$(PYTHON_CLI) calibrate --build '$(BUILD)' $(ARGS)

evidence: setup-evidence build ## count what a delivery takes, the same on every run of a commit: ARGS='--check'
	@$(PYTHON_CLI) evidence --build '$(BUILD)' $(ARGS)

history: setup-report ## what each commit did to the evidence: a JSON line a commit and a chart, in results/; ARGS='--since main'
	@$(PYTHON_CLI) history $(ARGS)

complexity: setup-counting ## count the code that each transport takes, into results/complexity.json: ARGS='--check'
	@[ -d examples/node_modules/eslint ] || npm ci --prefix examples --no-audit --no-fund >/dev/null || echo 'no packages from npm: what a page runs is not counted'
	@$(PYTHON_CLI) complexity $(ARGS)

bench-speed: setup-run build ## how close to the limit are servers and load generator? 5 minutes, ARGS='--only ...'
	@$(PYTHON_CLI) speed --build '$(BUILD)' $(ARGS)

report: setup-report ## rebuild the report of a run from results/: RUN=<run-id> (default: your newest)
	@$(PYTHON_CLI) report $(if $(RUN),'$(RUN)') $(ARGS)

plan: setup-report ## what would each transport cost you? USERS=20000 EVERY=5min STALENESS=5s RTT=80ms PAYLOAD=300 SHARED=1 RUN=<run-id>
	@$(PYTHON_CLI) plan $(if $(USERS),--users='$(USERS)') $(if $(EVERY),--every='$(EVERY)') $(if $(STALENESS),--staleness='$(STALENESS)') $(if $(RTT),--rtt='$(RTT)') $(if $(PAYLOAD),--payload='$(PAYLOAD)') $(if $(SHARED),--shared='$(SHARED)') $(if $(RUN),--run='$(RUN)') $(ARGS)

compare: $(if $(BUILD_A)$(BUILD_B),setup-run,setup-report) ## compare two runs: OLD=<run-id> NEW=<run-id>; or measure two builds: BUILD_A=<folder> BUILD_B=<folder>
	@{ test -n '$(OLD)' && test -n '$(NEW)'; } || { test -n '$(BUILD_A)' && test -n '$(BUILD_B)'; } || \
	    { echo "say which: make compare OLD=<run-id> NEW=<run-id>, or BUILD_A=<folder> BUILD_B=<folder>" >&2; exit 2; }
	@$(PYTHON_CLI) $(if $(BUILD_A),compare-builds '$(BUILD_A)' '$(BUILD_B)' $(if $(TIME),--time '$(TIME)'),compare '$(OLD)' '$(NEW)') $(ARGS)

gate: setup-report ## hold a run against bench/thresholds.toml: RUN=<run-id> (default: your newest), ARGS="--fail-if '...'"
	@$(PYTHON_CLI) gate $(if $(RUN),'$(RUN)') $(ARGS)

csv: setup-report ## a run as one tidy CSV, for pandas or R: RUN=<run-id> (default: your newest)
	@$(PYTHON_CLI) csv $(if $(RUN),'$(RUN)') $(ARGS)

out: setup-report ## a run for other programs, into its out/: CSV, HdrHistogram, OpenMetrics: RUN=<run-id> (default: your newest)
	@$(PYTHON_CLI) out $(if $(RUN),'$(RUN)') $(ARGS)

reference: setup-report ## keep a run as results/reference/, small enough for git: RUN=<run-id> (default: your newest)
	@$(PYTHON_CLI) reference $(if $(RUN),'$(RUN)') $(ARGS)

share: setup-report ## a summary of a run for others, shown before it is written: RUN=<run-id> (default: your newest), ARGS='--yes'
	@$(PYTHON_CLI) share $(if $(RUN),'$(RUN)') $(ARGS)

community: setup-report ## a page of many machines, from such summaries: FOLDER=<folder> (default: results/community)
	@$(PYTHON_CLI) community $(if $(FOLDER),'$(FOLDER)') $(ARGS)

micro: setup-build ## run the micro-benchmarks: ARGS='--benchmark_filter=...'
	@scripts/build micro
	@'$(BUILD)/bin/micro' $(ARGS)

fuzz: setup-fuzz ## feed the parsers what nobody would send: ARGS='60' for 60 seconds each
	@BUILD=build-fuzz scripts/fuzz $(ARGS)

soak: setup-run ## 10 minutes of cuts, kills, floods and worse against a server: ARGS='--minutes 1', BUILD=build-asan
	@PRESET='$(or $(PRESET_OF_$(BUILD)),release)' scripts/build push_server polling_server websocket_server sse_server loadgen
	@$(PYTHON_CLI) soak --build '$(BUILD)' $(ARGS)

demo: setup-run ## a page that shows all transports side by side: ARGS='--port 8000 --rate 5'
	@scripts/build push_server
	@$(PYTHON_CLI) demo --build '$(BUILD)' $(ARGS)

cluster-demo: setup-run ## three servers on one NATS JetStream behind HAProxy, to be killed: ARGS='--port 8088 --for 60'
	@scripts/setup cluster || true
	@scripts/build push_server
	@python3 examples/cluster/cluster.py --build '$(BUILD)' $(ARGS)

install: build setup-report ## programs, the command pushbench, manual pages and completions: PREFIX=/usr/local, DESTDIR=
	@$(PYTHON_CLI) shell --build '$(BUILD)' --to '$(BUILD)/shell'
	@DESTDIR='$(if $(DESTDIR),$(abspath $(DESTDIR)))' cmake --install '$(BUILD)' --prefix '$(abspath $(PREFIX))' --component pushbench >/dev/null
	@echo 'pushbench: installed in $(DESTDIR)$(abspath $(PREFIX))'

container: ## an image on Debian 12, and make bench in it, by docker or podman: PROFILE=smoke|default|full
	@scripts/container bench $(if $(PROFILE),PROFILE='$(PROFILE)') $(if $(ARGS),"ARGS=$(ARGS)")

lint: setup-lint ## check the form of C++, shell and Python
	@scripts/lint

tidy: setup-lint setup-build ## clang-tidy over what changed since it last passed
	@scripts/build
	@scripts/tidy

format: setup-lint ## lay out the C++ by .clang-format
	@scripts/lint --fix

clean: ## remove what was built; results/ stays
	@for dir in '$(BUILD)' $(OTHER_BUILDS); do \
	    if [ -f "$$dir/CMakeCache.txt" ] || [ -f "$$dir/configure.log" ]; then rm -rf "$$dir"; fi; done

setup-build:
	@scripts/setup build
setup-run:
	@scripts/setup build run
setup-report:
	@scripts/setup report
setup-test:
	@scripts/setup build run test
setup-evidence:
	@scripts/setup build run evidence
setup-counting:
	@scripts/setup report complexity
setup-fuzz:
	@scripts/setup build fuzz
# Where one of these cannot be had, what needs it is skipped and says so.
setup-seen:
	@scripts/setup browser || true
	@scripts/setup proxies || true
setup-lint:
	@scripts/setup lint
