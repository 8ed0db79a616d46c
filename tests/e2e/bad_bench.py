"""Gives the program what is wrong in one way, and says what must then be true. For the cases of bad_input.py
and bad_machine.py.
"""
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

from replay import SKIP
from sample_sync import POPULATION, Run, expect_number

CODE, RENT_CODE = "12411-01-01-4", "61111-0021"
VALUE, REGION, SEX = 13, 7, 11  # fields of a row, from 0


class Skip(Exception):
    pass


class Bench(Run):
    """A store, a sound table as rows of fields, and imports of what was done to it."""

    def __init__(self, program, folder):
        super().__init__(program, folder)
        self.sound = self.table(CODE).read_bytes()
        self.header, *self.rows = self.sound.decode("utf-8-sig").splitlines()

    def file(self, data, name=f"{CODE}_de_flat.csv"):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def document(self, change):
        """The sound table after change(rows); rows are lists of fields."""
        rows = [row.split(";") for row in self.rows]
        rows = change(rows) or rows
        return "\n".join([self.header, *(";".join(row) for row in rows)]).encode() + b"\n"

    def row(self, region="03153", time="2024-12-31", sex=""):
        """Number, from 0, of the row of a cell; it stands in line number + 2."""
        return next(i for i, row in enumerate(self.rows)
                    if row.split(";")[4] == time and row.split(";")[REGION] == region and row.split(";")[SEX] == sex)

    def importing(self, data, code, name=f"{CODE}_de_flat.csv", *more):
        """Imports, expects an exit code, gives the report and what people see."""
        path = self.file(data, name)
        mine, self.store = self.store, str(self.folder / "seen")
        if pathlib.Path(mine).exists():
            shutil.copytree(mine, self.store)
        text = self.call("import", path, *more, code=code)
        shutil.rmtree(self.store)
        self.store = mine
        done = subprocess.run(self.command("import", path, "--json", *more), capture_output=True, text=True,
                              cwd=self.folder, env=self.environment, timeout=120)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        report, = json.loads(done.stdout)
        return report, text

    def refused(self, data, error, *words, name=f"{CODE}_de_flat.csv", code=1):
        """A document that is refused as a whole, with these words in the message."""
        report, text = self.importing(data, code, name)
        assert report["outcome"] in ("failed", "empty"), report
        assert f"({error})" in report["text"], report["text"]
        for word in (name, *words):
            assert word in report["text"], f"'{word}' is not in: {report['text']}"
            assert word in text, f"'{word}' is not in: {text}"
        assert "next: " in text and report["next_step"], text
        assert "\n" not in report["text"], report["text"]
        self.nothing_visible()
        self.kept(data)
        self.attempt(report["text"])
        self.next_one_loads()

    def set_aside(self, data, error, line, column, *words, aside=1, name=f"{CODE}_de_flat.csv"):
        """A document of which some rows are set aside; the rest is there."""
        report, text = self.importing(data, 3, name)
        self.adds_up(report)
        assert report["outcome"] in ("loaded", "unchanged") and report["set_aside"] == aside, report
        issue = next((issue for issue in report["issues"] if issue["code"] == error), None)
        assert issue, f"no issue {error}: {report['issues']}"
        assert issue["severity"] == "error" and issue["line"] == line, issue
        assert column is None or issue.get("column") == column, issue
        for word in words:
            assert word in issue["text"], f"'{word}' is not in: {issue['text']}"
        assert issue["next_step"], issue
        assert f"line {line}" in text and issue["next_step"] in text, text
        listed = [row for row in self.json("list", "issues") if row["code"] == error]
        assert listed and listed[0]["line"] == str(line), listed
        self.kept(data)
        assert self.json("verify")["sound"]
        return report

    def adds_up(self, report):
        """One figure per row in these tables: what was read is stored, set aside or said twice."""
        assert report["rows"] == report["figures"] + report["set_aside"] + report["repeated"], report
        assert report["figures"] == report["added"] + report["revised"] + report["unchanged"], report

    def nothing_visible(self):
        assert self.json("list", "datasets") == [], self.json("list", "datasets")
        assert self.json("list", "vintages") == []
        assert self.json("get") == []

    def kept(self, data):
        """The bytes are recorded, and in the archive under their hash."""
        sha256 = hashlib.sha256(data).hexdigest()
        assert sha256 in {row["sha256"] for row in self.json("list", "documents")}, "not recorded"
        assert list(pathlib.Path(self.store).rglob(f"{sha256}.raw")), "not in the archive"

    def attempt(self, text):
        assert text in {row["text"] for row in self.json("list", "attempts")}, text

    def next_one_loads(self):
        report, _ = self.importing(self.sound, 0)
        self.adds_up(report)
        assert (report["outcome"], report["rows"], report["set_aside"]) == ("loaded", 59, 0), report
        expect_number(self.figure(POPULATION, "03153", "2024-12-31", SEX="_T"), "126775")
        assert self.json("verify", "--figures", "50")["sound"]


def zipped(data, *names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or (f"{CODE}.csv",):
            archive.writestr(name, data)
    return buffer.getvalue()


def run_case(cases, program, what):
    with tempfile.TemporaryDirectory(prefix="kreislauf-bad-") as folder:
        try:
            cases[what](Bench(os.path.abspath(program), folder))
        except AssertionError as failure:
            print(f"{what}: {failure}")
            return 1
        except Skip as why:
            print(f"SKIPPED: {why}")
            return SKIP
    return 0


def main(names, usage):
    """The main program of a file of cases, given its globals()."""
    cases = {name[5:]: case for name, case in names.items() if name.startswith("case_")}
    if sys.argv[1:] == ["--list"]:
        print(";".join(cases), end="")
        return 0
    if len(sys.argv) != 3:
        print(usage)
        return 2
    return run_case(cases, *sys.argv[1:])
