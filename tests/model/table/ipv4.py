# SPDX-License-Identifier: BSD-3-Clause
"""H: the IPv4 header. S: addresses, both families. G: tunnels to a VIP."""

import struct

import frames
import world

from .row import Section

ROWS = Section()
drop, forward, drop_both, forward_both = ROWS.drop, ROWS.forward, ROWS.drop_both, ROWS.forward_both


def tcp(**l3):
    return lambda c: c.tcp(l3=dict(l3))


for version in (0, 1, 2, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15):
    drop("H1", "version %d" % version, "ip_version",
         lambda c, v=version: c.tcp(l3={"version": v}, link={"kind": 0x0800}))
for ihl in range(5):
    drop("H2", "IHL %d" % ihl, "ip_ihl", tcp(ihl=ihl))
drop("H3", "IHL 15, 20 bytes there", "ip_ihl",
     lambda c: c.ip(b"", 6, ihl=15, total=20))
drop("H3", "IHL 15, total length 40", "ip_ihl",
     lambda c: c.tcp(cut=20, l3={"ihl": 15, "total": 40}) + bytes(40))
for total in (0, 1, 19):
    drop("H4", "total length %d" % total, "ip_len", tcp(total=total))
for more in (1, 2, 65000):
    drop("H5", "total length %d past the frame" % more, "ip_len", tcp(total=40 + more))
for total in (20, 21, 27, 39):
    drop("H6", "total length %d, TCP" % total, "l4_short", tcp(total=total))
for total in (20, 24, 27):
    drop("H6", "total length %d, UDP" % total, "l4_short",
         lambda c, t=total: c.udp(l3={"total": t}))
for bit in range(16):
    drop("H7", "checksum, bit %d" % bit, "ip_csum", lambda c, b=bit: flip_checksum(c.tcp(), 1 << b))
drop("H7", "checksum 0x0000", "ip_csum", tcp(check="0000"))
drop("H7", "checksum 0xffff", "ip_csum", tcp(check="ffff"))


def flip_checksum(frame, bits):
    value = struct.unpack_from(">H", frame, 24)[0] ^ bits
    return frame[:24] + struct.pack(">H", value) + frame[26:]


def zero_checksum(client, check):
    """The id that makes the right checksum 0; @check: written instead, which sums up the same."""
    frame = client.tcp(l3={"ident": 0})
    ident = struct.unpack_from(">H", frame, 24)[0]
    return client.tcp(l3={"ident": ident, "check": check})


forward("H7", "right checksum is 0", "web4", lambda c: zero_checksum(c, None))
forward("H7", "right checksum is 0, sent as 0xffff", "web4", lambda c: zero_checksum(c, "ffff"))
drop("H8", "TTL 0", "ip_ttl", tcp(ttl=0))
forward("H8", "TTL 1", "web4", tcp(ttl=1))
forward("H8", "TTL 255", "web4", tcp(ttl=255))
for proto in (0, 2, 3, 4, 41, 43, 44, 46, 47, 50, 51, 58, 60, 88, 89, 103, 132, 136, 137, 253, 255):
    drop("H9", "protocol %d" % proto, "l4_proto", lambda c, p=proto: c.ip(bytes(64), p))
forward("H10", "reserved flag", "web4", tcp(frag=0x8000))
forward("H10", "reserved flag and DF", "web4", tcp(frag=0xC000))
for tos in range(256):
    forward("H11", "TOS 0x%02x" % tos, "web4", tcp(tos=tos), burst=False, vlan=False)
for name, vip, service in (("l2dsr", 2, "direct"), ("gue", 3, "gue"), ("gre", 4, "gre")):
    for tos in (0x03, 0xFC, 0xB9):
        forward_both("H11", "%s, TOS 0x%02x" % (name, tos), service,
                     lambda c, f, v=vip, t=tos: c.tcp(vip=v, family=f, l3={"tos": t}))
for name, options in (("NOP", b"\1" * 4), ("end", bytes(4)), ("40 NOPs", b"\1" * 40),
                      ("record route", b"\7\x0b\4" + bytes(9)), ("timestamp", b"\x44\x0c\5\0" + bytes(8)),
                      ("router alert", b"\x94\4\0\0"), ("loose source route", b"\x83\7\4\xc0\0\2\1\0"),
                      ("strict source route", b"\x89\7\4\xc0\0\2\1\0"), ("length 0", b"\7\0\0\0"),
                      ("length over the header", b"\7\xff\0\0"), ("40 bytes of 0xff", b"\xff" * 40)):
    drop("H12", "options: %s" % name, "ip_opt", tcp(options=options))
forward("H13", "id 0 with DF", "web4", tcp(ident=0, frag=0x4000))
forward("H13", "id 0xffff", "web4", tcp(ident=0xFFFF))

for src in ("0.0.0.0", "127.0.0.1", "127.255.255.255", "224.0.0.1", "239.255.255.255", "240.0.0.1",
            "255.255.255.254", "255.255.255.255"):
    drop("S1", "source %s" % src, "martian_src", tcp(src=src))
