#!/usr/bin/env python3
"""Gives the program documents that are wrong in one way each, made here from the sample files.

Every case asks the same: the exit code says it, the message names file, line, column, text and next step, the
counts add up, nothing of a refused document is visible, the raw bytes are kept, and the next sound document
loads as if nothing had been.

Usage   bad_input.py PROGRAM CASE    runs one case in a directory of its own
        bad_input.py --list          names of the cases, for CMake
"""
import sys
import time

from bad_bench import CODE, REGION, RENT_CODE, SEX, VALUE, main, zipped
from sample_sync import POPULATION, RENTS, expect_number


def changed(bench, at, field, text):
    def change(rows):
        rows[at][field] = text
    return bench.document(change)


# Documents that are refused as a whole

def case_ATruncatedZip(bench):
    whole = zipped(bench.sound)
    bench.refused(whole[:len(whole) // 2], "truncated", "no end record", name="12411-01-01-4.zip")


def case_AZipWithoutItsLastBytes(bench):
    bench.refused(zipped(bench.sound)[:-10], "truncated", "no end record", name="12411-01-01-4.zip")


def case_AZipWithAWrongCrc(bench):
    data = bytearray(zipped(bench.sound))
    data[14] ^= 1
    data[data.rfind(b"PK\x01\x02") + 16] ^= 1
    bench.refused(bytes(data), "checksum", "CRC-32", name="12411-01-01-4.zip")


def case_AZipWithDamagedBytes(bench):
    data = bytearray(zipped(bench.sound))
    data[200] ^= 0x55
    bench.refused(bytes(data), "malformed", "packed byte", name="12411-01-01-4.zip")


def case_AZipBomb(bench):
    started = time.monotonic()
    bench.refused(zipped(bench.header.encode() + b"\n" + b"0" * 300_000_000), "too_large", "200 times",
                  name="12411-01-01-4.zip")
    assert time.monotonic() - started < 60


def case_AZipWithTwoTables(bench):
    bench.refused(zipped(bench.sound, "a.csv", "b.csv"), "malformed", "a.csv, b.csv", name="12411-01-01-4.zip")


def case_AZipWithoutTable(bench):
    bench.refused(zipped(b"nothing here", "readme.txt"), "malformed", "readme.txt", name="12411-01-01-4.zip")


def case_AnHtmlPage(bench):
    bench.refused(b"<!DOCTYPE html>\n<html><body>Wartungsarbeiten</body></html>\n", "not_a_table", "line 1", "HTML",
                  "Wartungsarbeiten")


def case_AJsonErrorInsteadOfATable(bench):
    bench.refused('{"Ident":{"Service":"data","Method":"tablefile"},"Status":{"Code":104,"Content":"Es gibt keine '
                  'Objekte zum angegebenen Selektionskriterium","Type":"Information"}}'.encode(), "not_a_table", "104",
                  "Selektionskriterium")


def case_BrokenJson(bench):
    bench.refused(b'{"Status": {"Code": 1', "malformed", "line 1")


def case_AWrongCharset(bench):
    bench.refused(bench.sound.decode("utf-8-sig").encode("cp1252"), "wrong_charset", "line 2, column 2",
                  "59 times", r"Bev\xF6lkerung")


def case_AnEmptyFile(bench):
    bench.refused(b"", "empty_document", "0 bytes")


def case_AHeaderWithoutRows(bench):
    bench.refused(bench.header.encode() + b"\n", "empty_document", "line 2", "no rows")


def case_AFileOfAnotherKind(bench):
    bench.refused(bytes(range(256)) * 50, "not_a_table", "line 1", r"\x00\x01")


def case_ATableWhoseUnitNobodyKnows(bench):
    bench.refused(bench.document(lambda rows: [row[:14] + ["Fuder"] + row[15:] for row in rows]), "unknown_unit",
                  "line 2", "'Fuder'")


# Documents of which rows are set aside

def case_AThousandsMarkInAGermanFile(bench):
    at = bench.row()
    bench.set_aside(changed(bench, at, VALUE, "126.775"), "wrong_decimal_mark", at + 2, VALUE + 1, "'126.775'", "','")
    periods = {figure["period"] for figure in bench.figures(POPULATION, "03153") if figure["dimensions"]["SEX"] == "_T"}
    assert periods == {"2023-12-31"}, periods


def case_MixedDecimalMarks(bench):
    data = bench.table(RENT_CODE, "genesis").read_bytes().replace(b";105,3;", b";105.3;", 1)
    bench.set_aside(data, "wrong_decimal_mark", 2, 14, "'105.3'", name=f"{RENT_CODE}_de_flat.csv")
    assert all(figure["value"] is None or int(figure["value"].replace(".", "")) < 2000
               for figure in bench.figures(RENTS, "01"))


def case_ARowOfAnotherCharset(bench):
    at = bench.row(sex="GESW")
    data = bench.document(lambda rows: None).splitlines(keepends=True)
    data[at + 1] = data[at + 1].decode().encode("cp1252")
    bench.set_aside(b"".join(data), "wrong_charset", at + 2, 2, r"\xF6")


def case_AShortRow(bench):
    at = bench.row()
    bench.set_aside(bench.document(lambda rows: rows[:at] + [rows[at][:-3]] + rows[at + 1:]), "short_row", at + 2, 15,
                    "14 fields where 17 are due", "126775")


def case_ALongRow(bench):
    at = bench.row()
    bench.set_aside(bench.document(lambda rows: rows[:at] + [rows[at] + ["x"]] + rows[at + 1:]), "long_row", at + 2,
                    18, "18 fields where 17 are due", "126775")


def case_AFileCutInTheMiddleOfARow(bench):
    data = bench.sound[:bench.sound.rfind(b";Anzahl")]
    report = bench.set_aside(data, "short_row", 60, None, "17 are due")
    assert report["deleted"] == 0, report


def case_AFileCutAfterASoundOneDeletesNothing(bench):
    bench.importing(bench.sound, 0)
    report = bench.set_aside(bench.sound[:len(bench.sound) // 2], "short_row", 31, None, "17 are due")
    assert report["deleted"] == 0 and report["revised"] == 0, report
    expect_number(bench.figure(POPULATION, "03153", "2024-12-31", SEX="_T"), "126775")


def case_StubRowsOfTheWideLayout(bench):
    header = ("Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;"
              "1_Auspraegung_Code;1_Auspraegung_Label;2_Merkmal_Code;2_Merkmal_Label;2_Auspraegung_Code;"
              "2_Auspraegung_Label;BEVSTD__Bevoelkerungsstand__Anzahl\n")
    good = ("12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;31.12.2024;KREISE;Kreise;03153;"
            "Goslar, Landkreis;GES;Geschlecht;;Insgesamt;126775\n")
    stub = "KREISE;Kreise;03153;Goslar, Landkreis;GES;Geschlecht;;Insgesamt" + ";" * 6 + "\n"
    report = bench.set_aside((header + good + stub).encode(), "stub_row", 3, None, "no values", "KREISE;Kreise;03153")
    assert report["figures"] == 1, report


def case_TheSameRowTwice(bench):
    at = bench.row()
    report, text = bench.importing(bench.document(lambda rows: rows[:at] + [rows[at]] + rows[at:]), 0)
    bench.adds_up(report)
    assert (report["rows"], report["figures"], report["repeated"]) == (60, 59, 1), report
    assert [issue for issue in report["issues"] if issue["code"] == "duplicate_key"], report
    assert "said twice 1" in text, text


def case_TwoRowsThatContradict(bench):
    at = bench.row()
    other = bench.rows[at].split(";")
    other[VALUE] = "126776"
    bench.set_aside(bench.document(lambda rows: rows[:at + 1] + [other] + rows[at + 1:]), "duplicate_key", at + 2,
                    None, f"lines {at + 2}, {at + 3}", "03153", aside=2)
    assert not [figure for figure in bench.figures(POPULATION, "03153")
                if figure["period"] == "2024-12-31" and figure["dimensions"]["SEX"] == "_T"]


def case_AnUnknownVariableStaysAsItIs(bench):
    def change(rows):
        for row in rows:
            row[9], row[10] = "XYZ9", "Neues Merkmal"
    report, text = bench.importing(bench.document(change), 0)
    bench.adds_up(report)
    issue, = [issue for issue in report["issues"] if issue["code"] == "unknown_variable"]
    assert issue["severity"] == "info" and "XYZ9" in issue["text"] and "'GESM', 'GESW'" in issue["text"], issue
    assert "XYZ9" in text, text
    expect_number(bench.figure(POPULATION, "03153", "2024-12-31", XYZ9="GESM"), "62494")


def case_AnUnknownCodeStaysAsItIs(bench):
    def change(rows):
        for row in rows:
            row[SEX] = row[SEX].replace("GESW", "GESQ")
    report, text = bench.importing(bench.document(change), 0)
    bench.adds_up(report)
    issue, = [issue for issue in report["issues"] if issue["code"] == "unknown_code"]
    assert issue["column"] == SEX + 1 and "GES" in issue["text"] and "'GESQ'" in issue["text"], issue
    assert "'GESQ'" in text, text
    expect_number(bench.figure(POPULATION, "03153", "2024-12-31", SEX="GESQ"), "64281")


def case_ARegionThatLostItsZero(bench):
    at = bench.row()
    bench.set_aside(changed(bench, at, REGION, "3153"), "unknown_code", at + 2, REGION + 1, "'3153'", "'03153' would")


def case_AnUnknownSign(bench):
    at = bench.row()
    bench.set_aside(changed(bench, at, VALUE, "#"), "unknown_sign", at + 2, VALUE + 1, "'#'")


def case_TextInPlaceOfANumber(bench):
    at = bench.row()
    bench.set_aside(changed(bench, at, VALUE, "viele"), "unknown_sign", at + 2, VALUE + 1, "'viele'")


def case_AnUnknownUnit(bench):
    at = bench.row()
    bench.set_aside(changed(bench, at, VALUE + 1, "Fuder"), "unknown_unit", at + 2, VALUE + 2, "'Fuder'", "BEVSTD")


def case_AnUnknownTime(bench):
    at = bench.row()
    bench.set_aside(changed(bench, at, 4, "2024-13-31"), "unknown_time", at + 2, 5, "'2024-13-31'")


def case_ANumberWithTooManyDigits(bench):
    at = bench.row()
    bench.set_aside(changed(bench, at, VALUE, "1234567890123456789012"), "overflow", at + 2, VALUE + 1, "18 digits")


def case_AGiganticField(bench):
    at = bench.row()
    bench.set_aside(changed(bench, at, 8, "G" * 20_000_000), "field_too_long", at + 2, None, "bytes")


def case_AShiftedRow(bench):
    at = bench.row()
    bench.set_aside(changed(bench, at, 10, "Goslar"), "label_mismatch", at + 2, 10, "'Goslar'", "'Geschlecht'")


if __name__ == "__main__":
    sys.exit(main(dict(globals()), __doc__))
