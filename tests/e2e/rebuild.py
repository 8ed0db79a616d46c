#!/usr/bin/env python3
"""Damage that no checksum turns back and no backup helps against: the store is rebuilt from its archive.

Usage   rebuild.py KREISLAUF CASE    exit 0 fine, 1 not
        rebuild.py --list            names of the cases, for CMake
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "deploy/sample"
TABLE = "12411-01-01-4"


class Bench:
    def __init__(self, program, place):
        self.program, self.place = program, pathlib.Path(place)
        self.store = self.place / "store"

    def run(self, *words, store=None, exit=0):
        done = subprocess.run([self.program, "--store", str(store or self.store), "--json", *words], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        assert done.returncode == exit, f"{words}: exit {done.returncode}, not {exit}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def fill(self):
        """The sample, a revision of one table, and one that is as before: three vintages of population."""
        self.run("--now", "2026-03-01T06:00:00Z", "sync", "--config", str(SAMPLE / "kreislauf.toml"))
        text = (SAMPLE / f"regionalstatistik/data/tablefile/{TABLE}.csv").read_bytes()
        assert b"127712" in text
        for day, number in (("2026-04-01", b"127713"), ("2026-05-01", b"127714")):
            file = self.place / f"{TABLE}_de_flat.csv"
            file.write_bytes(text.replace(b"127712", number))
            self.run("--now", f"{day}T06:00:00Z", "import", "--language", "de", str(file))
        return self.hash()

    def hash(self, store=None):
        return self.run("verify", store=store)["content_hash"]

    def damage(self):
        """Overwrites bytes in a page of packed figures: more than one bit, nothing to turn back."""
        file = self.store / "store.sqlite"
        bytes_ = bytearray(file.read_bytes())
        rows = subprocess.run(["sqlite3", f"file:{file}?immutable=1",
                               "SELECT hex(series) FROM by_indicator ORDER BY length(series) DESC LIMIT 1"], text=True,
                              stdout=subprocess.PIPE, check=True).stdout
        at = bytes(bytes_).index(bytes.fromhex(rows.strip())[:40])
        bytes_[at + 5:at + 25] = b"x" * 20
        file.write_bytes(bytes_)


def a_sound_store_comes_out_the_same(bench):
    hash_ = bench.fill()
    new = bench.place / "new"
    report = bench.run("restore", "--rebuild", "--from", str(bench.store), store=new)
    assert report["same"] and report["content_hash"] == hash_, report
    assert bench.hash(new) == hash_
    for what in ("vintages", "documents"):
        assert bench.run("list", what, store=new) == bench.run("list", what), what
    assert bench.run("verify", "--figures", "200", store=new)["sound"]


def damaged_figures_come_back_from_the_archive(bench):
    hash_ = bench.fill()
    bench.damage()
    assert not bench.run("verify", exit=4)["sound"]
    assert not bench.run("verify", "--repair", exit=4)["sound"]
    new = bench.place / "new"
    report = bench.run("restore", "--rebuild", "--from", str(bench.store), store=new)
    assert report["same"] and report["content_hash"] == hash_, report
    figures = bench.run("get", TABLE, "--area", "03153", "--as-of", "2026-04-15", "--where", "SEX=_T", store=new)
    assert "127713" in json.dumps(figures)


def a_lost_document_is_named(bench):
    bench.fill()
    lost = next((bench.store / "raw").glob("*/*.raw"))
    lost.unlink()
    report = bench.run("restore", "--rebuild", "--from", str(bench.store), store=bench.place / "new", exit=3)
    assert any(lost.stem in each["text"] for each in report["differences"]), report


def what_is_there_is_not_overwritten(bench):
    bench.fill()
    shutil.copytree(bench.store, bench.place / "other")
    before = (bench.place / "other/store.sqlite").read_bytes()
    report = bench.run("restore", "--rebuild", "--from", str(bench.store), store=bench.place / "other", exit=2)
    assert "is not empty" in report["error"]["text"], report
    assert (bench.place / "other/store.sqlite").read_bytes() == before


CASES = {"".join(word.capitalize() for word in function.__name__.split("_")): function for function in (
    a_sound_store_comes_out_the_same, damaged_figures_come_back_from_the_archive, a_lost_document_is_named,
    what_is_there_is_not_overwritten)}

if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print(";".join(CASES), end="")
    elif len(sys.argv) == 3:
        with tempfile.TemporaryDirectory(prefix="kreislauf-rebuild-") as place:
            CASES[sys.argv[2]](Bench(sys.argv[1], place))
    else:
        sys.exit(__doc__)
