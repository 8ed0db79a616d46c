#!/usr/bin/env python3
"""The day of a clerk in a state office, from the first file to the recall, on 1.1 million rows.

Usage   clerks_day.py PROGRAM SERVER CASE    runs one case in a directory of its own
        clerks_day.py --list                 names of the cases, for CMake
"""
import json
import pathlib
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import zoneinfo
from datetime import datetime, timedelta

from delivery_service import Service

HERE = pathlib.Path(__file__).resolve().parent
CHECKER = HERE.parent.parent / "deploy/examples/verify_receipts.py"
REAL = HERE.parent.parent.parent / "shared/real/lsn"

AGREEMENT = """origin = "made up for a test"
date = 2026-11-26
title = "Bevölkerung der Gemeinden nach Geschlecht und Alter"
areas = ["03"]
[office]
land = "03"
name = "Landesamt für Statistik Niedersachsen"
[feed]
service = "regionalstatistik"
table = "12411-02-03-5"
[policy]
rows = "accept_rest"
embargo = "allowed"
[expected]
least_rows = 1
"""

# Real numbers of municipalities of counties of Niedersachsen whose borders stayed.
COUNTIES = {"03151": 41, "03153": 7, "03154": 23, "03155": 11, "03157": 7, "03158": 32, "03241": 21, "03251": 45,
            "03252": 8, "03254": 20, "03255": 32, "03256": 36, "03257": 38, "03351": 21, "03352": 29, "03353": 42,
            "03354": 27, "03355": 43, "03356": 11, "03357": 57, "03358": 23, "03359": 40, "03360": 27, "03361": 11,
            "03451": 6, "03452": 24, "03453": 13, "03454": 60, "03455": 8, "03456": 25, "03457": 19, "03458": 15,
            "03459": 34, "03460": 10, "03461": 9, "03462": 19}
AGES = [(0, 3), (3, 6), (6, 10), (10, 15), (15, 18), (18, 20), (20, 25), (25, 30), (30, 35), (35, 40), (40, 45),
        (45, 50), (50, 55), (55, 60), (60, 65), (65, 75)]
HEADER = ("\ufeffstatistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
          "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;"
          "2_variable_attribute_code;2_variable_attribute_label;3_variable_code;3_variable_label;"
          "3_variable_attribute_code;3_variable_attribute_label;value;value_unit;value_variable_code;"
          "value_variable_label")
YEARS = range(2002, 2025)


def rows():
    """[text before the value, value]; totals are the sums of their parts, and the years follow each other smoothly."""
    ages = [(f"ALT{low:03}B{high:02}", f"{low} bis unter {high} Jahre") for low, high in AGES]
    ages.append(("ALT075UM", "75 Jahre und mehr"))
    heads = [";".join(["ALTX20", "Altersgruppen (unter 3 bis 75 u. m.)", code, label, ""])
             for code, label in [*ages, ("", "Insgesamt")]]
    heads[0] = heads[0].replace("0 bis unter 3 Jahre", "unter 3 Jahre")
    number = 0
    for county, count in COUNTIES.items():
        for municipality in range(1, count + 1):
            number += 1
            area = f"{county}{municipality:03}"
            for year in YEARS:
                start = (f"12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;{year}-12-31;GEMEIN;Gemeinden;"
                         f"{area};Gemeinde {area};GES;Geschlecht;")
                men = [40 + (number * 37 + age * 53) % 700 + year - 2000 for age in range(len(ages))]
                women = [43 + (number * 41 + age * 59) % 700 + year - 2000 for age in range(len(ages))]
                for sex, values in (("GESM;männlich", men), ("GESW;weiblich", women),
                                    (";Insgesamt", [m + w for m, w in zip(men, women)])):
                    for head, value in zip(heads, [*values, sum(values)]):
                        yield [f"{start}{sex};{head}", str(value)]


def content(table):
    return "\n".join([HEADER, *(f"{head}{value};Anzahl;BEVSTD;Bevölkerungsstand" for head, value in table), ""]).encode()


def line_of(index):
    return index + 2


def key_of(row):
    return row[0].split(";")


