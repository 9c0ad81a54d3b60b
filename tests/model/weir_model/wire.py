# SPDX-License-Identifier: BSD-3-Clause
"""Bytes on the wire: numbers, and the Internet checksum (RFC 1071)."""

import struct

TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
IPIP, IPV6_IN, GRE = 4, 41, 47
TYPE_IP4, TYPE_IP6, TYPE_TAG, TYPE_SERVICE_TAG = 0x0800, 0x86DD, 0x8100, 0x88A8


class Drop(Exception):
    """The packet goes nowhere; the argument is the reason's name."""

    @property
    def reason(self):
        return self.args[0]


def be16(data, at):
    return struct.unpack_from(">H", data, at)[0]


def be32(data, at):
    return struct.unpack_from(">I", data, at)[0]


def ones_sum(data):
    """Ones' complement sum of the 16-bit words of @data, padded with a zero byte to whole words."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def checksum(data):
    return ones_sum(data) ^ 0xFFFF


def pseudo6(src, dst, length, proto):
    """RFC 8200, section 8.1."""
    return src + dst + struct.pack(">I3xB", length, proto)
