#!/usr/bin/env python3
"""Imports SDMX messages of others and explains their figures: what a person does with a file from Eurostat.

Usage   import_sdmx.py PROGRAM SOURCE_DIR
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SPACE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
HEADER = """<m:Header><m:Structure structureID="S" dimensionAtObservation="TIME_PERIOD"><c:StructureUsage>
<Ref agencyID="X" id="POP" version="1.0"/></c:StructureUsage></m:Structure></m:Header>"""
SPECIFIC = f"""<?xml version="1.0" encoding="UTF-8"?>
<m:StructureSpecificData xmlns:m="{SPACE}/message" xmlns:c="{SPACE}/common">
{HEADER}
<m:DataSet structureRef="S">
<Group GEO="03153" TITLE="Goslar"/>
<Series FREQ="A" GEO="03153" SEX="F" UNIT_MEASURE="PS">
<Obs TIME_PERIOD="2023" OBS_VALUE="64510"/>
<Obs TIME_PERIOD="2024" OBS_VALUE="64281" OBS_STATUS="P"/>
<Obs TIME_PERIOD="2025" OBS_STATUS="Q" CONF_STATUS="C"/>
<Obs TIME_PERIOD="2026" OBS_VALUE="1.2.3"/>
<Obs TIME_PERIOD="2027" OBS_VALUE="1" OBS_STATUS="?"/>
</Series></m:DataSet></m:StructureSpecificData>
"""
COMPONENTS = "".join(f'<s:Dimension id="{name}"/>' for name in ("FREQ", "GEO", "SEX"))
ATTRIBUTES = "".join(f'<s:Attribute id="{name}"/>' for name in ("TITLE", "UNIT_MEASURE", "OBS_STATUS", "CONF_STATUS"))
STRUCTURE = f"""<m:Structure xmlns:m="{SPACE}/message" xmlns:s="{SPACE}/structure"><m:Structures><s:DataStructures>
<s:DataStructure id="POP_DSD" agencyID="X" version="1.0"><s:DataStructureComponents><s:DimensionList>{COMPONENTS}
<s:TimeDimension id="TIME_PERIOD"/></s:DimensionList><s:AttributeList>{ATTRIBUTES}</s:AttributeList>
<s:MeasureList><s:PrimaryMeasure id="OBS_VALUE"/></s:MeasureList></s:DataStructureComponents></s:DataStructure>
</s:DataStructures></m:Structures></m:Structure>
"""


def main(program, source):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KREISLAUF_")}
    environment["KREISLAUF_DATA"] = source
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "pop.xml").write_text(SPECIFIC, encoding="utf-8")
        (folder / "dsd.xml").write_text(STRUCTURE, encoding="utf-8")

        def call(*words, code=0):
            done = subprocess.run([program, "--store", folder / "store", *words], capture_output=True, text=True,
                                  cwd=folder, env=environment, timeout=60)
            assert done.returncode == code, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
            return done.stdout, done.stderr

        # Without its structure it is refused with what to do, under its own name as well as under that of a table.
        assert "--dsd FILE" in call("import", "pop.xml", code=1)[0]
        table = ("--service", "genesis", "--table", "POP")
        assert "--dsd FILE" in call("import", "pop.xml", *table, code=1)[0]

        report = json.loads(call("import", "pop.xml", *table, "--dsd", "dsd.xml", "--json", code=3)[0])[0]
        assert report["outcome"] == "loaded", report
        assert (int(report["rows"]), int(report["figures"]), int(report["set_aside"])) == (5, 3, 2), report
        texts = " ".join(issue["text"] for issue in report["issues"])
        assert "'1.2.3' where a number is due" in texts and "unknown sign '?'" in texts, texts

        figures = json.loads(call("get", "GENESIS_POP", "--area", "03153", "--json")[0])
        found = {figure["period"]: figure for figure in figures}
        assert str(found["2023"]["value"]) == "64510" and found["2024"]["obs_status"] == "P", found
        assert found["2025"]["value"] is None and found["2025"]["missing_reason"] == "CONFIDENTIAL", found["2025"]

        # The structure was kept: the figure is explained from the archived bytes.
        explained = json.loads(call("explain", found["2024"]["id"], "--json")[0])
        assert explained["identical"] is True, explained
        assert 'TIME_PERIOD="2024" OBS_VALUE="64281"' in json.dumps(explained).replace('\\"', '"'), explained
        assert "different" not in call("verify")[0]
        print("imported, refused and explained as it should be")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
