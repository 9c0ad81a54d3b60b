# SPDX-License-Identifier: BSD-3-Clause
"""R: fragments, under both policies. VIP 1 drops them all; on VIP 6 UDP ports 53 and 5353 take them."""

import frames
import world

from .row import Section

ROWS = Section()
drop, forward, drop_both, forward_both = ROWS.drop, ROWS.forward, ROWS.drop_both, ROWS.forward_both
too_big_both = ROWS.too_big_both
MORE, DONT = 0x2000, 0x4000
HASH3 = 6


def piece(c, family, data, offset=0, more=0, proto=17, vip=1):
    """A fragment that carries @data; @offset in units of 8 bytes."""
    if family == 4:
        return c.ip(data, proto, vip=vip, frag=offset | (MORE if more else 0))
    return c.ip(frames.fragment(proto, offset, more) + data, 44, vip=vip, family=6)


def udp(c, family, dport=53, size=56, **fields):
    """A UDP header that speaks of a longer datagram, and the first @size - 8 bytes of it. Its checksum
    would cover what is not here."""
    return frames.udp(c.address(family), c.address(family), c.sport, dport, bytes(size - 8),
                      **({"length": 1000, "check": 0xBEEF} | fields))


def tcp(c, family, size=40):
    return frames.tcp(c.address(family), world.vip(1, family), c.sport, 80, "A", bytes(40))[:size]


def dropped(id, title, reason, build, **more):
    """Under either policy. build(client, family, vip)"""
    for vip, policy in ((1, "drop"), (HASH3, "hash3")):
        drop_both(id, "%s (%s)" % (title, policy), reason,
                  lambda c, f, v=vip: build(c, f, v), **more)


def by_policy(id, title, service, build):
    """Dropped as a fragment under `drop`, forwarded under `hash3`."""
    drop_both(id, "%s (drop)" % title, "frag", lambda c, f: build(c, f, 1))
    forward_both(id, "%s (hash3)" % title, service, lambda c, f: build(c, f, HASH3))


by_policy("R1", "first, whole UDP header", "frag",
          lambda c, f, v: piece(c, f, udp(c, f), 0, 1, vip=v))
by_policy("R1", "first, 8 bytes of UDP", "frag",
          lambda c, f, v: piece(c, f, udp(c, f, size=8), 0, 1, vip=v))
forward_both("R1", "first, to the second such service", "frag-2",
             lambda c, f: piece(c, f, udp(c, f, 5353), 0, 1, vip=HASH3))
drop_both("R1", "first, to a service without hash3", "frag",
          lambda c, f: piece(c, f, udp(c, f, 123), 0, 1, vip=HASH3))
dropped("R1", "first, whole TCP header", "frag", lambda c, f, v: piece(c, f, tcp(c, f), 0, 1, 6, v))
drop_both("R1", "first, to a port without a service", "no_vip_port",
          lambda c, f: piece(c, f, udp(c, f, 54), 0, 1, vip=HASH3))
drop_both("R1", "first, port 0", "port0", lambda c, f: piece(c, f, udp(c, f, 0), 0, 1, vip=HASH3))
drop_both("R1", "first, UDP length 7", "udp_len",
          lambda c, f: piece(c, f, udp(c, f, length=7), 0, 1, vip=HASH3))
for size in range(8):
    drop_both("R2", "first, %d bytes (drop)" % size, "frag",
              lambda c, f, n=size: piece(c, f, udp(c, f)[:n], 0, 1))
    drop_both("R2", "first, %d bytes (hash3)" % size, "frag_bad",
              lambda c, f, n=size: piece(c, f, udp(c, f)[:n], 0, 1, vip=HASH3))
for name, offset, more, size in (("middle", 7, 1, 64), ("last", 15, 0, 64), ("last, 1 byte", 15, 0, 1),
                                 ("middle, 8 bytes", 3, 1, 8), ("offset 1, UDP", 1, 1, 64)):
    by_policy("R3", name, "frag", lambda c, f, v, o=offset, m=more, n=size: piece(
        c, f, bytes(n), o, m, vip=v))
