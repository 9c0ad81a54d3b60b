# SPDX-License-Identifier: BSD-3-Clause
"""An independent model of what weir fixes on the wire: written from the papers and from README.md
beside this folder, never from the C code, so that the two can contradict each other."""
