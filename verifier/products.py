"""Lemmas for multiplications: products in terms of fewer or narrower unsigned products, these taken as unknowns.

Solvers do not find out by themselves how signed and unsigned high halves are related, nor that a 64 by 64 bit product is the
sum of four 32 by 32 bit products. :func:`lemmas` writes every product the first way, then the second, and puts a variable
for each product that remains, of which only the range is kept. What holds for all values of the variables holds for the
products: an ``unsat`` is a proof, a ``sat`` says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from semantics import simplify as s
from semantics.words import Word, topological

HALF, WORD, WIDE = 32, 64, 128  # bits


def lemmas(goal: Word) -> Iterator[Word]:
    """Goals that imply ``goal``, with products as variables; none unless a wide product of unknowns occurs beside another."""
    products = [word for word in topological([goal]) if word.op == "mul" and word.width in (HALF, WORD, WIDE)]
    if len(products) > 1 and any(word.width == WIDE for word in products):
        yield Rewriting(whole=True).of(goal)
        yield Rewriting(whole=False).of(goal)


class Rewriting:
    """One rewriting; ``whole`` keeps 64 by 64 bit products in one piece, otherwise they become products of halves.

    ``atoms`` are the variables, by the two unsigned factors whose product each stands for.
    """

    def __init__(self, whole: bool) -> None:
        self._whole = whole
        self.atoms: dict[tuple[Word, Word], Word] = {}

    def of(self, goal: Word) -> Word:
        """The goal in terms of products as variables, under the assumption that these are in range."""
        done: dict[Word, Word] = {}
        for word in topological([goal]):
            args = [done[arg] for arg in word.args]
            wide = self._product(word.width, *args) if word.op == "mul" else None
            done[word] = wide if wide is not None else s.rebuild(word.op, word.width, args, word.attrs)
        within = [s.ult(atom, s.const(_largest(atom.width // 2) + 1, atom.width)) for atom in self.atoms.values()]
        return s.or_(done[goal], *(~one for one in within)) if not self._whole else done[goal]

    def _product(self, width: int, left: Word, right: Word) -> Word | None:
        if width == HALF:
            return s.truncate(self._atom(left, right), HALF) if not self._whole else None
        if width == WORD:
            return self._full(left, right)[0]
        if width != WIDE:
            return None
        a, b = (_factor(word) for word in (left, right))
        if a is None or b is None:
            return None
        (x, x_signed), (y, y_signed) = a, b
        low, high = self._full(x, y)
        for signed, one, other in ((x_signed, x, y), (y_signed, y, x)):
            if signed:
                # x means x - 2^64 where its top bit is set; the product of both corrections is a multiple of 2^128.
                high = high - s.ite(s.bit(one, WORD - 1), other, s.const(0, WORD))
        return s.concat(high, low)

    def _full(self, x: Word, y: Word) -> tuple[Word, Word]:
        """The low and the high half of the product of two unsigned 64-bit words."""
        if self._whole:
            product = self._atom(x, y)
            return s.truncate(product, WORD), s.extract(product, WORD, WORD)
        (x0, x1), (y0, y1) = _halves(x), _halves(y)
        first, cross, other, last = self._atom(x0, y0), self._atom(x1, y0), self._atom(x0, y1), self._atom(x1, y1)
        # None of these sums overflows: (2^32 - 1)^2 + 2^32 - 1 < 2^64. Hand-written code does the same steps.
        middle = cross + s.zext(s.extract(first, HALF, HALF), WORD)
        carried = other + s.zext(s.truncate(middle, HALF), WORD)
        high = last + s.zext(s.extract(middle, HALF, HALF), WORD) + s.zext(s.extract(carried, HALF, HALF), WORD)
        return s.concat(s.truncate(carried, HALF), s.truncate(first, HALF)), high

    def _atom(self, x: Word, y: Word) -> Word:
        """The product of two unsigned words, of twice their width."""
        width = 2 * x.width
        if x.is_const or y.is_const:
            return s.mul(s.zext(x, width), s.zext(y, width))
        key = (x, y) if x.uid < y.uid else (y, x)
        if key not in self.atoms:
            self.atoms[key] = s.var(f"product:{len(self.atoms)}", width)
        return self.atoms[key]


def _halves(word: Word) -> tuple[Word, Word]:
    return s.truncate(word, HALF), s.extract(word, HALF, HALF)


def _largest(width: int) -> int:
    """The largest product of two unsigned numbers of ``width`` bits."""
    return ((1 << width) - 1) ** 2


def _factor(word: Word) -> tuple[Word, bool] | None:
    """The 64-bit word that a 128-bit factor extends, and whether by its sign; None if it is neither extension."""
    low = s.truncate(word, WORD)
    if s.extract(word, WORD, WORD).is_const and not s.extract(word, WORD, WORD).value:
        return low, False
    return (low, True) if s.sext(low, WIDE) is word else None
