"""Scalar floating point: arithmetic, comparison, selection, moves and conversions (Arm ARM C4.1.96)."""

from __future__ import annotations

from collections.abc import Iterator

from semantics.fp import words as fp
from semantics.isa import fp_conversions as cv
from semantics.isa import fp_operations as op
from semantics.isa.arrangements import WIDTHS, scalars
from semantics.row import Row, meaning

TYPES = {"s": "00", "d": "01", "h": "11"}

ONE_SOURCE = (("fabs", 1, op.fabs), ("fneg", 2, op.fneg), ("fsqrt", 3, op.fsqrt))
ROUND = (
    ("frintn", 8, fp.RNE), ("frintp", 9, fp.RP), ("frintm", 10, fp.RM), ("frintz", 11, fp.RZ), ("frinta", 12, fp.RNA),
    ("frintx", 14, fp.RNE), ("frinti", 15, fp.RNE),
)  # fmt: skip
ROUND_TO_WIDTH = (("frint32z", 16, 32, fp.RZ), ("frint32x", 17, 32, fp.RNE), ("frint64z", 18, 64, fp.RZ), ("frint64x", 19, 64, fp.RNE))
TWO_SOURCES = (
    ("fmul", op.fmul), ("fdiv", op.fdiv), ("fadd", op.fadd), ("fsub", op.fsub), ("fmax", op.fmax), ("fmin", op.fmin),
    ("fmaxnm", op.fmaxnm), ("fminnm", op.fminnm), ("fnmul", op.fnmul),
)  # fmt: skip
THREE_SOURCES = (("fmadd", 0, 0, op.fmadd), ("fmsub", 0, 1, op.fmsub), ("fnmadd", 1, 0, op.fnmadd), ("fnmsub", 1, 1, op.fnmsub))

# name, rmode and opcode of the signed form (the unsigned one's is 1 higher), rounding mode
TO_INTEGER = (
    ("fcvtn", "00 00", fp.RNE),
    ("fcvta", "00 10", fp.RNA),
    ("fcvtp", "01 00", fp.RP),
    ("fcvtm", "10 00", fp.RM),
    ("fcvtz", "11 00", fp.RZ),
)


def _arithmetic(letter: str, kind: str) -> Iterator[Row]:
    head, width = f"00011110 {kind} 1", {"width": WIDTHS[letter]}
    yield meaning(f"fmov {scalars(letter, 'dn')}", f"{head} 000000 10000 n:5 d:5", op.fmov)
    for name, opcode, function in ONE_SOURCE:
        template, pattern = f"{name} {scalars(letter, 'dn')}", f"{head} {opcode:06b} 10000 n:5 d:5"
        yield meaning(template, pattern, function, cumulative=name == "fsqrt", constants=width)
    for name, opcode, mode in ROUND:
        template, pattern = f"{name} {scalars(letter, 'dn')}", f"{head} {opcode:06b} 10000 n:5 d:5"
        yield meaning(template, pattern, op.frint, cumulative=True, constants=width, mode=mode)
    for name, opcode, size, mode in ROUND_TO_WIDTH if letter != "h" else ():
        template, pattern = f"{name} {scalars(letter, 'dn')}", f"{head} {opcode:06b} 10000 n:5 d:5"
        yield meaning(template, pattern, op.frint_sized, cumulative=True, constants=width, mode=mode, size=size)
    for other, opcode in (("s", 4), ("d", 5), ("h", 7)):
        if other != letter:
            template, pattern = f"fcvt {{d:{other}}}, {{n:{letter}}}", f"{head} {opcode:06b} 10000 n:5 d:5"
            yield meaning(template, pattern, cv.fcvt, cumulative=True, width=WIDTHS[other])
    for opcode, (name, function) in enumerate(TWO_SOURCES):
        template, pattern = f"{name} {scalars(letter, 'dnm')}", f"{head} m:5 {opcode:04b} 10 n:5 d:5"
        yield meaning(template, pattern, function, cumulative=True, constants=width)
    for name, o1, o0, function in THREE_SOURCES:
        template, pattern = f"{name} {scalars(letter, 'dnma')}", f"00011111 {kind} {o1} m:5 {o0} a:5 n:5 d:5"
        yield meaning(template, pattern, function, cumulative=True)


