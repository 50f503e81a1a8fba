"""Vector shifts by an immediate, and conversions with fraction bits (Arm ARM C4.1.96, "shift by immediate").

The lane width stands in the place of the highest 1 among the bits immh:immb; what is below it is the amount.
"""

from __future__ import annotations

from collections.abc import Iterator

from semantics.isa.arrangements import ALL, WIDE, WIDTHS, full, half, q, vectors
from semantics.row import Row, syntax

RIGHT = (
    ("sshr", 0, "00000"), ("ushr", 1, "00000"), ("ssra", 0, "00010"), ("usra", 1, "00010"), ("srshr", 0, "00100"),
    ("urshr", 1, "00100"), ("srsra", 0, "00110"), ("ursra", 1, "00110"), ("sri", 1, "01000"),
)  # fmt: skip
LEFT = (
    ("shl", 0, "01010", "d"), ("sli", 1, "01010", "d"), ("sqshlu", 1, "01100", "bhsd"), ("sqshl", 0, "01110", "bhsd"),
    ("uqshl", 1, "01110", "bhsd"),
)  # fmt: skip
NARROW = (
    ("shrn", 0, "10000", False), ("rshrn", 0, "10001", False), ("sqshrun", 1, "10000", True), ("sqrshrun", 1, "10001", True),
    ("sqshrn", 0, "10010", True), ("uqshrn", 1, "10010", True), ("sqrshrn", 0, "10011", True), ("uqrshrn", 1, "10011", True),
)  # fmt: skip
LONG = (("sshll", 0), ("ushll", 1))

AMOUNT = {"b": "0001 i:3", "h": "001 i:4", "s": "01 i:5", "d": "1 i:6"}
LEFT_KIND = {"b": "u3", "h": "u4", "s": "u5", "d": "u6"}


def _same() -> Iterator[Row]:
    for a in ALL:
        letter = a[-1]
        amount, right, left = AMOUNT[letter], WIDTHS[letter], LEFT_KIND[letter]
        for name, u, opcode in RIGHT:
            yield syntax(f"{name} {vectors(a, 'dn')}, {{i:rs{right}}}", f"0 {q(a)} {u} 011110 {amount} {opcode} 1 n:5 d:5")
        for name, u, opcode, _ in LEFT:
            yield syntax(f"{name} {vectors(a, 'dn')}, {{i:{left}}}", f"0 {q(a)} {u} 011110 {amount} {opcode} 1 n:5 d:5")
    for name, u, opcode in RIGHT:
        yield syntax(f"{name} {{d:d}}, {{n:d}}, {{i:rs64}}", f"01 {u} 111110 {AMOUNT['d']} {opcode} 1 n:5 d:5")
    for name, u, opcode, letters in LEFT:
        for letter in letters:
            template = f"{name} {{d:{letter}}}, {{n:{letter}}}, {{i:{LEFT_KIND[letter]}}}"
            yield syntax(template, f"01 {u} 111110 {AMOUNT[letter]} {opcode} 1 n:5 d:5")


def _widths() -> Iterator[Row]:
    for letter in "bhs":
        amount, width, wide = AMOUNT[letter], WIDTHS[letter], full(WIDE[letter])
        for upper, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
            for name, u, opcode, _ in NARROW:
                template = f"{name}{suffix} {{d:v{part}}}, {{n:v{wide}}}, {{i:rs{width}}}"
                yield syntax(template, f"0 {upper} {u} 011110 {amount} {opcode} 1 n:5 d:5")
            for name, u in LONG:
                template = f"{name}{suffix} {{d:v{wide}}}, {{n:v{part}}}, {{i:{LEFT_KIND[letter]}}}"
                yield syntax(template, f"0 {upper} {u} 011110 {amount} 10100 1 n:5 d:5")
        for name, u, opcode, scalar in NARROW:
            if scalar:
                template = f"{name} {{d:{letter}}}, {{n:{WIDE[letter]}}}, {{i:rs{width}}}"
                yield syntax(template, f"01 {u} 111110 {amount} {opcode} 1 n:5 d:5")


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _same()
    yield from _widths()
