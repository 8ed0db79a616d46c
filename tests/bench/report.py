#!/usr/bin/env python3
"""Runs every benchmark of the project and writes docs/benchmarks.md.

    tests/bench/report.py [--quick]

Builds the preset `bench`, generates its inputs with ../shared/bench/gen_ffcsv.py (needs the folder beside the
project), and runs the peers beside ours where they are installed: pandas (python3-pandas), data.table
(r-cran-data.table) and DuckDB (npm package @duckdb/node-api in $NODE_DIR). Whole processes are measured from
outside, runs take turns, the median counts. --quick uses one million lines instead of five.
"""
import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "bench" / "readers"))
import memory  # noqa: E402
import report_formats  # noqa: E402
sys.path.insert(0, str(ROOT / "tests" / "bench"))
import report_subscriptions  # noqa: E402
import undisturbed  # noqa: E402
SHARED = ROOT.parent / "shared" / "bench"
BUILD = ROOT / "build" / "bench"
DATA = ROOT / "build" / "bench-data"
PROGRAM = BUILD / "gateway" / "app" / "kreislauf"
TABLE = ["--service", "regionalstatistik", "--table", "12411-02-03-5"]
RECORDED = "regionalstatistik_12411-01-01-4_20241203_de_data-tablefile/body.bin"
CONVERT = ["--key", "GEMEIN", "--value", "BEVSTD", "--strata", "GES", "--strata", "ALTX20", "--level", "kreise",
           "--partial", "--secret-parts", "at-least"]
YEARS = "2017-2024"
SMALL_RUNS = 200
PEER_RUNS = 25


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
        command = [sys.executable, SHARED / "gen_ffcsv.py", "--years", YEARS, "--out", csv]
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


def processes_between_yardsticks(contenders, runs):
    """Runs contenders in turn, an empty Python before and behind each; see undisturbed.sifted()."""
    yardstick = ["/usr/bin/python3", "-S", "-E", "-c", "pass"]

    def measured(name, command):
        wall, cpu, _ = once([str(part) for part in command])
        return {"name": name, "wall": wall, "cpu": cpu, "cpu_time": wall}

    rounds = []
    for _ in range(runs):
        figures = [measured(undisturbed.YARDSTICK, yardstick)]
        for name, prepare, command in contenders:
            if prepare:
                prepare()
            figures += [measured(name, command), measured(undisturbed.YARDSTICK, yardstick)]
        rounds.append(undisturbed.figures_between(figures))
    return undisturbed.sifted(rounds)


def peers(csv, number=True):
    """Programs that read a flat file into memory; `number` also makes numbers of the column `value`."""
    contenders = []
    rscript = shutil.which("Rscript")
    if rscript and subprocess.run([rscript, "-e", "library(data.table)"], capture_output=True).returncode == 0:
        code = (f'library(data.table); setDTthreads(2); d <- fread("{csv}", sep=";", colClasses="character", '
                'encoding="UTF-8"); cat(nrow(d))')
        contenders.append(("data.table fread, text columns, 2 threads", None, [rscript, "-e", code]))
    node = shutil.which("node")
    modules = pathlib.Path(os.environ.get("NODE_DIR", DATA))
    if node and (modules / "node_modules" / "@duckdb" / "node-api").exists():
        script = modules / f"read_duckdb_{csv.stem}.mjs"
        numbers = ", TRY_CAST(replace(value, ',', '.') AS DOUBLE) AS number" if number else ""
        script.write_text(
            "import { DuckDBInstance } from '@duckdb/node-api';\n"
            "const db = await DuckDBInstance.create(':memory:', { threads: '2' });\n"
            "const c = await db.connect();\n"
            f"await c.run(`CREATE TABLE t AS SELECT *{numbers} FROM read_csv('{csv}', delim=';', header=true, "
            "all_varchar=true, quote='')`);\n"
            "const r = await c.run('SELECT count(*) FROM t');\nawait r.getRows();\n", encoding="utf-8")
        contenders.append(("DuckDB read_csv into a table in memory, 2 threads", None, [node, script]))
    return contenders


