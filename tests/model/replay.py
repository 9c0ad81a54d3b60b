# SPDX-License-Identifier: BSD-3-Clause
"""weir-replay as a function: packets in, verdicts out. Its interface: README.md, "weir-replay"."""

import json
import pathlib
import struct
import subprocess
import tempfile

import pcap
from weir_model.config import Config
from weir_model.packet import Verdict

TIMEOUT = 120
KEYS = {"n", "verdict", "reason", "service", "pool", "backend", "flow", "out"}


class Broken(Exception):
    """It failed, or what it wrote cannot be read."""


class Replay:
    def __init__(self, program, path="dataplane"):
        self.program, self.path = program, path

    def knows(self, option):
        try:
            shown = subprocess.run([self.program, "--help"], capture_output=True, timeout=TIMEOUT,
                                   check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return option.encode() in shown.stdout + shown.stderr

    def run(self, run, more=()):
        """The verdicts of @run's packets; @more: options on top of the run's own."""
        with tempfile.TemporaryDirectory(prefix="weir-verdicts-") as folder:
            return self._run(run, more, pathlib.Path(folder))

    def _run(self, run, more, folder):
        conf, hops = Config(run.raw).write(folder)
        pcap.write(folder / "in.pcap", [(packet.at, packet.frame) for packet in run.sent])
        command = [self.program, "--config", conf, "--next-hops", hops, "--path", self.path,
                   "--in", folder / "in.pcap", "--out", folder / "out.pcap",
                   "--verdicts", folder / "verdicts.jsonl", *run.options, *more]
        if run.changes:
            command += ["--states", write_states(folder, run.changes)]
        call(command)
        try:
            lines = (folder / "verdicts.jsonl").read_text().splitlines()
            return read(lines, pcap.read(folder / "out.pcap"), len(run.sent))
        except (OSError, ValueError, KeyError, IndexError, struct.error) as error:
            raise Broken("unreadable: %r" % error) from error


def write_states(folder, changes):
    path = folder / "states.json"
    inorder = sorted(changes, key=lambda change: change[0])
    path.write_text(json.dumps([{"at": at, "backend": backend, "state": state}
                                for at, backend, state in inorder]))
    return path


def call(command):
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, timeout=TIMEOUT,
                              check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Broken(str(error)) from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace")[-2000:]
        raise Broken("%s: exit code %d: %s" % (command[0], done.returncode, said))


def read(lines, frames, expected):
    """One verdict for each packet, in order; every frame that left belongs to exactly one of them."""
    if len(lines) != expected:
        raise Broken("%d packets, %d verdicts" % (expected, len(lines)))
    verdicts, used = [], []
    for number, line in enumerate(lines):
        raw = json.loads(line)
        if raw["n"] != number or not KEYS <= raw.keys():
            raise Broken("line %d: %s" % (number, line))
        left = raw["out"]
        if left is not None:
            used.append(left)
        verdicts.append(Verdict(raw["verdict"], raw["reason"], raw["service"], raw["pool"],
                                raw["backend"], raw["flow"], None if left is None else frames[left]))
    if sorted(used) != list(range(len(frames))):
        raise Broken("%d frames left, %d verdicts name one" % (len(frames), len(set(used))))
    return verdicts
