#!/usr/bin/env python3
"""CSV from bytes to typed columns: this reader against pandas (C engine), on the same files, in CPU seconds.

Usage   compare.py CSV_BENCH [MIB [DIALECT ...]]   CSV_BENCH is the program csv_bench; files of MIB (128) are made and
        removed; all dialects of csv_bench list, unless some are named
Goal    400 MB/s and more in every dialect. One stays a little below: wide_small has figures of one or two digits, and
        what counts there is figures per second, not bytes
Needs   python3-pandas
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import pandas

USUAL = dict(sep=";", decimal=",", encoding="utf-8")
DIALECTS = {
    "portal": dict(sep=",", decimal="."),
    "german": dict(thousands="."),
    "latin": dict(encoding="iso-8859-1"),
    "long_tab": dict(sep="\t"),
    "long_1252": dict(encoding="cp1252"),
    "wide_comma": dict(sep=",", decimal="."),
    "wide_tab": dict(sep="\t"),
    "wide_1252": dict(encoding="cp1252"),
    "wide_thousands": dict(thousands="."),
    "wide_headers": dict(header=[0, 1]),
}
TEXTS = ["Jahr", "Gebiet", "Geschlecht", "Alter", "Einheit", "Schluessel"]


def peer(path, options):
    """Texts as categories, figures as numbers: what a typed observation needs. MB/s."""
    options = {**USUAL, **options}
    with path.open(encoding=options["encoding"]) as file:
        head = [name.strip('"') for name in file.readline().strip().split(options["sep"])]
    types = {} if "header" in options else {name: "category" for name in TEXTS if name in head}
    begin = time.process_time()
    pandas.read_csv(path, engine="c", dtype=types, **options)
    return path.stat().st_size / (time.process_time() - begin) * 1e-6


def measure(program, mib=128, dialects=None):
    """Of each dialect: name, MB/s and million figures a second of ours, MB/s of pandas, private MiB of ours."""
    listed = subprocess.run([program, "list"], check=True, capture_output=True, text=True).stdout.split()
    with tempfile.TemporaryDirectory() as folder:
        for name in dialects or listed:
            path = pathlib.Path(folder) / f"{name}.csv"
            subprocess.run([program, "write", name, str(mib), str(path)], check=True)
            done = subprocess.run([program, "read", name, str(path), "5"], check=True, capture_output=True, text=True)
            own = {line.split()[0].removeprefix(f"csv_{name}_"): line.split()[1] for line in done.stdout.splitlines()}
            yield name, float(own["speed"]), float(own["figures"]), peer(path, DIALECTS.get(name, {})), own["private"]
            os.remove(path)


def main(program, mib="128", *dialects):
    print(f"pandas {pandas.__version__}, C engine; MB/s of CPU time, of the same file")
    for name, speed, figures, other, private in measure(program, mib, dialects):
        print(f"{name:15} this {speed:4.0f} ({figures:5.1f} M figures/s)  pandas {other:4.0f}  "
              f"times {speed / other:5.1f}  private {private} MiB", flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
