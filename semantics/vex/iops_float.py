"""libVEX's floating-point operations.

Sign changes are bit operations; comparisons, maximum and minimum are exact. Arithmetic, rounding and conversions are
functions, one per operation, format and rounding mode, of the exact bits of their operands, lane by lane. Their names say
what they are (:mod:`semantics.fp.functions`); a proof need not know it. That presumes the default environment, FPCR = 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from semantics import simplify as s
from semantics.vex.errors import VexError
from semantics.vex.lanes import Builder, each, join, lanewise, mask, split
from semantics.words import Word

ROUNDING = ("rne", "rm", "rp", "rz", "rna")
"""Names of rounding modes by libVEX's number: to nearest even, down, up, to zero, to nearest with ties away."""

_FRACTION = {16: 10, 32: 23, 64: 52}


class RoundingError(VexError):
    """The rounding mode is not one of the five that AArch64 has, or not a constant."""

    def __init__(self, mode: Word) -> None:
        super().__init__(f"VEX rounding mode {mode!r}")
        self.mode = mode


def function_name(operation: str, mode: str | None = None) -> str:
    """Name of the function: ``fp:add.f64.rne``, ``fp:recps.f32``."""
    return f"fp:{operation}.{mode}" if mode else f"fp:{operation}"


def _mode(word: Word) -> str:
    if not word.is_const or word.value >= len(ROUNDING):
        raise RoundingError(word)
    return ROUNDING[word.value]


def _apply(name: str, width: int, result: int, args: Sequence[Word]) -> Word:
    """The function ``name`` on corresponding lanes of ``width`` bits, to lanes of ``result`` bits."""
    return join([s.uf(name, result, lanes) for lanes in zip(*(split(arg, width) for arg in args), strict=True)])


def _plain(operation: str, width: int, result: int | None = None) -> Builder:
    """Lane by lane; no rounding mode."""
    return lambda args: _apply(function_name(operation), width, result or width, args)


def _rounded(operation: str, width: int, result: int | None = None) -> Builder:
    """Lane by lane; the first argument is the rounding mode."""

    return lambda args: _apply(function_name(operation, _mode(args[0])), width, result or width, args[1:])


def _fixed(operation: str, mode: str, width: int) -> Builder:
    """Like :func:`_rounded` with the mode in the operation's name."""
    return _plain(f"{operation}.{mode}", width)


# --- exact --------------------------------------------------------------------------------------


def _negate(lane: Word) -> Word:
    return lane ^ (1 << (lane.width - 1))


def _absolute(lane: Word) -> Word:
    return lane & ((1 << (lane.width - 1)) - 1)


def is_nan(word: Word) -> Word:
    """1 if the bits are a NaN: above those of infinity, but for the sign."""
    fraction = _FRACTION[word.width]
    infinity = ((1 << (word.width - 1 - fraction)) - 1) << fraction
    return s.ult(s.const(infinity, word.width), _absolute(word))


def _both_zero(left: Word, right: Word) -> Word:
    return s.eq(_absolute(left) | _absolute(right), s.const(0, left.width))


def _ordered(left: Word, right: Word) -> Word:
    return ~(is_nan(left) | is_nan(right))


def equal(left: Word, right: Word) -> Word:
    """1 if the numbers are equal; -0 equals +0, a NaN nothing."""
    return _ordered(left, right) & (s.eq(left, right) | _both_zero(left, right))


def less(left: Word, right: Word) -> Word:
    """1 if the left number is less; never with a NaN."""
    negative = s.bit(left, left.width - 1)
    by_sign = s.ite(negative, ~s.bit(right, right.width - 1) | s.ult(right, left), ~s.bit(right, right.width - 1) & s.ult(left, right))
    return _ordered(left, right) & ~_both_zero(left, right) & by_sign


def less_or_equal(left: Word, right: Word) -> Word:
    """1 if the left number is less or equal; never with a NaN."""
    return less(left, right) | equal(left, right)


def _first_nan(left: Word, right: Word, otherwise: Word) -> Word:
    """The NaN that an operation on two numbers returns, or ``otherwise``: signalling before quiet, left before right."""
    quiet = 1 << (_FRACTION[left.width] - 1)
    result = otherwise
    for word in (right, left):
        result = s.ite(is_nan(word), word, result)
    for word in (right, left):
        signalling = is_nan(word) & s.eq(word & quiet, s.const(0, word.width))
        result = s.ite(signalling, word | quiet, result)
    return result


def maximum(left: Word, right: Word) -> Word:
    """The larger number, +0 rather than -0."""
    number = s.ite(_both_zero(left, right), left & right, s.ite(less(left, right), right, left))
    return _first_nan(left, right, number)


def minimum(left: Word, right: Word) -> Word:
    """The smaller number, -0 rather than +0."""
    number = s.ite(_both_zero(left, right), left | right, s.ite(less(left, right), left, right))
    return _first_nan(left, right, number)


