"""libVEX's operations on 128-bit integer vectors, lane by lane, and those that move lanes about."""

from __future__ import annotations

from collections.abc import Sequence

from semantics import simplify as s
from semantics.vex.lanes import (
    SIZES,
    Builder,
    by_count,
    each,
    join,
    lanewise,
    mask,
    rounding_shift_right,
    shift_right,
    signed_byte,
    split,
    widen,
)
from semantics.words import Word

# --- lanes --------------------------------------------------------------------------------------


def _absolute(lane: Word) -> Word:
    return s.ite(s.bit(lane, lane.width - 1), -lane, lane)


def _leading_signs(lane: Word) -> Word:
    """How many bits after the top one equal it."""
    return s.clz(lane ^ s.ashr(lane, s.const(1, lane.width))) - 1


def _shift_by(lane: Word, count: Word, signed: bool) -> Word:
    negative, left, right = signed_byte(count)
    return s.ite(negative, shift_right(lane, right, signed), s.shl(lane, left))


def _rounding_shift_by(lane: Word, count: Word, signed: bool) -> Word:
    negative, left, right = signed_byte(count)
    return s.ite(negative, s.truncate(rounding_shift_right(lane, right, signed), lane.width), s.shl(lane, left))


def _lanes(width: int, count: int) -> dict[str, Builder]:
    shape = f"{width}x{count}"
    table: dict[str, Builder] = {
        f"Iop_Add{shape}": lanewise(width, s.add),
        f"Iop_Sub{shape}": lanewise(width, s.sub),
        f"Iop_Mul{shape}": lanewise(width, s.mul),
        f"Iop_Abs{shape}": each(width, _absolute),
        f"Iop_Clz{shape}": each(width, s.clz),
        f"Iop_Cls{shape}": each(width, _leading_signs),
        f"Iop_Cnt{shape}": each(width, s.popcount),
        f"Iop_CmpEQ{shape}": lanewise(width, lambda a, b: mask(s.eq(a, b), width)),
        f"Iop_ShlN{shape}": by_count(width, s.shl),
        f"Iop_ShrN{shape}": by_count(width, s.lshr),
        f"Iop_SarN{shape}": by_count(width, s.ashr),
    }
    for signed, letter in ((False, "U"), (True, "S")):
        suffix = f"{width}{letter}x{count}"
        table |= _signed_lanes(width, suffix, signed)
    return table


def _signed_lanes(width: int, suffix: str, signed: bool) -> dict[str, Builder]:
    less = s.slt if signed else s.ult
    return {
        f"Iop_CmpGT{suffix}": lanewise(width, lambda a, b: mask(less(b, a), width)),
        f"Iop_Max{suffix}": lanewise(width, lambda a, b: s.ite(less(a, b), b, a)),
        f"Iop_Min{suffix}": lanewise(width, lambda a, b: s.ite(less(a, b), a, b)),
        f"Iop_Sh{suffix}": lanewise(width, lambda a, b: _shift_by(a, b, signed)),
        f"Iop_Rsh{suffix}": lanewise(width, lambda a, b: _rounding_shift_by(a, b, signed)),
    }


# --- products and widths ------------------------------------------------------------------------


def _long_product(width: int, signed: bool) -> Builder:
    return lanewise(width, lambda a, b: widen(a, 2 * width, signed) * widen(b, 2 * width, signed))


def polynomial_product(left: Word, right: Word, width: int) -> Word:
    """The carry-less product, cut to ``width`` bits."""
    base = s.zext(left, width)
    rows = [mask(s.bit(right, i), width) & s.shl(base, s.const(i, width)) for i in range(right.width)]
    return s.xor(*rows)


def _widths() -> dict[str, Builder]:
    table: dict[str, Builder] = {
        "Iop_PolynomialMul8x16": lanewise(8, lambda a, b: polynomial_product(a, b, 8)),
        "Iop_PolynomialMull8x8": lanewise(8, lambda a, b: polynomial_product(a, b, 16)),
    }
    for width, count in SIZES[:3]:
        for signed, letter in ((False, "U"), (True, "S")):
            table[f"Iop_Mull{width}{letter}x{count // 2}"] = _long_product(width, signed)
            table[f"Iop_Widen{width}{letter}to{2 * width}x{count // 2}"] = _widening(width, signed)
        table[f"Iop_NarrowUn{2 * width}to{width}x{count // 2}"] = _narrowing(width)
    return table


def _widening(width: int, signed: bool) -> Builder:
    return each(width, lambda a: widen(a, 2 * width, signed))


