# SPDX-License-Identifier: BSD-3-Clause
"""Weighted Maglev rows, by the rule in README.md, as directly as Python can say it."""

import heapq
import math
import struct

import xxhash

PRIMES = (251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65537, 131071, 262139, 655373)
LARGEST_AUTOMATIC = 65537
NO_BACKEND = 0x3FFF


def rows_for(members):
    """The number of rows of a pool of that many backends, unless it is configured."""
    for prime in PRIMES:
        if prime >= 100 * members or prime == LARGEST_AUTOMATIC:
            return prime


def permutation(name, n_rows):
    """Offset and skip of the walk of @name (bytes)."""
    offset = xxhash.xxh3_64_intdigest(name, 0) % n_rows
    skip = xxhash.xxh3_64_intdigest(name, 1) % (n_rows - 1) + 1
    return offset, skip


def turns(weights):
    """Indices into @weights in the order of their turns, for ever. Turn k of weight w is due at
    (2k - 1) / w; in integers, with everything multiplied by the least common multiple."""
    scale = math.lcm(*(w for w in weights if w))
    due = [(scale // w, i) for i, w in enumerate(weights) if w]
    heapq.heapify(due)
    while True:
        at, index = due[0]
        yield index
        heapq.heapreplace(due, (at + 2 * (scale // weights[index]), index))


def build(members, n_rows):
    """@members: (name, weight) pairs, name in bytes. Returns for each row the index of its member
    in the order of the names, or NO_BACKEND in every row if nobody has a weight."""
    if n_rows not in PRIMES:
        raise ValueError("not a listed prime: %d" % n_rows)
    members = sorted(members)
    if len({name for name, _ in members}) != len(members):
        raise ValueError("two members of one name")
    rows = [NO_BACKEND] * n_rows
    if not any(weight for _, weight in members):
        return rows
    walks = [permutation(name, n_rows) for name, _ in members]
    at = [offset for offset, _ in walks]
    taken = bytearray(n_rows)
    order = turns([weight for _, weight in members])
    for _ in range(n_rows):
        index = next(order)
        skip = walks[index][1]
        row = at[index]
        while taken[row]:
            row = (row + skip) % n_rows
        taken[row] = 1
        rows[row] = index
        at[index] = (row + skip) % n_rows
    return rows


def checksum(rows):
    """XXH3-64 over the rows as 32-bit little-endian numbers."""
    return xxhash.xxh3_64_intdigest(struct.pack("<%dI" % len(rows), *rows))
