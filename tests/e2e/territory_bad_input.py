#!/usr/bin/env python3
"""What people hand in: lost zeros, keys as numbers, mixed levels, percentages as counts, tables that sum to 20.

Through `kreislauf convert` and `kreislauf territory import`; the counts of every report add up to its input.

Usage   territory_bad_input.py PROGRAM CASE     territory_bad_input.py --list
"""
import csv
import json
import sys
import tempfile

from territory import Place, title

TABLE = ("year,ags_old,name_old,ags_new,name_new,w_pop,w_area,w_emp\n"
         "2015,03152,Göttingen,03159,Göttingen,1,1,1\n2015,03156,Osterode am Harz,03159,Göttingen,1,1,1\n"
         "2015,03153,Goslar,03153,Goslar,1,1,1\n2015,03153,,03153,,1,1,1\n"
         "1990,15001,Dessau,15001,Dessau-Roßlau,1,1,1\n2015,15001,Dessau-Roßlau,15001,Dessau-Roßlau,1,1,1\n"
         "2000,03153,Goslar,03153,Goslar,1,1,1\n")
FATES = ("matched_exact", "matched_fuzzy", "key_or_time_missing", "key_unknown", "other_level", "time_unknown", "unmatched",
         "no_territory", "duplicate", "share_unknown")


class Converted:
    def __init__(self, place, rows, *words, code=0, table=TABLE, header="ags,year,n"):
        data = place.file("data.csv", header + "\n" + "".join(row + "\n" for row in rows))
        way = () if "--to" in words else ("--crosswalk", place.file("kreise_2020.csv", table))
        out = place.folder / "out.csv"
        done = place.run("convert", "--in", data, "--key", "ags", "--time", "year", "--value", "n", *way, "--out", str(out), "--json", *words, code=code)
        self.report = json.loads(done.stdout)
        assert sum(self.report[fate] for fate in FATES) == self.report["rows_in"] == len(rows), self.report
        with open(out, encoding="utf-8") as file:
            self.rows = list(csv.DictReader(file))

    def line(self, what):
        return next(line for line in self.report["lines"] if line["what"] == what)

    def value(self, key):
        return next(row["n"] for row in self.rows if row["ags20"] == key)


def keys_that_lost_their_zero_are_offered_and_read_on_request(place):
    asked = Converted(place, ["3153,2015,7"], code=3)
    assert asked.report["key_unknown"] == 1 and asked.rows == [], asked.report
    assert "a leading zero is lost: 03153?" in asked.line("key_unknown")["text"], asked.report
    read = Converted(place, ["3153,2015,7"], "--repair-keys")
    assert read.value("03153") == "7" and read.report["repaired_rows"] == 1, read.report


def keys_written_as_numbers_are_offered_and_read_on_request(place):
    rows = ["3153.0,2015,7", '"3,153E3",2000,8']
    asked = Converted(place, rows, code=3)
    assert asked.report["key_unknown"] == 2 and "written as a number: 03153?" in asked.line("key_unknown")["text"], asked.report
    read = Converted(place, rows, "--repair-keys")
    assert [(r["year"], r["n"]) for r in read.rows] == [("2000", "8"), ("2015", "7")], read.rows


def keys_of_nine_and_twelve_digits_are_told_apart(place):
    done = Converted(place, ["031530000000,2015,7", "031530002,2015,1", "031530002002,2015,1"])
    assert done.value("03153") == "7" and done.report["other_level"] == 2 and done.report["repaired_rows"] == 1, done.report
    assert {"9-digit keys (associations)", "12-digit keys (ARS)"} <= {line["text"].split(": ")[1].split(",")[0] for line in done.report["lines"]}


def levels_mixed_in_one_column_count_once(place):
    done = Converted(place, ["DG,2015,100", "03,2015,50", "031,2015,20", "03153,2015,7", "03153002,2015,3"])
    assert done.report["other_level"] == 4 and done.report["matched_exact"] == 1 and done.value("03153") == "7", done.report


