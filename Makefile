# What README's commands call. `make help` lists them.

ENGINE ?= auto
# One folder serves both engines; set CARGO_TARGET_DIR to share it between checkouts.
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
export CARGO_TARGET_DIR := $(TARGET)

# Chosen once per call; the script says on standard error what it chose and why.
CHOSEN = $(eval CHOSEN := $$(shell scripts/engine $(ENGINE)))$(CHOSEN)
BINARY = $(TARGET)/greenroom-$(CHOSEN)
FEATURES = --no-default-features --features greenroom/$(CHOSEN)
APP ?= sample-apps/worker-notes

.PHONY: help build demo test test-engine lint bench

help:
	@echo 'make demo     build, then serve $(APP)'
	@echo 'make test     lint, unit tests, specs, sample apps (on V8 too where its archive is at hand)'
	@echo 'make bench    measure beside miniflare and wrangler dev'
	@echo 'make lint     fmt, clippy, layers, sizes'
	@echo 'make build    the binary alone: $(TARGET)/greenroom-<engine>'
	@echo 'ENGINE=auto|quickjs|v8 chooses the JavaScript engine (now: $(ENGINE))'

build:
	@scripts/prerequisites build
	scripts/with-engine $(CHOSEN) cargo build --release --workspace $(FEATURES)
	@cp -f '$(TARGET)/release/greenroom' '$(BINARY).new' && mv -f '$(BINARY).new' '$(BINARY)'

demo: build
	@scripts/prerequisites npm
	@cd $(APP) && npm ci --silent --no-audit --no-fund
	@echo 'Open the address below in a browser, or: curl http://127.0.0.1:8787/api/notes'
	'$(BINARY)' dev $(APP)

test:
	@scripts/prerequisites build npm
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test-engine ENGINE=quickjs
	@scripts/test-v8

# Everything on one engine: the binary first, since the specs run it. One run tells of all tests that fail.
test-engine: build
	@scripts/sample-apps
	GREENROOM_BIN='$(BINARY)' scripts/with-engine $(CHOSEN) cargo test --release --workspace --no-fail-fast $(FEATURES)

lint:
	cargo fmt --all --check
	cargo clippy --release --workspace --all-targets --quiet -- -D warnings
	cargo xtask check-layers
	cargo xtask check-sizes

bench:
	@scripts/prerequisites build npm
	scripts/bench $(BENCH)
