# SPDX-License-Identifier: BSD-3-Clause
"""C: ICMP and ICMPv6 to a VIP."""

import frames
import world
from frames import ext, fragment

from .row import Section

ROWS = Section()
drop, forward, drop_both, forward_both = ROWS.drop, ROWS.forward, ROWS.drop_both, ROWS.forward_both
echo_both, too_big_both = ROWS.echo_both, ROWS.too_big_both

ECHO = {4: 8, 6: 128}
TOO_BIG = {4: (3, 4), 6: (2, 0)}
UNREACHABLE = {4: 3, 6: 1}


def inner(c, family, proto=6, vip=1, port=80, size=8, **l3):
    """What a backend sent, from the VIP to the client, as far as an error quotes it."""
    src, dst = l3.pop("src", world.vip(vip, family)), c.address(family)
    make = frames.tcp if proto == 6 else frames.udp
    l4 = make(src, dst, port, c.sport, **({"flags": "PA"} if proto == 6 else {}), payload=bytes(80))
    return frames.ip(l3.pop("front", b"") + l4[:size], src, dst, l3.pop("proto", proto), **l3)


def error(c, family, kind=None, code=None, rest=1400, quote=None, vip=1, **fields):
    """By default: "too big", about a packet of the client's TCP flow."""
    default = TOO_BIG[family]
    return c.icmp(default[0] if kind is None else kind, default[1] if code is None else code, family,
                  vip, rest, inner(c, family, vip=vip) if quote is None else quote, **fields)


def quoting(**fields):
    return lambda c, f: error(c, f, quote=inner(c, f, **fields))


forward_both("C2", "8 bytes of TCP quoted", "web", error)
forward_both("C2", "8 bytes of UDP quoted", "dns", quoting(proto=17, port=53))
forward_both("C2", "more bytes quoted", "web", quoting(size=60))
for name, vip, service in (("l2dsr", 2, "direct"), ("gue", 3, "gue"), ("gre", 4, "gre"), ("two families", 5, "mixed"),
                           ("by source", 8, "source")):
    forward_both("C2", name, service, lambda c, f, v=vip: error(c, f, vip=v))
forward_both("C2", "port of a range", "range", lambda c, f: error(
    c, f, vip=7, quote=inner(c, f, vip=7, port=8042)))
forward_both("C2", "total length far beyond the quotation", "web",
             lambda c, f: error(c, f, quote=inner(c, f, **({"total": 1500} if f == 4 else {"length": 1460}))))
forward("C2", "wrong checksum in the quotation", "web4",
        lambda c: error(c, 4, quote=inner(c, 4, check=7)))
forward("C3", "packet too big", "web6", lambda c: error(c, 6))
for size in (0, 1, 4, 7):
    drop_both("C4", "%d bytes" % size, "icmp_short", lambda c, f, n=size: error(c, f, cut=n))
for size in (0, 1, 19):
    drop_both("C5", "%d bytes quoted" % size, "icmp_inner", lambda c, f, n=size: error(
        c, f, quote=inner(c, f)[:n]))
drop("C5", "39 bytes quoted, IPv6", "icmp_inner", lambda c: error(c, 6, quote=inner(c, 6)[:39]))
for ihl in (0, 4, 15):
    drop("C5", "quoted IHL %d" % ihl, "icmp_inner",
         lambda c, n=ihl: error(c, 4, quote=inner(c, 4, ihl=n)))
drop_both("C5", "quotation of the other family", "icmp_inner",
          lambda c, f: error(c, f, quote=inner(c, 10 - f, size=60)))
for size in range(8):
    drop_both("C6", "%d bytes of TCP quoted" % size, "icmp_inner", quoting(size=size))
drop_both("C6", "7 bytes of UDP quoted", "icmp_inner", quoting(proto=17, port=53, size=7))
drop("C7", "not the first fragment, IPv4", "icmp_inner",
     lambda c: error(c, 4, quote=inner(c, 4, frag=7)))
drop("C7", "not the first fragment, IPv6", "icmp_inner",
     lambda c: error(c, 6, quote=inner(c, 6, front=fragment(6, 7), proto=44)))
