#!/usr/bin/env python3
"""Runs the program on the sample sources, as a person would, and looks at what it prints and leaves behind.

Usage   sample_sync.py PROGRAM CHECK    runs one check in a directory of its own
        sample_sync.py --list           names of the checks, for CMake
"""
import csv
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from replay import SOURCE, Program

POPULATION = "REGIO_12411-01-01-4"
STUDENTS = "REGIO_21311-01-01-4-B"
EMPLOYEES = "REGIO_13111-01-03-4"
HOUSEHOLDS = "REGIO_12211-Z-11"
RENTS = "GENESIS_61111-0021"
EARLY, LATE = "2025-06-11T06:00:00Z", "2026-02-01T06:00:00Z"


class Run(Program):
    """One store with its own copy of the sample sources, and the program run in a folder of its own."""

    def __init__(self, program, folder):
        self.folder = pathlib.Path(folder)
        super().__init__(program, self.folder / "store")
        self.sample = self.folder / "sample"
        shutil.copytree(SOURCE / "deploy/sample", self.sample)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("KREISLAUF_")}
        self.environment["KREISLAUF_DATA"] = str(SOURCE)

    def call(self, *words, code=0):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, cwd=self.folder,
                              env=self.environment, timeout=120)
        assert done.returncode == code, \
            f"{' '.join(map(str, words))}: exit {done.returncode}, expected {code}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr if code else done.stdout

    def sync(self, now=EARLY, code=0):
        return self.call(*self.sync_words(now), code=code)

    def sync_words(self, now=EARLY):
        return "--now", now, "sync", "--config", self.sample / "kreislauf.toml"

    def start_sync(self):
        return subprocess.Popen(self.command(*self.sync_words()), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, cwd=self.folder, env=self.environment)

    def json(self, *words):
        return json.loads(self.call(*words, "--json"), parse_float=str, parse_int=str)

    def figures(self, dataset, area, **more):
        options = [word for name, value in more.items() for word in (f"--{name.replace('_', '-')}", value)]
        return self.json("get", dataset, "--area", area, *options)

    def figure(self, dataset, area, period, more=(), **codes):
        """The one figure with these codes; every other dimension is a total."""
        def fits(figure):
            dimensions = figure["dimensions"]
            rest = [code for name, code in dimensions.items()
                    if name not in codes and not name.startswith(("MEASURE", "UNIT"))]
            return (figure["period"] == period and all(code == "_T" for code in rest)
                    and all(dimensions.get(name) == code for name, code in codes.items()))
        found = [figure for figure in self.figures(dataset, area, **dict(more)) if fits(figure)]
        assert len(found) == 1, f"{dataset} {area} {period} {codes}: {len(found)} figures"
        return found[0]

    def content(self):
        verified = self.json("verify")
        assert verified["sound"], verified
        return verified["content_hash"]

    def table(self, name, source="regionalstatistik"):
        return self.sample / source / "data/tablefile" / f"{name}.csv"


def expect_number(figure, digits, status="A"):
    assert figure["value"] == digits and figure["missing_reason"] is None, figure
    assert figure["obs_status"] == status, figure


def expect_missing(figure, reason, sign=None):
    assert figure["value"] is None and figure["missing_reason"] == reason, figure
    assert sign is None or figure["sign"] == sign, figure


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def check_TheSampleArrivesAsPublished(run):
    run.sync()
    expect_number(run.figure(POPULATION, "03153", "2024-12-31", SEX="_T"), "126775")
    expect_number(run.figure(POPULATION, "03153", "2024-12-31", SEX="M"), "62494")
    expect_number(run.figure(POPULATION, "03153", "2024-12-31", SEX="F"), "64281")
    expect_number(run.figure(POPULATION, "03159", "2024-12-31"), "328028")
    expect_number(run.figure(POPULATION, "DG", "2024-12-31"), "83577140")
    expect_number(run.figure(POPULATION, "03153", "2023-12-31"), "127712")
    expect_number(run.figure(EMPLOYEES, "03", "2025-06-30"), "3148764")
    expect_number(run.figure(STUDENTS, "03153", "2023-10-01/P6M"), "2753")
    datasets = {row["dataset"] for row in run.json("list", "datasets")}
    assert datasets == {POPULATION, STUDENTS, EMPLOYEES, HOUSEHOLDS, RENTS}, datasets
    set_aside = {row["dataset"]: row["set_aside"] for row in run.json("list", "vintages")}
    assert set(set_aside.values()) == {"0"}, set_aside


