"""Vector floating point, and its scalar forms among the vector encodings (Arm ARM C4.1.96)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from semantics.fp import words as fp
from semantics.isa import fp_conversions as cv
from semantics.isa import fp_operations as op
from semantics.isa.arrangements import WIDE, WIDTHS, H, S, full, half, q, scalars, vectors
from semantics.row import Row, Semantics, meaning

# name, U, high size bit, low three bits of the opcode, has a scalar form, meaning
THREE_SAME = (
    ("fmaxnm", 0, 0, "000", False, op.fmaxnm), ("fmla", 0, 0, "001", False, op.fmla), ("fadd", 0, 0, "010", False, op.fadd),
    ("fmulx", 0, 0, "011", True, op.fmulx), ("fcmeq", 0, 0, "100", True, op.fcmeq), ("fmax", 0, 0, "110", False, op.fmax),
    ("frecps", 0, 0, "111", True, op.frecps), ("fminnm", 0, 1, "000", False, op.fminnm), ("fmls", 0, 1, "001", False, op.fmls),
    ("fsub", 0, 1, "010", False, op.fsub), ("fmin", 0, 1, "110", False, op.fmin), ("frsqrts", 0, 1, "111", True, op.frsqrts),
    ("fmaxnmp", 1, 0, "000", False, op.fmaxnmp), ("faddp", 1, 0, "010", False, op.faddp), ("fmul", 1, 0, "011", False, op.fmul),
    ("fcmge", 1, 0, "100", True, op.fcmge), ("facge", 1, 0, "101", True, op.facge), ("fmaxp", 1, 0, "110", False, op.fmaxp),
    ("fdiv", 1, 0, "111", False, op.fdiv), ("fminnmp", 1, 1, "000", False, op.fminnmp), ("fabd", 1, 1, "010", True, op.fabd),
    ("fcmgt", 1, 1, "100", True, op.fcmgt), ("facgt", 1, 1, "101", True, op.facgt), ("fminp", 1, 1, "110", False, op.fminp),
)  # fmt: skip

# The rounding modes of frint and fcvt by the instruction's letter; x and i take FPCR's, to nearest.
MODES = {"n": fp.RNE, "m": fp.RM, "p": fp.RP, "z": fp.RZ, "a": fp.RNA, "x": fp.RNE, "i": fp.RNE}
SIGNED, UNSIGNED = {"signed": 1}, {"signed": 0}

# name, U, high size bit, opcode, scalar form, further operands, meaning, its constants beside the width
TWO_MISC = (
    ("scvtf", 0, 0, "11101", True, "", cv.from_lanes, SIGNED), ("ucvtf", 1, 0, "11101", True, "", cv.from_lanes, UNSIGNED),
    ("fcmgt", 0, 1, "01100", True, ", {z:fzero}", op.fcmgt_zero, {}), ("fcmeq", 0, 1, "01101", True, ", {z:fzero}", op.fcmeq_zero, {}),
    ("fcmlt", 0, 1, "01110", True, ", {z:fzero}", op.fcmlt_zero, {}), ("fcmge", 1, 1, "01100", True, ", {z:fzero}", op.fcmge_zero, {}),
    ("fcmle", 1, 1, "01101", True, ", {z:fzero}", op.fcmle_zero, {}), ("fabs", 0, 1, "01111", False, "", op.fabs, {}),
    ("fneg", 1, 1, "01111", False, "", op.fneg, {}), ("frecpe", 0, 1, "11101", True, "", op.frecpe, {}),
    ("frsqrte", 1, 1, "11101", True, "", op.frsqrte, {}), ("fsqrt", 1, 1, "11111", False, "", op.fsqrt, {}),
)  # fmt: skip

# by the letter of the rounding mode: U, high size bit, opcode; of fcvt U tells signed from unsigned
ROUND = (
    ("n", 0, 0, "11000"), ("m", 0, 0, "11001"), ("p", 0, 1, "11000"), ("z", 0, 1, "11001"), ("a", 1, 0, "11000"), ("x", 1, 0, "11001"),
    ("i", 1, 1, "11001"),
)  # fmt: skip
TO_INTEGER = (("n", 0, "11010"), ("m", 0, "11011"), ("a", 0, "11100"), ("p", 1, "11010"), ("z", 1, "11011"))

ACROSS = (
    ("fmaxnm", 0, "01100", op.fmaxnm_across), ("fmax", 0, "01111", op.fmax_across), ("fminnm", 1, "01100", op.fminnm_across),
    ("fmin", 1, "01111", op.fmin_across),
)  # fmt: skip
FIXED = (
    ("scvtf", 0, "11100", cv.from_lanes_fixed, 1), ("ucvtf", 1, "11100", cv.from_lanes_fixed, 0),
    ("fcvtzs", 0, "11111", cv.to_lanes_fixed, 1), ("fcvtzu", 1, "11111", cv.to_lanes_fixed, 0),
)  # fmt: skip
ELEMENT = (("fmla", 0, "0001", op.fmla), ("fmls", 0, "0101", op.fmls), ("fmul", 0, "1001", op.fmul), ("fmulx", 1, "1001", op.fmulx))

# The fraction bits of a fixed-point number: the lane width stands in the highest 1 of immh:immb.
AMOUNT = {"h": "001 i:4", "s": "01 i:5", "d": "1 i:6"}
# The second factor: its operand, and the bits from L to opcode and from H on. Lanes of 16 bits leave v0 to v15.
INDEXED = {"h": ("{m:e15_h_H1L1M1}", "L M m:4", "H"), "s": ("{m:e_s_H1L1}", "L m:5", "H"), "d": ("{m:e_d_H1}", "0 m:5", "H")}
SIZES = {"h": "00", "s": "10", "d": "11"}


type Constants = Mapping[str, int]
QUIET = (op.fabs, op.fneg)
"""Meanings of instructions that never set FPSR's cumulative bits."""


