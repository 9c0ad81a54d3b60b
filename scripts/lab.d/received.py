#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""received.py PINS [-j | NODE]: what the decapsulating backends of the lab counted (bpf/lab_decap.h)."""
import json
import subprocess
import sys

KINDS = ("decapsulated", "l2dsr", "other", "bad_outer")
FROM_WEIR = ("decapsulated", "l2dsr")
BACKENDS = ("be1", "be2", "be3")


def received(pin):
    dump = json.loads(subprocess.check_output(["bpftool", "-j", "map", "dump", "pinned", pin]))
    rows = [entry["formatted"] for entry in dump]
    return {KINDS[row["key"]]: row["value"] for row in rows}


def print_table(counts):
    print("backend " + "".join(f"{kind:>14}" for kind in KINDS) + "   packets")
    for name, kinds in counts.items():
        print(f"{name:8}" + "".join(f"{kinds[kind]['packets']:14}" for kind in KINDS))


def main():
    pins, what = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    counts = {name: received(f"{pins}/{name}/lab_received") for name in BACKENDS}
    name = what.removeprefix("weir-")
    if what == "-j":
        print(json.dumps(counts, indent=1))
    elif name in counts:
        print(sum(counts[name][kind]["packets"] for kind in FROM_WEIR))
    elif what:
        sys.exit(f"lab: there is no backend '{what}' (have: {', '.join(BACKENDS)})")
    else:
        print_table(counts)


main()
