#!/usr/bin/env python3
"""A copy that deploy/examples/mirror.py keeps, through kills of the copy, of the gateway and of its loads.

Usage   mirror_kills.py PROGRAM CHECK    PROGRAM is kreislauf; kreislauf-server is found as it finds it
        mirror_kills.py --list           names of the checks, for CMake
"""
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[3]
MIRROR = SOURCE / "deploy/examples/mirror.py"
AREA = "03"  # all counties of the Land: enough to be in the middle of something
KILLS = 45  # in all, and a third of them on each side
MOST_ROUNDS = 120


class Gateway:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("KREISLAUF_")}
        self.environment["KREISLAUF_DATA"] = str(SOURCE)
        shutil.copytree(SOURCE / "deploy/sample", self.folder / "sample")
        with socket.socket() as free:  # the same port after every kill
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.hour = 0
        self.server = None

    def sync(self, kill_after=None, year=2025):
        """A load of every table; True where it came to its end."""
        self.hour += 1
        words = [self.program, "--store", "store", "--now",
                 f"{year}-06-{1 + self.hour // 24:02}T{self.hour % 24:02}:00:00Z",
                 "sync", "--config", "sample/kreislauf.toml"]
        process = subprocess.Popen(words, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        try:
            text, _ = process.communicate(timeout=kill_after or 120)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return False
        assert process.returncode in (0, 3), text
        return True

    def start(self):
        self.server = subprocess.Popen(
            [self.program, "serve", "--store", "store", "--listen", f"127.0.0.1:{self.port}", "--log", "none"],
            cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True)  # the command and the server it runs
        line = self.server.stdout.readline()
        assert str(self.port) in line, f"{line!r} {self.server.stderr.read() if not line else ''}"

    def kill(self):
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def change(self, dice):
        """Revises, deletes and adds figures of the population table."""
        path = self.folder / "sample/regionalstatistik/data/tablefile/12411-01-01-4.csv"
        original = (SOURCE / "deploy/sample/regionalstatistik/data/tablefile/12411-01-01-4.csv").read_text("utf-8")
        lines = original.splitlines(keepends=True)
        value = next(i for i, name in enumerate(lines[0].rstrip("\r\n").split(";")) if name.strip('"') == "value")
        kept = [lines[0]]
        for line in lines[1:]:
            draw = dice.random()
            if draw < 0.03:
                continue
            fields = line.rstrip("\r\n").split(";")
            if draw < 0.2 and fields[value].strip('"').isdigit():
                fields[value] = fields[value].replace(fields[value].strip('"'), str(dice.randrange(1, 999999)))
                line = ";".join(fields) + line[len(line.rstrip("\r\n")):]
            kept.append(line)
        path.write_text("".join(kept), "utf-8")


def figures(path):
    database = sqlite3.connect(path)
    try:
        return database.execute("SELECT * FROM figure ORDER BY 1, 2, 3, 4").fetchall()
    finally:
        database.close()


def once(gateway, copy):
    done = subprocess.run([sys.executable, "-B", MIRROR, gateway.url, AREA, copy, "--once"], text=True,
                          capture_output=True, timeout=120)
    assert done.returncode == 0 and "proven" in done.stdout, f"{done.returncode} {done.stdout} {done.stderr}"
    return done.stdout


def check_ACopyIsProvenThroughKillsOnBothSides(program, folder):
    seed = random.randrange(2**32)
    print("seed", seed)
    dice = random.Random(seed)
    gateway = Gateway(program, folder)
    gateway.sync()
    gateway.start()
    copy = gateway.folder / "copy.sqlite"
    mirror = None
    kills = {"mirror": 0, "gateway": 0, "load": 0}
    rounds = 0
    try:
        while sum(kills.values()) < KILLS or min(kills["mirror"], kills["gateway"]) < KILLS // 3:
            rounds += 1
            assert rounds < MOST_ROUNDS, kills
            if mirror is None:
                mirror = subprocess.Popen([sys.executable, "-B", MIRROR, gateway.url, AREA, copy, "--wait", "1"],
                                          stdout=subprocess.DEVNULL)
            if dice.random() < 0.6:
                gateway.change(dice)
                if not gateway.sync(kill_after=dice.choice([None, dice.uniform(0.005, 0.1), dice.uniform(0.005, 0.1)])):
                    kills["load"] += 1
                    if dice.random() < 0.5:
                        gateway.sync()
            time.sleep(dice.uniform(0, 0.4))
            if dice.random() < 0.6:
                mirror.kill()
                mirror.wait()
                mirror = None
                kills["mirror"] += 1
            if dice.random() < 0.5:
                gateway.kill()
                kills["gateway"] += 1
                time.sleep(dice.uniform(0, 0.2))
                gateway.start()
        gateway.sync()
    finally:
        if mirror is not None:
            mirror.kill()
            mirror.wait()
    try:
        once(gateway, copy)
        fresh = gateway.folder / "fresh.sqlite"
        once(gateway, fresh)
        assert figures(copy) == figures(fresh), "the copy that was killed and the fresh one differ"
        assert len(figures(copy)) > 30, "too little to prove anything"
        with sqlite3.connect(copy) as database:
            kinds = {row[0] for row in database.execute("SELECT DISTINCT change FROM history")}
        assert {"added", "revised", "deleted"} <= kinds, kinds
        print("kills", kills)
        # A copy in which one digit is wrong is found, and taken anew.
        with sqlite3.connect(copy) as database:
            database.execute("UPDATE figure SET value = '1' || value WHERE value IS NOT NULL")
        assert "differs, taken anew" in once(gateway, copy)
        assert figures(copy) == figures(fresh)
    finally:
        gateway.kill()


def check_ACopyThatTheLogLeftBehindIsTakenAnew(program, folder):
    dice = random.Random(7)
    gateway = Gateway(program, folder)
    gateway.sync()
    gateway.start()
    copy = gateway.folder / "copy.sqlite"
    try:
        once(gateway, copy)
        gateway.change(dice)
        gateway.sync()
        configuration = gateway.folder / "sample/kreislauf.toml"
        configuration.write_text(configuration.read_text("utf-8") + "\n[changes]\nkeep_years = 2\n", "utf-8")
        gateway.sync(year=2026)
        assert "taken anew" not in once(gateway, copy), "nothing is older than two years yet"
        gateway.change(dice)
        gateway.sync(year=2027)
        gateway.change(dice)
        gateway.sync(year=2030)  # drops what it finds, after it has loaded
        listed = subprocess.run([gateway.program, "--store", "store", "--json", "changes", "list", "--from", "1"],
                                cwd=gateway.folder, env=gateway.environment, text=True, capture_output=True, check=True)
        assert json.loads(listed.stdout)[0]["kind"] == "compacted", listed.stdout
        text = once(gateway, copy)
        assert "no longer knows this place, taken anew" in text, text
        fresh = gateway.folder / "fresh.sqlite"
        assert "taken anew" not in once(gateway, fresh)
        assert figures(copy) == figures(fresh)
        gateway.sync(year=2030)  # a second time there is nothing to drop
        assert "taken anew" not in once(gateway, copy)
    finally:
        gateway.kill()


def check_ACopyEqualsWhatTheSeriesSay(program, folder):
    gateway = Gateway(program, folder)
    gateway.sync()
    gateway.start()
    try:
        copy = gateway.folder / "copy.sqlite"
        once(gateway, copy)
        told = {(f[0], f[2], f[3]) for f in figures(copy)}
        address = f"{gateway.url}/api/v1/series?area={AREA}&inside=true"
        with urllib.request.urlopen(address, timeout=60) as answer:
            series = json.load(answer)["series"]
        asked = {(one["dataset"], one["area"], figure["period"]) for one in series for figure in one["figures"]}
        assert asked and asked <= told, sorted(asked - told)[:5]
    finally:
        gateway.kill()


CHECKS = {name[len("check_"):]: check for name, check in globals().items() if name.startswith("check_")}


def main():
    if sys.argv[1:] == ["--list"]:
        print(";".join(CHECKS), end="")
        return 0
    program, name = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="kreislauf-mirror-") as folder:
        CHECKS[name](str(pathlib.Path(program).resolve()), folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
