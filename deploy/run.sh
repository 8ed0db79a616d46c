#!/usr/bin/env bash
# Builds the program and does the main job once: fetch what the sources of deploy/sample publish, keep it,
# bring it into the common schema, and hand county 03153 (Goslar) its package. Running it again changes
# nothing: equal content makes no new vintage, the package has the same bytes.
#
# Needs       nothing but this checkout and Debian 12; deploy/install-deps.sh installs what is missing.
# Variables   KREISLAUF_HOME    where the store is kept (var in the checkout)
#             KREISLAUF_CONFIG  configuration (deploy/sample/kreislauf.toml)
#             KREISLAUF_AREA    key of the county (03153)
#             KREISLAUF_JOBS    compilers at a time (all processors)
set -euo pipefail
cd "$(dirname "$0")/.."
home=${KREISLAUF_HOME:-$PWD/var}
config=${KREISLAUF_CONFIG:-deploy/sample/kreislauf.toml}
area=${KREISLAUF_AREA:-03153}
jobs=${KREISLAUF_JOBS:-$(nproc)}

deploy/install-deps.sh build
cmake --preset release -DKREISLAUF_TESTS=OFF
cmake --build --preset release --target kreislauf --parallel "$jobs"
program=build/release/gateway/app/kreislauf
mkdir -p "$home"
kreislauf() { "$program" --store "$home" "$@"; }

heading() { printf '\n== %s\n' "$*"; }

heading "Abruf der Quellen aus $config"
kreislauf sync --config "$config"

heading "Datensätze im Bestand"
kreislauf list datasets

heading "Bevölkerung im Gebiet $area (12411-01-01-4)"
kreislauf get REGIO_12411-01-01-4 --area "$area"

heading "Paket für $area"
kreislauf export --area "$area" --out "$home/paket-$area"
ls -l "$home/paket-$area"

heading "Herkunft einer Zahl"
figure="REGIO_12411-01-01-4/$area/MEASURE=BEVSTD,UNIT=PS,SEX=_T/2024-12-31@1"
kreislauf explain "$figure"

heading "Prüfung von Archiv und Bestand"
kreislauf verify
