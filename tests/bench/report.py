#!/usr/bin/env python3
"""Runs every benchmark of the project and writes docs/benchmarks.md.

    tests/bench/report.py [--quick]

Builds the preset `bench`, generates its inputs with ../shared/bench/gen_ffcsv.py (needs the folder beside the
project), and runs the peers beside ours where they are installed: data.table (r-cran-data.table) and DuckDB
(npm package @duckdb/node-api in $NODE_DIR). Whole processes are measured from outside, runs take turns, the
median counts. --quick uses one million lines instead of five.
"""
import argparse
import datetime
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "bench"
BUILD = ROOT / "build" / "bench"
DATA = ROOT / "build" / "bench-data"
PROGRAM = BUILD / "gateway" / "app" / "kreislauf"
TABLE = ["--service", "regionalstatistik", "--table", "12411-02-03-5"]


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, text=True, capture_output=True, **options).stdout


def build():
    run("cmake", "--preset", "bench", cwd=ROOT)
    run("cmake", "--build", "--preset", "bench", cwd=ROOT)


def inputs(rows):
    if not (SHARED / "gen_ffcsv.py").exists():
        sys.exit(f"{SHARED}/gen_ffcsv.py is not there: the inputs cannot be generated")
    DATA.mkdir(parents=True, exist_ok=True)
    csv = DATA / f"pop-{rows}.csv"
    if not csv.exists():
        command = [sys.executable, SHARED / "gen_ffcsv.py", "--years", "2017-2024", "--out", csv]
        if rows:
            command += ["--rows", rows]
        run(*command)
    packed = csv.with_suffix(".zip")
    if not packed.exists():
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
            out.write(csv, "12411-02-03-5_1_de_flat.csv")
    return csv, packed


def figures(*command):
    """Lines "name value unit" of a benchmark program."""
    rows = []
    for line in run(*command).splitlines():
        parts = line.split()
        if len(parts) >= 3:
            rows.append((parts[0], parts[1], " ".join(parts[2:])))
    return rows


