"""Population of counties on today's territory: the recorded table 12411-01-01-4, and the same table made of the official
registers of 1994 to 2024 (half of the Länder). The sums of each Land and of all are kept, to the person.

    recorded_territory.py PROGRAM
"""
import collections
import csv
import pathlib
import sys
import tempfile
import unittest

from replay import RECORDINGS, SHARED, SKIP, Program

PROGRAM = sys.argv.pop(1)
REGISTER = SHARED / "real" / "territory" / "gemeinden_register_a.csv"
TODAY = "2024-12-31"
HEADER = ("statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
          "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;"
          "2_variable_attribute_code;2_variable_attribute_label;value;value_unit;value_variable_code;"
          "value_variable_label")


def counties_of_registers():
    """Day to county to people, where the register's people are of its day."""
    sums = collections.defaultdict(collections.Counter)
    with open(REGISTER, encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            if row["gebietsstand"] >= "1994" and row["pop_total"]:
                sums[row["gebietsstand"]][row["ags"][:5]] += int(row["pop_total"])
    return sums


def write_flat(path, sums):
    with open(path, "w", encoding="utf-8-sig", newline="") as out:
        out.write(HEADER + "\n")
        for day, counties in sorted(sums.items()):
            for key, people in sorted(counties.items()):
                out.write(f"12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;{day};KREISE;Kreise und kreisfreie "
                          f"Städte;{key};{key};GES;Geschlecht;;Insgesamt;{people};Anzahl;BEVSTD;Bevölkerungsstand\n")


def write_municipal(path, days):
    with open(REGISTER, encoding="utf-8", newline="") as text, open(path, "w", encoding="utf-8-sig", newline="") as out:
        out.write(HEADER + "\n")
        for row in csv.DictReader(text):
            if row["gebietsstand"] in days and row["pop_total"]:
                out.write(f"12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;{row['gebietsstand']};GEMEIN;Gemeinden;"
                          f"{row['ags']};{row['ags']};GES;Geschlecht;;Insgesamt;{row['pop_total']};Anzahl;BEVSTD;"
                          "Bevölkerungsstand\n")


class RecordedTerritory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        cls.sums = counties_of_registers()
        write_flat(folder / "12411-01-01-4_de_flat.csv", cls.sums)
        cls.registers = Program(PROGRAM, folder / "registers")
        cls.registers.run("import", str(folder / "12411-01-01-4_de_flat.csv"), codes=(0, 3))
        cls.recorded = Program(PROGRAM, folder / "recorded")
        for exchange in sorted(RECORDINGS.glob("regionalstatistik_12411-01-01-4_*_de_data-tablefile")):
            cls.recorded.run("import", str(exchange), codes=(0, 3))
        cls.program = cls.registers

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def on_today(self, program, *filters):
        return program.json("get", "12411-01-01-4", "--where", "SEX=_T", "--territory", TODAY, *filters)

    def test_sums_of_all_years_are_kept_to_the_person(self):
        figures = self.on_today(self.registers, "--level", "county")
        after = collections.defaultdict(collections.Counter)
        for figure in figures:
            if figure["period"] == "1997-12-31" and figure["area"] in ("16056", "16063"):
                # The extract has Eisenach a day before it left the county: nobody knows whether it counts twice.
                self.assertIsNone(figure["value"] if figure["area"] == "16063" else None)
                continue
            self.assertIsNotNone(figure["value"], figure)
            after[figure["period"]][figure["area"][:2]] += figure["value"]
        self.assertEqual(set(after), set(self.sums))
        for day, counties in self.sums.items():
            if day == "1997-12-31":
                continue
            before = collections.Counter()
            for key, people in counties.items():
                before[key[:2]] += people
            self.assertEqual(after[day], before, day)

    def test_whole_mergers_are_exact_and_splits_are_estimates(self):
        goettingen = {f["period"]: f for f in self.on_today(self.registers, "--area", "03159")}
        merged = self.sums["2013-12-31"]["03152"] + self.sums["2013-12-31"]["03156"]
        self.assertEqual(goettingen["2013-12-31"]["value"], merged)
        self.assertEqual(merged, 322616)
        self.assertEqual(goettingen["2013-12-31"]["derived"]["origin"], "SUMMED")
        self.assertEqual(goettingen["2013-12-31"]["derived"]["territory"], TODAY)
        self.assertEqual(goettingen["2013-12-31"]["derived"]["sources"], 2)
        self.assertIn("(2016-11-01)", goettingen["2013-12-31"]["derived"]["basis"])
        self.assertEqual(goettingen["2021-12-31"]["derived"]["origin"], "OBSERVED")
        wartburg = {f["period"]: f for f in self.on_today(self.registers, "--area", "16063")}
        old = wartburg["2017-12-31"]["derived"]
        self.assertEqual(old["origin"], "ESTIMATED")
        self.assertEqual(wartburg["2017-12-31"]["obs_status"], "E")
        self.assertLess(old["low"], old["high"])
        self.assertIn("parts.csv (sha256 ", old["basis"])

    def test_municipalities_divide_a_county_exactly(self):
        folder = pathlib.Path(self.folder.name) / "municipal"
        folder.mkdir()
        program = Program(PROGRAM, folder / "store")
        day = "2017-12-31"
        write_flat(folder / "12411-01-01-4_de_flat.csv", {day: self.sums[day]})
        write_municipal(folder / "12411-01-01-5_de_flat.csv", {day})
        program.run("import", str(folder / "12411-01-01-4_de_flat.csv"), str(folder / "12411-01-01-5_de_flat.csv"),
                    codes=(0, 3))
        before = program.json("get", "12411-01-01-5", "--area", "16063", "--inside", "--territory", TODAY)
        self.assertEqual(before, [])  # no register of municipalities yet
        program.run("territory", "import", str(REGISTER), str(REGISTER.with_name("events_gemeinden_a.csv")), codes=(0, 3))
        halves = [self.on(program, "12411-01-01-4", "2020-12-31", "--area", key)[0] for key in ("16063", "16066")]
        for half in halves:
            self.assertEqual(half["derived"]["method"], "municipalities")
            self.assertEqual(half["derived"]["origin"], "SUMMED")
            self.assertIn("by weight it would be off by", half["derived"]["note"])
            self.assertTrue(program.json("explain", half["id"])["identical"])
        self.assertEqual(sum(half["value"] for half in halves),
                         self.sums[day]["16063"] + self.sums[day]["16066"])
        county = self.on(program, "12411-01-01-4", "2023-12-31", "--area", "16063")[0]
        parts = self.on(program, "12411-01-01-5", "2023-12-31", "--area", "16063", "--inside")
        self.assertGreater(len(parts), 30)
        self.assertEqual(sum(part["value"] for part in parts), county["value"])
        self.assertTrue(any(part["derived"]["sources"] > 1 for part in parts))

    def on(self, program, dataset, day, *filters):
        return program.json("get", dataset, "--territory", day, *filters)

    def test_explain_leads_to_the_bytes_of_every_source(self):
        figure = next(f for f in self.on_today(self.registers, "--area", "03159") if f["period"] == "2013-12-31")
        self.assertTrue(figure["id"].endswith("~" + TODAY), figure["id"])
        explained = self.registers.json("explain", figure["id"])
        self.assertTrue(explained["identical"])
        self.assertEqual([s["area"] for s in explained["sources"]], ["03152", "03156"])
        self.assertEqual(sum(s["amount"] for s in explained["sources"]), figure["value"])
        self.assertTrue(all(s["identical"] for s in explained["sources"]))
        self.assertTrue(any("2016-11-01" in e for s in explained["sources"] for e in s["events"]))
        split = next(f for f in self.on_today(self.registers, "--area", "16066") if f["period"] == "2017-12-31")
        explained = self.registers.json("explain", split["id"])
        self.assertTrue(explained["identical"])
        self.assertEqual(sum(s["amount"] for s in explained["sources"]), split["value"])

    def test_the_recorded_table_keeps_its_laender_and_germany(self):
        figures = self.on_today(self.recorded)
        counties, laender, germany = collections.defaultdict(collections.Counter), {}, {}
        for figure in figures:
            if figure["level"] == "3":
                self.assertIsNotNone(figure["value"], figure)
                counties[figure["period"]][figure["area"][:2]] += figure["value"]
            elif figure["level"] == "1":
                laender[(figure["period"], figure["area"])] = figure["value"]
            elif figure["level"] == "0":
                germany[figure["period"]] = figure["value"]
        self.assertGreater(len(laender), 16)
        for (period, land), value in laender.items():
            if land in ("02", "11") and land not in counties[period]:
                counties[period][land] = value  # the table has Hamburg and Berlin as Länder only
            self.assertEqual(counties[period][land], value, (period, land))
        for period, value in germany.items():
            self.assertEqual(sum(counties[period].values()), value, period)
        areas = {figure["area"] for figure in figures}
        self.assertFalse(areas & {"03152", "03156", "16056"}, "dissolved counties with '-' are no areas of today")

    def test_wrong_words_say_what_would_be_right(self):
        for arguments, expected in ((("--area", "03152", "--territory", "2016-12-31"), "03159 Göttingen"),
                                    (("--area", "03159", "--territory", "2015-12-31"), "03156 Osterode am Harz"),
                                    (("--area", "03159", "--territory", "2016-13-31"), "is no day; expected 2016-12-31"),
                                    (("--area", "03159", "--territory", "1985-12-31"), "the register begins on 1990-01-01"),
                                    (("--area", "03159", "--partial"), "--partial goes with --territory")):
            answer = self.registers.json("get", *arguments, codes=(1, 2))
            self.assertIn(expected, answer["error"]["text"])

    def test_without_a_territory_the_bytes_are_those_of_original(self):
        plain = self.registers.run("get", "12411-01-01-4", "--area", "03152", "--format", "csv")
        original = self.registers.run("get", "12411-01-01-4", "--area", "03152", "--format", "csv", "--territory",
                                      "original")
        self.assertEqual(plain, original)
        self.assertNotIn("Herkunft", plain)
        moved = self.registers.run("get", "12411-01-01-4", "--area", "03159", "--format", "csv", "--territory", "latest")
        self.assertIn(";Gebietsstand;Herkunft;Abdeckung;", moved)
        self.assertIn(";summiert;1;2;", moved)

    def test_a_package_says_on_which_territory_it_is(self):
        for name in ("a", "b"):
            out = pathlib.Path(self.folder.name) / name
            self.registers.run("export", "--area", "03159", "--territory", TODAY, "--out", str(out))
        first, second = (pathlib.Path(self.folder.name) / name for name in ("a", "b"))
        readme = (first / "LIESMICH.txt").read_text(encoding="utf-8-sig")
        self.assertIn("Gebietsstand 31.12.2024", readme)
        self.assertIn("summiert", readme)
        for file in first.rglob("*"):
            if file.is_file():
                self.assertEqual(file.read_bytes(), (second / file.relative_to(first)).read_bytes(), file.name)


if __name__ == "__main__":
    if not REGISTER.is_file() or not RECORDINGS.is_dir():
        print(f"SKIPPED: no registers at {REGISTER}")
        sys.exit(SKIP)
    unittest.main()
