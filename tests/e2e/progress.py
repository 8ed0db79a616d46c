#!/usr/bin/env python3
"""Reads a large file with standard error on a terminal and elsewhere, and looks at what is shown meanwhile.

Usage   progress.py PROGRAM CASE    runs one case in a directory of its own
        progress.py --list          names of the cases, for CMake
"""
import os
import pty
import re
import subprocess
import sys
import threading
import time

from bad_bench import CODE, main, zipped

DRAWN = re.compile(r"\[1/1\] \S+: ([\d ]+) rows, ([\d.]+) of ([\d.]+) MB(?:, about \d+ s left|, storing it)")


def large(bench):
    """Some 20 MB: the sound table with a day of its own for every copy."""
    rows = "\n".join(bench.rows) + "\n"
    copies = [rows.replace(";2023-12-31;", f";{1000 + day // 336}-{day % 336 // 28 + 1:02}-{day % 28 + 1:02};")
                  .replace(";2024-12-31;", f";{2000 + day // 336}-{day % 336 // 28 + 1:02}-{day % 28 + 1:02};")
              for day in range(20_000_000 // len(rows.encode()))]
    return (bench.header + "\n" + "".join(copies)).encode()


def on_a_terminal(bench, *words):
    """What the program draws on a terminal, and what it prints."""
    ours, theirs = pty.openpty()
    drawn = []

    def listen():
        try:
            while piece := os.read(ours, 65536):
                drawn.append(piece)
        except OSError:  # the other end is closed
            pass

    job = subprocess.Popen(bench.command(*words), stdout=subprocess.PIPE, stderr=theirs, cwd=bench.folder,
                           env=bench.environment)
    os.close(theirs)
    listener = threading.Thread(target=listen)
    listener.start()
    printed = job.communicate(timeout=280)[0].decode()
    listener.join()
    os.close(ours)
    return job.returncode, b"".join(drawn).decode(), printed


def expect_drawn(text, size):
    states = DRAWN.findall(text)
    assert states, f"nothing is drawn while the file is read: {text[-500:]!r}"
    for rows, done, total in states:
        assert total == f"{size / 1e6:.1f}", (total, size)
        assert 0 < float(done) <= float(total), (done, total)
        assert int(rows.replace(" ", "")) > 0, rows
    assert text.endswith("\r\x1b[K"), f"the line is left behind: {text[-200:]!r}"


def case_OnATerminalAnImportShowsRowsBytesAndTimeLeft(bench):
    data = large(bench)
    code, drawn, printed = on_a_terminal(bench, "import", bench.file(data))
    assert code == 0 and "loaded" in printed, printed
    assert "\x1b" not in printed, "what is drawn is no output"
    expect_drawn(drawn, len(data))


def case_OnATerminalAnArchiveCountsWhatIsUnpacked(bench):
    data = large(bench)
    code, drawn, _ = on_a_terminal(bench, "import", bench.file(zipped(data), f"{CODE}_de_.zip"))
    assert code == 0
    expect_drawn(drawn, len(data))


def case_OnATerminalASyncAndAnInspectionShowThem(bench):
    data = large(bench)
    code, drawn, printed = on_a_terminal(bench, "inspect", bench.file(data), "--compact")
    assert code == 0 and printed.startswith("{"), printed[:100]
    expect_drawn(drawn, len(data))
    bench.table(CODE).write_bytes(data)
    code, drawn, _ = on_a_terminal(bench, *bench.sync_words(), "--table", CODE)
    assert code == 0
    expect_drawn(drawn.replace("[1/5]", "[1/1]").replace("regionalstatistik ", ""), len(data))


def case_WithoutATerminalAShortJobSaysNothingAndALongOneLines(bench):
    started = time.monotonic()
    done = subprocess.run(bench.command("import", bench.file(large(bench))), capture_output=True, text=True,
                          cwd=bench.folder, env=bench.environment, timeout=280)
    seconds = time.monotonic() - started
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) <= seconds / 10, (seconds, lines)
    for line in lines:
        assert line.startswith("kreislauf: ") and DRAWN.search(line) and "\x1b" not in line, line


def case_WithoutATerminalAnInspectionSaysNothingOfASmallFile(bench):
    done = subprocess.run(bench.command("inspect", bench.file(bench.sound), "--compact"), capture_output=True, text=True,
                          cwd=bench.folder, env=bench.environment, timeout=60)
    assert done.returncode == 0 and done.stderr == "", done.stderr


if __name__ == "__main__":
    sys.exit(main(dict(globals()), __doc__))
