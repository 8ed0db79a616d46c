#!/usr/bin/env python3
"""The rules of the house, each one a check over the tree as it is.

Usage   house_test.py SOURCE_ROOT CHECK    runs one check; exit 1 with every breach on a line of its own
        house_test.py SOURCE_ROOT --list   names of the checks, for CMake
"""
import pathlib
import re
import subprocess
import sys

CODE_FOLDERS = ("gateway", "adapters")
LONGEST_FILE = 450

# Headers that cost seconds or tie a folder to a library: where they may stand, and in how many files at most.
# A header (.hpp) of ours never includes one of these, so that no other folder pays for it.
LIBRARIES = {
    "boost/": ("gateway/http", 3),
    "curl/": ("gateway/http", 3),
    "CLI/": ("gateway/app gateway/server", 14),
    "toml++/": ("gateway/io", 1),
    "valijson/": ("gateway/harmonize", 1),
    "sqlite3.h": ("gateway/store", 20),
    "xlsxwriter.h": ("gateway/feed", 3),
    "pugixml.hpp": ("gateway/feed adapters", 3),
    "openssl/": ("gateway/io gateway/http", 4),
    "zstd": ("gateway/io gateway/feed", 4),
    "zlib.h": ("gateway/io gateway/store gateway/feed gateway/http", 7),
    "snappy": ("gateway/feed", 2),
}
# Headers of ours that hold such a library on purpose, each the one door to it.
DOORS = {"gateway/store/sql.hpp": "sqlite3.h", "gateway/http/curl_library.hpp": "curl/",
         "gateway/io/toml_library.hpp": "toml++/"}

# What CMake asks for, and the Debian package that brings it.
PACKAGE_OF = {
    "sqlite3": "libsqlite3-dev", "libcrypto": "libssl-dev", "libssl": "libssl-dev", "libzstd": "libzstd-dev",
    "zlib": "zlib1g-dev", "libcurl": "libcurl4-openssl-dev", "pugixml": "libpugixml-dev",
    "xlsxwriter": "libxlsxwriter-dev", "snappy": "libsnappy-dev", "libzip": "libzip-dev", "libisal": "libisal-dev",
    "avro-c": "libavro-dev", "Threads": "g++", "PkgConfig": "pkg-config", "GTest": "libgtest-dev",
    "benchmark": "libbenchmark-dev", "fmt": "libfmt-dev", "CLI11": "libcli11-dev", "Boost": "libboost1.81-dev",
    "tomlplusplus": "libtomlplusplus-dev", "RapidJSON": "rapidjson-dev", "LibXml2": "libxml2-dev", "valijson": "libvalijson-dev",
    "Snappy": "libsnappy-dev", "libzip-dev": "libzip-dev", "CURL": "libcurl4-openssl-dev",
    "OpenSSL": "libssl-dev", "ZLIB": "zlib1g-dev", "SQLite3": "libsqlite3-dev",
    "mold": "mold", "ccache": "ccache", "python3": "python3", "sqlite": "sqlite3",
}


class Tree:
    """The source tree; paths are relative to its root."""

    def __init__(self, root):
        self.root = pathlib.Path(root)

    def text(self, name):
        return (self.root / name).read_text(encoding="utf-8", errors="replace")

    def files(self, folders, *suffixes):
        for folder in folders:
            for path in sorted((self.root / folder).rglob("*")):
                if path.is_file() and (not suffixes or path.suffix in suffixes):
                    yield path.relative_to(self.root).as_posix()

    def code(self, *suffixes):
        return self.files(CODE_FOLDERS, *(suffixes or (".hpp", ".cpp")))

    def includes(self, name):
        """(line number, '"' or '<', header)"""
        for number, line in enumerate(self.text(name).splitlines(), start=1):
            found = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
            if found:
                yield number, found.group(1), found.group(2)

    def executables(self):
        for name in self.files(("deploy", ".ci")):
            if self.text(name).startswith("#!/usr/bin/env bash"):
                yield name

    def installed(self):
        return set(re.findall(r"^([a-z0-9][a-z0-9+.-]+) +# ", self.text("deploy/install-deps.sh"), re.M))

    def cmake(self):
        yield "CMakeLists.txt"
        yield from self.files(("cmake",), ".cmake")
        for name in self.files(("gateway", "adapters", "tests")):
            if name.endswith("CMakeLists.txt"):
                yield name


def module_of(name):
    return "/".join(name.split("/")[:2])


