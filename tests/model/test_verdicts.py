#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Send the whole table through weir-replay, and hold every verdict and every frame against the
table and the model. TAP on stdout.

Usage: test_verdicts.py [--path dataplane|xdp] [WEIR_REPLAY]      (else $WEIR_REPLAY)
"""

import argparse
import os
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import cases
import judge
import runs
import tap
from replay import Broken, Replay


def segments():
    for number in cases.SEGMENTS:
        yield "%d segment%s" % (number, "s" if number > 1 else ""), ("--segments", str(number))


def cuts():
    for at in cases.CUTS:
        yield "cut beside headers", ("--cuts", ",".join(str(place) for place in at))


def compare(results, run, predicted, verdicts, label):
    """One result for each packet, under its name and @label."""
    said = judge.table(run, verdicts)
    for packet, (name, found), ours, theirs in zip(run.sent, said, predicted, verdicts):
        if run.judge is None:
            found = found + ["%s: %s: %s" % (packet.title, text, packet.frame.hex())
                             for text in judge.agree(ours, theirs)]
        results.add("%s, %s" % (name, label), ["(%s) %s" % (label, text) for text in found])


def attempt(results, replay, run, predicted, label, options):
    try:
        verdicts = replay.run(run, options)
    except Broken as error:
        results.add("%s, %s: it runs" % (run.name, label), ["%s: %s" % (" ".join(options), error)])
        return
    compare(results, run, predicted, verdicts, label)
    if run.judge is not None:
        results.add("%s, %s: as a whole" % (run.name, label), run.judge(verdicts))


def everything(results, replay):
    for run, variants in ((runs.alone(), [*segments(), *cuts()]), (runs.in_burst(), [*segments()]),
                          (runs.plain_sequences(), [*segments()]), (runs.limited(), [*segments()][:1])):
        predicted = run.predict()
        for label, options in variants:
            attempt(results, replay, run, predicted, label, options)
    for run, option in ((runs.sequences_with_changes(), "--states"), (runs.dealt(), "--workers")):
        if replay.knows(option):
            attempt(results, replay, run, run.predict(), "1 segment", ())
        else:
            results.skip(run.name, "weir-replay has no " + option)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--path", default="dataplane", choices=("dataplane", "xdp"))
    parser.add_argument("program", nargs="?", default=os.environ.get("WEIR_REPLAY"))
    wanted = parser.parse_args()
    if not wanted.program:
        print("1..0 # SKIP no weir-replay: neither an argument nor $WEIR_REPLAY")
        return 0
    results = tap.Results()
    everything(results, Replay(wanted.program, wanted.path))
    return results.report()


if __name__ == "__main__":
    sys.exit(main())
