"""Counting and reversing bits."""

from __future__ import annotations

from semantics.simplify.nodes import fold
from semantics.words import Word


def clz(word: Word) -> Word:
    """Number of leading zeros; the width for 0."""
    return fold("clz", word.width, (word,))


def rbit(word: Word) -> Word:
    """The bits in reverse order."""
    return word.args[0] if word.op == "rbit" else fold("rbit", word.width, (word,))


def popcount(word: Word) -> Word:
    """Number of ones."""
    return fold("popcount", word.width, (word,))
