#!/usr/bin/env python3
"""The CSV files of the integration monitoring of Niedersachsen, loaded through their descriptions.

A small reader of its own, which knows nothing of the descriptions, says which rows are defective: keys that a failed
formula left, keys beside another area's name, figures that are not there, one key with two figures, data of before a
merger under the new key. Exactly these rows must be set aside.

Usage   lsn_feeds.py PROGRAM [CASE]; --list names the cases
"""
import collections
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from replay import RECORDINGS, environment

FILES = RECORDINGS.parent / "lsn" / "csv"
CLOSED = ("Gesperrt", "Nicht veröffentlicht, weil nicht ausreichend genau oder nicht repräsentativ.")
FIELDS = ("Value", "Gebietseinheit", "COMMENT_OBS", "")


def need_files():
    if not FILES.is_dir():
        print(f"skipped: {FILES} is not there")
        sys.exit(77)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def bare(key):
    return re.sub(r"^(RH|K|MZ)", "", key)


def names_by_key(tables):
    """The name that most rows of all files have beside a key."""
    seen = collections.defaultdict(collections.Counter)
    for rows in tables.values():
        for row in rows:
            if row.get("GeoCode"):
                seen[bare(row["GeoCode"])][row["Gebietseinheit"]] += 1
    return {key: names.most_common(1)[0][0] for key, names in seen.items() if not key.startswith("#")}


def judge(rows, names):
    """What is wrong with each row; '' where nothing is, 'repeated' where it says again what another said."""
    keys = {name: key for key, name in names.items()}
    known = set(keys) | {"Niedersachsen", "Statistische Region Braunschweig", "Statistische Region Hannover",
                         "Statistische Region Lüneburg", "Statistische Region Weser-Ems", "Region Hannover"}
    old_parts = {row["Year"] for row in rows if row.get("Gebietseinheit") == "Osterode"}
    verdicts, groups = [], collections.defaultdict(list)
    for at, row in enumerate(rows):
        key, name = row.get("GeoCode"), row.get("Gebietseinheit")
        verdict = ""
        # Of before the merger: old Göttingen under the new key, Osterode without one. The description corrects both.
        old = "03156" if name == "Osterode" else "03152" if key == "K03159" and row["Year"] in old_parts else None
        if old:
            key = old
        elif key == "#BEZUG!" or (key in ("", "#NV") and name not in known):
            verdict = "no key"
        elif key not in (None, "", "#NV") and names[bare(key)] != name:
            verdict = "another name"
        if not verdict and row["Value"] == "" and row.get("COMMENT_OBS") not in CLOSED:
            verdict = "no figure"
        verdicts.append(verdict)
        if not verdict:
            area = bare(key) if key not in (None, "", "#NV") else name
            groups[(area, *(value for field, value in row.items() if field not in FIELDS + ("GeoCode",)))].append(at)
    for places in groups.values():
        if len(places) > 1:
            same = len({rows[at]["Value"] for at in places}) == 1
            for at in places[1:] if same else places:
                verdicts[at] = "repeated" if same else "two figures"
    return verdicts


class Loaded:
    """All files in one new store."""

    def __init__(self, program):
        need_files()
        self.program = program
        self.home = tempfile.TemporaryDirectory()
        done = self.run("import", *map(str, sorted(FILES.glob("*.csv"))), "--json")
        self.reports = {report["table"]: report for report in json.loads(done)}
        self.tables = {re.search(r"indicator_(.*)\.csv", path.name)[1]: rows_of(path) for path in FILES.glob("*.csv")}

    def run(self, *words):
        done = subprocess.run([self.program, "--store", self.home.name, *words], capture_output=True, text=True,
                              env=environment(), timeout=280)
        assert done.returncode in (0, 3), f"exit {done.returncode}: {done.stderr[:2000]}"
        return done.stdout

    def issues(self, feed):
        return [(issue["code"], issue["text"], issue.get("count", 1)) for issue in self.reports[feed]["issues"]]


def case_ExactlyTheDefectiveRowsAreSetAside(program):
    loaded = Loaded(program)
    names = names_by_key({feed: rows for feed, rows in loaded.tables.items() if feed != "6-2-2"})
    wrong, total = [], collections.Counter()
    print(f"{'feed':8}{'rows':>8}{'figures':>9}{'set aside':>11}{'repeated':>10}  why")
    for feed, rows in sorted(loaded.tables.items()):
        verdicts = collections.Counter(judge(rows, names))
        repeated = verdicts.pop("repeated", 0)
        sound = verdicts.pop("", 0)
        aside = sum(verdicts.values())
        report = loaded.reports.get(feed)
        if report is None or report["outcome"] != "loaded":
            wrong.append(f"{feed}: not loaded: {report and report.get('text')}")
            continue
        got = tuple(report[key] for key in ("rows", "figures", "set_aside", "repeated"))
        print(f"{feed:8}{got[0]:8}{got[1]:9}{got[2]:11}{got[3]:10}  {dict(verdicts) or ''}")
        if got != (len(rows), sound, aside, repeated):
            wrong.append(f"{feed}: {got}, counted {(len(rows), sound, aside, repeated)} {dict(verdicts)}; "
                         f"{loaded.issues(feed)[:6]}")
        total.update(rows=got[0], figures=got[1], aside=got[2])
    print(f"{len(loaded.tables)} files: {dict(total)}")
    assert not wrong, "\n".join(wrong)


