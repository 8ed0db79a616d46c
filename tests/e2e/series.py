#!/usr/bin/env python3
"""Series in other forms, through the program: breaks, one line out of two tables, ages, frequencies, explanations.

On recorded tables and on the population of Niedersachsen as its office hands it out: worked example E5 (Goslar).

Usage   series.py PROGRAM [CASE]; --list names the cases
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from replay import RECORDINGS, environment

LSN = RECORDINGS.parent / "lsn" / "csv"
TABLES = (  # folder of the recording, service, table, received
    ("regionalstatistik_12411-01-01-4_20240629_de_data-tablefile", "regionalstatistik", "12411-01-01-4", "2024-06-29"),
    ("regionalstatistik_12411-01-01-4_20250410_de_data-tablefile", "regionalstatistik", "12411-01-01-4", "2025-04-10"),
    ("zensus_1000A-2022_20240712_de-q_data-tablefile", "zensus", "1000A-2022", "2024-07-12"),
    ("genesis_61111-0021_20250606_de_data-tablefile", "genesis", "61111-0021", "2025-06-06"),
)


class Store:
    """A store with the recorded tables."""

    def __init__(self, program):
        if not RECORDINGS.is_dir() or not LSN.is_dir():
            print(f"skipped: {RECORDINGS} is not there")
            sys.exit(77)
        self.program = program
        self.folder = tempfile.TemporaryDirectory()
        inbox = pathlib.Path(self.folder.name) / "inbox"
        inbox.mkdir()
        for folder, service, table, day in TABLES:
            unpacked = sorted((RECORDINGS / folder).glob("*_flat.csv"))
            target = inbox / f"{table}_flat.csv"
            shutil.copyfile(unpacked[0] if unpacked else RECORDINGS / folder / "body.bin", target)
            self.run("--now", f"{day}T06:00:00Z", "import", str(target), "--service", service, "--table", table)
        for indicator in ("1-1-1", "1-2-6"):
            self.run("--now", "2025-12-20T06:00:00Z", "import", str(LSN / f"indicator_{indicator}.csv"))

    def run(self, *words, fails=False):
        done = subprocess.run([self.program, *words, "--store", str(pathlib.Path(self.folder.name) / "store")],
                              capture_output=True, text=True, env=environment())
        if fails:
            assert done.returncode not in (0, 3), f"{words} went well:\n{done.stdout}"
            return done.stderr
        assert done.returncode in (0, 3), f"{words}: {done.returncode}\n{done.stderr}"
        return done.stdout

    def get(self, *words):
        return json.loads(self.run("get", *words, "--json"))


def flags(figure):
    return figure["derived"]["flags"].split()


def MarksTheLineOfGoslarAsTheHandbookDoes(store):
    line = {figure["period"]: figure for figure in store.get("LSN_1-1-1", "--area", "03153", "--breaks")}
    assert (line["2010"]["value"], line["2011"]["value"]) == (143014, 139575)
    assert (line["2021"]["value"], line["2022"]["value"]) == (134050, 127856)
    broken = {year: flags(figure) for year, figure in line.items() if figure["obs_status"] == "B"}
    assert broken == {"2011": ["break:basis-VZ1987-Z2011"], "2022": ["break:basis-Z2011-Z2022"]}, broken
    plain = store.get("LSN_1-1-1", "--area", "03153")
    assert all(figure["obs_status"] == "A" and "derived" not in figure for figure in plain)


def SaysThatRoundingIsNoBreakOfTheStandard(store):
    line = store.get("LSN_1-2-6", "--area", "03153", "--where", "AGE=Y15T19", "--breaks")
    marked = {figure["period"]: figure["obs_status"] for figure in line if flags(figure)}
    assert marked == {"2016": "A"}, marked


def KnowsTheCensusBaseByTheDayAFigureWasReceived(store):
    made = json.loads(store.run("get", "12411-01-01-4", "--area", "03153", "--where", "SEX=_T", "--compare",
                                "2022-12-31", "2023-12-31", "--json"))
    assert len(made) == 1 and made[0]["change"] == 127712 - 134672 and not made[0]["comparable"]
    assert [found["id"] for found in made[0]["breaks"]] == ["basis-Z2011-Z2022"]
    mean = store.get("12411-01-01-4", "--area", "03153", "--where", "SEX=_T", "--frequency", "year-mean")
    assert [(figure["period"], figure["value"]) for figure in mean] == [("2022", None), ("2023", None)]
    assert flags(mean[1]) == ["time.across-break"], mean[1]


def JoinsTwoTablesIntoOneLine(store):
    line = store.get("LSN_1-1-1", "--area", "03153", "--join", "12411-01-01-4", "--frequency", "year")
    total = [figure for figure in line if figure["dimensions"].get("SEX", "_T") == "_T"]
    assert [figure["period"] for figure in total] == [str(year) for year in range(2005, 2025)]
    assert {figure["dataset"] for figure in total} == {"LSN_1-1-1"}
    by_year = {figure["period"]: figure for figure in total}
    assert "REGIO_12411-01-01-4 127712" in by_year["2023"]["derived"]["note"]
    other = store.get("12411-01-01-4", "--area", "03153", "--join", "LSN_1-1-1", "--frequency", "year",
                      "--where", "MEASURE=BEVSTD")
    total = {figure["period"]: figure for figure in other if figure["dimensions"].get("SEX", "_T") == "_T"}
    assert total["2021"]["dataset"] == "LSN_1-1-1" and total["2022"]["value"] == 134672
    assert "break:table" in flags(total["2022"]) and total["2024"]["dataset"] == "LSN_1-1-1"


def RefusesTwoConceptsInOneLine(store):
    said = store.run("get", "LSN_1-1-1", "--area", "03153", "--join", "LSN_1-2-6", fails=True)
    assert "central register of foreigners" in said and "next step: show them as two series" in said, said


def MakesAgeGroupsOnlyWhereBoundsNest(store):
    made = store.get("1000A-2022", "--area", "03", "--where", "MIG_STATUS=_T", "--ages", "0-19,0+,0-17")
    by_code = {figure["dimensions"]["AGE"]: figure for figure in made}
    # E7: the published total is 7,943,265; the groups carry cell keys, so their sum is not a total.
    assert by_code["_T"]["value"] == 7943265 and by_code["_T"]["obs_status"] == "A"
    assert by_code["Y_LT20"]["obs_status"] == "E"
    assert by_code["Y_LT18"]["value"] is None
    assert "possible are: 0-9, 0-19" in by_code["Y_LT18"]["derived"]["note"]


def ExplainsAMeanByItsMonths(store):
    figure = [one for one in store.get("61111-0021", "--area", "01", "--frequency", "year") if one["period"] == "2024"]
    made = json.loads(store.run("explain", figure[0]["id"], "--json"))
    assert made["value"] == figure[0]["value"] and len(made["from"]) == 12
    months = [part["value"] for part in made["from"]]
    assert abs(sum(months) / 12 - made["value"]) <= 0.00005
    assert made["basis"].startswith("mappings/frequency.toml:")
    assert "verdict" in store.run("explain", made["from"][0]["id"])


def TellsTheCountyOfBreaksInItsPackage(store):
    folder = pathlib.Path(store.folder.name) / "paket"
    store.run("export", "--area", "03153", "--out", str(folder))
    readme = (folder / "LIESMICH.txt").read_text(encoding="utf-8-sig")
    assert "Brüche in den Reihen" in readme and "Zensusbasis wechselt von Z2011 zu Z2022" in readme
    assert "So wurden die Reihen gebildet" not in readme
    store.run("export", "--area", "03153", "--frequency", "year", "--breaks", "--out", str(folder))
    readme = (folder / "LIESMICH.txt").read_text(encoding="utf-8-sig")
    assert "auf die Periodizität 'year' gebracht" in readme and "--frequency 'year' --breaks" in readme
    assert "Bruch: Zensusbasis" in (folder / "daten.csv").read_text(encoding="utf-8-sig")


def NamesTheWayOutOfWhatCannotBeHad(store):
    for words, expected in ((("--unit", "KM2"), "different kinds of units"),
                            (("--unit", "Ellen"), "unit 'Ellen' is unknown"),
                            (("--ages", "u18"), "write them as in 0-17,18-64,65+"),
                            (("--ages", "0-17"), "it has no dimension AGE"),
                            (("--frequency", "annual"), "there are year, half-year"),
                            (("--join", "12411-99"), "no dataset '12411-99'"),
                            (("--compare", "2010", "never"), "'never' is no period")):
        said = store.run("get", "12411-01-01-4", "--area", "03153", *words, fails=True)
        assert expected in said, f"{words}: {said}"


CASES = (MarksTheLineOfGoslarAsTheHandbookDoes, SaysThatRoundingIsNoBreakOfTheStandard,
         KnowsTheCensusBaseByTheDayAFigureWasReceived, JoinsTwoTablesIntoOneLine, RefusesTwoConceptsInOneLine,
         MakesAgeGroupsOnlyWhereBoundsNest, ExplainsAMeanByItsMonths, TellsTheCountyOfBreaksInItsPackage,
         NamesTheWayOutOfWhatCannotBeHad)

if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print(";".join(case.__name__ for case in CASES), end="")
        sys.exit(0)
    wanted = sys.argv[2:] or [case.__name__ for case in CASES]
    for case in CASES:
        if case.__name__ in wanted:
            case(Store(sys.argv[1]))
            print(f"{case.__name__}: fine")
