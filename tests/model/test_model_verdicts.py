#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Hold the model against the table, before either judges weir, and the model's frames against
scapy. TAP on stdout."""

import pathlib
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import cases
import judge
import opened
import runs
import tap
from table import sequences

PROMISED = 1200
LIST = pathlib.Path(__file__).resolve().parent / "VERDICTS.md"
UNIT = LIST.parents[1] / "unit"
LOADS = {"A%d" % i for i in range(1, 9)}  # no verdict of their own: shown_by_units()
OUTSIDE_THE_TABLE = {"C18"} | LOADS  # C18 is judged as a whole: runs.limited()
WORDS = re.compile(r"DROP\((\w+)\)|(FWD)|REPLY (\w+)")


def words_of_the_list():
    """The words for each id in VERDICTS.md."""
    found, name = {}, None
    for line in LIST.read_text().splitlines():
        cells = line.split("|")
        if len(cells) < 4 or not re.fullmatch(r" ([A-Z]\d+)? ?", cells[1]):
            continue
        name = cells[1].strip() or name  # without an id: the row above goes on
        said = WORDS.findall("".join(cells[3:]))
        found.setdefault(name, set()).update("".join(words) for words in said)
    return found


def words_of_the_table():
    every = [(row.id, row) for row in cases.rows()]
    every += [(s.id, step) for s in sequences.ALL for step in s.steps]
    found = {}
    for name, said in every:
        found.setdefault(name, set()).add("FWD" if said.verdict == "forward" else said.reason)
    return found


def against_the_list(results):
    """Same ids, same words."""
    listed, known = words_of_the_list(), words_of_the_table()
    for name in sorted((listed.keys() | known.keys()) - OUTSIDE_THE_TABLE):
        if listed.get(name) != known.get(name):
            results.add("VERDICTS.md says what the table says", ["%s: %s there, %s in the table" % (
                name, listed.get(name), known.get(name))])
    results.add("VERDICTS.md says what the table says", [])


def shown_by_units(results):
    """Each load names the unit tests that show it, and they exist."""
    what, named = "VERDICTS.md names the tests of every load", set()
    for line in LIST.read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 6 or not re.fullmatch(r"[A-Z]\d+", cells[1]):
            continue
        for program, case in re.findall(r"(test_\w+): (\w+)", cells[4]):
            named.add(cells[1])
            source = UNIT / (program + ".c")
            if not source.is_file() or "START_TEST(%s)" % case not in source.read_text():
                results.add(what, ["%s: there is no %s in %s" % (cells[1], case, source)])
    results.add(what, ["%s: no test" % name for name in sorted(LOADS - named)])


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
    against_the_list(results)
    shown_by_units(results)
    for make in (runs.alone, runs.in_burst, runs.plain_sequences, runs.sequences_with_changes,
                 runs.dealt):
        run = make()
        verdicts = against_table(results, run)
        if run.name in ("alone", "sequences"):
            against_scapy(results, run, verdicts)
    return results.report()


if __name__ == "__main__":
    sys.exit(main())
