"""The words that no rule applies to: leaves, and operations as they are unless every argument is constant."""

from __future__ import annotations

from collections.abc import Sequence

from semantics.errors import WidthError
from semantics.ops import OPS
from semantics.words import Word, intern


def const(value: int, width: int) -> Word:
    """The constant ``value`` modulo ``2**width``."""
    return intern("const", width, (), (value & ((1 << width) - 1),))


def var(name: str, width: int) -> Word:
    """The input called ``name``."""
    return intern("var", width, (), (name,))


def load(address: Word, size: int) -> Word:
    """``size`` bytes of the initial memory at a 64-bit ``address``, little-endian."""
    if address.width != 64:
        raise WidthError("load", (address.width,))
    return intern("load", 8 * size, (address,), (size,))


def uf(name: str, width: int, args: Sequence[Word]) -> Word:
    """An uninterpreted function of ``args``; equal arguments give equal results, nothing else is known."""
    return intern("uf", width, tuple(args), (name,))


TRUE, FALSE = const(1, 1), const(0, 1)


def same_width(op: str, *words: Word) -> int:
    """The width that all ``words`` have; raises WidthError if they differ."""
    widths = {word.width for word in words}
    if len(widths) != 1:
        raise WidthError(op, tuple(word.width for word in words))
    return words[0].width


def fold(op: str, width: int, args: tuple[Word, ...], attrs: tuple[int | str | tuple[int, ...], ...] = ()) -> Word:
    """The plain node, or its value if every argument is a constant."""
    evaluate = OPS[op].evaluate
    if evaluate is not None and all(arg.op == "const" for arg in args):
        return const(evaluate(width, [a.width for a in args], [a.value for a in args], attrs), width)
    return intern(op, width, args, attrs)
