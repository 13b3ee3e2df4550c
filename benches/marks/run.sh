#!/usr/bin/env bash
# 10,000 marks in 200 saves from two processes at once, one of them killed ten times; then every mark is counted, by the
# program's library and by pylance.
#   run.sh
# Needs an interpreter with the packages of tests/interop/requirements.txt: CYTOLANCE_TEST_PYTHON, else python3.
set -euo pipefail
cd "$(dirname "$0")/../.."
CYTOLANCE_MARKS=full cargo test --test program -- --nocapture no_reported_mark_is_lost
