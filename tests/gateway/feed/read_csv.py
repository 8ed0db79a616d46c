"""Oracle: read daten.csv (';') or an SDMX-CSV file (',') with the csv module, print one figure per line."""
import csv
import sys


def text(cell):
    """What a cell says: ="03153" is the text 03153, as for Excel."""
    return cell[2:-1].replace('""', '"') if cell.startswith('="') and cell.endswith('"') else cell


path, delimiter = sys.argv[1], sys.argv[2]
with open(path, encoding="utf-8-sig" if delimiter == ";" else "utf-8", newline="") as file:
    for row in csv.DictReader(file, delimiter=delimiter, strict=True):
        assert None not in row and None not in row.values(), row
        if delimiter == ";":
            cells = row["Kennung der Zahl"], row["Wert"].replace(",", "."), row["Zeichen"], row["Status (Code)"]
        else:
            cells = row["FIGURE_ID"], row["OBS_VALUE"], row["SRC_SIGN"], row["OBS_STATUS"]
        print("|".join(map(text, cells)))
