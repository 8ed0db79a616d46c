#!/usr/bin/env python3
"""Keeps a copy of what a Kreislauf gateway holds for an area, and proves that nothing is missing.

Usage   mirror.py URL AREA COPY.sqlite [--dataset ID,...] [--indicator CODE,...] [--key KEY] [--once] [--wait SECONDS]

The copy is an SQLite file: figure(dataset, series, area, period, value, state), and history with old and new values.
A page of the feed and its cursor are one transaction, so the copy may be killed at any moment and goes on where it
was. When everything is there, the hash of the copy is compared with that of the gateway at the same cursor
(docs/feed.md); a copy that differs is taken anew. Needs nothing but Python 3.8.

Exit    0 the copy is proven (--once); 1 the gateway refused; 2 the copy differed twice
"""
import argparse
import hashlib
import json
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

TABLES = """
CREATE TABLE IF NOT EXISTS figure (dataset TEXT, series TEXT, area TEXT, period TEXT, value TEXT, state TEXT,
    PRIMARY KEY (dataset, series, area, period)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history (dataset TEXT, series TEXT, area TEXT, period TEXT, change TEXT, old TEXT, new TEXT,
    vintage INTEGER, time TEXT, note TEXT);
CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), question TEXT, cursor TEXT, full INTEGER);
"""


class Gone(Exception):
    """The gateway no longer knows the place of the copy."""


class Gateway:
    def __init__(self, arguments):
        self.base = arguments.url.rstrip("/")
        asked = ((name, getattr(arguments, name)) for name in ("area", "dataset", "indicator"))
        self.question = {name: value for name, value in asked if value}
        self.headers = {"X-API-Key": arguments.key} if arguments.key else {}

    def ask(self, path, **parameters):
        """The answer; waits as long as the gateway cannot be reached."""
        address = self.base + path + "?" + urllib.parse.urlencode({**self.question, **parameters})
        pause = 0.2
        while True:
            try:
                request = urllib.request.Request(address, headers=self.headers)
                with urllib.request.urlopen(request, timeout=90) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as refusal:
                if refusal.code == 410 or (refusal.code == 400 and "cursor" in parameters):
                    raise Gone(refusal.read().decode()) from None
                if refusal.code not in (429, 500, 502, 503, 504):
                    sys.exit(f"mirror: {address}: {refusal.code} {refusal.read().decode()}")
            except (OSError, ValueError):
                pass  # not there, or gone in the middle of an answer
            time.sleep(pause)
            pause = min(pause * 2, 10)


class Copy:
    def __init__(self, path, question):
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA synchronous = FULL")
        self.database.executescript(TABLES)
        self.question = json.dumps(question, sort_keys=True)
        row = self.database.execute("SELECT question, cursor, full FROM place").fetchone()
        self.cursor, self.full = (row[1], bool(row[2])) if row and row[0] == self.question else (None, True)

    def apply(self, page):
        """A page and its cursor, together or not at all."""
        self.database.execute("BEGIN IMMEDIATE")
        if self.cursor is None:
            self.database.execute("DELETE FROM figure")
        for entry in page["entries"]:
            for one in entry.get("observations", ()):
                key = (entry["dataset"], entry["series"], entry["area"], one["period"])
                old, new = one.get("old"), one["new"]
                if new is None:
                    self.database.execute("DELETE FROM figure WHERE (dataset, series, area, period) = (?, ?, ?, ?)", key)
                else:
                    self.database.execute("INSERT OR REPLACE INTO figure VALUES (?, ?, ?, ?, ?, ?)",
                                          key + (new["value"], new["state"]))
                if one["change"] != "present":
                    self.database.execute("INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", key + (
                        one["change"], old and old["value"], new and new["value"], entry["vintage"], entry["time"],
                        entry["note"]))
        self.database.execute("INSERT OR REPLACE INTO place VALUES (1, ?, ?, ?)",
                              (self.question, page["cursor"], page["full"]))
        self.database.execute("COMMIT")
        self.cursor, self.full = page["cursor"], page["full"]

    def sha256(self):
        digest = hashlib.sha256()
        for row in self.database.execute(
                "SELECT dataset, series, area, period, ifnull(value, ''), state FROM figure ORDER BY 1, 2, 3, 4"):
            digest.update(("\t".join(row) + "\n").encode())
        return digest.hexdigest()


def follow(gateway, copy, wait):
    """Takes pages until nothing is left."""
    while True:
        try:
            place = {"cursor": copy.cursor} if copy.cursor else {"from": "start"}
            page = gateway.ask("/api/v1/feed", limit=1000, wait=wait, **place)
        except Gone:
            print("the gateway no longer knows this place, taken anew", flush=True)
            copy.cursor, copy.full = None, True
            continue
        copy.apply(page)
        if not page["more"]:
            return


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("url", "area", "copy", "--dataset", "--indicator", "--key"):
        parser.add_argument(name)
    parser.add_argument("--once", action="store_true", help="stop when the copy is proven")
    parser.add_argument("--wait", type=int, default=20, help="seconds that the gateway may wait for news")
    arguments = parser.parse_args()
    gateway = Gateway(arguments)
    copy = Copy(arguments.copy, gateway.question)
    differed = 0
    while True:
        follow(gateway, copy, 0 if arguments.once or differed else arguments.wait)
        try:
            theirs = gateway.ask("/api/v1/feed/state", cursor=copy.cursor)["sha256"]
        except Gone:
            continue  # the next page says so as well, and the copy is taken anew
        if theirs == copy.sha256():
            differed = 0
            print("proven", theirs, flush=True)
            if arguments.once:
                return 0
        else:
            differed += 1
            print("differs, taken anew", theirs, flush=True)
            if differed == 2:
                return 2
            copy.cursor, copy.full = None, True


if __name__ == "__main__":
    sys.exit(main())
