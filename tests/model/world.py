# SPDX-License-Identifier: BSD-3-Clause
"""The configuration that the table is written for. VIP number n has an IPv4 and an IPv6 address:

1 ipip  2 l2dsr  3 gue  4 gre  5 backends of both families  6 fragments = "hash3"  7 ranges and any port
8 affinity = "source"  9 next hops with an MTU of 1,400  10 next hop unknown  11 timers of its own
12 TCP only  13 UDP only  14 next hops on VLAN 100  15, 16 one port for both protocols
20 and up: two backends, a and b, whose state changes in sequences; the last one with affinity = "source"
"""

VLAN = 100
PORT = {"name": "p0", "mac": "02:00:00:00:00:01", "mtu": 1500}
NARROW = 1400


def vip(number, family=4):
    return "192.0.2.%d" % number if family == 4 else "2001:db8:1::%x" % number


def backend(number, family=4):
    return "10.1.0.%d" % number if family == 4 else "2001:db8:2::%x" % number


def pool(numbers, families, weights=(10, 10, 20, 5)):
    return {"backends": {"be%d-%d" % (family, n): {"address": backend(n, family), "weight": weight}
                         for family in families for n, weight in zip(numbers, weights)}}


POOLS = {
    "near4": pool((11, 12, 13, 14), (4,)),
    "near6": pool((11, 12, 13, 14), (6,)),
    "mixed": pool((21, 22, 23), (4, 6)) | {"rows": 1021},
    "narrow": pool((31, 32), (4, 6)),
    "silent": pool((41, 42), (4, 6)),
    "tagged": pool((51, 52), (4, 6)),
}
# l2dsr reaches backends of the VIP's family only.
for one in (4, 6):
    POOLS["narrow%d" % one] = pool((33, 34), (one,))
    POOLS["tagged%d" % one] = pool((53, 54), (one,))
PAIRS = 12
BY_SOURCE = PAIRS - 1
for number in range(PAIRS):
    POOLS["pair%d" % number] = {"backends": {
        name: {"address": backend(100 + 2 * number + i), "weight": 10} for i, name in enumerate("ab")}}


def hop(number, family):
    raw = {"mac": "02:00:00:00:01:%02x" % number, "src_mac": PORT["mac"],
           "src": "10.0.0.1" if family == 4 else "2001:db8::1",
           "mtu": NARROW if number in range(31, 35) else 1500,
           "vlan": VLAN if number in range(51, 55) else 0, "port": 0}
    return backend(number, family), raw


REACHED = (*range(11, 15), *range(21, 24), *range(31, 35), *range(51, 55),
           *range(100, 100 + 2 * PAIRS))
HOPS = dict(hop(number, family) for family in (4, 6) for number in REACHED)


def services_of(family):
    """(name, VIP number, protocol, port or ports, pool, more)"""
    near = "near%d" % family
    hash3 = {"fragments": "hash3"}
    source = {"affinity": "source"}
    timers = {"timeouts": {"embryonic": "4s", "idle": "100s", "closing": "6s"}}
    yield from (
        ("web", 1, "tcp", 80, near, {}), ("dns", 1, "udp", 53, near, {}),
        ("direct", 2, "tcp", 80, near, {"forward": "l2dsr"}),
        ("direct-dns", 2, "udp", 53, near, {"forward": "l2dsr"}),
        ("gue", 3, "tcp", 80, near, {"forward": "gue"}),
        ("gue-dns", 3, "udp", 53, near, {"forward": "gue", "gue-port": 6666}),
        ("gre", 4, "tcp", 80, near, {"forward": "gre"}),
        ("gre-dns", 4, "udp", 53, near, {"forward": "gre"}),
        ("mixed", 5, "tcp", 80, "mixed", {}), ("mixed-gue", 5, "tcp", 81, "mixed", {"forward": "gue"}),
        ("mixed-gre", 5, "tcp", 82, "mixed", {"forward": "gre"}),
        ("frag", 6, "udp", 53, near, hash3), ("frag-2", 6, "udp", 5353, near, hash3),
        ("whole", 6, "udp", 123, near, {}), ("frag-tcp", 6, "tcp", 80, near, {}),
        ("range", 7, "tcp", "8000-8099", near, {}), ("range-80", 7, "tcp", 80, "mixed", {}),
        ("range-rest", 7, "tcp", "any", near, {}), ("range-udp", 7, "udp", "500-501", near, {}),
        ("source", 8, "tcp", 80, near, source), ("source-dns", 8, "udp", 53, near, source),
        ("source-mixed", 8, "udp", 80, "mixed", source),
        ("narrow", 9, "tcp", 80, "narrow", {}),
        ("narrow-gue", 9, "tcp", 81, "narrow", {"forward": "gue"}),
        ("narrow-gre", 9, "tcp", 82, "narrow", {"forward": "gre"}),
        ("narrow-l2", 9, "tcp", 83, "narrow%d" % family, {"forward": "l2dsr"}),
        ("narrow-frag", 9, "udp", 53, "narrow", hash3),
        ("silent", 10, "tcp", 80, "silent", {}),
        ("timers", 11, "tcp", 80, near, timers), ("timers-dns", 11, "udp", 53, near, timers),
        ("tcp-only", 12, "tcp", 80, near, {}), ("udp-only", 13, "udp", 53, near, {}),
        *(("twin%d%s-" % (number, end), number, protocol, 7000, near, {})
          for number in (15, 16) for protocol, end in (("tcp", ""), ("udp", "-udp"))),
        ("tagged", 14, "tcp", 80, "tagged", {}),
        ("tagged-l2", 14, "tcp", 81, "tagged%d" % family, {"forward": "l2dsr"}),
    )


def service(family, number, protocol, ports, name, more):
    key = "port" if isinstance(ports, int) else "ports"
    return {"vip": vip(number, family), key: ports, "protocol": protocol, "pool": name} | more


SERVICES = {"%s%d" % (name, family): service(family, number, protocol, ports, used, more)
            for family in (4, 6)
            for name, number, protocol, ports, used, more in services_of(family)}
for number in range(PAIRS):
    more = {"affinity": "source"} if number == BY_SOURCE else {}
    SERVICES["pair%d" % number] = service(4, 20 + number, "tcp", 80, "pair%d" % number, more)

WORLD = {
    "key": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "port": PORT,
    "hops": HOPS,
    "dataplane": {"flows-per-worker": "200k",
                  "allow": {"vips": ["192.0.2.0/24", "2001:db8:1::/64"],
                            "backends": ["10.1.0.0/16", "2001:db8:2::/64"]}},
    "defaults": {"forward": "ipip", "check": {"type": "none"}},
    "services": SERVICES,
    "pools": POOLS,
}

# Few answers a second: what comes at one instant above that is dropped.
LIMIT = 50
LIMITED = WORLD | {"dataplane": WORLD["dataplane"] | {
    "icmp": {"echo-rate": LIMIT, "error-rate": LIMIT, "source-rate": LIMIT}}}