def _comparison(letter: str, kind: str) -> Iterator[Row]:
    """fcmpe and fccmpe differ from fcmp and fccmp in FPSR alone."""
    head = f"00011110 {kind} 1"
    for name, signalling in (("fcmp", 0), ("fcmpe", 1)):
        yield meaning(f"{name} {scalars(letter, 'nm')}", f"{head} m:5 00 1000 n:5 {signalling} 0000", op.fcmp, cumulative=True)
        template, pattern = f"{name} {{n:{letter}}}, {{z:fzero}}", f"{head} 00000 00 1000 n:5 {signalling} 1000"
        yield meaning(template, pattern, op.fcmp_zero, cumulative=True)
        template = f"{name.replace('fc', 'fcc')} {scalars(letter, 'nm')}, {{nzcv:u4}}, {{cond:cond}}"
        yield meaning(template, f"{head} m:5 cond:4 01 n:5 {signalling} nzcv:4", op.fccmp, cumulative=True)
    yield meaning(f"fcsel {scalars(letter, 'dnm')}, {{cond:cond}}", f"{head} m:5 cond:4 11 n:5 d:5", op.fcsel)
    yield meaning(f"fmov {{d:{letter}}}, {{imm:float}}", f"{head} imm:8 100 00000 d:5", cv.fmov_immediate, width=WIDTHS[letter])


def _conversion(letter: str, kind: str) -> Iterator[Row]:
    width = WIDTHS[letter]
    for sf, general, fraction in ((0, "W", "1 i:5"), (1, "X", "i:6")):
        bits, head = 64 if sf else 32, f"{sf} 0011110 {kind}"
        for signed, sign in enumerate("us"):
            for name, opcode, mode in TO_INTEGER:
                template, pattern = f"{name}{sign} {{d:{general}}}, {{n:{letter}}}", f"{head} 1 {opcode}{1 - signed} 000000 n:5 d:5"
                yield meaning(template, pattern, cv.to_general, cumulative=True, general=bits, signed=signed, mode=mode)
            template, pattern = (
                f"fcvtz{sign} {{d:{general}}}, {{n:{letter}}}, {{i:rs{bits}}}",
                f"{head} 0 11 00{1 - signed} {fraction} n:5 d:5",
            )
            yield meaning(template, pattern, cv.to_general_fixed, cumulative=True, general=bits, signed=signed)
            template, pattern = f"{sign}cvtf {{d:{letter}}}, {{n:{general}}}", f"{head} 1 00 01{1 - signed} 000000 n:5 d:5"
            yield meaning(template, pattern, cv.from_general, cumulative=True, width=width, signed=signed)
            template, pattern = (
                f"{sign}cvtf {{d:{letter}}}, {{n:{general}}}, {{i:rs{bits}}}",
                f"{head} 0 00 01{1 - signed} {fraction} n:5 d:5",
            )
            yield meaning(template, pattern, cv.from_general_fixed, cumulative=True, width=width, signed=signed)
        if (letter, general) not in (("s", "X"), ("d", "W")):
            yield meaning(f"fmov {{d:{general}}}, {{n:{letter}}}", f"{head} 1 00 110 000000 n:5 d:5", cv.to_register, general=bits)
            yield meaning(f"fmov {{d:{letter}}}, {{n:{general}}}", f"{head} 1 00 111 000000 n:5 d:5", cv.from_register, width=width)


def rows() -> Iterator[Row]:
    """Every row of this group."""
    for letter, kind in TYPES.items():
        yield from _arithmetic(letter, kind)
        yield from _comparison(letter, kind)
        yield from _conversion(letter, kind)
    yield meaning("fmov {d:X}, {n:top}", "1 0011110 10 1 01 110 000000 n:5 d:5", op.fmov)
    yield meaning("fmov {d:top}, {n:X}", "1 0011110 10 1 01 111 000000 n:5 d:5", op.fmov)
    yield meaning("fjcvtzs {d:W}, {n:d}", "0 0011110 01 1 11 110 000000 n:5 d:5", cv.fjcvtzs, cumulative=True)
