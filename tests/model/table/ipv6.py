# SPDX-License-Identifier: BSD-3-Clause
"""V: the IPv6 header and its extensions."""

import frames
from frames import ext, fragment, routing

from .row import Section

ROWS = Section()
drop, forward = ROWS.drop, ROWS.forward
HBH, ROUTE, FRAG, NONE, DEST = 0, 43, 44, 59, 60


def tcp(**l3):
    return lambda c: c.tcp(family=6, l3=dict(l3))


def chain(*links):
    """For Client.tcp(before=): extension headers in front. A link is (type, make(following))."""
    def before(proto, data):
        for kind, make in reversed(links):
            data, proto = make(proto) + data, kind
        return proto, data
    return before


def behind(*links, **fields):
    return lambda c: c.tcp(family=6, before=chain(*links), **fields)


def plain(kind):
    return kind, ext


for size in (1, 8, 20, 39):
    drop("V1", "%d bytes of header" % size, "l3_short", lambda c, n=size: c.tcp(family=6)[:14 + n])
drop("V2", "payload length 0 with TCP", "ip_len", tcp(length=0))
drop("V2", "jumbogram", "ip_len", lambda c: c.tcp(family=6, l3={"length": 0}, before=chain(
    (HBH, lambda n: ext(n, b"\xc2\4\0\1\0\0")))))
for more in (1, 1000, 65000):
    drop("V3", "payload length %d over" % more, "ip_len", tcp(length=20 + more))
forward("V3", "payload length under what is there", "web6", lambda c: c.tcp(family=6) + bytes(30))
drop("V3", "payload length under the TCP header", "l4_short", tcp(length=19))
drop("V4", "hop limit 0", "ip_ttl", tcp(ttl=0))
forward("V4", "hop limit 1", "web6", tcp(ttl=1))
for label in (0, 1, 0x12345, 0xFFFFF):
    forward("V5", "flow label 0x%05x" % label, "web6", tcp(label=label))
for tos in (0, 1, 2, 3, 0x2E << 2, 0x5A, 0xFF):
    forward("V5", "traffic class 0x%02x" % tos, "web6", tcp(tos=tos))

for name, link in (("hop-by-hop", plain(HBH)), ("destination options", plain(DEST)),
                   ("routing type 4, none left", (ROUTE, lambda n: routing(n, 4, 0))),
                   ("routing type 3, none left", (ROUTE, lambda n: routing(n, 3, 0))),
                   ("hop-by-hop of 256 bytes", (HBH, lambda n: ext(n, bytes(254))))):
    forward("V6", name, "web6", behind(link))
    forward("V6", "%s, UDP" % name, "dns6", lambda c, l=link: c.udp(family=6, before=chain(l)))
forward("V6", "all three", "web6", behind(plain(HBH), plain(DEST), (ROUTE,
        lambda n: routing(n, 4, 0))))
forward("V6", "l2dsr", "direct6", behind(plain(DEST), vip=2))
for kind in (0, 2):
    for left in (0, 1):
        drop("V7", "routing type %d, %d left" % (kind, left), "ext_rh",
             behind((ROUTE, lambda n, k=kind, s=left: routing(n, k, s))))
for kind in (3, 4, 253):
    drop("V7", "routing type %d, 1 left" % kind, "ext_rh", behind((ROUTE,
         lambda n, k=kind: routing(n, k, 1))))
drop("V7", "behind a good one", "ext_rh", behind(plain(DEST), (ROUTE, lambda n: routing(n, 0, 1))))
forward("V8", "8 headers", "web6", behind(*[plain(DEST)] * 8))
forward("V8", "8 headers, hop-by-hop first", "web6", behind(plain(HBH), *[plain(DEST)] * 7))
for count in (9, 10, 150):
    drop("V8", "%d headers" % count, "ext_chain", behind(*[plain(DEST)] * count))
drop("V8", "9 headers, the ninth malformed", "ext_chain",
     behind(*[plain(DEST)] * 8, (DEST, lambda n: ext(n, units=255))))
for kind in (HBH, DEST, ROUTE):
    make = (lambda n: routing(n, 4, 0)) if kind == ROUTE else ext
    for units in (3, 255):
        drop("V9", "type %d, length %d" % (kind, units), "ext_bad",
             behind((kind, lambda n, m=make, u=units: bytes([n, u]) + m(n)[2:])))
for kind in (HBH, DEST, ROUTE, FRAG):
    for size in (0, 1, 2, 7):
        drop("V10", "type %d cut after %d bytes" % (kind, size), "ext_bad",
             lambda c, k=kind, n=size: c.ip(bytes([6, 0, 4, 0, 0, 0, 0, 0])[:n], k, family=6))
drop("V10", "second header cut", "ext_bad", lambda c: c.ip(ext(DEST) + b"\6", DEST, family=6))
drop("V11", "no next header", "l4_proto", lambda c: c.ip(b"", NONE, family=6))
drop("V11", "no next header, data behind", "l4_proto", lambda c: c.ip(bytes(60), NONE, family=6))
drop("V11", "destination options, then no next header", "l4_proto",
     lambda c: c.ip(ext(NONE) + bytes(60), DEST, family=6))
for proto in (51, 50, 135, 139, 140, 143, 253, 254, 255, 1, 2, 46, 132, 136):
    drop("V12", "protocol %d" % proto, "l4_proto",
         lambda c, p=proto: c.ip(ext(6) + frames.tcp(c.v6, "2001:db8:1::1", c.sport, 80), p, family=6))
drop("V13", "hop-by-hop second", "ext_bad", behind(plain(DEST), plain(HBH)))
drop("V13", "hop-by-hop twice", "ext_bad", behind(plain(HBH), plain(HBH)))
for name, data in (("length 0", b"\x3e\0\x3e\0\x3e\0"), ("jumbo option", b"\xc2\4\0\1\0\0"),
                   ("PadN past the end", b"\1\xff\0\0\0\0"), ("router alert", b"\5\2\0\0\1\0"),
                   ("unknown, action discard", b"\xfe\4\0\0\0\0")):
    for kind in (HBH, DEST):
        forward("V14", "type %d, option: %s" % (kind, name), "web6",
                behind((kind, lambda n, d=data: ext(n, d))))
for proto in (4, 41):
    drop("V15", "next header %d" % proto, "l4_proto",
         lambda c, p=proto: c.ip(bytes(60), p, family=6))
    drop("V15", "next header %d behind options" % proto, "l4_proto",
         lambda c, p=proto: c.ip(ext(p) + bytes(60), DEST, family=6))
drop("R12", "nine headers, one of them a fragment header", "ext_chain",
     behind(*[plain(DEST)] * 8, (FRAG, lambda n: fragment(n))))
