"""Vector floating point, and its scalar forms among the vector encodings (Arm ARM C4.1.96)."""

from __future__ import annotations

from collections.abc import Iterator

from semantics.isa.arrangements import WIDE, WIDTHS, H, S, full, half, q, scalars, vectors
from semantics.row import Row, syntax

# name, U, high size bit, low three bits of the opcode, has a scalar form
THREE_SAME = (
    ("fmaxnm", 0, 0, "000", False), ("fmla", 0, 0, "001", False), ("fadd", 0, 0, "010", False), ("fmulx", 0, 0, "011", True),
    ("fcmeq", 0, 0, "100", True), ("fmax", 0, 0, "110", False), ("frecps", 0, 0, "111", True),
    ("fminnm", 0, 1, "000", False), ("fmls", 0, 1, "001", False), ("fsub", 0, 1, "010", False), ("fmin", 0, 1, "110", False),
    ("frsqrts", 0, 1, "111", True),
    ("fmaxnmp", 1, 0, "000", False), ("faddp", 1, 0, "010", False), ("fmul", 1, 0, "011", False), ("fcmge", 1, 0, "100", True),
    ("facge", 1, 0, "101", True), ("fmaxp", 1, 0, "110", False), ("fdiv", 1, 0, "111", False),
    ("fminnmp", 1, 1, "000", False), ("fabd", 1, 1, "010", True), ("fcmgt", 1, 1, "100", True), ("facgt", 1, 1, "101", True),
    ("fminp", 1, 1, "110", False),
)  # fmt: skip

# name, U, high size bit, opcode, scalar form, further operands
TWO_MISC = (
    ("frintn", 0, 0, "11000", False, ""), ("frintm", 0, 0, "11001", False, ""),
    ("fcvtns", 0, 0, "11010", True, ""), ("fcvtms", 0, 0, "11011", True, ""), ("fcvtas", 0, 0, "11100", True, ""),
    ("scvtf", 0, 0, "11101", True, ""),
    ("fcmgt", 0, 1, "01100", True, ", {z:fzero}"), ("fcmeq", 0, 1, "01101", True, ", {z:fzero}"),
    ("fcmlt", 0, 1, "01110", True, ", {z:fzero}"), ("fabs", 0, 1, "01111", False, ""),
    ("frintp", 0, 1, "11000", False, ""), ("frintz", 0, 1, "11001", False, ""),
    ("fcvtps", 0, 1, "11010", True, ""), ("fcvtzs", 0, 1, "11011", True, ""), ("frecpe", 0, 1, "11101", True, ""),
    ("frinta", 1, 0, "11000", False, ""), ("frintx", 1, 0, "11001", False, ""),
    ("fcvtnu", 1, 0, "11010", True, ""), ("fcvtmu", 1, 0, "11011", True, ""), ("fcvtau", 1, 0, "11100", True, ""),
    ("ucvtf", 1, 0, "11101", True, ""),
    ("fcmge", 1, 1, "01100", True, ", {z:fzero}"), ("fcmle", 1, 1, "01101", True, ", {z:fzero}"),
    ("fneg", 1, 1, "01111", False, ""), ("frinti", 1, 1, "11001", False, ""),
    ("fcvtpu", 1, 1, "11010", True, ""), ("fcvtzu", 1, 1, "11011", True, ""), ("frsqrte", 1, 1, "11101", True, ""),
    ("fsqrt", 1, 1, "11111", False, ""),
)  # fmt: skip

ACROSS = (("fmaxnm", 0, "01100"), ("fmax", 0, "01111"), ("fminnm", 1, "01100"), ("fmin", 1, "01111"))
FIXED = (("scvtf", 0, "11100"), ("ucvtf", 1, "11100"), ("fcvtzs", 0, "11111"), ("fcvtzu", 1, "11111"))
ELEMENT = (("fmla", 0, "0001"), ("fmls", 0, "0101"), ("fmul", 0, "1001"), ("fmulx", 1, "1001"))

# The fraction bits of a fixed-point number: the lane width stands in the highest 1 of immh:immb.
AMOUNT = {"h": "001 i:4", "s": "01 i:5", "d": "1 i:6"}
# The second factor: its operand, and the bits from L to opcode and from H on. Lanes of 16 bits leave v0 to v15.
INDEXED = {"h": ("{m:e15_h_H1L1M1}", "L M m:4", "H"), "s": ("{m:e_s_H1L1}", "L m:5", "H"), "d": ("{m:e_d_H1}", "0 m:5", "H")}
SIZES = {"h": "00", "s": "10", "d": "11"}


def _three_same() -> Iterator[Row]:
    for name, u, high, opcode, scalar in THREE_SAME:
        for a, double in (("2s", 0), ("4s", 0), ("2d", 1)):
            yield syntax(f"{name} {vectors(a, 'dnm')}", f"0 {q(a)} {u} 01110 {high} {double} 1 m:5 11 {opcode} 1 n:5 d:5")
        for a in H:
            yield syntax(f"{name} {vectors(a, 'dnm')}", f"0 {q(a)} {u} 01110 {high} 10 m:5 00 {opcode} 1 n:5 d:5")
        if scalar:
            yield syntax(f"{name} {scalars('s', 'dnm')}", f"01 {u} 11110 {high} 0 1 m:5 11 {opcode} 1 n:5 d:5")
            yield syntax(f"{name} {scalars('d', 'dnm')}", f"01 {u} 11110 {high} 1 1 m:5 11 {opcode} 1 n:5 d:5")
            yield syntax(f"{name} {scalars('h', 'dnm')}", f"01 {u} 11110 {high} 10 m:5 00 {opcode} 1 n:5 d:5")


