#!/usr/bin/env python3
"""Figures of whole loads and of an ordinary night (docs/benchmarks.md, "Nights").

    load.py recordings PROGRAM                       all shared recordings into a new store
    load.py generated PROGRAM --data FILE [--tables 2300] [--work DIR]

Processor time is that of the program and its children, memory the largest resident set. The second form parts a flat file
into tables, each a contiguous piece of it, syncs them from a folder into two new stores, compares their content hashes, then
changes 2 % of the tables and lives one more night. FILE comes from ../shared/bench/gen_ffcsv.py --years 2017-2024
--order sorted (1.3 GB; each table has a part of the municipalities with all years).
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[3]
SHARED = SOURCE.parent / "shared"


def measured(what, command, codes=(0,)):
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               env=dict(os.environ, KREISLAUF_DATA=str(SOURCE)))
    out = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    print(f"{what}: {used.ru_utime + used.ru_stime:.1f} s cpu, {time.monotonic() - begun:.1f} s wall, "
          f"{used.ru_maxrss / 1024:.0f} MiB", flush=True)
    if code not in codes:
        sys.exit(f"{what}: exit {code}\n{out[-2000:]}")
    return out


def content(program, store):
    done = subprocess.run([program, "--store", store, "--json", "verify"], stdout=subprocess.PIPE, text=True,
                          env=dict(os.environ, KREISLAUF_DATA=str(SOURCE)))
    report = json.loads(done.stdout)
    if not report["sound"]:
        sys.exit(f"{store} is not sound: {report['problems'][:3]}")
    return report["content_hash"]


def recordings(options):
    folders = []
    for index in sorted((SHARED / "real").glob("*/*/response.json")):
        recorded = json.loads(index.read_text(encoding="utf-8")).get("recorded") or ""
        folders.append((recorded, str(index.parent)))
    if not folders:
        sys.exit(f"no recordings below {SHARED / 'real'}")
    folders = [folder for _, folder in sorted(folders)]
    hashes = set()
    for turn in "first", "second":
        with tempfile.TemporaryDirectory() as store:
            # Some recordings are error pages and metadata: they are kept and loaded as nothing.
            measured(f"{len(folders)} recordings, {turn} store", [options.program, "--store", store, "import", *folders],
                     codes=(0, 1, 3))
            hashes.add(content(options.program, store))
    print("content hashes:", ", ".join(sorted(hashes)))
    return len(hashes) == 1


def part(data, folder, tables):
    """Contiguous pieces of the rows, each a table of its own; returns the codes."""
    folder.mkdir(parents=True)
    with open(data, "rb") as file:
        header = file.readline()
        piece = (os.path.getsize(data) - len(header)) // tables + 1
        codes = []
        while rows := file.readlines(piece):
            codes.append(f"12411-G{len(codes):04d}-01-4")
            (folder / f"{codes[-1]}.csv").write_bytes(header + b"".join(rows))
    return codes


def revise(folder, codes):
    """Every fiftieth table is served with each number of its last tenth one higher: a revision like those that come."""
    changed = codes[::50]
    for code in changed:
        path = folder / f"{code}.csv"
        lines = path.read_bytes().split(b"\n")
        for at in range(len(lines) - len(lines) // 10, len(lines) - 1):
            fields = lines[at].split(b";")
            if fields[-4].isdigit():
                fields[-4] = str(int(fields[-4]) + 1).encode()
            lines[at] = b";".join(fields)
        path.write_bytes(b"\n".join(lines))
    return len(changed)


def generated(options):
    work = pathlib.Path(options.work or tempfile.mkdtemp(prefix="kreislauf-bench-"))
    played = work / "source"
    codes = part(options.data, played / "data" / "tablefile", options.tables)
    config = work / "kreislauf.toml"
    config.write_text('[[source]]\nid = "regio"\nservice = "regionalstatistik"\nquality = false\n'
                      f'url = "directory:{played}"\ntables = {json.dumps(codes)}\n', encoding="utf-8")
    print(f"{len(codes)} tables, {os.path.getsize(options.data) / 1e9:.2f} GB")

    def sync(what, store, now):
        measured(what, [options.program, "--store", str(work / store), "--now", now, "sync", "--config", str(config)])

    sync("from scratch", "one", "2026-11-25T02:00:00Z")
    first = content(options.program, str(work / "one"))
    sync("from scratch, again", "two", "2026-11-25T02:00:00Z")
    again = content(options.program, str(work / "two"))
    print(f"content hashes: {first} {'=' if first == again else 'IS NOT'} {again}")
    sync("a night without changes", "one", "2026-11-26T02:00:00Z")
    changed = revise(played / "data" / "tablefile", codes)
    sync(f"a night with {changed} changed tables", "one", "2026-11-27T02:00:00Z")
    content(options.program, str(work / "one"))
    size = sum(file.stat().st_size for file in (work / "one").rglob("*") if file.is_file())
    print(f"store and archive: {size / 1e6:.0f} MB")
    if not options.work:
        shutil.rmtree(work)
    return first == again


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("kind", choices=["recordings", "generated"])
    arguments.add_argument("program")
    arguments.add_argument("--data")
    arguments.add_argument("--tables", type=int, default=2300)
    arguments.add_argument("--work", help="a folder that is kept; a temporary one otherwise")
    options = arguments.parse_args()
    sys.exit(0 if {"recordings": recordings, "generated": generated}[options.kind](options) else 1)


if __name__ == "__main__":
    main()