def check_DissolvedCountiesHaveAReasonAndNoNumber(run):
    run.sync()
    for area in ("03152", "03156", "16056"):
        expect_missing(run.figure(POPULATION, area, "2024-12-31", SEX="_T"), "NO_TERRITORY", "-")
    expect_number(run.figure(POPULATION, "16063", "2024-12-31"), "154957")
    # Eisenach was still a county in 2019.
    assert run.figure(HOUSEHOLDS, "16056", "2019")["value"] == "23"


def check_AnUnfilledLevelIsNotZero(run):
    run.sync()
    for area in ("03153", "03159"):
        for figure in run.figures(EMPLOYEES, area):
            expect_missing(figure, "NOT_LOADED", "-")


def check_SecretAndUnreliableCellsStayClosed(run):
    run.sync()
    closed = [figure for figure in run.figures(STUDENTS, "16063") if figure["sign"] == "."]
    assert len(closed) == 2, closed
    for figure in closed:
        expect_missing(figure, "CONFIDENTIAL", ".")
        assert figure["conf_status"] == "C", figure
    unreliable = [figure for figure in run.figures(HOUSEHOLDS, "16056") if figure["sign"] == "/"]
    assert len(unreliable) == 1, unreliable
    expect_missing(unreliable[0], "UNRELIABLE", "/")


def check_RoundedFiguresCarryTheirProtection(run):
    run.sync()
    for area, protection in (("01056", "R3"), ("03153", "NONE")):
        found = {figure["protection"] for figure in run.figures(STUDENTS, area)}
        assert found == {protection}, (area, found)


def check_MonthsAreComposedWithTheYear(run):
    run.sync()
    periods = {figure["period"]: figure for figure in run.figures(RENTS, "01")}
    assert len(periods) == 24, sorted(periods)
    expect_number(periods["2024-06"], "105.9")
    expect_number(periods["2025-04"], "108.6")
    expect_missing(periods["2025-05"], "PENDING", "...")


def check_AnotherSyncChangesNothing(run):
    run.sync()
    vintages, content = run.json("list", "vintages"), run.content()
    run.sync(LATE)
    assert run.json("list", "vintages") == vintages
    assert run.content() == content


def check_ReorderedRowsAreNoChange(run):
    run.sync()
    vintages = run.json("list", "vintages")
    path = run.table("12411-01-01-4")
    header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(1).shuffle(rows)
    path.write_text(header + "".join(rows), encoding="utf-8")
    run.sync(LATE)
    assert run.json("list", "vintages") == vintages


def check_ARevisionKeepsTheOldFigure(run):
    run.sync()
    path = run.table("12411-01-01-4")
    text = path.read_text(encoding="utf-8")
    assert text.count(";127712;") == 1
    path.write_text(text.replace(";127712;", ";127713;"), encoding="utf-8")
    run.sync(LATE)
    now = run.figure(POPULATION, "03153", "2023-12-31", SEX="_T")
    before = run.figure(POPULATION, "03153", "2023-12-31", more={"as_of": "2025-12-31"}, SEX="_T")
    expect_number(now, "127713")
    expect_number(before, "127712")
    assert (before["vintage"], now["vintage"]) == ("1", "2"), (before, now)
    unchanged = run.figure(POPULATION, "03153", "2024-12-31", SEX="_T")
    assert unchanged["vintage"] == "1", unchanged
    for figure in (now, before):
        assert run.json("explain", figure["id"])["identical"], figure


def check_AnOlderDocumentDoesNotTakeThePlaceOfItsRevision(run):
    sound = run.table("12411-01-01-4").read_text(encoding="utf-8")
    new, old, older = run.folder / "12411-01-01-4_new.csv", run.folder / "12411-01-01-4_old.csv", \
        run.folder / "12411-01-01-4_older.csv"
    new.write_text(sound, encoding="utf-8")
    old.write_text(sound.replace(";127712;", ";134485;"), encoding="utf-8")
    older.write_text(sound.replace(";127712;", ";134480;"), encoding="utf-8")
    run.call("import", old, "--published", "2024-12-03")
    run.call("import", new, "--published", "2025-06-11")
    text = run.call("import", older, "--published", "2024-06-29", code=3)
    assert "not_newer" in text and "published 2024-06-29" in text and "stays in force (2025-06-11)" in text, text
    assert "next: " in text, text
    # What is in the store already is no loss.
    text = run.call("import", old, "--published", "2024-12-03")
    assert "not_newer" in text and "next: " not in text, text
    expect_number(run.figure(POPULATION, "03153", "2023-12-31", SEX="_T"), "127712")
    assert len(run.json("list", "vintages")) == 2 and len(run.json("list", "documents")) >= 3


