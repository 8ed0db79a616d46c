#!/usr/bin/env python3
"""Checks one file of does_not_compile/.

The first line says what to expect: `// Expect: REGEX` for the compiler's error, or `// Expect: success`. Lines
that end in `// does not compile` are left out first: what remains must compile. With them there must be an
error on the first marked line, for the expected reason, and none on an unmarked line.

Usage   compile_fail.py SOURCE_ROOT FILE COMPILER...
"""
import pathlib
import re
import subprocess
import sys
import tempfile

MARK = "// does not compile"


def compile_text(root, compiler, text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "snippet.cpp"
        path.write_text(text, encoding="utf-8")
        command = [*compiler, "-std=c++20", "-fsyntax-only", "-fdiagnostics-color=never", f"-I{root}", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
        return done.returncode, done.stderr


def main(root, file, *compiler):
    lines = pathlib.Path(file).read_text(encoding="utf-8").splitlines()
    expected = re.fullmatch(r"// Expect: (.+)", lines[0])
    if not expected:
        return f"{file}:1: no '// Expect: ...'"
    expected = expected.group(1)
    marked = [number for number, line in enumerate(lines, start=1) if line.endswith(MARK)]

    control = ["" if number in marked else line for number, line in enumerate(lines, start=1)]
    status, errors = compile_text(root, compiler, "\n".join(control) + "\n")
    if status != 0:
        return f"{file}: does not compile without the marked line, so the line proves nothing:\n{errors}"
    if expected == "success":
        return f"{file}: marked lines in a file that must compile" if marked else None
    if not marked:
        return f"{file}: no line ends in '{MARK}'"

    status, errors = compile_text(root, compiler, "\n".join(lines) + "\n")
    if status == 0:
        return f"{file}:{marked[0]}: compiles, but must not"
    found = [(int(line), text) for line, text in re.findall(r"snippet\.cpp:(\d+):\d+: error: (.*)", errors)]
    strays = [f"{file}:{line}: {text}" for line, text in found if line not in marked]
    if strays or not any(line == marked[0] for line, _ in found):
        return f"{file}: the error is not at the marked line:\n{errors}"
    if not any(re.search(expected, text) for _, text in found):
        return f"{file}:{marked[0]}: fails, but not with '{expected}':\n{errors}"
    return None


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
