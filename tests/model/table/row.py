# SPDX-License-Identifier: BSD-3-Clause
"""What a row of the table is, and the client that its packet comes from."""

import dataclasses
import typing

import frames
import world

FIRST_CLIENT = 100 << 24 | 64 << 16  # 100.64.0.0/10: room for 16,384 clients, each in a /24 of its own
IPV6 = 6


class Client:
    """One sender. Each case has its own, so that no case meets the flows of another."""

    def __init__(self, index):
        number = FIRST_CLIENT + index * 256 + 7
        self.v4 = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
        self.v6 = "2001:db8:4000:%x::7" % index
        self.sport = 1024 + index * 7919 % 60000

    def address(self, family):
        return self.v4 if family == 4 else self.v6

    def ip(self, payload, proto, vip=1, family=4, src=None, dst=None, link=None, **l3):
        src, dst = src or self.address(family), dst or world.vip(vip, family)
        return frames.eth(frames.ip(payload, src, dst, proto, **l3), **(link or {}))

    def _l4(self, make, proto, dport, fields):
        family, vip = fields.pop("family", 4), fields.pop("vip", 1)
        l3, link = fields.pop("l3", {}), fields.pop("link", {})
        cut, before = fields.pop("cut", None), fields.pop("before", lambda p, d: (p, d))
        src = l3.pop("src", None) or self.address(family)
        dst = l3.pop("dst", None) or world.vip(vip, family)
        data = make(src, dst, fields.pop("sport", self.sport), dport, **fields)
        proto, data = before(proto, data[:cut])
        return self.ip(data, proto, src=src, dst=dst, family=family, link=link, **l3)

    def tcp(self, flags="S", dport=80, **fields):
        """@fields: of frames.tcp(); family, vip, l3 and link: dicts for the layers below; cut: bytes of
        TCP that remain; before(proto, data): puts extension headers in front."""
        return self._l4(frames.tcp, 6, dport, fields | {"flags": flags})

    def udp(self, dport=53, **fields):
        return self._l4(frames.udp, 17, dport, fields)

    def icmp(self, kind, code=0, family=4, vip=1, rest=0, payload=b"", check=0, cut=None, l3=None):
        l3 = dict(l3 or {})
        src, dst = l3.pop("src", self.address(family)), world.vip(vip, family)
        data = frames.icmp(src, dst, kind, code, rest, payload, check)[:cut]
        return self.ip(data, 1 if family == 4 else 58, family=family, src=src, dst=dst, **l3)


@dataclasses.dataclass
class Row:
    """@build makes the frame of a client. @service: of what is forwarded or too big. @burst, @vlan:
    whether it is tried in a burst, and tagged."""
    id: str
    title: str
    build: typing.Callable
    verdict: str
    reason: str = ""
    service: str | None = None
    burst: bool = True
    vlan: bool = True


class Section(list):
    """Rows of one letter. @both: one row for each family; build() then takes (client, family)."""

    def drop(self, id, title, reason, build, **more):
        self.append(Row(id, title, build, "drop", reason, **more))

    def forward(self, id, title, service, build, **more):
        self.append(Row(id, title, build, "forward", "", service, **more))

    def echo(self, id, title, build, **more):
        self.append(Row(id, title, build, "reply", "echo", **more))

    def too_big(self, id, title, service, build, **more):
        self.append(Row(id, title, build, "reply", "too_big", service, **more))

    def drop_both(self, id, title, reason, build, **more):
        for family in (4, IPV6):
            self.drop(id, "%s, IPv%d" % (title, family), reason, of_family(build, family), **more)

    def forward_both(self, id, title, service, build, **more):
        for family in (4, IPV6):
            self.forward(id, "%s, IPv%d" % (title, family), "%s%d" % (service, family),
                         of_family(build, family), **more)

    def echo_both(self, id, title, build, **more):
        for family in (4, IPV6):
            self.echo(id, "%s, IPv%d" % (title, family), of_family(build, family), **more)

    def too_big_both(self, id, title, service, build, **more):
        for family in (4, IPV6):
            self.too_big(id, "%s, IPv%d" % (title, family), "%s%d" % (service, family),
                         of_family(build, family), **more)


def of_family(build, family):
    return lambda client: build(client, family)
