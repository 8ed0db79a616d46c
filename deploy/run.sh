#!/usr/bin/env bash
# Builds the program and does the main job once: fetch what the sources of deploy/sample publish, keep it,
# bring it into the common schema, and hand county 03153 (Goslar) its package. Running it again changes
# nothing: equal content makes no new vintage, the package has the same bytes.
#
# Needs       nothing but this checkout and Debian 12; deploy/install-deps.sh installs what is missing.
# Variables   KREISLAUF_HOME    directory of the store (var/kreislauf in the checkout); packages go beside it
#             KREISLAUF_CONFIG  configuration (deploy/sample/kreislauf.toml)
#             KREISLAUF_AREA    key of the county (03153)
#             KREISLAUF_JOBS    compilers at a time (all processors)
set -euo pipefail
checkout=$(cd "$(dirname "$0")/.." && pwd)
store=$(realpath -m "${KREISLAUF_HOME:-$checkout/var/kreislauf}")
config=$(realpath "${KREISLAUF_CONFIG:-$checkout/deploy/sample/kreislauf.toml}")
area=${KREISLAUF_AREA:-03153}
jobs=${KREISLAUF_JOBS:-$(nproc)}
package=$(dirname "$store")/paket-$area
cd "$checkout"

deploy/install-deps.sh build
cmake --preset release -DKREISLAUF_TESTS=OFF
cmake --build --preset release --target kreislauf --parallel "$jobs"
kreislauf() { build/release/gateway/app/kreislauf --store "$store" "$@"; }

heading() { printf '\n== %s\n' "$*"; }

heading "Abruf der Quellen aus $config"
# Exit code 3: done, but a source failed or rows were set aside; the report above says which.
kreislauf sync --config "$config" || [ $? -eq 3 ]

heading "Datensätze im Bestand"
kreislauf list datasets

heading "Bevölkerung im Gebiet $area"
kreislauf get REGIO_12411-01-01-4 --area "$area"

heading "Paket für das Gebiet $area"
kreislauf export --area "$area" --out "$package"

heading "Herkunft einer Zahl"
figure="REGIO_12411-01-01-4/$area/MEASURE=BEVSTD,UNIT=PS,SEX=_T/2024-12-31@1"
kreislauf explain "$figure"

heading "Prüfung von Archiv und Bestand"
kreislauf verify
