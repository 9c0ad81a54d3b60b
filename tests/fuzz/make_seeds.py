#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""make_seeds.py parse|chain FOLDER: the frames of the model's table, one a file; for fuzz_chain with
the places to cut in front."""

import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "model"))
import cases  # pylint: disable=wrong-import-position

CUTS = ((0, 0), (14, 14), (14, 34), (1, 50), (33, 54), (0, 41))
LONGEST = 1000


def main(target, folder):
    for number, case in enumerate(cases.alone()):
        if len(case.frame) > LONGEST:
            continue
        cuts = struct.pack(">HH", *CUTS[number % len(CUTS)]) if target == "chain" else b""
        (pathlib.Path(folder) / ("%04d" % number)).write_bytes(cuts + case.frame)


if __name__ == "__main__":
    main(*sys.argv[1:])
