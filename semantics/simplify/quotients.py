"""Division, and multiplication by the magic numbers that compilers write for division by a constant."""

from __future__ import annotations

from collections.abc import Callable

from semantics.simplify import joins, shifts, slices
from semantics.simplify.nodes import const, fold, same_width
from semantics.words import Word


def udiv(left: Word, right: Word) -> Word:
    """Unsigned quotient; 0 if the divisor is 0."""
    width = same_width("udiv", left, right)
    if right.is_const and right.value & (right.value - 1) == 0 and right.value:
        return shifts.lshr(left, const(right.value.bit_length() - 1, width))
    return fold("udiv", width, (left, right))


def sdiv(left: Word, right: Word) -> Word:
    """Signed quotient rounded towards zero; 0 if the divisor is 0."""
    return fold("sdiv", same_width("sdiv", left, right), (left, right))


def magic_quotient(word: Word, low: int, width: int) -> Word | None:
    """The high bits of ``x * m`` as a quotient, where they are one.

    With ``2**k <= m*c <= 2**k + 2**(k-w)``, ``x*m >> k`` is ``x // c`` for every unsigned x of w bits. With
    ``2**k < m*c <= 2**k + 2**(k-w+1)``, it is the quotient rounded to zero, less 1 if x is negative, for every signed x
    (Granlund and Montgomery, "Division by invariant integers using multiplication", PLDI 1994, theorems 4.2 and 5.1).
    """
    (coefficients, constant), (term, *others) = word.attrs, word.args
    if others or constant or term.op not in ("zext", "sext") or not isinstance(coefficients, tuple):
        return None
    x, m = term.args[0], coefficients[0]
    signed = term.op == "sext"
    if x.width == 1 or m * x.mask > word.mask >> signed:
        return None
    if signed and low == word.width - 1:
        return slices.bit(x, x.width - 1)
    if low < x.width:
        return None
    divisor = (1 << low) // m + 1 if signed else -(-(1 << low) // m)
    if not 2 < divisor <= x.mask >> signed or m * divisor > (1 << low) + (1 << (low - x.width + signed)):
        return None
    if not signed:
        return _resized(udiv(x, const(divisor, x.width)), width, joins.zext)
    rounded = sdiv(x, const(divisor, x.width)) - joins.zext(slices.bit(x, x.width - 1), x.width)
    return _resized(rounded, width, joins.sext)


def _resized(word: Word, width: int, extend: Callable[[Word, int], Word]) -> Word:
    return extend(word, width) if width >= word.width else slices.extract(word, 0, width)