def territory(out, csv):
    """The main job of the plan: our convert against the programs of ../shared/bench/peers, then one thread against
    two, then the benchmark of conversion alone."""
    out += ["## Conversion to the territory of one day (P1: 1/13 of pandas, 1/5 of data.table, 1/3 of DuckDB, 1.9 times "
            "the limit, one thread each; P2: two threads 0.57 of one; P3: 64 MB)", "", when(), ""]
    work = DATA / "peers"
    work.mkdir(exist_ok=True)
    for old in work.glob("out-*.csv"):
        old.unlink()
    crosswalk = work / f"xwalk-{YEARS}.csv"
    environment = {**os.environ, "RUNS": "3", "YEARS": YEARS, "IN": str(csv), "WORK": str(work),
                   "NODE_DIR": os.environ.get("NODE_DIR", str(DATA)),
                   "ONLY": "pandas-few|data.table-1|duckdb-1|limit-1",
                   "GATEWAY": " ".join([str(PROGRAM), "convert", "--in", "{in}", *CONVERT, "--crosswalk", "{xwalk}",
                                        "--out", "{out}"])}
    answer = run("bash", SHARED / "peers" / "run.sh", env=environment)
    line = re.compile(r"^(\S+) +([\d.]+) s +\(([\d.]+)-([\d.]+)\) +cpu +([\d.]+) s +peak +(\d+) MB", re.MULTILINE)
    rows = line.findall(answer)
    ours = next(float(cpu) for name, _, _, _, cpu, _ in rows if name == "gateway")
    rows = [("kreislauf convert, 1 thread" if name == "gateway" else name, wall, f"{low}-{high}", cpu,
             f"{ours / float(cpu):.3f}", peak) for name, wall, low, high, cpu, peak in rows]
    table(out, ("contender", "wall s", "from-to", "cpu s", "ours / theirs, cpu", "peak MB"), rows)
    sums = {name: (count, value, numbers, missing) for name, count, value, numbers, missing in
            re.findall(r"^# (out-\S+) +rows (\d+) value (\d+) n (\d+) missing (\d+)", answer, re.MULTILINE)}
    agree = "the same for all" if len(set(sums.values())) == 1 else "NOT the same for all"
    out += ["Ours reads every label, counts what is missing, keeps status and coverage of each sum and writes a report; "
            "the limit is written for this one layout. The peers leave secret values out of their sums; ours does so with "
            "`--secret-parts at-least`, and marks those sums (without it they have no value). Rows, sum of all values, "
            f"sources with and without number of the results are {agree}:", ""]
    out += [f"    {text}" for text in answer.splitlines() if text.startswith("# out-")] + [""]

    command = [PROGRAM, "convert", "--in", csv, *CONVERT, "--crosswalk", crosswalk, "--out", work / "out.csv"]
    results = processes([("1 thread", None, [*command, "--threads", "1"]),
                         ("2 threads", None, [*command, "--threads", "2"])], 5)
    one = results["1 thread"][0]
    table(out, ("threads", "wall s", "of one thread", "cpu s", "peak MB"),
          [(name, f"{wall:.3f}", f"{wall / one:.3f}", f"{cpu:.3f}", f"{peak:.0f}")
           for name, (wall, cpu, peak) in results.items()])
    out += ["Conversion alone: 401,456 rows of municipalities with 5 values, 30 source years, from CSV to CSV (0.3 s), "
            "and all municipalities, 35 years, 100 measures (3 s).", ""]
    table(out, ("figure", "value", "unit"),
          [row for row in figures(BUILD / "tests/bench/territory/convert_bench") if row[0] != "#"])


def table(out, head, rows):
    out.append("| " + " | ".join(head) + " |")
    out.append("|" + " --- |" * len(head))
    for row in rows:
        out.append("| " + " | ".join(str(cell) for cell in row) + " |")
    out.append("")


def sdmx_answers(out):
    """Data messages from the store."""
    out += ["## SDMX answers from the store (P14: 0.35 ms of cpu for 6,400 observations; P18: 60 M observations/s)", "",
            "`counties` is one indicator of 400 counties in 16 years, `all` a whole table; `data` has keys, time and "
            "value, `full` every attribute. Reading the store is part of it. A figure is undisturbed where the yardstick "
            f"before and behind it, a loop of the standard library, took at most {undisturbed.TOLERATED} times the shortest "
            "of all rounds (tests/bench/undisturbed.py); medians.", ""]
    rows = []
    for name, (quiet, every) in undisturbed.run_rounds(BUILD / "tests/bench/sdmx_out/bench_sdmx_out").items():
        def told(figures, key, unit, digits):
            value = undisturbed.median(figures, key)
            return "-" if value is None else f"{value / unit:.{digits}f}"
        rows.append((name, told(quiet, "cpu_time", 1e6, 3), told(quiet, "items_per_second", 1e6, 1),
                     f"{len(quiet)} of {len(every)}", told(every, "cpu_time", 1e6, 3),
                     told(every, "items_per_second", 1e6, 1)))
    table(out, ("answer", "cpu ms, undisturbed", "M observations/s", "rounds", "cpu ms, all rounds", "M observations/s"),
          rows)


