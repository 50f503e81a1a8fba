"""Vector instructions on two registers, across lanes, and pairs as scalars (Arm ARM C4.1.96, "two-register misc")."""

from __future__ import annotations

from collections.abc import Iterator

from semantics.isa.arrangements import ALL, BHS, SIZES, WIDE, B, H, S, full, half, paired, q, scalars, size, vectors
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

# name, U, high size bit, opcode, scalar form, further operands
FLOAT = (
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

ACROSS = (("smaxv", 0, "01010"), ("umaxv", 1, "01010"), ("sminv", 0, "11010"), ("uminv", 1, "11010"), ("addv", 0, "11011"))
ACROSS_FLOAT = (("fmaxnm", 0, "01100"), ("fmax", 0, "01111"), ("fminnm", 1, "01100"), ("fmin", 1, "01111"))


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
    for double, letter in enumerate("hs"):
        wide = full(WIDE[letter])
        for upper, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
            tail = f"01110 0 {double} 10000"
            yield syntax(f"fcvtn{suffix} {{d:v{part}}}, {{n:v{wide}}}", f"0 {upper} 0 {tail} 10110 10 n:5 d:5")
            yield syntax(f"fcvtl{suffix} {{d:v{wide}}}, {{n:v{part}}}", f"0 {upper} 0 {tail} 10111 10 n:5 d:5")
            if double:
                yield syntax(f"fcvtxn{suffix} {{d:v{part}}}, {{n:v{wide}}}", f"0 {upper} 1 {tail} 10110 10 n:5 d:5")
    yield syntax("fcvtxn {d:s}, {n:d}", "01 1 11110 01 10000 10110 10 n:5 d:5")


def _float() -> Iterator[Row]:
    for name, u, high, opcode, scalar, more in FLOAT:
        for a, double in (("2s", 0), ("4s", 0), ("2d", 1)):
            yield syntax(f"{name} {vectors(a, 'dn')}{more}", f"0 {q(a)} {u} 01110 {high} {double} 10000 {opcode} 10 n:5 d:5")
        for a in H:
            yield syntax(f"{name} {vectors(a, 'dn')}{more}", f"0 {q(a)} {u} 01110 {high} 111100 {opcode} 10 n:5 d:5")
        if scalar:
            yield from _float_scalar(name, u, high, opcode, more)
    yield from _float_scalar("frecpx", 0, 1, "11111", "")
    for name, u in (("urecpe", 0), ("ursqrte", 1)):
        for a in S:
            yield syntax(f"{name} {vectors(a, 'dn')}", f"0 {q(a)} {u} 01110 10 10000 11100 10 n:5 d:5")


def _float_scalar(name: str, u: int, high: int, opcode: str, more: str) -> Iterator[Row]:
    for double, letter in enumerate("sd"):
        yield syntax(f"{name} {scalars(letter, 'dn')}{more}", f"01 {u} 11110 {high} {double} 10000 {opcode} 10 n:5 d:5")
    yield syntax(f"{name} {scalars('h', 'dn')}{more}", f"01 {u} 11110 {high} 111100 {opcode} 10 n:5 d:5")


def _across() -> Iterator[Row]:
    for a in (*B, *H, "4s"):
        letter, tail = a[-1], f"01110 {size(a)} 11000"
        for name, u, opcode in ACROSS:
            yield syntax(f"{name} {{d:{letter}}}, {{n:v{a}}}", f"0 {q(a)} {u} {tail} {opcode} 10 n:5 d:5")
        for name, u in (("saddlv", 0), ("uaddlv", 1)):
            yield syntax(f"{name} {{d:{WIDE[letter]}}}, {{n:v{a}}}", f"0 {q(a)} {u} {tail} 00011 10 n:5 d:5")
    for name, high, opcode in ACROSS_FLOAT:
        yield syntax(f"{name}v {{d:s}}, {{n:v4s}}", f"0 1 1 01110 {high} 0 11000 {opcode} 10 n:5 d:5")
        for a in H:
            yield syntax(f"{name}v {{d:h}}, {{n:v{a}}}", f"0 {q(a)} 0 01110 {high} 0 11000 {opcode} 10 n:5 d:5")


def _pairs() -> Iterator[Row]:
    yield syntax("addp {d:d}, {n:v2d}", "01 0 11110 11 11000 11011 10 n:5 d:5")
    for name, high, opcode in (*ACROSS_FLOAT, ("fadd", 0, "01101")):
        yield syntax(f"{name}p {{d:s}}, {{n:v2s}}", f"01 1 11110 {high} 0 11000 {opcode} 10 n:5 d:5")
        yield syntax(f"{name}p {{d:d}}, {{n:v2d}}", f"01 1 11110 {high} 1 11000 {opcode} 10 n:5 d:5")
        yield syntax(f"{name}p {{d:h}}, {{n:v2h}}", f"01 0 11110 {high} 0 11000 {opcode} 10 n:5 d:5")


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _same()
    yield from _widths()
    yield from _float()
    yield from _across()
    yield from _pairs()
