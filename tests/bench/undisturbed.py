"""Figures of a machine that changes its speed while it is measured.

On a shared machine the same program takes 1.0 or 1.7 times as long, for seconds at a time, and nothing in the machine
tells which. So a yardstick, the same work each time and none of it ours, is measured before and behind every figure:
where both took at most TOLERATED times the shortest of the whole run, the figure is undisturbed. Nothing else decides,
the figure itself least of all. Both medians are told: of the undisturbed figures, and of all.
"""
import json
import statistics
import subprocess

TOLERATED = 1.2
YARDSTICK = "yardstick"
ENOUGH = 5          # undisturbed figures of each name
MOST_ROUNDS = 40


def figures_between(measured):
    """(name, figure, the longer yardstick beside it) of a list in which every other entry is the yardstick."""
    found = []
    for before, one, behind in zip(measured[::2], measured[1::2], measured[2::2]):
        if before["name"] != YARDSTICK or behind["name"] != YARDSTICK:
            raise ValueError(f"{one['name']} does not stand between two yardsticks")
        found.append((one["name"], one, max(before["cpu_time"], behind["cpu_time"])))
    return found


def sifted(rounds):
    """name -> (undisturbed, all): lists of figures, in the order of the first round."""
    shortest = min(yardstick for figures in rounds for _, _, yardstick in figures)
    result = {}
    for figures in rounds:
        for name, figure, yardstick in figures:
            undisturbed, every = result.setdefault(name, ([], []))
            every.append(figure)
            if yardstick <= TOLERATED * shortest:
                undisturbed.append(figure)
    return result


def run_rounds(program, seconds=0.05):
    """Runs a Google Benchmark until there is enough that was undisturbed: see sifted()."""
    rounds = []
    while len(rounds) < MOST_ROUNDS:
        answer = subprocess.run([str(program), "--benchmark_format=json", f"--benchmark_min_time={seconds}"], check=True,
                                text=True, capture_output=True).stdout
        rounds.append(figures_between(json.loads(answer)["benchmarks"]))
        if len(rounds) >= ENOUGH and all(len(quiet) >= ENOUGH for quiet, _ in sifted(rounds).values()):
            break
    return sifted(rounds)


def median(figures, key):
    return statistics.median(one[key] for one in figures) if figures else None
