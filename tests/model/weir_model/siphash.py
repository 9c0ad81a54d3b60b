# SPDX-License-Identifier: BSD-3-Clause
"""SipHash-c-d (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012) over bytes, and the
tuple that weir hashes with it."""

import ipaddress
import struct

MASK = (1 << 64) - 1


def _rotl(x, n):
    return ((x << n) | (x >> (64 - n))) & MASK


def _rounds(v, count):
    v0, v1, v2, v3 = v
    for _ in range(count):
        v0 = (v0 + v1) & MASK
        v2 = (v2 + v3) & MASK
        v1 = _rotl(v1, 13) ^ v0
        v3 = _rotl(v3, 16) ^ v2
        v0 = (_rotl(v0, 32) + v3) & MASK
        v2 = (v2 + v1) & MASK
        v1 = _rotl(v1, 17) ^ v2
        v3 = _rotl(v3, 21) ^ v0
        v2 = _rotl(v2, 32)
    return v0, v1, v2, v3


def siphash(key, data, c, d):
    """The 64-bit SipHash-c-d of the bytes @data under the 16 bytes @key."""
    k0, k1 = struct.unpack("<QQ", key)
    v = (k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D,
         k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573)
    whole = len(data) & ~7
    last = data[whole:] + bytes(7 - len(data) % 8) + bytes([len(data) & 0xFF])
    for (word,) in struct.iter_unpack("<Q", data[:whole] + last):
        v = (v[0], v[1], v[2], v[3] ^ word)
        v = _rounds(v, c)
        v = (v[0] ^ word, v[1], v[2], v[3])
    v = _rounds((v[0], v[1], v[2] ^ 0xFF, v[3]), d)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def siphash13(key, data):
    return siphash(key, data, 1, 3)


def flow_tuple(src, dst, sport, dport, proto):
    """The bytes that name a flow: network order, zero padded to whole 64-bit words."""
    src, dst = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    if src.version != dst.version:
        raise ValueError("source and destination of two families")
    return src.packed + dst.packed + struct.pack(">HHB3x", sport, dport, proto)


def row_of(flow_hash, n_rows):
    """The row of a flow: the upper half of its hash, scaled to the number of rows."""
    return ((flow_hash >> 32) * n_rows) >> 32
