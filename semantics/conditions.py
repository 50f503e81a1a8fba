"""The sixteen condition codes: names and meaning over the flags (Arm ARM C1.2.4)."""

from __future__ import annotations

from semantics import simplify as s
from semantics.state import Flags
from semantics.words import Word

CONDITIONS = ("eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv")
SYNONYMS = {"hs": "cs", "lo": "cc"}
PREFERRED = tuple({"cs": "hs", "cc": "lo"}.get(name, name) for name in CONDITIONS)


def condition_number(name: str) -> int | None:
    """The 4-bit code of a condition name, or None if it is no condition."""
    name = SYNONYMS.get(name, name)
    return CONDITIONS.index(name) if name in CONDITIONS else None


def holds(number: int, flags: Flags) -> Word:
    """One bit: whether condition ``number`` holds; 14 and 15 always do."""
    n, z, c, v = flags
    base = (z, c, n, v, c & ~z, ~(n ^ v), ~z & ~(n ^ v), s.TRUE)[number >> 1]
    return ~base if number & 1 and number != 15 else base
