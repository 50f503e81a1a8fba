"""Relations between the states of two functions at a pair of points: facts that are guessed, assumed, and proved inductively.

A fact says what the low bits of one location are, in terms of other locations of either side. Assumed facts are put into
the states that paths start from, so that most of what follows holds by construction. Nothing here is trusted: every fact is
proved at every way into the pair, from the facts at the pair before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal

from semantics import simplify as s
from semantics.locations import LOCATIONS, WIDTHS
from semantics.state import INITIAL, State
from semantics.words import Word

type Side = Literal["original", "candidate"]
type Key = tuple[Side, str]
type Lookup = Callable[[Key], Word]
"""The word of a location on a side."""


@dataclass(frozen=True, slots=True)
class Fact:
    """The low ``bits`` of a location equal the sum of ``constant`` and of each term's coefficient times its location.

    With ``zero`` the rest of the location is 0; otherwise nothing is known about it. A fact with no bits and
    without ``zero`` says nothing.
    """

    key: Key
    bits: int = 0
    terms: tuple[tuple[int, Key], ...] = ()
    constant: int = 0
    zero: bool = False

    @property
    def width(self) -> int:
        """Bits of the location."""
        return WIDTHS[self.key[1]]

    def known(self, lookup: Lookup) -> Word | None:
        """What the low bits are, in terms of other locations; None if the fact does not say."""
        if not self.bits:
            return None
        if len(self.terms) == 1 and self.terms[0][0] == 1 and not self.constant:
            return s.truncate(lookup(self.terms[0][1]), self.bits)
        words = [(coefficient, s.truncate(lookup(key), self.bits)) for coefficient, key in self.terms]
        return s.linear(words, self.constant, self.bits)

    def assumed(self, lookup: Lookup, own: Word) -> Word:
        """The location's word, where the fact holds; ``own`` is what stands for the unknown part."""
        low = self.known(lookup)
        known = self.bits
        if low is None:
            if not self.zero:
                return own
            low, known = s.truncate(own, self.width // 2), self.width // 2
        if known == self.width:
            return low
        rest = self.width - known
        return s.concat(s.const(0, rest) if self.zero else s.extract(own, known, rest), low)

    def goal(self, lookup: Lookup) -> Word:
        """One bit: whether the fact holds of a pair of states."""
        word, low = lookup(self.key), self.known(lookup)
        goal = s.eq(s.truncate(word, self.bits), low) if low is not None else s.TRUE
        if not self.zero:
            return goal
        known = self.bits or self.width // 2
        return s.and_(goal, s.eq(s.extract(word, known, self.width - known), s.const(0, self.width - known)))

    def __str__(self) -> str:
        where = f"low {self.bits} bits of " if 0 < self.bits < self.width else ""
        sides = " + ".join(f"{f'{c} * ' if c != 1 else ''}{_name(key)}" for c, key in self.terms)
        said = f" = {sides or ''}{f' + {self.constant:#x}' if self.constant or not self.terms else ''}" if self.bits else ""
        return f"{where}{_name(self.key)}{said}{' with zeros above' if self.zero else ''}"


def _name(key: Key) -> str:
    return f"{key[1]} of the {key[0]}"


def same(location: str, bits: int | None = None, *, zero: bool = False) -> Fact:
    """The candidate's location equals the original's, in its low bits."""
    return Fact(("candidate", location), WIDTHS[location] if bits is None else bits, ((1, ("original", location)),), 0, zero)


def nothing(key: Key) -> Fact:
    """Nothing is known about the location."""
    return Fact(key)


HALVES: Mapping[int, tuple[int, ...]] = {1: (), 64: (32,), 128: (64, 32)}
"""Narrower widths at which equality is tried, by the width of the location."""

KEYS: tuple[Key, ...] = tuple((side, location) for side in ("original", "candidate") for location in LOCATIONS)


@dataclass(slots=True)
class Relation:
    """What is believed at one pair of points: for each location a list of guesses, the best that still stands first."""

    guesses: dict[Key, list[Fact]] = field(default_factory=dict[Key, list[Fact]])

    @classmethod
    def of(cls, better: Iterable[Fact] = (), unequal: Set[str] = frozenset()) -> Relation:
        """Equality of everything but ``unequal``; where that falls, ``better`` facts in their order, then equality of halves."""
        guesses: dict[Key, list[Fact]] = {}
        for location in LOCATIONS:
            guesses["candidate", location] = [same(location)] if location not in unequal else []
        for fact in better:
            chain = guesses.setdefault(fact.key, [])
            if fact not in chain:
                chain.append(fact)
        for location in LOCATIONS:
            guesses["candidate", location] += [same(location, bits) for bits in HALVES[WIDTHS[location]]]
        return cls(guesses)

    def fact(self, key: Key) -> Fact:
        """The fact about a location that stands."""
        chain = self.guesses.get(key)
        return chain[0] if chain else nothing(key)

    def drop(self, fact: Fact) -> None:
        """Give a guess up for the next one."""
        chain = self.guesses[fact.key]
        if chain and chain[0] == fact:
            del chain[0]

    @property
    def facts(self) -> list[Fact]:
        """Every fact that stands."""
        return [chain[0] for chain in self.guesses.values() if chain]

    def states(self) -> tuple[State, State]:
        """Two states, of the original and the candidate, about which exactly the facts are known.

        Facts that lean on each other in a circle are given up.
        """
        return _Start(self).states()


class _Start:
    """States to start from are made location by location, what they refer to first."""

    def __init__(self, relation: Relation) -> None:
        self.relation = relation
        self.words: dict[Key, Word] = {}
        self.open: list[Key] = []

    def states(self) -> tuple[State, State]:
        for key in KEYS:
            self.word(key)
        sides = ("original", "candidate")
        first, second = ({location: self.words[side, location] for location in LOCATIONS} for side in sides)
        return State(first), State(second)

    def word(self, key: Key) -> Word:
        if key in self.words:
            return self.words[key]
        self.open.append(key)
        while True:
            fact = self.relation.fact(key)
            if not any(term in self.open for _, term in fact.terms):
                break
            self.relation.drop(fact)
        word = fact.assumed(self.word, _own(key))
        self.open.pop()
        self.words[key] = word
        return word


def _own(key: Key) -> Word:
    side, location = key
    return INITIAL[location] if side == "original" else s.var(f"{location}'", WIDTHS[location])


def lookup_in(original: State, candidate: State) -> Lookup:
    """The words of two states by side and location."""

    def lookup(key: Key) -> Word:
        return (original if key[0] == "original" else candidate).get(key[1])

    return lookup


def identity() -> Relation:
    """Both sides are in the same state: where two functions start."""
    return Relation({("candidate", location): [same(location)] for location in LOCATIONS})


def summary(facts: Sequence[Fact]) -> list[str]:
    """The facts that are more than equality of whole locations, for people."""
    return [str(fact) for fact in facts if fact != same(fact.key[1])]
