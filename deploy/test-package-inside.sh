#!/usr/bin/env bash
# The part of test-package.sh that runs inside the booted container, as root. Stops at the first thing that is wrong.
set -euo pipefail
store=/var/lib/kreislauf
examples=/usr/share/doc/kreislauf/examples/sample
step() { printf '== %s\n' "$*"; }
as_user() { setpriv --reuid=kreislauf --regid=kreislauf --clear-groups "$@"; }
expect() { # expect CODE COMMAND...
    local wanted=$1 code=0
    shift
    "$@" || code=$?
    [ "$code" -eq "$wanted" ] || { echo "inside.sh: exit $code instead of $wanted: $*" >&2; exit 1; }
}
ready() { # until the service answers
    for _ in $(seq 100); do
        [ "$(curl -s -o /srv/answer -w '%{http_code}' http://127.0.0.1:8080/readyz || true)" = 200 ] && return
        sleep 0.1
    done
    systemctl status --no-pager kreislauf-serve.service || true
    journalctl --no-pager -n 20 -u kreislauf-serve.service || true
    echo "inside.sh: the service does not answer" >&2
    exit 1
}
asleep() { # until the daemon has done what is due, as the process that it is now
    local before=${1:-0}
    for _ in $(seq 600); do
        [ "$(systemctl show --property=MainPID --value kreislauf-daemon.service)" != "$before" ] &&
            systemctl show --property=StatusText --value kreislauf-daemon.service | grep -q "^sleeps until" && return
        sleep 0.1
    done
    systemctl status --no-pager kreislauf-daemon.service || true
    journalctl --no-pager -n 20 -u kreislauf-daemon.service || true
    echo "inside.sh: the daemon does not come to rest" >&2
    exit 1
}
hash_of() { as_user kreislauf --store "$store" verify | sed -n 's/^content hash //p'; }

find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/tmp -o -path /srv -o -path /var/log \
    -o -path /var/lib/dpkg -o -path /var/lib/systemd \) -prune -o -print | sort >/srv/before

step install
dpkg --install /srv/kreislauf.deb
id kreislauf
[ "$(stat -c '%U %a' $store)" = "kreislauf 750" ]
[ "$(stat -c '%U %a' /etc/kreislauf/credentials)" = "root 700" ]
expect 1 systemctl is-enabled --quiet kreislauf-sync.timer # nothing runs before somebody says so
systemd-analyze verify --man=no /lib/systemd/system/kreislauf-*.service /lib/systemd/system/kreislauf-*.timer

step "first sync, through its unit"
cp -r $examples/genesis $examples/regionalstatistik /etc/kreislauf/
cp $examples/kreislauf.toml /etc/kreislauf/kreislauf.toml
printf 'user\npassword\n' >/etc/kreislauf/credentials/genesis
chmod 600 /etc/kreislauf/credentials/genesis
systemctl enable --now kreislauf-sync.timer kreislauf-serve.service
systemctl start kreislauf-sync.service
systemctl is-active --quiet kreislauf-sync.timer
first=$(hash_of)
[ -n "$first" ]
journalctl --no-pager -u kreislauf-sync.service | grep "vintage 1" >/dev/null
expect 1 as_user cat /etc/kreislauf/credentials/genesis # access data are not the program's to read

step "the service answers"
ready
curl -sf http://127.0.0.1:8080/api/v1/datasets | grep REGIO_12411-01-01-4 >/dev/null
curl -sf http://127.0.0.1:8080/metrics | grep kreislauf_http_requests_total >/dev/null
main=$(systemctl show --property=MainPID --value kreislauf-serve.service)
grep -q '^CapBnd:.*0000000000000000$' "/proc/$main/status"
grep -q '^NoNewPrivs:.*1$' "/proc/$main/status"
[ "$(stat -c %U "/proc/$main")" = kreislauf ]

step "restarts, a kill, and a second sync that changes nothing"
systemctl restart kreislauf-serve.service && ready
kill -9 "$(systemctl show --property=MainPID --value kreislauf-serve.service)"
sleep 3
ready
systemctl start kreislauf-sync.service
[ "$(hash_of)" = "$first" ]

