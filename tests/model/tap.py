# SPDX-License-Identifier: BSD-3-Clause
"""Results by name, as TAP."""

FEW = 6


class Results:
    """A name is one line; it has failed if anything said under it is a complaint."""

    def __init__(self):
        self.complaints, self.checked, self.skipped = {}, {}, {}

    def add(self, name, complaints):
        self.complaints.setdefault(name, []).extend(complaints)
        self.checked[name] = self.checked.get(name, 0) + 1

    def skip(self, name, why):
        self.skipped[name] = why

    def report(self):
        """Print; returns the exit code."""
        names = list(self.complaints) + list(self.skipped)
        print("1..%d" % len(names))
        for number, name in enumerate(names, 1):
            self._line(number, name)
        failed = sum(bool(found) for found in self.complaints.values())
        print("# %d checks in %d lines, %d failed, %d skipped" % (
            sum(self.checked.values()), len(names), failed, len(self.skipped)))
        return 1 if failed or not names else 0

    def _line(self, number, name):
        if name in self.skipped:
            print("ok %d - %s # SKIP %s" % (number, name, self.skipped[name]))
            return
        found = self.complaints[name]
        print("%s %d - %s (%d)" % ("not ok" if found else "ok", number, name, self.checked[name]))
        for text in found[:FEW]:
            print("# " + text.replace("\n", "\n# "))
        if len(found) > FEW:
            print("# and %d more" % (len(found) - FEW))