def _narrowing(width: int) -> Builder:
    return each(2 * width, lambda a: s.truncate(a, width))


# --- moving lanes: the first argument's lanes are the high ones ----------------------------------


def _every_other(width: int, start: int) -> Builder:
    return lambda args: join([*split(args[1], width)[start::2], *split(args[0], width)[start::2]])


def _interleave(width: int, high: bool) -> Builder:
    def run(args: Sequence[Word]) -> Word:
        start = 64 // width if high else 0
        left, right = (split(arg, width)[start : start + 64 // width] for arg in args)
        return join([lane for pair in zip(right, left, strict=True) for lane in pair])

    return run


def _reverse(part: int, container: int) -> Builder:
    """Reverse the ``part``-bit pieces within each ``container``-bit lane."""
    if part == 1:
        return each(container, s.rbit)
    return each(container, lambda lane: s.concat(*split(lane, part)))


def _permute(args: Sequence[Word]) -> Word:
    """Bytes of the first argument picked by the low four bits of the bytes of the second."""
    table = split(args[0], 8)
    return join([_pick(table, s.truncate(index, 4)) for index in split(args[1], 8)])


def _pick(table: Sequence[Word], index: Word) -> Word:
    while len(table) > 1:
        decision = s.bit(index, 0)
        table = [s.ite(decision, odd, even) for even, odd in zip(table[::2], table[1::2], strict=True)]
        index = s.lshr(index, s.const(1, index.width))
    return table[0]


def _slice_bytes(args: Sequence[Word]) -> Word:
    """128 bits of high:low from a constant number of bytes up."""
    return s.extract(s.concat(args[0], args[1]), 8 * args[2].value, 128)


def _moves(width: int, count: int) -> dict[str, Builder]:
    shape = f"{width}x{count}"
    return {
        f"Iop_CatEvenLanes{shape}": _every_other(width, 0),
        f"Iop_CatOddLanes{shape}": _every_other(width, 1),
        f"Iop_InterleaveHI{shape}": _interleave(width, True),
        f"Iop_InterleaveLO{shape}": _interleave(width, False),
    }


def _keep_low(width: int) -> Builder:
    return lambda args: s.zext(s.truncate(args[0], width), 128)


WHOLE: dict[str, Builder] = {
    "Iop_AndV128": lambda args: args[0] & args[1],
    "Iop_OrV128": lambda args: args[0] | args[1],
    "Iop_XorV128": lambda args: args[0] ^ args[1],
    "Iop_NotV128": lambda args: ~args[0],
    "Iop_ShlV128": lambda args: s.shl(args[0], s.zext(args[1], 128)),
    "Iop_ShrV128": lambda args: s.lshr(args[0], s.zext(args[1], 128)),
    "Iop_SliceV128": _slice_bytes,
    "Iop_Perm8x16": _permute,
    "Iop_64HLtoV128": lambda args: s.concat(args[0], args[1]),
    "Iop_64UtoV128": lambda args: s.zext(args[0], 128),
    "Iop_32UtoV128": lambda args: s.zext(args[0], 128),
    "Iop_V128to64": lambda args: s.truncate(args[0], 64),
    "Iop_V128to32": lambda args: s.truncate(args[0], 32),
    "Iop_V128HIto64": lambda args: s.extract(args[0], 64, 64),
    "Iop_V256toV128_0": lambda args: s.truncate(args[0], 128),
    "Iop_V256toV128_1": lambda args: s.extract(args[0], 128, 128),
    **{f"Iop_ZeroHI{128 - width}ofV128": _keep_low(width) for width in (8, 16, 32, 64)},
}
"""Operations on whole vectors."""

REVERSALS: dict[str, Builder] = {
    "Iop_Reverse1sIn8_x16": _reverse(1, 8),
    "Iop_Reverse8sIn16_x8": _reverse(8, 16),
    "Iop_Reverse8sIn32_x4": _reverse(8, 32),
    "Iop_Reverse16sIn32_x4": _reverse(16, 32),
    "Iop_Reverse8sIn64_x2": _reverse(8, 64),
    "Iop_Reverse16sIn64_x2": _reverse(16, 64),
    "Iop_Reverse32sIn64_x2": _reverse(32, 64),
}

VECTOR: dict[str, Builder] = {
    **{name: builder for width, count in SIZES for name, builder in _lanes(width, count).items()},
    **{name: builder for width, count in SIZES for name, builder in _moves(width, count).items()},
    **_widths(),
    **WHOLE,
    **REVERSALS,
}
