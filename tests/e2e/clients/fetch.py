#!/usr/bin/env python3
"""Fetches the JavaScript packages with which tests read what the service gives, as package-lock.json beside this names them.

Usage   fetch.py FOLDER     makes FOLDER/node_modules

Each package is compared with its checksum before it is unpacked. What is there already is not fetched again. Debian's own
npm would do the same and brings four hundred packages. Exit code 1 where the registry is out of reach: then the test skips.
"""
import base64
import hashlib
import io
import json
import os
import pathlib
import shutil
import sys
import tarfile
import urllib.request

REGISTRY = os.environ.get("npm_config_registry", "https://registry.npmjs.org").rstrip("/")
PATIENCE_S = 30


def fetched(name, version, integrity):
    address = f"{REGISTRY}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
        content = answer.read()
    kind, _, wanted = integrity.partition("-")
    if kind != "sha512" or base64.b64encode(hashlib.sha512(content).digest()).decode() != wanted:
        raise ValueError(f"{address}: not the bytes that package-lock.json names")
    return content


def unpack(content, folder):
    """The files of an archive without its outermost folder; nothing else is taken from it."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for member in archive:
            path = pathlib.PurePosixPath(member.name)
            if not member.isfile() or path.is_absolute() or ".." in path.parts or len(path.parts) < 2:
                continue
            target = fresh.joinpath(*path.parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.extractfile(member).read())
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def is_there(folder, version):
    try:
        return json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"] == version
    except (OSError, ValueError, KeyError):
        return False


def main(target):
    lock = json.loads(pathlib.Path(__file__).with_name("package-lock.json").read_text(encoding="utf-8"))
    count = 0
    for path, package in lock["packages"].items():
        folder = pathlib.Path(target) / path
        if not path or is_there(folder, package["version"]):
            continue
        name = path.rpartition("node_modules/")[2]
        try:
            content = fetched(name, package["version"], package["integrity"])
        except OSError as error:
            print(f"fetch.py: {name} {package['version']} cannot be fetched from {REGISTRY}: {error}", file=sys.stderr)
            return 1
        unpack(content, folder)
        count += 1
    print(f"fetch.py: {len(lock['packages']) - 1} packages are there, {count} of them fetched now")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