def answers(out):
    """What the service makes and sends: data messages from the store, then the server beside nginx."""
    sdmx_answers(out)
    if shutil.which("wrk") and pathlib.Path("/usr/sbin/nginx").exists():
        out += ["## The server beside nginx (P12: 0.9 of its rate, 1.1 of its cpu; P13: 1.05 of its rate; P15: twice its "
                "p99)", "", "One round of ours follows one of nginx, nine times; a ratio is ours through nginx's, the median of the pairs.", ""]
        server = BUILD / "tests/bench/http/bench_http_served"
        try:
            table(out, ("figure", "value", "unit"),
                  figures(sys.executable, ROOT / "tests/bench/http/compare.py", server, "--rounds", "9", "--seconds", "1"))
        except subprocess.CalledProcessError as failure:
            out += [f"The comparison did not finish: {failure.stderr.strip().splitlines()[-1]}", ""]
        out += ["## The service on 10 million figures (P15: twice nginx's p99, also while 2 % are revised; 304 below 5 ms; "
                "400 counties within a minute, p99 of the own table below 250 ms)", "",
                "nginx sends a file of the same bytes in turn; 400 counties are asked five times, each time after a revision: "
                "median and worst. `waited` is the share of the time in which a server was ready "
                "to run and no core was free: where it is large, percentiles tell of the machine.", ""]
        programs = [BUILD / "tests/bench/http" / name for name in ("bench_http_stored", "bench_http_counties")]
        try:
            table(out, ("figure", "value", "unit"),
                  figures(sys.executable, ROOT / "tests/bench/http/service.py", BUILD / "gateway/app/kreislauf-server",
                          *programs, "--rounds", "3", "--seconds", "2"))
        except subprocess.CalledProcessError as failure:
            out += [f"The measurement did not finish: {failure.stderr.strip().splitlines()[-1]}", ""]


def small_table(out):
    """P6: whole processes on the usual small table."""
    scratch = DATA / "store"
    held = DATA / "store-held"
    template = DATA / "store-template"
    small = DATA / "12411-02-03-5_1_de_flat.csv"
    run(sys.executable, SHARED / "gen_ffcsv.py", "--years", "2024-2024", "--rows", 1170, "--out", small)
    files = [("generated", small, TABLE)]
    recorded = DATA / "12411-01-01-4_1_de_flat.csv"
    if (SHARED.parent / "real" / "genesis" / RECORDED).exists():
        shutil.copyfile(SHARED.parent / "real" / "genesis" / RECORDED, recorded)
        files.insert(0, ("recorded", recorded, ["--table", "12411-01-01-4"]))
    # A copy, as an installation makes one: it starts faster than the file that the linker wrote, see ADR 23.
    program = DATA / "kreislauf"
    shutil.copy(PROGRAM, program)
    out += ["## A small table, cold process, whole chain (P6: 8 ms)", "",
            "Start, read, harmonize, archive and store durably, with a copy of the program, as an installation is one. The plan's small table has 1,467 lines and 0.3 MB: that "
            "is the recorded 12411-01-01-4; the generated one has as many bytes and three times as many series. Each "
            f"case {SMALL_RUNS} times in turn; {datetime.date.today().isoformat()}, load average before "
            f"{os.getloadavg()[0]:.1f}. A run is undisturbed where the yardstick before and behind it, the start of an "
            f"empty Python, took at most {undisturbed.TOLERATED} times the shortest of all; medians.", ""]

    def fresh():
        shutil.rmtree(scratch, ignore_errors=True)

    def with_another():
        shutil.rmtree(held, ignore_errors=True)
        shutil.copytree(template, held)

    for name, file, words in files:
        others = [(other, other_words) for other_name, other, other_words in files if other_name != name]
        command = lambda store: [program, "--store", store, "import", file, *words]  # noqa: E731
        cases = [("first load into a new store", fresh, command(scratch)),
                 ("the same again: unchanged", None, command(scratch))]
        if others:
            shutil.rmtree(template, ignore_errors=True)
            run(program, "--store", template, "import", others[0][0], *others[0][1])
            cases.append(("first load into a store that holds the other table", with_another, command(held)))

        def told(figures, key):
            value = undisturbed.median(figures, key)
            return "-" if value is None else f"{value * 1e3:.1f}"

        out += [f"{name}, {file.stat().st_size / 1e6:.2f} MB:", ""]
        table(out, ("case", "wall ms, undisturbed", "cpu ms", "runs", "wall ms, all runs", "cpu ms"),
              [(case, told(quiet, "wall"), told(quiet, "cpu"), f"{len(quiet)} of {len(every)}", told(every, "wall"),
                told(every, "cpu"))
               for case, (quiet, every) in processes_between_yardsticks(cases, SMALL_RUNS).items()])
    small_peers(out, [program, "--store", scratch, "import", files[0][1], *files[0][2]], files[0][1], fresh)
    for folder in (scratch, held, template):
        shutil.rmtree(folder, ignore_errors=True)