def _compare(args: Sequence[Word]) -> Word:
    """libVEX's comparison result: 0x45 unordered, 0x01 less, 0x40 equal, 0x00 greater."""
    left, right = args
    outcome = s.const(0, 32)
    for condition, code in ((equal(left, right), 0x40), (less(left, right), 0x01), (~_ordered(left, right), 0x45)):
        outcome = s.ite(condition, s.const(code, 32), outcome)
    return outcome


def _identity(args: Sequence[Word]) -> Word:
    return args[0]


# --- the table ----------------------------------------------------------------------------------


def _scalars(width: int) -> dict[str, Builder]:
    letter = f"F{width}"
    form = f"f{width}"
    fused = _rounded(f"fma.{form}", width)
    return {
        f"Iop_Neg{letter}": each(width, _negate),
        f"Iop_Abs{letter}": each(width, _absolute),
        f"Iop_Cmp{letter}": _compare,
        f"Iop_Add{letter}": _rounded(f"add.{form}", width),
        f"Iop_Sub{letter}": _rounded(f"sub.{form}", width),
        f"Iop_Mul{letter}": _rounded(f"mul.{form}", width),
        f"Iop_Div{letter}": _rounded(f"div.{form}", width),
        f"Iop_MAdd{letter}": fused,
        f"Iop_MSub{letter}": lambda args: fused([args[0], _negate(args[1]), *args[2:]]),
        f"Iop_Sqrt{letter}": _rounded(f"sqrt.{form}", width),
        f"Iop_RecpExp{letter}": _rounded(f"recpx.{form}", width),
        f"Iop_Round{letter}toInt": _rounded(f"rint.{form}", width),
        f"Iop_Round{letter}toIntA0": _fixed(f"rint.{form}", "rna", width),
        f"Iop_Round{letter}toIntE": _fixed(f"rint.{form}", "rne", width),
        f"Iop_Reinterp{letter}asI{width}": _identity,
        f"Iop_ReinterpI{width}as{letter}": _identity,
    }


def _vectors(width: int, count: int) -> dict[str, Builder]:
    shape, form = f"{width}Fx{count}", f"f{width}"
    return {
        f"Iop_Neg{shape}": each(width, _negate),
        f"Iop_Abs{shape}": each(width, _absolute),
        f"Iop_CmpEQ{shape}": lanewise(width, lambda a, b: mask(equal(a, b), width)),
        f"Iop_CmpLT{shape}": lanewise(width, lambda a, b: mask(less(a, b), width)),
        f"Iop_CmpLE{shape}": lanewise(width, lambda a, b: mask(less_or_equal(a, b), width)),
        f"Iop_Add{shape}": _rounded(f"add.{form}", width),
        f"Iop_Sub{shape}": _rounded(f"sub.{form}", width),
        f"Iop_Mul{shape}": _rounded(f"mul.{form}", width),
        f"Iop_Div{shape}": _rounded(f"div.{form}", width),
        f"Iop_Sqrt{shape}": _rounded(f"sqrt.{form}", width),
        f"Iop_Max{shape}": lanewise(width, maximum),
        f"Iop_Min{shape}": lanewise(width, minimum),
        f"Iop_RecipStep{shape}": _plain(f"recps.{form}", width),
        f"Iop_RSqrtStep{shape}": _plain(f"rsqrts.{form}", width),
        f"Iop_RecipEst{shape}": _plain(f"recpe.{form}", width),
        f"Iop_RSqrtEst{shape}": _plain(f"rsqrte.{form}", width),
    }


def _conversions() -> dict[str, Builder]:
    table: dict[str, Builder] = {
        "Iop_F32toF64": _plain("convert.f32.f64", 32, 64),
        "Iop_F16toF32": _plain("convert.f16.f32", 16, 32),
        "Iop_F16toF64": _plain("convert.f16.f64", 16, 64),
        "Iop_F64toF32": _rounded("convert.f64.f32", 64, 32),
        "Iop_F64toF16": _rounded("convert.f64.f16", 64, 16),
        "Iop_F32toF16": _rounded("convert.f32.f16", 32, 16),
        "Iop_I32StoF64": _plain("convert.s32.f64", 32, 64),
        "Iop_I32UtoF64": _plain("convert.u32.f64", 32, 64),
        "Iop_RecipEst32Ux4": _plain("recpe.u32", 32),
        "Iop_RSqrtEst32Ux4": _plain("rsqrte.u32", 32),
    }
    for floating in (32, 64):
        for integer in (32, 64):
            for signed in "SU":
                kind = f"{signed.lower()}{integer}"
                table[f"Iop_F{floating}toI{integer}{signed}"] = _rounded(f"convert.f{floating}.{kind}", floating, integer)
                name = f"Iop_I{integer}{signed}toF{floating}"
                table.setdefault(name, _rounded(f"convert.{kind}.f{floating}", integer, floating))
    return table


FLOAT: dict[str, Builder] = {
    **{name: builder for width in (16, 32, 64) for name, builder in _scalars(width).items()},
    **{name: builder for width, count in ((32, 4), (64, 2)) for name, builder in _vectors(width, count).items()},
    **_conversions(),
}
