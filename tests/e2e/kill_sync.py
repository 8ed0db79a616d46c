"""kill -9 at random moments of a sync: the store opens by itself, is sound, and the next sync ends in the same
content hash as one that nobody disturbed.

    kill_sync.py PROGRAM [--kills 200] [--seed 1]
"""
import argparse
import pathlib
import random
import signal
import subprocess
import tempfile
import time

from replay import Program, Replay, environment, need_recordings, recorded_tables, write_config

NOW = "2026-03-11T04:00:00Z"


def sync_command(program, config):
    return program.command("--now", NOW, "sync", "--config", config)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    need_recordings()
    dice = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder, Replay("--job-polls", "0") as replay:
        folder = pathlib.Path(folder)
        config = write_config(folder / "kreislauf.toml", replay, recorded_tables())
        calm = Program(options.program, folder / "calm")
        started = time.monotonic()
        calm.run("--now", NOW, "sync", "--config", config, codes=(0, 3))
        duration = time.monotonic() - started
        wanted = calm.json("verify")["content_hash"]
        print(f"undisturbed sync: {duration:.2f} s, content hash {wanted}")

        kills = rounds = 0
        while kills < options.kills:
            rounds += 1
            program = Program(options.program, folder / f"round{rounds}")
            for _ in range(5):
                process = subprocess.Popen(sync_command(program, config), stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL, env=environment())
                time.sleep(dice.uniform(0, duration))
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
                if (folder / f"round{rounds}" / "store.sqlite").exists():
                    report = program.json("verify", codes=(0, 1))
                    if "error" in report:  # killed before the store had its tables
                        continue
                    assert report["sound"], f"after kill {kills}: {report['problems'][:5]}"
            program.run("--now", NOW, "sync", "--config", config, codes=(0, 3))
            report = program.json("verify")
            assert report["content_hash"] == wanted, f"round {rounds}: {report['content_hash']} instead of {wanted}"
        print(f"{kills} kills in {rounds} rounds: every store opened by itself, was sound, and ended in the same hash")


main()