class Clerk:
    """A clerk's words to the service, and the answers."""

    def __init__(self, service):
        self.service = service

    def deliver(self, file, agreement, *words):
        return subprocess.run([self.service.program, "deliver", str(file), "--agreement", agreement, "--url",
                               self.service.url, "--piece", "8192", "--wait", "900", *words],
                              capture_output=True, text=True, env={"KREISLAUF_KEY": self.service.key})

    def upload_with_cuts(self, data, cuts, **wish):
        """Sends 8 MiB at once; each cut ends the line somewhere within a piece. The id of the delivery."""
        chance = random.Random(2026)
        path = self.service.begin(data, **wish)
        piece_bytes = 8 << 20
        sent_again = 0
        while (offset := self.service.offset(path)) < len(data):
            piece = data[offset:offset + piece_bytes]
            if cuts > 0:
                cuts -= 1
                self.service.cut(path, offset, piece, chance.randrange(len(piece)))
                sent_again += len(piece)
                continue
            status, fields, body = self.service.patch(path, offset, piece)
            assert status in (204, 409), (status, body)
        fields = self.service.ask("HEAD", path, self.service.key, Tus_Resumable="1.0.0")[1]
        return fields["Kreislauf-Delivery"]

    def get(self, number, what=""):
        status, _, body = self.service.ask("GET", f"/api/v1/deliveries/{number}{what}", self.service.key)
        assert status == 200, (status, body)
        return body

    def wait(self, number, stages, seconds=300):
        until = time.time() + seconds
        while time.time() < until:
            delivery = json.loads(self.get(number))
            if delivery["stage"] in stages:
                return delivery
            time.sleep(0.2)
        raise AssertionError(f"{number} is {delivery['stage']}, not {stages}; {delivery['steps']}")

    def post(self, number, step, **fields):
        status, _, body = self.service.ask("POST", f"/api/v1/deliveries/{number}/{step}", self.service.key,
                                           json.dumps(fields), Content_Type="application/json")
        return status, json.loads(body)

    def command(self, *words):
        return subprocess.run([self.service.program, "--store", str(self.service.store), *words],
                              capture_output=True, text=True)


def named_lines(finding):
    lines = {finding["line"]} - {0}
    for example in finding["examples"]:
        span = re.findall(r"(\d+)\s*(?:to|-|bis)\s*(\d+)", example)
        for first, last in span:
            lines |= set(range(int(first), int(last) + 1))
        lines |= {int(number) for number in re.findall(r"line (\d+)", example)}
    return lines


