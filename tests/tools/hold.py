#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Holds many HTTP keep-alive connections open and tells what happens to each of them.

    hold.py ADDRESS CONNECTIONS SECONDS

Each connection asks again and again; the header X-Backend says who answered. A connection that is
answered by another backend than at first has *moved*; one that fails has *broken*. Commands are
never needed: it runs for SECONDS and prints one line of JSON.
"""
import asyncio
import json
import sys
import time


async def ask(reader, writer, host):
    writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    await writer.drain()
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if ": " in line)
    fields = {k.lower(): v for k, v in fields.items()}
    await asyncio.wait_for(reader.readexactly(int(fields["content-length"])), 5)
    return fields["x-backend"]


async def hold(host, until, result):
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, 80), 5)
        first = await ask(reader, writer, host)
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
        result["refused"] += 1
        return
    result["opened"] += 1
    result["by_backend"][first] = result["by_backend"].get(first, 0) + 1
    while time.monotonic() < until:
        await asyncio.sleep(0.25)
        try:
            now = await ask(reader, writer, host)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, KeyError) as error:
            result["broken"] += 1
            result["errors"].append(f"{first}: {error!r}")
            return
        result["answers"] += 1
        if now != first:
            result["moved"] += 1
            first = now
    writer.close()


async def main(host, connections, seconds):
    result = {"opened": 0, "refused": 0, "broken": 0, "moved": 0, "answers": 0, "by_backend": {},
              "errors": []}
    until = time.monotonic() + seconds
    tasks = []
    for _ in range(connections):
        tasks.append(asyncio.create_task(hold(host, until, result)))
        await asyncio.sleep(0.002)
    await asyncio.gather(*tasks)
    result["errors"] = result["errors"][:5]
    print(json.dumps(result))


if len(sys.argv) != 4:
    sys.exit("usage: hold.py ADDRESS CONNECTIONS SECONDS")
asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
