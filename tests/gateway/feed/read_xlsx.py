"""Oracle: read daten.xlsx with openpyxl, print one figure per line; checks what cells are, not only what they say."""
import datetime
import sys
from decimal import Decimal

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
assert book.sheetnames == ["Daten", "Legende", "Quellen"], book.sheetnames
sheet = book["Daten"]
rows = sheet.iter_rows()
names = [cell.value for cell in next(rows)]
assert sheet.freeze_panes == "A2", sheet.freeze_panes
assert sheet.auto_filter.ref, "no filter"
for cells in rows:
    row = dict(zip(names, cells))
    key = row["Gebietsschlüssel"]
    assert key.data_type in "s" and key.number_format == "@", (key.data_type, key.number_format)
    value = row["Wert"].value
    assert isinstance(row["Abgerufen am"].value, datetime.datetime)
    if isinstance(value, (int, float)):
        # The shortest text of the number, with the digits that the format asks for.
        decimals = len(row["Wert"].number_format.partition(".")[2])
        text = str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals)))
        assert float(text) == value, (text, value)
    else:
        text = "" if value is None else value.replace(",", ".")
    sign = row["Zeichen"].value
    print("|".join([row["Kennung der Zahl"].value, text, "" if sign is None else str(sign), row["Status (Code)"].value]))
