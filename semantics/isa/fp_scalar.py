"""Scalar floating point: arithmetic, comparison, selection, moves and conversions (Arm ARM C4.1.96)."""

from __future__ import annotations

from collections.abc import Iterator

from semantics.isa.arrangements import scalars
from semantics.row import Row, syntax

TYPES = {"s": "00", "d": "01", "h": "11"}

ONE_SOURCE = (
    ("fmov", 0), ("fabs", 1), ("fneg", 2), ("fsqrt", 3), ("frintn", 8), ("frintp", 9), ("frintm", 10), ("frintz", 11),
    ("frinta", 12), ("frintx", 14), ("frinti", 15),
)  # fmt: skip
ROUND_TO_WIDTH = (("frint32z", 16), ("frint32x", 17), ("frint64z", 18), ("frint64x", 19))
TWO_SOURCES = ("fmul", "fdiv", "fadd", "fsub", "fmax", "fmin", "fmaxnm", "fminnm", "fnmul")
THREE_SOURCES = (("fmadd", 0, 0), ("fmsub", 0, 1), ("fnmadd", 1, 0), ("fnmsub", 1, 1))

TO_INTEGER = (
    ("fcvtns", "00 000"), ("fcvtnu", "00 001"), ("fcvtas", "00 100"), ("fcvtau", "00 101"), ("fcvtps", "01 000"),
    ("fcvtpu", "01 001"), ("fcvtms", "10 000"), ("fcvtmu", "10 001"), ("fcvtzs", "11 000"), ("fcvtzu", "11 001"),
)  # fmt: skip
FROM_INTEGER = (("scvtf", "00 010"), ("ucvtf", "00 011"))


def _arithmetic(letter: str, kind: str) -> Iterator[Row]:
    for name, opcode in ONE_SOURCE + (ROUND_TO_WIDTH if letter != "h" else ()):
        yield syntax(f"{name} {scalars(letter, 'dn')}", f"00011110 {kind} 1 {opcode:06b} 10000 n:5 d:5")
    for other, opcode in (("s", 4), ("d", 5), ("h", 7)):
        if other != letter:
            yield syntax(f"fcvt {{d:{other}}}, {{n:{letter}}}", f"00011110 {kind} 1 {opcode:06b} 10000 n:5 d:5")
    for opcode, name in enumerate(TWO_SOURCES):
        yield syntax(f"{name} {scalars(letter, 'dnm')}", f"00011110 {kind} 1 m:5 {opcode:04b} 10 n:5 d:5")
    for name, o1, o0 in THREE_SOURCES:
        yield syntax(f"{name} {scalars(letter, 'dnma')}", f"00011111 {kind} {o1} m:5 {o0} a:5 n:5 d:5")


def _comparison(letter: str, kind: str) -> Iterator[Row]:
    for name, signalling in (("fcmp", 0), ("fcmpe", 1)):
        yield syntax(f"{name} {scalars(letter, 'nm')}", f"00011110 {kind} 1 m:5 00 1000 n:5 {signalling} 0000")
        yield syntax(f"{name} {{n:{letter}}}, {{z:fzero}}", f"00011110 {kind} 1 00000 00 1000 n:5 {signalling} 1000")
        conditional = name.replace("fc", "fcc")
        template = f"{conditional} {scalars(letter, 'nm')}, {{nzcv:u4}}, {{cond:cond}}"
        yield syntax(template, f"00011110 {kind} 1 m:5 cond:4 01 n:5 {signalling} nzcv:4")
    yield syntax(f"fcsel {scalars(letter, 'dnm')}, {{cond:cond}}", f"00011110 {kind} 1 m:5 cond:4 11 n:5 d:5")
    yield syntax(f"fmov {{d:{letter}}}, {{imm:float}}", f"00011110 {kind} 1 imm:8 100 00000 d:5")


def _conversion(letter: str, kind: str) -> Iterator[Row]:
    for sf, general, fraction in ((0, "W", "1 i:5"), (1, "X", "i:6")):
        limit = 64 if sf else 32
        for name, opcode in TO_INTEGER:
            yield syntax(f"{name} {{d:{general}}}, {{n:{letter}}}", f"{sf} 0011110 {kind} 1 {opcode} 000000 n:5 d:5")
            if name.startswith("fcvtz"):
                template = f"{name} {{d:{general}}}, {{n:{letter}}}, {{i:rs{limit}}}"
                yield syntax(template, f"{sf} 0011110 {kind} 0 {opcode} {fraction} n:5 d:5")
        for name, opcode in FROM_INTEGER:
            yield syntax(f"{name} {{d:{letter}}}, {{n:{general}}}", f"{sf} 0011110 {kind} 1 {opcode} 000000 n:5 d:5")
            template = f"{name} {{d:{letter}}}, {{n:{general}}}, {{i:rs{limit}}}"
            yield syntax(template, f"{sf} 0011110 {kind} 0 {opcode} {fraction} n:5 d:5")
        if (letter, general) not in (("s", "X"), ("d", "W")):
            yield syntax(f"fmov {{d:{general}}}, {{n:{letter}}}", f"{sf} 0011110 {kind} 1 00 110 000000 n:5 d:5")
            yield syntax(f"fmov {{d:{letter}}}, {{n:{general}}}", f"{sf} 0011110 {kind} 1 00 111 000000 n:5 d:5")


def rows() -> Iterator[Row]:
    """Every row of this group."""
    for letter, kind in TYPES.items():
        yield from _arithmetic(letter, kind)
        yield from _comparison(letter, kind)
        yield from _conversion(letter, kind)
    yield syntax("fmov {d:X}, {n:top}", "1 0011110 10 1 01 110 000000 n:5 d:5")
    yield syntax("fmov {d:top}, {n:X}", "1 0011110 10 1 01 111 000000 n:5 d:5")
    yield syntax("fjcvtzs {d:W}, {n:d}", "0 0011110 01 1 11 110 000000 n:5 d:5")