def small_peers(out, ours, csv, fresh):
    """P6 as a ratio, which holds on a faster and a slower machine: the plan's programs in turn with ours."""
    contenders = [(name.replace(", 2 threads", ""), prepare, command) for name, prepare, command in peers(csv, number=False)]
    pandas = "/usr/bin/python3"
    if subprocess.run([pandas, "-c", "import pandas"], capture_output=True).returncode == 0:
        code = f"import pandas; print(len(pandas.read_csv({str(csv)!r}, sep=';', dtype=str)))"
        contenders.append(("pandas read_csv, text columns", None, [pandas, "-c", code]))
    if not contenders:
        return
    out += [f"The programs people read such a table with, start included, in turn with ours, {PEER_RUNS} times. They read "
            "into memory; ours checks, archives, harmonizes and stores durably. The goal of 8 ms was set where fread took "
            "190 ms and DuckDB 230: 24 and 29 times as long.", ""]
    results = processes([("ours, first load into a new store", fresh, ours), *contenders], PEER_RUNS)
    wall, cpu, _ = results["ours, first load into a new store"]
    table(out, ("program", "wall ms", "of ours", "cpu ms", "of ours"),
          [(name, f"{one[0] * 1e3:.1f}", f"{one[0] / wall:.1f}", f"{one[1] * 1e3:.1f}", f"{one[1] / cpu:.1f}")
           for name, one in results.items()])


def measured_apart(old, out):
    """Sections of the old page that have a program of their own and are entered with its figures: they stay."""
    topic = lambda heading: heading.split(" (")[0]  # noqa: E731
    written = {topic(line) for line in out if line.startswith("## ")}
    kept = []
    for section in ("\n" + old).split("\n## ")[1:]:
        heading = "## " + section.split("\n", 1)[0]
        if topic(heading) not in written:
            kept += ["## " + section.rstrip("\n"), ""]
    return kept


def write_answers():
    """The sections of answers() anew, in their place."""
    page = ROOT / "docs" / "benchmarks.md"
    old = page.read_text(encoding="utf-8")
    begin = old.index("## SDMX answers from the store")
    end = old.index("## CSV of any dialect", begin)
    out = [f"Sections from here to the CSV dialects: {datetime.date.today().isoformat()}, {os.cpu_count()} cores, load "
           f"average before {os.getloadavg()[0]:.1f}.", ""]
    answers(out)
    heading = out.pop(2)
    new = "\n".join([heading, "", *out])
    page.write_text(old[:begin] + new + "\n" + old[end:], encoding="utf-8")
    print(new)


def rewrite(*writers):
    """The sections that these write anew, in their place."""
    page = ROOT / "docs" / "benchmarks.md"
    out = []
    for write in writers:
        write(out)
    sections = ["## " + part.strip("\n") for part in ("\n" + "\n".join(out)).split("\n## ")[1:]]
    page.write_text(report_subscriptions.replaced(page.read_text(encoding="utf-8"), sections), encoding="utf-8")
    print("\n".join(out))


def when():
    return f"{datetime.date.today().isoformat()}, load average before {os.getloadavg()[0]:.1f}."


def reading(out, csv, csv_zip):
    out += ["## Reading (P4: 3 M lines/s per core, below 64 MB of private memory)", "", when(), ""]
    table(out, ("figure", "value", "unit"), figures(BUILD / "tests/bench/reader/reader_bench", csv, 5))
    out += ["## ZIP to harmonised rows (P5: at most 1.15 times the time of reading)", "", when(), ""]
    table(out, ("figure", "value", "unit"), figures(BUILD / "tests/bench/chain/chain_bench", csv, csv_zip))


