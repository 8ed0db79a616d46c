#!/usr/bin/env python3
"""CSV from bytes to typed columns: this reader against pandas (C engine), on the same files, in CPU seconds.

Usage   compare.py CSV_BENCH [MIB]     CSV_BENCH is the program csv_bench; files of MIB (128) are made and removed
Needs   python3-pandas
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import pandas

DIALECTS = {
    "portal": dict(sep=",", decimal=".", encoding="utf-8"),
    "german": dict(sep=";", decimal=",", thousands=".", encoding="utf-8"),
    "wide": dict(sep=";", decimal=",", encoding="utf-8"),
    "latin": dict(sep=";", decimal=",", encoding="iso-8859-1"),
}


def peer(path, dialect):
    """Texts as categories, figures as numbers: what a typed observation needs."""
    texts = ["Jahr", "Gebiet", "Geschlecht", "Alter", "Einheit", "Schluessel"]
    head = path.open(encoding=dialect["encoding"]).readline().strip().split(dialect["sep"])
    begin = time.process_time()
    frame = pandas.read_csv(path, engine="c", dtype={name: "category" for name in texts if name in head}, **dialect)
    seconds = time.process_time() - begin
    return path.stat().st_size / seconds * 1e-6, len(frame)


def main(program, mib="128"):
    print(f"pandas {pandas.__version__}, C engine; MB/s of CPU time")
    with tempfile.TemporaryDirectory() as folder:
        for name, dialect in DIALECTS.items():
            path = pathlib.Path(folder) / f"{name}.csv"
            subprocess.run([program, "write", name, mib, str(path)], check=True)
            done = subprocess.run([program, "read", name, str(path), "5"], check=True, capture_output=True, text=True)
            own = {line.split()[0].removeprefix(f"csv_{name}_"): line.split()[1] for line in done.stdout.splitlines()}
            speed, rows = peer(path, dialect)
            print(f"{name:8} this {own['speed']:>5} (best {own['best']})  pandas {speed:5.0f}  "
                  f"times {float(own['speed']) / speed:4.1f}  private {own['private']} MiB  rows {rows}")
            os.remove(path)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
