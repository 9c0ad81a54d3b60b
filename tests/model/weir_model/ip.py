# SPDX-License-Identifier: BSD-3-Clause
"""IPv4 and IPv6 headers, extension headers, fragments: the first reason that applies wins."""

from .wire import TCP, Drop, be16, ones_sum

HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION = 0, 43, 44, 60
WALKED = (HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION)
BUDGET = 8
LARGEST = 65535
MAPPED = bytes(10) + b"\xff\xff"


class Fragment:
    """@offset in bytes; @size of the part that it carries; @whole: what counts towards the largest
    packet, beside the offset."""

    def __init__(self, offset, more, size, whole, proto):
        self.offset, self.more, self.size, self.proto = offset, more, size, proto
        self.is_first = offset == 0
        self.is_atomic = offset == 0 and not more
        self.is_tiny = offset == 0 and more and size < 8
        if more and size % 8 and not self.is_tiny:
            raise Drop("frag_bad")
        if offset + whole > LARGEST:
            raise Drop("frag_bad")
        if offset == 8 and proto == TCP:
            raise Drop("frag_bad")


class Packet:
    """An IP packet without its link header and padding."""

    family = 0
    fragment = None


class Packet4(Packet):
    family = 4

    def __init__(self, data):
        if len(data) < 20:
            raise Drop("l3_short")
        if data[0] >> 4 != 4:
            raise Drop("ip_version")
        self.header = (data[0] & 15) * 4
        self.data = data[:self._length(data)]
        self.src, self.dst = data[12:16], data[16:20]
        self.tos, self.ttl, self.proto = data[1], data[8], data[9]
        self._judge()
        self._judge_fragment(be16(data, 6))
        self.l4 = self.data[20:]

    def _length(self, data):
        total = be16(data, 2)
        if self.header < 20 or self.header > len(data):
            raise Drop("ip_ihl")
        if total < 20 or total > len(data):
            raise Drop("ip_len")
        if self.header > total:
            raise Drop("ip_ihl")
        return total

    def _judge(self):
        if ones_sum(self.data[:self.header]) != 0xFFFF:
            raise Drop("ip_csum")
        if self.ttl == 0:
            raise Drop("ip_ttl")
        if self.src == bytes(4) or self.src[0] == 127 or self.src[0] >= 224:
            raise Drop("martian_src")
        if 224 <= self.dst[0] < 240 or self.dst == b"\xff" * 4:
            raise Drop("dst_bcast")
        if self.header != 20:
            raise Drop("ip_opt")

    def _judge_fragment(self, word):
        offset, more, dont = (word & 0x1FFF) * 8, bool(word & 0x2000), bool(word & 0x4000)
        if not offset and not more:
            return
        if dont:
            raise Drop("frag_bad")
        size = len(self.data) - 20
        self.fragment = Fragment(offset, more, size, len(self.data), self.proto)


class Packet6(Packet):
    family = 6

    def __init__(self, data):
        if len(data) < 40:
            raise Drop("l3_short")
        if data[0] >> 4 != 6:
            raise Drop("ip_version")
        length = be16(data, 4)
        if (length == 0 and len(data) > 40) or not length <= min(len(data), LARGEST) - 40:
            raise Drop("ip_len")
        self.data = data[:40 + length]
        self.src, self.dst = data[8:24], data[24:40]
        self.tos, self.ttl = be16(data, 0) >> 4 & 0xFF, data[7]
        self._judge()
        at, self.proto = self._walk(data[6])
        self.l4 = self.data[at:]
        self.header = at

    def _judge(self):
        if self.ttl == 0:
            raise Drop("ip_ttl")
        if is_martian6(self.src):
            raise Drop("martian_src")
        if self.dst[0] == 0xFF:
            raise Drop("dst_bcast")
        if self.dst[:12] == MAPPED:
            raise Drop("not_local")

    def _walk(self, kind):
        at, walked = 40, 0
        while kind in WALKED:
            walked += 1
            if walked > BUDGET:
                raise Drop("ext_chain")
            size = extension_size(kind, self.data, at)
            if size is None or (kind == HOP_BY_HOP and walked != 1):
                raise Drop("ext_bad")
            if kind == ROUTING and (self.data[at + 2] in (0, 2) or self.data[at + 3]):
                raise Drop("ext_rh")
            if kind == FRAGMENT:
                self._judge_fragment(at)
                if not self.fragment.is_first:
                    return at + size, self.data[at]  # there is no header behind it
            kind, at = self.data[at], at + size
        return at, kind

    def _judge_fragment(self, at):
        if self.fragment:
            raise Drop("ext_bad")
        word = be16(self.data, at + 2)
        self.fragment = Fragment(word & 0xFFF8, bool(word & 1), len(self.data) - at - 8,
                                 len(self.data) - 40 - 8, self.data[at])


def is_martian6(src):
    return (src[:15] == bytes(15) and src[15] <= 1) or src[0] == 0xFF or \
        (src[0] == 0xFE and src[1] & 0xC0 == 0x80) or src[:12] == MAPPED


def extension_size(kind, data, at):
    """Bytes of the extension header at @at, or None if it does not fit."""
    if len(data) - at < 8:
        return None
    size = 8 if kind == FRAGMENT else (data[at + 1] + 1) * 8
    return size if size <= len(data) - at else None
