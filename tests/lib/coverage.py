#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""coverage.py SUMMARY PERCENT: branches of each file and part from gcovr's JSON summary; 1 if a part
is below PERCENT."""
import json
import sys

PARTS = (
    ("parser", ("parse",)),
    ("flow table", ("flow_",)),
    ("table loader", ("table_check", "pool", "snapshot", "vip_index")),
)


def share(taken, total):
    return 100 * taken / total if total else 100


def line(name, taken, total):
    print("%-40s %5d of %5d branches  %5.1f %%" % (name, taken, total, share(taken, total)))


def main(path, least):
    with open(path, encoding="utf-8") as summary:
        files = json.load(summary)["files"]
    low = []
    for part, prefixes in PARTS:
        taken = total = 0
        for f in files:
            if f["filename"].split("/")[-1].startswith(prefixes):
                line(f["filename"], f["branch_covered"], f["branch_total"])
                taken, total = taken + f["branch_covered"], total + f["branch_total"]
        line(part, taken, total)
        if total == 0 or share(taken, total) < least:
            low.append(part)
    for part in low:
        print("%s: below %d %%" % (part, least))
    return 1 if low else 0


sys.exit(main(sys.argv[1], int(sys.argv[2])))