def store_and_avro(out):
    scratch = DATA / "store"
    out += ["## Store (P7: 1.7 s cpu, P8: 6 bytes, P9: 4 / 65 / 15 us, P10: 1.1 s)", "", when(), ""]
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    table(out, ("figure", "value", "unit"), figures(BUILD / "tests/bench/store/store_bench", scratch))
    out += ["## Avro container (P17: write 5x null, 15x deflate; read 20x null, 4x deflate of Avro C)", "", when(), ""]
    table(out, ("figure", "value", "unit"), figures(BUILD / "tests/bench/avro/avro_bench", 2_000_000))


def whole_chain(out, csv):
    scratch = DATA / "store"
    fresh = lambda: shutil.rmtree(scratch, ignore_errors=True)  # noqa: E731
    began = when()
    ours = ("kreislauf import: checks, archive, store in both orders, 2 threads", fresh,
            [PROGRAM, "--store", scratch, "import", csv, *TABLE])
    results = processes([ours, *peers(csv)], 5)
    fresh()
    _, private, _ = memory.watched(ours[2])
    size = sum(file.stat().st_size for file in scratch.rglob("*") if file.is_file()) / 1e6
    out += ["## The whole chain on the large file (P11: 3 s wall on two cores)", "",
            "The peers only read the file into memory; ours also archives it byte for byte, checks, harmonizes and "
            f"stores it durably ({size:.0f} MB on disk for archive and store). Peak memory of ours counts the mapped "
            f"input file, whose pages are the system's; private memory of ours, in one run more: {private:.0f} MiB. The "
            f"goal of 3 s was set where DuckDB took 6.5: twice as long. Five runs in turn, medians; {began}", ""]
    ours_wall = results[ours[0]][0]
    table(out, ("contender", "wall s", "of ours", "cpu s", "peak MB"),
          [(name, f"{wall:.2f}", f"{wall / ours_wall:.2f}", f"{cpu:.2f}", f"{peak:.0f}")
           for name, (wall, cpu, peak) in results.items()])
    fresh()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--answers", action="store_true",
                           help="only what the service makes and sends; the other sections stay as they are")
    arguments.add_argument("--subscriptions", action="store_true",
                           help="only subscriptions and the feed; the other sections stay as they are")
    arguments.add_argument("--small", action="store_true",
                           help="only the small table (P6); the other sections stay as they are")
    arguments.add_argument("--large", action="store_true",
                           help="only reading, loading and converting the large table (P1 to P5, P11); the other sections "
                                "stay as they are")
    arguments.add_argument("--store", action="store_true",
                           help="only the store and the Avro container (P7 to P10, P17); the other sections stay as they are")
    options = arguments.parse_args()
    build()
    if options.small:
        return rewrite(small_table)
    if options.store:
        return rewrite(store_and_avro)
    if options.subscriptions:
        return rewrite(lambda out: report_subscriptions.write(out, BUILD, DATA))
    if options.answers:
        return write_answers()
    csv, csv_zip = inputs(1_000_000 if options.quick else 0)
    if options.large:
        return rewrite(lambda out: reading(out, csv, csv_zip), lambda out: whole_chain(out, csv),
                       lambda out: territory(out, csv))

    out = ["# Benchmarks", "",
           "Written by `tests/bench/report.py`; run it to get your own. Goals are those of the performance plan "
           "(P1 to P18). Cpu seconds first: the machines are shared, wall times vary.", "",
           f"- {os.cpu_count()} cores, {when()}",
           f"- inputs: `{csv.name}` ({csv.stat().st_size / 1e6:.0f} MB) and it as a ZIP, generated", ""]
    reading(out, csv, csv_zip)
    store_and_avro(out)
    small_table(out)
    whole_chain(out, csv)
    territory(out, csv)
    answers(out)
    report_formats.write(out, BUILD, options.quick)
    report_subscriptions.write(out, BUILD, DATA)
    page = ROOT / "docs" / "benchmarks.md"
    out += measured_apart(page.read_text(encoding="utf-8"), out)
    page.write_text("\n".join(out), encoding="utf-8")
    print("\n".join(out))


if __name__ == "__main__":
    main()
