"""Vector loads and stores of structures: ld1 to ld4, st1 to st4, whole registers and elements (Arm ARM C4.1.94)."""

from __future__ import annotations

from collections.abc import Iterator

from semantics.isa.arrangements import SIZES, WIDTHS, B, H, S, q
from semantics.row import Row, syntax

# structure size, registers, opcode
MULTIPLE = ((4, 4, "0000"), (1, 4, "0010"), (3, 3, "0100"), (1, 3, "0110"), (1, 1, "0111"), (2, 2, "1000"), (1, 2, "1010"))

# lane -> the low bits of opcode, then S and size, with the element's index in the fields Q, S and z
ELEMENT = {
    "b": ("Q", "00", "S z:2", "Q1S1z2"),
    "h": ("Q", "01", "S z:1 0", "Q1S1z1"),
    "s": ("Q", "10", "S 00", "Q1S1"),
    "d": ("Q", "10", "0 01", "Q1"),
}


def _modes(name: str, operand: str, size: int, bits: tuple[str, str], tail: str) -> Iterator[Row]:
    """Without writeback, post-indexed by the size in bytes, and by a register; ``bits`` stand around the mode bit."""
    before, after = bits
    yield syntax(f"{name} {operand}, {{a:base}}", f"{before} 0 {after} 00000 {tail} n:5 t:5")
    yield syntax(f"{name} {operand}, {{a:vpost{size}}}", f"{before} 1 {after} 11111 {tail} n:5 t:5")
    yield syntax(f"{name} {operand}, {{a:vpost}}", f"{before} 1 {after} m:5 {tail} n:5 t:5")


def _multiple() -> Iterator[Row]:
    for structure, count, opcode in MULTIPLE:
        for a in (*B, *H, *S, "1d", "2d"):
            if a == "1d" and structure > 1:
                continue
            for load, name in enumerate(("st", "ld")):
                operand, size = f"{{t:l{count}_{a}}}", count * (16 if q(a) else 8)
                yield from _modes(f"{name}{structure}", operand, size, (f"0 {q(a)} 001100", f"{load} 0"), f"{opcode} {SIZES[a[-1]]}")


def _single() -> Iterator[Row]:
    for count in (1, 2, 3, 4):
        r, third = (count - 1) & 1, (count - 1) >> 1
        for letter, (top, opcode, low, parts) in ELEMENT.items():
            operand = f"{{t:le{count}_{letter}_{parts}}}"
            for load, name in enumerate(("st", "ld")):
                bits = (f"0 {top} 001101", f"{load} {r}")
                yield from _modes(f"{name}{count}", operand, count * WIDTHS[letter] // 8, bits, f"{opcode}{third} {low}")
        for a in (*B, *H, *S, "1d", "2d"):
            bits = (f"0 {q(a)} 001101", f"1 {r}")
            size = count * WIDTHS[a[-1]] // 8
            yield from _modes(f"ld{count}r", f"{{t:l{count}_{a}}}", size, bits, f"11{third} 0 {SIZES[a[-1]]}")


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _multiple()
    yield from _single()