forward("C7", "first fragment, IPv4", "web4", lambda c: error(c, 4, quote=inner(c, 4, frag=0x2000)))
forward("C7", "first fragment, IPv6", "web6",
        lambda c: error(c, 6, quote=inner(c, 6, front=fragment(6, 0, 1), proto=44)))
for size in (4, 40):
    forward("C8", "%d bytes of options" % size, "web4",
            lambda c, n=size: error(c, 4, quote=inner(c, 4, options=b"\1" * n)))
drop("C8", "options cut", "icmp_inner",
     lambda c: error(c, 4, quote=inner(c, 4, options=b"\1" * 40)[:50]))
for count in (1, 8):
    forward("C8", "%d extension headers" % count, "web6", lambda c, n=count: error(
        c, 6, quote=inner(c, 6, front=ext(60) * (n - 1) + ext(6), proto=60)))
drop("C8", "9 extension headers", "icmp_inner", lambda c: error(
    c, 6, quote=inner(c, 6, front=ext(60) * 8 + ext(6), proto=60)))
drop("C8", "extension header past the end", "icmp_inner", lambda c: error(
    c, 6, quote=inner(c, 6, front=ext(6, units=255), proto=60)))
drop("C8", "ESP quoted", "icmp_inner", lambda c: error(c, 6, quote=inner(c, 6, proto=50)))
drop_both("C9", "quoted source is no VIP", "icmp_not_ours",
          lambda c, f: error(c, f, quote=inner(c, f, src=world.backend(11, f))))
drop_both("C9", "quoted source is another VIP", "icmp_not_ours",
          lambda c, f: error(c, f, quote=inner(c, f, vip=2)))
drop_both("C10", "quoted port without a service", "icmp_not_ours", quoting(port=81))
drop_both("C10", "quoted protocol without a service", "icmp_not_ours",
          lambda c, f: error(c, f, vip=12, quote=inner(c, f, 17, vip=12)))
for mtu in (0, 68, 296, 551):
    drop("C11", "MTU %d, IPv4" % mtu, "icmp_mtu_floor", lambda c, m=mtu: error(c, 4, rest=m))
for mtu in (0, 552, 1279):
    drop("C11", "MTU %d, IPv6" % mtu, "icmp_mtu_floor", lambda c, m=mtu: error(c, 6, rest=m))
forward("C11", "MTU 552, IPv4", "web4", lambda c: error(c, 4, rest=552))
forward("C11", "MTU 1280, IPv6", "web6", lambda c: error(c, 6, rest=1280))
for mtu in (1501, 9000, 65535):
    forward_both("C12", "MTU %d" % mtu, "web", lambda c, f, m=mtu: error(c, f, rest=m))
drop_both("C13", "an error quoted", "icmp_inner", lambda c, f: error(c, f, quote=frames.ip(
    frames.icmp(world.vip(1, f), c.address(f), UNREACHABLE[f], 1, 0, inner(c, f)),
    world.vip(1, f), c.address(f), 1 if f == 4 else 58)))
for kind, codes in ((3, (0, 1, 2, 3, 9, 10, 13, 15)), (11, (0, 1)), (12, (0, 2))):
    for code in codes:
        forward("C14", "ICMP %d/%d" % (kind, code), "web4",
                lambda c, k=kind, o=code: error(c, 4, k, o, rest=0))
for kind, codes in ((1, (0, 1, 3, 4)), (3, (0, 1)), (4, (0, 1, 2))):
    for code in codes:
        forward("C14", "ICMPv6 %d/%d" % (kind, code), "web6",
                lambda c, k=kind, o=code: error(c, 6, k, o, rest=0))
for kind in (4, 5, 6, 9, 10):
    drop("C14", "ICMP type %d" % kind, "icmp_type", lambda c, k=kind: error(c, 4, k, 0, rest=0))
for kind in (0, 5, 100, 127, 130, 131, 132, 137, 143, 200):
    drop("C14", "ICMPv6 type %d" % kind, "icmp_type", lambda c, k=kind: error(c, 6, k, 0, rest=0))
drop_both("C14", "wrong checksum", "icmp_csum", lambda c, f: error(c, f, check=1))

