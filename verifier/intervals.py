"""Goals simplified by what premises say of ranges: comparisons that the ranges decide become constants.

Memory asks of two addresses whether one is less than so many bytes behind the other. Where a premise keeps them apart, as
``noalias`` does, the answer is known, and what depended on it falls away before a solver sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from semantics import simplify as s
from semantics.words import Word, topological


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers from ``low`` to ``high``, both included, as unsigned values; empty if ``low`` is larger."""

    low: int
    high: int

    def met(self, other: Interval) -> Interval:
        """What is in both."""
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def moved(self, by: int, width: int) -> Interval | None:
        """Every number plus ``by`` modulo ``2**width``; None if that is no interval."""
        low, high = self.low + by, self.high + by
        if low >> width != high >> width:
            return None
        mask = (1 << width) - 1
        return Interval(low & mask, high & mask)


@dataclass(slots=True)
class Ranges:
    """Known ranges of sums: by base, constants with the interval that holds base plus constant."""

    known: dict[Word, list[tuple[int, Interval]]] = field(default_factory=dict[Word, list[tuple[int, Interval]]])

    @classmethod
    def of(cls, premises: Sequence[Word]) -> Ranges:
        """What the premises say of ranges, as far as comparisons with constants say it."""
        ranges, pending = cls(), list(premises)
        while pending:
            premise = pending.pop()
            if premise.op == "and" and premise.width == 1:
                pending += premise.args
            else:
                ranges._learn(premise)
        return ranges

    def _learn(self, premise: Word) -> None:
        true = premise.op != "not"
        atom = premise if true else premise.args[0]
        if atom.op == "eq" and true:
            for word, other in (atom.args, atom.args[::-1]):
                if other.is_const:
                    self._add(word, Interval(other.value, other.value))
        elif atom.op == "ult":
            left, right = atom.args
            largest = left.mask
            if right.is_const and right.value:
                self._add(left, Interval(0, right.value - 1) if true else Interval(right.value, largest))
            elif left.is_const and left.value < largest:
                self._add(right, Interval(left.value + 1, largest) if true else Interval(0, left.value))

    def _add(self, word: Word, interval: Interval) -> None:
        base, constant = _split(word)
        self.known.setdefault(base, []).append((constant, interval))
        if interval.low:
            base, constant = _split(-word)
            size = word.mask + 1
            self.known.setdefault(base, []).append((constant, Interval(size - interval.high, size - interval.low)))

    def at(self, word: Word) -> Interval:
        """An interval that holds the word wherever the premises hold."""
        if word.is_const:
            return Interval(word.value, word.value)
        base, constant = _split(word)
        facts = self.known.get(base, ())
        offsets = dict.fromkeys(offset for offset, _ in facts)
        combined = [(offset, _met(facts, offset, word.width)) for offset in offsets]
        return _met(combined, constant, word.width)

    def narrowed(self, goals: Sequence[Word]) -> list[Word]:
        """Goals equal to these wherever the premises hold."""
        if not self.known:
            return list(goals)
        done: dict[Word, Word] = {}
        for word in topological(goals):
            args = [done[arg] for arg in word.args]
            decided = self._decided(word.op, args)
            done[word] = decided if decided is not None else s.rebuild(word.op, word.width, args, word.attrs) if args else word
        return [done[goal] for goal in goals]

    def _decided(self, op: str, args: Sequence[Word]) -> Word | None:
        if op not in ("ult", "eq"):
            return None
        left, right = (self.at(word) for word in args)
        if op == "ult":
            return s.TRUE if left.high < right.low else s.FALSE if left.low >= right.high else None
        return s.FALSE if left.high < right.low or right.high < left.low else None


def _met(facts: Sequence[tuple[int, Interval]], constant: int, width: int) -> Interval:
    """What the facts say of the base plus ``constant``, those apart that would wrap around on the way there."""
    found = Interval(0, (1 << width) - 1)
    for offset, interval in facts:
        moved = interval.moved(constant - offset, width)
        if moved is not None:
            found = found.met(moved)
    return found


def _split(word: Word) -> tuple[Word, int]:
    """The word as a base and a constant below ``2**width`` that is to be added to it."""
    if word.op not in ("lin", "const"):
        return word, 0
    terms, constant = s.linear_form(word)
    return s.linear([(c, term) for term, c in terms.items()], 0, word.width), constant & word.mask
