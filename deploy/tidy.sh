#!/usr/bin/env bash
# Runs clang-tidy 14 with .clang-tidy over every C++ file of the project, or over the files named:
#
#   deploy/tidy.sh [FILE.cpp...]
#
# Prints findings only; the last line counts them. Exit code 0 where there is none, 1 where there are, 2 where it
# could not run. Takes about half an hour for the whole tree on two cores, therefore no part of deploy/test.sh.
# KREISLAUF_JOBS sets other than all processors.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${KREISLAUF_JOBS:-$(nproc)}
for tool in clang-tidy-14 clang++-14 cmake python3; do
    command -v "$tool" >/dev/null || { echo "$tool is missing; run deploy/install-deps.sh" >&2; exit 2; }
done

# A database of clang's command lines: everything that is compiled, tests, benchmarks and fuzz targets too.
database=build/tidy-database
mkdir -p "$database"
cmake --preset tidy -B "$database" -DCMAKE_CXX_CLANG_TIDY= -DKREISLAUF_TESTS=ON -DKREISLAUF_BENCH=ON \
      -DKREISLAUF_FUZZ=ON >"$database/configure.log" 2>&1 || { cat "$database/configure.log" >&2; exit 2; }

files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files -- '*.cpp')

# Files that must not compile (tests/house/does_not_compile) are in no command line. Of two files for the same
# thing (crc32_isal.cpp, crc32_zlib.cpp) one is built; the other is checked with a neighbour's command line.
# Anything else that is in none is a file that the build forgot.
known=$(mktemp)
trap 'rm -f "$known" "$known".*' EXIT
python3 - "$database/compile_commands.json" >"$known" <<'PYTHON'
import json, os, sys
for entry in json.load(open(sys.argv[1])):
    print(os.path.relpath(entry["file"]))
PYTHON
forgotten=0
for file in "${files[@]}"; do
    if grep -qxF -- "${file#./}" "$known" || [[ $file =~ _(isal|zlib)\.cpp$ ]]; then
        printf '%s\0' "$file" >>"$known.todo"
    elif [[ $file != *tests/house/does_not_compile/* ]]; then
        echo "$file: in no target, not checked"
        forgotten=$((forgotten + 1))
    fi
done

export database
check() { # clang-tidy says on its standard error how much it suppressed: kept only where it could not run
    local out status=0
    out=$(mktemp)
    clang-tidy-14 -p "$database" --quiet "$1" >"$out" 2>"$out.err" || status=$?
    cat "$out"
    if [ $status -ne 0 ] && [ ! -s "$out" ]; then
        echo "$1: error: clang-tidy failed"
        cat "$out.err"
    fi
    rm -f "$out" "$out.err"
    return $status
}
export -f check
outcome=0
[ ! -s "$known.todo" ] ||
    xargs -0 -n1 -P "$jobs" bash -c 'check "$1"' check <"$known.todo" | tee "$known.found" || outcome=1
touch "$known.found"
findings=$(grep -cE ': (error|warning): ' "$known.found" || true)
echo "${#files[@]} files, $((findings + forgotten)) findings"
[ "$outcome" -eq 0 ] && [ "$forgotten" -eq 0 ]