def spoiled(table):
    """The revision with its faults: what was done to which line."""
    faults = {}
    table = [list(row) for row in table]
    values = [row[1] for row in table]
    # 38 rows whose values stand one row off.
    first = len(table) // 2 // 54 * 54 + 1
    faults["shifted"] = range(first, first + 38)
    for index in faults["shifted"]:
        table[index][1] = values[index - 1]
    # Two cells that were secret are 0 now.
    faults["secret"] = secret_rows(table)
    for index in faults["secret"]:
        table[index][1] = "0"
    # Three rows that cannot be read: a sign that nobody knows.
    faults["unreadable"] = [54 * 7 + 5, len(table) // 3, len(table) - 20]
    for index in faults["unreadable"]:
        table[index][1] = "?"
    # And 90 figures that are right and new: one more in a hundredth of the women of an age, and in all sums over it.
    faults["revised"] = []
    for block in range(30):
        at = (block + 3) * 54 * 2
        for index in (at + 18, at + 18 + 17, at + 36, at + 36 + 17):
            table[index][1] = str(int(table[index][1]) + 1)
            faults["revised"].append(index)
    return table, faults


def secret_rows(table):
    """Two single ages of women in the last quarter of the table."""
    at = len(table) * 3 // 4 // 54 * 54
    return [at + 18 + 4, at + 54 * 8 + 18 + 9]


def ADayFromTheFirstFileToTheRecall(make):
    table = list(rows())
    assert len(table) >= 1_100_000, len(table)
    current = [list(row) for row in table]
    for index in secret_rows(table):
        current[index][1] = "."
    with make() as service:
        clerk = Clerk(service)
        step = Steps()
        file = service.folder / "bevoelkerung.csv"
        file.write_bytes(content(current))
        sent = clerk.deliver(file, "bevoelkerung", "--release")
        assert sent.returncode == 0, sent.stdout + sent.stderr
        number = re.search(r"D-\d{4}-\d{6}", sent.stderr)[0]
        assert clerk.wait(number, ["released"])["vintage"] == 1
        step("the first delivery is released")

        wrong, faults = spoiled(current)
        watched = [table[index] for index in (faults["revised"][0], faults["revised"][-1], faults["shifted"][5])]
        first = [figures_of(clerk, row) for row in watched]
        data = content(wrong)
        file.write_bytes(data)
        before = service.ask("GET", "/api/v1/datasets")[2]
        tried = clerk.deliver(file, "bevoelkerung", "--dry-run", "--json")
        assert tried.returncode == 1, tried.stderr
        check_findings(json.loads(tried.stdout), wrong, faults)
        assert len(json.loads(service.ask("GET", "/api/v1/deliveries", service.key)[2])["deliveries"]) == 1
        step("a dry run names every fault and leaves nothing")

        number = clerk.upload_with_cuts(data, 10, agreement="bevoelkerung", filename="bevoelkerung.csv",
                                        accept_rest="true", comment="Revision 2024", embargo=service.in_minutes(2))
        delivery = clerk.wait(number, ["checked"])
        report = json.loads(clerk.get(number, "/report?format=json"))
        check_findings(report, wrong, faults)
        assert report["preview"]["changes_sha256"] == json.loads(tried.stdout)["preview"]["changes_sha256"]
        step("the upload with cuts is checked")

        counts = report["counts"]
        assert counts["rows"] == len(table), counts
        assert counts["used"] + counts["repeated"] + counts["set_aside"] == counts["cells"], counts
        aside = clerk.get(number, "/quarantine").decode("utf-8-sig").splitlines()
        assert len(aside) == 1 + counts["set_aside"], (len(aside), counts)
        status, refusal = clerk.post(number, "release")
        assert status == 409 and "reason" in json.dumps(refusal), (status, refusal)
        status, answer = clerk.post(number, "release", reason="mit dem Fachbereich geprüft")
        assert status == 202, (status, answer)
        due = delivery["release_at"]
        while time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1)) < due:
            assert service.ask("GET", "/api/v1/datasets")[2] == before
            time.sleep(0.2)
        time.sleep(3)
        released = clerk.wait(number, ["released"], 5)
        assert service.ask("GET", "/api/v1/datasets")[2] != before
        vintage = vintages(clerk)[-1]
        assert vintage["vintage"] == released["vintage"] == 2, (vintage, released)
        for name in ("added", "revised", "deleted"):
            assert vintage[name] == counts[name], (vintage, counts)
        assert all(figures_of(clerk, row) != old for row, old in zip(watched, first))
        step("at its minute the sound rows are out, and as the preview said")

        receipt = service.folder / "quittung.json"
        receipt.write_bytes(clerk.get(number, "/receipt"))
        key = service.folder / "receipt.pub"
        key.write_text(clerk.command("receipt", "key").stdout)
        assert json.loads(receipt.read_text())["counts"]["set_aside"] == counts["set_aside"]
        for verify in ([service.program, "receipt", "verify"], [sys.executable, "-B", str(CHECKER)]):
            words = [str(receipt), "--key", str(key), "--file"]
            assert subprocess.run([*verify, *words, str(file)], capture_output=True).returncode == 0
            assert subprocess.run([*verify, *words, str(receipt)], capture_output=True).returncode == 1
            assert subprocess.run([*verify, *words, "absent"], capture_output=True).returncode == 2
        step("the receipt is genuine")

        right = service.folder / "berichtigt.csv"
        right.write_bytes(corrected(aside, current).encode())
        sent = clerk.deliver(right, "bevoelkerung", "--release", "--replaces", number)
        assert sent.returncode == 0, sent.stdout + sent.stderr
        second = re.search(r"D-\d{4}-\d{6}", sent.stderr)[0]
        assert clerk.wait(second, ["released"])
        step("the corrected rows are released")

        withdrawn = clerk.post(number, "withdraw", why="Fehler in der Altersgliederung")
        assert withdrawn[0] == 202, withdrawn
        clerk.wait(number, ["withdrawn"])
        step("the recall")
        last = vintages(clerk)[-1]
        assert last["kind"] == "recalled", last
        assert [figures_of(clerk, row) for row in watched] == first
        whole = clerk.command("receipt", "chain")
        assert whole.returncode == 0, whole.stdout + whole.stderr
    intake = service.store / "intake"
    stranger = subprocess.run([sys.executable, "-B", str(CHECKER), "--key", str(intake / "receipt.pub"), "--chain",
                               str(intake / "receipts.jsonl"), "--head", str(intake / "receipts.head"), "--store",
                               str(service.store / "store.sqlite")], capture_output=True, text=True)
    assert stranger.returncode == 0, stranger.stdout + stranger.stderr
    step("a stranger finds receipts and releases whole")


class Steps:
    """Says what is done, and after how many seconds."""

    def __init__(self):
        self.begin = time.time()

    def __call__(self, what):
        print(f"{time.time() - self.begin:6.1f} s  {what}", flush=True)


def check_findings(report, table, faults):
    findings = report["findings"]
    shifted = [one for one in findings if one["code"] == "shifted_labels"]
    assert shifted, findings
    named = set().union(*(named_lines(one) for one in shifted))
    missing = {line_of(index) for index in faults["shifted"]} - named
    assert not missing, (missing, shifted)
    secret = [one for one in findings if one["needs_reason"]]
    named = set().union(*(named_lines(one) for one in secret))
    assert {line_of(index) for index in faults["secret"]} <= named, secret
    unreadable = [one for one in findings if one["code"] == "unknown_sign"]
    named = set().union(*(named_lines(one) for one in unreadable))
    assert {line_of(index) for index in faults["unreadable"]} <= named, unreadable
    for one in findings:
        assert one["found"] and one["expected"] and one["next_step"], one


