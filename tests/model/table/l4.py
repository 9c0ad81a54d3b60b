# SPDX-License-Identifier: BSD-3-Clause
"""T: TCP. U: UDP and other protocols. And the ways of forwarding, range and any-port services."""

from .row import Section

ROWS = Section()
drop, forward, drop_both, forward_both = ROWS.drop, ROWS.forward, ROWS.drop_both, ROWS.forward_both

for size in (0, 1, 4, 12, 13, 19):
    drop_both("T1", "%d bytes" % size, "l4_short", lambda c, f, n=size: c.tcp(family=f, cut=n))
for doff in range(5):
    drop_both("T2", "data offset %d" % doff, "tcp_doff",
              lambda c, f, d=doff: c.tcp(family=f, doff=d))
for doff in (6, 10, 15):
    drop_both("T3", "data offset %d" % doff, "tcp_doff",
              lambda c, f, d=doff: c.tcp(family=f, doff=d))
drop_both("T3", "data offset past payload", "tcp_doff",
          lambda c, f: c.tcp("A", family=f, payload=bytes(39), doff=15))
forward_both("T3", "data offset just at the end", "web",
             lambda c, f: c.tcp("A", family=f, payload=bytes(40), doff=15))
for flags, name in (("S", "SYN"), ("PA", "data")):
    forward_both("T4", "wrong checksum, %s" % name, "web",
                 lambda c, f, g=flags: c.tcp(g, family=f, payload=b"x", check=1))
for name, flags in (("null", ""), ("Xmas", "FUP"), ("SYN and FIN", "SF"), ("SYN and RST", "SR"),
                    ("SYN, FIN and ACK", "SFA"), ("SYN, RST and ACK", "SRA"), ("all", "FSRPAU"),
                    ("all with ECN", "FSRPAUEC"), ("ECN alone", "EC"), ("Xmas with ECN", "FUPEC")):
    drop_both("T5", name, "tcp_flags", lambda c, f, g=flags: c.tcp(g, family=f))
forward_both("T6", "SYN with data", "web", lambda c, f: c.tcp("S", family=f, payload=bytes(200)))
forward_both("T7", "SYN and ACK", "web", lambda c, f: c.tcp("SA", family=f))
drop_both("T8", "source port 0", "port0", lambda c, f: c.tcp(family=f, sport=0))
drop_both("T8", "destination port 0", "port0", lambda c, f: c.tcp(dport=0, family=f))
drop_both("T8", "UDP source port 0", "port0", lambda c, f: c.udp(family=f, sport=0))
drop_both("T8", "UDP destination port 0", "port0", lambda c, f: c.udp(0, family=f))
for name, options in (("length 0", b"\2\0\0\0"), ("length 1", b"\2\1\0\0"), ("length over", b"\2\xff\0\0"),
                      ("40 NOPs", b"\1" * 40), ("garbage behind the end", b"\0\xff\xff\xff"),
                      ("MSS", b"\2\4\5\xb4")):
    forward_both("T9", "option: %s" % name, "web",
                 lambda c, f, o=options: c.tcp("S", family=f, options=o))
for name, data in (("v1", b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n"),
                   ("v2", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(12))):
    forward_both("T11", "PROXY %s as payload" % name, "web",
                 lambda c, f, d=data: c.tcp("PA", family=f, payload=d))
for name, fields in (("urgent pointer", {"flags": "AU", "urgent": 7}), ("reserved bits", {"reserved": 15}),
                     ("AccECN", {"flags": "SEC", "reserved": 1}), ("window 0", {"flags": "A", "window": 0})):
    forward_both("T12", name, "web", lambda c, f, g=fields: c.tcp(family=f, **g))
for flags in ("A", "PA", "FA", "R", "RA", "F", "FU", "SU", "SP", "SUP"):
    forward_both("T0", "flags %s" % flags, "web", lambda c, f, g=flags: c.tcp(g, family=f))

for size in (0, 1, 3, 4, 7):
    drop_both("U1", "%d bytes" % size, "l4_short", lambda c, f, n=size: c.udp(family=f, cut=n))
for length in (0, 1, 7):
    drop_both("U2", "length %d" % length, "udp_len",
              lambda c, f, n=length: c.udp(family=f, length=n))
for more in (1, 1000, 60000):
    drop_both("U3", "length %d over" % more, "udp_len",
              lambda c, f, n=more: c.udp(family=f, length=13 + n))
for less in (1, 5):
    forward_both("U4", "length %d under" % less, "dns",
                 lambda c, f, n=less: c.udp(family=f, length=13 - n))
forward("U5", "checksum 0, IPv4", "dns4", lambda c: c.udp(check=0))
drop("U5", "checksum 0, IPv6", "udp_csum0_v6", lambda c: c.udp(family=6, check=0))
forward_both("U5", "wrong checksum", "dns", lambda c, f: c.udp(family=f, check=0x1234))
forward_both("U6", "empty datagram", "dns", lambda c, f: c.udp(family=f, payload=b""))
drop_both("U7", "UDP to a TCP service", "no_vip_port", lambda c, f: c.udp(80, family=f, vip=12))
drop_both("U7", "TCP to a UDP service", "no_vip_port",
          lambda c, f: c.tcp(dport=53, family=f, vip=13))
for proto, name in ((132, "SCTP"), (136, "UDP-Lite"), (47, "GRE")):
    drop_both("U10", name, "l4_proto", lambda c, f, p=proto: c.ip(bytes(32), p, family=f))

# Each way of forwarding, with short, odd and longest packets.
for name, vip, port, service in (("ipip", 1, 80, "web"), ("l2dsr", 2, 80, "direct"), ("gue", 3, 80, "gue"),
                                 ("gre", 4, 80, "gre"), ("two families", 5, 80, "mixed"),
                                 ("two families, gue", 5, 81, "mixed-gue"),
                                 ("two families, gre", 5, 82, "mixed-gre")):
    for size in (0, 1, 7, 600, 1360):
        forward_both("F1", "%s, %d bytes" % (name, size), service,
                     lambda c, f, v=vip, p=port, n=size: c.tcp("PA", p, family=f, vip=v, payload=bytes(
                         (i * 7) & 255 for i in range(n))))
for name, vip, service in (("ipip", 1, "dns"), ("l2dsr", 2, "direct-dns"), ("gue", 3, "gue-dns"),
                           ("gre", 4, "gre-dns")):
    for size in (0, 1, 512, 1001):
        forward_both("F2", "UDP, %s, %d bytes" % (name, size), service,
                     lambda c, f, v=vip, n=size: c.udp(family=f, vip=v, payload=b"\xa5" * n))
forward("F2", "UDP, gue, inner checksum 0", "gue-dns4", lambda c: c.udp(vip=3, check=0))
for port in (8000, 8001, 8050, 8099):
    forward_both("F3", "port %d of a range" % port, "range", lambda c, f, p=port: c.tcp(
        dport=p, family=f, vip=7))
forward_both("F3", "an exact port beside any", "range-80", lambda c, f: c.tcp(family=f, vip=7))
for port in (1, 79, 81, 7999, 8100, 65535):
    forward_both("F3", "port %d of any" % port, "range-rest", lambda c, f, p=port: c.tcp(
        dport=p, family=f, vip=7))
for port in (500, 501):
    forward_both("F3", "UDP port %d of a range" % port, "range-udp", lambda c, f, p=port: c.udp(
        p, family=f, vip=7))
forward_both("F4", "by source, TCP", "source", lambda c, f: c.tcp(family=f, vip=8))
forward_both("F4", "by source, UDP", "source-dns", lambda c, f: c.udp(family=f, vip=8))
