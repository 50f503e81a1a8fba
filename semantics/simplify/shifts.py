"""Shifts and rotations: slices and zeros for a constant amount, as they are for any other."""

from __future__ import annotations

from semantics.simplify import joins, quotients, slices
from semantics.simplify.nodes import const, same_width
from semantics.words import Word, intern


def shl(word: Word, amount: Word) -> Word:
    """Left shift; 0 from ``width`` on."""
    width = same_width("shl", word, amount)
    if not amount.is_const:
        return intern("shl", width, (word, amount))
    k = amount.value
    return const(0, width) if k >= width else word if k == 0 else joins.concat(slices.extract(word, 0, width - k), const(0, k))


def lshr(word: Word, amount: Word) -> Word:
    """Logical right shift; 0 from ``width`` on."""
    width = same_width("lshr", word, amount)
    if not amount.is_const:
        return intern("lshr", width, (word, amount))
    k = amount.value
    return const(0, width) if k >= width else joins.zext(slices.extract(word, k, width - k), width)


def ashr(word: Word, amount: Word) -> Word:
    """Arithmetic right shift; all sign from ``width`` on."""
    width = same_width("ashr", word, amount)
    if not amount.is_const:
        return intern("ashr", width, (word, amount))
    k = min(amount.value, width - 1)
    if word.op == "lin" and k < width - 1:
        quotient = quotients.magic_quotient(word, k, width, arithmetic=True)
        if quotient is not None:
            return quotient
    return joins.sext(slices.extract(word, k, width - k), width)


def ror(word: Word, amount: Word) -> Word:
    """Rotation to the right by ``amount`` modulo the width, a power of two."""
    width = same_width("ror", word, amount)
    if amount.is_const:
        k = amount.value % width
        return word if k == 0 else joins.concat(slices.extract(word, 0, k), slices.extract(word, k, width - k))
    amount = amount & (width - 1)
    return lshr(word, amount) | shl(word, -amount & (width - 1))
