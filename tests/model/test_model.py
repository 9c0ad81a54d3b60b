#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Compare the C code with the Python model and with the published vectors. TAP on stdout.

Usage: test_model.py VECTORS_PROGRAM
"""

import json
import os
import pathlib
import random
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import make_vectors
from weir_model import maglev, siphash

HERE = pathlib.Path(__file__).resolve().parent
SEED = 21
RANDOM_HASHES = 2000
RANDOM_SETS = 60
LARGE = 65537


def ask(lines):
    """One answer of the C code for each line."""
    run = subprocess.run([sys.argv[1]], input=b"".join(line + b"\n" for line in lines),
                         stdout=subprocess.PIPE, check=True)
    answers = run.stdout.decode().splitlines()
    assert len(answers) == len(lines), "%d lines, %d answers" % (len(lines), len(answers))
    return answers


def maglev_line(n_rows, members):
    words = [b"maglev %d" % n_rows] + [b"%s:%d" % member for member in members]
    return b" ".join(words)


def c_rows(sets):
    """(checksum, rows) of each (n_rows, members); rows hold positions in members."""
    answers = ask([maglev_line(n_rows, members) for n_rows, members in sets])
    for answer in answers:
        words = answer.split()
        yield words[0], [int(word) for word in words[1:]]


def published():
    return json.loads((HERE / "vectors.json").read_text())


def vectors_are_what_the_model_makes():
    assert (HERE / "vectors.json").read_text() == make_vectors.text(), \
        "vectors.json differs: run ./make_vectors.py > vectors.json and look at the change"


def model_reproduces_the_vector_of_the_paper():
    key, message = bytes(range(16)), bytes(range(15))
    assert siphash.siphash(key, message, 2, 4) == 0xA129CA6149BE45E5


def model_agrees_with_the_hash_of_the_interpreter():
    """With PYTHONHASHSEED=0 CPython hashes bytes by SipHash-1-3 under the zero key."""
    if sys.hash_info.algorithm != "siphash13":
        return "SKIP this interpreter hashes with " + sys.hash_info.algorithm
    messages = [bytes(range(n)) for n in range(1, 100)]
    code = "print(*(hash(bytes(range(n))) for n in range(1, 100)))"
    run = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True,
                         env=dict(os.environ, PYTHONHASHSEED="0"))
    for message, theirs in zip(messages, run.stdout.split()):
        assert siphash.siphash13(bytes(16), message) == int(theirs) & siphash.MASK, message
    return None


def c_hashes_the_published_flows():
    flows = published()["flows"]
    lines = [("siphash %s %s" % (f["key"], f["bytes"])).encode() for f in flows]
    for flow, answer in zip(flows, ask(lines)):
        assert flow["hash"] == answer, flow
    rows = [(f["hash"], n, row) for f in flows for n, row in f["rows"].items()]
    lines = [("row %s %s" % (value, n)).encode() for value, n, _ in rows]
    for (value, n, row), answer in zip(rows, ask(lines)):
        assert row == int(answer), (value, n)


def c_hashes_random_messages_as_the_model_does():
    rng = random.Random(SEED)
    cases = [(rng.randbytes(16), rng.randbytes(8 * rng.choice((2, 5, 2, 5, 0, 1, 3, 4, 32))))
             for _ in range(RANDOM_HASHES)]
    lines = [b"siphash %s %s" % (k.hex().encode(), m.hex().encode()) for k, m in cases]
    for (key, message), answer in zip(cases, ask(lines)):
        assert siphash.siphash13(key, message) == int(answer, 16), (key.hex(), message.hex())


def c_chooses_the_number_of_rows_as_the_model_does():
    sizes = list(range(0, 700)) + [1000, 16383, 2**32 - 1]
    for size, answer in zip(sizes, ask([b"rows %d" % n for n in sizes])):
        assert maglev.rows_for(size) == int(answer), size


def c_builds_the_published_tables():
    tables = published()["tables"]
    sets = [(t["rows"], sorted((m["name"].encode(), m["weight"]) for m in t["members"]))
            for t in tables]
    for table, (checksum, rows) in zip(tables, c_rows(sets)):
        assert rows[:len(table["first_rows"])] == table["first_rows"], table["what"]
        assert checksum == table["checksum"], table["what"]


def random_name(rng):
    """Bytes without zero, space, colon and line end; short ones, so that prefixes are common."""
    usable = [b for b in range(1, 256) if b not in b" :\n"]
    return bytes(rng.choice(usable) for _ in range(rng.choice((1, 2, 3, 12, 63))))


def random_weight(rng, style):
    if style == "equal":
        return 100
    if style == "wide":
        return rng.randrange(2**32)
    if style == "few":
        return rng.choice((0, 0, 0, 1, 1000))
    return rng.randrange(1001)


def random_set(rng, number):
    count = (1, 2, 300)[number] if number < 3 else rng.choice((1, 3, 10, 40, 100, 300))
    style = rng.choice(("equal", "wide", "few", "any", "any"))
    if style == "wide":
        count = min(count, 40)  # the least common multiple grows with the members
    names = set()
    while len(names) < count:
        names.add(random_name(rng))
    members = [(name, random_weight(rng, style)) for name in sorted(names)]
    rng.shuffle(members)
    return rng.choice(maglev.PRIMES[:8] if number % 20 else maglev.PRIMES[8:9]), members


def c_builds_random_tables_as_the_model_does():
    rng = random.Random(SEED)
    sets = [random_set(rng, i) for i in range(RANDOM_SETS)]
    for (n_rows, members), (_, rows) in zip(sets, c_rows(sets)):
        order = sorted(members)
        by_name = {members.index(m): i for i, m in enumerate(order)}
        by_name[maglev.NO_BACKEND] = maglev.NO_BACKEND
        assert [by_name[row] for row in rows] == maglev.build(members, n_rows), (n_rows, members)


def members_of(count, weight=lambda i: 100):
    return [(b"be-%05d" % i, weight(i)) for i in range(count)]


def rows_are_shared_out_evenly():
    for count in (10, 100, 1000):
        (_, rows), = c_rows([(LARGE, members_of(count))])
        share = LARGE / count
        largest = max(rows.count(i) for i in range(count))
        print("# balance: %d equal members at %d rows: max/mean %.4f"
              % (count, LARGE, largest / share))
        assert largest <= share + 1


def disruption(count, changed, at_rows):
    """Percent of all rows that move between members that did not change."""
    before, after = (rows for _, rows in c_rows([
        (at_rows, members_of(count)),
        (at_rows, members_of(count, lambda i: 0 if i in changed else 100))]))
    moved = sum(b != a and b not in changed for b, a in zip(before, after))
    return 100 * moved / at_rows


def member_that_leaves_disturbs_few_others():
    for n_rows in (4093, 16381, LARGE, 655373):
        percent = [disruption(100, {i}, n_rows) for i in (0, 17, 42, 73, 99)]
        mean = sum(percent) / len(percent)
        print("# disruption: 1 of 100 leaves at %d rows: %.2f %% (%.2f to %.2f) of the rows move "
              "beyond its own 1 %%" % (n_rows, mean, min(percent), max(percent)))
        if n_rows == LARGE:
            assert mean < 0.8, mean


TESTS = (
    vectors_are_what_the_model_makes,
    model_reproduces_the_vector_of_the_paper,
    model_agrees_with_the_hash_of_the_interpreter,
    c_hashes_the_published_flows,
    c_hashes_random_messages_as_the_model_does,
    c_chooses_the_number_of_rows_as_the_model_does,
    c_builds_the_published_tables,
    c_builds_random_tables_as_the_model_does,
    rows_are_shared_out_evenly,
    member_that_leaves_disturbs_few_others,
)


def main():
    print("1..%d" % len(TESTS))
    failed = 0
    for number, test in enumerate(TESTS, 1):
        try:
            directive = test()
            print("ok %d - %s%s" % (number, test.__name__, " # " + directive if directive else ""))
        except (AssertionError, subprocess.CalledProcessError) as error:
            failed += 1
            print("not ok %d - %s" % (number, test.__name__))
            print("# " + str(error)[:500].replace("\n", "\n# "))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
