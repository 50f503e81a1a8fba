"""Shared by the modules of vector rows: arrangements, their size bits, and templates over them."""

from __future__ import annotations

B, H, S, D = ("8b", "16b"), ("4h", "8h"), ("2s", "4s"), ("2d",)
BHS, ALL = B + H + S, B + H + S + D
SIZES = {"b": "00", "h": "01", "s": "10", "d": "11"}
WIDE = {"b": "h", "h": "s", "s": "d", "d": "q"}
WIDTHS = {"b": 8, "h": 16, "s": 32, "d": 64}
UNALLOCATED = "this arrangement is not allocated"


def q(arrangement: str) -> int:
    """The Q bit: 1 for 128 bits."""
    return int(arrangement in ("16b", "8h", "4s", "2d"))


def size(arrangement: str) -> str:
    """The two size bits of the lanes."""
    return SIZES[arrangement[-1]]


def vectors(arrangement: str, names: str) -> str:
    """Operands with one arrangement: ``{d:v4s}, {n:v4s}``."""
    return ", ".join(f"{{{name}:v{arrangement}}}" for name in names)


def scalars(letter: str, names: str) -> str:
    """Scalar operands: ``{d:s}, {n:s}``."""
    return ", ".join(f"{{{name}:{letter}}}" for name in names)


def full(letter: str) -> str:
    """The arrangement of 128 bits with these lanes."""
    return {"b": "16b", "h": "8h", "s": "4s", "d": "2d", "q": "1q"}[letter]


def half(letter: str) -> str:
    """The arrangement of 64 bits with these lanes."""
    return {"b": "8b", "h": "4h", "s": "2s", "d": "1d"}[letter]


def paired(arrangement: str) -> str:
    """The arrangement of the same width with half as many lanes of twice the width."""
    wide = WIDE[arrangement[-1]]
    return full(wide) if q(arrangement) else half(wide)


def saturates(name: str) -> bool:
    """Whether the instruction of this name saturates, and then sets FPSR.QC."""
    return name.startswith(("sq", "uq", "suq", "usq"))
