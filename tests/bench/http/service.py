#!/usr/bin/env python3
"""The program itself on a large store, beside nginx with the same bytes.

Usage   service.py SERVER STORED COUNTIES [--rounds N] [--seconds S]
        SERVER is kreislauf-server, STORED and COUNTIES the programs of the targets bench_http_stored and
        bench_http_counties
Needs   nginx, wrk; 300 MB in the temporary folder
Prints  "name value unit"; "waited" is the share of the time in which a thread of a server was ready to run and no core
        was free: where it is large, percentiles tell of the machine

P15     99th percentile of a 20 kB answer from the cache at 32 connections, at rest and while 2 % of 10 million figures
        are revised (P10); nginx sends a file of the same bytes meanwhile
304     99th percentile of an answer that the client has already; the goal is 5 ms
400     counties at once, each pulling every figure of itself and its municipalities; the goal is one minute for all,
        and 250 ms for the 99th percentile of what each asks for first, its own table. Median and worst of five waves,
        before each of which a revision makes every kept answer stale. Thirty waves follow each other: memory is to be
        flat, three seconds after one and after the last
"""
import argparse
import http.client
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from compare import Peer, free_port, load, show, show_pairs, start_nginx

WAVES = 30
COLD_WAVES = 5
DATASET = "REGIO_12411-01-01-4"
# 18 counties in 16 years: 20 kB.
CACHED = (f"/sdmx/v1/data/{DATASET}/.{'+'.join(str(10_000 + i) for i in range(18))}...Y24"
          "?format=csvdata&detail=dataonly")


def start_server(server, folder):
    process = subprocess.Popen([server, "--store", str(folder / "store"), "--listen", "127.0.0.1:0",
                                "--log", str(folder / "access.log")], stdout=subprocess.PIPE, text=True)
    return Peer("kreislauf", process, int(process.stdout.readline().rsplit(":", 1)[1]))


def fetch(port, path, **fields):
    """(status, header fields, bytes of the body, seconds to the first byte, seconds to the last)"""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    began = time.perf_counter()
    link.request("GET", path, headers=fields)
    reply = link.getresponse()
    first = time.perf_counter() - began
    size = 0
    while part := reply.read(1 << 18):
        size += len(part)
    link.close()
    return reply.status, reply.headers, size, first, time.perf_counter() - began


def updates(stored, folder, stop, walls):
    number = 0
    while not stop.is_set():
        number += 1
        out = subprocess.run([stored, str(folder / "store"), "update", str(number)], capture_output=True, text=True,
                             check=True).stdout
        walls.append(float(out.split()[1]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("server", "stored", "counties"):
        parser.add_argument(name)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        subprocess.run([options.stored, str(folder / "store"), "create"], check=True)
        peers = [start_server(options.server, folder)]
        try:
            _, _, size, _, _ = fetch(peers[0].port, CACHED)
            (folder / "files").mkdir()
            (folder / "files" / "same").write_bytes(os.urandom(size))
            peers.insert(0, start_nginx(folder))
            measure(*peers, options, folder, size)
        finally:
            for peer in peers:
                peer.stop()


def measure(nginx, ours, options, folder, size):
    show("load_average", os.getloadavg()[0], "1")
    show("cached_bytes", size, "B")

    def rounds(count, fields=()):
        return [(load(nginx, "/same", options.seconds), load(ours, CACHED, options.seconds, fields))
                for _ in range(count)]

    rounds(1)
    pairs = rounds(options.rounds)
    for key, unit in (("rate", "1/s"), ("p99", "us"), ("waited", "share")):
        show_pairs("p15_at_rest", pairs, key, unit)
    stop, walls = threading.Event(), []
    thread = threading.Thread(target=updates, args=(options.stored, folder, stop, walls))
    thread.start()
    try:
        pairs = rounds(options.rounds)
    finally:
        stop.set()
        thread.join()
    for key, unit in (("rate", "1/s"), ("p99", "us"), ("waited", "share")):
        show_pairs("p15_while_updated", pairs, key, unit)
    show("p15_updates", len(walls), "1")
    show("p15_update_wall", statistics.median(walls), "s")

    tag = fetch(ours.port, CACHED)[1]["ETag"]
    unchanged = [load(ours, CACHED, options.seconds, [f"If-None-Match: {tag}"]) for _ in range(options.rounds)]
    for key, unit, scale in (("rate", "1/s", 1), ("p99", "ms", 1e-3), ("waited", "share", 1)):
        show(f"304_{key}", statistics.median(u[key] for u in unchanged if key in u) * scale, unit)
    told = {}
    for wave in range(1, WAVES + 1):
        if wave <= COLD_WAVES:
            subprocess.run([options.stored, str(folder / "store"), "update", str(len(walls) + wave)], check=True,
                           capture_output=True)
            time.sleep(1)
        out = subprocess.run([options.counties, str(ours.port)], capture_output=True, text=True, check=True).stdout
        if wave <= COLD_WAVES:
            for name, value, unit in (line.split() for line in out.splitlines()):
                told.setdefault((name, unit), []).append(float(value))
        if wave == COLD_WAVES:
            for (name, unit), values in told.items():
                show(name, statistics.median(values), unit)
                if unit != "MB":
                    show(f"{name}_worst", max(values), unit)
        if wave % 10 == 0 or wave == 1:
            show(f"resident_after_wave_{wave}", ours.resident() / 2**20, "MiB")
            time.sleep(3)
            show(f"resident_then_at_rest_{wave}", ours.resident() / 2**20, "MiB")


if __name__ == "__main__":
    main()
