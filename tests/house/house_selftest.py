#!/usr/bin/env python3
"""Proves that the checks of house_test.py notice what they are for: a small sound tree passes every check, and
each breach in it is reported with its place."""
import pathlib
import subprocess
import sys
import tempfile

import house_test

SOUND = {
    "docs/architecture.md": "| folder | purpose | may include |\n| --- | --- | --- |\n" + "".join(
        f"| `{folder}` | x | {allowed} |\n" for folder, allowed in (
            ("gateway/core", "std"), ("gateway/io", "core"), ("gateway/raw", "core, io"),
            ("gateway/harmonize", "core, io"), ("gateway/store", "core, io"), ("gateway/feed", "core, io"),
            ("gateway/http", "core, io"), ("adapters/<source>", "core, io"), ("gateway/ingest", "all above"),
            ("gateway/app", "all"))),
    "README.md": "Run `./deploy/run.sh`; see [architecture](docs/architecture.md), preset `--preset dev`.\n",
    "CMakeLists.txt": "find_package(GTest REQUIRED)\n",
    "CMakePresets.json": '{"name": "dev"}\n',
    "gateway/core/value.hpp": "// Values that cannot lie, and why.\n#pragma once\nnamespace gateway {\n}\n",
    "gateway/core/value.cpp": '#include "gateway/core/value.hpp"\nnamespace gateway {\n}\n',
    "gateway/core/CMakeLists.txt": "x(SOURCES value.cpp HEADERS value.hpp)\n",
    "gateway/store/sub/a.cpp": '#include "gateway/core/value.hpp"\nnamespace gateway::store {\n}\n',
    "gateway/store/CMakeLists.txt": "pkg_check_modules(S REQUIRED sqlite3)\nx(SOURCES sub/a.cpp)\n",
    "adapters/genesis/r.cpp": '#include "gateway/core/value.hpp"\nnamespace adapters::genesis {\n}\n',
    "adapters/genesis/CMakeLists.txt": "x(SOURCES r.cpp)\n",
    "deploy/install-deps.sh": '#!/usr/bin/env bash\nset -euo pipefail\na_packages="\n' + "".join(
        f"{package}  # x\n" for package in sorted({*house_test.PACKAGE_OF.values()})) + '"\n',
    **{f"deploy/{name}.sh": "#!/usr/bin/env bash\nset -euo pipefail\n" for name in ("run", "test", "more")},
    "deploy/sample/make_sample.py": "",
    "tests/x_test.cpp": "", "cmake/o.cmake": "", ".ci/run": "", "mappings/m.toml": "", "schemas/s.json": "",
}

# check, file, text to put there (None: append), what the report must contain
BREACHES = [
    ("FoldersIncludeOnlyWhatTheTableAllows", "gateway/core/value.cpp", '#include "gateway/store/sub/a.cpp"\n',
     "gateway/core/value.cpp:4: gateway/core may not include gateway/store"),
    ("FoldersIncludeOnlyWhatTheTableAllows", "adapters/genesis/r.cpp", '#include "gateway/store/sub/a.cpp"\n',
     "adapters/genesis may not include gateway/store"),
    ("FoldersIncludeOnlyWhatTheTableAllows", "gateway/core/value.cpp", "#include <gateway/core/value.hpp>\n",
     "in quotes"),
    ("FoldersIncludeOnlyWhatTheTableAllows", "gateway/core/value.cpp", '#include "value.hpp"\n', "no file value.hpp"),
    ("LibrariesStayInTheirFolders", "gateway/core/value.cpp", "#include <curl/curl.h>\n",
     "gateway/core/value.cpp:4: <curl/curl.h> belongs into gateway/http"),
    ("LibrariesStayInTheirFolders", "gateway/core/value.hpp", "#include <boost/asio.hpp>\n", "only a .cpp may"),
    ("NoFileIsLongerThanARoom", "gateway/core/value.cpp", "\n" * 450, "lines, more than 450"),
    ("HeadersOpenWithWhatTheyAreFor", "gateway/core/value.hpp", "= #include <x>\n", "no #pragma once"),
    ("NamespacesFollowFolders", "gateway/store/sub/a.cpp", "namespace gateway::feed {\n}\n",
     "namespace gateway::store expected"),
    ("EveryFileIsBuilt", "gateway/store/sub/b.cpp", "\n", "gateway/store/sub/b.cpp: not listed"),
    ("EveryFileIsBuilt", "gateway/store/sub/c.hpp", "\n", "gateway/store/sub/c.hpp: not listed"),
    ("NothingIsUnfinishedByItsOwnWords", "gateway/core/value.cpp", "// TO" + "DO later\n", "value.cpp:4"),
    ("NothingPointsOutsideTheCheckout", "README.md", "see /ro" + "ot/notes\n", "README.md:2"),
    ("PackagesOfTheBuildAreInstalled", "CMakeLists.txt", "find_package(Qt6)\n", "'Qt6' has no row"),
    ("PackagesOfTheBuildAreInstalled", "deploy/install-deps.sh",
     "= " + "".join(f"package{i}-dev  # x\n" for i in range(30)), "which deploy/install-deps.sh does not install"),
    ("ScriptsAreSound", "deploy/run.sh", "if then\n", "deploy/run.sh: "),
    ("PackageListsAreSorted", "deploy/install-deps.sh", 'b_packages="\nzsh  # x\nbash  # x\n"\n', "is not sorted"),
    ("CommandsOfTheDocsExist", "README.md", "Run ./deploy/no.sh\n", "no deploy/no.sh"),
    ("CommandsOfTheDocsExist", "README.md", "cmake --preset nothing\n", "no preset 'nothing'"),
    ("CommandsOfTheDocsExist", "README.md", "[x](docs/none.md)\n", "broken link docs/none.md"),
    ("DocumentsThatAreNamedExist", "gateway/core/value.hpp", "// see docs/none.md\n", "no docs/none.md"),
    ("TheSampleHoldsThePublishedFacts", "deploy/sample/make_sample.py", "import sys; sys.exit('differs')\n", "differs"),
]


def write(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if name.endswith(".sh"):
        path.chmod(0o755)


def report(root, check):
    script = pathlib.Path(__file__).with_name("house_test.py")
    done = subprocess.run([sys.executable, str(script), str(root), check], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def main():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in SOUND.items():
            write(root, name, text)
        for check in house_test.CHECKS:
            status, text = report(root, check)
            if status != 0:
                failures.append(f"{check} reports a breach in the sound tree: {text}")
        for check, name, addition, expected in BREACHES:
            before = SOUND.get(name, "")
            write(root, name, addition[2:] if addition.startswith("= ") else before + addition)
            status, text = report(root, check)
            if status == 0 or expected not in text:
                failures.append(f"{check} does not report {addition.strip()[:60]!r} in {name}: {text or 'nothing'}")
            if name in SOUND:
                write(root, name, before)
            else:
                (root / name).unlink()
    unproved = set(house_test.CHECKS) - {breach[0] for breach in BREACHES}
    failures += [f"no breach proves {check}" for check in sorted(unproved)]
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
