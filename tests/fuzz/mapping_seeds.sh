#!/usr/bin/env bash
# Writes the project's mapping files as seeds of fuzz_mapping: the name, a line end, the text.
#
#   tests/fuzz/mapping_seeds.sh FOLDER
set -euo pipefail
out=$(realpath -m "$1")
mkdir -p "$out"
cd "$(dirname "$0")/../../mappings"
find . -name '*.toml' -size -40k -printf '%P\n' | sort | while read -r name; do
    { printf '%s\n' "$name"; cat "$name"; } >"$out/${name//\//_}"
done
# Two registers of areas are long: their beginning is enough.
for name in territory/counties.csv territory/regions.csv; do
    { printf '%s\n' "$name"; head -40 "$name"; } >"$out/${name//\//_}"
done
