# SPDX-License-Identifier: Apache-2.0
"""Adds up what the tests said.

In: a build folder with meson's testlog.json (cmocka programs and fuzz
replays) and pytest.xml. Out: skips and failures by name, then the line
"N passed, N failed". A program that died before it could count, or that
failed though all of its tests passed (a leak), is one failure. Exit 1 on any
failure, or if nothing ran.

--choose DIR NAME...: the meson tests whose names contain a NAME.
"""
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

COUNT = re.compile(r"^\[\s*(PASSED|FAILED|SKIPPED)\s*\] (\d+) (?:test\(s\)|replay)", re.M)
NAME = re.compile(r"^\[\s*(FAILED|SKIPPED)\s*\] ([A-Za-z_]\w*)", re.M)


class Tally:
    def __init__(self):
        self.n = {"PASSED": 0, "FAILED": 0, "SKIPPED": 0}
        self.lines = []

    def add(self, outcome, n=1, line=None):
        self.n[outcome] += n
        if line:
            self.lines.append(line)


def add_program(tally, test):
    """One entry of testlog.json: a cmocka program or a fuzz replay."""
    output = test.get("stdout", "") + "\n" + test.get("stderr", "")
    counts = {"PASSED": 0, "FAILED": 0, "SKIPPED": 0}
    for outcome, n in COUNT.findall(output):
        counts[outcome] += int(n)
    for outcome, name in sorted(set(NAME.findall(output))):
        tally.add(outcome, 0, f"{outcome.lower()}: {test['name']}: {name}")
    if not sum(counts.values()):
        counts["FAILED"] = 1
        tally.add("FAILED", 0,
                  f"failed: {test['name']}: {test['result']} before it could count")
    elif test["returncode"] and not counts["FAILED"]:
        counts["FAILED"] = 1
        tally.add("FAILED", 0, f"failed: {test['name']}: {test['result']} "
                  f"at the end (exit {test['returncode']}; a leak?)")
    for outcome, n in counts.items():
        tally.add(outcome, n)
    if counts["FAILED"]:
        print(f"---- {test['name']}\n{output.strip()[-6000:]}\n")


def add_programs(tally, log):
    if log.exists():
        for line in log.read_text(errors="replace").splitlines():
            add_program(tally, json.loads(line))


def add_pytest(tally, report):
    """pytest itself has shown the failures and the reasons of skips."""
    if not report.exists():
        tally.add("FAILED", 1, "failed: pytest wrote no report")
        return
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        name = f"{case.get('classname')}: {case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            tally.add("FAILED", 1, f"failed: {name}")
        elif (skip := case.find("skipped")) is not None:
            tally.add("SKIPPED", 1, f"skipped: {name}: {skip.get('message')}")
        else:
            tally.add("PASSED")


def choose(build, names):
    listed = subprocess.run(["meson", "introspect", "--tests", build],
                            check=True, capture_output=True, text=True).stdout
    print(*[test["name"] for test in json.loads(listed)
            if any(name in test["name"] for name in names)])


def main(build):
    tally = Tally()
    add_programs(tally, pathlib.Path(build, "meson-logs/testlog.json"))
    add_pytest(tally, pathlib.Path(build, "pytest.xml"))
    print(*tally.lines, sep="\n", end="\n" if tally.lines else "")
    n_passed, n_failed, n_skipped = tally.n.values()
    line = f"{n_passed} passed, {n_failed} failed"
    print(line + (f", {n_skipped} skipped" if n_skipped else ""))
    return 1 if n_failed or not n_passed else 0


if __name__ == "__main__":
    if sys.argv[1] == "--choose":
        choose(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main(sys.argv[1]))
