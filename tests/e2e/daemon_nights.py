#!/usr/bin/env python3
"""The daemon on a machine that is not kind to it: killed at random moments, doubled, with a full disk, told to stop.

Usage   daemon_nights.py PROGRAM CHECK [--kills N] [--seed N]    runs one check in a directory of its own
        daemon_nights.py --list                                  names of the checks, for CMake
"""
import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from delivery_service import AGREEMENT, table

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PATIENCE_S = 120


class House:
    """A store, a copy of the sample sources, and daemons on it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.sample = self.folder / "sample"
        shutil.copytree(SOURCE / "deploy/sample", self.sample)
        self.environment = dict(os.environ, KREISLAUF_DATA=str(SOURCE))
        self.store = self.folder / "store"
        self.running = []

    def command(self, *words, store=None):
        return [self.program, "--store", str(store or self.store), *words]

    def call(self, *words, store=None, codes=(0,)):
        done = subprocess.run(self.command(*words, store=store), capture_output=True, text=True, env=self.environment,
                              timeout=PATIENCE_S)
        assert done.returncode in codes, f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def json(self, *words, store=None, codes=(0,)):
        return json.loads(self.call("--json", *words, store=store, codes=codes))

    def sync(self, store=None):
        return self.call("sync", "--all", "--config", str(self.sample / "kreislauf.toml"), store=store)

    def daemon(self, **more):
        log = open(self.folder / f"daemon{len(self.running)}.log", "w+", encoding="utf-8")
        process = subprocess.Popen(self.command("daemon", "--config", str(self.sample / "kreislauf.toml")), stdout=log,
                                   stderr=subprocess.STDOUT, env=self.environment, **more)
        self.running.append((process, log))
        return process

    def said(self, process):
        log = next(log for other, log in self.running if other is process)
        return pathlib.Path(log.name).read_text(encoding="utf-8")

    def wait_for(self, process, text):
        until = time.monotonic() + PATIENCE_S
        while text not in self.said(process):
            assert process.poll() is None, f"ended with {process.returncode}: {self.said(process)}"
            assert time.monotonic() < until, f"'{text}' was never said: {self.said(process)}"
            time.sleep(0.05)

    def wait_for_end(self, process):
        return process.wait(timeout=PATIENCE_S)

    def hash(self, store=None):
        report = self.json("verify", store=store)
        assert report["sound"], report
        return report["content_hash"]

    def close(self):
        for process, log in self.running:
            if process.poll() is None:
                process.kill()
                process.wait()
            log.close()


def check_KilledAtRandomMomentsTheNightEndsTheSame(house, options):
    house.sync(store=house.folder / "calm")
    wanted = house.hash(store=house.folder / "calm")
    wanted_vintages = house.json("list", "vintages", store=house.folder / "calm")
    started = time.monotonic()
    first = house.daemon()
    house.wait_for(first, "sleeps until")
    duration = time.monotonic() - started
    first.kill()
    first.wait()
    dice = random.Random(options.seed)
    kills = rounds = 0
    while kills < options.kills:
        rounds += 1
        shutil.rmtree(house.store)
        for _ in range(3):
            process = house.daemon()
            time.sleep(dice.uniform(0, duration))
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            if (house.store / "store.sqlite").exists():
                report = house.json("verify", codes=(0, 1))
                assert "error" in report or report["sound"], f"seed {options.seed}, kill {kills}: {report}"
        process = house.daemon()  # no hand needed: the next start does what is left
        house.wait_for(process, "sleeps until")
        process.terminate()
        assert house.wait_for_end(process) == 0, house.said(process)
        assert house.hash() == wanted, f"seed {options.seed}, round {rounds}: another content"
        vintages = house.json("list", "vintages")
        assert [v["vintage"] for v in vintages] == [v["vintage"] for v in wanted_vintages], vintages
    print(f"{kills} kills in {rounds} rounds: sound after each, the same content, no vintage twice")


def check_TheOlderOfTwoStopsByItself(house, options):
    old = house.daemon()
    house.wait_for(old, "sleeps until")
    young = house.daemon()
    assert house.wait_for_end(old) == 5, house.said(old)
    assert "another daemon has taken over this store" in house.said(old), house.said(old)
    assert f"process {young.pid}" in house.said(old), house.said(old)
    house.wait_for(young, "sleeps until")
    assert young.poll() is None
    young.terminate()
    assert house.wait_for_end(young) == 0
    vintages = house.json("list", "vintages")
    assert len(vintages) == 5 and all(v["vintage"] == 1 for v in vintages), vintages


def check_TwoThatStartTogetherDoubleNothing(house, options):
    both = [house.daemon(), house.daemon()]
    until = time.monotonic() + PATIENCE_S
    while all(process.poll() is None for process in both):
        assert time.monotonic() < until, [house.said(process) for process in both]
        time.sleep(0.1)
    left = [process for process in both if process.poll() is None]
    assert len(left) == 1, [house.said(process) for process in both]
    house.wait_for(left[0], "sleeps until")
    left[0].terminate()
    house.wait_for_end(left[0])
    house.sync(store=house.folder / "calm")
    assert house.hash() == house.hash(store=house.folder / "calm")
    assert len(house.json("list", "vintages")) == 5


def check_WaitsForRoomOnAFullDiskAndGoesOn(house, options):
    house.call("sync", "genesis", "--config", str(house.sample / "kreislauf.toml"))
    # No file may grow beyond the limit: as if the disk were full. The signal is ignored, as Python ignores it.
    limit = 64_000
    process = house.daemon(restore_signals=False, preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)))
    house.wait_for(process, "tries again")
    assert "waits 30 s for room" in house.said(process), house.said(process)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    house.wait_for(process, "sleeps until")
    process.terminate()
    assert house.wait_for_end(process) == 0, house.said(process)
    house.sync(store=house.folder / "calm")
    assert house.hash() == house.hash(store=house.folder / "calm")


def check_ReadsItsConfigurationAgainAndStopsWhenTold(house, options):
    config = house.sample / "kreislauf.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('    "12411-01-01-4",', "    #"), encoding="utf-8")
    process = house.daemon()
    house.wait_for(process, "sleeps until")
    assert len(house.json("list", "datasets")) == 4
    config.write_text("[[source]]\nid = 3\n", encoding="utf-8")
    process.send_signal(signal.SIGHUP)
    house.wait_for(process, "goes on with the old configuration")
    config.write_text(text, encoding="utf-8")
    process.send_signal(signal.SIGHUP)
    house.wait_for(process, "REGIO_12411-01-01-4")
    process.send_signal(signal.SIGTERM)
    assert house.wait_for_end(process) == 0, house.said(process)
    assert len(house.json("list", "datasets")) == 5


def check_DeliveriesInTheFolderAreCheckedWithoutAServer(house, options):
    agreements = house.store / "intake/agreements"
    agreements.mkdir(parents=True)
    (agreements / "probe.toml").write_text(AGREEMENT.format(land="03"), encoding="utf-8")
    config = house.sample / "kreislauf.toml"
    config.write_text(config.read_text(encoding="utf-8") + '\n[intake]\nfolder = "../eingang"\n', encoding="utf-8")
    inbox = house.folder / "eingang/probe"

    def until(pattern):
        deadline = time.monotonic() + PATIENCE_S
        while not list(inbox.glob(pattern)):
            assert time.monotonic() < deadline, list(inbox.rglob("*"))
            time.sleep(0.05)

    process = house.daemon()
    house.wait_for(process, "sleeps until")
    (inbox / "eins.csv").write_bytes(table(100))
    until("done/D-*_eins.csv")
    (inbox / "zwei.csv").write_bytes(table(200))
    # Whoever looks beside the daemon finds nothing to do: one is at it.
    beside = house.json("delivery", "work", "--config", str(config))
    assert beside["files_moved"] == 0, beside
    until("busy/zwei.csv")
    process.kill()
    process.wait()
    process = house.daemon()
    until("done/D-*_zwei.csv")
    # Another one takes over, and has the folder then.
    young = house.daemon()
    assert house.wait_for_end(process) == 5, house.said(process)
    (inbox / "drei.csv").write_bytes(table(300))
    until("done/D-*_drei.csv")
    young.terminate()
    assert house.wait_for_end(young) == 0, house.said(young)
    listed = house.json("delivery", "list")
    assert sorted(one["file"] for one in listed) == ["drei.csv", "eins.csv", "zwei.csv"], listed
    assert {one["stage"] for one in listed} <= {"checked", "released"}, listed


CHECKS = {name[len("check_"):]: function for name, function in globals().items() if name.startswith("check_")}


def main():
    if sys.argv[1:] == ["--list"]:
        print(";".join(CHECKS), end="")
        return
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("check", choices=CHECKS)
    arguments.add_argument("--kills", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="kreislauf-daemon-") as folder:
        house = House(options.program, folder)
        try:
            CHECKS[options.check](house, options)
        finally:
            house.close()


main()
