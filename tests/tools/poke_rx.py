#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""poke_rx.py PID N: add N to the packets that worker 0 of a running data plane has received, in its
memory, so that its accounts no longer hold. What an error of the program would do."""
import struct
import sys

WORKER_OFFSET = 48  # in struct weir_counters_head
RX_PACKETS = 56  # in struct weir_worker_counters


def main():
    pid, n = int(sys.argv[1]), int(sys.argv[2])
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps:
        start = next(int(line.split("-")[0], 16) for line in maps if "/memfd:weir-counters" in line)
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as mem:
        mem.seek(start)
        if mem.read(4) != b"wcnt":
            sys.exit("poke_rx: this is no counters region")
        mem.seek(start + WORKER_OFFSET)
        at = start + struct.unpack("<Q", mem.read(8))[0] + RX_PACKETS
        mem.seek(at)
        value = struct.unpack("<Q", mem.read(8))[0]
        mem.seek(at)
        mem.write(struct.pack("<Q", (value + n) % 2**64))


main()