def once(command):
    """Wall seconds, cpu seconds and peak memory in MB of one process."""
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ,
                             file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                                           (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(command)}: exit {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def processes(contenders, runs):
    """Runs contenders in turn; name to (wall, cpu, peak) medians."""
    results = {name: [] for name, _, _ in contenders}
    for _ in range(runs):
        for name, prepare, command in contenders:
            if prepare:
                prepare()
            results[name].append(once([str(part) for part in command]))
    return {name: tuple(statistics.median(column) for column in zip(*rows)) for name, rows in results.items()}


def peers(csv):
    contenders = []
    rscript = shutil.which("Rscript")
    if rscript and subprocess.run([rscript, "-e", "library(data.table)"], capture_output=True).returncode == 0:
        code = (f'library(data.table); setDTthreads(2); d <- fread("{csv}", sep=";", colClasses="character", '
                'encoding="UTF-8"); cat(nrow(d))')
        contenders.append(("data.table fread, text columns, 2 threads", None, [rscript, "-e", code]))
    node = shutil.which("node")
    modules = pathlib.Path(os.environ.get("NODE_DIR", DATA))
    if node and (modules / "node_modules" / "@duckdb" / "node-api").exists():
        script = modules / "read_duckdb.mjs"
        script.write_text(
            "import { DuckDBInstance } from '@duckdb/node-api';\n"
            "const db = await DuckDBInstance.create(':memory:', { threads: '2' });\n"
            "const c = await db.connect();\n"
            f"await c.run(`CREATE TABLE t AS SELECT *, TRY_CAST(replace(value, ',', '.') AS DOUBLE) AS number "
            f"FROM read_csv('{csv}', delim=';', header=true, all_varchar=true, quote='')`);\n"
            "const r = await c.run('SELECT count(*) FROM t');\nawait r.getRows();\n", encoding="utf-8")
        contenders.append(("DuckDB read_csv into a table in memory, 2 threads", None, [node, script]))
    return contenders


def table(out, head, rows):
    out.append("| " + " | ".join(head) + " |")
    out.append("|" + " --- |" * len(head))
    for row in rows:
        out.append("| " + " | ".join(str(cell) for cell in row) + " |")
    out.append("")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--quick", action="store_true")
    options = arguments.parse_args()
    build()
    million, million_zip = inputs(1_000_000)
    csv = million if options.quick else inputs(0)[0]
    scratch = DATA / "store"
    load_before = os.getloadavg()[0]

    out = ["# Benchmarks", "",
           "Written by `tests/bench/report.py`; run it to get your own. Goals are those of the performance plan "
           "(P4 to P11 and P17). Cpu seconds first: the machines are shared, wall times vary.", "",
           f"- date {datetime.date.today().isoformat()}, {os.cpu_count()} cores, load average before {load_before:.1f}",
           f"- inputs: `{csv.name}` ({csv.stat().st_size / 1e6:.0f} MB), `{million.name}`, generated", ""]

    out += ["## Reading (P4: 3 M lines/s per core, below 64 MB of private memory)", ""]
    table(out, ("figure", "value", "unit"), figures(BUILD / "tests/bench/reader/reader_bench", csv, 5))
    out += ["## ZIP to harmonised rows (P5: at most 1.15 times the time of reading)", ""]
    table(out, ("figure", "value", "unit"), figures(BUILD / "tests/bench/chain/chain_bench", million, million_zip))
    out += ["## Store (P7: 1.7 s cpu, P8: 6 bytes, P9: 4 / 65 / 15 us, P10: 1.1 s)", ""]
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    table(out, ("figure", "value", "unit"), figures(BUILD / "tests/bench/store/store_bench", scratch))
    out += ["## Avro container (P17: write 5x null, 15x deflate; read 20x null, 4x deflate of Avro C)", ""]
    table(out, ("figure", "value", "unit"), figures(BUILD / "tests/bench/avro/avro_bench", 2_000_000))

    fresh = lambda: shutil.rmtree(scratch, ignore_errors=True)  # noqa: E731
    small = DATA / "12411-01-01-4_1_de_flat.csv"
    run(sys.executable, SHARED / "gen_ffcsv.py", "--years", "2024-2024", "--rows", 1650, "--out", small)
    results = processes([("first load into a new store", fresh, [PROGRAM, "--store", scratch, "import", small, *TABLE]),
                         ("the same again: unchanged", None, [PROGRAM, "--store", scratch, "import", small, *TABLE])],
                        15)
    out += ["## A small table, cold process, whole chain (P6: 8 ms)", "",
            f"{small.stat().st_size / 1e6:.2f} MB, 1,650 rows: start, read, harmonize, archive and store durably.", ""]
    table(out, ("case", "wall ms", "cpu ms"),
          [(name, f"{wall * 1e3:.1f}", f"{cpu * 1e3:.1f}") for name, (wall, cpu, _) in results.items()])

    ours = ("kreislauf import: checks, archive, store in both orders, 2 threads", fresh,
            [PROGRAM, "--store", scratch, "import", csv, *TABLE])
    results = processes([ours, *peers(csv)], 3)
    size = sum(file.stat().st_size for file in scratch.rglob("*") if file.is_file()) / 1e6
    out += ["## The whole chain on the large file (P11: 3 s wall on two cores)", "",
            "The peers only read the file into memory; ours also archives it byte for byte, checks, harmonizes and "
            f"stores it durably ({size:.0f} MB on disk for archive and store). Peak memory of ours counts the mapped "
            "input file.", ""]
    table(out, ("contender", "wall s", "cpu s", "peak MB"),
          [(name, f"{wall:.2f}", f"{cpu:.2f}", f"{peak:.0f}") for name, (wall, cpu, peak) in results.items()])
    shutil.rmtree(scratch, ignore_errors=True)
    (ROOT / "docs" / "benchmarks.md").write_text("\n".join(out), encoding="utf-8")
    print("\n".join(out))


main()
