#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Changes a weight again and again, each time waiting until the data plane took the table.

    weights.py SOCKET SERVICE BACKEND TIMES
"""
import http.client
import json
import socket
import sys
import time


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("weir", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def call(api, method, path, body=None):
    api.request(method, path, json.dumps(body) if body is not None else None,
                {"Content-Type": "application/json"})
    answer = api.getresponse()
    text = answer.read()
    if answer.status != 200:
        sys.exit(f"{method} {path}: {answer.status} {text.decode()}")
    return json.loads(text)


def main(path, service, backend, times):
    api = Unix(path)
    start = time.monotonic()
    for i in range(times):
        made = call(api, "GET", "/v1/status")["table"]["applied"]
        call(api, "POST", f"/v1/backends/{service}/{backend}", {"weight": 11 + i % 2 * 7})
        deadline = time.monotonic() + 5
        while call(api, "GET", "/v1/status")["table"]["applied"] == made:
            if time.monotonic() > deadline:
                sys.exit(f"push {i}: not taken within 5 s")
            time.sleep(0.001)
    took = time.monotonic() - start
    print(f"{times} tables in {took:.1f} s, {took / times * 1000:.1f} ms each")


if len(sys.argv) != 5:
    sys.exit("usage: weights.py SOCKET SERVICE BACKEND TIMES")
main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