def layers(tree):
    """The table of docs/architecture.md: folder -> folders it may include, besides itself."""
    rows = re.findall(r"^\| `((?:gateway|adapters)/[^`]+)` \|[^|]*\| ([^|]+) \|$", tree.text("docs/architecture.md"), re.M)
    folders = []
    for folder, _ in rows:
        if folder.startswith("adapters/"):
            folders.append([path.relative_to(tree.root).as_posix()
                            for path in (tree.root / "adapters").iterdir() if path.is_dir()])
        else:
            folders.append([folder])
    every = [name for group in folders for name in group]
    table = {}
    for at, (_, words) in enumerate(rows):
        words = words.strip()
        if words == "std":
            allowed = []
        elif words == "all":
            allowed = every
        elif words == "all above":
            allowed = [name for group in folders[:at] for name in group]
        else:
            allowed = [word.strip() if "/" in word else "gateway/" + word.strip() for word in words.split(",")]
            for name in allowed:
                assert name in every, f"docs/architecture.md names the unknown folder {name}"
        for name in folders[at]:
            table[name] = set(allowed) | {name}
    return table


def check_FoldersIncludeOnlyWhatTheTableAllows(tree):
    table = layers(tree)
    assert len(table) >= 9 and table["gateway/core"] == {"gateway/core"}, f"table not read: {table}"
    for name in tree.code():
        module = module_of(name)
        if module not in table:
            yield f"{name}: {module} has no row in docs/architecture.md"
            continue
        for line, quote, header in tree.includes(name):
            if quote == "<":
                if header.startswith(("gateway/", "adapters/")):
                    yield f'{name}:{line}: write "{header}" in quotes'
            elif not (tree.root / header).is_file():
                yield f"{name}:{line}: no file {header} below the root"
            elif module_of(header) not in table[module]:
                yield f"{name}:{line}: {module} may not include {module_of(header)}"


def check_LibrariesStayInTheirFolders(tree):
    used = {prefix: set() for prefix in LIBRARIES}
    for name in tree.code():
        for line, quote, header in tree.includes(name):
            for prefix, (folders, _) in LIBRARIES.items():
                if quote != "<" or not header.startswith(prefix):
                    continue
                used[prefix].add(name)
                if not name.startswith(tuple(folder + "/" for folder in folders.split())):
                    yield f"{name}:{line}: <{header}> belongs into {folders}"
                if name.endswith(".hpp") and DOORS.get(name) != prefix:
                    yield f"{name}:{line}: a header of ours includes <{header}>; only a .cpp may"
    for prefix, (_, most) in LIBRARIES.items():
        if len(used[prefix]) > most:
            yield f"<{prefix}...> stands in {len(used[prefix])} files, more than {most}: {sorted(used[prefix])}"


def check_NoFileIsLongerThanARoom(tree):
    for name in tree.code():
        length = tree.text(name).count("\n")
        if length > LONGEST_FILE:
            yield f"{name}: {length} lines, more than {LONGEST_FILE}"


def check_HeadersOpenWithWhatTheyAreFor(tree):
    for name in tree.code(".hpp"):
        lines = tree.text(name).splitlines()
        if not lines[0].startswith("// ") or len(lines[0]) < 20:
            yield f"{name}:1: a header opens with a sentence on what it is for"
        if "#pragma once" not in lines:
            yield f"{name}: no #pragma once"


def check_NamespacesFollowFolders(tree):
    for name in tree.code():
        module = module_of(name)
        namespace = "gateway" if module == "gateway/core" else module.replace("/", "::")
        found = re.findall(r"^namespace ([a-z_:]+) \{", tree.text(name), re.M)
        if name.endswith("main.cpp"):
            continue
        # Behind the first, others may be nested; but none of another folder.
        wrong = [other for other in found if re.match(r"(gateway|adapters)\b", other)
                 and other != namespace and not other.startswith(namespace + "::")]
        if not found or not found[0].startswith(namespace) or wrong:
            yield f"{name}: namespace {namespace} expected, found {wrong or found or 'none'}"


def check_EveryFileIsBuilt(tree):
    """An unlisted source is dead text. A header is listed, and then compiles alone, or at least a source of its
    folder includes it (headers of the program, and those behind a private library)."""
    included = {}
    for name in tree.code(".cpp"):
        for _, _, header in tree.includes(name):
            included.setdefault(header, set()).add(module_of(name))
    for name in tree.code():
        parts = name.split("/")
        for depth in range(len(parts) - 1, 1, -1):
            lists = tree.root.joinpath(*parts[:depth], "CMakeLists.txt")
            if lists.is_file():
                break
        else:
            yield f"{name}: no CMakeLists.txt in its folder"
            continue
        relative = "/".join(parts[depth:])
        if name.endswith(".hpp") and module_of(name) in included.get(name, ()):
            continue
        text = "".join(path.read_text(encoding="utf-8") for path in (lists, *sorted(lists.parent.glob("*.cmake"))))
        if not re.search(rf"(?<![\w/.-]){re.escape(relative)}(?![\w.-])", text):
            yield f"{name}: not listed in {lists.relative_to(tree.root)}"


