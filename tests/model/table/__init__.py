# SPDX-License-Identifier: BSD-3-Clause
"""The table of packet classes, one file for each letter or two. See cases.py."""
