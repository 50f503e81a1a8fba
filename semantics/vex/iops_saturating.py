"""libVEX's saturating operations on integer vectors.

Those called ``Qand...`` deliver the result together with a second value that is non-zero where a lane saturated,
for FPSR.QC. FPSR is no location of ours; the second value is left unknown.
"""

from __future__ import annotations

from functools import partial

from semantics import simplify as s
from semantics.vex.lanes import (
    SIZES,
    Builder,
    Lane,
    by_count,
    each,
    lanewise,
    rounding_shift_right,
    saturate_signed,
    saturate_unsigned,
    shift_right,
    signed_byte,
    widen,
)
from semantics.words import Word


def _saturate(word: Word, width: int, signed: bool) -> Word:
    """The nearest word of ``width`` bits to a signed ``word``, both read as signed or the result as unsigned."""
    return saturate_signed(word, width) if signed else saturate_unsigned(word, width, True)


def _sum(width: int, left_signed: bool, right_signed: bool, signed: bool) -> Lane:
    wide = width + 2
    return lambda a, b: _saturate(widen(a, wide, left_signed) + widen(b, wide, right_signed), width, signed)


def _difference(width: int, signed: bool) -> Lane:
    wide = width + 2
    return lambda a, b: _saturate(widen(a, wide, signed) - widen(b, wide, signed), width, signed)


def _left(lane: Word, count: Word, signed: bool) -> Word:
    """``lane << count``, saturated: the shift lost something if shifting back does not restore the lane."""
    width = lane.width
    shifted = s.shl(lane, count)
    fits = s.eq(shift_right(shifted, count, signed), lane)
    if not signed:
        return s.ite(fits, shifted, s.const(-1, width))
    limit = s.const((1 << (width - 1)) - 1, width) ^ s.sext(s.bit(lane, width - 1), width)
    return s.ite(fits, shifted, limit)


def _left_to_unsigned(lane: Word, count: Word) -> Word:
    return s.ite(s.bit(lane, lane.width - 1), s.const(0, lane.width), _left(lane, count, False))


def _shift_by(signed: bool, rounding: bool) -> Lane:
    def run(lane: Word, count: Word) -> Word:
        negative, left, right = signed_byte(count)
        if rounding:
            down = s.truncate(rounding_shift_right(lane, right, signed), lane.width)
        else:
            down = shift_right(lane, right, signed)
        return s.ite(negative, down, _left(lane, left, signed))

    return run


def _narrow_shift(width: int, signed: bool, to_signed: bool, rounding: bool) -> Lane:
    """Right shift of a lane of ``2 * width`` bits by 1 to ``width``, saturated to ``width`` bits."""

    def run(lane: Word, count: Word) -> Word:
        shifted = rounding_shift_right(lane, count, signed) if rounding else shift_right(lane, count, signed)
        if to_signed:
            return saturate_signed(shifted, width)
        return saturate_unsigned(shifted, width, signed)

    return run


def _with_unknown(builder: Builder, name: str, width: int) -> Builder:
    """The result in the low ``width`` bits, under ``width`` unknown bits."""
    return lambda args: s.concat(s.uf(f"vex:saturated:{name}", width, args), builder(args))


# --- products -----------------------------------------------------------------------------------


def _doubled_product(width: int) -> Lane:
    wide = 2 * width + 1
    return lambda a, b: s.shl(s.sext(a, wide) * s.sext(b, wide), s.const(1, wide))


def _high_product(width: int, rounding: bool) -> Lane:
    double, wide = _doubled_product(width), 2 * width + 1
    offset = 1 << (width - 1) if rounding else 0
    return lambda a, b: saturate_signed(s.ashr(double(a, b) + offset, s.const(width, wide)), width)


def _long_product(width: int) -> Lane:
    double = _doubled_product(width)
    return lambda a, b: saturate_signed(double(a, b), 2 * width)


# --- the table ----------------------------------------------------------------------------------


def _at_size(width: int, count: int) -> dict[str, Builder]:
    shape = f"{width}x{count}"
    table: dict[str, Builder] = {
        f"Iop_QAddExtUSsatSS{shape}": lanewise(width, _sum(width, False, True, True)),
        f"Iop_QAddExtSUsatUU{shape}": lanewise(width, _sum(width, True, False, False)),
        f"Iop_QShlNsatUU{shape}": by_count(width, lambda a, n: _left(a, n, False)),
        f"Iop_QShlNsatSS{shape}": by_count(width, lambda a, n: _left(a, n, True)),
        f"Iop_QShlNsatSU{shape}": by_count(width, _left_to_unsigned),
    }
    for signed, letter in ((False, "U"), (True, "S")):
        table[f"Iop_QAdd{width}{letter}x{count}"] = lanewise(width, _sum(width, signed, signed, signed))
        table[f"Iop_QSub{width}{letter}x{count}"] = lanewise(width, _difference(width, signed))
        for rounding, infix in ((False, "sh"), (True, "Rsh")):
            name = f"Iop_Qand{letter}Q{infix}{shape}"
            table[name] = _with_unknown(lanewise(width, _shift_by(signed, rounding)), name, 128)
    return table


def _narrowing(width: int, count: int) -> dict[str, Builder]:
    """Operations from lanes of ``2 * width`` bits to ``count`` lanes of ``width``."""
    table: dict[str, Builder] = {}
    wide = 2 * width
    for signed, to_signed in ((False, False), (True, True), (True, False)):
        kind = f"{wide}{'S' if signed else 'U'}to{width}{'S' if to_signed else 'U'}x{count}"
        if to_signed:
            table[f"Iop_QNarrowUn{kind}"] = each(wide, lambda a: saturate_signed(a, width))
        else:
            table[f"Iop_QNarrowUn{kind}"] = each(wide, partial(saturate_unsigned, width=width, signed=signed))
        for rounding, letter in ((False, ""), (True, "R")):
            name = f"Iop_QandQ{letter}{'Sar' if signed else 'Shr'}Nnarrow{kind}"
            builder = by_count(wide, _narrow_shift(width, signed, to_signed, rounding))
            table[name] = _with_unknown(builder, name, 64)
    return table


def _products(width: int, count: int) -> dict[str, Builder]:
    return {
        f"Iop_QDMulHi{width}Sx{count}": lanewise(width, _high_product(width, False)),
        f"Iop_QRDMulHi{width}Sx{count}": lanewise(width, _high_product(width, True)),
        f"Iop_QDMull{width}Sx{count // 2}": lanewise(width, _long_product(width)),
    }


SATURATING: dict[str, Builder] = {
    **{name: builder for width, count in SIZES for name, builder in _at_size(width, count).items()},
    **{name: builder for width, count in SIZES[:3] for name, builder in _narrowing(width, count // 2).items()},
    **{name: builder for width, count in SIZES[1:3] for name, builder in _products(width, count).items()},
}