dropped("R3", "middle of TCP", "frag", lambda c, f, v: piece(c, f, bytes(64), 7, 1, 6, v))
by_policy("R4", "second overlaps inside the first", "frag",
          lambda c, f, v: piece(c, f, bytes(24), 3, 0, vip=v))
dropped("R5", "offset 1, TCP, rewrites the header", "frag_bad",
        lambda c, f, v: piece(c, f, tcp(c, f)[8:], 1, 0, 6, v))
dropped("R5", "offset 1, TCP, more follow", "frag_bad",
        lambda c, f, v: piece(c, f, tcp(c, f)[8:], 1, 1, 6, v))
dropped("R6", "ends at 65,600", "frag_bad", lambda c, f, v: piece(c, f, bytes(72), 8191, 0, vip=v))
dropped("R6", "TCP, ends at 66,528", "frag_bad",
        lambda c, f, v: piece(c, f, bytes(1000), 8191, 0, 6, v))
# The largest datagram: 65,535 bytes with its header in IPv4, without it in IPv6.
EDGE = {4: (8189, 3), 6: (8191, 7)}
by_policy("R6", "ends at 65,535", "frag",
          lambda c, f, v: piece(c, f, bytes(EDGE[f][1]), EDGE[f][0], 0, vip=v))
dropped("R6", "ends at 65,536", "frag_bad",
        lambda c, f, v: piece(c, f, bytes(EDGE[f][1] + 1), EDGE[f][0], 0, vip=v))
for size in (9, 15, 63):
    dropped("R7", "more follow, %d bytes" % size, "frag_bad",
            lambda c, f, v, n=size: piece(c, f, bytes(n), 7, 1, vip=v))
dropped("R7", "first, 63 bytes", "frag_bad",
        lambda c, f, v: piece(c, f, udp(c, f, size=63), 0, 1, vip=v))
for vip, policy in ((1, "drop"), (HASH3, "hash3")):
    for name, word in (("DF and MF", DONT | MORE), ("DF and an offset", DONT | 7),
                       ("DF, MF and an offset", DONT | MORE | 7)):
        drop("R8", "%s (%s)" % (name, policy), "frag_bad",
             lambda c, v=vip, w=word: c.ip(udp(c, 4), 17, vip=v, frag=w))
for vip, policy in ((1, "drop"), (HASH3, "hash3")):
    drop("R11", "atomic, UDP (%s)" % policy, "frag", lambda c, v=vip: piece(
        c, 6, udp(c, 6, length=56), vip=v))
    drop("R11", "atomic, TCP (%s)" % policy, "frag", lambda c, v=vip: piece(
        c, 6, tcp(c, 6), proto=6, vip=v))
    for more in (0, 1):
        drop("R12", "fragment header twice, M %d (%s)" % (more, policy), "ext_bad",
             lambda c, v=vip, m=more: c.ip(frames.fragment(44, 0, m) + frames.fragment(17, 0, m) +
                                           udp(c, 6), 44, family=6, vip=v))
        drop("R12", "fragment before hop-by-hop, M %d (%s)" % (more, policy), "ext_bad",
             lambda c, v=vip, m=more: c.ip(frames.fragment(0, 0, m) + frames.ext(17) + udp(c, 6),
                                           44, family=6, vip=v))
too_big_both("R13", "TCP, DF clear", "narrow",
             lambda c, f: c.tcp("A", family=f, vip=9, payload=bytes(1380)))
too_big_both("R13", "first fragment", "narrow-frag",
             lambda c, f: piece(c, f, udp(c, f, size=1392), 0, 1, vip=9))
drop_both("R13", "middle fragment", "too_big", lambda c, f: piece(c, f, bytes(1392), 7, 1, vip=9))
drop_both("R13", "last fragment", "too_big", lambda c, f: piece(c, f, bytes(1391), 7, 0, vip=9))
drop("V16", "TCP header starts in fragment 2", "frag", lambda c: c.ip(
    frames.fragment(60, 0, 1) + frames.ext(6, bytes(14)), 44, family=6))
drop("V16", "half of the TCP header in fragment 2", "frag",
     lambda c: piece(c, 6, tcp(c, 6, 8), 0, 1, 6))
