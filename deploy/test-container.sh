#!/usr/bin/env bash
# Builds the image of deploy/Containerfile and uses it as its head says: the sample is synced, the service answers on a
# read-only file system without capabilities, and a second container finds what the first one left. Where no container can
# be started, the image is tried in a chroot. Exit code 77 where this machine cannot do either (with the reason), 0 where
# all is well.
#
# Usage       deploy/test-container.sh
# Needs       root, podman, perhaps buildah; the network for the base image and its packages
# Variables   KREISLAUF_BUILD      build directory whose programs go into the image. Without it everything is compiled once
#                                  more inside, which takes a quarter of an hour on two processors
#             KREISLAUF_TEST_ROOT  archive of a clean Debian 12 that stands in where the base image is out of reach; the
#                                  one of test-package.sh
set -euo pipefail
cd "$(dirname "$0")/.."
skip() { echo "test-container.sh: skipped: $*"; exit 77; }
[ "$(id -u)" -eq 0 ] || skip "needs root"
command -v podman >/dev/null || skip "podman is not installed"
pod() { podman --log-level=error "$@"; }
step() { printf '== %s\n' "$*"; }
base=debian:bookworm-slim
clean=${KREISLAUF_TEST_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/kreislauf/bookworm.tar}

if ! pod image exists $base && ! timeout 120 podman pull --quiet docker.io/library/$base >/dev/null 2>&1; then
    [ -f "$clean" ] || skip "$base is out of reach, and $clean is not there (test-package.sh makes it)"
    step "$base is out of reach: $clean stands in for it"
    pod import - $base <"$clean" >/dev/null
fi

step build
options=(--isolation chroot --network host --pull=never)
work=$(mktemp -d /var/tmp/kreislauf-container-XXXXXX)
volume=kreislauf-test-$$
ended() {
    [ "$(type -t stop)" != function ] || stop || true
    pod rm --force --time 2 "$volume" >/dev/null 2>&1 || true
    pod volume rm --force "$volume" >/dev/null 2>&1 || true
    [ -z "${container:-}" ] || buildah --log-level=error rm "$container" >/dev/null 2>&1 || true
    rm -rf --one-file-system "$work"
}
trap ended EXIT
containerfile=deploy/Containerfile
context=.
if [ -n "${KREISLAUF_BUILD:-}" ]; then
    # The second stage alone, with what the first one would have made.
    context=$work/context
    containerfile=$work/Containerfile
    cmake --build "$KREISLAUF_BUILD" --target kreislauf kreislauf-server >"$work/build.log"
    cmake --install "$KREISLAUF_BUILD" --prefix "$context/out/usr" --strip >>"$work/build.log"
    rm -rf "$context/out/usr/lib" "$context/out/usr/share/doc"
    awk '/^FROM/ { stage++ } stage == 2' deploy/Containerfile | sed 's|^COPY --from=build /out/usr|COPY out/usr|' >"$containerfile"
    grep -q '^COPY out/usr /usr$' "$containerfile"
fi
pod build "${options[@]}" --tag kreislauf-test --file "$containerfile" "$context" >>"$work/build.log" 2>&1 ||
    { tail -n 30 "$work/build.log"; exit 1; }

# As hardened as the head of the Containerfile shows it; the network is the host's, for a machine without bridges.
hard=(--read-only --cap-drop=all --security-opt=no-new-privileges --network host)
volumes=(--volume "$volume:/var/lib/kreislauf" --volume "$PWD/deploy/sample:/sample:ro")
if pod run --rm "${hard[@]}" kreislauf-test --version >"$work/probe" 2>&1; then
    inside() { pod run --rm "${hard[@]}" "${volumes[@]}" kreislauf-test "$@"; }
    serve() {
        pod run --detach --name "$volume" "${hard[@]}" "${volumes[@]}" kreislauf-test serve --listen 127.0.0.1:$port >/dev/null
        pod exec "$volume" touch /usr/x 2>/dev/null && { echo "the file system can be written to"; exit 1; }
        [ "$(pod exec "$volume" id -un)" = kreislauf ]
    }
    stop() { pod rm --force --time 20 "$volume" >/dev/null; }
elif command -v buildah >/dev/null; then
    # A machine that is a container itself may not start one: what is in the image is tried all the same, as its user.
    step "no container can be started here ($(tail -n 1 "$work/probe")): the image is tried in a chroot, without the hardening"
    container=$(buildah --log-level=error from --pull-never kreislauf-test)
    install -d -m 777 "$work/state"
    # Not at /var/lib/kreislauf: there buildah mounts a copy of the image's own volume each time.
    volumes=(--volume "$work/state:/srv/state" --volume "$PWD/deploy/sample:/sample:ro")
    inside() { buildah --log-level=error run --isolation chroot "${volumes[@]}" "$container" -- kreislauf --store /srv/state "$@"; }
    serve() {
        buildah --log-level=error run --isolation chroot "${volumes[@]}" "$container" -- \
            sh -c "id -un >/srv/state/user; exec kreislauf --store /srv/state serve --listen 127.0.0.1:$port" >"$work/serve.log" 2>&1 &
        for _ in $(seq 100); do [ -s "$work/state/user" ] && break; sleep 0.1; done
        [ "$(cat "$work/state/user")" = kreislauf ]
    }
    stop() {
        # By the address, which is this test's alone.
        pgrep --full -- "--listen 127.0.0.1:$port" | xargs -r kill 2>/dev/null || true
        wait || true
    }
else
    skip "no container can be started here: $(tail -n 1 "$work/probe")"
fi

step "the sample is synced"
inside sync --config /sample/kreislauf.toml || [ $? -eq 3 ]
inside verify | tee "$work/first"
grep -q "^content hash " "$work/first"

port=18480
answers() {
    local code=0
    for _ in $(seq 200); do
        code=$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:$port/readyz || true)
        [ "$code" = 200 ] && break
        sleep 0.1
    done
    [ "$code" = 200 ] || { echo "the service does not answer: $code"; cat "$work/serve.log" 2>/dev/null; exit 1; }
    curl -sf http://127.0.0.1:$port/api/v1/datasets | grep REGIO_12411-01-01-4 >/dev/null
}
step "the service answers, and so does the next one"
serve && answers && stop
serve && answers && stop

step "everything is there still"
inside verify >"$work/second"
diff <(grep "^content hash" "$work/first") <(grep "^content hash" "$work/second")
echo "the image is built, syncs and answers"