def check_EveryFigureOfTheCountyIsExplained(run):
    run.sync()
    for dataset in (POPULATION, STUDENTS, EMPLOYEES, HOUSEHOLDS):
        for figure in run.figures(dataset, "03153"):
            told = run.json("explain", figure["id"])
            assert told["identical"], told
            row = told["raw_row"].split(";")
            published = figure["sign"] if figure["sign"] == "-" or figure["value"] is None else figure["value"]
            assert "03153" in row and published in row, told
    assert run.json("verify", "--figures", "500")["sound"]


def check_ThePackageIsTheSameBytesEachTime(run):
    run.sync()
    run.call("export", "--area", "03153", "--out", "first")
    run.sync(LATE)
    run.call("export", "--area", "03153", "--out", "second")
    first, second = files_of(run.folder / "first"), files_of(run.folder / "second")
    assert first and first.keys() == second.keys(), (list(first), list(second))
    different = [name for name in first if first[name] != second[name]]
    assert not different, different


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def check_ThePackageHoldsWhatWasRevisedAndShowsAnyDay(run):
    run.sync()
    run.call("export", "--area", "03153", "--out", "first")
    path = run.table("12411-01-01-4")
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.replace(";126775;", ";126776;").splitlines(keepends=True)
             if not (";03153;" in line and ";62494;" in line)]
    path.write_text("".join(lines), encoding="utf-8")
    run.sync(LATE)
    told = json.loads(run.call("export", "--area", "03153", "--out", "now", "--json"))
    assert told["superseded"] == 2, told
    assert {row["dataset"]: row["vintage"] for row in told["datasets"]}[POPULATION] == 2, told
    earlier = {row["Kennung der Zahl"]: (row["Wert"], row["Abgerufen am"])
               for row in rows_of(run.folder / "now/revisionen.csv")}
    place = f"{POPULATION}/03153/MEASURE=BEVSTD,UNIT=PS,SEX="
    assert earlier == {f"{place}_T/2024-12-31@1": ("126775", "11.06.2025"),
                       f"{place}M/2024-12-31@1": ("62494", "11.06.2025")}, earlier
    for figure in earlier:
        assert run.json("explain", figure)["identical"], figure
    now = {row["Kennung der Zahl"]: row["Wert"] for row in rows_of(run.folder / "now/daten.csv")}
    assert now[f"{place}_T/2024-12-31@2"] == "126776" and not now.keys() & earlier.keys(), now
    assert "revisionen.csv" in (run.folder / "now/LIESMICH.txt").read_text(encoding="utf-8-sig")

    # Over it the package of an earlier day: its old values, its own date, no trace of what came later.
    (run.folder / "now/eigenes.txt").write_text("bleibt")
    run.call("export", "--area", "03153", "--as-of", "2025-12-31", "--out", "now")
    assert (run.folder / "now/eigenes.txt").exists() and not (run.folder / "now/revisionen.csv").exists()
    readme = (run.folder / "now/LIESMICH.txt").read_text(encoding="utf-8-sig")
    assert "Stand: 31.12.2025" in readme and "an diesem Tag bekannt war" in readme, readme
    assert "Stand 2" not in readme and "01.02.2026" not in readme, readme
    for name in ("daten.csv", "serien.avro", f"sdmx/{POPULATION}.csv"):
        assert (run.folder / "now" / name).read_bytes() == (run.folder / "first" / name).read_bytes(), name


def check_AForeignFolderIsNotWrittenInto(run):
    run.sync()
    (run.folder / "mine").mkdir()
    (run.folder / "mine/brief.txt").write_text("Sehr geehrte")
    assert "brief.txt" in run.call("export", "--area", "03153", "--out", "mine", code=1)
    assert [path.name for path in (run.folder / "mine").iterdir()] == ["brief.txt"]


