#!/usr/bin/env python3
"""Gives the program paths that are no documents, a source that answers badly, a disk that is full, and a kill.

Usage   bad_machine.py PROGRAM CASE    runs one case in a directory of its own
        bad_machine.py --list          names of the cases, for CMake
"""
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from bad_bench import CODE, RENT_CODE, Skip, main, zipped
from replay import SOURCE
from sample_sync import LATE, POPULATION, RENTS


# Files that are none

def refused_path(bench, path, error, *words, code=1):
    report = subprocess.run(bench.command("import", path), capture_output=True, text=True, cwd=bench.folder,
                            env=bench.environment, timeout=60)
    text = report.stdout + report.stderr
    assert report.returncode == code, (report.returncode, text)
    for word in (f"({error})", *words):
        assert word in text, f"'{word}' is not in: {text}"
    bench.next_one_loads()


def case_AMissingFile(bench):
    refused_path(bench, "12411-01-01-4_absent.csv", "not_found", "12411-01-01-4_absent.csv", "next: ")


def case_AFolderWithoutTables(bench):
    (bench.folder / "12411-01-01-4").mkdir()
    refused_path(bench, "12411-01-01-4", "not_found", "12411-01-01-4", "no .csv")


def case_AFileThatMayNotBeRead(bench):
    path = bench.file(bench.sound, "12411-01-01-4_closed.csv")
    path.chmod(0)
    nobody = {}
    if os.geteuid() == 0:  # root reads everything
        nobody = {"user": 65534}
        bench.folder.chmod(0o777)
    done = subprocess.run(bench.command("import", path), capture_output=True, text=True, cwd=bench.folder,
                          env=bench.environment, timeout=60, **nobody)
    text = done.stdout + done.stderr
    assert done.returncode == 1 and "(io)" in text and path.name in text and "ermission" in text, text
    path.chmod(0o644)
    shutil.rmtree(bench.store)
    bench.next_one_loads()


def case_AnOutputThatIsFull(bench):
    """What was done stays done, and the exit code says that the words about it are lost."""
    def into_full(*words):
        with open("/dev/full", "w") as full:
            return subprocess.run(bench.command(*words), stdout=full, stderr=subprocess.PIPE, text=True,
                                  cwd=bench.folder, env=bench.environment, timeout=60)
    for words in (("--help",), ("--json", "import", bench.table(CODE)), ("list", "datasets"),
                  ("--json", "list", "datasets"), ("list", "areas")):
        done = into_full(*words)
        assert done.returncode == 1, (words, done.returncode, done.stderr)
        assert "No space left on device" in done.stderr or "could not be written" in done.stderr, done.stderr
    assert [row["dataset"] for row in bench.json("list", "datasets")] == [POPULATION]


def case_AFileWhoseTableNobodyKnows(bench):
    refused_path(bench, bench.file(bench.sound, "download.csv"), "invalid_argument", "download.csv", "--table", code=2)


def case_AFolderOfFilesIsImportedWhole(bench):
    folder = bench.folder / "downloads"
    folder.mkdir()
    shutil.copy(bench.table(CODE), folder)
    shutil.copy(bench.table(RENT_CODE, "genesis"), folder)
    (folder / "12211-Z-11.csv").write_text("<html>")
    (folder / "notes.txt").write_text("to do")
    text = bench.call("import", folder, code=3)
    assert "12211-Z-11.csv" in text and "not_a_table" in text, text
    assert "notes.txt is no table" in text and "left alone" in text, text
    assert {row["dataset"] for row in bench.json("list", "datasets")} == {POPULATION, RENTS}


