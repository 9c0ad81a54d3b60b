#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""received.py PINS [-j]: what the decapsulating backends of the lab counted (bpf/lab_decap.h)."""
import json
import subprocess
import sys

KINDS = ("decapsulated", "l2dsr", "other", "bad_outer")
BACKENDS = ("be1", "be2", "be3")


def received(pin):
    dump = json.loads(subprocess.check_output(["bpftool", "-j", "map", "dump", "pinned", pin]))
    rows = [entry["formatted"] for entry in dump]
    return {KINDS[row["key"]]: row["value"] for row in rows}


def main():
    pins = sys.argv[1]
    counts = {name: received(f"{pins}/{name}/lab_received") for name in BACKENDS}
    if "-j" in sys.argv[2:]:
        json.dump(counts, sys.stdout, indent=1)
        print()
        return
    print("backend " + "".join(f"{kind:>14}" for kind in KINDS) + "   packets")
    for name, kinds in counts.items():
        print(f"{name:8}" + "".join(f"{kinds[kind]['packets']:14}" for kind in KINDS))


main()