def check_NothingIsUnfinishedByItsOwnWords(tree):
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK|not (yet )?implemented)\b")
    disabled = re.compile(r"\bDISABLED_")
    for name in [*tree.code(), *tree.files(("tests",), ".cpp", ".hpp")]:
        for number, line in enumerate(tree.text(name).splitlines(), start=1):
            if words.search(line) or disabled.search(line):
                yield f"{name}:{number}: {line.strip()}"


def check_NothingPointsOutsideTheCheckout(tree):
    """Absolute paths of a developer's machine. Recordings are looked for beside the checkout, and only there."""
    pattern = re.compile(r"(?<![\w.}/])/(work|root|home|Users)/")
    names = ["README.md", "CMakeLists.txt", "CMakePresets.json"]
    names += tree.files(("gateway", "adapters", "tests", "deploy", "docs", "mappings", "schemas", "cmake", ".ci"),
                        ".hpp", ".cpp", ".py", ".sh", ".md", ".txt", ".toml", ".json", ".cmake", "")
    for name in names:
        if name == "tests/house/house_test.py":
            continue
        for number, line in enumerate(tree.text(name).splitlines(), start=1):
            if pattern.search(line):
                yield f"{name}:{number}: {line.strip()[:120]}"


def check_PackagesOfTheBuildAreInstalled(tree):
    installed = tree.installed()
    assert len(installed) > 20, f"install-deps.sh not read: {installed}"
    for name in tree.cmake():
        text = re.sub(r"#.*", "", tree.text(name))
        asked = re.findall(r"find_package\(\s*([A-Za-z0-9+]+)", text)
        asked += re.findall(r"find_program\(\s*\w+\s+(?:NAMES\s+)?([a-z0-9_+-]+)", text)
        for call in re.findall(r"pkg_check_modules\(([^)]*)\)", text):
            words = [word for word in call.split()[1:] if word not in ("REQUIRED", "IMPORTED_TARGET", "QUIET", "GLOBAL")]
            asked += [re.split(r"[<>=]", word)[0] for word in words]
        for thing in asked:
            package = PACKAGE_OF.get(thing)
            if package is None:
                yield f"{name}: '{thing}' has no row in PACKAGE_OF (tests/house/house_test.py)"
            elif package not in installed:
                yield f"{name}: '{thing}' needs {package}, which deploy/install-deps.sh does not install"


def check_ScriptsAreSound(tree):
    scripts = list(tree.executables())
    assert len(scripts) >= 4, scripts
    for name in scripts:
        path = tree.root / name
        if not path.stat().st_mode & 0o100:
            yield f"{name}: not executable"
        done = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True)
        if done.returncode != 0:
            yield f"{name}: {done.stderr.strip()}"
        if "set -euo pipefail" not in tree.text(name) and "exec " not in tree.text(name):
            yield f"{name}: no 'set -euo pipefail'"


def check_PackageListsAreSorted(tree):
    for group in re.findall(r'^(\w+)_packages="\n(.*?)"$', tree.text("deploy/install-deps.sh"), re.M | re.S):
        names = [line.split()[0] for line in group[1].splitlines()]
        if names != sorted(names):
            yield f"deploy/install-deps.sh: {group[0]}_packages is not sorted: {names}"


def check_CommandsOfTheDocsExist(tree):
    presets = tree.text("CMakePresets.json")
    for name in ["README.md", *tree.files(("docs",), ".md")]:
        text = tree.text(name)
        for command in re.findall(r"(?:^|[`\s])\./?((?:deploy|\.ci|tests)/[\w./-]+)", text):
            if not (tree.root / command.rstrip(".")).exists():
                yield f"{name}: no {command}"
        for preset in re.findall(r"--preset[ =]([a-z]+)", text):
            if f'"name": "{preset}"' not in presets:
                yield f"{name}: no preset '{preset}'"
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
            if not ((tree.root / name).parent / target).exists():
                yield f"{name}: broken link {target}"


def check_DocumentsThatAreNamedExist(tree):
    pattern = re.compile(r"(?<![\w/.-])((?:docs|mappings|schemas|deploy)/[\w./-]+\.(?:md|toml|json|avsc|sql|csv|sh))")
    names = [*tree.code(), "README.md", *tree.files(("docs", "mappings", "deploy"), ".md", ".toml", ".sh")]
    for name in names:
        for number, line in enumerate(tree.text(name).splitlines(), start=1):
            for target in pattern.findall(line):
                if "NNNN" not in target and not (tree.root / target).exists():
                    yield f"{name}:{number}: no {target}"


def check_TheSampleHoldsThePublishedFacts(tree):
    script = tree.root / "deploy/sample/make_sample.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    if done.returncode != 0:
        yield (done.stdout + done.stderr).strip()


CHECKS = {name[6:]: check for name, check in list(globals().items()) if name.startswith("check_")}


def main(root, what):
    if what == "--list":
        print(";".join(CHECKS), end="")
        return 0
    breaches = list(CHECKS[what](Tree(root)))
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
