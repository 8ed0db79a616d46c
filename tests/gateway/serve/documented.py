#!/usr/bin/env python3
"""Runs every example of docs/api.md and docs/de/daten-abrufen.md as printed, against a running service.

Usage   documented.py PROGRAM CHECK    PROGRAM is kreislauf; kreislauf-server is found as it finds it
        documented.py --list           names of the checks, for CMake
Only the port is another one than in the text, so that several tests can run at once.
"""
import contextlib
import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[3]
PAGES = ("docs/api.md", "docs/de/daten-abrufen.md")
PRINTED = "127.0.0.1:8080"
NOW = "2025-06-11T06:00:00Z"


def examples(language):
    """(page, number, text) of the blocks in a language."""
    for page in PAGES:
        text = (SOURCE / page).read_text(encoding="utf-8")
        for number, block in enumerate(re.findall(r"^```" + language + r"\n(.*?)^```", text, re.M | re.S), start=1):
            yield page, number, block


class Service:
    def __init__(self, program, folder):
        self.folder = pathlib.Path(folder)
        self.program = program
        self.store = self.folder / "var/kreislauf"  # where the commands look by themselves
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("KREISLAUF_")}
        self.environment["KREISLAUF_DATA"] = str(SOURCE)
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        (bin_folder / "kreislauf").symlink_to(program)
        self.environment["PATH"] = f"{bin_folder}:{self.environment['PATH']}"
        shutil.copytree(SOURCE / "deploy/sample", self.folder / "sample")
        self.call("--now", NOW, "sync", "--config", self.folder / "sample/kreislauf.toml")

    def call(self, *words):
        done = subprocess.run([self.program, "--store", self.store, *map(str, words)], text=True,
                              capture_output=True, env=self.environment, cwd=self.folder, timeout=120)
        assert done.returncode in (0, 3), f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @contextlib.contextmanager
    def running(self):
        server = subprocess.Popen(
            [self.program, "serve", "--store", self.store, "--listen", "127.0.0.1:0", "--log", "none"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment, cwd=self.folder)
        try:
            line = server.stdout.readline()
            found = re.search(r"127\.0\.0\.1:(\d+)", line)
            assert found, f"the first line names no port: {line!r} {server.stderr.read() if not line else ''}"
            self.address = "127.0.0.1:" + found.group(1)
            yield self
        finally:
            server.terminate()
            server.wait(timeout=30)

    def run(self, words, text):
        return subprocess.run(words, input=text.replace(PRINTED, self.address), text=True, capture_output=True,
                              env=self.environment, cwd=self.folder, timeout=120)

    def get(self, target, **headers):
        request = urllib.request.Request(f"http://{self.address}{target}", headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()


def check_EveryCommandOfTheShellWorks(service):
    count = 0
    for page, number, text in examples("sh"):
        done = service.run(["bash", "-eu"], text)
        assert done.returncode == 0, f"{page}, sh {number}: {done.returncode}\n{text}\n{done.stdout}\n{done.stderr}"
        # curl -s is silent about problems: the answer must not be one, but where the page shows one.
        if '"type":"urn:kreislauf:problem' in done.stdout:
            assert "areas/3153'" in text and "next_step" in done.stdout and "03153" in done.stdout, \
                f"{page}, sh {number}: {done.stdout}"
        else:
            count += 1
    assert count >= 10, f"only {count} examples"
    rows = (service.folder / "goslar.csv").read_text(encoding="utf-8-sig").splitlines()
    assert any("126775" in row and '"=""03153"""' in row for row in rows), rows[:3]
    assert len((service.folder / "kreise.csv").read_bytes()) > 1000
    assert (service.folder / "kreise-heute.csv").stat().st_size > 1000


def check_EveryExampleInPythonWorks(service):
    count = 0
    for page, number, text in examples("python"):
        done = service.run([sys.executable, "-"], text)
        assert done.returncode == 0, f"{page}, python {number}:\n{done.stdout}\n{done.stderr}"
        assert "2024-12-31 126775" in done.stdout, f"{page}: {done.stdout}"
        count += 1
    assert count == 2


def check_EveryExampleInRWorks(service):
    if shutil.which("Rscript") is None:
        print("Rscript is not installed")
        sys.exit(77)
    count = 0
    for page, number, text in examples("r"):
        path = service.folder / "example.R"
        path.write_text(text.replace(PRINTED, service.address), encoding="utf-8")
        done = subprocess.run(["Rscript", path], text=True, capture_output=True, timeout=120)
        assert done.returncode == 0, f"{page}, r {number}:\n{done.stdout}\n{done.stderr}"
        assert re.search(r"2024-12-31 +126775", done.stdout), f"{page}: {done.stdout}"
        count += 1
    assert count == 2


def check_TheAddressForExcelGivesWhatExportWrites(service):
    addresses = [text.strip() for _, _, text in examples("url")]
    assert len(addresses) == 2
    csv = service.get(addresses[0].split(PRINTED)[1])
    service.call("export", "--area", "03153", "--out", service.folder / "paket")
    exported = (service.folder / "paket/daten.csv").read_bytes()
    # The package holds every dataset: its rows of this one, under its header, in its order. The columns of
    # dimensions are those of all its datasets, so that the comparison is with the whole package, too.
    whole = service.get("/api/v1/series?area=03153&inside=true&format=csv-de")
    assert whole == exported, "format=csv-de differs from daten.csv"
    assert csv.startswith(b"\xef\xbb\xbf") and csv.endswith(b"\r\n")
    wanted = sum(b"REGIO_12411-01-01-4/03153/" in line for line in exported.splitlines())
    assert wanted > 0 and len(csv.splitlines()) == wanted + 1, (wanted, len(csv.splitlines()))
    german = service.get("/api/v1/series?area=03153&inside=true", **{"Accept": "text/csv", "Accept-Language": "de"})
    assert german == exported
    assert service.get(addresses[1].split(PRINTED)[1]).startswith(b"PK")


def check_AFigureLeadsBackToItsLine(service):
    answer = json.loads(service.get("/api/v1/series?area=03153&dataset=12411-01-01-4&SEX=_T"))
    figure = answer["series"][0]["figures"][-1]
    explained = json.loads(service.get("/api/v1/explain?figure=" + urllib.request.quote(figure["id"], safe="")))
    assert explained["identical"] is True and explained["stored"]["value"] == figure["value"]
    assert "03153" in explained["raw_row"] and explained["line"] > 0
    on_today = json.loads(service.get("/api/v1/series?area=03159&dataset=12411-01-01-4&SEX=_T&territory=latest"))
    derived = on_today["series"][0]["figures"][0]
    explained = json.loads(service.get("/api/v1/explain?figure=" + urllib.request.quote(derived["id"], safe="")))
    assert explained["kind"] == "territorial" and explained["identical"] is True, explained


def check_AFigureIsExplainedOnAPageForPeople(service):
    answer = json.loads(service.get("/api/v1/series?area=03153&dataset=12411-01-01-4&SEX=_T"))
    figure = answer["series"][0]["figures"][-1]

    def page_of(identity):
        address = "/api/v1/explain?format=html&figure=" + urllib.request.quote(identity, safe="")
        return html.unescape(service.get(address).decode("utf-8"))

    explained = json.loads(service.get("/api/v1/explain?figure=" + urllib.request.quote(figure["id"], safe="")))
    page = page_of(figure["id"])
    for word in ("<h2>Goslar, Landkreis, 31.12.2024: 126775</h2>", "dieselbe Zahl", explained["raw_row"],
                 explained["document_sha256"], f"Zeile {explained['line']}, Spalte {explained['column']}",
                 explained["rules"][0]["result"], "<td>Zeit</td>", "<td>Variable KREISE</td>",
                 "ein leerer Schlüssel ist die Summe"):
        assert word in page, (word, page)
    on_today = json.loads(service.get("/api/v1/series?area=03159&dataset=12411-01-01-4&SEX=_T&territory=latest"))
    page = page_of(on_today["series"][0]["figures"][0]["id"])
    parts = re.findall(r'href="(/api/v1/explain[?][^"]*)"', page)
    assert parts and "Woraus sie gerechnet ist" in page, page
    for part in parts:
        assert "dieselbe Zahl" in service.get(part).decode("utf-8"), part


def main():
    checks = {name[len("check_"):]: value for name, value in globals().items() if name.startswith("check_")}
    if sys.argv[1:] == ["--list"]:
        print(";".join(checks), end="")
        return
    with tempfile.TemporaryDirectory() as folder, Service(pathlib.Path(sys.argv[1]).resolve(), folder).running() as service:
        checks[sys.argv[2]](service)


if __name__ == "__main__":
    main()