def case_EachKnownDefectIsNamed(program):
    loaded = Loaded(program)

    def named(feed, code, part, count=None):
        found = [(text, times) for have, text, times in loaded.issues(feed) if have == code and part in text]
        assert found, f"{feed}: no {code} with '{part}' among {loaded.issues(feed)[:12]}"
        if count is not None:
            assert sum(times for _, times in found) == count, f"{feed}: {found[:5]}, expected {count}"

    named("6-2-2", "shifted_labels", "shifted by one row in 467 rows")
    named("6-2-2", "unknown_code", "'#BEZUG!'", 1)
    named("6-2-1", "repaired_row", "Gebietseinheit 'Osterode'", 24)
    named("6-2-1", "repaired_row", "before the merger", 24)
    named("1-2-8", "repaired_row", "the key of 'Niedersachsen' is missing ('#NV')", 34)
    named("1-2-6", "repaired_row", "the key of 'Niedersachsen' is missing", 32)
    named("1-2-8", "duplicate_key", "say the same twice", 104)
    named("2-1-5", "duplicate_key", "different figures")
    named("2-3-3", "label_mismatch", "'dav. Hannover, Lhst.'", 19)
    named("4-1-2", "repaired_row", "'Fachhochschulreife1)'", 48)
    named("5-1-1", "structure_changed", "beside the remark 'Gesperrt'", 32)


def case_FiguresComeOutAsPublished(program):
    loaded = Loaded(program)

    def figure(dataset, area, where, period, *more):
        words = [word for pair in where for word in ("--where", pair)]
        rows = json.loads(loaded.run("get", dataset, "--area", area, *words, "--from", period, "--to", period, *more,
                                     "--json"))
        rows = rows["observations"] if isinstance(rows, dict) else rows
        assert len(rows) == 1, rows[:3]
        return rows[0]

    one = figure("LSN_1-1-1", "03153", [], "2024")
    assert one["value"] == 127018, one  # the handbook names the second official value of Goslar
    total = figure("LSN_6-2-1", "03159", ["CITIZENSHIP=_T", "UNIT=PS"], "2018")
    assert total["value"] == 27198, total
    # Old Göttingen 22,271 and Osterode 7,385, on the territory of the merger: E4 of the handbook.
    before = figure("LSN_6-2-1", "03159", ["CITIZENSHIP=_T", "UNIT=PS"], "2014", "--territory", "2016-11-01")
    assert before["value"] == 29656, before
    change = figure("LSN_1-1-2", "03101", ["BASE_YEAR=2005"], "2024")
    assert str(change["value"]) == "3.03958697353753", change
    closed = figure("LSN_5-1-1", "03", ["NACE=A", "SEX=M"], "2012")
    assert closed["value"] is None and closed["missing_reason"] == "CONFIDENTIAL", closed


def case_EveryFigureIsExplainedFromTheRawBytes(program):
    loaded = Loaded(program)
    done = json.loads(loaded.run("verify", "--figures", "400", "--seed", "3", "--json"))
    assert "0" not in str(done.get("figures", 400))[:1], done
    text = loaded.run("explain", "LSN_6-2-1/03153/MEASURE=MINIMUM_INCOME,UNIT=PS,CITIZENSHIP=_T/2024@1", "--json")
    explained = json.loads(text)
    assert explained["identical"] is True, text[:800]
    assert "mappings/feeds/lsn" in text, text[:800]


def case_DraftsAndChecksFromTheCommandLine(program):
    need_files()
    with tempfile.TemporaryDirectory() as home:
        path, out = FILES / "indicator_6-2-2.csv", pathlib.Path(home) / "neu.toml"

        def run(*words, exits=(0,)):
            done = subprocess.run([program, "--store", home, *map(str, words)], capture_output=True, text=True,
                                  env=environment(), timeout=120)
            assert done.returncode in exits, f"{words}: exit {done.returncode}: {done.stderr[:800]}"
            return done.stdout

        run("feed", "draft", path, "--out", out)
        assert "DOUBT" in out.read_text(encoding="utf-8")
        drafted = json.loads(run("feed", "check", out, path, "--office", "lsn", "--json", exits=(0, 3)))
        assert drafted["rows"] == 3120 and drafted["first"], drafted
        checked = run("feed", "check", "lsn/6-2-2", path, "--rows", "1", exits=(3,))
        assert "2652 figures" in checked and "468 set aside" in checked, checked[:600]
        assert "line 2: AREA=03101 TIME_PERIOD=2024" in checked, checked[:600]
        assert "lsn/6-2-2" in run("feed", "list")
        facts = json.loads(run("inspect", path, "--json"))
        assert facts["kind"] == "csv" and facts["rows"] == 3120 and facts["delimiter"] == ",", facts


def case_SyncsADirectoryOfFeeds(program):
    need_files()
    with tempfile.TemporaryDirectory() as home:
        config = pathlib.Path(home) / "kreislauf.toml"
        config.write_text(f'[[source]]\nid = "niedersachsen"\nservice = "lsn"\ntables = ["1-1-1", "6-2-1"]\n'
                          f'url = "directory:{FILES}"\n', encoding="utf-8")
        outcomes = []
        for _ in range(2):
            done = subprocess.run([program, "--store", home, "sync", "--json"], capture_output=True, text=True,
                                  env=environment(), timeout=120)
            assert done.returncode in (0, 3), f"exit {done.returncode}: {done.stderr[:800]}"
            outcomes.append([report["outcome"] for report in json.loads(done.stdout)])
        assert outcomes == [["loaded", "loaded"], ["unchanged", "unchanged"]], outcomes


CASES = {name[5:]: case for name, case in list(globals().items()) if name.startswith("case_")}

if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print(";".join(CASES), end="")
    elif len(sys.argv) == 3 and sys.argv[2] in CASES:
        CASES[sys.argv[2]](sys.argv[1])
    else:
        sys.exit(__doc__)
