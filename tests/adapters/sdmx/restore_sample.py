#!/usr/bin/env python3
"""Exports everything that the sample sources give, takes the exports into new stores, and compares content hashes.

Usage   restore_sample.py PROGRAM SOURCE_DIR
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

NOW = "2025-06-11T06:00:00Z"


def main(program, source):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KREISLAUF_")}
    environment["KREISLAUF_DATA"] = source
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        sample = folder / "sample"
        shutil.copytree(pathlib.Path(source) / "deploy/sample", sample)

        def call(store, *words, codes=(0,), text=True):
            done = subprocess.run([program, "--store", folder / store, *words], capture_output=True, text=text,
                                  cwd=folder, env=environment, timeout=120)
            assert done.returncode in codes, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
            return done.stdout

        def content_hash(store):
            return json.loads(call(store, "verify", "--json"))["content_hash"]

        # Some rows of the sample are defective on purpose: exit 3.
        call("first", "--now", NOW, "sync", "--config", sample / "kreislauf.toml", codes=(0, 3))
        wanted = content_hash("first")
        datasets = [entry["dataset"] for entry in json.loads(call("first", "list", "datasets", "--json"))]
        assert len(datasets) >= 4, datasets
        hashes = {}
        for number, dataset in enumerate(sorted(datasets)):
            for form, ending in (("sdmx-csv", "csv"), ("avro", "avro")):
                file = folder / f"{form}-{number}.{ending}"
                file.write_bytes(call("first", "get", dataset, "--format", form, text=False))
                report = json.loads(call(form, "--now", NOW, "import", file, "--json"))[0]
                assert report["outcome"] == "loaded" and report["set_aside"] in (0, "0"), report
                again = json.loads(call(form, "--now", NOW, "import", file, "--json"))[0]
                assert again["outcome"] == "unchanged", again
                facts = json.loads(call(form, "inspect", file, "--json"))
                hashes.setdefault(dataset, {})[form] = facts["content_sha256"]
        for form in ("sdmx-csv", "avro"):
            found = content_hash(form)
            assert found == wanted, f"{form}: content hash {found}, expected {wanted}"
        for dataset, found in hashes.items():
            assert found["sdmx-csv"] == found["avro"], f"{dataset}: {found}"
        print(f"{len(datasets)} datasets restored from SDMX-CSV and Avro: {wanted}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
