#!/usr/bin/env python3
"""Writes the sample sources of deploy/sample: published figures in the layout of GENESIS flat files, version 5.

The facts stand below, one table after the other; README.md names their sources. The layout (header, order of
columns, BOM, line ends, signs) follows docs/adapters/genesis.md.

Usage   make_sample.py            writes the files
        make_sample.py --check    exit 1 where a file differs from the facts
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent

AREAS = {
    "DG": ("DINSG", "Deutschland"),
    "01": ("DLAND", "Schleswig-Holstein"),
    "03": ("DLAND", "Niedersachsen"),
    "16": ("DLAND", "Thüringen"),
    "031": ("REGBEZ", "Braunschweig, Statistische Region"),
    "01056": ("KREISE", "Pinneberg, Kreis"),
    "03152": ("KREISE", "Göttingen, Landkreis"),
    "03153": ("KREISE", "Goslar, Landkreis"),
    "03156": ("KREISE", "Osterode am Harz, Landkreis"),
    "03159": ("KREISE", "Göttingen, Landkreis"),
    "03241": ("KREISE", "Region Hannover, Landkreis"),
    "03241001": ("KREISE", "Hannover, Landeshauptstadt"),
    "16056": ("KREISE", "Eisenach, kreisfreie Stadt"),
    "16063": ("KREISE", "Wartburgkreis"),
}
LEVELS = {
    "DINSG": "Deutschland",
    "DLAND": "Bundesländer",
    "REGBEZ": "Regierungsbezirke / Statistische Regionen",
    "KREISE": "Kreise und kreisfreie Städte",
}
MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()


def area(code):
    variable, label = AREAS[code]
    return [variable, LEVELS[variable], code, label]


def document(statistic, time, measure, blocks, rows, quality=False):
    """A flat file: rows are (time, block fields, value[, quality])."""
    header = ["statistics_code", "statistics_label", "time_code", "time_label", "time"]
    for number in range(1, blocks + 1):
        header += [f"{number}_variable_{part}" for part in ("code", "label", "attribute_code", "attribute_label")]
    header += ["value", "value_unit", "value_variable_code", "value_variable_label"] + ["value_q"] * quality
    code, unit, label = measure
    lines = [header]
    for when, fields, value, *flag in rows:
        lines.append([*statistic, *time, when, *fields, value, unit, code, label, *flag])
    for line in lines:
        assert len(line) == len(header) and not any(";" in field for field in line), line
    return "\ufeff" + "".join(";".join(line) + "\n" for line in lines)


def population():
    """12411-01-01-4. Per area: total, male, female."""
    at_2023 = {
        "DG": "83456045 41161931 42294114", "01": "2953202 1443888 1509314", "03": "8008135 3951143 4056992",
        "16": "2114870 1044781 1070089", "031": "1592700 788277 804423", "01056": "323762 158688 165074",
        "03152": "- - -", "03153": "127712 62949 64763", "03156": "- - -", "03159": "328657 161531 167126",
        "03241": "1138943 557533 581410", "03241001": "520290 254834 265456", "16056": "- - -",
        "16063": "156334 77601 78733",
    }
    at_2024 = {
        "DG": "83577140", "03": "8004489", "01056": "325223", "03152": "- - -", "03153": "126775 62494 64281",
        "03156": "- - -", "03159": "328028", "16056": "- - -", "16063": "154957",
    }
    sexes = (["", "Insgesamt"], ["GESM", "männlich"], ["GESW", "weiblich"])
    rows = []
    for day, facts in (("2023-12-31", at_2023), ("2024-12-31", at_2024)):
        for code, values in facts.items():
            for sex, value in zip(sexes, values.split()):
                rows.append((day, [*area(code), "GES", "Geschlecht", *sex], value))
    return document(("12411", "Fortschreibung des Bevölkerungsstandes"), ("STAG", "Stichtag"),
                    ("BEVSTD", "Anzahl", "Bevölkerungsstand"), 2, rows)


def students():
    """21311-01-01-4-B. Per area, nationality and group of subjects, both sexes."""
    groups = {
        "INSGESAMT": "Insgesamt",
        "HS-FG03": "Rechts-, Wirtschafts- und Sozialwissenschaften",
        "HS-FG04": "Mathematik/Naturwissenschaften",
        "HS-FG05": "Humanmedizin/Gesundheitswissenschaften",
        "HS-FG08": "Ingenieurwissenschaften",
    }
    nationalities = {"INSGESAMT": "Insgesamt", "NATD": "deutsch", "NATA": "ausländisch"}
    winter_2022 = {
        ("01056", "INSGESAMT"): "3607 1756 - 25 1826", ("01056", "NATD"): "3477 1716 - 24 1737",
        ("01056", "NATA"): "130 40 - 1 89",
        ("03152", "INSGESAMT"): "-", ("03152", "NATD"): "-", ("03152", "NATA"): "-",
        ("03153", "INSGESAMT"): "3024 393 296 - 2335", ("03153", "NATD"): "1357 181 216 - 960",
        ("03153", "NATA"): "1667 212 80 - 1375",
        ("03156", "INSGESAMT"): "-", ("03156", "NATD"): "-", ("03156", "NATA"): "-",
        ("03159", "INSGESAMT"): "33729", ("03159", "NATD"): "28813", ("03159", "NATA"): "4916",
        ("16063", "INSGESAMT"): "483 254 - - 229", ("16063", "NATD"): "474 251 - - 223",
        ("16063", "NATA"): "9 3 - - 6",
    }
    winter_2023 = {
        ("01056", "INSGESAMT"): "3321", ("01056", "NATA"): "102",
        ("03153", "INSGESAMT"): "2753", ("03153", "NATA"): "1619",
        ("16063", "INSGESAMT"): "495", ("16063", "NATA"): "13 . _ _ .",  # _ = not part of the sample
    }
    rows = []
    for term, facts in (("2022-10P6M", winter_2022), ("2023-10P6M", winter_2023)):
        for (code, nationality), values in facts.items():
            for (group, label), value in zip(groups.items(), values.split()):
                if value == "_":
                    continue
                rows.append((term, [*area(code), "GESINS", "Geschlecht", "INSGESAMT", "Insgesamt",
                                    "NAT01", "Nationalität (inkl. insgesamt)", nationality,
                                    nationalities[nationality],
                                    "HS-FG2", "Fächergruppe (mit Insgesamt)", group, label], value))
    return document(("21311", "Statistik der Studierenden"), ("SEMEST", "Semester"),
                    ("HS-W02", "Anzahl", "Studierende (im Kreisgebiet)"), 4, rows)


def employees():
    """13111-01-03-4. Total and foreign. The counties of the Land are all unfilled."""
    facts = {"03": "3148764 422357", "03152": "- -", "03153": "- -", "03156": "- -", "03159": "- -",
             "03241": "- -"}
    nationalities = (["", "Insgesamt"], ["NATA", "Ausländer"])
    rows = [("2025-06-30", [*area(code), "GES", "Geschlecht", "", "Insgesamt", "NAT", "Nationalität", *nationality],
             value)
            for code, values in facts.items() for nationality, value in zip(nationalities, values.split())]
    return document(("13111", "Statistik d. sozialversicherungspfl. Beschäftigten"), ("STAG", "Stichtag"),
                    ("ERW032", "Anzahl", "Sozialversicherungspflichtig Beschäftigte am Arbeitsort"), 3, rows)


def households():
    """12211-Z-11, with quality column. Per area: all, families, couples without children, living alone."""
    forms = (["LB-INS", "Insgesamt"], ["FAMILIEN", "Familien mit Kind(ern)"],
             ["PAAROK", "Paargemeinschaften ohne Kinder"], ["ALLEINST", "Alleinstehende"])
    facts = {
        "DG": "42059 11557 11850 18653", "01": "1476 386 443 646", "03": "4004 1095 1154 1754",
        "16": "1122 277 350 495", "031": "827 213 233 381", "01056": "152 46 48 57", "03152": "- - - -",
        "03153": "75 16 22 37", "03156": "- - - -", "03159": "180 39 50 91", "16056": "23 / 7 11",
        "16063": "64 15 22 26",
    }
    rows = [("2019", [*area(code), "LBFORM01", "Art der Lebensform", *form], value, "e" if value.isdigit() else "")
            for code, values in facts.items() for form, value in zip(forms, values.split())]
    return document(("12211", "Grundprogramm des Mikrozensus"), ("JAHR", "Jahr"),
                    ("LBFMZ01", "1000", "Lebensformen"), 2, rows, quality=True)


def rents():
    """61111-0021 (GENESIS-Online). Twelve months per Land; months to come are there, with '...'."""
    facts = {
        ("2024", "01"): "105,3 105,3 105,4 105,6 105,8 105,9 106,9 107,3 107,5 107,6 107,7 107,8",
        ("2024", "03"): "104,9 104,9 105,0 105,1 105,1 106,0 106,2 106,2 106,7 106,9 106,9 107,0",
        ("2024", "16"): "103,3 103,3 103,7 103,8 103,8 103,9 103,9 103,9 103,9 103,9 104,7 104,8",
        ("2025", "01"): "108,1 108,3 108,5 108,6" + " ..." * 8,
        ("2025", "03"): "107,4 107,6 107,8 108,0" + " ..." * 8,
        ("2025", "16"): "104,8 104,9 104,9 105,0" + " ..." * 8,
    }
    rows = []
    for (year, code), values in facts.items():
        for number, (month, value) in enumerate(zip(MONTHS, values.split()), start=1):
            rows.append((year, ["MONAT", "Monate", f"MONAT{number:02}", month, *area(code)], value))
    return document(("61111", "Verbraucherpreisindex für Deutschland"), ("JAHR", "Jahr"),
                    ("PRE034", "2020=100", "Index der Nettokaltmieten"), 2, rows)


FILES = {
    "regionalstatistik/data/tablefile/12411-01-01-4.csv": population,
    "regionalstatistik/data/tablefile/21311-01-01-4-B.csv": students,
    "regionalstatistik/data/tablefile/13111-01-03-4.csv": employees,
    "regionalstatistik/data/tablefile/12211-Z-11.csv": households,
    "genesis/data/tablefile/61111-0021.csv": rents,
}


def main(arguments):
    check = arguments == ["--check"]
    if arguments and not check:
        sys.exit(__doc__)
    differs = []
    for name, make in FILES.items():
        path, content = HERE / name, make().encode()
        if check:
            if not path.is_file() or path.read_bytes() != content:
                differs.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for name in differs:
        print(f"{name} differs from the facts in make_sample.py: run deploy/sample/make_sample.py")
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
