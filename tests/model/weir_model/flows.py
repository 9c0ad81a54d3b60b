# SPDX-License-Identifier: BSD-3-Clause
"""The flow table: a dictionary without bounds. Time is counted in half seconds."""

EMBRYONIC, CONFIRMED, CLOSING = "embryonic", "confirmed", "closing"
TICKS = 2


class Entry:
    def __init__(self, backend):
        self.backend, self.incarnation = backend, backend.incarnation
        self.kind, self.expiry = EMBRYONIC, 0

    def is_void(self):
        """Its backend is gone, even if one of that name came back."""
        return self.backend.state == "gone" or self.backend.incarnation != self.incarnation


class FlowTable:
    """Entries by the hash of their flow. @timers everywhere: the service's seconds by class."""

    def __init__(self):
        self.entries = {}
        self.now = 0

    def set_clock(self, seconds):
        self.now = int(seconds * TICKS)

    def find(self, key):
        entry = self.entries.get(key)
        return entry if entry and entry.expiry > self.now else None

    def _arm(self, entry, kind, timers):
        entry.kind = kind
        entry.expiry = self.now + min(timers[kind], timers[CONFIRMED]) * TICKS

    def start(self, key, backend, timers):
        """A new flow, or an old name that begins anew."""
        self.entries[key] = entry = Entry(backend)
        self._arm(entry, EMBRYONIC, timers)

    def refresh(self, entry, ports, timers):
        """One more packet of a flow that keeps its backend. A forged SYN or SYN+ACK changes
        nothing, a forged FIN or RST can only shorten the time, and data sets it back."""
        if ports.is_synack:
            return
        if ports.is_syn:
            if entry.kind == EMBRYONIC:
                self._arm(entry, EMBRYONIC, timers)
        elif ports.is_end:
            if entry.kind != EMBRYONIC:
                self._arm(entry, CLOSING, timers)
        elif entry.kind == CLOSING and not ports.has_data:
            self._arm(entry, CLOSING, timers)
        else:
            self._arm(entry, CONFIRMED, timers)