def corrected(aside, current):
    """The quarantine file with the values of `current`; its last column may stay."""
    right = {";".join(row[0].split(";")[:17]): row[1] for row in current}
    lines = [aside[0]]
    for line in aside[1:]:
        fields = line.split(";")
        fields[17] = right[";".join(fields[:17])]
        lines.append(";".join(fields))
    return "\ufeff" + "\n".join(lines) + "\n"


def vintages(clerk):
    listed = clerk.command("list", "vintages", "--json")
    assert listed.returncode == 0, listed.stderr
    return json.loads(listed.stdout)


def figures_of(clerk, row):
    """What readers get for the area and the year of a row, without the vintages that brought it."""
    fields = key_of(row)
    found = clerk.command("get", "12411-02-03-5", "--area", fields[7], "--from", fields[4], "--to", fields[4])
    assert found.returncode == 0, found.stderr
    return sorted(re.sub(r"@\d+", "", line) for line in found.stdout.splitlines())


class DayService(Service):
    """With the agreements of the day."""

    def __init__(self, program, server, folder):
        super().__init__(program, server, folder)
        (self.store / "intake/agreements/bevoelkerung.toml").write_text(AGREEMENT, encoding="utf-8")

    def in_minutes(self, minutes):
        """A minute from now on, as a clerk writes it, in the agreement's time zone."""
        at = datetime.now(zoneinfo.ZoneInfo("Europe/Berlin")) + timedelta(minutes=minutes)
        return at.strftime("%Y-%m-%d %H:%M")

    def cut(self, path, offset, piece, at):
        """A piece whose line breaks after `at` bytes."""
        with socket.create_connection(("127.0.0.1", int(self.port))) as link:
            link.sendall((f"PATCH {path} HTTP/1.1\r\nHost: h\r\nX-API-Key: {self.key}\r\nTus-Resumable: 1.0.0\r\n"
                          f"Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\n"
                          f"Content-Length: {len(piece)}\r\n\r\n").encode() + piece[:at])


def TablesOfTheOfficeAreDeliveriesLikeAnyOther(make):
    files = [("lsn-1-2-4", REAL / "csv/indicator_1-2-4.csv"), ("lsn-1-2-4-xlsx", REAL / "xlsx/2025_1-2-4.xlsx")]
    if not all(file.exists() for _, file in files):
        print("skipped: the office's tables are not beside the checkout, in shared/real/lsn")
        sys.exit(77)
    with make() as service:
        clerk = Clerk(service)
        for agreement, file in files:
            # The workbook has columns that are empty before 2011: those cells are set aside, the rest is released.
            sent = clerk.deliver(file, agreement, "--accept-rest")
            number = re.search(r"D-\d{4}-\d{6}", sent.stderr)[0]
            verdict = json.loads(clerk.get(number, "/report?format=json"))["verdict"]
            assert (sent.returncode, verdict) in ((0, "sound"), (1, "partly")), (verdict, sent.stderr)
            status, answer = clerk.post(number, "release")
            assert status == 202, answer
            delivery = clerk.wait(number, ["released"])
            counts = json.loads(clerk.get(number, "/report?format=json"))["counts"]
            assert counts["used"] + counts["repeated"] + counts["set_aside"] == counts["cells"] > 0, counts
            receipt = json.loads(clerk.get(number, "/receipt"))
            assert receipt["kind"] == "released" and receipt["vintage"] == delivery["vintage"], receipt
            # The same bytes again: the delivery of then, the receipt of then, no new vintage.
            before = vintages(clerk)
            again = clerk.deliver(file, agreement, "--accept-rest")
            assert again.returncode == sent.returncode and number in again.stderr, again.stderr
            assert json.loads(clerk.get(number, "/receipt")) == receipt
            assert vintages(clerk) == before
            # A day later it is taken back.
            status, answer = clerk.post(number, "withdraw", why="Probe")
            assert status == 202, (status, answer)
            clerk.wait(number, ["withdrawn"])
        whole = clerk.command("receipt", "chain")
        assert whole.returncode == 0, whole.stdout + whole.stderr


CASES = [ADayFromTheFirstFileToTheRecall, TablesOfTheOfficeAreDeliveriesLikeAnyOther]


def main():
    if sys.argv[1:] == ["--list"]:
        print(";".join(case.__name__ for case in CASES), end="")
        return
    program, server, name = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        next(case for case in CASES if case.__name__ == name)(lambda: DayService(program, server, pathlib.Path(folder)))


if __name__ == "__main__":
    main()
