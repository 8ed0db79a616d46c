#!/usr/bin/env python3
"""Private memory of every reader, whatever the size of the document: at most 64 MiB.

    tests/bench/readers/memory.py READERS_BENCH [--gigabytes 0.1] [--formats csv,xml] [--folder /tmp]
                                  [--kreislauf PROGRAM] [--xlsx XLSX_BENCH]

Writes a document of each format as a stream (--gigabytes 10 needs as much room on the disk; it is removed again),
reads it with the reader and, where --kreislauf names the program, with `kreislauf inspect`. Memory is what the kernel
counts as RssAnon plus RssShmem, looked at every few milliseconds; pages of the mapped document belong to the system,
which may drop them. A workbook has as many rows as sheets can hold, ten different texts in each.
Ends with 1 where a reader needs more than the bound or fails.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

FORMATS = ["csv", "csv-wide", "sdmx-csv", "sdmx-ml", "sdmx-json", "xml", "px", "json-stat", "xlsx"]
BOUND_MIB = 64


def private_kib(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            return sum(int(line.split()[1]) for line in status if line.startswith(("RssAnon:", "RssShmem:")))
    except (FileNotFoundError, ProcessLookupError):
        return 0


def watched(command):
    """Standard output, highest private memory in MiB and CPU seconds of one process."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=err)
        peak = 0
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid != 0:
                break
            peak = max(peak, private_kib(process.pid))
            time.sleep(0.004)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            return f"failed with {process.returncode}: {err.read()[-300:]}", peak / 1024, 0.0
        return out.read(), peak / 1024, usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers_bench", type=pathlib.Path)
    parser.add_argument("--gigabytes", type=float, default=0.1)
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--kreislauf", type=pathlib.Path)
    parser.add_argument("--xlsx", type=pathlib.Path, help="xlsx_bench, for workbooks")
    arguments = parser.parse_args()
    for program in ("readers_bench", "kreislauf", "xlsx"):
        if getattr(arguments, program) is not None:
            setattr(arguments, program, getattr(arguments, program).resolve())
    megabytes = int(arguments.gigabytes * 1000)
    print(f"| format | GB | who | private MiB (at most {BOUND_MIB}) | cpu s | MB/s | cells |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    sound = True
    for name in arguments.formats.split(","):
        if name == "xlsx" and arguments.xlsx is None:
            continue
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            path = pathlib.Path(folder) / f"document.{name}"
            if name == "xlsx":
                # About 100 bytes a cell, unpacked; sheets end at 1,048,576 rows.
                rows = max(1, megabytes * 1000)
                sheets = -(-rows // 1_000_000)
                make = [arguments.xlsx, "make", path, str(rows // sheets), "distinct", str(sheets)]
                read = [arguments.xlsx, "read", path]
            else:
                make = [arguments.readers_bench, "generate", name, str(megabytes), path]
                read = [arguments.readers_bench, "read", name, path]
            subprocess.run([str(part) for part in make], check=True)
            readers = {"reader": read}
            if arguments.kreislauf:
                readers["inspect"] = [arguments.kreislauf, "inspect", "--compact", path]
            size = path.stat().st_size / 1e6
            for who, command in readers.items():
                said, peak, cpu = watched(command)
                failed = said.startswith("failed with")
                sound = sound and not failed and peak <= BOUND_MIB
                cells = said if failed else said.split()[3 if name == "xlsx" else 0] if who == "reader" else ""
                print(f"| {name} | {size / 1000:.2f} | {who} | {peak:.1f} | {cpu:.1f} | "
                      f"{size / max(cpu, 0.001):.0f} | {cells} |", flush=True)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
