"""Comparisons and the choice between two words."""

from __future__ import annotations

from semantics.errors import WidthError
from semantics.simplify import bitwise, joins, quotients, slices, sums
from semantics.simplify.nodes import FALSE, TRUE, const, fold, same_width
from semantics.words import Word, intern


def eq(left: Word, right: Word) -> Word:
    """1 if equal."""
    width = same_width("eq", left, right)
    if left is right:
        return TRUE
    if width == 1:
        return bitwise.not_(bitwise.xor(left, right))
    if left.is_const and right.is_const:
        return FALSE
    if "lin" in (left.op, right.op) or "not" in (left.op, right.op):
        left, right = _balance(left, right)
        if left is right:
            return TRUE
        if left.is_const and right.is_const:
            return FALSE
    if left.is_const or (not right.is_const and left.uid > right.uid):
        left, right = right, left
    if left.op == "zext":
        inner = left.args[0]
        if right.op == "zext" and right.args[0].width == inner.width:
            return eq(inner, right.args[0])
        if right.is_const:
            return eq(inner, const(right.value, inner.width)) if right.value >> inner.width == 0 else FALSE
    if left.op == "ite" and right.is_const and left.args[1].is_const and left.args[2].is_const:
        return ite(left.args[0], eq(left.args[1], right), eq(left.args[2], right))
    return intern("eq", 1, (left, right))


def _balance(left: Word, right: Word) -> tuple[Word, Word]:
    """An equation equivalent to ``left = right`` that depends only on their difference."""
    terms, constant = sums.linear_form(sums.sub(left, right))
    width = left.width
    if not terms:
        return const(constant, width), const(0, width)
    ordered = sorted(terms.items(), key=lambda item: item[0].uid)
    mask = (1 << width) - 1
    sign = -1 if ordered[0][1] & mask == mask else 1
    if len(ordered) == 1:
        return sums.from_terms({ordered[0][0]: ordered[0][1] * sign}, 0, width), const(-constant * sign, width)
    (first, coefficient), *rest = ordered
    other = sums.from_terms({term: -c * sign for term, c in rest}, -constant * sign, width)
    return sums.from_terms({first: coefficient * sign}, 0, width), other


def ult(left: Word, right: Word) -> Word:
    """1 if unsigned less."""
    same_width("ult", left, right)
    if left is right or (right.is_const and right.value == 0) or (left.is_const and left.value == left.mask):
        return FALSE
    if left.is_const and left.value == 0:
        return bitwise.not_(eq(right, left))
    if right.is_const and right.value == 1:
        return eq(left, const(0, left.width))
    if left.op == "zext":
        inner = left.args[0]
        if right.op == "zext" and right.args[0].width == inner.width:
            return ult(inner, right.args[0])
        if right.is_const:
            return ult(inner, const(right.value, inner.width)) if right.value >> inner.width == 0 else TRUE
    if right.op == "zext" and left.is_const:
        inner = right.args[0]
        return ult(const(left.value, inner.width), inner) if left.value >> inner.width == 0 else FALSE
    if left.op == "lin" and right.is_const:
        multiple = quotients.divisible(left, right.value - 1)
        if multiple is not None:
            return multiple
    if right.op == "lin" and left.is_const:
        multiple = quotients.divisible(right, left.value)
        if multiple is not None:
            return bitwise.not_(multiple)
    return fold("ult", 1, (left, right))


def slt(left: Word, right: Word) -> Word:
    """1 if signed less."""
    same_width("slt", left, right)
    if left is right:
        return FALSE
    if right.is_const and right.value == 0:
        return slices.bit(left, left.width - 1)
    if left.is_const and left.value == left.mask:
        return bitwise.not_(slices.bit(right, right.width - 1))
    return fold("slt", 1, (left, right))


def ite(condition: Word, then: Word, other: Word) -> Word:
    """``then`` if the one-bit ``condition`` is 1, else ``other``."""
    if condition.width != 1:
        raise WidthError("ite condition", (condition.width,))
    width = same_width("ite", then, other)
    if condition.is_const:
        return then if condition.value else other
    if then is other:
        return then
    if condition.op == "not":
        return ite(condition.args[0], other, then)
    if then.op == "ite" and then.args[0] is condition:
        return ite(condition, then.args[1], other)
    if other.op == "ite" and other.args[0] is condition:
        return ite(condition, then, other.args[2])
    if width == 1:
        return _ite_bit(condition, then, other)
    if then.is_const and other.is_const:
        if then.value == 1 and other.value == 0:
            return joins.zext(condition, width)
        if then.value == 0 and other.value == 1:
            return joins.zext(bitwise.not_(condition), width)
    if then.op == other.op == "zext" and then.args[0].width == other.args[0].width:
        return joins.zext(ite(condition, then.args[0], other.args[0]), width)
    return intern("ite", width, (condition, then, other))


def _ite_bit(condition: Word, then: Word, other: Word) -> Word:
    if then.is_const:
        return bitwise.or_(condition, other) if then.value else bitwise.and_(bitwise.not_(condition), other)
    if other.is_const:
        return bitwise.or_(bitwise.not_(condition), then) if other.value else bitwise.and_(condition, then)
    return intern("ite", 1, (condition, then, other))