def case_AFolderIsReadOnWhereAnotherProcessWrites(bench):
    """Each file that could not be stored says so; the next import of the folder brings the rest."""
    bench.importing(bench.sound, 0)
    folder = bench.folder / "downloads"
    folder.mkdir()
    shutil.copy(bench.table(CODE), folder)
    shutil.copy(bench.table(RENT_CODE, "genesis"), folder)
    other = sqlite3.connect(os.path.join(bench.store, "store.sqlite"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    text = bench.call("import", folder, code=1)
    assert text.count("another process is writing") == 2 and text.count("next: ") == 2, text
    other.execute("ROLLBACK")
    other.close()
    bench.call("import", folder)
    assert {row["dataset"] for row in bench.json("list", "datasets")} == {POPULATION, RENTS}


def case_AFileThatIsCutWhileItIsRead(bench):
    """A signal of the machine, were it not caught: the bytes that are read are no longer there."""
    data = large_table(bench) * 4
    seen = set()
    for attempt in range(12):
        path = bench.file(data, f"{CODE}_cut_de_.csv")
        job = subprocess.Popen(bench.command("import", path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               cwd=bench.folder, env=bench.environment)
        time.sleep(0.004 * attempt)
        os.truncate(path, 1)
        text, _ = job.communicate(timeout=120)
        seen.add(job.returncode)
        # All of it came in before the cut, or it says what happened: as a signal, or as what is left of the file.
        assert job.returncode in (0, 1, 3), (job.returncode, text)
        if job.returncode == 1:
            assert "while it was read" in text or " failed " in text, text
        shutil.rmtree(bench.store, ignore_errors=True)
    assert 1 in seen, seen
    bench.next_one_loads()


# A sync

def case_BadAnswersOfASourceLeaveTheRestAlone(bench):
    bench.sync()
    expected = bench.content()
    bad = {"12411-01-01-4": zipped(bench.sound)[:500], "21311-01-01-4-B": b'{"Status":{"Code":98,"Content":"zu gross"}}',
           "13111-01-03-4": b"<html>", "12211-Z-11": bench.table("12211-Z-11").read_bytes().decode("utf-8-sig").encode("cp1252")}
    for name, data in bad.items():
        bench.table(name).write_bytes(data)
    text = bench.sync(LATE, code=3)
    for name, data in bad.items():
        bench.kept(data)
    for outcome in "partial", "unavailable", "too_big":
        assert text.count(f" {outcome} ") == 1, (outcome, text)
    assert "next: " in text, text
    # Of the answer in a wrong character set the rows without umlaut can be read; nothing else is taken away.
    assert "set aside 40" in text and "and 37 more of this kind" in text, text
    assert bench.content() == expected
    text = bench.sync("2026-02-02", code=3)
    assert "set aside" in text, text
    for name in bad:
        shutil.copy(SOURCE / "deploy/sample/regionalstatistik/data/tablefile" /
                    f"{name}.csv", bench.table(name))
    bench.sync("2026-03-01")
    assert bench.content() == expected


# A machine that refuses

def large_table(bench):
    """The sound table once per day of some years: a load that takes a while and some megabytes."""
    lines = [bench.header]
    for year in range(1980, 2020):
        for month in range(1, 13):
            lines += [row.replace(";2023-12-31;", f";{year}-{month:02}-01;").replace(";2024-12-31;", f";{year}-{month:02}-15;")
                      for row in bench.rows]
    return "\n".join(lines).encode() + b"\n"


def case_AFileThatMayNotGrow(bench):
    bench.importing(bench.sound, 0)
    expected = bench.content()
    path = bench.file(large_table(bench), f"{CODE}_large_de_.csv")
    refused = 0
    for limit in (4096, 20_000, 60_000, 120_000, 200_000, 400_000):
        done = subprocess.run(bench.command("import", path), capture_output=True, text=True, cwd=bench.folder,
                              env=bench.environment, timeout=120,
                              preexec_fn=lambda size=limit: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
                                                             resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))))
        if done.returncode == 0:
            break
        refused += 1
        assert done.returncode == 1, (limit, done.returncode, done.stdout, done.stderr)
        assert "(io)" in done.stderr + done.stdout, (limit, done.stdout, done.stderr)
        assert bench.content() == expected, limit
    assert refused >= 3, refused
    report, = bench.json("import", path)
    assert report["figures"] == "28320", report
    assert bench.json("verify", "--figures", "50")["sound"]


def case_AFullDisk(bench):
    disk = bench.folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)], capture_output=True, text=True)
    if mounted.returncode:
        raise Skip(f"no tmpfs can be mounted: {mounted.stderr.strip()}")
    try:
        bench.store = str(disk / "store")
        bench.call("import", bench.file(bench.sound))
        expected = bench.content()
        path = bench.file(large_table(bench), f"{CODE}_large_de_.csv")
        (disk / "filler").write_bytes(random.Random(3).randbytes(150_000))
        text = bench.call("import", path, code=1)
        assert "(io)" in text and "no room left" in text, text
        (disk / "filler").unlink()
        assert bench.content() == expected
        assert bench.json("verify", "--figures", "50")["sound"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def case_KilledAtARandomMomentAnImportShowsAllOrNothing(bench):
    bench.importing(bench.sound, 0)
    before = bench.content()
    path = bench.file(large_table(bench), f"{CODE}_large_de_.csv")
    saved = bench.folder / "saved"
    shutil.copytree(bench.store, saved)
    started = time.monotonic()
    bench.call("import", path)
    duration = time.monotonic() - started
    after = bench.content()
    assert before != after
    chance = random.Random(4)
    seen = set()
    for _ in range(20):
        shutil.rmtree(bench.store)
        shutil.copytree(saved, bench.store)
        job = subprocess.Popen(bench.command("import", path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               cwd=bench.folder, env=bench.environment)
        time.sleep(chance.uniform(0, duration * 1.1))
        job.send_signal(signal.SIGKILL)
        job.wait()
        content = bench.content()
        assert content in (before, after), "half a load is visible"
        seen.add(content)
        bench.call("import", path)
        assert bench.content() == after
    assert before in seen, "no kill came early enough"


if __name__ == "__main__":
    sys.exit(main(dict(globals()), __doc__))
