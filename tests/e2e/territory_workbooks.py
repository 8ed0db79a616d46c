#!/usr/bin/env python3
"""Official workbooks (XLSX) through `kreislauf territory import`: layouts as published, with their traps.

Usage   territory_workbooks.py PROGRAM CASE     territory_workbooks.py --list
"""
import datetime
import json
import sys
import tempfile

from territory import Place, title

try:
    import openpyxl
except ImportError:
    openpyxl = None


def save(place, name, sheets):
    """`sheets`: name to a function that fills the sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet, fill in sheets.items():
        fill(book.create_sheet(sheet))
    path = place.folder / name
    book.save(path)
    return str(path)


def imported(place, path, *words, code=0):
    done = place.run("territory", "import", path, "--json", *words, code=code)
    reports = json.loads(done.stdout)
    for report in reports:
        assert report["rows_in"] == sum(report[part] for part in ("rows", "other_level", "notes", "set_aside")), report
    return reports


def findings(report):
    return [f"{f['severity']}: {f['text']} ({f['count']})" for f in report["findings"]]


def cover(sheet):
    sheet["A1"] = "Umsteigeschlüssel für Kreise"
    sheet["A3"] = "Laufende Raumbeobachtung des BBSR"


def bbsr_sheet(old_year, rows, target=2020, numbers=True):
    def fill(sheet):
        sheet["A1"] = f"Umsteigeschlüssel Kreise {old_year} auf Kreise {target}"
        sheet.append([])
        sheet.append([f"Kreise 31.12.{old_year}", f"Kreisname 31.12.{old_year}", "flächen- proportionaler Umsteige- schlüssel",
                      "bevölkerungs- proportionaler Umsteige- schlüssel", "Fläche am 31.12. in km²",
                      "Bevölkerung am 31.12. in 1000", f"Kreise 31.12.{target}", f"Kreisname 31.12.{target}"])
        for row in rows:
            old, new = row[0], row[6]
            if numbers:
                old, new = int(old + "000"), int(new + "000")
            sheet.append([old, *row[1:6], new, row[7]])
            sheet.cell(sheet.max_row, 4).number_format = "0.00"
        sheet.append([])
        sheet.append(["Quelle: Laufende Raumbeobachtung des BBSR"])
        sheet.column_dimensions["E"].hidden = True
    return fill


GOETTINGEN = [("03152", "Göttingen", 1, 1, 1117, 250.2, "03159", "Göttingen"), ("03156", "Osterode am Harz", 1, 1, 636, 73.1, "03159", "Göttingen")]
SPLIT = [("16063", "Wartburgkreis", 0.9123456789012345, 0.9730615384615385, 1267, 120.4, "16063", "Wartburgkreis"),
         ("16063", "Wartburgkreis", 0.0876543210987655, 0.0269384615384615, 38, 3.3, "16066", "Schmalkalden-Meiningen")]


def reads_a_crosswalk_workbook_with_keys_as_numbers(place):
    path = save(place, "kreise_2020.xlsx", {"Erläuterung": cover, "2015": bbsr_sheet(2015, GOETTINGEN), "2018": bbsr_sheet(2018, SPLIT)})
    report, = imported(place, path)
    assert (report["kind"], report["level"], report["from"], report["to"]) == ("crosswalk", "kreise", "2015", "2020"), report
    assert report["rows"] == 4 and report["notes"] == 2 and report["set_aside"] == 0, report
    said = findings(report)
    assert any("leading zero back (4)" in text for text in said), said
    assert sum("had 000 behind them" in text for text in said) == 2, said
    rows = place.rows("territory", "map", "--from", "2018-12-31", "--to", "2020-12-31")
    # Two decimals are shown, all digits are stored.
    assert [r["w_pop"] for r in rows if r["ags_old"] == "16063"] == ["0.9730615384615385", "0.0269384615384615"], rows
    kept = json.loads(place.run("territory", "list", "--json").stdout)
    assert [(k["kind"], k["file"]) for k in kept] == [("crosswalk", "kreise_2020.xlsx, to 2020"), ("workbook", "kreise_2020.xlsx")], kept


def reads_sheets_for_several_years_and_single_steps(place):
    same = [("16063", "Wartburgkreis", 1, 1, 1, 1, "16063", "Wartburgkreis")]
    path = save(place, "w.xlsx", {"2016-2018": bbsr_sheet(2018, same, 2020)})
    report, = imported(place, path)
    assert (report["from"], report["to"]) == ("2016", "2020"), report
    steps = save(place, "steps.xlsx", {"2014-15": bbsr_sheet(2014, same, 2015), "2015-16": bbsr_sheet(2015, same, 2016)})
    reports = imported(place, steps)
    assert [(r["from"], r["to"]) for r in reports] == [("2014", "2015"), ("2015", "2016")], reports


def counties_of_thueringen(year):
    keys = [f"160{n}" for n in (*range(51, 57), *range(61, 78))]
    return [k for k in keys if k != "16056"] if year >= 2021 else keys


def takes_the_year_that_the_keys_say_where_a_heading_is_stale(place):
    def rows(old_year, target):
        return [(k, "x", 1, 1, 1, 1, "16063" if k == "16056" and target >= 2021 else k, "x") for k in counties_of_thueringen(old_year)]
    path = save(place, "edition.xlsx", {"2007": bbsr_sheet(2007, rows(2007, 2021), 2020), "2012": bbsr_sheet(2012, rows(2012, 2021), 2021)})
    report, = imported(place, path)
    assert report["to"] == "2021", report
    said = findings(report)
    assert any("sheet '2007' is headed 31 December 2020, its target keys are those of 31 December 2021" in text for text in said), said


def reports_weights_that_sum_to_twenty(place):
    rows = [("09374444", "Uninhabited", 1 / 20, 1, 1, 0, f"093741{n:02}", f"Part {n}") for n in range(11, 31)]
    path = save(place, "gemeinden_2020.xlsx", {"2009": bbsr_sheet(2009, rows, 2020, numbers=False)})
    report, = imported(place, path)
    assert report["level"] == "gemeinden" and report["rows"] == 20, report
    assert any("do not add up to 1" in text and "09374444 in 2009 (20)" in text for text in findings(report)), findings(report)


def sets_aside_rows_without_key_or_weight_and_counts_doubles(place):
    bad = [("xx", "nobody", 1, 1, 1, 1, "03159", "Göttingen"), ("03153", "Goslar", None, "n/a", 1, 1, "03153", "Goslar")]
    path = save(place, "kreise_2020.xlsx", {"2015": bbsr_sheet(2015, GOETTINGEN + bad + GOETTINGEN[:1], numbers=False)})
    report, = imported(place, path, code=3)
    assert report["rows"] == 2 and report["set_aside"] == 3, report
    said = "\n".join(findings(report))
    assert "found the keys 'xx' and '03159'" in said and "row 6" in said, said
    assert "no number where the shares of 03153 are due" in said and "stands there twice" in said, said


def change_list(rows, date_format="DD.MM.YYYY"):
    def fill(sheet):
        sheet["A1"] = "Namens-, Grenz- und Schlüsseländerungen der Gemeinden vom 01.01. bis 31.12.2019"
        sheet["A2"] = "Gebietsstand: 31.12.2019"
        sheet["A4"], sheet["B4"], sheet["C4"], sheet["F4"], sheet["G4"], sheet["H4"] = (
            "Lfd. Nr.", "Regionale Einheit", "Vor der Änderung", "Art der Änderung 1)", "Fläche in ha", "Einwohner")
        sheet["I4"], sheet["L4"] = "Nach der Änderung", "Datum der Änderung"
        for column, text in zip("CDEIJK", ("Regionalschlüssel (ARS)", "Gemeindeschlüssel (AGS)", "Gemeindename") * 2):
            sheet[column + "5"] = text
        sheet["L5"], sheet["M5"] = "juristisch", "statistisch"
        for merged in ("A4:A5", "B4:B5", "C4:E4", "F4:F5", "G4:G5", "H4:H5", "I4:K4", "L4:M4"):
            sheet.merge_cells(merged)
        for number, text in enumerate(range(1, 14), 1):
            sheet.cell(6, number).value = text
        for row in rows:
            sheet.append(row)
            for column in (12, 13):
                if not isinstance(row[column - 1], str) and date_format:
                    sheet.cell(sheet.max_row, column).number_format = date_format
        sheet.append([])
        sheet.append(["1) 1 = Auflösung, 2 = Teilausgliederung, 3 = Schlüsseländerung, 4 = Namensänderung"])
        sheet.append(["© Statistisches Bundesamt (Destatis), 2020"])
    return fill


DAY = datetime.date(2019, 1, 1)
CHANGES = [
    ["16/2019/0043", "Gemeinde", "160635052094", "16063094", "Kaltennordheim, Stadt", "3", None, None, "160665052095", "16066095", "Kaltennordheim, Stadt", DAY, DAY],
    ["16/2019/0044", "Gemeinde", "160665052025", "16066025", "Kaltensundheim", "1", 1234.5, 820, "160665052095", "16066095", "Kaltennordheim, Stadt", DAY, DAY],
    ["16/2019/0045", "Gemeindeverband", "160635052", None, "Hohe Rhön", "1", None, None, "160665052", None, "Hohe Rhön", DAY, DAY],
    ["03/2019/0001", "Gemeinde", 31535401001, 3153001, "Harz", 1, 10, 5, 31530002002, 3153002, "Bad Harzburg, Stadt", DAY, DAY],
]


def reads_a_change_list_with_two_header_rows(place):
    report, = imported(place, save(place, "2019.xlsx", {"Deckblatt": cover, "Änderungen 2019": change_list(CHANGES)}))
    assert (report["kind"], report["level"], report["from"]) == ("change list", "gemeinden", "2019-01-01"), report
    assert report["rows"] == 3 and report["other_level"] == 1 and report["notes"] == 2 and report["set_aside"] == 0, report
    text = stored(place, "Änderungen 2019")
    assert "16/2019/0044,16066025,Kaltensundheim,1,12345000,820,16066095,\"Kaltennordheim, Stadt\",2019-01-01,2019-01-01\n" in text, text
    assert "03153001,Harz,1,100000,5,03153002," in text, text


def stored(place, name):
    entry = next(e for e in json.loads(place.run("territory", "list", "--json").stdout) if name in e["file"] and e["kind"] != "workbook")
    return (place.folder / "store" / "territory" / entry["sha256"]).read_text(encoding="utf-8")


def reads_days_that_became_serial_numbers(place):
    serial = [row[:11] + [43466, 43466] for row in CHANGES[:2]]
    report, = imported(place, save(place, "2019.xlsx", {"Blatt": change_list(serial, None)}))
    assert report["from"] == report["to"] == "2019-01-01", report
    assert any("serial numbers were read as days (4)" in text for text in findings(report)), findings(report)
    bad = CHANGES[:1] + [CHANGES[1][:11] + ["im Mai", DAY]]
    report, = imported(place, save(place, "bad.xlsx", {"Blatt": change_list(bad)}), code=3)
    assert report["rows"] == 1 and report["set_aside"] == 1, report
    assert any("'im Mai' for the legal day of 16066095" in text for text in findings(report)), findings(report)


def extract(day, rows):
    def fill(sheet):
        sheet["A1"] = "Gemeinden in Deutschland nach Fläche, Bevölkerung und Postleitzahl"
        sheet["A2"] = f"am {day} (4. Quartal)"
        heads = ("Satz- art", "Text- kenn- zeichen", "Amtlicher Regionalschlüssel (ARS)", None, None, None, None, "Gemeindename", "Fläche km²", "Bevölkerung", None, None)
        for column, text in enumerate(heads, 1):
            sheet.cell(4, column).value = text
        for column, text in zip("CDEFG", ("Land", "RB", "Kreis", "VB", "Gem")):
            sheet[column + "5"] = text
        for column, text in zip("JKL", ("insgesamt", "männlich", "weiblich")):
            sheet[column + "5"] = text
        for row in rows:
            sheet.append(row)
        sheet.append(["1) Bevölkerung auf Grundlage des Zensus"])
    return fill


REGISTER = [
    ["10", None, "03", None, None, None, None, "Niedersachsen"],
    ["40", "43", "03", "1", "53", None, None, "Goslar", None, None],
    ["50", "50", "03", "1", "53", "0002", None, "Bad Harzburg, Stadt"],
    ["60", "63", "03", "1", "53", "0002", "002", "Bad Harzburg, Stadt", 65.42, 21862, 10500, 11362],
    ["60", "64", 3, 1, 53, 5401, 1, "Irgendort", 10, 1000, 490, 510],
    ["60", "66", "09", "3", "74", "9451", "444", "gemeindefreies Gebiet", 12.5, 0, 0, 0],
    ["60", "66", "09", "3", "74", "9452", "444", "gemeindefreies Gebiet", 2.5, 0, 0, 0],
]


def reads_a_register_extract_with_the_key_in_five_columns(place):
    report, = imported(place, save(place, "AuszugGV.xlsx", {"Onlineprodukt_Gemeinden": extract("31.12.2023", REGISTER)}))
    assert (report["kind"], report["from"]) == ("register extract", "2023-12-31"), report
    assert report["rows"] == 4 and report["other_level"] == 3 and report["notes"] == 1, report
    text = stored(place, "Onlineprodukt")
    assert "2023-12-31,03153002,\"Bad Harzburg, Stadt\",65.42,21862\n" in text and "03153001,Irgendort,10,1000\n" in text, text


def notices_an_extract_of_another_day_than_it_says(place):
    rows = [["60", "61", "16", "0", "56", "0000", "000", "Eisenach, Stadt", 104, 44000, 21000, 23000]]
    report, = imported(place, save(place, "g.xlsx", {"Onlineprodukt_Gemeinden31121996": extract("31.12.1996", rows)}))
    assert any("counties not in force on this day: 16056" in text for text in findings(report)), findings(report)
    def undated(sheet):
        extract("", rows)(sheet)
    report, = imported(place, save(place, "undated.xlsx", {"Blatt1": undated}), code=3)
    assert report["rows"] == 0 and report["result"].startswith("refused"), report
    assert any("no day of the register in the titles" in text for text in findings(report)), findings(report)


def refuses_percentages_in_the_column_of_people(place):
    rows = [row[:9] + [61.5] + row[10:] for row in REGISTER[3:4]]
    report, = imported(place, save(place, "g.xlsx", {"31122023": extract("31.12.2023", rows + REGISTER[4:5])}), code=3)
    assert report["rows"] == 1 and report["set_aside"] == 1, report
    assert any("'61.5' where a count is due" in text for text in findings(report)), findings(report)


def says_what_a_workbook_of_another_kind_lacks(place):
    done = place.run("territory", "import", save(place, "other.xlsx", {"Tabelle1": cover}), "--json", code=1)
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "not_a_table" and "no header of a change list" in error["text"], error
    assert "xls" in place.run("territory", "import", place.file("old.xlsx", "PK\x03\x04broken"), code=1).stderr


CASES = {name: f for name, f in list(globals().items())
         if callable(f) and f.__module__ == __name__ and f.__code__.co_varnames[:1] == ("place",) and f.__code__.co_argcount == 1}


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        print(";".join(title(name) for name in CASES), end="")
        sys.exit(0)
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if openpyxl is None:
        print("openpyxl is not installed: workbooks cannot be made; see deploy/install-deps.sh test")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        next(f for name, f in CASES.items() if title(name) == sys.argv[2])(Place(sys.argv[1], folder))
