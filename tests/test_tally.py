# SPDX-License-Identifier: Apache-2.0
"""The counter of tests must itself not be fooled."""
import json
import pathlib
import subprocess
import sys

import pytest

TALLY = pathlib.Path(__file__).with_name("tally.py")
GOOD = "[  PASSED  ] 3 test(s).\n"
PYTEST = '<testsuite><testcase classname="a" name="b">%s</testcase></testsuite>'


@pytest.fixture
def tally(tmp_path):
    def run(programs, report=PYTEST % ""):
        (tmp_path / "meson-logs").mkdir()
        log = tmp_path / "meson-logs/testlog.json"
        log.write_text("".join(
            json.dumps({"name": "x", "result": "?", "returncode": code,
                        "stdout": "", "stderr": text}) + "\n"
            for code, text in programs))
        if report:
            (tmp_path / "pytest.xml").write_text(report)
        done = subprocess.run([sys.executable, TALLY, tmp_path],
                              capture_output=True, text=True)
        return done.returncode, done.stdout.splitlines()

    return run


def test_counts_single_tests(tally):
    assert tally([(0, GOOD), (0, GOOD)]) == (0, ["7 passed, 0 failed"])


def test_counts_replays(tally):
    code, lines = tally([(0, "[  PASSED  ] 1 replay\n"), (1, "[  FAILED  ] 1 replay\n")])
    assert (code, lines[-1]) == (1, "2 passed, 1 failed")


def test_names_what_failed(tally):
    code, lines = tally([(2, "[  PASSED  ] 1 test(s).\n[  FAILED  ] 2 test(s), listed below:\n"
                             "[  FAILED  ] one\n[  FAILED  ] two\n\n 2 FAILED TEST(S)\n")])
    assert (code, lines[-1]) == (1, "2 passed, 2 failed")
    assert "failed: x: one" in lines and "failed: x: two" in lines


def test_names_what_was_skipped(tally):
    code, lines = tally([(0, GOOD + "[  SKIPPED ] 1 test(s), listed below:\n[  SKIPPED ] one\n")])
    assert (code, lines[-1]) == (0, "4 passed, 0 failed, 1 skipped")
    assert "skipped: x: one" in lines


def test_a_crash_is_a_failure(tally):
    code, lines = tally([(-6, "[ RUN      ] one\n")])
    assert (code, lines[-1]) == (1, "1 passed, 1 failed")


def test_a_leak_after_success_is_a_failure(tally):
    code, lines = tally([(23, GOOD)])
    assert (code, lines[-1]) == (1, "4 passed, 1 failed")


def test_python_failures_count(tally):
    code, lines = tally([(0, GOOD)], PYTEST % '<failure message="no"/>')
    assert (code, lines[-1]) == (1, "3 passed, 1 failed")


def test_no_python_report_is_a_failure(tally):
    code, lines = tally([(0, GOOD)], None)
    assert (code, lines[-1]) == (1, "3 passed, 1 failed")


def test_nothing_is_no_success(tally):
    code, lines = tally([], "<testsuite/>")
    assert (code, lines[-1]) == (1, "0 passed, 0 failed")
