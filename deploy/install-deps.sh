#!/usr/bin/env bash
# Installs the Debian 12 packages that the project needs. Quick where everything is there already: the package
# database is asked first, and no package list is downloaded then.
#
# Usage   install-deps.sh [build|test|dev]...
#           build   what the program needs to be compiled and to run
#           test    build, and what the tests need
#           dev     test, and clang for fuzzing, clang-tidy, clang-format (the default)
# Needs   root, or sudo.
set -euo pipefail

# One package per line with the reason, sorted.
build_packages="
build-essential          # make, libc headers
ca-certificates          # trusts the servers of the sources
ccache                   # a second build costs seconds; used where it is found
cmake                    # 3.25, presets version 6
g++                      # g++ 12 compiles the product
git                      # the version of the program
libboost1.81-dev         # Asio waits for the sockets of the service, Beast reads its requests
libcli11-dev             # the command line
libcurl4-openssl-dev     # HTTP to the sources
libisal-dev              # unpacks ZIP faster than zlib
libpugixml-dev           # XML: SDMX-ML
libsnappy-dev            # a codec of Avro files
libsqlite3-dev           # the embedded store
libssl-dev               # SHA-256, TLS
libtomlplusplus-dev      # configuration and mapping files
libvalijson-dev          # JSON Schema of mapping files
libzstd-dev              # the raw archive
mold                     # links faster; used where it is found
ninja-build              # generator of all presets
pkg-config               # finds the libraries
rapidjson-dev            # JSON answers, reports
tzdata                   # when the clocks change: embargoes are minutes on the wall
zlib1g-dev               # inflating what the sources send
"
test_packages="
clang-format-14          # decides layout; test.sh compares
curl                     # runs the examples of the pages on the service
libavro-dev              # a second reader of our Avro files
libgmock-dev             # matchers
libgtest-dev             # tests
libxml2-utils            # xmllint: is our XML sound?
nodejs                   # runs clients of SDMX, JSON-stat and Avro as strangers
openssh-server           # takes our folders over SFTP in a test
openssl                  # makes certificates and is a stranger's client for TLS
python3                  # tests of the house, end-to-end tests
python3-avro             # a third reader of our Avro files
python3-openpyxl         # reads our XLSX files as a stranger
python3-rdflib           # reads our catalogue in both forms as a stranger
sqlite3                  # looks into the store as a stranger
unzip                    # opens our XLSX files as a stranger
"
dev_packages="
caddy                    # takes its example of a proxy
clang-14                 # the second compiler; fuzz targets
clang-tidy-14            # preset tidy, deploy/tidy.sh
crun                     # runs what podman starts
debootstrap              # the clean Debian of deploy/test-package.sh
libbenchmark-dev         # preset bench
libclang-rt-14-dev       # libFuzzer and the sanitizers of clang
liborcus-bin             # a peer in the benchmark of workbooks
libxml2-dev              # a peer of the SDMX benchmark
lintian                  # looks at the package
logrotate                # turns the access log as the package says
nginx-light              # a peer of the HTTP benchmark; takes its example of a proxy
podman                   # builds and runs deploy/Containerfile in deploy/test-container.sh
python3-lxml             # a peer of the SDMX benchmark
python3-pandas           # a peer of the benchmarks of delimited text and of conversion
r-cran-rsdmx             # a client of SDMX that reads our answers unchanged
systemd-container        # boots the clean Debian
wrk                      # asks in the HTTP benchmark
"

groups=("$@")
if [ ${#groups[@]} -eq 0 ]; then groups=(dev); fi
wanted=""
for group in "${groups[@]}"; do
    case "$group" in
        build) wanted+="$build_packages" ;;
        test) wanted+="$build_packages$test_packages" ;;
        dev) wanted+="$build_packages$test_packages$dev_packages" ;;
        *)
            echo "install-deps.sh: unknown group '$group'; expected build, test or dev" >&2
            exit 2
            ;;
    esac
done

mapfile -t packages < <(printf '%s\n' "$wanted" | sed 's/#.*//; s/[[:space:]]*$//' | grep . | sort -u)
missing=()
for package in "${packages[@]}"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
    echo "install-deps.sh: all ${#packages[@]} packages are installed"
    exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=(env DEBIAN_FRONTEND=noninteractive)
elif command -v sudo >/dev/null 2>&1; then
    as_root=(sudo env DEBIAN_FRONTEND=noninteractive)
else
    echo "install-deps.sh: ${#missing[@]} packages are missing and this user is neither root nor has sudo." >&2
    echo "Ask an administrator to run: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
echo "install-deps.sh: installing ${#missing[@]} of ${#packages[@]} packages: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