def unknown_keys_get_candidates_by_digits_name_and_time(place):
    done = Converted(place, ["03199,Osterode am Harz,2015,7", "15991,x,2000,1"], code=3, header="ags,name,year,n")
    by_name, by_digits = done.report["lines"]
    assert by_name["candidates"][0] == "03156 Osterode am Harz (2015)", by_name
    assert by_digits["candidates"] == ["15001 Dessau-Roßlau (1990, 2015-2020)"], by_digits


def keys_that_were_used_again_show_both_lives(place):
    done = Converted(place, ["15001,1990,1", "15001,2000,2", "15001,2015,3"], code=3)
    assert done.report["matched_exact"] == 2 and done.report["unmatched"] == 1, done.report
    assert "15001 did not exist at 2000; the tables have 15001 Dessau-Roßlau (1990, 2015-2020)" in done.line("unmatched")["text"], done.report


def years_outside_are_named_with_what_the_tables_have(place):
    done = Converted(place, ["03153,1985,1", "03153,2050,1", "03153,next year,1", "03153,2015,7"], code=3)
    assert done.report["time_unknown"] == 2 and done.report["key_or_time_missing"] == 1, done.report
    assert "1985 is not in the tables (1990-2020)" in done.line("time_unknown")["text"], done.report


def years_to_come_have_no_areas_yet(place):
    done = Converted(place, ["03153,2015,7", "03153,2050,1"], "--to", "2024-12-31", "--now", "2026-11-26T12:00:00Z", code=3)
    assert done.report["time_unknown"] == 1 and "to the end of this year" in done.line("time_unknown")["text"], done.report
    data = place.file("data.csv", "ags,year,n\n03153,2015,7\n")
    said = place.run("convert", "--in", data, "--key", "ags", "--time", "year", "--value", "n", "--to", "2050-01-01",
                     "--now", "2026-11-26T12:00:00Z", code=2).stderr
    assert "outside of what the register knows, 1990-01-01 to 2026-12-31" in said, said


def shares_that_nobody_told_are_not_areas_that_did_not_exist(place):
    done = Converted(place, ["14015,1990,5", "03153,1990,7"], "--to", "2024-12-31", code=3)
    assert done.report["share_unknown"] == 1 and done.report["unmatched"] == 0, done.report
    assert "14015 of 1990 was divided on the way" in done.line("share_unknown")["text"], done.report


def double_rows_count_once_and_spoil_their_sum(place):
    done = Converted(place, ["03153,2015,7", "03153,2015,9", "03152,2015,1", "03156,2015,2"], code=3)
    assert done.report["duplicate"] == 1 and done.value("03153") == "" and done.value("03159") == "3", done.rows
    assert done.report["flags"]["duplicate"] == 1, done.report


def missing_values_never_become_numbers(place):
    for sign in ("", ".", "-", "/", "...", "x", "NA"):
        done = Converted(place, ["03152,2015,5", "03156,2015," + sign])
        assert done.value("03159") == "" and done.report["values"]["incomplete"] == 1, (sign, done.rows)
    done = Converted(place, ["03152,2015,5", "03156,2015,about 30"], code=3)
    assert done.value("03159") == "" and done.report["unreadable_values"] == 1, done.rows


def secret_parts_stay_secret_even_in_partial_sums(place):
    done = Converted(place, ["03152,2015,5", "03156,2015,."], "--partial")
    assert done.value("03159") == "", done.rows
    done = Converted(place, ["03152,2015,5", "03156,2015,..."], "--partial")
    assert done.value("03159") == "5", done.rows


def sums_beside_a_secret_part_are_given_on_request_and_marked(place):
    rows = ["03152,2015,5", "03156,2015,."]
    done = Converted(place, rows, "--partial", "--secret-parts", "at-least")
    row = next(row for row in done.rows if row["ags20"] == "03159")
    assert (row["n"], row["n_n"], row["n_missing"], row["n_status"]) == ("5", "1", "1", "incomplete"), row
    assert "secret_part" in row["n_flags"] and float(row["n_coverage"]) < 1, row
    assert done.report["flags"]["secret_part"] == 1, done.report
    data = place.file("data.csv", "ags,year,n\n" + "\n".join(rows) + "\n")
    said = place.run("convert", "--in", data, "--key", "ags", "--time", "year", "--value", "n", "--crosswalk", place.file("kreise_2020.csv", TABLE),
                     "--secret-parts", "at-least", code=2).stderr
    assert "give --partial, too" in said, said