def check_WordsThatFindNothingAreAnsweredWithWhatThereIs(run):
    run.sync()
    assert "'03153' (Goslar" in run.call("get", "--area", "3153", code=1)
    assert "'03153' (Goslar" in run.call("export", "--area", "goslar", "--out", "paket", code=1)
    assert "F, M, _T" in run.call("get", POPULATION, "--where", "SEX=Q", code=1)
    assert "MEASURE, SEX, UNIT" in run.call("get", POPULATION, "--where", "SEXX=F", code=1)
    assert "received on 2025-06-11" in run.call("export", "--area", "03153", "--as-of", "2020-01-01", "--out", "paket",
                                                code=1)
    assert run.json("get", POPULATION, "--as-of", "2020-01-01") == []
    assert not (run.folder / "paket").exists()
    error = json.loads(run.call("get", "--area", "3153", "--json", code=1).split("\nkreislauf: ")[0])
    assert error["error"]["code"] == "not_found", error


def check_EveryFormatsIdsCanBeExplained(run):
    import openpyxl
    from avro.datafile import DataFileReader
    from avro.io import DatumReader
    run.sync()
    run.call("export", "--area", "03153", "--out", "paket")
    package = run.folder / "paket"
    ids = {row["Kennung der Zahl"] for row in rows_of(package / "daten.csv")}
    assert len(ids) == 29, len(ids)
    sheet = openpyxl.load_workbook(package / "daten.xlsx")["Daten"]
    column = [cell.value for cell in next(sheet.iter_rows())].index("Kennung der Zahl")
    assert {row[column].value for row in sheet.iter_rows(min_row=2)} == ids
    sdmx = set()
    for path in (package / "sdmx").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            sdmx |= {value for row in csv.DictReader(file) for name, value in row.items() if value in ids}
    assert sdmx == ids, ids - sdmx
    for figure in sorted(ids):
        assert run.json("explain", figure)["identical"], figure
    with (package / "serien.avro").open("rb") as file:
        assert sum(len(series["observations"]) for series in DataFileReader(file, DatumReader())) == 29


def check_ThePackageCanBeReadByStrangers(run):
    import openpyxl
    from avro.datafile import DataFileReader
    from avro.io import DatumReader
    run.sync()
    run.call("export", "--area", "03153", "--out", "paket")
    seen = set()
    for path in sorted((run.folder / "paket").rglob("*")):
        seen.add(path.suffix)
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                dialect = ";" if ";" in file.readline() else ","
                file.seek(0)
                rows = list(csv.reader(file, delimiter=dialect))
            assert len(rows) > 1 and len({len(row) for row in rows}) == 1, path
        elif path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
            assert 126775 in cells and "03153" in cells, path
        elif path.suffix == ".avro":
            with path.open("rb") as file:
                assert list(DataFileReader(file, DatumReader())), path
    assert {".csv", ".xlsx", ".avro"} <= seen, seen


def check_KilledAnywhereTheNextSyncEndsInTheSameContent(run):
    started = time.monotonic()
    run.sync()
    duration = time.monotonic() - started
    expected = run.content()
    chance = random.Random(2)
    for kill in range(25):
        if kill % 5 == 0:
            shutil.rmtree(run.store)
        job = run.start_sync()
        time.sleep(chance.uniform(0, duration))
        job.send_signal(signal.SIGKILL)
        job.communicate()
        if kill % 5 == 4:
            run.sync()
            assert run.content() == expected, f"after kill {kill}"


def check_TwoJobsAtATimeDoNotMix(run):
    run.sync()
    expected = run.content()
    shutil.rmtree(run.store)
    jobs = [run.start_sync() for _ in range(2)]
    outputs = [job.communicate(timeout=120)[0] for job in jobs]
    assert all(job.returncode in (0, 1, 3) for job in jobs), outputs
    run.sync()
    assert run.content() == expected


def check_AnErrorPageLeavesEverythingElseAlone(run):
    run.sync()
    expected = run.content()
    run.table("12411-01-01-4").write_text("<html><body>Ups, ein Fehler!</body></html>")
    run.table("12211-Z-11").write_bytes(b"")
    path = run.table("61111-0021", "genesis")
    path.write_bytes(path.read_bytes().replace(b";108,6;", b";108,7;"))
    text = run.sync(LATE, code=3)
    assert "12411-01-01-4" in text and "12211-Z-11" in text, text
    outcomes = {(row["table"], row["outcome"]) for row in run.json("list", "attempts") if row["time"] >= LATE}
    assert ("12411-01-01-4", "unavailable") in outcomes, outcomes
    expect_number(run.figure(POPULATION, "03153", "2024-12-31", SEX="_T"), "126775")
    expect_number(run.figure(RENTS, "01", "2025-04"), "108.7")
    assert run.content() != expected