for size in (0, 1, 56, 1400):
    echo_both("C15", "echo, %d bytes" % size, lambda c, f, n=size: c.icmp(
        ECHO[f], family=f, rest=0x12340001, payload=b"\x5a" * n))
echo_both("C15", "echo, TOS and TTL of its own", lambda c, f: c.icmp(
    ECHO[f], family=f, payload=bytes(20), l3={"tos": 0xB9, "ttl": 1}))
echo_both("C15", "echo to another VIP", lambda c, f: c.icmp(ECHO[f], family=f, vip=13, rest=7))
drop_both("C15", "wrong checksum", "icmp_csum", lambda c, f: c.icmp(
    ECHO[f], family=f, payload=bytes(56), check=0x100))
drop("C16", "fragmented echo, first", "frag",
     lambda c: c.icmp(8, payload=bytes(1472), l3={"frag": 0x2000}))
drop("C16", "fragmented echo, last", "frag", lambda c: c.ip(bytes(800), 1, frag=8000))
drop("C16", "fragmented echo, IPv6", "frag",
     lambda c: c.ip(fragment(58, 0, 1) + bytes(800), 44, family=6))
drop("C16", "with options", "ip_opt", lambda c: c.icmp(8, l3={"options": b"\1" * 4}))
for src in ("255.255.255.255", "224.0.0.1"):
    drop("C17", "echo from %s" % src, "martian_src", lambda c, s=src: c.icmp(8, l3={"src": s}))
drop("C17", "echo from ff02::1", "martian_src",
     lambda c: c.icmp(128, family=6, l3={"src": "ff02::1"}))
drop_both("C17", "echo from the VIP", "src_is_vip",
          lambda c, f: c.icmp(ECHO[f], family=f, l3={"src": world.vip(1, f)}))
for kind, name in ((0, "echo reply"), (13, "timestamp"), (14, "timestamp reply"), (17, "mask"), (15, "information"),
                   (30, "traceroute"), (255, "type 255")):
    drop("C19", name, "icmp_type", lambda c, k=kind: c.icmp(k, payload=bytes(12)))
for kind, name in ((129, "echo reply"), (133, "router solicitation"), (138, "renumbering")):
    drop("C19", name + ", IPv6", "icmp_type",
         lambda c, k=kind: c.icmp(k, family=6, payload=bytes(12)))
drop("C19", "ICMPv6 over IPv4", "l4_proto", lambda c: c.ip(frames.icmp(c.v4, "192.0.2.1", 128), 58))
drop("C19", "ICMP over IPv6", "l4_proto",
     lambda c: c.ip(frames.icmp(c.v6, "2001:db8:1::1", 8), 1, family=6))

# The MTU of the way is 1,400. Which families the backends have is the hash's choice, so only l2dsr has an exact limit.
for name, port, service in (("ipip", 80, "narrow"), ("gue", 81, "narrow-gue"), ("gre", 82, "narrow-gre"),
                            ("l2dsr", 83, "narrow-l2")):
    too_big_both("C20", "%s, 1,450 bytes, DF" % name, service,
                 lambda c, f, p=port: big(c, f, p, 1450, 0x4000))
    too_big_both("C20", "%s, 1,401 bytes" % name, service,
                 lambda c, f, p=port: big(c, f, p, 1401, 0))
    forward_both("C20", "%s, 1,340 bytes" % name, service,
                 lambda c, f, p=port: big(c, f, p, 1340, 0x4000))
forward_both("C20", "l2dsr, 1,400 bytes", "narrow-l2", lambda c, f: big(c, f, 83, 1400, 0x4000))
drop_both("C20", "an ICMP error itself", "too_big",
          lambda c, f: error(c, f, vip=9, quote=inner(c, f, vip=9) + bytes(1350)))
too_big_both("C20", "1,490 bytes where 1,500 fit without a tunnel", "web",
             lambda c, f: big(c, f, 80, 1490, 0x4000, 1))


def big(c, family, port, total, frag, vip=9):
    """A TCP packet of @total bytes of IP."""
    l3 = {"frag": frag} if family == 4 else {}
    return c.tcp("A", port, family=family, vip=vip, l3=l3, payload=b"\x77" * (total - (40 if family == 4 else 60)))