def percentages_are_no_counts(place):
    way = ("--crosswalk", place.file("kreise_2020.csv", TABLE))
    def refused(name, values, *words, code=2):
        rows = "".join(f"03153,2015,s{i},{value}\n" for i, value in enumerate(values))
        data = place.file("p.csv", f"ags,year,s,{name}\n{rows}")
        return place.run("convert", "--in", data, "--key", "ags", "--time", "year", "--strata", "s", "--value", name, *way, *words, code=code).stderr
    for name in ("Anteil", "quote_2015", "Arbeitslosenquote", "prozent", "Auslaenderanteil", "turnout_pct"):
        said = refused(name, ["12"])
        assert "ratio or mean by its name" in said and f"--ratio {name}=NUM/DEN" in said, (name, said)
    said = refused("x", ["61.5", "12.1", "99.9", "0.4", "33.3"])
    assert "looks like percentages" in said and "--kind x=count" in said, said
    refused("x", ["61.5", "12.1", "99.9", "0.4", "33.3"], "--kind", "x=count", code=0)
    refused("x", ["61", "12", "99", "0", "33"], code=0)


def thousands_are_not_read_as_decimals(place):
    way = ("--key", "ags", "--time", "year", "--value", "n", "--crosswalk", place.file("kreise_2020.csv", TABLE), "--plain")
    def of(*numbers):
        return place.file("t.csv", "ags;year;n\n" + "".join(f"{key};2015;{n}\n" for key, n in zip(("03152", "03156", "03153"), numbers)))
    said = place.run("convert", "--in", of("1.234", "5", "12.500"), *way, code=1).stderr
    assert "line 2, n: '1.234' can be a thousand or a decimal" in said and "--input-decimal ." in said, said
    rows = list(csv.DictReader(place.run("convert", "--in", of("1.234", "5", "12.500"), *way, "--input-decimal", ".").stdout.splitlines(), delimiter=";"))
    assert [r["n"] for r in rows] == ["12.5", "6.234"], rows
    done = place.run("convert", "--in", of("1.234,5", "5,5", "7"), *way, code=3)
    assert "1 values are no numbers: line 2, n: '1.234,5'" in done.stderr, done.stderr
    rows = list(csv.DictReader(place.run("convert", "--in", of("1.5", "2.125", "7"), *way).stdout.splitlines(), delimiter=";"))
    assert [r["n"] for r in rows] == ["7", "3.625"], rows


def workbooks_and_archives_are_named_as_such(place):
    way = ("--key", "ags", "--time", "year", "--value", "n")
    data, book = place.file("data.csv", "ags,year,n\n03153,2015,7\n"), place.file("book.xlsx", "PK\x03\x04rest")
    assert "a workbook or archive; save the sheet as CSV" in place.run("convert", "--in", book, *way, "--to", "2024-12-31", code=1).stderr
    assert "territory import reads workbooks" in place.run("convert", "--in", data, *way, "--crosswalk", book, code=1).stderr


def a_table_whose_weights_sum_to_twenty_keeps_the_total(place):
    parts = "".join(f"2009,09374444,Uninhabited,093741{n:02},Part,1,{1 / 20},1\n" for n in range(11, 31))
    table = TABLE.splitlines(keepends=True)[0] + parts
    done = Converted(place, ["09374444,2009,100"], table=table)
    assert sum(float(row["n"]) for row in done.rows) == 100 and len(done.rows) == 20, done.rows
    assert done.report["flags"]["weight_fallback"] == 20, done.report
    assert any("weights of 09374444 at 2009 add up to 20" in issue["text"] for issue in done.report["issues"]), done.report