def _two_misc() -> Iterator[Row]:
    for name, u, high, opcode, scalar, more in TWO_MISC:
        for a, double in (("2s", 0), ("4s", 0), ("2d", 1)):
            yield syntax(f"{name} {vectors(a, 'dn')}{more}", f"0 {q(a)} {u} 01110 {high} {double} 10000 {opcode} 10 n:5 d:5")
        for a in H:
            yield syntax(f"{name} {vectors(a, 'dn')}{more}", f"0 {q(a)} {u} 01110 {high} 111100 {opcode} 10 n:5 d:5")
        if scalar:
            yield from _two_scalar(name, u, high, opcode, more)
    yield from _two_scalar("frecpx", 0, 1, "11111", "")
    for name, u in (("urecpe", 0), ("ursqrte", 1)):
        for a in S:
            yield syntax(f"{name} {vectors(a, 'dn')}", f"0 {q(a)} {u} 01110 10 10000 11100 10 n:5 d:5")


def _two_scalar(name: str, u: int, high: int, opcode: str, more: str) -> Iterator[Row]:
    for double, letter in enumerate("sd"):
        yield syntax(f"{name} {scalars(letter, 'dn')}{more}", f"01 {u} 11110 {high} {double} 10000 {opcode} 10 n:5 d:5")
    yield syntax(f"{name} {scalars('h', 'dn')}{more}", f"01 {u} 11110 {high} 111100 {opcode} 10 n:5 d:5")


def _widths() -> Iterator[Row]:
    for double, letter in enumerate("hs"):
        wide = full(WIDE[letter])
        for upper, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
            tail = f"01110 0 {double} 10000"
            yield syntax(f"fcvtn{suffix} {{d:v{part}}}, {{n:v{wide}}}", f"0 {upper} 0 {tail} 10110 10 n:5 d:5")
            yield syntax(f"fcvtl{suffix} {{d:v{wide}}}, {{n:v{part}}}", f"0 {upper} 0 {tail} 10111 10 n:5 d:5")
            if double:
                yield syntax(f"fcvtxn{suffix} {{d:v{part}}}, {{n:v{wide}}}", f"0 {upper} 1 {tail} 10110 10 n:5 d:5")
    yield syntax("fcvtxn {d:s}, {n:d}", "01 1 11110 01 10000 10110 10 n:5 d:5")


def _across() -> Iterator[Row]:
    for name, high, opcode in ACROSS:
        yield syntax(f"{name}v {{d:s}}, {{n:v4s}}", f"0 1 1 01110 {high} 0 11000 {opcode} 10 n:5 d:5")
        for a in H:
            yield syntax(f"{name}v {{d:h}}, {{n:v{a}}}", f"0 {q(a)} 0 01110 {high} 0 11000 {opcode} 10 n:5 d:5")
    for name, high, opcode in (*ACROSS, ("fadd", 0, "01101")):
        yield syntax(f"{name}p {{d:s}}, {{n:v2s}}", f"01 1 11110 {high} 0 11000 {opcode} 10 n:5 d:5")
        yield syntax(f"{name}p {{d:d}}, {{n:v2d}}", f"01 1 11110 {high} 1 11000 {opcode} 10 n:5 d:5")
        yield syntax(f"{name}p {{d:h}}, {{n:v2h}}", f"01 0 11110 {high} 0 11000 {opcode} 10 n:5 d:5")


def _fixed() -> Iterator[Row]:
    for name, u, opcode in FIXED:
        for a in (*H, *S, "2d"):
            letter = a[-1]
            template = f"{name} {vectors(a, 'dn')}, {{i:rs{WIDTHS[letter]}}}"
            yield syntax(template, f"0 {q(a)} {u} 011110 {AMOUNT[letter]} {opcode} 1 n:5 d:5")
        for letter in "hsd":
            template = f"{name} {{d:{letter}}}, {{n:{letter}}}, {{i:rs{WIDTHS[letter]}}}"
            yield syntax(template, f"01 {u} 111110 {AMOUNT[letter]} {opcode} 1 n:5 d:5")


def _element() -> Iterator[Row]:
    for name, u, opcode in ELEMENT:
        for a in (*H, *S, "2d"):
            operand, low, high = INDEXED[a[-1]]
            template = f"{name} {vectors(a, 'dn')}, {operand}"
            yield syntax(template, f"0 {q(a)} {u} 01111 {SIZES[a[-1]]} {low} {opcode} {high} 0 n:5 d:5")
        for letter, size in SIZES.items():
            operand, low, high = INDEXED[letter]
            template = f"{name} {scalars(letter, 'dn')}, {operand}"
            yield syntax(template, f"01 {u} 11111 {size} {low} {opcode} {high} 0 n:5 d:5")


def _immediate() -> Iterator[Row]:
    head = "0111100000 abc:3 1111"
    for a in S:
        yield syntax(f"fmov {{d:v{a}}}, {{i:floats}}", f"0 {q(a)} 0 {head} 01 defgh:5 d:5")
    for a in H:
        yield syntax(f"fmov {{d:v{a}}}, {{i:floats}}", f"0 {q(a)} 0 {head} 11 defgh:5 d:5")
    yield syntax("fmov {d:v2d}, {i:floats}", f"0 1 1 {head} 01 defgh:5 d:5")


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _three_same()
    yield from _two_misc()
    yield from _widths()
    yield from _across()
    yield from _fixed()
    yield from _element()
    yield from _immediate()
