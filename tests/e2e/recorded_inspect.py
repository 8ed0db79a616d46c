#!/usr/bin/env python3
"""What `inspect` prints of every recorded answer, against the counts that were made of them independently.

Usage   recorded_inspect.py PROGRAM
"""
import json
import subprocess
import sys

from replay import RECORDINGS, environment, need_recordings


def main(program):
    need_recordings()
    expected = json.loads((RECORDINGS / "expected.json").read_text(encoding="utf-8"))
    agreed, wrong = 0, []
    for name, facts in sorted(expected.items()):
        done = subprocess.run([program, "inspect", str(RECORDINGS / name / "body.bin"), "--json", "--compact"],
                              capture_output=True, text=True, env=environment(), timeout=60)
        if done.returncode != 0 or done.stdout.count("\n") != 1:
            wrong.append(f"{name}: exit {done.returncode}: {done.stdout[:80]}{done.stderr[:200]}")
            continue
        printed = json.loads(done.stdout)
        different = [key for key in facts if printed.get(key) != facts[key]]
        if different:
            wrong.append(f"{name}: {different[0]} is {printed.get(different[0])!r}, expected {facts[different[0]]!r}")
        else:
            agreed += 1
    print(f"{agreed} of {len(expected)} agree")
    print("\n".join(wrong[:20]))
    return 1 if wrong or not expected else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