drop_both("S2", "LAND, equal ports", "src_is_vip",
          lambda c, f: c.tcp(family=f, sport=80, l3={"src": world.vip(1, f)}))
drop_both("S2", "source is the VIP", "src_is_vip",
          lambda c, f: c.tcp(family=f, l3={"src": world.vip(1, f)}))
drop_both("S2", "UDP, source is the VIP", "src_is_vip",
          lambda c, f: c.udp(family=f, l3={"src": world.vip(1, f)}))
drop_both("S3", "source is another VIP", "src_is_vip",
          lambda c, f: c.tcp(family=f, l3={"src": world.vip(2, f)}))
forward_both("S4", "source is a backend", "web",
             lambda c, f: c.tcp(family=f, l3={"src": world.backend(11, f)}))
for dst in ("224.0.0.1", "239.1.2.3", "255.255.255.255"):
    drop("S5", "destination %s" % dst, "dst_bcast", tcp(dst=dst))
drop("S5", "destination is a subnet's broadcast", "not_local", tcp(dst="10.0.0.255"))
for dst in ("ff02::1", "ff05::2", "ff0e::1"):
    drop("S5", "destination %s" % dst, "dst_bcast", lambda c, d=dst: c.tcp(family=6, l3={"dst": d}))
drop("S6", "destination is our own address, IPv4", "not_local", tcp(dst="10.0.0.1"))
drop("S6", "destination is our own address, IPv6", "not_local",
     lambda c: c.tcp(family=6, l3={"dst": "2001:db8::1"}))
for dst in ("8.8.8.8", "192.0.2.200", "10.1.0.11", "0.0.0.0", "127.0.0.1", "240.0.0.1"):
    drop("S7", "destination %s" % dst, "not_local", tcp(dst=dst))
for dst in ("2001:db8:1::ffff", "2001:db8:2::11", "::", "::1", "fe80::1", "::ffff:192.0.2.1"):
    drop("S7", "destination %s" % dst, "not_local", lambda c, d=dst: c.tcp(family=6, l3={"dst": d}))
for port in (79, 81, 1, 65535):
    drop_both("S8", "TCP port %d" % port, "no_vip_port",
              lambda c, f, p=port: c.tcp(family=f, dport=p))
drop_both("S8", "UDP port 54", "no_vip_port", lambda c, f: c.udp(54, family=f))
drop_both("S8", "just below a range", "no_vip_port", lambda c, f: c.udp(499, family=f, vip=7))
drop_both("S8", "just above a range", "no_vip_port", lambda c, f: c.udp(502, family=f, vip=7))
for src in ("::", "::1", "ff02::1", "ff0e::1", "fe80::1", "febf::1", "::ffff:100.64.0.7",
            "::ffff:192.0.2.1"):
    drop("S9", "source %s" % src, "martian_src", lambda c, s=src: c.tcp(family=6, l3={"src": s}))
for src in ("10.9.8.7", "172.16.0.1", "192.168.1.1", "169.254.1.1", "198.51.100.200", "203.0.113.1", "1.2.3.255"):
    forward("S10", "source %s" % src, "web4", lambda c, s=src: c.tcp(l3={"src": s}))
for src in ("fc00::1", "fd12::7", "2001:db8::77", "fec0::1", "::2", "64:ff9b::1", "2002:7f00:1::1"):
    forward("S10", "source %s" % src, "web6", lambda c, s=src: c.tcp(family=6, l3={"src": s}))


def inside(client, family, vip=1):
    """A packet that somebody put into a tunnel, without its link header."""
    return client.tcp(family=family, vip=vip)[14:]


for outer in (4, 6):
    for inner, proto in ((4, 4), (6, 41)):
        drop("G1", "IPv%d in IPv%d" % (inner, outer), "l4_proto",
             lambda c, o=outer, i=inner, p=proto: c.ip(inside(c, i), p, family=o))
    drop("G1", "GRE in IPv%d" % outer, "l4_proto",
         lambda c, o=outer: c.ip(b"\0\0\x08\0" + inside(c, 4), 47, family=o))
    for name, port in (("GUE", 6080), ("VXLAN", 4789)):
        drop("G1", "%s in IPv%d" % (name, outer), "no_vip_port", lambda c, o=outer, p=port: c.udp(
            p, family=o, payload=b"\0\4\0\0" + inside(c, 4)))
    forward("G1", "GUE to a balanced UDP port, IPv%d" % outer, "dns%d" % outer,
            lambda c, o=outer: c.udp(
        family=o, payload=b"\0\4\0\0" + inside(c, 4)))


def nested(client, depth):
    data = inside(client, 4)
    for _ in range(depth):
        data = frames.ip4(data, client.v4, world.vip(1), 4)
    return frames.eth(data)


drop("G3", "10 tunnels deep", "l4_proto", lambda c: nested(c, 10))
drop("G4", "our own tunnel comes back", "l4_proto", lambda c: c.ip(
    inside(c, 4), 4, src="10.0.0.1", dst=world.backend(11)))
drop("G4", "a tunnel of ours to a VIP", "l4_proto", lambda c: c.ip(inside(c, 4), 4, src="10.0.0.1"))
