#!/usr/bin/env python3
"""A few nights of the sample sources, and what plan and morning report say of them.

Usage   night.py PROGRAM CHECK    runs one check in a directory of its own
        night.py --list           names of the checks, for CMake
"""
import base64
import email
import json
import os
import shutil
import subprocess
import sys
import tempfile

from sample_sync import Run

FIRST, SECOND = "2026-11-25T02:00:00Z", "2026-11-26T02:00:00Z"
MORNING = "2026-11-26T06:10:00Z"
BROKEN = "12211-Z-11"
GARBAGE = b"kaputt & <i>sonst</i>;nichts\n1;2\n"


class Night(Run):
    """The program with exit code and both outputs, on the configuration of the sample."""

    def run(self, *words, now=MORNING):
        done = subprocess.run(self.command("--now", now, *words, "--config", self.sample / "kreislauf.toml"),
                              capture_output=True, text=True, cwd=self.folder, env=self.environment, timeout=120)
        return done.returncode, done.stdout, done.stderr

    def report(self, *words, code, now=MORNING):
        got, out, error = self.run("report", *words, now=now)
        assert got == code, f"exit {got}, expected {code}\n{out}{error}"
        return out

    def lines(self, code, now=MORNING):
        return json.loads(self.report("--json", code=code, now=now))["lines"]


def check_AQuietNightNeedsNobody(night):
    night.sync(now=FIRST)
    night.sync(now=SECOND)
    out = night.report(code=0)
    assert "Nichts zu tun." in out and "5 Abrufe und Importe: 5 unverändert. Kein Wert hat sich geändert." in out, out
    first = night.report(code=0, now="2026-11-25T06:10:00Z")
    assert "Neu (5)" in first and "Bevölkerung nach Geschlecht" in first, first
    # The report of a past day says what it said then.
    again = night.report("--date", "25.11.2026", code=0)
    assert "Neu (5)" in again, again


def check_ABrokenTableIsNamedAndItsCommandMendsIt(night):
    night.sync(now=FIRST)
    good = night.table(BROKEN).read_bytes()
    night.table(BROKEN).write_bytes(GARBAGE)
    night.sync(now=SECOND, code=3)
    passing = night.report(code=0)
    assert "Fehlgeschlagen (1)\n- Lebensformen" in passing, passing
    for now in "2026-11-26T03:00:00Z", "2026-11-26T05:00:00Z":
        night.sync(now=now, code=3)
    lines = [line for line in night.lines(code=1) if line["needs_person"]]
    assert [line["topic"] for line in lines] == ["failed"], lines
    assert lines[0]["code"] == BROKEN and "Lebensformen" in lines[0]["name"], lines
    assert "Zum 3. Mal in Folge" in lines[0]["text"] and "Letzter Erfolg vor 28 Stunden" in lines[0]["text"], lines
    page = night.report("--html", code=1)
    assert "<i>" not in page and "kaputt &amp; &lt;i&gt;sonst" in page, page
    night.table(BROKEN).write_bytes(good)
    words = lines[0]["commands"][0].split()
    assert words[0] == "kreislauf" and "--store" in words, words
    mended = subprocess.run([night.binary, "--now", "2026-11-26T06:15:00Z", *words[1:]], capture_output=True,
                            text=True, cwd=night.folder, env=night.environment, timeout=120)
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "3 misslungen" in night.report(code=0, now="2026-11-26T06:20:00Z")


def check_ATableWithoutRowsIsNoSuccess(night):
    night.sync(now=FIRST)
    header = night.table(BROKEN).read_bytes().split(b"\n", 1)[0] + b"\n"
    night.table(BROKEN).write_bytes(header)
    night.sync(now=SECOND, code=3)
    lines = [line for line in night.lines(code=1) if line["needs_person"]]
    assert len(lines) == 1 and "keine einzige Zeile" in lines[0]["text"], lines


def check_RowsSetAsideStandUntilTheSourceMendsThem(night):
    table = night.table(BROKEN)
    lines = table.read_bytes().split(b"\n")
    table.write_bytes(b"\n".join([lines[0], lines[1] + b";zuviel;zuviel", *lines[2:]]))
    night.sync(now=FIRST, code=3)
    night_lines = night.lines(code=1, now="2026-11-25T06:10:00Z")
    line = night_lines[0]
    assert [each for each in night_lines if each["needs_person"]] == [line], night_lines
    assert line["topic"] == "needs_you" and "1 Zeile von 48 nicht übernommen, seit 25.11.2026" in line["text"], line
    table.write_bytes(b"\n".join(lines))
    night.sync(now=SECOND)
    assert "Neu (1)" in night.report(code=0)


def check_AMissedNightIsLate(night):
    night.sync(now=FIRST)
    lines = night.lines(code=1, now="2026-11-27T06:10:00Z")
    assert [(line["topic"], line["name"]) for line in lines] == [("late", "Nächtlicher Lauf")], lines
    assert "25.11.2026, 3:00 Uhr" in lines[0]["text"], lines


def check_TheMailHoldsTheSameReport(night):
    night.sync(now=SECOND)
    message = email.message_from_string(night.report("--mail", code=0))
    assert message["Subject"] == "Kreislauf, Morgenbericht 26.11.2026: nichts zu tun", message["Subject"]
    parts = {part.get_content_type(): base64.b64decode(part.get_payload()).decode() for part in message.get_payload()}
    assert parts["text/plain"] == night.report(code=0), parts["text/plain"]
    assert parts["text/html"] == night.report("--html", code=0)


def check_ThePlanIsTheSameTwiceAndSaysWhy(night):
    night.sync(now=FIRST)
    night.table(BROKEN).write_bytes(GARBAGE)
    night.sync(now=SECOND, code=3)
    code, once, error = night.run("plan", "--json")
    assert code == 0, once + error
    assert night.run("plan", "--json")[1] == once
    _, text, _ = night.run("plan", now="2026-11-26T02:10:00Z")
    # The clock of a replay goes on while a sync waits between its tries.
    assert "failed once, last at 2026-11-26T02:00:13Z (source_unavailable), last success 24 hours ago; " \
           "pause until 2026-11-26T02:30:13Z" in text, text
    assert "last success 10 minutes ago (unchanged)" in text and "asked once a night" in text, text
    first = night.run("plan", now="2026-11-26T02:30:13Z")[1].splitlines()[0]
    assert first.startswith("now ") and BROKEN in first, first


def check_WithoutAStoreOrADayThatIsOneTheErrorSaysWhatToDo(night):
    code, _, error = night.run("report")
    assert code == 1 and "no store" in error and "kreislauf sync" in error, error
    night.sync(now=FIRST)
    code, _, error = night.run("report", "--date", "2026-13-01")
    assert code == 2 and "2026-13-01" in error and "expected" in error, error
    code, _, error = night.run("report", "--date", "2026-11-27")
    assert code == 2 and "has not begun" in error, error
    code, _, error = night.run("report", "--html", "--json")
    assert code == 2 and "exclude" in error, error
    shutil.move(night.sample / "kreislauf.toml", night.sample / "gone.toml")
    code, _, error = night.run("plan")
    assert code != 0 and "kreislauf.toml" in error, error


CHECKS = {name[6:]: check for name, check in list(globals().items()) if name.startswith("check_")}


def main(program, what):
    with tempfile.TemporaryDirectory(prefix="kreislauf-e2e-") as folder:
        try:
            CHECKS[what](Night(os.path.abspath(program), folder))
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