def check_AMalformedRowIsSetAsideAndReported(run):
    path = run.table("12411-01-01-4")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    goslar = next(number for number, line in enumerate(lines) if ";03153;" in line and ";126775;" in line)
    lines[goslar] = lines[goslar].replace("126775", "126.775")
    path.write_text("".join(lines), encoding="utf-8")
    text = run.sync(code=3)
    assert "126.775" in text and f"line {goslar + 1}" in text, text
    periods = {figure["period"] for figure in run.figures(POPULATION, "03153") if figure["dimensions"]["SEX"] == "_T"}
    assert periods == {"2023-12-31"}, periods
    issues = [row for row in run.json("list", "issues") if row["code"] == "wrong_decimal_mark"]
    assert len(issues) == 1 and issues[0]["line"] == str(goslar + 1), issues


def check_ADamagedArchiveIsFound(run):
    run.sync()
    objects = list(pathlib.Path(run.store).rglob("*.raw"))
    assert len(objects) == 5, objects
    damaged = bytearray(objects[0].read_bytes())
    damaged[-8] ^= 1
    objects[0].chmod(0o644)
    objects[0].write_bytes(damaged)
    text = run.call("verify", code=4)
    assert objects[0].stem[:16] in text, text


def check_ALostDocumentIsFound(run):
    run.sync()
    lost = next(pathlib.Path(run.store).rglob("*.raw"))
    lost.unlink()
    text = run.call("verify", code=4)
    assert lost.stem in text and "not in the archive" in text, text


def check_WrongWordsAreRefusedWithTheNextStep(run):
    run.call("synchronise", code=2)
    run.call("get", POPULATION, "--area", code=2)
    run.call("list", code=1)
    run.sync()
    assert "not a period" in run.call("explain", f"{POPULATION}/03153/MEASURE=BEVSTD/2024-02-30@1", code=2)
    text = run.call("get", "REGIO_0", code=1)
    assert "REGIO_0" in text, text
    text = run.call("explain", f"{POPULATION}/03153/MEASURE=NONE/2024-12-31@1", code=1)
    assert "MEASURE=NONE" in text or "NONE" in text, text
    config = run.folder / "wrong.toml"
    config.write_text('[[source]]\nid = "a"\nservice = "regionalstatistik"\ntables = ["12411-01-01-4"]\n'
                      'langauge = "en"\n')
    text = run.call("sync", "--config", str(config), code=2)
    assert "wrong.toml:5" in text and "langauge" in text, text


def check_TheLogOfChangesIsListedAnnouncedToAndCompacted(run):
    run.sync()
    blocks = run.json("changes", "list", "--from", "1", "--limit", "1000")
    numbers = [(int(block["first"]), int(block["count"])) for block in blocks]
    assert numbers[0][0] == 1 and all(a + n == b for (a, n), (b, _) in zip(numbers, numbers[1:])), numbers
    assert {block["dataset"] for block in blocks} >= {POPULATION, STUDENTS, RENTS}, blocks
    last = sum(numbers[-1]) - 1
    assert run.json("changes", "announce", "--dataset", POPULATION, "--kind", "structure", "--text",
                    "Ab 2027 mit drei Geschlechtern") == {"entry": str(last + 1)}
    newest, = run.json("changes", "list", "--limit", "1")
    assert (newest["kind"], newest["note"]) == ("structure", "Ab 2027 mit drei Geschlechtern"), newest
    run.call("changes", "announce", "--text", " ", code=2)
    assert "no day" in run.call("changes", "compact", "--before", "gestern", code=2)

    before = run.json("verify")["content_hash"]
    assert run.json("changes", "compact", "--before", "2020-01-01")["dropped_up_to"] == "0"
    assert run.json("changes", "compact", "--before", "2099-01-01")["dropped_up_to"] == str(last + 1)
    rest, = run.json("changes", "list")
    assert (rest["kind"], rest["first"], rest["count"]) == ("compacted", "1", str(last + 1)), rest
    after = run.json("verify")
    assert after["sound"] and after["content_hash"] == before, after


CHECKS = {name[6:]: check for name, check in list(globals().items()) if name.startswith("check_")}


def main(program, what):
    with tempfile.TemporaryDirectory(prefix="kreislauf-e2e-") as folder:
        try:
            CHECKS[what](Run(os.path.abspath(program), folder))
        except AssertionError as failure:
            print(f"{what}: {failure}")
            return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print(";".join(CHECKS), end="")
        sys.exit(0)
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