def _row(template: str, pattern: str, function: Semantics, constants: Constants) -> Row:
    return meaning(template, pattern, function, cumulative=function not in QUIET, constants=constants)


def _three_same() -> Iterator[Row]:
    for name, u, high, opcode, scalar, function in THREE_SAME:
        for a in (*S, "2d", *H):
            kind = f"{high} 10 m:5 00" if a in H else f"{high} {int(a == '2d')} 1 m:5 11"
            template, pattern = f"{name} {vectors(a, 'dnm')}", f"0 {q(a)} {u} 01110 {kind} {opcode} 1 n:5 d:5"
            yield _row(template, pattern, function, {"width": WIDTHS[a[-1]]})
        for letter in "sdh" if scalar else "":
            kind = f"{high} 10 m:5 00" if letter == "h" else f"{high} {int(letter == 'd')} 1 m:5 11"
            template, pattern = f"{name} {scalars(letter, 'dnm')}", f"01 {u} 11110 {kind} {opcode} 1 n:5 d:5"
            yield _row(template, pattern, function, {"width": WIDTHS[letter]})


def _two(
    name: str, code: tuple[int, int, str], forms: Sequence[str], function: Semantics, constants: Constants, more: str = ""
) -> Iterator[Row]:
    """On two registers, in these arrangements and scalar forms; ``code`` is U, the high size bit and the opcode."""
    u, high, opcode = code
    for form in forms:
        letter = form[-1]
        size = f"{high} 111100" if letter == "h" else f"{high} {int(letter == 'd')} 10000"
        if form == letter:
            template, head = f"{name} {scalars(letter, 'dn')}{more}", f"01 {u} 11110"
        else:
            template, head = f"{name} {vectors(form, 'dn')}{more}", f"0 {q(form)} {u} 01110"
        yield _row(template, f"{head} {size} {opcode} 10 n:5 d:5", function, {"width": WIDTHS[letter], **constants})


def _two_misc() -> Iterator[Row]:
    arrangements, letters = (*S, "2d", *H), ("s", "d", "h")
    for name, u, high, opcode, scalar, more, function, constants in TWO_MISC:
        yield from _two(name, (u, high, opcode), (*arrangements, *(letters if scalar else ())), function, constants, more)
    for letter, u, high, opcode in ROUND:
        yield from _two(f"frint{letter}", (u, high, opcode), arrangements, op.frint, {"mode": MODES[letter]})
    for letter, high, opcode in TO_INTEGER:
        for u, sign in enumerate("su"):
            constants = {"signed": 1 - u, "mode": MODES[letter]}
            yield from _two(f"fcvt{letter}{sign}", (u, high, opcode), (*arrangements, *letters), cv.to_lanes, constants)
    yield from _two("frecpx", (0, 1, "11111"), letters, op.frecpx, {})
    for name, u, function in (("urecpe", 0, op.urecpe), ("ursqrte", 1, op.ursqrte)):
        for a in S:
            yield _row(f"{name} {vectors(a, 'dn')}", f"0 {q(a)} {u} 01110 10 10000 11100 10 n:5 d:5", function, {"width": 32})


