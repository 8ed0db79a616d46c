#!/usr/bin/env bash
# Builds the Debian package of kreislauf from this checkout: build/package/kreislauf_VERSION_ARCH.deb, whose path is
# the last line. The same sources make the same bytes (SOURCE_DATE_EPOCH, else the time of the last commit).
#
# Variables   KREISLAUF_BUILD    build directory to install from (build/release: preset release, built here)
#             KREISLAUF_PACKAGE  directory for the package (build/package); what is in it goes
#             KREISLAUF_LEVEL    of compression, 0 to 9 (6)
#             KREISLAUF_JOBS     compilers at a time (all processors)
# Needs       deploy/install-deps.sh build
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${KREISLAUF_JOBS:-$(nproc)}
build=${KREISLAUF_BUILD:-build/release}
out=$(realpath -m "${KREISLAUF_PACKAGE:-build/package}")
for tool in dpkg-deb dpkg-shlibdeps cmake strip gzip; do
    command -v "$tool" >/dev/null || { echo "package.sh: $tool is missing; run deploy/install-deps.sh" >&2; exit 2; }
done

[ -n "${KREISLAUF_BUILD:-}" ] || cmake --preset release
cmake --build "$build" --target kreislauf kreislauf-server --parallel "$jobs"

version=$(sed -n 's/^project(kreislauf VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
architecture=$(dpkg --print-architecture)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH=$epoch
stage=$out/stage
rm -rf "$out"
mkdir -p "$stage/DEBIAN"
cmake --install "$build" --prefix "$stage/usr" --strip >"$out/install.log"

mkdir -p "$stage/etc/kreislauf" "$stage/etc/logrotate.d"
install -m 644 deploy/debian/kreislauf.toml "$stage/etc/kreislauf/kreislauf.toml"
install -m 644 deploy/debian/logrotate "$stage/etc/logrotate.d/kreislauf"
documents=$stage/usr/share/doc/kreislauf
install -m 644 deploy/debian/copyright "$documents/copyright"
gzip -9n <deploy/debian/changelog >"$documents/changelog.gz"
mkdir -p "$stage/usr/share/man/man1"
gzip -9n <deploy/debian/kreislauf.1 >"$stage/usr/share/man/man1/kreislauf.1.gz"

for script in postinst prerm postrm; do install -m 755 "deploy/debian/$script" "$stage/DEBIAN/$script"; done
printf '/etc/kreislauf/kreislauf.toml\n/etc/logrotate.d/kreislauf\n' >"$stage/DEBIAN/conffiles"

# dpkg-shlibdeps insists on a source package around it.
mkdir -p "$out/source/debian"
printf 'Source: kreislauf\n\nPackage: kreislauf\nArchitecture: any\n' >"$out/source/debian/control"
depends=$(cd "$out/source" && dpkg-shlibdeps -O ../stage/usr/bin/kreislauf \
    ../stage/usr/libexec/kreislauf/kreislauf-server 2>../shlibdeps.log | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { cat "$out/shlibdeps.log" >&2; exit 1; }
size=$(du -sk --apparent-size --exclude=DEBIAN "$stage" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@DEPENDS@/$depends/" \
    -e "s/@SIZE@/$size/" deploy/debian/control.in >"$stage/DEBIAN/control"
(cd "$stage" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$stage/DEBIAN/md5sums"

find "$stage" -type d -exec chmod 755 {} +
find "$stage/usr/share" "$stage/usr/lib" "$stage/etc" -type f -exec chmod 644 {} +
find "$stage" -exec touch --no-dereference --date="@$epoch" {} +
package=$out/kreislauf_${version}_${architecture}.deb
dpkg-deb --root-owner-group -Zxz "-z${KREISLAUF_LEVEL:-6}" --build "$stage" "$package" >&2
dpkg-deb --info "$package" >&2
echo "$package"
