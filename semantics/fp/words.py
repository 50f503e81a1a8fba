"""Words of floating-point operations on one number each: exact logic where it is simple, named functions for the rest.

A word's width says its format. What a name means is told by :func:`semantics.fp.functions.function`. Nothing here comes from
:mod:`semantics.vex`, whose own formulas are proved equal to these, instruction by instruction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from semantics import simplify as s
from semantics.fp.arithmetic import constant
from semantics.fp.format import BY_WIDTH, Format
from semantics.fp.functions import PREFIX
from semantics.fp.rounding import MODES
from semantics.state import Flags
from semantics.words import Word

RNE, RM, RP, RZ, RNA, ODD = range(len(MODES))


def form_of(word: Word) -> Format:
    """The format of a word of 16, 32 or 64 bits."""
    return BY_WIDTH[word.width]


def rounding(operation: str, mode: int, *args: Word) -> Word:
    """``fp:add.f64.rne`` and the like, of words of one format."""
    return s.uf(f"{PREFIX}{operation}.f{args[0].width}.{MODES[mode]}", args[0].width, args)


def plain(operation: str, *args: Word) -> Word:
    """A function without a rounding mode, ``fp:recpe.f32``."""
    return s.uf(f"{PREFIX}{operation}.f{args[0].width}", args[0].width, args)


# --- signs and classes --------------------------------------------------------------------------


def negated(word: Word) -> Word:
    """The other sign, of NaNs too."""
    return word ^ form_of(word).sign


def magnitude(word: Word) -> Word:
    """Without the sign, of NaNs too."""
    return word & (form_of(word).sign - 1)


def is_nan(word: Word) -> Word:
    """One bit: a NaN of either kind."""
    return s.ult(s.const(form_of(word).infinity, word.width), magnitude(word))


def is_quiet(word: Word) -> Word:
    """One bit: a quiet NaN."""
    quiet = form_of(word).default_nan
    return s.eq(word & quiet, s.const(quiet, word.width))


def _is_signalling(word: Word) -> Word:
    return is_nan(word) & ~is_quiet(word)


def propagated(left: Word, right: Word, number: Word) -> Word:
    """``number``, unless an operand is a NaN: then the first signalling one, made quiet, or else the first quiet one."""
    quiet = form_of(left).quiet
    silent = s.ite(is_nan(left), left, s.ite(is_nan(right), right, number))
    return s.ite(_is_signalling(left), left | quiet, s.ite(_is_signalling(right), right | quiet, silent))


# --- comparison ---------------------------------------------------------------------------------


def _order(word: Word) -> Word:
    """A signed integer that orders numbers: both zeros are 0."""
    return s.ite(s.bit(word, word.width - 1), -magnitude(word), magnitude(word))


def unordered(left: Word, right: Word) -> Word:
    """One bit: one of them is a NaN."""
    return is_nan(left) | is_nan(right)


def greater(left: Word, right: Word) -> Word:
    """One bit; 0 if unordered."""
    return ~unordered(left, right) & s.slt(_order(right), _order(left))


def greater_or_equal(left: Word, right: Word) -> Word:
    """One bit; 0 if unordered."""
    return ~unordered(left, right) & ~s.slt(_order(left), _order(right))


def equal(left: Word, right: Word) -> Word:
    """One bit; 0 if unordered."""
    return ~unordered(left, right) & s.eq(_order(left), _order(right))


def compared(left: Word, right: Word) -> Flags:
    """FPCompare: the flags that fcmp sets."""
    less = greater(right, left)
    return Flags(less, equal(left, right), ~less, unordered(left, right))


# --- minimum and maximum ------------------------------------------------------------------------


def maximum(left: Word, right: Word) -> Word:
    """FPMax: +0 rather than -0; NaNs propagate."""
    a, b = _order(left), _order(right)
    return propagated(left, right, s.ite(s.slt(a, b), right, s.ite(s.slt(b, a), left, left & right)))


def minimum(left: Word, right: Word) -> Word:
    """FPMin: -0 rather than +0; NaNs propagate."""
    a, b = _order(left), _order(right)
    return propagated(left, right, s.ite(s.slt(a, b), left, s.ite(s.slt(b, a), right, left | right)))


def maximum_number(left: Word, right: Word) -> Word:
    """FPMaxNum: a quiet NaN beside anything but a quiet NaN counts as minus infinity."""
    return maximum(*_numbers(left, right, form_of(left).sign | form_of(left).infinity))


def minimum_number(left: Word, right: Word) -> Word:
    """FPMinNum: a quiet NaN beside anything but a quiet NaN counts as plus infinity."""
    return minimum(*_numbers(left, right, form_of(left).infinity))


def _numbers(left: Word, right: Word, extreme: int) -> tuple[Word, Word]:
    end = s.const(extreme, left.width)
    one, other = is_quiet(left), is_quiet(right)
    return s.ite(one & ~other, end, left), s.ite(other & ~one, end, right)


def reduced(lane: Callable[[Word, Word], Word], lanes: Sequence[Word]) -> Word:
    """All lanes combined: neighbours first, as Reduce does, since the order decides which NaN comes out."""
    while len(lanes) > 1:
        lanes = [lane(low, high) for low, high in zip(lanes[::2], lanes[1::2], strict=True)]
    return lanes[0]


# --- arithmetic ---------------------------------------------------------------------------------


def fused(left: Word, right: Word, addend: Word) -> Word:
    """``left * right + addend``, rounded once to nearest."""
    return rounding("fma", RNE, left, right, addend)


def converted(word: Word, width: int, mode: int = RNE) -> Word:
    """A number in another format; exact if that is wider."""
    name = f"{PREFIX}convert.f{word.width}.f{width}"
    return s.uf(name if width > word.width else f"{name}.{MODES[mode]}", width, [word])


def to_integer(word: Word, width: int, signed: int, mode: int, fraction: int = 0) -> Word:
    """An integer of ``width`` bits, saturated; 0 for a NaN. ``fraction`` bits stand after the point.

    Scaling a single or double by a power of two above 1 is exact, or overflows to what saturates anyway.
    """
    kind = f"{'su'[not signed]}{width}"
    if fraction and word.width == 16:
        kind += f"q{fraction}"
    elif fraction:
        word = rounding("mul", RZ, word, s.const(constant(form_of(word), 1, fraction), word.width))
    return s.uf(f"{PREFIX}convert.f{word.width}.{kind}.{MODES[mode]}", width, [word])


def from_integer(word: Word, width: int, signed: int, fraction: int = 0) -> Word:
    """A number of ``width`` bits from an integer, rounded to nearest. ``fraction`` bits stand after the point.

    Scaling a single or double that came from an integer down by at most 2**64 is exact.
    """
    kind, form = f"{'su'[not signed]}{word.width}", BY_WIDTH[width]
    if fraction and width == 16:
        kind += f"q{fraction}"
    exact = word.width == 32 and width == 64
    number = s.uf(f"{PREFIX}convert.{kind}.f{width}" + ("" if exact else f".{MODES[RNE]}"), width, [word])
    if fraction and width > 16:
        return rounding("mul", RNE, number, s.const(constant(form, 1, -fraction), width))
    return number


def immediate(imm: int, width: int) -> int:
    """The bits that an 8-bit immediate stands for (VFPExpandImm): sign, an exponent of 3 bits about 0, 4 of fraction."""
    form = BY_WIDTH[width]
    exponent = (imm >> 4 & 7 ^ 4) - 3
    return (imm >> 7) * form.sign | constant(form, 16 | imm & 15, exponent - 4)