def _widths() -> Iterator[Row]:
    for double, letter in enumerate("hs"):
        wide, width = full(WIDE[letter]), WIDTHS[letter]
        for upper, part, suffix in ((0, half(letter), ""), (1, full(letter), "2")):
            tail, narrowed = f"01110 0 {double} 10000", f"{{d:v{part}}}, {{n:v{wide}}}"
            constants = {"width": width, "mode": fp.RNE}
            yield _row(f"fcvtn{suffix} {narrowed}", f"0 {upper} 0 {tail} 10110 10 n:5 d:5", cv.fcvtn, constants)
            template = f"fcvtl{suffix} {{d:v{wide}}}, {{n:v{part}}}"
            yield _row(template, f"0 {upper} 0 {tail} 10111 10 n:5 d:5", cv.fcvtl, {"width": width})
            if double:
                constants = {"width": width, "mode": fp.ODD}
                yield _row(f"fcvtxn{suffix} {narrowed}", f"0 {upper} 1 {tail} 10110 10 n:5 d:5", cv.fcvtn, constants)
    yield _row("fcvtxn {d:s}, {n:d}", "01 1 11110 01 10000 10110 10 n:5 d:5", cv.fcvtxn, {})


def _across() -> Iterator[Row]:
    for name, high, opcode, function in ACROSS:
        yield _row(f"{name}v {{d:s}}, {{n:v4s}}", f"0 1 1 01110 {high} 0 11000 {opcode} 10 n:5 d:5", function, {"width": 32})
        for a in H:
            yield _row(f"{name}v {{d:h}}, {{n:v{a}}}", f"0 {q(a)} 0 01110 {high} 0 11000 {opcode} 10 n:5 d:5", function, {"width": 16})
    for name, high, opcode, function in (*ACROSS, ("fadd", 0, "01101", op.fadd_across)):
        for a, u, double in (("2s", 1, 0), ("2d", 1, 1), ("2h", 0, 0)):
            template, pattern = f"{name}p {{d:{a[-1]}}}, {{n:v{a}}}", f"01 {u} 11110 {high} {double} 11000 {opcode} 10 n:5 d:5"
            yield _row(template, pattern, function, {"width": WIDTHS[a[-1]]})


def _fixed() -> Iterator[Row]:
    for name, u, opcode, function, signed in FIXED:
        for form in (*H, *S, "2d", "h", "s", "d"):
            letter = form[-1]
            constants = {"width": WIDTHS[letter], "signed": signed}
            if form == letter:
                operands, head = scalars(letter, "dn"), f"01 {u} 111110"
            else:
                operands, head = vectors(form, "dn"), f"0 {q(form)} {u} 011110"
            template, pattern = f"{name} {operands}, {{i:rs{WIDTHS[letter]}}}", f"{head} {AMOUNT[letter]} {opcode} 1 n:5 d:5"
            yield _row(template, pattern, function, constants)


def _element() -> Iterator[Row]:
    for name, u, opcode, function in ELEMENT:
        for form in (*H, *S, "2d", "h", "s", "d"):
            letter = form[-1]
            operand, low, high = INDEXED[letter]
            if form == letter:
                operands, head = scalars(letter, "dn"), f"01 {u} 11111"
            else:
                operands, head = vectors(form, "dn"), f"0 {q(form)} {u} 01111"
            pattern = f"{head} {SIZES[letter]} {low} {opcode} {high} 0 n:5 d:5"
            yield _row(f"{name} {operands}, {operand}", pattern, function, {"width": WIDTHS[letter]})


def _immediate() -> Iterator[Row]:
    for a, op_bit, tail in (("2s", 0, "01"), ("4s", 0, "01"), ("4h", 0, "11"), ("8h", 0, "11"), ("2d", 1, "01")):
        template, pattern = f"fmov {{d:v{a}}}, {{i:floats}}", f"0 {q(a)} {op_bit} 0111100000 abc:3 1111 {tail} defgh:5 d:5"
        constants = {"width": WIDTHS[a[-1]], "count": int(a[0])}
        yield meaning(template, pattern, cv.fmov_immediates, constants=constants)


def rows() -> Iterator[Row]:
    """Every row of this group."""
    yield from _three_same()
    yield from _two_misc()
    yield from _widths()
    yield from _across()
    yield from _fixed()
    yield from _element()
    yield from _immediate()
