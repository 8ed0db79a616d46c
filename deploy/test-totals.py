#!/usr/bin/env python3
"""Prints the skipped and failed tests of a ctest report (JUnit), then "N passed, N failed, N skipped".

Usage   test-totals.py REPORT.xml
Exit    0 where no test failed, 1 where one did or the report holds no test.
"""
import sys
import xml.etree.ElementTree as xml


def main(path):
    names = {"passed": [], "failed": [], "skipped": []}
    for case in xml.parse(path).getroot().iter("testcase"):
        status = case.get("status")
        kind = {"run": "passed", "fail": "failed"}.get(status, "skipped")
        names[kind].append(case.get("name"))
    for kind in ("skipped", "failed"):
        for name in sorted(names[kind]):
            print(f"{kind}: {name}")
    print(", ".join(f"{len(names[kind])} {kind}" for kind in ("passed", "failed", "skipped")))
    return 1 if names["failed"] or not names["passed"] else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
