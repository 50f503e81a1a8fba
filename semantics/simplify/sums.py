"""Sums, differences and multiples by constants: one ``lin`` of terms in order of creation, with coefficients."""

from __future__ import annotations

from collections.abc import Sequence

from semantics.errors import WidthError
from semantics.simplify import bitwise, joins, slices
from semantics.simplify.limits import MAX_TERMS
from semantics.simplify.nodes import const, same_width
from semantics.words import Word, intern


def linear_form(word: Word) -> tuple[dict[Word, int], int]:
    """``word`` as terms with coefficients plus a constant, modulo ``2**width``."""
    if word.op == "const":
        return {}, word.value
    if word.op == "lin":
        coefficients, constant = word.attrs
        assert isinstance(coefficients, tuple) and isinstance(constant, int)
        return dict(zip(word.args, coefficients, strict=True)), constant
    if word.op == "not":
        terms, constant = linear_form(word.args[0])
        return {term: -c for term, c in terms.items()}, -constant - 1
    if word.op == "sext" and word.args[0].width == 1:
        return {joins.zext(word.args[0], word.width): -1}, 0
    return _shifted_form(word)


def _shifted_form(word: Word) -> tuple[dict[Word, int], int]:
    """The linear form of a word whose low bits are zeros: a multiple of a power of two."""
    inner = word.args[0] if word.op == "zext" else word
    if inner.op != "concat" or not inner.args[-1].is_const or inner.args[-1].value:
        return {word: 1}, 0
    k = inner.args[-1].width
    top = slices.extract(inner, k, inner.width - k)
    if word.op == "zext":
        return {joins.zext(top, word.width): 1 << k}, 0
    # The bits of top's terms above its width are shifted out, so the terms may be taken at any extension.
    terms, constant = linear_form(top) if top.op == "lin" else ({top: 1}, 0)
    widened = dict[Word, int]()
    for term, c in terms.items():
        whole = _widened(term, word.width)
        widened[whole] = widened.get(whole, 0) + (c << k)
    return widened, constant << k


def _widened(word: Word, width: int) -> Word:
    """Some word of ``width`` bits whose low bits are ``word``: what it was truncated from, if that is known."""
    if word.op == "extract" and word.attrs[0] == 0 and word.args[0].width >= width:
        return slices.extract(word.args[0], 0, width)
    return joins.zext(word, width)


def from_terms(terms: dict[Word, int], constant: int, width: int) -> Word:
    """The sum of ``terms`` with their coefficients plus ``constant``, modulo ``2**width``."""
    mask = (1 << width) - 1
    kept = {term: c & mask for term, c in terms.items() if c & mask}
    constant &= mask
    if not kept:
        return const(constant, width)
    if len(kept) == 1:
        ((term, c),) = kept.items()
        if constant == 0 and c == 1:
            return term
        if constant == 0 and c & (c - 1) == 0:
            k = c.bit_length() - 1
            return joins.concat(slices.extract(term, 0, width - k), const(0, k))
        if constant == mask and c == mask:
            return bitwise.not_(term)
        if constant == 0 and c == mask and term.op == "zext" and term.args[0].width == 1:
            return intern("sext", width, term.args)
    ordered = sorted(kept.items(), key=lambda item: item[0].uid)
    return intern("lin", width, tuple(t for t, _ in ordered), (tuple(c for _, c in ordered), constant))


def linear(parts: Sequence[tuple[int, Word]], constant: int, width: int) -> Word:
    """The sum of ``coefficient * word`` over ``parts`` plus ``constant``, modulo ``2**width``."""
    if width == 1:
        odd = [word for c, word in parts if c & 1]
        return bitwise.xor(const(constant, 1), *odd)
    total: dict[Word, int] = {}
    for coefficient, word in parts:
        if word.width != width:
            raise WidthError("lin", (width, word.width))
        terms, offset = linear_form(word)
        if len(terms) > MAX_TERMS:
            terms, offset = {word: 1}, 0
        constant += coefficient * offset
        for term, c in terms.items():
            total[term] = total.get(term, 0) + coefficient * c
    return from_terms(total, constant, width)


def add(left: Word, right: Word) -> Word:
    """Sum modulo ``2**width``."""
    return linear([(1, left), (1, right)], 0, same_width("add", left, right))


def sub(left: Word, right: Word) -> Word:
    """Difference modulo ``2**width``."""
    return linear([(1, left), (-1, right)], 0, same_width("sub", left, right))


def neg(word: Word) -> Word:
    """Two's complement negation."""
    return linear([(-1, word)], 0, word.width)


def mul(left: Word, right: Word) -> Word:
    """Product modulo ``2**width``."""
    width = same_width("mul", left, right)
    if width == 1:
        return bitwise.and_(left, right)
    if left.is_const:
        return linear([(left.value, right)], 0, width)
    if right.is_const:
        return linear([(right.value, left)], 0, width)
    if left.uid > right.uid:
        left, right = right, left
    return intern("mul", width, (left, right))
