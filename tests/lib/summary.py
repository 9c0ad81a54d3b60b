#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Adds up meson's JUnit file case by case: lists failed and skipped cases, ends with one line."""
import sys
import xml.etree.ElementTree as ET


def main(path):
    passed, failed, skipped = 0, [], []
    for suite in ET.parse(path).getroot().iter("testsuite"):
        cases = list(suite.iter("testcase"))
        # A program that died before its plan has no cases, or an error of its own.
        if not cases or int(suite.get("errors", 0)):
            failed.append(suite.get("name"))
        for case in cases:
            name = f"{suite.get('name')}: {case.get('name')}"
            skip, bad = case.find("skipped"), case.find("failure")
            if bad is None:
                bad = case.find("error")
            if bad is not None:
                failed.append(name)
            elif skip is not None:
                skipped.append((name, skip.get("message") or skip.text or ""))
            else:
                passed += 1
    for name, why in skipped:
        print(f"skipped: {name} {why}".rstrip())
    for name in failed:
        print(f"failed: {name}")
    print(f"{passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or passed == 0 else 0


sys.exit(main(sys.argv[1]))
