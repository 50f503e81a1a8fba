"""Vector instructions on three registers of one arrangement (Arm ARM C4.1.96, "three same")."""

from __future__ import annotations

from collections.abc import Iterator

from semantics.isa.arrangements import ALL, BHS, SIZES, B, H, S, q, scalars, size, vectors
from semantics.row import Row, syntax

# name, U, opcode, arrangements, scalar forms
INTEGER = (
    ("shadd", 0, "00000", BHS, ""), ("uhadd", 1, "00000", BHS, ""),
    ("sqadd", 0, "00001", ALL, "bhsd"), ("uqadd", 1, "00001", ALL, "bhsd"),
    ("srhadd", 0, "00010", BHS, ""), ("urhadd", 1, "00010", BHS, ""),
    ("shsub", 0, "00100", BHS, ""), ("uhsub", 1, "00100", BHS, ""),
    ("sqsub", 0, "00101", ALL, "bhsd"), ("uqsub", 1, "00101", ALL, "bhsd"),
    ("cmgt", 0, "00110", ALL, "d"), ("cmhi", 1, "00110", ALL, "d"),
    ("cmge", 0, "00111", ALL, "d"), ("cmhs", 1, "00111", ALL, "d"),
    ("sshl", 0, "01000", ALL, "d"), ("ushl", 1, "01000", ALL, "d"),
    ("sqshl", 0, "01001", ALL, "bhsd"), ("uqshl", 1, "01001", ALL, "bhsd"),
    ("srshl", 0, "01010", ALL, "d"), ("urshl", 1, "01010", ALL, "d"),
    ("sqrshl", 0, "01011", ALL, "bhsd"), ("uqrshl", 1, "01011", ALL, "bhsd"),
    ("smax", 0, "01100", BHS, ""), ("umax", 1, "01100", BHS, ""),
    ("smin", 0, "01101", BHS, ""), ("umin", 1, "01101", BHS, ""),
    ("sabd", 0, "01110", BHS, ""), ("uabd", 1, "01110", BHS, ""),
    ("saba", 0, "01111", BHS, ""), ("uaba", 1, "01111", BHS, ""),
    ("add", 0, "10000", ALL, "d"), ("sub", 1, "10000", ALL, "d"),
    ("cmtst", 0, "10001", ALL, "d"), ("cmeq", 1, "10001", ALL, "d"),
    ("mla", 0, "10010", BHS, ""), ("mls", 1, "10010", BHS, ""),
    ("mul", 0, "10011", BHS, ""), ("pmul", 1, "10011", B, ""),
    ("smaxp", 0, "10100", BHS, ""), ("umaxp", 1, "10100", BHS, ""),
    ("sminp", 0, "10101", BHS, ""), ("uminp", 1, "10101", BHS, ""),
    ("sqdmulh", 0, "10110", H + S, "hs"), ("sqrdmulh", 1, "10110", H + S, "hs"),
    ("addp", 0, "10111", ALL, ""),
)  # fmt: skip

LOGICAL = (
    ("and", 0, "00"), ("bic", 0, "01"), ("orr", 0, "10"), ("orn", 0, "11"),
    ("eor", 1, "00"), ("bsl", 1, "01"), ("bit", 1, "10"), ("bif", 1, "11"),
)  # fmt: skip


def _integer() -> Iterator[Row]:
    for name, u, opcode, arrangements, letters in INTEGER:
        for a in arrangements:
            yield syntax(f"{name} {vectors(a, 'dnm')}", f"0 {q(a)} {u} 01110 {size(a)} 1 m:5 {opcode} 1 n:5 d:5")
        for letter in letters:
            yield syntax(f"{name} {scalars(letter, 'dnm')}", f"01 {u} 11110 {SIZES[letter]} 1 m:5 {opcode} 1 n:5 d:5")
    for name, u, kind in LOGICAL:
        for a in B:
            yield syntax(f"{name} {vectors(a, 'dnm')}", f"0 {q(a)} {u} 01110 {kind} 1 m:5 00011 1 n:5 d:5")


def _extra() -> Iterator[Row]:
    """Rounding doubling multiply-accumulate and dot products, of Armv8.1 and v8.2."""
    for name, opcode in (("sqrdmlah", "0000"), ("sqrdmlsh", "0001")):
        for a in H + S:
            yield syntax(f"{name} {vectors(a, 'dnm')}", f"0 {q(a)} 1 01110 {size(a)} 0 m:5 1 {opcode} 1 n:5 d:5")
        for letter in "hs":
            yield syntax(f"{name} {scalars(letter, 'dnm')}", f"01 1 11110 {SIZES[letter]} 0 m:5 1 {opcode} 1 n:5 d:5")
    for name, u in (("sdot", 0), ("udot", 1)):
        for a, b in (("2s", "8b"), ("4s", "16b")):
            yield syntax(f"{name} {{d:v{a}}}, {vectors(b, 'nm')}", f"0 {q(a)} {u} 01110 10 0 m:5 1 0010 1 n:5 d:5")


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _integer()
    yield from _extra()