def what_is_read_is_never_written_over(place):
    table, data = place.file("kreise_2020.csv", TABLE), place.file("data.csv", "ags,year,n\n03153,2015,7\n")
    way = ("convert", "--in", data, "--key", "ags", "--time", "year", "--value", "n", "--crosswalk", table)
    for option in ("--out", "--report"):
        for path in (data, table, str(place.folder / "store" / ".." / "data.csv")):
            (place.folder / "store").mkdir(exist_ok=True)
            assert "is a file that is read" in place.run(*way, option, path, code=2).stderr
    assert open(data, encoding="utf-8").read() == "ags,year,n\n03153,2015,7\n"
    out = str(place.folder / "same.csv")
    assert "name the same file" in place.run(*way, "--out", out, "--report", out, code=2).stderr


def the_error_is_measured_by_municipalities_only(place):
    table = place.file("kreise_2020.csv", "year,ags_old,ags_new,w_pop,w_area,w_emp\n2018,16063,16063,0.9,0.8,\n2018,16063,16066,0.1,0.2,\n")
    finer = place.file("gemeinden_2020.csv", "year,ags_old,ags_new,w_pop,w_area,w_emp\n2018,16063001,16063001,1,1,\n2018,16063002,16066002,1,1,\n")
    data, below = place.file("k.csv", "ags,year,n\n16063,2018,100\n"), place.file("g.csv", "ags,year,n\n16063001,2018,80\n16063002,2018,20\n")
    way = ("convert", "--in", data, "--key", "ags", "--time", "year", "--value", "n", "--crosswalk", table)
    rows = place.rows(*way, "--finer", below, "--finer-crosswalk", finer)
    assert [(r["ags20"], r["n"], r["n_measured"], r["n_error"]) for r in rows] == [("16063", "90", "80", "10"), ("16066", "10", "20", "-10")], rows
    assert "wants 8-digit keys" in place.run(*way, "--finer", data, "--finer-crosswalk", table, code=2).stderr
    assert "needs its own way" in place.run(*way, "--finer", below, code=2).stderr
    assert "--mode ags marks none" in place.run(*way, "--finer", below, "--finer-crosswalk", finer, "--mode", "ags", code=2).stderr
    protected = place.rows(*way, "--protection", "R5")
    lower, upper = float(protected[0]["n_lower"]), float(protected[0]["n_upper"])
    assert 78.1 < lower <= 78.2 and 91.8 <= upper < 91.9, protected


def imported(place, name, text, *words, code=3):
    done = place.run("territory", "import", place.file(name, text), "--json", *words, code=code)
    report, = json.loads(done.stdout)
    assert report["rows_in"] == sum(report[part] for part in ("rows", "other_level", "notes", "set_aside")), report
    return report, "\n".join(f["text"] + " | " + f["next_step"] for f in report["findings"])


def imported_tables_set_bad_keys_aside_one_by_one(place):
    head = "year,ags_old,ags_new,w_pop,w_area,w_emp\n"
    good = "2015,03153,03153,1,1,1\n"
    for key, hint in (("3153", "a leading zero is lost: 03153?"), ("3153.0", "written as a number"), ('"3,153E3"', "written as a number"),
                      ("031530002", "association"), ("031530002002", "an ARS, whose AGS is 03153002"), ("", "no key"), ("x1", "found the key 'x1'")):
        report, said = imported(place, "kreise_2020.csv", head + good + f"2015,{key},03153,1,1,1\n")
        assert hint in said and "kreise_2020.csv:3" in said and report["rows"] == 1 and report["set_aside"] == 1, (key, said)
        assert report["result"].startswith("refused"), report
    assert "nothing imported" in place.run("territory", "list").stdout
    report, _ = imported(place, "kreise_2020.csv", head + good + "2015,3153,03153,1,1,1\n", "--force")
    assert report["result"] == "kept", report
    rows = place.rows("territory", "map", "--from", "2015-12-31", "--to", "2020-12-31")
    assert [r["w_pop"] for r in rows if r["ags_old"] == "03153"] == ["1"], rows


