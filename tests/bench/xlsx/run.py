#!/usr/bin/env python3
"""Workbooks: cells per CPU second and peak memory, ours beside openpyxl (read_only) and orcus-xlsx where installed.

    tests/bench/xlsx/run.py [--program build/bench/tests/bench/xlsx/xlsx_bench] [--rows 300000] [--runs 5]

Builds the target in the preset bench unless --program names one. Runs take turns; the median counts. Every reader is
a process of its own, so that start-up is part of its time; all of them must see the same number of cells.
Peers   python3-openpyxl; liborcus-bin, which builds the whole document and writes it out, here to /dev/null
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
OPENPYXL = """
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
print("cells", sum(1 for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None))
"""


def measured(command):
    """Standard output, CPU seconds and peak KiB of one process."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        # orcus-xlsx 0.17 ends with 1 although it has written every cell.
        if process.returncode != 0 and command[0] != "orcus-xlsx":
            sys.exit(f"{command[0]} failed with {process.returncode}")
        out.seek(0)
        return out.read(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=300000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    program = arguments.program
    if program is None:
        subprocess.run(["cmake", "--preset", "bench"], cwd=ROOT, check=True)
        subprocess.run(["cmake", "--build", "--preset", "bench", "--target", "xlsx_bench"], cwd=ROOT, check=True)
        program = ROOT / "build/bench/tests/bench/xlsx/xlsx_bench"
    cells = arguments.rows * 10
    print("| texts | reader | cpu s | cells/s | peak MiB |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for texts in ("shared", "inline"):
            book = pathlib.Path(folder) / f"{texts}.xlsx"
            subprocess.run([program, "make", book, str(arguments.rows), texts], check=True)
            readers = {"kreislauf": [program, "read", book]}
            if subprocess.run([sys.executable, "-c", "import openpyxl"], capture_output=True).returncode == 0:
                readers["openpyxl read_only"] = [sys.executable, "-c", OPENPYXL, book]
            if shutil.which("orcus-xlsx"):
                readers["orcus-xlsx"] = ["orcus-xlsx", "-f", "check", "-o", "/dev/null", book]
            seconds = {name: [] for name in readers}
            peak = dict.fromkeys(readers, 0)
            for run in range(arguments.runs):
                for name, command in readers.items():
                    if name != "kreislauf" and run >= 2:
                        continue  # slow peers need no five runs
                    said, cpu, memory = measured(command)
                    if "cells" in said and f"cells {cells}\n" not in said:
                        sys.exit(f"{name} saw other cells than {cells}: {said}")
                    seconds[name].append(cpu)
                    peak[name] = max(peak[name], memory)
            for name in readers:
                cpu = statistics.median(seconds[name])
                print(f"| {texts} | {name} | {cpu:.2f} | {cells / cpu / 1e6:.2f} M | {peak[name] / 1024:.0f} |")


if __name__ == "__main__":
    main()
