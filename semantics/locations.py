"""The locations that code reads and writes besides memory: their names and widths.

Locations are strings: ``x0`` to ``x30``, ``sp``, the flags ``n z c v``, the vector registers ``v0`` to
``v31``. One flag is called like a prefix of the vector registers; only ``v`` alone is the flag.
"""

from __future__ import annotations

from collections.abc import Mapping

GENERAL = tuple(f"x{i}" for i in range(31))
FLAGS = ("n", "z", "c", "v")
VECTORS = tuple(f"v{i}" for i in range(32))
LOCATIONS: tuple[str, ...] = (*GENERAL, "sp", *FLAGS, *VECTORS)
WIDTHS: Mapping[str, int] = {**dict.fromkeys((*GENERAL, "sp"), 64), **dict.fromkeys(FLAGS, 1), **dict.fromkeys(VECTORS, 128)}
"""Bits in each location, in the order of ``LOCATIONS``."""
