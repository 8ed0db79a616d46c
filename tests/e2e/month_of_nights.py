#!/usr/bin/env python3
"""A month of nights against the replay server, each with a fault of its own, beside a month that nobody disturbs.

In the end everything is loaded, with the same content hash; each fault ended in its named state; and each morning's report
told what the night was, with the command that mends it. What the server has no switch for is done to its answers on the
way: a cut table, one of another shape, one without rows, half a table; a table that is gone is gone in both months.

    month_of_nights.py PROGRAM
"""
import contextlib
import datetime
import json
import pathlib
import sys
import tempfile

from replay import RECORDINGS, Program, Replay, Tamper, need_recordings, recording_days, recorded_tables, write_config

HOURS = (0, 1, 3)  # of a night: what failed is tried again when its pause is over
START = "2024-07-12"  # of the recordings; tables that were recorded later are no part of the month
# Nights before which the source has something newer. A night that gets nothing is followed by one that gets it all, so that
# both months see every state of the source.
NEWS = (1, 3, 5, 7, 9, 11, 13)
FIRST = datetime.datetime(2026, 9, 1, 1, tzinfo=datetime.timezone.utc)

# Switches of the server, and the states of which at least one attempt of the night ends in one. The last nights are calm.
FAULTS = [
    ((), ()),
    (("--fail-every", "1", "--fail-kind", "500"), ("unavailable",)),
    (("--fail-every", "3", "--fail-kind", "500"), ()),
    (("--fail-every", "1", "--fail-kind", "503"), ("unavailable",)),
    (("--fail-every", "3", "--fail-kind", "503"), ()),
    (("--fail-every", "1", "--fail-kind", "reset"), ("unavailable",)),
    (("--fail-every", "3", "--fail-kind", "reset"), ()),
    (("--fail-every", "1", "--fail-kind", "truncate"), ("unavailable",)),
    (("--fail-every", "3", "--fail-kind", "truncate"), ()),
    (("--fail-every", "1", "--fail-kind", "cutzip"), ("unavailable", "partial")),
    (("--fail-every", "3", "--fail-kind", "cutzip"), ()),
    (("--fail-every", "1", "--fail-kind", "html"), ("unavailable",)),
    (("--fail-every", "3", "--fail-kind", "html"), ()),
    (("--fail-every", "4", "--fail-kind", "cycle"), ()),
    (("--job", "--job-polls", "100000"), ("not_ready",)),
    (("--job", "--job-polls", "2"), ()),
    (("--job", "--job-min-bytes", "100000", "--fail-every", "5"), ()),
    (("--require-credentials", "somebody:else", "--auth-in", "header"), ("refused",)),
    (("--require-credentials", "tester:not-a-secret", "--auth-in", "header", "--post-only"), ()),
    (("--latency-ms", "5", "--jitter-ms", "5", "--max-parallel", "1"), ()),
    (("--gzip", "--chunked"), ()),
    (("--job", "--job-ms", "50", "--gzip"), ()),
]

SERVICE, GONE, CHANGED, EXPECTED = "regionalstatistik", "12411-01-01-4", "12211-Z-11", "32121-01-02-4"
NOT_THERE = {"Ident": {"Service": "data", "Method": "tablefile"},
             "Status": {"Code": 104, "Content": "Es gibt keine Objekte zum angegebenen Selektionskriterium",
                        "Type": "Information"}}


