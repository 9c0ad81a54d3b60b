#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Print vectors.json, the same bytes each time: ./make_vectors.py > vectors.json"""

import json
import random
import sys

from weir_model import maglev, siphash

KEYS = ("000102030405060708090a0b0c0d0e0f", "00000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffff", "5ca1ab1e0ddba11c0ffee5ca1ab1e0ff")
TUPLES = (
    ("10.77.1.2", "10.99.0.1", 40000, 80, 6),
    ("10.77.1.2", "10.99.0.1", 40001, 80, 6),
    ("10.77.1.2", "10.99.0.2", 40000, 80, 17),
    ("192.0.2.255", "198.51.100.1", 65535, 1, 17),
    ("10.77.1.2", "10.99.0.1", 0, 0, 0),
    ("fd77:1::2", "fd99::1", 40000, 80, 6),
    ("fd77:1::2", "fd99::2", 40000, 80, 17),
    ("2001:db8::ffff", "2001:db8:ffff::", 65535, 443, 6),
    ("fd77:1::2", "fd99::1", 0, 0, 0),
)


def flow(key, tup):
    data = siphash.flow_tuple(*tup)
    value = siphash.siphash13(bytes.fromhex(key), data)
    return {
        "key": key, "src": tup[0], "dst": tup[1], "sport": tup[2], "dport": tup[3],
        "proto": tup[4], "bytes": data.hex(), "hash": "%016x" % value,
        "rows": {str(n): siphash.row_of(value, n) for n in (251, 65537, 655373)},
    }


def member_sets():
    rng = random.Random(20)
    web = [("web-%d" % i, 100) for i in range(1, 4)]
    yield "three equal backends", 509, web
    yield "the same, one drained", 509, [web[0], ("web-2", 0), web[2]]
    yield "weights 1, 2 and 3", 251, [("a", 1), ("b", 2), ("c", 3)]
    yield "one backend", 251, [("only", 7)]
    yield "nobody has a weight", 251, [("a", 0), ("b", 0)]
    yield "no backend at all", 251, []
    yield "weights at the ends of the range", 1021, [("a", 2**32 - 1), ("b", 1), ("c", 2**31)]
    yield "names as bytes", 251, [("B", 5), ("a", 5), ("b", 5), ("ab", 5), ("\u00e4", 5)]
    yield "more backends than rows", 251, [("n%03d" % i, 1) for i in range(300)]
    yield "a hundred equal backends", 65537, [("be-%03d" % i, 100) for i in range(100)]
    yield "a hundred backends, weights 0 to 1000", 65537, [
        ("be-%03d" % i, rng.randrange(1001)) for i in range(100)]
    yield "a large pool with explicit rows", 655373, [
        ("be-%03d" % i, 1 + i % 10) for i in range(400)]


def table(what, n_rows, members):
    rows = maglev.build([(name.encode(), weight) for name, weight in members], n_rows)
    return {
        "what": what, "rows": n_rows,
        "members": [{"name": name, "weight": weight} for name, weight in members],
        "first_rows": rows[:16], "checksum": "%016x" % maglev.checksum(rows),
    }


def vectors():
    return {
        "license": "BSD-3-Clause",
        "about": "made by make_vectors.py; README.md says how to read it",
        "flows": [flow(key, tup) for key in KEYS for tup in TUPLES],
        "tables": [table(*s) for s in member_sets()],
    }


def text():
    """One flow and one table a line, so that a change is easy to see."""
    data = vectors()
    out = ["{"]
    for name in ("license", "about"):
        out.append("%s: %s," % (json.dumps(name), json.dumps(data[name])))
    for name in ("flows", "tables"):
        lines = ",\n".join(json.dumps(item) for item in data[name])
        out.append("%s: [\n%s\n]%s" % (json.dumps(name), lines, "," if name == "flows" else ""))
    return "\n".join(out) + "\n}\n"


if __name__ == "__main__":
    sys.stdout.write(text())
