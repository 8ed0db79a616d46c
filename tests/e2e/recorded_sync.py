"""Every recorded table in every vintage: the replay server is moved from day to day, a sync runs on each, and
the facts that were computed independently come out.

    recorded_sync.py PROGRAM
"""
import pathlib
import sys
import tempfile
import unittest

from replay import Program, Replay, need_recordings, recorded_tables, recording_days, write_config

PROGRAM = sys.argv.pop(1)


class RecordedSync(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        cls.program = Program(PROGRAM, folder / "store")
        cls.reports = {}
        with Replay("--job-polls", "1") as replay:
            config = write_config(folder / "kreislauf.toml", replay, recorded_tables())
            for day in recording_days():
                replay.as_of(day)
                cls.reports[day] = cls.program.json("--now", f"{day}T20:00:00Z", "sync", "--config", config,
                                                    codes=(0, 1, 3))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def figures(self, dataset, *filters):
        return self.program.json("get", dataset, *filters)

    def value(self, dataset, area, period, as_of=None, **codes):
        where = [argument for name, code in codes.items() for argument in ("--where", f"{name}={code}")]
        as_of = ["--as-of", as_of] if as_of else []
        found = [f for f in self.figures(dataset, "--area", area, "--from", period, "--to", period, *where, *as_of)
                 if f["period"] == period]
        self.assertEqual(len(found), 1, f"{dataset} {area} {period} {codes}: {found}")
        return found[0]

    def test_every_recorded_table_is_loaded(self):
        loaded = {d["dataset"] for d in self.program.json("list", "datasets")}
        codes = {code for tables in recorded_tables().values() for code in tables}
        missing = {code for code in codes if not any(dataset.endswith("_" + code) for dataset in loaded)}
        self.assertEqual(missing, set())

    def test_nothing_failed_without_being_named(self):
        for day, reports in self.reports.items():
            for report in reports:
                self.assertIn(report["outcome"], ("loaded", "unchanged", "withdrawn", "absent", "unavailable", "too_big",
                                                  "partial", "changed_shape", "failed"), day)
                if report["outcome"] not in ("loaded", "unchanged"):
                    self.assertTrue(report["text"], (day, report))

    def test_population_2023_adds_up_at_every_level(self):
        levels = {}
        for figure in self.figures("REGIO_12411-01-01-4", "--from", "2023-12-31", "--to", "2023-12-31", "--where",
                                   "SEX=_T"):
            if figure["value"] is not None:
                levels[figure["level"]] = levels.get(figure["level"], 0) + figure["value"]
        self.assertEqual(levels["0"], 83456045)
        self.assertEqual(levels["1"], 83456045)
        self.assertEqual(levels["3"], 83456045)
        self.assertEqual(levels["3"] + levels["4S"], 88084470)

    def test_dissolved_counties_have_no_territory(self):
        for area in ("03152", "03156", "16056"):
            figure = self.value("REGIO_12411-01-01-4", area, "2023-12-31", SEX="_T")
            self.assertIsNone(figure["value"])
            self.assertEqual(figure["missing_reason"], "NO_TERRITORY")
            self.assertEqual(figure["obs_status"], "M")
            self.assertEqual(figure["sign"], "-")

    def test_the_revision_of_2023_shows_both_values_with_their_dates(self):
        for area, old, new in (("DG", 84669326, 83456045), ("03153", 134485, 127712)):
            before = self.value("REGIO_12411-01-01-4", area, "2023-12-31", as_of="2024-12-31", SEX="_T")
            after = self.value("REGIO_12411-01-01-4", area, "2023-12-31", SEX="_T")
            self.assertEqual((before["value"], after["value"]), (old, new))
            self.assertEqual(before["received"][:10], "2024-12-03")
            self.assertEqual(after["received"][:10], "2025-04-10")
            history = self.program.json("explain", after["id"])["history"]
            self.assertEqual([step["figure"]["value"] for step in history], [old, new])

    def test_students_carry_the_rounding_of_their_land(self):
        for figure in self.figures("REGIO_21311-01-01-4-B", "--level", "county", "--limit", "6000"):
            if figure["value"] in (None, 0):
                continue
            rounded = figure["area"][:2] in ("01", "02")
            self.assertEqual(figure["protection"] == "R3", rounded, figure)

    def test_census_2022_of_lower_saxony(self):  # E7 of the handbook
        figures = self.figures("ZENSUS_1000A-2022", "--area", "03")
        total = {}
        for figure in figures:
            codes = figure["dimensions"]
            if figure["value"] is None or codes.get("SEX", "_T") != "_T":
                continue
            total[(codes.get("MIG_STATUS"), codes.get("AGE"))] = figure["value"]
        self.assertEqual(total[("_T", "_T")], 7943265)
        self.assertEqual(total[("BOTH", "_T")], 1548501)
        self.assertEqual(total[("IMM", "_T")], 1303512)
        self.assertEqual(total[("DESC", "_T")], 244992)
        ages = [value for (status, age), value in total.items() if status == "_T" and age != "_T"]
        self.assertEqual(sum(ages), 7943272)
        self.assertTrue(all(figure["protection"] == "CKM" for figure in figures))

    def test_microcensus_2019_of_two_thuringian_counties(self):  # E8 of the handbook
        wartburg = self.figures("REGIO_12211-Z-11", "--area", "16063")
        eisenach = self.figures("REGIO_12211-Z-11", "--area", "16056")
        values = {figure["value"] for figure in wartburg} | {figure["value"] for figure in eisenach}
        self.assertIn(64, values)
        self.assertIn(23, values)
        unreliable = [figure for figure in eisenach if figure["missing_reason"] == "UNRELIABLE"]
        self.assertTrue(unreliable)
        for figure in unreliable:
            self.assertIsNone(figure["value"])
            self.assertEqual((figure["sign"], figure["obs_status"]), ("/", "U"))

    def test_a_thousand_random_figures_are_recomputed_identically(self):
        report = self.program.json("verify", "--figures", "1000", "--seed", "7")
        self.assertEqual(report["figures_recomputed"], 1000)
        self.assertEqual(report["problems"], [])
        self.assertTrue(report["sound"])

    def test_a_second_sync_of_the_same_day_changes_nothing(self):
        before = self.program.json("verify")["content_hash"]
        with Replay("--job-polls", "1") as replay:
            config = write_config(pathlib.Path(self.folder.name) / "again.toml", replay, recorded_tables())
            replay.as_of(recording_days()[-1])
            reports = self.program.json("--now", "2026-12-01", "sync", "--config", config, codes=(0, 1, 3))
        self.assertFalse([report for report in reports if report["vintage"]])
        self.assertEqual(self.program.json("verify")["content_hash"], before)


if __name__ == "__main__":
    need_recordings()
    unittest.main(verbosity=2)
