#!/usr/bin/env python3
"""Reading CSV, SDMX-ML, XLSX beside named peers in the same run, and the memory of every reader: one report.

    tests/bench/readers/report_formats.py [--build build/bench] [--quick]

Prints markdown; tests/bench/report.py puts it into docs/benchmarks.md. About four minutes, --quick one. Peers: pandas
(CSV), libxml2 and lxml (SDMX-ML), openpyxl and liborcus (XLSX), as the scripts of each say; a peer that is not
installed is left out and named.
"""
import argparse
import pathlib
import re
import subprocess
import sys

BENCH = pathlib.Path(__file__).resolve().parents[1]
TARGETS = ["csv_bench", "bench_sdmx", "xlsx_bench", "readers_bench", "kreislauf"]


def python_with(module):
    """An interpreter that has a module; nothing where none has."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0:
            return python
    return None


def said(*command):
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def table(out, head, rows):
    out += ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    out += ["| " + " | ".join(row) + " |" for row in rows] + [""]


def csv(out, build, quick):
    out += ["## CSV of any dialect (goal: 400 MB/s of CPU time per core)", ""]
    python = python_with("pandas")
    if python is None:
        out += ["Left out: python3-pandas is not installed.", ""]
        return
    answer = said(python, BENCH / "csv" / "compare.py", build / "tests/bench/csv/csv_bench", 16 if quick else 64)
    out += ["From bytes to typed observations (codes numbered, names compared with keys, exact decimals, every row "
            f"checked); {answer.splitlines()[0].split(';')[0]}, makes categories and doubles of the same file.", ""]
    line = re.compile(r"^(\S+) +this +(\d+) \( *([\d.]+) M figures/s\) +pandas +(\d+) +times +([\d.]+) +private "
                      r"([\d.]+) MiB", re.MULTILINE)
    table(out, ("dialect", "MB/s", "M figures/s", "pandas MB/s", "times", "private MiB"), line.findall(answer))
    out += ["`wide_open` declares no marks: they are proven while it is read; `wide_small` has one "
            "or two digits a figure, where figures per second count.", ""]


def sdmx(out, build, quick):
    out += ["## SDMX-ML (P16: 1.65 times as fast as libxml2's SAX parser, 6.5 times as lxml, below 16 MiB)", ""]
    answer = said(python_with("lxml") or sys.executable, BENCH / "sdmx" / "run.py", build / "tests/bench/sdmx/bench_sdmx",
                  *((30, 2) if quick else (80, 3)))
    rows = []
    layout = ""
    for text in answer.splitlines():
        if found := re.match(r"(\w+): \d+ MB, (\d+) observations", text):
            layout = found[1]
        elif found := re.match(r"  (\S.*?) +([\d.]+) s CPU +(\d+) MB/s +([\d.]+) x +([\d.]+) MiB", text):
            rows.append((layout, *found.groups()))
    table(out, ("layout", "reader", "cpu s", "MB/s", "time / ours", "peak MiB"), rows)


def xlsx(out, build, quick):
    out += ["## XLSX (goal: 2 M cells/s)", ""]
    answer = said(python_with("openpyxl") or sys.executable, BENCH / "xlsx" / "run.py", "--program",
                  build / "tests/bench/xlsx/xlsx_bench", "--rows", 30_000 if quick else 100_000, "--runs", 3)
    out += [*answer.splitlines(), ""]


def memory(out, build, quick):
    out += ["## Private memory of the readers (goal: 64 MiB, whatever the size)", "",
            "`tests/bench/readers/memory.py --gigabytes 10` does it with documents of 10 GB.", ""]
    answer = said(sys.executable, BENCH / "readers" / "memory.py", build / "tests/bench/readers/readers_bench", "--xlsx",
                  build / "tests/bench/xlsx/xlsx_bench", "--gigabytes", 0.05 if quick else 0.3)
    out += [*answer.splitlines(), ""]


def imports(out, build, quick):
    out += ["## Memory of whole imports (goal: bounded by the table's keys, not by its rows)", "",
            "A population table of municipalities as CSV with a description, loaded into a new store with all rules; "
            "`VmHWM` counts pages of mapped files, which the system may drop.", ""]
    answer = said(sys.executable, BENCH / "readers" / "import_memory.py", build / "gateway/app/kreislauf",
                  "--millions", "0.7" if quick else "1,10,50")
    out += [*answer.splitlines(), ""]


def write(out, build, quick=False):
    """Appends the sections to `out`, a list of lines."""
    for section in (csv, sdmx, xlsx, memory, imports):
        section(out, build, quick)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=BENCH.parents[1] / "build" / "bench")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    said("cmake", "--build", arguments.build, "--target", *TARGETS)
    out = []
    write(out, arguments.build.resolve(), arguments.quick)
    print("\n".join(out))


if __name__ == "__main__":
    main()
