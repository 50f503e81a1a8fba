"""Division, and multiplication by the magic numbers that compilers write for division by a constant."""

from __future__ import annotations

from collections.abc import Callable

from semantics.simplify import decisions, joins, shifts, slices, sums
from semantics.simplify.nodes import const, fold, same_width
from semantics.words import Word


def udiv(left: Word, right: Word) -> Word:
    """Unsigned quotient; 0 if the divisor is 0."""
    width = same_width("udiv", left, right)
    if right.is_const and right.value & (right.value - 1) == 0 and right.value:
        return shifts.lshr(left, const(right.value.bit_length() - 1, width))
    narrow = _narrowed("zext", left, right)
    if narrow is not None:
        return joins.zext(udiv(*narrow), width)
    return fold("udiv", width, (left, right))


def sdiv(left: Word, right: Word) -> Word:
    """Signed quotient rounded towards zero; 0 if the divisor is 0."""
    return fold("sdiv", same_width("sdiv", left, right), (left, right))


def low_sdiv(word: Word, width: int) -> Word | None:
    """The low bits of a quotient of sign-extended words as those of their own, which wraps for -2**(w-1) over -1."""
    narrow = _narrowed("sext", word.args[0], word.args[1])
    if narrow is None or width > narrow[0].width:
        return None
    return slices.truncate(sdiv(*narrow), width)


def divisible(word: Word, limit: int) -> Word | None:
    """``word <= limit`` as whether some x is a multiple of an odd d, where the one means the other.

    ``x * d**-1`` is at most ``(2**w - 1) // d`` for the multiples of d alone (Granlund and Montgomery, section 9).
    """
    terms, constant = sums.linear_form(word)
    if len(terms) != 1 or constant:
        return None
    ((x, m),) = terms.items()
    divisor = pow(m, -1, word.mask + 1) if m & 1 else 1
    if divisor < 3 or limit != word.mask // divisor:
        return None
    return decisions.eq(x - udiv(x, const(divisor, x.width)) * divisor, const(0, x.width))


def _narrowed(op: str, left: Word, right: Word) -> tuple[Word, Word] | None:
    """The two words before ``op`` extended both from one width."""
    if left.op != op:
        return None
    inner, extend = left.args[0], joins.zext if op == "zext" else joins.sext
    if right.op == op and right.args[0].width == inner.width:
        return inner, right.args[0]
    if right.is_const and extend(const(right.value, inner.width), right.width) is right:
        return inner, const(right.value, inner.width)
    return None


def magic_quotient(word: Word, low: int, width: int, *, arithmetic: bool = False) -> Word | None:
    """The high bits of ``x * m`` as a quotient, where they are one; as signed numbers if ``arithmetic``.

    With ``2**k <= m*c <= 2**k + 2**(k-w)``, ``x*m >> k`` is ``x // c`` for every unsigned x of w bits. With
    ``2**k < m*c <= 2**k + 2**(k-w+1)``, it is the quotient rounded to zero, less 1 if x is negative, for every signed x
    (Granlund and Montgomery, "Division by invariant integers using multiplication", PLDI 1994, theorems 4.2 and 5.1).
    """
    product = _product(word)
    if product is None:
        return None
    term, m, dropped = product
    x, signed, k = term.args[0], term.op == "sext", low + dropped
    if arithmetic and not signed:
        return None
    if signed and low == word.width - 1:
        return slices.bit(x, x.width - 1)
    if k < x.width:
        return None
    divisor = (1 << k) // m + 1 if signed else -(-(1 << k) // m)
    if not 2 < divisor <= x.mask >> signed or m * divisor > (1 << k) + (1 << (k - x.width + signed)):
        return None
    if not signed:
        return _resized(udiv(x, const(divisor, x.width)), width, joins.zext)
    rounded = sdiv(x, const(divisor, x.width)) - joins.zext(slices.bit(x, x.width - 1), x.width)
    return _resized(rounded, width, joins.sext)


def _product(word: Word) -> tuple[Word, int, int] | None:
    """An extension of some x, m and k with ``word = ext(x)*m >> k`` exactly, as integers, signed if it is sext.

    Where m has a bit more than x, compilers multiply by the rest and add: with ``t = x*(m - 2**w) >> w``, ``t + x`` is
    ``x*m >> w`` for signed x, and ``(x - t >> 1) + t``, which is ``x + t >> 1``, is ``x*m >> w + 1`` for unsigned x.
    """
    terms, constant = sums.linear_form(word)
    if constant:
        return None
    if len(terms) == 1:
        ((term, m),) = terms.items()
        fits = term.op in ("zext", "sext") and term.args[0].width > 1 and m * term.args[0].mask <= word.mask >> (term.op == "sext")
        return (term, m, 0) if fits else None
    if [*terms.values()] != [1, 1]:
        return None
    first, second = terms
    return _corrected(first, second) or _corrected(second, first)


def _corrected(high: Word, other: Word) -> tuple[Word, int, int] | None:
    """The same for ``high + other`` where ``high`` is the high half of a product and ``other`` corrects it."""
    product = high.args[0] if high.op == "extract" and high.attrs[0] == high.width else high
    if product.op != "lin" or len(product.args) != 1 or product.attrs[1] or product.width != 2 * high.width:
        return None
    (term,), (coefficients, _), width = product.args, product.attrs, high.width
    assert isinstance(coefficients, tuple)
    if term.op not in ("zext", "sext") or term.args[0].width != width:
        return None
    x, m = term.args[0], coefficients[0] + (1 << width) & product.mask
    if term.op == "sext":
        return (term, m, width) if other is x and 0 < m < 1 << width else None
    halved = slices.extract(x - high, 1, width - 1)
    return (term, m, width + 1) if other is joins.zext(halved, width) and m >> width == 1 else None


def _resized(word: Word, width: int, extend: Callable[[Word, int], Word]) -> Word:
    return extend(word, width) if width >= word.width else slices.extract(word, 0, width)
