# SPDX-License-Identifier: BSD-3-Clause
"""Capture files in the classic format of libpcap, Ethernet."""

import struct

ETHERNET = 1
MICRO, NANO = 0xA1B2C3D4, 0xA1B23C4D


def write(path, packets):
    """@packets: (seconds, frame)."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", MICRO, 2, 4, 0, 0, 262144, ETHERNET))
        for at, frame in packets:
            micro = round(at * 1000000)
            out.write(struct.pack("<IIII", micro // 1000000, micro % 1000000, len(frame),
                                  len(frame)) + frame)


def read(path):
    """The frames of a capture."""
    with open(path, "rb") as source:
        data = source.read()
    order = "<" if struct.unpack_from("<I", data)[0] in (MICRO, NANO) else ">"
    magic, *_, link = struct.unpack_from(order + "IHHiIII", data)
    if magic not in (MICRO, NANO) or link != ETHERNET:
        raise ValueError("%s: not a capture of Ethernet frames" % path)
    frames, at = [], 24
    while at < len(data):
        _, _, kept, whole = struct.unpack_from(order + "IIII", data, at)
        if kept != whole:
            raise ValueError("%s: frame %d is cut" % (path, len(frames)))
        frames.append(data[at + 16:at + 16 + kept])
        at += 16 + kept
    return frames