def cut(text):
    return text[:len(text) * 2 // 3].rstrip("\n")


def reshaped(text):
    header, rows = text.split("\n", 1)
    return header.replace("value", "zahl") + "\n" + rows


def without_rows(text):
    return text.split("\n", 1)[0] + "\n"


def halved(text):
    lines = text.rstrip("\n").split("\n")
    return "\n".join(lines[:len(lines) // 2]) + "\n"


# What happens to one table, its state, and the topic under which the report has it; whether the calm month has it, too.
EVENTS = [
    (GONE, lambda text: NOT_THERE, "withdrawn", "withdrawn", True),
    (CHANGED, cut, "partial", "failed", False),
    (CHANGED, reshaped, "changed_shape", "failed", False),
    (CHANGED, without_rows, "empty", "needs_you", False),
    (CHANGED, halved, "held", "held", False),
    (EXPECTED, None, "late", "late", False),
]
CALM_NIGHTS = 9  # a table that was withdrawn is asked for again after a week


class Month:
    """One store over a month."""

    def __init__(self, binary, folder, tables):
        self.program, self.folder, self.tables = Program(binary, folder / "store"), folder, tables
        folder.mkdir()
        self.days = [START, *(day for day in recording_days() if day > START)]

    def as_of(self, night):
        return self.days[min(len(self.days) - 1, sum(night >= news for news in NEWS))]

    def night(self, number, switches, event=None):
        """Runs one night; what its attempts ended in, and the report of its morning."""
        begun = FIRST + datetime.timedelta(days=number)
        states, loaded = set(), 0
        code, change = event[:2] if event else (None, None)
        expected = (SERVICE, code, str((begun - datetime.timedelta(days=1)).day)) if event and not change else None
        with Replay(*switches) as real, Tamper(real, code, change) if change else contextlib.nullcontext(real) as replay:
            real.as_of(self.as_of(number))
            config = write_config(self.folder / "kreislauf.toml", replay, self.tables, brake=True, expected=expected)
            for hour in HOURS:
                now = (begun + datetime.timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")
                reports = self.program.json("--now", now, "sync", "--due", "--config", config, codes=(0, 1, 3))
                states |= {report["outcome"] for report in reports}
                loaded += sum(report["outcome"] == "loaded" for report in reports)
                for held in self.program.json("held", "list"):
                    if event:
                        continue
                    loaded += 1
                    self.program.run("--now", now, "held", "release", held["id"], "--reason", "Zensus, laut Amt",
                                     codes=(0, 1))
            morning = (begun + datetime.timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
            report = self.program.json("--now", morning, "report", "--config", config, codes=(0, 1))
            for held in self.program.json("held", "list"):
                self.program.run("--now", morning, "held", "refuse", held["id"], "--reason", "Fehler der Quelle, laut Amt")
        return states, loaded, report


def check_report(number, states, loaded, report):
    """What a clerk reads is what happened."""
    rounds = report["rounds"]
    parts = sum(count for name, count in rounds.items() if name != "all")
    assert rounds["all"] == parts, f"night {number}: {rounds}"
    bad = states & {"unavailable", "refused", "partial", "changed_shape", "empty", "too_big", "failed", "not_ready"}
    assert (rounds["failed"] > 0) == bool(bad), f"night {number}: states {states}, but the report counts {rounds}"
    assert (rounds["loaded"] > 0) == (loaded > 0), f"night {number}: {loaded} loaded, but the report counts {rounds}"
    if "refused" in states:
        assert any(line["topic"] == "failed" and line["needs_person"] for line in report["lines"]), report["lines"]


def check_event(number, event, states, report):
    """The state, and the line with which somebody can mend it."""
    code, _, state, topic, _ = event
    assert state in states, f"night {number}: {code} ended in {states}, expected {state}"
    lines = [line for line in report["lines"] if code in line["code"] and line["topic"] == topic]
    assert len(lines) == 1, f"night {number}: {state} stands in {len(lines)} lines: {report['lines']}"
    line = lines[0]
    assert line["needs_person"] == (state != "late"), line
    assert line["commands"] and all(command.startswith("kreislauf ") for command in line["commands"]), line
    print(f"    {line['name']}: {line['text']}")
    for command in line["commands"]:
        print(f"        {command}")


def tables_from_the_start():
    """A table that the source does not have yet is asked for once a week, and comes in another night then."""
    index = json.loads((RECORDINGS / "index.json").read_text(encoding="utf-8"))
    known = {(entry["database"], entry["name"]) for entry in index["entries"]
             if entry["endpoint"] == "data/tablefile" and entry.get("layout", "").startswith("ffcsv")
             and entry.get("recorded", "")[:10] <= START and "excerpt" not in entry.get("tags", [])}
    tables = {service: [code for code in codes if (service, code) in known]
              for service, codes in recorded_tables().items()}
    return {service: codes for service, codes in tables.items() if codes}


def main():
    need_recordings()
    binary = sys.argv[1]
    tables = tables_from_the_start()
    assert sum(map(len, tables.values())) >= 10, tables
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        calm, hard = Month(binary, folder / "calm", tables), Month(binary, folder / "hard", tables)
        seen = set()
        for number, (switches, expected) in enumerate(FAULTS):
            calm.night(number, ())
            states, loaded, report = hard.night(number, switches)
            if expected:
                assert states & set(expected), f"night {number} {switches}: {states}, expected one of {expected}"
            check_report(number, states, loaded, report)
            seen |= states
            print(f"night {number:2} {' '.join(switches):60} {' '.join(sorted(states))}", flush=True)
        for event in EVENTS:
            number += 1
            calm.night(number, (), event if event[4] else None)
            states, loaded, report = hard.night(number, (), event)
            print(f"night {number:2} {event[0]:60} {' '.join(sorted(states))}", flush=True)
            check_event(number, event, states, report)
            check_report(number, states, loaded, report)
            seen |= states
        for number in range(number + 1, number + 1 + CALM_NIGHTS):
            calm.night(number, ())
            states, loaded, report = hard.night(number, ())
            check_report(number, states, loaded, report)
            seen |= states
        wanted, got = calm.program.json("verify"), hard.program.json("verify")
        assert wanted["sound"] and got["sound"], got
        names = [{row["dataset"] for row in month.program.json("list", "datasets")} for month in (calm, hard)]
        assert names[0] == names[1], names[0] ^ names[1]
        attempts = hard.program.json("list", "attempts", "--limit", "1000")
        last = {}
        for row in attempts:
            last.setdefault((row["source"], row["table"]), row)
        for (source, table), row in last.items():
            if table:
                assert row["outcome"] in ("loaded", "unchanged", "not_newer", "withdrawn", "absent"), row
        assert wanted["content_hash"] == got["content_hash"], (wanted["content_hash"], got["content_hash"])
        print(f"content hash undisturbed {wanted['content_hash']}, disturbed {got['content_hash']}")
        missing = {"late", "refused", "changed_shape", "withdrawn", "partial", "empty", "held", "unavailable",
                   "not_ready", "loaded", "unchanged"} - seen
        assert not missing, missing
        print("states seen: " + " ".join(sorted(seen)))


main()
