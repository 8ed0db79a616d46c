#!/usr/bin/env bash
# Installs the Debian package in a clean Debian 12, boots that, and uses it as an operator would: units, first sync of
# the sample, service, restart, backup and restore, a damaged bit, removal, purge. Exit code 77 where this machine
# cannot do it (with the reason), 0 where all is well.
#
# Usage       deploy/test-package.sh [PACKAGE.deb]      without one, deploy/package.sh builds it
# Needs       root, systemd-nspawn; debootstrap and the network for the first run
# Variables   KREISLAUF_TEST_ROOT  archive of the clean root ($XDG_CACHE_HOME/kreislauf/bookworm.tar); made once
set -euo pipefail
cd "$(dirname "$0")/.."
skip() { echo "test-package.sh: skipped: $*"; exit 77; }
[ "$(id -u)" -eq 0 ] || skip "needs root, to boot another system"
command -v systemd-nspawn >/dev/null || skip "systemd-nspawn is not installed (systemd-container)"

base=${KREISLAUF_TEST_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/kreislauf/bookworm.tar}
# What the package depends on is in the clean root, so that no run but the first needs the network.
extra=systemd,systemd-sysv,logrotate,libcurl4,ca-certificates,tzdata,libisal2,libstdc++6,libgcc-s1,curl
work=$(mktemp -d /var/tmp/kreislauf-package-XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT
if [ ! -f "$base" ]; then
    command -v debootstrap >/dev/null || skip "debootstrap is not installed and $base is not there"
    echo "== clean root (once): $base"
    debootstrap --variant=minbase --include=$extra bookworm "$work/base" >"$work/debootstrap.log" 2>&1 ||
        { tail -n 5 "$work/debootstrap.log"; skip "debootstrap did not get Debian 12 from the network"; }
    mkdir -p "$(dirname "$base")"
    tar -C "$work/base" -cf "$base.new" . && mv "$base.new" "$base"
    rm -rf --one-file-system "$work/base"
fi
package=${1:-$(deploy/package.sh | tail -n 1)}

mkdir "$work/root"
tar -C "$work/root" -xf "$base"
install -m 644 "$package" "$work/root/srv/kreislauf.deb"
install -m 755 deploy/test-package-inside.sh "$work/root/srv/inside.sh"
cat >"$work/root/etc/systemd/system/inside.service" <<'UNIT'
[Unit]
Description=Tests the package
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/bash -c '/srv/inside.sh >/srv/inside.log 2>&1; echo $? >/srv/inside.exit'
ExecStopPost=/bin/systemctl poweroff --no-block
[Install]
WantedBy=default.target
UNIT
mkdir -p "$work/root/etc/systemd/system/default.target.wants"
ln -s ../inside.service "$work/root/etc/systemd/system/default.target.wants/inside.service"

echo "== boot"
timeout --kill-after=10 300 systemd-nspawn --quiet --register=no --keep-unit --private-network --directory="$work/root" \
    --boot >"$work/console.log" 2>&1 </dev/null || true
[ -f "$work/root/srv/inside.exit" ] || { tail -n 20 "$work/console.log"; skip "the container did not boot here"; }
cat "$work/root/srv/inside.log"
exit "$(cat "$work/root/srv/inside.exit")"
