#!/usr/bin/env python3
"""Every recorded GENESIS table, in every vintage: each format of SDMX that the service sends is read back by the
project's own readers and says the same, with the signs of the source; history, too, and XML is valid.

    sdmx_recorded.py PROGRAM SERVER
"""
import csv
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

from replay import Program, Replay, environment, need_recordings, recorded_tables, recording_days, write_config
from sdmx_service import (CSV_1, CSV_2, GENERIC, JSON_1, JSON_2, JSON_DRAFT, ML30, SPECIFIC, VALIDATE)

FORMATS = {"generic.xml": GENERIC, "specific.xml": SPECIFIC, "ml30.xml": ML30, "draft.json": JSON_DRAFT,
           "v1.json": JSON_1, "v2.json": JSON_2, "v1.csv": CSV_1, "v2.csv": CSV_2}


def fetch(address, target, accept):
    request = urllib.request.Request(f"http://{address}{target}", headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=120) as answer:
        assert answer.status == 200, (target, answer.status)
        return answer.read()


def main(program, server):
    need_recordings()
    with tempfile.TemporaryDirectory(prefix="kreislauf-sdmx-") as name:
        folder = pathlib.Path(name)
        cli = Program(os.path.abspath(program), folder / "store")
        with Replay("--job-polls", "1") as replay:
            config = write_config(folder / "kreislauf.toml", replay, recorded_tables())
            for day in recording_days():
                replay.as_of(day)
                cli.json("--now", f"{day}T20:00:00Z", "sync", "--config", config, codes=(0, 1, 3))
        process = subprocess.Popen([os.path.abspath(server), "--store", cli.store, "--listen", "127.0.0.1:0",
                                    "--log", "none"], stdout=subprocess.PIPE, text=True, env=environment())
        try:
            address = re.search(r"http://(\S+)", process.stdout.readline()).group(1)
            compare(cli, address, folder)
        finally:
            process.terminate()
            process.wait(timeout=30)
            process.stdout.close()
    return 0


def explain(cli, address, flow):
    """Figures of a derived flow back to the bytes of the figures that they were made of, by command and by address."""
    text = fetch(address, f"/sdmx/v1/data/{flow}", CSV_2).decode()
    ids = [row["FIGURE_ID"] for row in csv.DictReader(text.splitlines())]
    # Of the first, the last and what was put together from several counties: Goettingen since 2016, Eisenach since 2021.
    chosen = {ids[0], ids[-1], *[one for one in ids if "/03159/" in one or "/16063/" in one][:2]}
    for one in sorted(chosen):
        told = cli.json("explain", one)
        assert told["identical"] and told["flow"]["identical"] and told["flow"]["id"] == one, (one, told)
        assert told["dataset"] == flow.removesuffix("_LATEST") and "~" in told["id"], told["id"]
        assert all(source["identical"] for source in told["sources"]), told
        assert [file for file in told["register"] if file["file"].endswith("territory/events.csv")], told
        answer = json.loads(fetch(address, "/api/v1/explain?figure=" + urllib.parse.quote(one, safe=""), "application/json"))
        assert answer["identical"] and answer["flow"]["identical"] and answer["flow"]["id"] == one, answer
        assert [s["id"] for s in answer["sources"]] == [s["id"] for s in told["sources"]]
        assert answer["register"] == told["register"]
    got = cli.json("get", flow, "--limit", "1")
    assert got[0]["dataset"] == flow.removesuffix("_LATEST") and "~" in got[0]["id"], got
    return len(chosen)


def compare(cli, address, folder):
    listed = json.loads(fetch(address, "/sdmx/v1/dataflow", "application/vnd.sdmx.structure+json;version=1.0.0"))
    datasets = sorted(flow["id"] for flow in listed["data"]["dataflows"])
    # A withdrawn table has nothing any more, and so no data; its artefacts stay.
    held = {row["dataset"]: row for row in cli.json("list", "datasets")}
    # On today's areas each with counties is there once more.
    derived = {flow for flow in datasets if flow.removesuffix("_LATEST") in held} - set(held)
    assert derived and set(datasets) - derived == set(held), set(held) ^ set(datasets)
    assert {row["dataset"]: row["derived_from"] for row in cli.json("list", "derived")} == \
        {flow: flow.removesuffix("_LATEST") for flow in derived}
    assert {row["derived"] for row in held.values()} - {""} == derived
    explained = sum(explain(cli, address, flow) for flow in sorted(derived))
    print(f"{explained} figures of {len(derived)} derived flows explained")
    rows = 0
    for dataset in datasets:
        (folder / "dsd.xml").write_bytes(
            fetch(address, f"/sdmx/v1/datastructure/KREISLAUF/{dataset}/1.0?references=children",
                  "application/vnd.sdmx.structure+xml;version=2.1"))
        for query in ("", "?includeHistory=true"):
            first = None
            for file, accept in FORMATS.items():
                body = fetch(address, f"/sdmx/v1/data/{dataset}{query}", accept)
                (folder / file).write_bytes(body)
                facts = cli.json("inspect", folder / file, "--dsd", folder / "dsd.xml")
                # CSV says in two columns of its own what the others say of a data set.
                issues = [issue for issue in facts.get("issues") or [] if "'VALID_" not in issue["text"]]
                assert not issues, (dataset, accept, issues)
                found = facts["content_sha256"], facts["obs"], facts["obs_without_value"]
                first = first or found
                assert found == first, f"{dataset} {accept} {query}: {found} instead of {first}"
                rows += facts["obs"]
            if VALIDATE.exists() and not query:
                # A grammar is slow on large messages, and these are all alike.
                files = [str(folder / file) for file in FORMATS
                         if file.endswith(".xml") and (folder / file).stat().st_size < 4_000_000]
                if not files:
                    continue
                done = subprocess.run(["sh", str(VALIDATE), *files], capture_output=True, text=True, timeout=300)
                assert done.returncode == 0, done.stdout
        print(dataset, *first)
    print(f"{len(datasets)} datasets, {rows} observations read back")
    assert len(datasets) > 20, datasets


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
