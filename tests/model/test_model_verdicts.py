#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Hold the model against the table, before either judges weir, and the model's frames against scapy. TAP on stdout."""

import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import cases
import judge
import opened
import runs
import tap

PROMISED = 1200


def against_table(results, run):
    """The model's verdicts of a run, which the table must confirm."""
    verdicts = run.predict()
    for name, found in judge.table(run, verdicts):
        results.add(name, found)
    return verdicts


def against_scapy(results, run, verdicts):
    if not opened.HAVE_SCAPY:
        results.skip("frames by scapy: " + run.name, "python3-scapy is not installed")
        return
    for packet, verdict in zip(run.sent, verdicts):
        if verdict.out is not None:
            results.add("frames by scapy: " + run.name, [
                "%s: %s: %s" % (packet.name, packet.title, text)
                for text in opened.complaints(packet.frame, verdict)])


def main():
    results = tap.Results()
    results.add("the table is large enough: %d rows, %d cases" % (len(cases.rows()), cases.count()),
                [] if cases.count() >= PROMISED else ["fewer than %d" % PROMISED])
    for make in (runs.alone, runs.in_burst, runs.plain_sequences, runs.sequences_with_changes):
        run = make()
        verdicts = against_table(results, run)
        if run.name in ("alone", "sequences"):
            against_scapy(results, run, verdicts)
    return results.report()


if __name__ == "__main__":
    sys.exit(main())