def imported_tables_are_checked_against_the_register(place):
    head = "year,ags_old,ags_new,w_pop,w_area,w_emp\n"
    _, said = imported(place, "kreise_2020.csv", head + "2015,03153,03153,1,1,1\n2015,03995,03153,1,1,1\n")
    assert "keys that no county ever had: 03995 (near: " in said, said
    _, said = imported(place, "kreise_2020.csv", head + "2000,15001,15001,1,1,1\n", code=0)
    assert "counties not in force on their day: 15001 in 2000" in said, said
    report, said = imported(place, "kreise_2020.csv", head + "2015,03153,03153,1,1,1\n1066,03153,03153,1,1,1\n")
    assert report["set_aside"] == 1 and "the year 1066" in said or "'1066' is no year" in said, said
    report, said = imported(place, "gemischt_2020.csv", head + "2015,03153,03153,1,1,1\n2015,03153002,03153002,1,1,1\n")
    assert "keys of several lengths: 1 of 5 digits, 1 of 8 digits" in said, said


def imported_weights_are_checked(place):
    head = "year,ags_old,ags_new,w_pop,w_area,w_emp\n"
    _, said = imported(place, "kreise_2020.csv", head + "2018,16063,16063,97.3,90,\n2018,16063,16066,2.7,10,\n")
    assert "add up to 100: they are percentages" in said and "divide the column by 100" in said, said
    report, said = imported(place, "kreise_2020.csv", head + "2015,03153,03153,1,1,1\n2015,03154,03154,,,\n2015,03155,03155,viel,,\n2015,03157,03157,-1,,\n2015,03158\n")
    assert report["rows"] == 1 and report["set_aside"] == 4, report
    assert "no weight for 03154" in said, said
    report, said = imported(place, "kreise_2020.csv", head + "2015,03153,03153,1,1,1\n" * 3)
    assert report["rows"] == 1 and report["set_aside"] == 2 and "stands there twice" in said, said
    twenty = "".join(f"2009,09374444,093741{n:02},1,{1 / 20},1\n" for n in range(11, 31))
    _, said = imported(place, "gemeinden_2020.csv", head + twenty, code=0)
    assert "do not add up to 1: 09374444 in 2009 (20)" in said and "follow the area" in said, said


def imported_registers_and_lists_set_bad_rows_aside(place):
    head = "gebietsstand,ags,name,area_km2,pop_total\n"
    good = "2023-12-31,03153002,\"Bad Harzburg, Stadt\",65.42,21862\n"
    bad = ["2023-12-31,03153004,Goslar,163,61.5", "2023-12-31,3153005,X,1,1", "31.02.2023,03153006,Y,1,1", "2023-12-31,03153007,Z,1,viele", "2023-12-31,03153008"]
    report, said = imported(place, "register.csv", head + good + good + "".join(row + "\n" for row in bad))
    assert report["rows"] == 1 and report["set_aside"] == 6, report
    for hint in ("'61.5' where a count is due", "a leading zero is lost: 03153005?", "found '31.02.2023'", "stands there twice", "found 2 fields"):
        assert hint in said, (hint, said)
    head = "event_id,ags_old,name_old,change_type,area_m2,pop,ags_new,name_new,date_legal,date_stat\n"
    report, said = imported(place, "list.csv", head + "a,03153001,A,1,100,5,03153002,B,2019-01-01,\nb,3153001,A,1,,,03153002,B,2019-01-01,\nc,03153001,A,9,,,03153002,B,2019-01-01,\n")
    assert report["rows"] == 2 and report["set_aside"] == 1 and "change type '9'" in said, (report, said)


CASES = {name: f for name, f in list(globals().items())
         if callable(f) and f.__module__ == __name__ and not isinstance(f, type) and f.__code__.co_varnames[:1] == ("place",) and f.__code__.co_argcount == 1}


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print(";".join(title(name) for name in CASES), end="")
        sys.exit(0)
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        next(f for name, f in CASES.items() if title(name) == sys.argv[2])(Place(sys.argv[1], folder))
