#!/usr/bin/env python3
"""SDMX-ML to observations: ours, libxml2's SAX parser and lxml on the same files in the same run.

Usage   run.py BENCH_SDMX [MEGABYTES] [ROUNDS]
Prints  the best CPU time of the rounds (taken in turn), MB/s per core, peak memory; checks that all found the same.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

LXML = """
import sys, resource
from lxml import etree
n = without = 0
total = 0.0
generic = sys.argv[2] == "generic"
for _, e in etree.iterparse(sys.argv[1], events=("end",), tag="{*}Obs"):
    n += 1
    if generic:
        v = next((c.get("value") for c in e if c.tag.endswith("}ObsValue")), None)
    else:
        v = e.get("OBS_VALUE")
    if v is None:
        without += 1
    else:
        total += float(v)
    e.clear()
    parent = e.getparent()
    while e.getprevious() is not None:
        del parent[0]
u = resource.getrusage(resource.RUSAGE_SELF)
print(n, without, "%.0f" % total, "%.3f" % (u.ru_utime + u.ru_stime), u.ru_maxrss)
"""


def run(command):
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return tuple(out[:3]), float(out[3]), int(out[4])


def main(program, megabytes=120, rounds=5):
    print(f"load average {os.getloadavg()[0]:.1f}; {megabytes} MB, best of {rounds}")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for layout in ("generic", "specific"):
            path = str(pathlib.Path(folder) / f"{layout}.xml")
            subprocess.run([program, "generate", layout, str(megabytes), path], check=True)
            size = os.path.getsize(path) / 1e6
            peers = {"ours": [program, "ours", path], "libxml2 SAX": [program, "libxml2", path],
                     "lxml": ["/usr/bin/python3", "-c", LXML, path, layout]}
            best, peak, found = {}, {}, set()
            for _ in range(rounds):
                for name, command in peers.items():
                    result, seconds, memory = run(command)
                    found.add(result)
                    best[name] = min(best.get(name, seconds), seconds)
                    peak[name] = max(peak.get(name, 0), memory)
            if len(found) != 1:
                print(f"{layout}: they found different things: {found}")
                failed = True
            print(f"{layout}: {size:.0f} MB, {next(iter(found))[0]} observations")
            for name in peers:
                print(f"  {name:12} {best[name]:7.3f} s CPU {size / best[name]:7.0f} MB/s "
                      f"{best[name] / best['ours']:6.2f} x {peak[name] / 1024:6.1f} MiB")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], *(int(word) for word in sys.argv[2:])))
