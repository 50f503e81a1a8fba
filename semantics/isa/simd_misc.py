"""Vector instructions on two registers, across lanes, and pairs as scalars (Arm ARM C4.1.96, "two-register misc")."""

from __future__ import annotations

from collections.abc import Iterator

from semantics.isa.arrangements import ALL, BHS, SIZES, WIDE, B, H, full, half, paired, q, scalars, size, vectors
from semantics.row import Row, syntax

# name, U, opcode, arrangements, scalar forms, further operands
SAME = (
    ("rev64", 0, "00000", BHS, "", ""), ("rev32", 1, "00000", B + H, "", ""), ("rev16", 0, "00001", B, "", ""),
    ("suqadd", 0, "00011", ALL, "bhsd", ""), ("usqadd", 1, "00011", ALL, "bhsd", ""),
    ("cls", 0, "00100", BHS, "", ""), ("clz", 1, "00100", BHS, "", ""), ("cnt", 0, "00101", B, "", ""),
    ("sqabs", 0, "00111", ALL, "bhsd", ""), ("sqneg", 1, "00111", ALL, "bhsd", ""),
    ("cmgt", 0, "01000", ALL, "d", ", {z:k0}"), ("cmge", 1, "01000", ALL, "d", ", {z:k0}"),
    ("cmeq", 0, "01001", ALL, "d", ", {z:k0}"), ("cmle", 1, "01001", ALL, "d", ", {z:k0}"),
    ("cmlt", 0, "01010", ALL, "d", ", {z:k0}"),
    ("abs", 0, "01011", ALL, "d", ""), ("neg", 1, "01011", ALL, "d", ""),
)  # fmt: skip

PAIRWISE = (("saddlp", 0, "00010"), ("uaddlp", 1, "00010"), ("sadalp", 0, "00110"), ("uadalp", 1, "00110"))

NARROW = (("xtn", 0, "10010", ""), ("sqxtun", 1, "10010", "bhs"), ("sqxtn", 0, "10100", "bhs"), ("uqxtn", 1, "10100", "bhs"))

ACROSS = (("smaxv", 0, "01010"), ("umaxv", 1, "01010"), ("sminv", 0, "11010"), ("uminv", 1, "11010"), ("addv", 0, "11011"))


def _same() -> Iterator[Row]:
    for name, u, opcode, arrangements, letters, more in SAME:
        for a in arrangements:
            yield syntax(f"{name} {vectors(a, 'dn')}{more}", f"0 {q(a)} {u} 01110 {size(a)} 10000 {opcode} 10 n:5 d:5")
        for letter in letters:
            yield syntax(f"{name} {scalars(letter, 'dn')}{more}", f"01 {u} 11110 {SIZES[letter]} 10000 {opcode} 10 n:5 d:5")
    for a in B:
        yield syntax(f"not {vectors(a, 'dn')}", f"0 {q(a)} 1 01110 00 10000 00101 10 n:5 d:5")
        yield syntax(f"rbit {vectors(a, 'dn')}", f"0 {q(a)} 1 01110 01 10000 00101 10 n:5 d:5")


def _widths() -> Iterator[Row]:
    """Results with lanes of another width."""
    for name, u, opcode in PAIRWISE:
        for a in BHS:
            yield syntax(f"{name} {{d:v{paired(a)}}}, {{n:v{a}}}", f"0 {q(a)} {u} 01110 {size(a)} 10000 {opcode} 10 n:5 d:5")
    for letter, bits in (("b", 8), ("h", 16), ("s", 32)):
        wide, tail = full(WIDE[letter]), f"{SIZES[letter]} 10000"
        for upper, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
            for name, u, opcode, _ in NARROW:
                yield syntax(f"{name}{suffix} {{d:v{part}}}, {{n:v{wide}}}", f"0 {upper} {u} 01110 {tail} {opcode} 10 n:5 d:5")
            yield syntax(f"shll{suffix} {{d:v{wide}}}, {{n:v{part}}}, {{k:k{bits}}}", f"0 {upper} 1 01110 {tail} 10011 10 n:5 d:5")
        for name, u, opcode, letters in NARROW:
            if letter in letters:
                yield syntax(f"{name} {{d:{letter}}}, {{n:{WIDE[letter]}}}", f"01 {u} 11110 {tail} {opcode} 10 n:5 d:5")


def _across() -> Iterator[Row]:
    for a in (*B, *H, "4s"):
        letter, tail = a[-1], f"01110 {size(a)} 11000"
        for name, u, opcode in ACROSS:
            yield syntax(f"{name} {{d:{letter}}}, {{n:v{a}}}", f"0 {q(a)} {u} {tail} {opcode} 10 n:5 d:5")
        for name, u in (("saddlv", 0), ("uaddlv", 1)):
            yield syntax(f"{name} {{d:{WIDE[letter]}}}, {{n:v{a}}}", f"0 {q(a)} {u} {tail} 00011 10 n:5 d:5")


def _pairs() -> Iterator[Row]:
    yield syntax("addp {d:d}, {n:v2d}", "01 0 11110 11 11000 11011 10 n:5 d:5")


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _same()
    yield from _widths()
    yield from _across()
    yield from _pairs()