step "log rotation"
logrotate --force /etc/logrotate.d/kreislauf
curl -sf -o /srv/answer http://127.0.0.1:8080/healthz
sleep 1
[ -s /var/log/kreislauf/access.log ] && [ -s /var/log/kreislauf/access.log.1 ]

step "backup, comparison, restore"
systemctl start kreislauf-backup.service
expect 0 as_user kreislauf --store $store restore --from /var/backups/kreislauf --compare
install -d -o kreislauf -g kreislauf /var/tmp/restored
as_user kreislauf --store /var/tmp/restored restore --from /var/backups/kreislauf
as_user kreislauf --store /var/tmp/restored verify --figures 20 | grep "$first" >/dev/null
rm -r /var/tmp/restored

step "a flipped bit"
systemctl stop kreislauf-serve.service
byte=$(dd if=$store/store.sqlite bs=1 skip=30000 count=1 status=none | od -An -tu1 | tr -d ' ')
printf "\\$(printf %03o $((byte ^ 16)))" | dd of=$store/store.sqlite bs=1 seek=30000 conv=notrunc status=none
expect 4 as_user kreislauf --store $store verify
expect 0 as_user kreislauf --store $store verify --repair
[ "$(hash_of)" = "$first" ]

step "the daemon, in place of the timer, begins anew and comes to the same figures; the service runs beside it"
rm -r $store/store.sqlite* $store/raw
systemctl start kreislauf-serve.service
systemctl disable --quiet kreislauf-sync.timer
systemctl enable --quiet --now kreislauf-daemon.service
expect 3 systemctl is-active --quiet kreislauf-sync.timer # they exclude each other
asleep
[ "$(hash_of)" = "$first" ]
journalctl --no-pager -u kreislauf-daemon.service | grep "vintage 1" >/dev/null
ready
main=$(systemctl show --property=MainPID --value kreislauf-daemon.service)
grep -q '^CapBnd:.*0000000000000000$' "/proc/$main/status"
[ "$(stat -c %U "/proc/$main")" = kreislauf ]
systemctl reload kreislauf-daemon.service
systemctl restart kreislauf-daemon.service && asleep "$main"
main=$(systemctl show --property=MainPID --value kreislauf-daemon.service)
kill -9 "$main" && asleep "$main"
systemctl is-active --quiet kreislauf-daemon.service && systemctl is-active --quiet kreislauf-serve.service
as_user kreislauf --store $store report --config /etc/kreislauf/kreislauf.toml | grep "5 Abrufe" >/dev/null
[ "$(hash_of)" = "$first" ]

step doctor
ready
code=0
as_user kreislauf --store $store doctor --config /etc/kreislauf/kreislauf.toml || code=$?
[ "$code" -le 1 ] # a container cannot keep its clock

step "install again, as an upgrade does: data, configuration and service stay"
dpkg --install /srv/kreislauf.deb
ready && asleep
[ "$(hash_of)" = "$first" ]
grep -q '"directory:regionalstatistik"' /etc/kreislauf/kreislauf.toml

step "remove: configuration and data stay"
dpkg --remove kreislauf
[ ! -e /usr/bin/kreislauf ] && [ -f $store/store.sqlite ] && [ -f /etc/kreislauf/kreislauf.toml ]
expect 7 curl -s -o /srv/answer http://127.0.0.1:8080/healthz
expect 3 systemctl is-active --quiet kreislauf-daemon.service

step "purge: figures stay, and it says so; everything else goes"
rm -r /etc/kreislauf/genesis /etc/kreislauf/regionalstatistik
dpkg --purge kreislauf | tee /srv/purge
grep -q "$store holds data and stays" /srv/purge
[ -f $store/store.sqlite ] && [ ! -e /etc/kreislauf ] && [ ! -e /var/log/kreislauf ] && [ ! -e /etc/logrotate.d/kreislauf ]
rm -r $store /var/backups/kreislauf
find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/tmp -o -path /srv -o -path /var/log \
    -o -path /var/lib/dpkg -o -path /var/lib/systemd \) -prune -o -print | sort >/srv/after
comm -13 /srv/before /srv/after | grep -v -e '^/etc/.*-$' -e '^/var/lib/logrotate' -e '^/var/cache' >/srv/left || true
cat /srv/left
[ ! -s /srv/left ]
echo "the package installs, runs, and goes"
