#!/usr/bin/env python3
"""What `inspect` prints of every SDMX message in ../shared/real/sdmx, against counts made without an SDMX library.

Usage   recorded_sdmx.py PROGRAM SOURCE_DIR
Exit    77 where the messages are absent
"""
import json
import pathlib
import subprocess
import sys

COUNTS = ("datasets", "series", "groups", "obs", "obs_without_value", "obs_attributes", "series_attributes",
          "dataset_attributes", "rows", "rows_without_value", "root", "format", "delimiter", "columns")
# Artefacts that are counted the same way here; the index leaves out some kinds of attributes.
ARTEFACTS = ("Codelist", "Code", "ConceptScheme", "Concept", "DataStructure", "Dataflow", "Dimension",
             "TimeDimension", "ContentConstraint", "ValueList", "GeographicCodelist", "StructureMap",
             "RepresentationMap", "TransformationScheme", "CategoryScheme", "AgencyScheme", "Measure",
             "dataStructures", "codelists", "conceptSchemes", "dataflows", "contentConstraints",
             "representationMaps", "structureMaps")
# One table in every layout. The two cross-sectional generic files of the standard are left out: they hold
# another value (1.3809 for 1.3089) and a misspelt dimension (CURRENY), which the hash finds.
SAME_TABLE = ("ml21/exr-ng/", "ml21/exr-sg/")
OTHER_TABLE = ("generic-ecb_exr_ng_xs.xml", "generic-ecb_exr_sg_xs.xml")


def inspect(program, path, dsd=None):
    command = [program, "inspect", str(path), "--json", "--compact"]
    if dsd is not None:
        command += ["--dsd", str(dsd)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def differences(entry, printed):
    for key in COUNTS:
        if key in entry and printed.get(key) != entry[key]:
            yield f"{key} is {printed.get(key)!r}, expected {entry[key]!r}"
    if entry.get("dimensionAtObservation") and printed.get("dimensionAtObservation") != entry["dimensionAtObservation"]:
        yield f"dimensionAtObservation is {printed.get('dimensionAtObservation')!r}"
    if isinstance(entry.get("errors"), list) and printed.get("errors") != entry["errors"]:
        yield f"errors are {printed.get('errors')!r}, expected {entry['errors']!r}"
    if isinstance(entry.get("errors"), int) and len(printed.get("errors", [])) != entry["errors"]:
        yield f"errors are {printed.get('errors')!r}, expected {entry['errors']}"
    if "footer" in entry and [note["code"] for note in printed.get("footer", [])] != ["413"]:
        yield "the footer is missing"
    if entry["format"] != "sdmx-csv" and "actions" in entry and printed.get("actions") != entry["actions"]:
        yield f"actions are {printed.get('actions')!r}, expected {entry['actions']!r}"
    for name, count in entry.get("artefacts", {}).items():
        if name in ARTEFACTS and printed.get("artefacts", {}).get(name) != count:
            yield f"{name}: {printed.get('artefacts', {}).get(name)!r}, expected {count}"


def main(program, source):
    real = pathlib.Path(source).parent / "shared" / "real" / "sdmx"
    index_file = real / "index.json"
    if not index_file.exists():
        print(f"skipped: {index_file} is absent")
        return 77
    wrong, hashes, looked_at = [], {}, 0
    for entry in json.loads(index_file.read_text(encoding="utf-8"))["files"]:
        if entry["format"] == "xsd":
            continue
        looked_at += 1
        name = entry["file"]
        done = inspect(program, real / name, real / entry["dsd"] if "dsd" in entry else None)
        if entry.get("note") == "must be refused":
            if done.returncode == 0 or name.rsplit("/", 1)[1] not in done.stderr:
                wrong.append(f"{name}: not refused: {done.stdout[:100]}{done.stderr[:200]}")
            continue
        if done.returncode != 0 or done.stdout.count("\n") != 1:
            wrong.append(f"{name}: exit {done.returncode}: {done.stderr[:200]}")
            continue
        printed = json.loads(done.stdout)
        wrong += [f"{name}: {text}" for text in differences(entry, printed)]
        # Without the data structure the counts must be the same.
        bare = inspect(program, real / name)
        if bare.returncode != 0:
            wrong.append(f"{name}: exit {bare.returncode} without --dsd: {bare.stderr[:200]}")
        else:
            wrong += [f"{name}, without --dsd: {text}" for text in differences(entry, json.loads(bare.stdout))]
        if name.startswith(SAME_TABLE) and "content_sha256" in printed and not name.endswith(OTHER_TABLE):
            hashes[name] = printed["content_sha256"]
    if len(hashes) != 14 or len(set(hashes.values())) != 1:
        wrong.append(f"one table, but these hashes: {hashes}")
    print(f"{looked_at} files, {len(hashes)} layouts of one table")
    print("\n".join(wrong[:30]))
    return 1 if wrong or looked_at < 90 else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
