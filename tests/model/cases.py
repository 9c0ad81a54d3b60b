# SPDX-License-Identifier: BSD-3-Clause
"""The table: every class of packet, what weir says to it, and how often it is tried.

A *row* (table/*.py) is one packet with the verdict that the policy gives it; VERDICTS.md lists
the classes. Each row becomes *cases*: alone and in the middle of 32 good packets, untagged and on
a VLAN, in 1, 2 and 3 pieces of memory, and cut beside every boundary between two headers.
Deterministic: no random numbers, no clock."""

import dataclasses
import re

import frames
import world
from table import fragments, icmp, ipv4, ipv6, l4, link, order
from table.row import Client, Row

SECTIONS = (link, ipv4, fragments, ipv6, l4, icmp, order)
GOOD_AROUND = 32
SEGMENTS = (1, 2, 3)
# Where headers end: Ethernet 14 or 18, IPv4 34, 38, UDP 42, 46, IPv6 and TCP 54, 58, then 62, 74,
# 78; and one byte aside.
BOUNDARIES = (14, 18, 34, 38, 42, 46, 54, 58, 62, 74, 78)
CUTS = tuple((at + d,) for at in BOUNDARIES for d in (-1, 0, 1)) + tuple(
    (14 + d, at + d) for at in (34, 54, 74) for d in (-1, 0, 1)) + ((1, 2), (18, 38), (34, 35))


def natural(row):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", row.id)]


def rows():
    return sorted((row for section in SECTIONS for row in section.ROWS), key=natural)


@dataclasses.dataclass
class Case:
    """A row as one client sends it."""
    row: Row
    variant: str
    frame: bytes


def tagged(frame):
    return frame[:12] + frames.tag(world.VLAN) + frame[12:]


def alone():
    """Each packet is a burst of its own."""
    return list(expand("alone", lambda row: True))


def in_burst():
    """Each packet stands in the middle of a burst of good ones: see burst_around()."""
    return list(expand("burst", lambda row: row.burst))


def expand(variant, wanted):
    index = 0
    for row in rows():
        if not wanted(row):
            continue
        yield Case(row, variant, row.build(Client(index)))
        if row.vlan:
            yield Case(row, variant + ", vlan", tagged(row.build(Client(index + 1))))
        index += 2


def good_frame(number):
    """One of the packets that are always forwarded: both families, TCP and UDP, new flows and old."""
    client = Client(number)
    client.v4, client.v6 = "198.51.100.%d" % (number + 1), "2001:db8:5::%x" % (number + 1)
    family = 6 if number & 1 else 4
    if number & 2:
        return client.udp(family=family)
    return client.tcp("S" if number & 4 else "PA", family=family, payload=bytes(number))


GOOD = tuple(good_frame(number) for number in range(GOOD_AROUND))


def burst_around(frame):
    half = GOOD_AROUND // 2
    return list(GOOD[:half]) + [frame] + list(GOOD[half:])


def count():
    """Cases, as test_verdicts.py runs them."""
    both = len(alone()) + len(in_burst())
    return both * len(SEGMENTS) + len(alone()) * len(CUTS)
