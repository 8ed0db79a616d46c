#!/usr/bin/env bash
# Builds the program and its tests as shipped and runs every test. The last line says what came out:
#
#   N passed, N failed, N skipped
#
# Exit code 0 where nothing failed. Tests that need recordings of the sources skip where those are absent and
# say so. Set KREISLAUF_JOBS to use other than all processors.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${KREISLAUF_JOBS:-$(nproc)}

deploy/install-deps.sh test

echo "== layout (clang-format 14)"
git ls-files -z -- '*.cpp' '*.hpp' | xargs -0 -r clang-format-14 --dry-run -Werror

echo "== configure and build (preset release)"
cmake --preset release -DKREISLAUF_TESTS=ON
cmake --build --preset release --parallel "$jobs"

echo "== clients of the service (npm)"
python3 tests/e2e/clients/fetch.py build/clients || echo "the test with them skips"

echo "== test"
report=build/release/test-report.xml
rm -f "$report"
outcome=0
ctest --preset release --parallel "$jobs" --output-junit "$PWD/$report" || outcome=$?
python3 deploy/test-totals.py "$report"
exit "$outcome"
