"""Vector products and sums with lanes of different widths, and by one element (Arm ARM C4.1.96)."""

from __future__ import annotations

from collections.abc import Iterator

from semantics.isa.arrangements import SIZES, WIDE, H, S, full, half, q, scalars, size, vectors
from semantics.row import Row, syntax

# name, U, opcode, lanes of the narrow operands
LONG = (
    ("saddl", 0, "0000", "bhs"), ("uaddl", 1, "0000", "bhs"), ("ssubl", 0, "0010", "bhs"), ("usubl", 1, "0010", "bhs"),
    ("sabal", 0, "0101", "bhs"), ("uabal", 1, "0101", "bhs"), ("sabdl", 0, "0111", "bhs"), ("uabdl", 1, "0111", "bhs"),
    ("smlal", 0, "1000", "bhs"), ("umlal", 1, "1000", "bhs"), ("sqdmlal", 0, "1001", "hs"), ("smlsl", 0, "1010", "bhs"),
    ("umlsl", 1, "1010", "bhs"), ("sqdmlsl", 0, "1011", "hs"), ("smull", 0, "1100", "bhs"), ("umull", 1, "1100", "bhs"),
    ("sqdmull", 0, "1101", "hs"), ("pmull", 0, "1110", "bd"),
)  # fmt: skip
WIDENED = (("saddw", 0, "0001"), ("uaddw", 1, "0001"), ("ssubw", 0, "0011"), ("usubw", 1, "0011"))
HIGH = (("addhn", 0, "0100"), ("raddhn", 1, "0100"), ("subhn", 0, "0110"), ("rsubhn", 1, "0110"))

# by element: name, U, opcode; the scalar forms of the second group take single elements
ELEMENT_SAME = (("mla", 1, "0000"), ("mls", 1, "0100"), ("mul", 0, "1000"))
ELEMENT_SATURATING = (("sqdmulh", 0, "1100"), ("sqrdmulh", 0, "1101"), ("sqrdmlah", 1, "1101"), ("sqrdmlsh", 1, "1111"))
ELEMENT_LONG = (
    ("smlal", 0, "0010"), ("umlal", 1, "0010"), ("smlsl", 0, "0110"), ("umlsl", 1, "0110"), ("smull", 0, "1010"), ("umull", 1, "1010"),
)  # fmt: skip
ELEMENT_LONG_SATURATING = (("sqdmlal", 0, "0011"), ("sqdmlsl", 0, "0111"), ("sqdmull", 0, "1011"))

# The second factor: its operand, and the bits from L to opcode and from H on. Lanes of 16 bits leave v0 to v15.
INDEXED = {"h": ("{m:e15_h_H1L1M1}", "L M m:4", "H"), "s": ("{m:e_s_H1L1}", "L m:5", "H"), "d": ("{m:e_d_H1}", "0 m:5", "H")}


def _different() -> Iterator[Row]:
    for name, u, opcode, letters in LONG:
        for letter in letters:
            wide = full(WIDE[letter])
            for upper, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
                template = f"{name}{suffix} {{d:v{wide}}}, {vectors(part, 'nm')}"
                yield syntax(template, f"0 {upper} {u} 01110 {SIZES[letter]} 1 m:5 {opcode} 00 n:5 d:5")
            if name.startswith("sqdm"):
                template = f"{name} {{d:{WIDE[letter]}}}, {scalars(letter, 'nm')}"
                yield syntax(template, f"01 {u} 11110 {SIZES[letter]} 1 m:5 {opcode} 00 n:5 d:5")
    for letter in "bhs":
        wide = full(WIDE[letter])
        for upper, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
            tail = f"01110 {SIZES[letter]} 1 m:5"
            for name, u, opcode in WIDENED:
                yield syntax(f"{name}{suffix} {vectors(wide, 'dn')}, {{m:v{part}}}", f"0 {upper} {u} {tail} {opcode} 00 n:5 d:5")
            for name, u, opcode in HIGH:
                yield syntax(f"{name}{suffix} {{d:v{part}}}, {vectors(wide, 'nm')}", f"0 {upper} {u} {tail} {opcode} 00 n:5 d:5")


def _element_same() -> Iterator[Row]:
    for a in H + S:
        operand, low, high = INDEXED[a[-1]]
        for name, u, opcode in ELEMENT_SAME + ELEMENT_SATURATING:
            template = f"{name} {vectors(a, 'dn')}, {operand}"
            yield syntax(template, f"0 {q(a)} {u} 01111 {size(a)} {low} {opcode} {high} 0 n:5 d:5")
    for letter in "hs":
        operand, low, high = INDEXED[letter]
        for name, u, opcode in ELEMENT_SATURATING:
            template = f"{name} {scalars(letter, 'dn')}, {operand}"
            yield syntax(template, f"01 {u} 11111 {SIZES[letter]} {low} {opcode} {high} 0 n:5 d:5")


def _element_long() -> Iterator[Row]:
    for letter in "hs":
        operand, low, high = INDEXED[letter]
        wide = WIDE[letter]
        for name, u, opcode in ELEMENT_LONG + ELEMENT_LONG_SATURATING:
            for upper, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
                template = f"{name}{suffix} {{d:v{full(wide)}}}, {{n:v{part}}}, {operand}"
                yield syntax(template, f"0 {upper} {u} 01111 {SIZES[letter]} {low} {opcode} {high} 0 n:5 d:5")
        for name, u, opcode in ELEMENT_LONG_SATURATING:
            template = f"{name} {{d:{wide}}}, {{n:{letter}}}, {operand}"
            yield syntax(template, f"01 {u} 11111 {SIZES[letter]} {low} {opcode} {high} 0 n:5 d:5")
    for name, u in (("sdot", 0), ("udot", 1)):
        for a, b in (("2s", "8b"), ("4s", "16b")):
            template = f"{name} {{d:v{a}}}, {{n:v{b}}}, {{m:e_4b_H1L1}}"
            yield syntax(template, f"0 {q(a)} {u} 01111 10 L m:5 1110 H 0 n:5 d:5")


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _different()
    yield from _element_same()
    yield from _element_long()
