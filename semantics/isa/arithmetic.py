"""Shared arithmetic of the A64 rows: flags of additions and subtractions, and widening helpers."""

from __future__ import annotations

from semantics import simplify as s
from semantics.state import Flags
from semantics.words import Word


def sign(word: Word) -> Word:
    """The top bit."""
    return s.bit(word, word.width - 1)


def is_zero(word: Word) -> Word:
    """1 if the word is 0."""
    return s.eq(word, s.const(0, word.width))


def add_flags(n: Word, m: Word) -> Flags:
    """Flags of ``n + m`` (AddWithCarry with carry 0)."""
    total = n + m
    return Flags(sign(total), is_zero(total), s.ult(total, n), sign((n ^ total) & (m ^ total)))


def subtract_flags(n: Word, m: Word) -> Flags:
    """Flags of ``n - m`` (AddWithCarry of ``~m`` with carry 1): C is no borrow.

    V is written as "signed less, against the sign", so that the condition ``lt`` folds to signed less.
    """
    difference = n - m
    return Flags(sign(difference), s.eq(n, m), ~s.ult(n, m), s.slt(n, m) ^ sign(difference))


def add_carry_flags(n: Word, m: Word, carry: Word) -> Flags:
    """Flags of ``n + m + carry`` for a one-bit carry, by the 65- or 33-bit sum (Arm ARM AddWithCarry)."""
    width = n.width
    total = n + m + s.zext(carry, width)
    exact = s.zext(n, width + 1) + s.zext(m, width + 1) + s.zext(carry, width + 1)
    return Flags(sign(total), is_zero(total), sign(exact), sign((n ^ total) & (m ^ total)))


def logic_flags(result: Word) -> Flags:
    """Flags of the flag-setting logical instructions: C and V are cleared."""
    return Flags(sign(result), is_zero(result), s.FALSE, s.FALSE)


def select_flags(condition: Word, then: Flags, other: Flags) -> Flags:
    """Flag-wise choice."""
    return Flags(*(s.ite(condition, a, b) for a, b in zip(then, other, strict=True)))


def constant_flags(nzcv: int) -> Flags:
    """Flags from a 4-bit immediate, N highest."""
    return Flags(*(s.const(nzcv >> i & 1, 1) for i in (3, 2, 1, 0)))
