#!/usr/bin/env bash
# Builds the program and does the main job once: fetch what the sources of deploy/sample publish, keep it,
# bring it into the common schema, hand county 03153 (Goslar) its package, and serve it all over HTTP. Running it
# again changes nothing: equal content makes no new vintage, the package has the same bytes; the service is
# started anew.
#
# Needs       nothing but this checkout and Debian 12; deploy/install-deps.sh installs what is missing.
# Variables   KREISLAUF_HOME    directory of the store (var/kreislauf in the checkout); packages go beside it
#             KREISLAUF_CONFIG  configuration (deploy/sample/kreislauf.toml)
#             KREISLAUF_AREA    key of the county (03153)
#             KREISLAUF_LISTEN  where the service answers (127.0.0.1:8080, or a free port where that is taken)
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
cmake --build --preset release --target kreislauf kreislauf-server --parallel "$jobs"
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

# Its number and its logs lie beside the store. `kill "$(cat .../kreislauf.pid)"` ends it.
heading "Dienst"
run=$(dirname "$store")
program=$checkout/build/release/gateway/app/kreislauf-server
service_of() { # its number, where it runs
    local pid
    pid=$(cat "$run/kreislauf.pid" 2>/dev/null) || return 1
    [ "$(readlink "/proc/$pid/exe" 2>/dev/null | sed 's/ (deleted)$//')" = "$program" ] && echo "$pid"
}
if pid=$(service_of); then
    kill "$pid"
    for _ in $(seq 150); do
        service_of >/dev/null || break
        sleep 0.1
    done
fi
serve() { # serve ADDRESS:PORT: starts it and waits until it is ready
    setsid "$program" --store "$store" --listen "$1" --log "$run/zugriffe.log" \
        >"$run/kreislauf.out" 2>"$run/kreislauf.err" </dev/null &
    echo $! >"$run/kreislauf.pid"
    local url port status
    for _ in $(seq 100); do
        service_of >/dev/null || kill -0 "$(cat "$run/kreislauf.pid")" 2>/dev/null || return 1
        url=$(sed -n '1s/^listening on //p' "$run/kreislauf.out")
        if [ -n "$url" ]; then
            port=${url##*:}
            status=$( (exec 3<>"/dev/tcp/127.0.0.1/$port" && printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3 && head -n 1 <&3) 2>/dev/null) || true
            case "$status" in *" 200 "*) echo "$url" && return 0 ;; esac
        fi
        sleep 0.1
    done
    return 1
}
if ! url=$(serve "${KREISLAUF_LISTEN:-127.0.0.1:8080}"); then
    if [ -n "${KREISLAUF_LISTEN:-}" ] || ! grep -q 'in use' "$run/kreislauf.err"; then
        cat "$run/kreislauf.err" >&2
        echo "run.sh: the service does not answer; another address: KREISLAUF_LISTEN=127.0.0.1:9000 $0" >&2
        exit 1
    fi
    url=$(serve 127.0.0.1:0)
fi
cat <<END
$url

  $url/?gebiet=Goslar
  $url/api/v1/datasets
  $url/sdmx/v1/data/REGIO_12411-01-01-4/all?format=csvdata

Er läuft weiter, bis ihn jemand beendet: kill \$(cat $run/kreislauf.pid)
END
