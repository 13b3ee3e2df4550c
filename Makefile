# The two commands of the README, and a few for those who work on the program.
CARGO ?= cargo

.PHONY: demo test lint bench release

demo:
	packaging/setup.sh build
	$(CARGO) run --locked -- demo

test:
	packaging/setup.sh test
	$(CARGO) test --locked
	$(CARGO) build --locked
	packaging/smoke.sh

lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings

bench:
	$(CARGO) bench --locked --profile dev --bench figures -- $(ARGS)

release:
	packaging/setup.sh build
	$(CARGO) build --locked --release
