#!/usr/bin/env python3
"""Areas over time through the program: what a key was, crosswalks, imported files, conversion to a day.

Usage   territory.py PROGRAM CASE     territory.py --list
"""
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TABLE = "year,ags_old,ags_new,w_pop,w_area,w_emp\n2018,16063,16063,0.9,0.8,0.7\n2018,16063,16066,0.1,0.2,0.3\n"


class Place:
    """A store of its own, and the program in it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)

    def run(self, *words, code=0):
        environment = {**os.environ, "KREISLAUF_HOME": str(self.folder / "store")}
        done = subprocess.run([self.program, *words], capture_output=True, text=True, env=environment, timeout=60)
        assert done.returncode == code, (done.returncode, done.stdout[-500:], done.stderr[-500:])
        return done

    def rows(self, *words, code=0):
        return list(csv.DictReader(io.StringIO(self.run(*words, code=code).stdout)))

    def file(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        return str(self.folder / name)


def says_what_replaced_a_county(place):
    said = json.loads(place.run("territory", "status", "03152", "--on", "2020-01-01", "--json").stdout)
    assert said["in_force"] is False and said["successors"][0]["new_key"] == "03159", said
    assert place.run("territory", "status", "goettingen").stdout.startswith("03159")


def offers_near_keys_for_an_unknown_one(place):
    error = json.loads(place.run("territory", "history", "1001", "--json", code=1).stdout)["error"]
    assert error["code"] == "not_found" and "01001 Flensburg, Stadt (since before 1991)" in error["text"], error


def refuses_days_that_do_not_exist(place):
    assert "'2024-02-30' is not a day" in place.run("territory", "status", "03153", "--on", "2024-02-30", code=2).stderr
    assert "exchange them" in place.run("territory", "events", "--from", "2020-01-01", "--to", "2019-01-01", code=2).stderr


def lists_the_changes_of_a_time(place):
    events = json.loads(place.run("territory", "events", "--from", "2016-01-01", "--to", "2016-12-31", "--json").stdout)
    assert [(e["old_key"], e["new_key"]) for e in events] == [("03152", "03159"), ("03156", "03159")], events


def prints_a_crosswalk_between_two_days(place):
    rows = place.rows("territory", "map", "--from", "2015-12-31", "--to", "2021-12-31")
    assert len({r["ags_old"] for r in rows}) == 402 and len({r["ags_new"] for r in rows}) == 400
    merged = [r for r in rows if r["ags_new"] == "03159"]
    assert [(r["ags_old"], r["w_pop"], r["passage"]) for r in merged] == [("03152", "1", "whole"), ("03156", "1", "whole")]


def uses_a_table_that_was_imported(place):
    done = place.run("territory", "import", place.file("kreise_2020.csv", TABLE))
    assert "crosswalk, kreise, 2018 to 2020" in done.stdout and "licence" in done.stdout, done.stdout
    assert "was there already" in place.run("territory", "import", place.file("kreise_2020.csv", TABLE)).stdout
    rows = place.rows("territory", "map", "--from", "2018-12-31", "--to", "2020-12-31", "--weight", "emp")
    assert [r["w_emp"] for r in rows if r["ags_old"] == "16063"] == ["0.7", "0.3"]
    assert json.loads(place.run("territory", "list", "--json").stdout)[0]["file"] == "kreise_2020.csv"


def keeps_out_a_table_with_a_stale_heading(place):
    done = place.run("territory", "import", place.file("kreise_2014.csv", TABLE.replace("16066", "03159").replace("2018", "2012")), code=3)
    assert "but on 31 December 2016: 03159" in done.stdout and "refused" in done.stdout, done.stdout
    assert "nothing imported" in place.run("territory", "list").stdout
    assert "not_a_table" in place.run("territory", "import", place.file("a.csv", "a;b\n"), code=1).stderr


def converts_to_a_day_by_the_register(place):
    data = place.file("data.csv", "ags,year,n\n03152,2014,22271\n03156,2014,7385\n16063,2020,64\n16056,2020,23\n")
    rows = place.rows("convert", "--in", data, "--key", "ags", "--time", "year", "--value", "n", "--to", "2021-12-31")
    assert [(r["year"], r["ags_new"], r["n"]) for r in rows] == [("2014", "03159", "29656"), ("2020", "16063", "87")], rows
    both = place.run("convert", "--in", data, "--key", "ags", "--time", "year", "--value", "n", code=2)
    assert "--to DATE" in both.stderr


CASES = {name: f for name, f in list(globals().items()) if callable(f) and f.__module__ == __name__ and name != "Place"}


def title(name):
    return "".join(word.capitalize() for word in name.split("_"))


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print(";".join(title(name) for name in CASES), end="")
        sys.exit(0)
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        next(f for name, f in CASES.items() if title(name) == sys.argv[2])(Place(sys.argv[1], folder))
